//! `chat.*`: posting and editing.

use serde::Serialize;
use serde_json::{Map, Value, json};
use twin_sdk::Reply;

use crate::blocks;
use crate::entities::{Channel, Message, THREAD_BROADCAST};
use crate::errors::{Code, Error};
use crate::state::Place;
use crate::ts::Ts;
use crate::wire;

use super::Call;
use super::access::{Kind, Visible, look};

/// The longest text of a new message, in characters.
const LONGEST_TEXT: usize = 40_000;
/// The longest text of an edit.
const LONGEST_EDIT: usize = 4_000;
/// The longest `markdown_text`.
const LONGEST_MARKDOWN: usize = 12_000;
/// How many attachments a message may have.
const MOST_ATTACHMENTS: usize = 100;
/// What stands for the text of a message that has blocks alone.
const NO_PLAIN_TEXT: &str = "This content can't be displayed.";

/// What a call says that a message should hold; none where the call says nothing.
struct Content {
    text: Option<String>,
    blocks: Option<Vec<Value>>,
    attachments: Option<Vec<Value>>,
    metadata: Option<Value>,
}

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
    let message = Message {
        text: content.text.unwrap_or_else(|| NO_PLAIN_TEXT.to_owned()),
        blocks: content.blocks.filter(|blocks| !blocks.is_empty()),
        attachments: content.attachments.filter(|attachments| !attachments.is_empty()),
        metadata: content.metadata,
        mrkdwn,
        ..costume
    };
    let place = Place { channel: &channel, parent, broadcast };
    let posted = call.state.post(place, &call.caller.user, message)?;
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
    let mut edited = content.over(message);
    if call.args.flag("reply_broadcast")? {
        if !edited.is_reply() {
            return Err(Code::CantBroadcastMessage.into());
        }
        edited.subtype = Some(THREAD_BROADCAST.to_owned());
    }
    let edited = call.state.edit(edited, &call.caller.user)?;
    let mut message = call.with_root(&channel, wire::message(edited, call.caller))?;
    let ts = std::mem::take(&mut message.ts);
    wire::ok(&Answer { channel: channel.id, ts, text: message.text.clone(), message })
}

impl Content {
    /// Whether there is nothing to show. Empty lists show nothing, and clear what an edit finds.
    fn is_empty(&self) -> bool {
        let shows = |list: &Option<Vec<Value>>| list.as_ref().is_some_and(|list| !list.is_empty());
        self.text.is_none() && !shows(&self.blocks) && !shows(&self.attachments)
    }

    /// The message after an edit: what the call leaves out stays, an empty list removes.
    fn over(self, mut message: Message) -> Message {
        let keep = |list: Option<Vec<Value>>, old: Option<Vec<Value>>| match list {
            None => old,
            Some(list) => Some(list).filter(|list| !list.is_empty()),
        };
        message.text = self.text.unwrap_or_else(|| NO_PLAIN_TEXT.to_owned());
        message.blocks = keep(self.blocks, message.blocks);
        message.attachments = keep(self.attachments, message.attachments);
        message.metadata = self.metadata.or(message.metadata);
        message
    }
}

impl Call<'_, '_> {
    fn content(&mut self, longest: usize) -> Result<Content, Error> {
        let sent_blocks = self.args.json("blocks", Code::InvalidBlocksFormat)?;
        let mut text = self.args.text("text")?;
        if let Some(markdown) = self.args.text("markdown_text")? {
            if text.is_some() || sent_blocks.is_some() {
                return Err(Code::MarkdownTextConflict.into());
            }
            if markdown.chars().nth(LONGEST_MARKDOWN).is_some() {
                return Err(Code::MsgTooLong.into());
            }
            text = Some(markdown);
        }
        if text.as_ref().is_some_and(|text| text.chars().nth(longest).is_some()) {
            return Err(Code::MsgTooLong.into());
        }
        let mut blocks = sent_blocks.map(blocks::check).transpose()?;
        if let Some(blocks) = &mut blocks {
            blocks::complete(blocks, || self.state.draw_block_id());
        }
        Ok(Content { text, blocks, attachments: self.attachments()?, metadata: self.metadata()? })
    }

    fn attachments(&self) -> Result<Option<Vec<Value>>, Error> {
        let Some(sent) = self.args.json("attachments", Code::InvalidAttachments)? else { return Ok(None) };
        let Value::Array(mut attachments) = sent else { return Err(Code::InvalidAttachments.into()) };
        if attachments.len() > MOST_ATTACHMENTS {
            return Err(Code::TooManyAttachments.into());
        }
        for (number, attachment) in (1..).zip(&mut attachments) {
            let fields = attachment.as_object_mut().ok_or(Code::InvalidAttachments)?;
            complete_attachment(fields, number);
        }
        Ok(Some(attachments))
    }

    fn metadata(&self) -> Result<Option<Value>, Error> {
        let Some(sent) = self.args.json("metadata", Code::InvalidMetadataFormat)? else { return Ok(None) };
        let fields = sent.as_object().ok_or(Code::InvalidMetadataFormat)?;
        let has_type = fields.get("event_type").is_some_and(Value::is_string);
        let has_payload = fields.get("event_payload").is_some_and(Value::is_object);
        if has_type && has_payload { Ok(Some(sent)) } else { Err(Code::InvalidMetadataSchema.into()) }
    }

    /// The name and picture that a bot wants for one message.
    fn costume(&self) -> Result<Message, Error> {
        let username = self.args.text("username")?;
        let emoji = self.args.text("icon_emoji")?.map(|emoji| json!({"emoji": emoji}));
        let icons = match self.args.text("icon_url")? {
            Some(url) => emoji.or(Some(json!({"image_64": url}))),
            None => emoji,
        };
        if username.is_none() && icons.is_none() {
            return Ok(Message::default());
        }
        self.caller.require_any(&["chat:write.customize"])?;
        Ok(Message { subtype: Some("bot_message".to_owned()), username, icons, ..Message::default() })
    }

    /// The conversation that a post is meant for: by id, by name, or the direct message with a user.
    fn writable(&mut self, destination: &str) -> Result<Channel, Error> {
        let name = destination.strip_prefix('#').unwrap_or(destination);
        let channel = if let Some(channel) = self.state.channel(destination)? {
            channel
        } else if let Some(user) = self.state.user(destination)? {
            self.state.direct_message(&self.caller.user, &user)?
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
    fn parent(&mut self, channel: &Channel) -> Result<Option<Message>, Error> {
        let Some(thread) = self.args.text("thread_ts")? else { return Ok(None) };
        let ts = Ts::parse_name(&thread).ok_or_else(|| Error::Explained {
            code: Code::InvalidThreadTs,
            messages: vec![format!("{thread} is not a valid thread_ts")],
        })?;
        let parent = self.state.message(&channel.id, ts)?.ok_or(Code::ThreadNotFound)?;
        if parent.is_reply() { Err(Code::CannotReplyToMessage.into()) } else { Ok(Some(parent)) }
    }
}

/// The service numbers attachments, gives each a fallback and drops the `#` of a colour.
fn complete_attachment(fields: &mut Map<String, Value>, number: u64) {
    fields.insert("id".to_owned(), number.into());
    let fallback = ["text", "title", "pretext"]
        .iter()
        .find_map(|name| fields.get(*name).filter(|value| value.is_string()).cloned())
        .unwrap_or_else(|| "[no preview available]".into());
    fields.entry("fallback").or_insert(fallback);
    if let Some(Value::String(color)) = fields.get_mut("color")
        && let Some(bare) = color.strip_prefix('#')
    {
        *color = bare.to_owned();
    }
}
