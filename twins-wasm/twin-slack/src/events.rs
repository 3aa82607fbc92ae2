//! The Events API: what happens in the workspace is told to the apps that asked for it, signed, and again where they
//! do not answer. Sources: docs.slack.dev/apis/events-api and docs.slack.dev/authentication/verifying-requests-from-slack.

use data_encoding::BASE64_NOPAD;
use serde::Deserialize;
use serde_json::{Value, json};
use twin_sdk::{Duration, Header, Request, Retry, Signing, TableError};

use crate::entities::{App, Channel, Message};
use crate::sockets::Told;
use crate::state::State;
use crate::state::tables::APPS;

const SECOND: Duration = 1_000_000_000;
/// From a change to the first attempt to tell of it.
pub(crate) const DELAY: Duration = SECOND / 10;
/// How long an app may take to answer.
const PATIENCE: Duration = 3 * SECOND;
/// Before the second, third and fourth attempt: nearly at once, after a minute, after five.
const WAITS: [Duration; 3] = [SECOND / 10, 60 * SECOND, 300 * SECOND];

/// Who may learn of something.
#[derive(Clone, Copy)]
pub(crate) enum Audience<'a> {
    /// Every app of the workspace.
    Workspace,
    /// Apps whose bot is in the channel of that id.
    Channel(&'a str),
    /// One app.
    App(&'a str),
}

/// What `event_context` stands for.
#[derive(Deserialize)]
pub(crate) struct Context {
    /// The workspace.
    pub tid: String,
    /// The app.
    pub aid: String,
}

impl Context {
    /// Reads the text that an event carries.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_NOPAD.decode(text.strip_prefix("4-")?.as_bytes()).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

impl State<'_> {
    /// Tells of an event. `subscription` is the name under which apps ask for it, `event` what they are told.
    pub(crate) fn announce(
        &mut self,
        subscription: &str,
        audience: Audience<'_>,
        mut event: Value,
    ) -> Result<(), TableError> {
        for app in self.all(&APPS, "")? {
            if !app.events.iter().any(|wanted| wanted == subscription) || !self.may_learn(&app, audience) {
                continue;
            }
            if app.events_url.is_none() && !app.socket_mode {
                continue;
            }
            if let Some(fields) = event.as_object_mut() {
                let event_ts = self.event_ts();
                fields.entry("event_ts").or_insert(event_ts.into());
            }
            let callback = self.callback(&app, &event)?;
            match app.events_url.clone().filter(|_| !app.socket_mode) {
                Some(url) => self.tell(&app, &url, "application/json", callback.to_string(), &schedule()),
                None => self.tell_by_socket(&app, Told::Event(callback))?,
            }
        }
        Ok(())
    }

    /// Tells of a new message, and apps that it names of that.
    pub(crate) fn announce_message(
        &mut self,
        channel: &Channel,
        message: &Message,
    ) -> Result<(), TableError> {
        let mut event = serde_json::to_value(message).unwrap_or_default();
        if let Some(fields) = event.as_object_mut() {
            fields.insert("channel".to_owned(), channel.id.clone().into());
            fields.insert("event_ts".to_owned(), message.ts.clone().into());
        }
        self.announce_mentions(channel, message, &event)?;
        if let Some(fields) = event.as_object_mut() {
            fields.insert("channel_type".to_owned(), channel_type(channel).into());
        }
        self.announce(subscription(channel), Audience::Channel(&channel.id), event)
    }

    /// Tells that a message is not what it was, or is gone: `message` is then none.
    pub(crate) fn announce_change(
        &mut self,
        channel: &Channel,
        message: Option<&Message>,
        previous: &Message,
    ) -> Result<(), TableError> {
        let ts = self.event_ts();
        let mut event = json!({
            "type": "message", "subtype": if message.is_some() { "message_changed" } else { "message_deleted" },
            "channel": channel.id, "hidden": true, "ts": ts, "event_ts": ts, "channel_type": channel_type(channel),
            "previous_message": bare(previous),
        });
        if let Some(fields) = event.as_object_mut() {
            match message {
                Some(message) => fields.insert("message".to_owned(), bare(message)),
                None => fields.insert("deleted_ts".to_owned(), previous.ts.clone().into()),
            };
        }
        self.announce(subscription(channel), Audience::Channel(&channel.id), event)
    }

    /// Sends an app a request by whose signature it knows whom it is from; every attempt has its own.
    fn tell(&mut self, app: &App, url: &str, content_type: &str, body: String, retry: &Retry) {
        let headers =
            [("content-type", content_type), ("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")];
        let header = |(name, value): (&str, &str)| Header { name: name.to_owned(), value: value.to_owned() };
        let request = Request {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: headers.map(header).into(),
            body: body.into_bytes(),
        };
        let signing = Signing {
            secret: app.signing_secret.clone().into_bytes(),
            before: "v0:".to_owned(),
            between: ":".to_owned(),
            time_header: "x-slack-request-timestamp".to_owned(),
            signature_header: "x-slack-signature".to_owned(),
            prefix: "v0=".to_owned(),
        };
        self.emit_signed(&request, DELAY, retry, &signing);
    }

    /// Sends an app what a person did to its address. The service asks once.
    pub(crate) fn send_form(&mut self, app: &App, url: &str, form: &[(&str, &str)]) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        self.tell(app, url, "application/x-www-form-urlencoded", body, &once());
    }

    /// Asks an app to show that an address is its own.
    pub(crate) fn verify_url(&mut self, app: &App, url: &str) {
        let challenge = self.mint_ticket();
        let body =
            json!({"token": app.verification_token, "challenge": challenge, "type": "url_verification"});
        self.tell(app, url, "application/json", body.to_string(), &once());
    }

    /// The moment of an event, in the form of a message's.
    pub(crate) fn event_ts(&mut self) -> String {
        let micros = self.now() / 1_000;
        format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }

    fn may_learn(&mut self, app: &App, audience: Audience<'_>) -> bool {
        match (audience, &app.bot) {
            (Audience::Workspace, _) => true,
            (Audience::App(id), _) => app.id == id,
            (Audience::Channel(channel), Some(bot)) => self.is_member(channel, bot),
            (Audience::Channel(_), None) => false,
        }
    }

    fn announce_mentions(
        &mut self,
        channel: &Channel,
        message: &Message,
        event: &Value,
    ) -> Result<(), TableError> {
        if channel.is_im || !message.text.contains("<@") {
            return Ok(());
        }
        for app in self.all(&APPS, "")? {
            let Some(bot) = &app.bot else { continue };
            let named =
                message.text.contains(&format!("<@{bot}>")) || message.text.contains(&format!("<@{bot}|"));
            if named && message.user != *bot && self.is_member(&channel.id, bot) {
                let mut mention = event.clone();
                if let Some(fields) = mention.as_object_mut() {
                    fields.insert("type".to_owned(), "app_mention".into());
                }
                self.announce("app_mention", Audience::App(&app.id), mention)?;
            }
        }
        Ok(())
    }

    fn callback(&mut self, app: &App, event: &Value) -> Result<Value, TableError> {
        let team = self.team()?.map(|team| team.id).unwrap_or_default();
        let context = json!({"et": event["type"], "tid": team, "aid": app.id, "cid": event["channel"]});
        Ok(json!({
            "token": app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": null,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": self.mint("Ev"),
            "event_time": self.now_seconds(),
            "authorizations": [{
                "enterprise_id": null, "team_id": team, "user_id": app.bot, "is_bot": true,
                "is_enterprise_install": false,
            }],
            "is_ext_shared_channel": false,
            "event_context": format!("4-{}", BASE64_NOPAD.encode(context.to_string().as_bytes())),
        }))
    }
}

/// What events call the kind of a conversation.
pub(crate) fn channel_type(channel: &Channel) -> &'static str {
    match channel {
        Channel { is_im: true, .. } => "im",
        Channel { is_mpim: true, .. } => "mpim",
        Channel { is_private: true, .. } => "group",
        _ => "channel",
    }
}

/// The name under which apps ask for the messages of a conversation.
fn subscription(channel: &Channel) -> &'static str {
    match channel_type(channel) {
        "im" => "message.im",
        "mpim" => "message.mpim",
        "group" => "message.groups",
        _ => "message.channels",
    }
}

/// A message without the name of its channel.
fn bare(message: &Message) -> Value {
    let message = Message { channel: None, ..message.clone() };
    serde_json::to_value(message).unwrap_or_default()
}

/// For what is sent once.
pub(crate) fn once() -> Retry {
    Retry { waits: Vec::new(), timeout: PATIENCE, number_header: None, reason_header: None }
}

/// For events.
pub(crate) fn schedule() -> Retry {
    Retry {
        waits: WAITS.to_vec(),
        timeout: PATIENCE,
        number_header: Some("x-slack-retry-num".to_owned()),
        reason_header: Some("x-slack-retry-reason".to_owned()),
    }
}
