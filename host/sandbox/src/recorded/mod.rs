//! Replies of models from a file, keyed by what was asked: judges and personas are answered on from it, so that a trial is
//! the same each time and costs nothing.

mod canonical;
mod replies;

pub use canonical::request_digest;
pub use replies::{RecordedModel, Replies};
