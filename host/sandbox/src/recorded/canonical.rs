//! A request as JSON in one fixed form, of which the digest is taken.

use crate::capability::{Message, ModelRequest, Offer, Part, Speaker, ToolCall, ToolResult};
use glasshouse_model::Digest;
use serde::{Deserialize, Serialize};

/// The digest under which the reply to a request is kept: of its JSON in the field order of the contract.
pub fn request_digest(request: &ModelRequest) -> Digest {
    WrittenRequest::from(request).digest()
}

/// A request as a file holds it. Fields are written in this order; none is left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRequest {
    model: String,
    messages: Vec<WrittenMessage>,
    tools: Vec<WrittenOffer>,
    max_tokens: u32,
    temperature: Option<f64>,
    output_schema: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenMessage {
    speaker: WrittenSpeaker,
    parts: Vec<WrittenPart>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenSpeaker {
    System,
    User,
    Assistant,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenPart {
    Text(String),
    ToolCall { id: String, name: String, arguments: String },
    ToolResult { id: String, text: String, failed: bool },
    Other(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOffer {
    name: String,
    description: String,
    input_schema: String,
}

impl WrittenRequest {
    pub(super) fn digest(&self) -> Digest {
        Digest::of(self.json().as_bytes())
    }

    pub(super) fn json(&self) -> String {
        // Strings, numbers and lists: nothing in it can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<&ModelRequest> for WrittenRequest {
    fn from(request: &ModelRequest) -> Self {
        Self {
            model: request.model.clone(),
            messages: request.messages.iter().map(WrittenMessage::from).collect(),
            tools: request.tools.iter().map(WrittenOffer::from).collect(),
            max_tokens: request.max_tokens,
            temperature: request.temperature,
            output_schema: request.output_schema.clone(),
        }
    }
}

impl From<&Message> for WrittenMessage {
    fn from(message: &Message) -> Self {
        let speaker = match message.speaker {
            Speaker::System => WrittenSpeaker::System,
            Speaker::User => WrittenSpeaker::User,
            Speaker::Assistant => WrittenSpeaker::Assistant,
        };
        Self { speaker, parts: message.parts.iter().map(WrittenPart::from).collect() }
    }
}

impl From<WrittenMessage> for Message {
    fn from(written: WrittenMessage) -> Self {
        let speaker = match written.speaker {
            WrittenSpeaker::System => Speaker::System,
            WrittenSpeaker::User => Speaker::User,
            WrittenSpeaker::Assistant => Speaker::Assistant,
        };
        Self { speaker, parts: written.parts.into_iter().map(Part::from).collect() }
    }
}

impl From<WrittenPart> for Part {
    fn from(written: WrittenPart) -> Self {
        match written {
            WrittenPart::Text(text) => Self::Text(text),
            WrittenPart::ToolCall { id, name, arguments } => Self::ToolCall(ToolCall { id, name, arguments }),
            WrittenPart::ToolResult { id, text, failed } => Self::ToolResult(ToolResult { id, text, failed }),
            WrittenPart::Other(text) => Self::Other(text),
        }
    }
}

impl From<&Part> for WrittenPart {
    fn from(part: &Part) -> Self {
        match part.clone() {
            Part::Text(text) => Self::Text(text),
            Part::ToolCall(ToolCall { id, name, arguments }) => Self::ToolCall { id, name, arguments },
            Part::ToolResult(ToolResult { id, text, failed }) => Self::ToolResult { id, text, failed },
            Part::Other(text) => Self::Other(text),
        }
    }
}

impl From<&Offer> for WrittenOffer {
    fn from(offer: &Offer) -> Self {
        let Offer { name, description, input_schema } = offer.clone();
        Self { name, description, input_schema }
    }
}
