//! `reactions.*`: emoji on messages.

use serde_json::json;
use twin_sdk::{Binding, Order, Range, Reply};

use crate::entities::{Channel, Message};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::state::tables::MESSAGES;
use crate::ts::Ts;
use crate::wire::{self, ResponseMetadata};

use super::Call;

/// The longest name that the service lets an emoji have.
const LONGEST_NAME: usize = 100;

/// `reactions.add`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, ts) = (call.args.text("channel")?, call.args.text("timestamp")?);
    let (id, ts) = id.zip(ts).ok_or(Code::NoItemSpecified)?;
    let name = call.emoji_name()?;
    let ts = Ts::parse_name(&ts).ok_or(Code::BadTimestamp)?;
    let visible = call.visible(&id)?;
    if visible.channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if !visible.is_member && call.caller.user.is_bot {
        return Err(Code::NotInChannel.into());
    }
    let message = call.state.message(&id, ts)?.ok_or(Code::MessageNotFound)?;
    call.state.react(message.clone(), &name, &call.caller.user)?;
    call.announce_reaction("reaction_added", &visible.channel, &message, &name)?;
    call.done()
}

/// `reactions.remove`: the caller's own.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let name = call.emoji_name()?;
    let (channel, message) = call.reacted_item()?;
    call.state.unreact(message.clone(), &name, &call.caller.user)?;
    call.announce_reaction("reaction_removed", &channel, &message, &name)?;
    call.done()
}

/// `reactions.get`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if let Some(file) = call.args.text("file")? {
        let file = call.visible_file(&file)?;
        let shown = call.file(&file)?;
        return wire::ok(&json!({"type": "file", "file": shown}));
    }
    let (channel, message) = call.reacted_item()?;
    let permalink = call.permalink(&channel.id, &message)?;
    let mut shown = serde_json::to_value(wire::item(message, call.caller))?;
    if let Some(fields) = shown.as_object_mut() {
        fields.insert("permalink".to_owned(), permalink.into());
    }
    wire::ok(&json!({"type": "message", "channel": channel.id, "message": shown}))
}

/// `reactions.list`: what a member reacted to, the latest message first. In numbered pages, or by cursor where the
/// call has a limit.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = call.args.text("user")?.unwrap_or_else(|| call.caller.user.id.clone());
    if call.state.user(&user)?.is_none() {
        return Err(Code::UserNotFound.into());
    }
    let found = call.reacted_by(&user)?;
    let total = found.len();
    let (page, count) = call.args.numbered_page(100, 1_000)?;
    let binding = Binding::new("reactions.list", &call.caller.user.id, &[("user", &user)]);
    let by_cursor = call.args.text("limit")?.is_some();
    let limit = call.args.limit(100, 1_000)?;
    let garbled = || Error::argument("invalid cursor [json-pointer:/cursor]");
    let from = match call.position(&binding).map_err(|_| garbled())? {
        Some(position) => position.parse().map_err(|_| garbled())?,
        None if by_cursor => 0,
        None => usize::try_from((page - 1).saturating_mul(count)).unwrap_or(usize::MAX),
    };
    let length = if by_cursor { limit } else { usize::try_from(count).unwrap_or(usize::MAX) };
    let items = found.into_iter().skip(from).take(length).map(|(channel, message)| {
        json!({"type": "message", "channel": channel, "message": wire::item(message, call.caller)})
    });
    let items: Vec<_> = items.collect();
    let mut answer = json!({"items": items});
    let (name, value) = if by_cursor {
        let next = from.saturating_add(length);
        let next = (next < total).then(|| next.to_string());
        ("response_metadata", serde_json::to_value(ResponseMetadata::at(next.as_deref(), &binding))?)
    } else {
        ("paging", wire::paging(total, page, count))
    };
    if let Some(fields) = answer.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    wire::ok(&answer)
}

impl Call<'_, '_> {
    /// What a member reacted to where the caller may look, the latest message first, each with its channel.
    fn reacted_by(&mut self, user: &str) -> Result<Vec<(String, Message)>, Error> {
        let by_user = |message: &Message| {
            message.reactions.iter().flatten().any(|reaction| reaction.users.iter().any(|id| id == user))
        };
        let mut found = Vec::new();
        let mut scan = MESSAGES.scan(Range { start: None, end: None }, Order::Ascending);
        while let Some((_, message)) = self.state.step(&mut scan)? {
            if by_user(&message)
                && let Some(channel) = message.channel.clone()
                && self.visible(&channel).is_ok()
            {
                found.push((channel, message));
            }
        }
        found.sort_by(|(_, one), (_, other)| other.ts.cmp(&one.ts));
        Ok(found)
    }

    fn emoji_name(&self) -> Result<String, Error> {
        let name = self.args.required("name")?;
        if is_emoji_name(&name) { Ok(name) } else { Err(Code::InvalidName.into()) }
    }

    /// The message that the call is about; reactions to files are not kept.
    fn reacted_item(&mut self) -> Result<(Channel, Message), Error> {
        if let Some(file) = self.args.text("file")? {
            self.visible_file(&file)?;
            return Err(Code::NoReaction.into());
        }
        if self.args.text("file_comment")?.is_some() {
            return Err(Code::FileCommentNotFound.into());
        }
        let (id, ts) = (self.args.text("channel")?, self.args.text("timestamp")?);
        let (id, ts) = id.zip(ts).ok_or(Code::NoItemSpecified)?;
        self.named_message(&id, &ts)
    }

    fn announce_reaction(
        &mut self,
        kind: &str,
        channel: &Channel,
        message: &Message,
        name: &str,
    ) -> Result<(), Error> {
        let event = json!({
            "type": kind, "user": self.caller.user.id, "reaction": name, "item_user": message.user,
            "item": {"type": "message", "channel": channel.id, "ts": message.ts},
        });
        Ok(self.state.announce(kind, Audience::Channel(&channel.id), event)?)
    }
}

/// Whether an emoji could have that name, with a skin tone or without. Which emoji a workspace has is not
/// known to the twin.
fn is_emoji_name(name: &str) -> bool {
    let (base, tone) = name.split_once("::").map_or((name, None), |(base, tone)| (base, Some(tone)));
    let legal = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'+' | b'\'');
    let is_tone = |tone: &str| matches!(tone.strip_prefix("skin-tone-"), Some("2" | "3" | "4" | "5" | "6"));
    !base.is_empty() && base.len() <= LONGEST_NAME && base.bytes().all(legal) && tone.is_none_or(is_tone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_without_colons() {
        for name in ["+1", "white_check_mark", "thumbsup::skin-tone-3", "e-mail"] {
            assert!(is_emoji_name(name), "{name}");
        }
        for name in ["", ":tada:", "Tada", "two words", "+1::skin-tone-9", "+1::"] {
            assert!(!is_emoji_name(name), "{name}");
        }
    }
}
