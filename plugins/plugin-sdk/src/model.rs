//! Language models: the types of the contract's interface `model`, and its function as a trait.

use crate::Error;
pub use crate::bindings::imports::glasshouse::capability::model::{
    Message, Offer, Part, Reply, Request, Speaker, Stop, ToolCall, ToolResult, Usage,
};

/// Models that the host gives.
pub trait Model {
    /// Asks a model and waits for its whole reply.
    ///
    /// # Errors
    /// `denied`: no grant names the provider. `not-found`: the provider has no such model, or nothing was recorded for
    /// the request. `invalid-argument`: the request is none that the provider takes. `quota-exceeded`: the budget is used
    /// up. `timed-out`, `unavailable`: the provider did not answer.
    fn complete(&mut self, request: &Request) -> Result<Reply, Error>;
}

impl Reply {
    /// Its text parts, one after the other.
    #[must_use]
    pub fn text(&self) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::ToolCall(_) | Part::ToolResult(_) | Part::Other(_) => None,
        };
        self.message.parts.iter().filter_map(part).collect()
    }
}

impl Message {
    /// One text of a speaker.
    #[must_use]
    pub fn text(speaker: Speaker, text: impl Into<String>) -> Self {
        Self { speaker, parts: vec![Part::Text(text.into())] }
    }
}
