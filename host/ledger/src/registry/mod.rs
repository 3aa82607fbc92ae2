//! The types of payloads: bundles that declare them, what they add up to, and payloads as JSON with names.

mod bundle;
mod encode;
mod project;
mod types;

pub use bundle::{Bundle, Field, Items, TypeVersion};
pub use encode::encode;
pub use project::{Bytes, Enums, Projected, Projection, Times, U64s};
pub use types::{Registry, Stored};
