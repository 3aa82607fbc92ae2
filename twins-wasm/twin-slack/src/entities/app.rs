//! Apps, what they were given, and how they are reached.

use serde::{Deserialize, Serialize};

use super::is_false;

/// An installed app; its key is its id. What a fixture leaves out is not set up.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct App {
    /// `A` and more.
    pub id: String,
    /// For people.
    pub name: String,
    /// The user id of its bot; none before a first installation.
    pub bot: Option<String>,
    /// Who may exchange codes.
    pub client_id: String,
    /// Their password.
    pub client_secret: String,
    /// Signs what is sent to the app.
    pub signing_secret: String,
    /// What an app compared before there were signatures.
    pub verification_token: String,
    /// Where events go.
    pub events_url: Option<String>,
    /// The events that it asked for, for example `message.channels`.
    pub events: Vec<String>,
    /// Where clicks and submitted views go.
    pub interactivity_url: Option<String>,
    /// Its slash commands.
    pub commands: Vec<Command>,
    /// Where people may be sent back to.
    pub redirect_urls: Vec<String>,
    /// What its bot may do.
    pub scopes: Vec<String>,
    /// What it may do in the name of the person who installs it.
    pub user_scopes: Vec<String>,
    /// Whether its tokens live for twelve hours only.
    #[serde(skip_serializing_if = "is_false")]
    pub token_rotation: bool,
    /// Whether all that it is told goes over sockets that it opens, and none of it to its addresses.
    #[serde(skip_serializing_if = "is_false")]
    pub socket_mode: bool,
}

/// A slash command.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    /// With its slash.
    pub command: String,
    /// Where it goes; none where the app is told over sockets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Leave to open a socket, once; its key is the ticket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ticket {
    /// The app's id.
    pub app_id: String,
    /// Nanoseconds since 1970.
    pub expires: u64,
}

/// What an app was sent over a socket and may answer as it acknowledges it; its key is the envelope's id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Envelope {
    /// The app's id.
    pub app_id: String,
    /// The key of the webhook that the answer to a command is posted through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond: Option<String>,
    /// The view that was submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}

/// An address at which anybody may post; its key is the last part of the address.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Webhook {
    /// Who posts.
    pub user: String,
    /// Where.
    pub channel: String,
    /// The message that a response replaces or answers; none for incoming webhooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_ts: Option<String>,
    /// Who alone sees what is posted, unless the post says otherwise; none for incoming webhooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_by: Option<String>,
    /// Seconds since 1970 after which it is gone; none for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// How many posts it still takes; none for any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses: Option<u32>,
}

/// A code that a person's consent gave to an app; its key is the code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Code {
    /// The app's id.
    pub app_id: String,
    /// Who consented.
    pub user: String,
    /// For the bot.
    pub scopes: Vec<String>,
    /// For the person's own token.
    pub user_scopes: Vec<String>,
    /// Where the person was sent back to.
    pub redirect_uri: String,
    /// Seconds since 1970.
    pub expires: u64,
    /// Whether it was exchanged.
    pub used: bool,
}

/// A refresh token; its key is the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refresh {
    /// The app's id.
    pub app_id: String,
    /// Whose token it renews.
    pub user: String,
    /// Who consented.
    pub installer: String,
    /// What the token may do.
    pub scopes: Vec<String>,
}

/// Leave to open a view, which a click or a command gives; its key is the trigger's id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trigger {
    /// Whose click it was.
    pub user: String,
    /// The app's id.
    pub app_id: String,
    /// Nanoseconds since 1970.
    pub expires: u64,
    /// Whether a view was opened with it.
    #[serde(default)]
    pub used: bool,
    /// The view that the click was made in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
}
