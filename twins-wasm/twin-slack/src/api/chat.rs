//! `chat.*`: posting, editing and deleting.

use serde::Serialize;
use serde_json::json;
use twin_sdk::Reply;

use crate::entities::{Channel, Message, THREAD_BROADCAST};
use crate::errors::{Code, Error};
use crate::state::Place;
use crate::ts::Ts;
use crate::wire;

use super::Call;
use super::access::{Kind, Visible, look};
use super::content::{LONGEST_EDIT, LONGEST_TEXT};

/// `chat.postMessage`.
pub(super) fn post_message(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer {
        channel: String,
        ts: String,
        message: Message,
    }
    let destination = call.args.required("channel")?;
    if call.args.flag("as_user")? && call.caller.user.is_bot {
        return Err(Code::AsUserNotSupported.into());
    }
    let content = call.content(LONGEST_TEXT)?;
    if content.is_empty() {
        return Err(Code::NoText.into());
    }
    let costume = call.costume()?;
    let mrkdwn = call.args.switch("mrkdwn")?.filter(|on| !on);
    let wants_broadcast = call.args.flag("reply_broadcast")?;
    let channel = call.writable(&destination)?;
    let parent = call.parent(&channel)?;
    let broadcast = parent.is_some() && wants_broadcast;
    let message = content.into_message(costume, mrkdwn);
    let place = Place { channel: &channel, parent, broadcast };
    let posted = call.state.post(place, &call.caller.user, message)?;
    call.clear_status(&channel, &posted)?;
    call.state.announce_message(&channel, &posted)?;
    let message = call.with_root(&channel, wire::message(posted, call.caller))?;
    wire::ok(&Answer { channel: channel.id, ts: message.ts.clone(), message })
}

/// `chat.update`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer {
        channel: String,
        ts: String,
        text: String,
        message: Message,
    }
    let id = call.args.required("channel")?;
    let ts = call.args.required("ts")?;
    if call.args.flag("as_user")? && call.caller.user.is_bot {
        return Err(Code::AsUserNotSupported.into());
    }
    let content = call.content(LONGEST_EDIT)?;
    let channel = call.visible(&id)?.channel;
    if channel.is_archived {
        return Err(Code::IsInactive.into());
    }
    let ts = Ts::parse_name(&ts).ok_or(Code::MessageNotFound)?;
    let message = call.state.message(&channel.id, ts)?.ok_or(Code::MessageNotFound)?;
    if message.user != call.caller.user.id {
        return Err(Code::CantUpdateMessage.into());
    }
    if content.is_empty() {
        return Err(Code::NoText.into());
    }
    let previous = message.clone();
    let mut edited = content.over(message);
    if call.args.flag("reply_broadcast")? {
        if !edited.is_reply() {
            return Err(Code::CantBroadcastMessage.into());
        }
        edited.subtype = Some(THREAD_BROADCAST.to_owned());
    }
    let edited = call.state.edit(edited, &call.caller.user)?;
    call.state.announce_change(&channel, Some(&edited), &previous)?;
    let mut message = call.with_root(&channel, wire::message(edited, call.caller))?;
    let ts = std::mem::take(&mut message.ts);
    wire::ok(&Answer { channel: channel.id, ts, text: message.text.clone(), message })
}

/// `chat.delete`: the caller's own messages; an administrator's token may delete those of others.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, ts) = (call.args.required("channel")?, call.args.required("ts")?);
    let channel = call.visible(&id)?.channel;
    let ts = Ts::parse_name(&ts).ok_or(Code::MessageNotFound)?;
    let message = call.state.message(&channel.id, ts)?.ok_or(Code::MessageNotFound)?;
    let me = &call.caller.user;
    let is_gone = message.subtype.as_deref() == Some("tombstone");
    if is_gone || message.user != me.id && !call.caller.is_in_charge() {
        return Err(Code::CantDeleteMessage.into());
    }
    call.state.remove(&message)?;
    call.state.announce_change(&channel, None, &message)?;
    wire::ok(&json!({"channel": channel.id, "ts": ts.to_string()}))
}

/// `chat.meMessage`.
pub(super) fn me_message(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let destination = call.args.required("channel")?;
    let text = call.args.required_or("text", Code::NoText)?;
    if text.chars().nth(LONGEST_TEXT).is_some() {
        return Err(Code::MsgTooLong.into());
    }
    let channel = call.writable(&destination)?;
    let message = Message { text, subtype: Some("me_message".to_owned()), ..Message::default() };
    let posted = call.state.post(Place::of(&channel), &call.caller.user, message)?;
    call.state.announce_message(&channel, &posted)?;
    wire::ok(&json!({"channel": channel.id, "ts": posted.ts}))
}

/// `chat.getPermalink`.
pub(super) fn get_permalink(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, ts) = (call.args.required("channel")?, call.args.required("message_ts")?);
    let channel = call.visible(&id)?.channel;
    let ts = Ts::parse_name(&ts).ok_or(Code::MessageNotFound)?;
    let message = call.state.message(&channel.id, ts)?.ok_or(Code::MessageNotFound)?;
    let permalink = call.permalink(&channel.id, &message)?;
    wire::ok(&json!({"permalink": permalink, "channel": channel.id}))
}

impl Call<'_, '_> {
    /// The conversation that a post is meant for: by id, by name, or the direct message with a user.
    pub(super) fn writable(&mut self, destination: &str) -> Result<Channel, Error> {
        let name = destination.strip_prefix('#').unwrap_or(destination);
        let channel = if let Some(channel) = self.state.channel(destination)? {
            channel
        } else if let Some(user) = self.state.user(destination)? {
            self.state.direct_message(&self.caller.user, &[user])?.0
        } else {
            self.state.channel_named(name)?.ok_or(Code::ChannelNotFound)?
        };
        let visible = look(self.state, self.caller, channel).ok_or(Code::ChannelNotFound)?;
        let Visible { channel, is_member } = visible;
        if channel.is_archived {
            return Err(Code::IsArchived.into());
        }
        let is_open = Kind::of(&channel) == Kind::Public && self.caller.has("chat:write.public");
        if is_member || is_open { Ok(channel) } else { Err(Code::NotInChannel.into()) }
    }

    /// The message that a post answers.
    pub(super) fn parent(&mut self, channel: &Channel) -> Result<Option<Message>, Error> {
        let Some(thread) = self.args.text("thread_ts")? else { return Ok(None) };
        let ts = Ts::parse_name(&thread).ok_or_else(|| Error::Explained {
            code: Code::InvalidThreadTs,
            messages: vec![format!("{thread} is not a valid thread_ts")],
        })?;
        let parent = self.state.message(&channel.id, ts)?.ok_or(Code::ThreadNotFound)?;
        if parent.is_reply() { Err(Code::CannotReplyToMessage.into()) } else { Ok(Some(parent)) }
    }

    /// The address at which people find a message.
    pub(super) fn permalink(&mut self, channel: &str, message: &Message) -> Result<String, Error> {
        let domain = self.state.team()?.map(|team| team.domain).unwrap_or_default();
        let page = format!("https://{domain}.slack.com/archives/{channel}/p{}", message.ts.replace('.', ""));
        Ok(match message.thread_ts.as_deref().filter(|_| message.is_reply()) {
            Some(thread) => format!("{page}?thread_ts={thread}&cid={channel}"),
            None => page,
        })
    }
}
