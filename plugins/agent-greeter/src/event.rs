//! What sets the automation off: a Slack event and the token to work with.

use serde::Deserialize;

/// The task's input.
#[derive(Debug, Deserialize)]
pub(crate) struct Input {
    /// A bot token, `xoxb-...`.
    pub(crate) token: String,
    pub(crate) event: Event,
}

/// The events that matter here; every other type is let pass.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Event {
    TeamJoin {
        user: Joined,
    },
    Message(Written),
    #[serde(other)]
    Unrelated,
}

/// Who joined. Slack sends the whole profile, which may be older than what `users.info` says.
#[derive(Debug, Deserialize)]
pub(crate) struct Joined {
    pub(crate) id: String,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_another_type_is_let_pass() {
        let input: Input =
            serde_json::from_str(r#"{"token":"t","event":{"type":"reaction_added","user":"U1"}}"#).unwrap();
        assert!(matches!(input.event, Event::Unrelated));
    }
}
