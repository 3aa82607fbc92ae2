//! Calls and assisted threads.

use serde::{Deserialize, Serialize};

/// A call that an app holds elsewhere; its key is its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct VoiceCall {
    /// `R` and more.
    pub id: String,
    /// Seconds since 1970.
    pub date_start: u64,
    /// Seconds since 1970; none while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_end: Option<u64>,
    /// The provider's id, of which the app has one alone.
    pub external_unique_id: String,
    /// Where people join.
    pub join_url: String,
    /// Where the provider's own program joins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desktop_app_join_url: Option<String>,
    /// The provider's id for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_display_id: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who takes part.
    pub users: Vec<Participant>,
    /// The user who made it; never shown.
    pub created_by: String,
    /// The app that holds it; never shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
}

impl VoiceCall {
    /// Whether somebody takes part.
    pub(crate) fn has(&self, participant: &Participant) -> bool {
        self.users.iter().any(|other| other.is_same(participant))
    }
}

/// One who takes part in a call: a member, or somebody whom the provider knows.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Participant {
    /// A member's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack_id: Option<String>,
    /// The provider's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

impl Participant {
    /// Whether both are the same one, whatever they are called.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.slack_id, &self.external_id) == (&other.slack_id, &other.external_id)
    }
}

/// What an app shows in a thread; its key is `CHANNEL/TS/USER`, the user being the app's bot.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AssistantThread {
    /// What the app is doing; empty where it says nothing.
    pub status: String,
    /// What is shown in turn while it does that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loading_messages: Vec<String>,
    /// The thread's name in the list of threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the user may choose to say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<Prompt>,
    /// What stands above them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompts_title: Option<String>,
}

/// Something that a user may choose to say.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Prompt {
    /// What is shown.
    pub title: String,
    /// What is said.
    pub message: String,
}
