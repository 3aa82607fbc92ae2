//! Replies of models from a file, keyed by what was asked: judges and personas are answered on from it, so that a trial is
//! the same each time and costs nothing.

mod canonical;
mod replies;
mod tape;

pub use canonical::request_digest;
pub use replies::{RecordedModel, Replies};
pub(crate) use tape::{reply_from_tape, reply_to_tape, request_to_tape};
