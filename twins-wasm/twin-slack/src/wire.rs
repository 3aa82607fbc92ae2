//! The shapes that the service sends, field by field, as its answers in the wild have them.

mod conversation;
mod user;

use serde::Serialize;
use serde_json::{Value, json};
use twin_sdk::{Binding, Reply};

use crate::caller::Caller;
use crate::entities::{Message, VoiceCall};
use crate::errors::Error;

pub(crate) use conversation::{Conversation, View, conversation, other_side};
pub(crate) use user::{User, profile, user};

/// A successful answer.
pub(crate) fn ok(body: &impl Serialize) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Envelope<'b, B: Serialize> {
        ok: bool,
        #[serde(flatten)]
        body: &'b B,
    }
    Ok(Reply::json(200, &Envelope { ok: true, body })?)
}

/// Where the next page begins; an empty cursor ends a list.
#[derive(Serialize)]
pub(crate) struct ResponseMetadata {
    pub next_cursor: String,
}

impl ResponseMetadata {
    /// The cursor to the item under a key; an empty one without a key.
    pub(crate) fn at(next: Option<&str>, binding: &Binding) -> Self {
        Self { next_cursor: next.map_or_else(String::new, |next| binding.mint(next)) }
    }
}

/// Where a page stands in a list of numbered pages.
pub(crate) fn paging(total: usize, page: u64, count: u64) -> Value {
    let total = total as u64;
    json!({"count": count, "total": total, "page": page, "pages": total.div_ceil(count.max(1))})
}

/// The answer of `auth.test`.
#[derive(Serialize)]
pub(crate) struct Identity<'a> {
    pub url: String,
    pub team: &'a str,
    pub user: &'a str,
    pub team_id: &'a str,
    pub user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_id: Option<&'a str>,
    pub is_enterprise_install: bool,
}

/// A message as the caller sees it: the channel stands beside it, and a parent tells of its thread.
pub(crate) fn message(mut message: Message, caller: &Caller) -> Message {
    message.channel = None;
    if message.reply_count.is_some() {
        let me = &caller.user.id;
        let took_part =
            message.user == *me || message.reply_users.as_ref().is_some_and(|users| users.contains(me));
        message.is_locked = Some(false);
        message.subscribed = Some(took_part && !caller.user.is_bot);
    }
    message
}

/// A message where it is an item among others: an app's own data stays out.
pub(crate) fn item(message: Message, caller: &Caller) -> Message {
    Message { metadata: None, ..self::message(message, caller) }
}

/// A call as the service shows it: nothing of who made it and for which app.
pub(crate) fn voice_call(call: &VoiceCall) -> Result<Value, serde_json::Error> {
    let mut shown = serde_json::to_value(call)?;
    if let Some(fields) = shown.as_object_mut() {
        fields.remove("created_by");
        fields.remove("app_id");
    }
    Ok(shown)
}
