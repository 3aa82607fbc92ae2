//! `model`: language models, as whoever grants one answers for them.

use super::{Host, Interface};
use crate::bindings::host::glasshouse::capability::model as wit;
use crate::bindings::host::glasshouse::types::types::Error;

pub use wit::{
    Message, Offer, Part, Reply as ModelReply, Request as ModelRequest, Speaker, Stop, ToolCall, ToolResult,
    Usage,
};

/// A model, or a record of what one said.
pub trait Model: Send {
    /// Answers one request.
    ///
    /// # Errors
    /// As the contract's `complete`.
    fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error>;
}

/// No model at all.
#[derive(Debug, Clone, Copy)]
pub struct NoModel;

impl Model for NoModel {
    fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error> {
        Err(Error::Denied(format!("no model is granted, so none answers for `{}`", request.model)))
    }
}

/// What a guest had models do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModelUse {
    /// Requests that were answered.
    pub replies: u64,
    /// Tokens of questions.
    pub input_tokens: u64,
    /// Tokens of replies.
    pub output_tokens: u64,
}

impl ModelUse {
    pub(crate) fn add(&mut self, usage: &Usage) {
        self.replies = self.replies.saturating_add(1);
        self.input_tokens = self.input_tokens.saturating_add(usage.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(usage.output_tokens);
    }
}

impl wit::Host for Host {
    fn complete(&mut self, request: ModelRequest) -> wasmtime::Result<Result<ModelReply, Error>> {
        self.enter(Interface::Model)?;
        self.meter.carried(Interface::Model, request.messages.iter().map(bytes).sum());
        let completed = self.model.complete(&request);
        if let Ok(reply) = &completed {
            self.meter.carried(Interface::Model, bytes(&reply.message));
            self.meter.model_replied(&reply.usage);
        }
        Ok(completed)
    }
}

fn bytes(message: &Message) -> usize {
    let part = |part: &Part| match part {
        Part::Text(text) | Part::Other(text) => text.len(),
        Part::ToolCall(call) => call.arguments.len(),
        Part::ToolResult(result) => result.text.len(),
    };
    message.parts.iter().map(part).sum()
}
