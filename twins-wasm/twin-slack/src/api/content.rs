//! What a call says that a message should hold.

use serde_json::{Map, Value, json};

use crate::blocks;
use crate::entities::Message;
use crate::errors::{Code, Error};

use super::Call;

/// The longest text of a new message, in characters.
pub(super) const LONGEST_TEXT: usize = 40_000;
/// The longest text of an edit.
pub(super) const LONGEST_EDIT: usize = 4_000;
/// The longest `markdown_text`.
const LONGEST_MARKDOWN: usize = 12_000;
/// How many attachments a message may have.
const MOST_ATTACHMENTS: usize = 100;
/// What stands for the text of a message that has blocks alone.
const NO_PLAIN_TEXT: &str = "This content can't be displayed.";

/// What a call says that a message should hold; none where the call says nothing.
pub(super) struct Content {
    pub text: Option<String>,
    pub blocks: Option<Vec<Value>>,
    pub attachments: Option<Vec<Value>>,
    pub metadata: Option<Value>,
}

impl Content {
    /// Whether there is nothing to show. Empty lists show nothing, and clear what an edit finds.
    pub(super) fn is_empty(&self) -> bool {
        let shows = |list: &Option<Vec<Value>>| list.as_ref().is_some_and(|list| !list.is_empty());
        self.text.is_none() && !shows(&self.blocks) && !shows(&self.attachments)
    }

    /// A new message with it, in the costume that the call asks for.
    pub(super) fn into_message(self, costume: Message, mrkdwn: Option<bool>) -> Message {
        Message {
            text: self.text.unwrap_or_else(|| NO_PLAIN_TEXT.to_owned()),
            blocks: self.blocks.filter(|blocks| !blocks.is_empty()),
            attachments: self.attachments.filter(|attachments| !attachments.is_empty()),
            metadata: self.metadata,
            mrkdwn,
            ..costume
        }
    }

    /// The message after an edit: what the call leaves out stays, an empty list removes.
    pub(super) fn over(self, mut message: Message) -> Message {
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
    /// Reads and checks it.
    pub(super) fn content(&mut self, longest: usize) -> Result<Content, Error> {
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
    pub(super) fn costume(&self) -> Result<Message, Error> {
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
