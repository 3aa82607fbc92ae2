//! The desk among the twins of Slack, Okta and Jira, natively.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the lints spare test functions and not the functions that these share"
)]

mod asking;
mod deciding;
mod doors;
mod ending;
mod town;
mod trouble;
