//! A tool that queries tables in CSV and JSON.

mod describe;
mod query;
mod source;
mod sql;
mod table;
mod value;

pub use describe::{Column, Describe, DescribeInput, Described};
pub use query::{Answer, Query, QueryInput};
pub use source::{Format, Source};

plugin_sdk::export!(tool: Query, Describe);
