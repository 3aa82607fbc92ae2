//! A thread of a request, and the marks by which the desk knows what it said there.

use serde::{Deserialize, Serialize};

/// The type of the desk's metadata.
pub(crate) const EVENT_TYPE: &str = "access_desk";

/// What a message of the desk is about. It travels as the message's metadata, which nobody else can write on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Which kind of message.
    pub step: Step,
    /// The `ts` of the message that it answers, or the key of the issue whose state it tells.
    pub about: String,
    /// The key of the request's issue, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
}

/// Kinds of messages that the desk writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Something is not clear.
    Question,
    /// There will be no ticket.
    Refusal,
    /// Somebody is asked to decide.
    Asked,
    /// Somebody else is asked as well.
    Escalated,
    /// Somebody who may not decide did.
    Notice,
    /// Access was given.
    Granted,
    /// Access was not given.
    Declined,
    /// Access is over.
    Ended,
}

/// A thread from its first message on.
#[derive(Debug)]
pub struct Thread {
    /// The desk's own id.
    pub(crate) desk: String,
    pub(crate) messages: Vec<Message>,
}

/// A message of a thread, in the parts that matter here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) ts: String,
    pub(crate) user: Option<String>,
    pub(crate) bot_id: Option<String>,
    pub(crate) text: String,
    pub(crate) metadata: Metadata,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Metadata {
    event_type: String,
    event_payload: serde_json::Value,
}

impl Thread {
    /// The message that began it.
    pub(crate) fn root(&self) -> Option<&Message> {
        self.messages.first()
    }

    /// What one person wrote, up to a message and with it.
    pub(crate) fn texts<'t>(&'t self, user: &'t str, until: &'t str) -> impl Iterator<Item = &'t str> {
        let theirs = move |message: &&Message| {
            message.user.as_deref() == Some(user) && message.bot_id.is_none() && message.ts.as_str() <= until
        };
        self.messages.iter().filter(theirs).map(|message| message.text.as_str())
    }

    /// The marks of the desk's messages, in order.
    pub(crate) fn marks(&self) -> impl Iterator<Item = Mark> {
        let own = |message: &&Message| {
            message.user.as_deref() == Some(&self.desk) && message.metadata.event_type == EVENT_TYPE
        };
        let payloads = self.messages.iter().filter(own).map(|message| &message.metadata.event_payload);
        payloads.filter_map(|payload| Mark::deserialize(payload).ok())
    }

    /// Whether the desk said this already.
    pub(crate) fn has(&self, mark: &Mark) -> bool {
        self.marks().any(|known| known.step == mark.step && known.about == mark.about)
    }

    /// The key of the request's issue.
    pub(crate) fn issue(&self) -> Option<String> {
        self.marks().find_map(|mark| mark.issue)
    }

    /// How many times the desk asked what is meant.
    pub(crate) fn questions(&self) -> usize {
        self.marks().filter(|mark| mark.step == Step::Question).count()
    }
}

impl Mark {
    /// A mark on an answer to a message.
    pub(crate) fn answer(step: Step, ts: &str, issue: Option<&str>) -> Self {
        Self { step, about: ts.to_owned(), issue: issue.map(str::to_owned) }
    }

    /// A mark on news of an issue.
    pub(crate) fn news(step: Step, issue: &str) -> Self {
        Self::answer(step, issue, Some(issue))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn thread() -> Thread {
        let payload = json!({"step": "asked", "about": "1.0", "issue": "DESK-7"});
        let metadata = json!({"event_type": "access_desk", "event_payload": payload});
        let messages = json!([
            {"ts": "1.0", "user": "U1", "text": "please"},
            {"ts": "2.0", "user": "U0DESK", "bot_id": "B1", "text": "asked", "metadata": metadata},
            {"ts": "3.0", "user": "U2", "text": "mine", "metadata":
                {"event_type": "access_desk", "event_payload": {"step": "granted", "about": "DESK-7"}}},
            {"ts": "4.0", "user": "U1", "text": "thanks"},
        ]);
        Thread { desk: "U0DESK".to_owned(), messages: serde_json::from_value(messages).unwrap() }
    }

    #[test]
    fn only_the_desks_own_marks_count() {
        let thread = thread();
        assert!(thread.has(&Mark::answer(Step::Asked, "1.0", None)));
        assert!(!thread.has(&Mark::news(Step::Granted, "DESK-7")));
        assert_eq!(thread.issue().as_deref(), Some("DESK-7"));
    }

    #[test]
    fn texts_are_of_one_person_up_to_a_message() {
        let thread = thread();
        assert_eq!(thread.texts("U1", "3.5").collect::<Vec<_>>(), ["please"]);
        assert_eq!(thread.texts("U1", "4.0").collect::<Vec<_>>(), ["please", "thanks"]);
    }
}
