//! The documents in the twin's tables. They are a contract with judges: see the table layout in the README.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
}

/// What a token stands for; its key is the token itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// Who calls with it; a bot's token if that user is a bot.
    pub user: String,
    /// What it may do.
    pub scopes: Vec<String>,
}

/// A member of the workspace: a person or a bot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    /// `U` and more.
    pub id: String,
    /// The workspace.
    pub team_id: String,
    /// The handle, without `@`.
    pub name: String,
    /// The full name.
    pub real_name: String,
    /// None for bots.
    pub email: Option<String>,
    /// What they do.
    pub title: String,
    /// IANA name of the time zone.
    pub tz: String,
    /// Deactivated.
    pub deleted: bool,
    /// A bot user of an app.
    pub is_bot: bool,
    /// A guest, who sees only the channels that they are in.
    pub is_restricted: bool,
    /// `B` and more; bots only.
    pub bot_id: Option<String>,
    /// `A` and more; bots only.
    pub app_id: Option<String>,
    /// Seconds since 1970 of the last change.
    pub updated: u64,
}

/// A conversation.
#[derive(Debug, Clone, Serialize, Deserialize)]
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
}

/// That a user is in a channel; its key is `CHANNEL/USER`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Membership {
    /// The channel's id.
    pub channel: String,
    /// The user's id.
    pub user: String,
}

/// A message as the service shows it, with its channel; its key is `CHANNEL/TS`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Message {
    /// The channel's id. Always there in the table; the service's answers name it outside of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Always `message`.
    #[serde(rename = "type")]
    pub kind: String,
    /// None for a plain message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
    /// Who wrote it, bots too.
    pub user: String,
    /// When, and its name in the channel. Always there in the table; the answer to an edit names it outside of
    /// the message.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ts: String,
    /// Messages of people only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_msg_id: Option<String>,
    /// Messages of bots only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_id: Option<String>,
    /// Messages of bots only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// In the service's own mark-up.
    pub text: String,
    /// The workspace.
    pub team: String,
    /// Messages of bots only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_profile: Option<BotProfile>,
    /// The name that a bot chose for this message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The picture that a bot chose for this message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icons: Option<Value>,
    /// Block Kit, with every block's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<Value>>,
    /// With their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attachments: Option<Vec<Value>>,
    /// `false` where the writer switched mark-up off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mrkdwn: Option<bool>,
    /// An app's own data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// The thread it is in; its own `ts` for a parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// Replies only: who wrote the parent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_user_id: Option<String>,
    /// Parents only, as the four below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_count: Option<u64>,
    /// How many wrote a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_users_count: Option<u64>,
    /// The `ts` of the last reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest_reply: Option<String>,
    /// Who wrote a reply, in the order of their first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_users: Option<Vec<String>>,
    /// Answers only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_locked: Option<bool>,
    /// Answers only: whether the caller follows the thread.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscribed: Option<bool>,
    /// Answers only: the parent of a reply that was sent to the channel too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<Box<Message>>,
    /// The last edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edited: Option<Edited>,
    /// In the order of each emoji's first use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reactions: Option<Vec<Reaction>>,
    /// The channel's id where it is pinned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned_to: Option<Vec<String>>,
}

impl Message {
    /// Whether it stands in a thread below another message.
    pub(crate) fn is_reply(&self) -> bool {
        self.thread_ts.as_ref().is_some_and(|thread| *thread != self.ts)
    }

    /// Whether the channel itself shows it: everything but replies that were not sent there too.
    pub(crate) fn is_in_channel(&self) -> bool {
        !self.is_reply() || self.subtype.as_deref() == Some(THREAD_BROADCAST)
    }
}

/// The subtype of a reply that was sent to the channel too.
pub(crate) const THREAD_BROADCAST: &str = "thread_broadcast";

/// Who edited a message last, and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Edited {
    /// The user's id.
    pub user: String,
    /// Whole seconds, written as a timestamp.
    pub ts: String,
}

/// One emoji on a message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reaction {
    /// Without colons.
    pub name: String,
    /// In the order in which they reacted.
    pub users: Vec<String>,
    /// How many they are.
    pub count: u64,
}

/// The bot that wrote a message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct BotProfile {
    /// `B` and more.
    pub id: String,
    /// `A` and more.
    pub app_id: String,
    /// The bot's user.
    pub user_id: String,
    /// For people.
    pub name: String,
    /// Picture addresses by size.
    pub icons: Value,
    /// Deactivated.
    pub deleted: bool,
    /// Seconds since 1970.
    pub updated: u64,
    /// The workspace.
    pub team_id: String,
}
