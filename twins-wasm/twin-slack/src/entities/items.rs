//! What stands beside messages: pins, bookmarks, stars, reminders, scheduled messages, groups and views.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::is_false;

/// That a message is pinned; its key is `CHANNEL/TS`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pin {
    /// The channel's id.
    pub channel: String,
    /// The message.
    pub ts: String,
    /// Seconds since 1970.
    pub created: u64,
    /// Who pinned it.
    pub created_by: String,
}

/// A link at the head of a channel, as the service shows it; its key is `CHANNEL/ID`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Bookmark {
    /// `Bk` and more.
    pub id: String,
    /// The channel's id.
    pub channel_id: String,
    /// For people.
    pub title: String,
    /// The address.
    pub link: String,
    /// With colons.
    pub emoji: Option<String>,
    /// Always none.
    pub icon_url: Option<String>,
    /// Always `link`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Always none.
    pub entity_id: Option<String>,
    /// Seconds since 1970.
    pub date_created: u64,
    /// Seconds since 1970; 0 for never.
    pub date_updated: u64,
    /// Sorts the bookmarks of a channel.
    pub rank: String,
    /// Who changed it last.
    pub last_updated_by_user_id: String,
    /// The workspace.
    pub last_updated_by_team_id: String,
    /// Always none.
    pub shortcut_id: Option<String>,
    /// Always none.
    pub app_id: Option<String>,
}

/// That somebody saved an item; its key is `USER/KIND/ITEM`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Star {
    /// Who.
    pub user: String,
    /// A message, a file or a channel.
    #[serde(rename = "type")]
    pub kind: String,
    /// The channel's id; none for files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The message; messages only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts: Option<String>,
    /// The file's id; files only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Seconds since 1970.
    pub date_create: u64,
}

/// A reminder, as the service shows it; its key is its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reminder {
    /// `Rm` and more.
    pub id: String,
    /// Who made it.
    pub creator: String,
    /// Who is reminded.
    pub user: String,
    /// Of what.
    pub text: String,
    /// Whether it comes again.
    pub recurring: bool,
    /// Seconds since 1970; of those that come once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<u64>,
    /// Seconds since 1970; 0 for not done. Of those that come once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete_ts: Option<u64>,
}

/// A message that waits for its time; its key is `POST_AT/ID`, with ten digits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Scheduled {
    /// `Q` and more.
    pub id: String,
    /// The channel's id.
    pub channel: String,
    /// Who wrote it.
    pub user: String,
    /// Seconds since 1970.
    pub post_at: u64,
    /// Seconds since 1970.
    pub date_created: u64,
    /// The thread that it will answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
    /// Whether the channel will see the reply too.
    #[serde(default, skip_serializing_if = "is_false")]
    pub broadcast: bool,
    /// What the writer chose, in the shape of a message.
    pub content: Value,
}

/// A group of members, as the service shows it without counts; its key is its id.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    /// `S` and more.
    pub id: String,
    /// The workspace.
    pub team_id: String,
    /// For people.
    pub name: String,
    /// May be empty.
    pub description: String,
    /// Without `@`.
    pub handle: String,
    /// Seconds since 1970.
    pub date_create: u64,
    /// Seconds since 1970.
    pub date_update: u64,
    /// Seconds since 1970; 0 for a group that is not disabled.
    pub date_delete: u64,
    /// Who made it.
    pub created_by: String,
    /// Who changed it last.
    pub updated_by: String,
    /// Who disabled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_by: Option<String>,
    /// Channels that its members are asked into.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Its members, in the order in which they were given.
    #[serde(default)]
    pub users: Vec<String>,
}

/// A modal or a home tab; its key is its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct View {
    /// As the service shows it.
    pub view: Value,
    /// Who sees it.
    pub user: String,
    /// The app's id.
    pub app_id: String,
    /// What the app found wrong with what was submitted, by block; none where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Value>,
}

impl View {
    /// A field that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.view.get(name).and_then(Value::as_str)
    }

    /// Its id, which is its key.
    pub(crate) fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }

    /// Whether it is a home tab.
    pub(crate) fn is_home(&self) -> bool {
        self.text("type") == Some("home")
    }
}

/// How far somebody has read; its key is `USER/CHANNEL`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ReadMark {
    /// The last message that was read.
    pub ts: String,
}
