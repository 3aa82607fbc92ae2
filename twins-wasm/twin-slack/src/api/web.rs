//! What the service answers beside its methods: addresses for bytes, incoming webhooks, responses to interactions,
//! and the page on which people consent to an app.

use serde_json::Value;
use twin_sdk::{Body, Incoming, Reply};

use crate::args::Args;
use crate::entities::{Message, Webhook};
use crate::errors::{Code, Error};
use crate::state::tables::{EPHEMERALS, WEBHOOKS};
use crate::state::{Place, State};
use crate::ts::Ts;
use crate::{blocks, entities};

use super::{Call, authenticate, files, oauth, scheduled, socket, unknown};

/// Where a client finds the service's host of that name, such as `files`. A client at a door finds everything there.
pub(super) fn origin(incoming: &Incoming<'_>, host: &str) -> String {
    let origin = incoming.origin();
    if origin == "https://slack.com" || origin.ends_with(".slack.com") {
        return format!("https://{host}.slack.com");
    }
    origin
}

/// Answers a request that is for no method.
pub(super) fn answer(state: &mut State<'_>, incoming: &Incoming<'_>) -> Reply {
    let path = incoming.path();
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let outcome = match parts.as_slice() {
        ["upload", "v1", ticket] => files::take_bytes(state, incoming, ticket),
        ["services", _, _, secret] => webhook(state, incoming, secret),
        ["actions" | "commands", _, _, secret] => webhook(state, incoming, secret),
        ["files-pri", id, ..] => private_file(state, incoming, id),
        ["oauth", "v2", "authorize"] | ["oauth", "authorize"] => oauth::authorize(state, incoming),
        ["link"] => socket::link(state, incoming),
        ["_wake"] if scheduled::WAKE.ends_with(path) => Ok(Reply::of_type(200, "text/plain", "")),
        _ => return unknown(state, path, 404),
    };
    outcome.unwrap_or_else(|error| {
        if error.is_internal() {
            state.log(twin_sdk::Level::Error, &format!("{path}: {error}"));
        }
        error.usual_reply()
    })
}

/// The bytes of a file, for a token that may see it; others are sent to sign in.
fn private_file(state: &mut State<'_>, incoming: &Incoming<'_>, id: &str) -> Result<Reply, Error> {
    let args = Args::read(incoming, false)?;
    let file = id.split_once('-').map_or(id, |(_, file)| file);
    if let Ok(caller) = authenticate(state, incoming, &args) {
        caller.require_any(&["files:read"])?;
        let found = files::shown_contents(&mut Call { state, caller: &caller, args: &args, incoming }, file)?;
        return Ok(found.unwrap_or_else(|| Reply::of_type(404, "text/html", "")));
    }
    let domain = state.team()?.map(|team| team.domain).unwrap_or_default();
    Ok(Reply::of_type(302, "text/html", "")
        .header("location", format!("https://{domain}.slack.com/?redir={}", incoming.path())))
}

/// Posts at an address that needs no token. The answers are plain words.
fn webhook(state: &mut State<'_>, incoming: &Incoming<'_>, secret: &str) -> Result<Reply, Error> {
    let plain = |status, text: &'static str| Ok(Reply::of_type(status, "text/html", text));
    let Some(mut webhook) = state.get(&WEBHOOKS, secret)? else { return plain(404, "no_service") };
    if webhook.expires.is_some_and(|expires| expires <= state.now_seconds()) {
        return plain(404, "expired_url");
    }
    match webhook.uses {
        Some(0) => return plain(404, "used_url"),
        Some(uses) => webhook.uses = Some(uses - 1),
        None => {}
    }
    let Some(payload) = payload(incoming) else { return plain(400, "invalid_payload") };
    let Some(channel) = state.channel(&webhook.channel)? else { return plain(404, "channel_not_found") };
    if channel.is_archived {
        return plain(410, "channel_is_archived");
    }
    let Some(author) = state.user(&webhook.user)? else { return plain(404, "no_service") };
    if author.deleted {
        return plain(404, "no_service");
    }
    if webhook.uses.is_some() {
        state.put(&WEBHOOKS, secret, &webhook)?;
    }
    match state.post_payload(&webhook, &channel, &author, &payload) {
        Ok(()) => plain(200, "ok"),
        Err(Error::Code(Code::NoText)) => plain(400, "no_text"),
        Err(Error::Code(Code::MessageNotFound)) => plain(404, "message_not_found"),
        Err(Error::Code(Code::TooManyAttachments)) => plain(400, "too_many_attachments"),
        Err(Error::Explained { .. } | Error::Code(_)) => plain(400, "invalid_blocks"),
        Err(error) => Err(error),
    }
}

