//! Messages, in the shape in which the service shows them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    #[serde(default, skip_serializing_if = "String::is_empty")]
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
    /// Files that it shares, as they were when it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<Vec<Value>>,
    /// Whether it came into being with its files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<bool>,
    /// Always `false`; messages with files only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_as_bot: Option<bool>,
    /// Messages about a change of the topic only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Messages about a change of the purpose only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Messages about a change of the name only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_name: Option<String>,
    /// Messages about a change of the name only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Messages about an invited member only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inviter: Option<String>,
    /// Messages that one member alone sees: who that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<String>,
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
