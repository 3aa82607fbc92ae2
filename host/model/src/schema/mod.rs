//! The files' shapes as JSON Schemas, for editors. What a value has to be beyond its shape, the parsers say; a test
//! holds the keys of both against each other.

mod generate;
mod judge;
mod scenario;
mod suite;
mod table;

pub use generate::{FileKind, file_schema};
