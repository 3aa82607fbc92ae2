//! A twin of the Slack Web API.
//!
//! `twin` is who it is, `api` routes a request and answers it, `state` holds what is true in the workspace,
//! `seed` fills it, `wire` and `errors` are what the service sends.

mod api;
mod args;
mod blocks;
mod caller;
mod entities;
mod errors;
mod filler;
mod seed;
mod state;
mod ts;
mod twin;
mod wire;
mod zones;

pub use twin::Slack;

twin_sdk::export!(Slack);
