//! A component's typed exports as tools: JSON Schemas from its WIT types, JSON to values and back, its doc comments as
//! descriptions.

mod docs;
mod function;
mod lift;
mod lower;
mod schema;

pub(crate) use function::{Exports, Function};