/// Posts what an app answered to a command at once; an answer without content posts nothing.
pub(super) fn respond(state: &mut State<'_>, secret: &str, payload: &Value) -> Result<(), Error> {
    let webhook = state.get(&WEBHOOKS, secret)?.ok_or(Code::NotFound)?;
    let channel = state.channel(&webhook.channel)?.ok_or(Code::ChannelNotFound)?;
    let author = state.user(&webhook.user)?.ok_or(Code::UserNotFound)?;
    match state.post_payload(&webhook, &channel, &author, payload) {
        Err(Error::Code(Code::NoText)) => Ok(()),
        posted => posted,
    }
}

/// The JSON object that was sent, as it is or in the field `payload` of a form. Senders forget its content type.
fn payload(incoming: &Incoming<'_>) -> Option<Value> {
    let text = match incoming.body() {
        Ok(Body::Form(fields)) => fields.into_iter().find(|(name, _)| name == "payload")?.1,
        _ => String::from_utf8(incoming.bytes().to_vec()).ok()?,
    };
    serde_json::from_str::<Value>(&text).ok().filter(Value::is_object)
}

impl State<'_> {
    fn post_payload(
        &mut self,
        webhook: &Webhook,
        channel: &entities::Channel,
        author: &entities::User,
        payload: &Value,
    ) -> Result<(), Error> {
        let flag = |name: &str| payload[name].as_bool().unwrap_or(false);
        let original = webhook.message_ts.as_deref().and_then(Ts::parse_name);
        let original = original.map(|ts| self.message(&channel.id, ts)).transpose()?.flatten();
        if flag("delete_original") {
            let original = original.ok_or(Code::MessageNotFound)?;
            self.remove(&original)?;
            return Ok(self.announce_change(channel, None, &original)?);
        }
        let content = self.payload_message(payload)?;
        if flag("replace_original") {
            let original = original.ok_or(Code::MessageNotFound)?;
            let changed = Message {
                text: content.text,
                blocks: content.blocks,
                attachments: content.attachments,
                ..original.clone()
            };
            let edited = self.edit(changed, author)?;
            return Ok(self.announce_change(channel, Some(&edited), &original)?);
        }
        if webhook.seen_by.is_some() && payload["response_type"] != "in_channel" {
            return self.show_to_one(webhook, channel, author, content);
        }
        let thread = payload["thread_ts"].as_str().and_then(Ts::parse_name);
        let parent = thread.map(|ts| self.message(&channel.id, ts)).transpose()?.flatten();
        let place = Place { parent, ..Place::of(channel) };
        let posted = self.post(place, author, content)?;
        Ok(self.announce_message(channel, &posted)?)
    }

    fn show_to_one(
        &mut self,
        webhook: &Webhook,
        channel: &entities::Channel,
        author: &entities::User,
        content: Message,
    ) -> Result<(), Error> {
        let ts = self.next_ts(&channel.id)?.to_string();
        let message = Message {
            channel: Some(channel.id.clone()),
            kind: "message".to_owned(),
            user: author.id.clone(),
            team: author.team_id.clone(),
            bot_id: author.bot_id.clone(),
            app_id: author.app_id.clone(),
            ts: ts.clone(),
            seen_by: webhook.seen_by.clone(),
            ..content
        };
        Ok(self.put(&EPHEMERALS, &format!("{}/{ts}", channel.id), &message)?)
    }

    fn payload_message(&mut self, payload: &Value) -> Result<Message, Error> {
        let list = |name: &str| payload.get(name).filter(|value| !value.is_null()).cloned();
        let mut blocks = list("blocks").map(blocks::check).transpose()?.filter(|blocks| !blocks.is_empty());
        if let Some(blocks) = &mut blocks {
            blocks::complete(blocks, || self.draw_block_id());
        }
        let attachments = match list("attachments") {
            Some(Value::Array(attachments)) => {
                Some(attachments).filter(|attachments| !attachments.is_empty())
            }
            Some(_) => return Err(Code::InvalidAttachments.into()),
            None => None,
        };
        let text = payload["text"].as_str().unwrap_or_default().to_owned();
        if text.is_empty() && blocks.is_none() && attachments.is_none() {
            return Err(Code::NoText.into());
        }
        Ok(Message {
            text,
            blocks,
            attachments,
            subtype: Some("bot_message".to_owned()),
            username: payload["username"].as_str().map(str::to_owned),
            ..Message::default()
        })
    }
}
