//! What a guest asked of a model and what it got, as its record holds them.

use super::canonical::{WrittenMessage, WrittenRequest};
use crate::capability::{ModelReply, ModelRequest, Stop, Usage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
struct TapedReply {
    message: WrittenMessage,
    stop: TapedStop,
    usage: TapedUsage,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TapedStop {
    End,
    ToolCalls,
    Length,
    Refused(String),
    Other(String),
}

#[derive(Serialize, Deserialize)]
struct TapedUsage {
    input_tokens: u64,
    cached_tokens: u64,
    output_tokens: u64,
}

/// The arguments of a call, by name.
pub(crate) fn request_to_tape(request: &ModelRequest) -> Value {
    // Strings, numbers and lists: nothing in it can fail to be written.
    serde_json::json!({ "request": WrittenRequest::from(request) })
}

pub(crate) fn reply_to_tape(reply: &ModelReply) -> Value {
    let Usage { input_tokens, cached_tokens, output_tokens } = reply.usage;
    let stop = match reply.stop.clone() {
        Stop::End => TapedStop::End,
        Stop::ToolCalls => TapedStop::ToolCalls,
        Stop::Length => TapedStop::Length,
        Stop::Refused(why) => TapedStop::Refused(why),
        Stop::Other(why) => TapedStop::Other(why),
    };
    let usage = TapedUsage { input_tokens, cached_tokens, output_tokens };
    let message = WrittenMessage::from(&reply.message);
    serde_json::to_value(TapedReply { message, stop, usage }).unwrap_or_default()
}

pub(crate) fn reply_from_tape(taped: &Value) -> Option<ModelReply> {
    let TapedReply { message, stop, usage } = TapedReply::deserialize(taped).ok()?;
    let stop = match stop {
        TapedStop::End => Stop::End,
        TapedStop::ToolCalls => Stop::ToolCalls,
        TapedStop::Length => Stop::Length,
        TapedStop::Refused(why) => Stop::Refused(why),
        TapedStop::Other(why) => Stop::Other(why),
    };
    let TapedUsage { input_tokens, cached_tokens, output_tokens } = usage;
    Some(ModelReply {
        message: message.into(),
        stop,
        usage: Usage { input_tokens, cached_tokens, output_tokens },
    })
}
