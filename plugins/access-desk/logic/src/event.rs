//! What Slack sends.

use serde::Deserialize;

/// The outermost part.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Call {
    /// Slack asks whether the address is ours.
    UrlVerification { challenge: String },
    EventCallback {
        event: Event,
        #[serde(default)]
        authorizations: Vec<Authorization>,
    },
    #[serde(other)]
    Unrelated,
}

/// For whom an event is.
#[derive(Debug, Deserialize)]
pub(crate) struct Authorization {
    /// The desk's own id.
    pub(crate) user_id: String,
}

/// The events that matter here; every other type is let pass.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Event {
    Message(Written),
    #[serde(other)]
    Unrelated,
}

/// What somebody wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct Written {
    pub(crate) channel: String,
    #[serde(default)]
    pub(crate) user: Option<String>,
    pub(crate) ts: String,
    /// The thread's first message; none outside of threads.
    #[serde(default)]
    pub(crate) thread_ts: Option<String>,
    #[serde(default)]
    pub(crate) text: String,
    /// Set for edits, joins and everything else that is not plain writing.
    #[serde(default)]
    pub(crate) subtype: Option<String>,
    /// Set where a bot wrote it.
    #[serde(default)]
    pub(crate) bot_id: Option<String>,
}

/// What a person wrote.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Saying<'e> {
    pub(crate) channel: &'e str,
    pub(crate) user: &'e str,
    pub(crate) ts: &'e str,
    /// The first message of the thread that it stands in; none outside of threads.
    pub(crate) thread: Option<&'e str>,
    pub(crate) text: &'e str,
}

impl Written {
    /// What a person wrote plainly, in the channel or in a thread; none for bots, edits and the like.
    pub(crate) fn saying(&self) -> Option<Saying<'_>> {
        let plain = matches!(self.subtype.as_deref(), None | Some("thread_broadcast"));
        let thread = self.thread_ts.as_deref().filter(|thread| *thread != self.ts);
        let user = self.user.as_deref().filter(|_| plain && self.bot_id.is_none())?;
        Some(Saying { channel: &self.channel, user, ts: &self.ts, thread, text: &self.text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(more: &str) -> Written {
        let json = format!(r#"{{"type":"message","channel":"C1","user":"U1","ts":"2.0"{more}}}"#);
        match serde_json::from_str(&json).unwrap() {
            Event::Message(written) => written,
            Event::Unrelated => panic!("{json}"),
        }
    }

    #[test]
    fn people_say_things_and_bots_and_edits_do_not() {
        assert_eq!(event("").saying().unwrap().thread, None);
        assert_eq!(event(r#","thread_ts":"2.0""#).saying().unwrap().thread, None);
        let sent_along = event(r#","thread_ts":"1.0","subtype":"thread_broadcast""#);
        assert_eq!(sent_along.saying().unwrap().thread, Some("1.0"));
        for silent in [r#","bot_id":"B1""#, r#","subtype":"message_changed""#] {
            assert!(event(silent).saying().is_none(), "{silent}");
        }
    }

    #[test]
    fn calls_of_other_types_are_let_pass() {
        assert!(matches!(serde_json::from_str(r#"{"type":"app_rate_limited"}"#).unwrap(), Call::Unrelated));
        let other = r#"{"type":"event_callback","event":{"type":"reaction_added","user":"U1"}}"#;
        let call = serde_json::from_str(other).unwrap();
        assert!(matches!(call, Call::EventCallback { event: Event::Unrelated, .. }));
    }
}
