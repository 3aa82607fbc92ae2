//! A tool that fetches pages and calls services over HTTP.

mod body;
mod charset;
mod fetch;
mod hops;
mod json;
mod page;

pub use fetch::{Fetch, FetchInput, Fetched};

plugin_sdk::export!(tool: Fetch);
