//! A simulated user whose role is a document: what it opens with, what it answers to what it hears, what it knows and
//! does not know, and when it is content.
//!
//! The role is described in `plugins/README.md`. It names no service: the scenario says where the persona hears and speaks.

mod role;
mod script;

pub use script::Scripted;

plugin_sdk::export!(persona: Scripted);
