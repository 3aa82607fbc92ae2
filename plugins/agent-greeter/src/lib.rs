//! Welcomes new colleagues at Fern; `specs/first-day.md` says how.

mod answer;
mod event;
mod failure;
mod greet;
mod greeter;
mod mention;
mod pins;
mod question;
mod slack;
mod welcome;
mod words;

pub use greeter::Greeter;

plugin_sdk::export!(agent: Greeter);
