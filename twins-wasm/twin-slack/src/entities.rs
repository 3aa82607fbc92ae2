//! The documents in the twin's tables. They are a contract with judges: see the table layout in the README. What is
//! not set is left out of a document, so that old and new documents read alike.

mod app;
mod assistant;
mod file;
mod items;
mod message;
mod user;

use serde::{Deserialize, Serialize};

pub(crate) use app::{App, Code as OauthCode, Command, Envelope, Refresh, Ticket, Trigger, Webhook};
pub(crate) use assistant::{AssistantThread, Participant, Prompt, VoiceCall};
pub(crate) use file::{Completion, Contents, File, Share, Upcoming, Upload};
pub(crate) use items::{Bookmark, Group, Pin, ReadMark, Reminder, Scheduled, Star, View};
pub(crate) use message::{BotProfile, Edited, Message, Reaction, THREAD_BROADCAST};
pub(crate) use user::{Profile, ProfileField, User, UserAddress};

/// The workspace.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Team {
    /// `T` and more.
    pub id: String,
    /// For people.
    pub name: String,
    /// The first label of the workspace's host name.
    pub domain: String,
    /// Whether the service's limits on the number of requests hold.
    #[serde(default, skip_serializing_if = "is_false")]
    pub rate_limits: bool,
}

/// How many calls a method takes, where it is not as many as the service says; its key is the method's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    /// So many calls.
    pub calls: u64,
    /// In so many seconds.
    pub seconds: u64,
    /// How many at once; as many as `calls` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<u64>,
}

/// What a token stands for; its key is the token itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// Who calls with it; a bot's token if that user is a bot.
    pub user: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Whether the service's limits on the number of requests hold for it; none where the workspace says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limits: Option<bool>,
    /// Seconds since 1970 after which it is good for nothing; none for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// Given up by its holder.
    #[serde(default, skip_serializing_if = "is_false")]
    pub revoked: bool,
    /// The app that it was given to; none for the app of the bot itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
}

/// A conversation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Channel {
    /// `C` and more; `D` and more for direct messages.
    pub id: String,
    /// Without `#`; empty for direct messages.
    pub name: String,
    /// Members only.
    pub is_private: bool,
    /// Read only.
    pub is_archived: bool,
    /// The channel that every full member is in.
    pub is_general: bool,
    /// A direct message.
    pub is_im: bool,
    /// Who made it.
    pub creator: String,
    /// Seconds since 1970.
    pub created: u64,
    /// May be empty.
    pub topic: String,
    /// May be empty.
    pub purpose: String,
    /// How many documents of `members` name it.
    pub num_members: u64,
    /// How many of its messages are pinned.
    pub pin_count: u64,
    /// The two sides of a direct message; empty for other channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
    /// A direct message of more than two.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_mpim: bool,
    /// Who set the topic, and when; none for its first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_set: Option<Setting>,
    /// Who set the purpose, and when; none for its first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose_set: Option<Setting>,
    /// Names that it had before, the latest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previous_names: Vec<String>,
    /// Milliseconds since 1970 of the last change; none for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<u64>,
    /// Members who closed the direct message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed_for: Vec<String>,
}

/// Who set a topic or a purpose, and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Setting {
    /// The user's id.
    pub creator: String,
    /// Seconds since 1970.
    pub last_set: u64,
}

/// That a user is in a channel; its key is `CHANNEL/USER`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Membership {
    /// The channel's id.
    pub channel: String,
    /// The user's id.
    pub user: String,
}

/// For documents that leave out what is not set.
pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

/// The same for numbers.
pub(crate) fn is_zero(value: &u64) -> bool {
    *value == 0
}
