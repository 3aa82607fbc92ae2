//! The welcome channel: the only place where the automation reads and writes.

use serde::Deserialize;

use crate::failure::Failure;
use crate::mention;
use crate::slack::{Message, Slack};

/// The channel's name; its id differs between workspaces.
const NAME: &str = "welcome";

/// The welcome channel of a team.
#[derive(Debug, Deserialize)]
pub(crate) struct Welcome {
    pub(crate) id: String,
    name: String,
    #[serde(default)]
    topic: Topic,
}

#[derive(Debug, Default, Deserialize)]
struct Topic {
    value: String,
}

impl Welcome {
    /// Finds the channel by its name.
    pub(crate) fn find(slack: &mut Slack<'_>) -> Result<Self, Failure> {
        let fields = [("types", "public_channel"), ("exclude_archived", "true")];
        let channels: Vec<Self> = slack.pages("conversations.list", &fields, "channels")?;
        channels.into_iter().find(|channel| channel.name == NAME).ok_or(Failure::NoWelcomeChannel)
    }

    /// Everything written in the channel outside of threads, newest first.
    pub(crate) fn history(&self, slack: &mut Slack<'_>) -> Result<Vec<Message>, Failure> {
        slack.pages("conversations.history", &[("channel", &self.id)], "messages")
    }

    /// A thread from its first message on.
    pub(crate) fn thread(&self, slack: &mut Slack<'_>, ts: &str) -> Result<Vec<Message>, Failure> {
        slack.pages("conversations.replies", &[("channel", &self.id), ("ts", ts)], "messages")
    }

    /// Whom the topic mentions first, if anybody.
    pub(crate) fn buddy(&self) -> Option<&str> {
        mention::all(&self.topic.value).next()
    }
}
