//! A judge of what was said to whom: messages in tables, requests, deliveries and the answer, held against rules on their
//! texts, numbers, order and time.
//!
//! The criterion is described in `plugins/README.md`. It names no service: the scenario says where messages are found.

mod conversation;
mod criterion;
mod message;
mod rule;
mod source;

pub use conversation::Conversation;

plugin_sdk::export!(judge: Conversation);
