//! A model that answers what a test wrote down.

use std::collections::VecDeque;

use crate::Error;
use crate::model::{Message, Model, Reply, Request, Speaker, Stop, Usage};

/// Replies in the order in which they are given, and what was asked for them.
#[derive(Debug, Default)]
pub struct Replies {
    /// Those that are left.
    pub left: VecDeque<Result<Reply, Error>>,
    /// Every request, in order.
    pub requests: Vec<Request>,
}

/// A whole reply that is this text.
#[must_use]
pub fn reply(text: &str) -> Reply {
    Reply {
        message: Message::text(Speaker::Assistant, text),
        stop: Stop::End,
        usage: Usage { input_tokens: 0, cached_tokens: 0, output_tokens: 0 },
    }
}

impl Model for Replies {
    fn complete(&mut self, request: &Request) -> Result<Reply, Error> {
        self.requests.push(request.clone());
        self.left.pop_front().unwrap_or_else(|| Err(Error::NotFound("no reply is left".to_owned())))
    }
}
