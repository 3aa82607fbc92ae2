//! Patches in the V4A format: read, fitted to the files, written together.

mod parse;
mod place;
mod plan;

pub use parse::PatchInput;
pub(crate) use parse::parse;
pub(crate) use plan::Plan;
