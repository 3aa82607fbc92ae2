//! CQL: which contexts somebody looks for.

mod find;
mod parse;
mod query;

pub use find::Candidate;
pub use parse::{Misread, parse};
pub use query::{Comparison, Field, Query};
