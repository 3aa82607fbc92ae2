//! A twin of the Slack Web API.
//!
//! `twin` is who it is, `api` routes a request and answers it, `state` holds what is true in the workspace, `seed` fills
//! it, `wire` and `errors` are what the service answers, `events` what it sends of its own accord, `sockets` what of it goes
//! to apps that have no address, `search` what people
//! type into its search field.

mod api;
mod args;
mod blocks;
mod caller;
mod codes;
mod entities;
mod errors;
mod events;
mod filetypes;
mod filler;
mod search;
mod seed;
mod sockets;
mod state;
mod ts;
mod twin;
mod wire;
mod zones;

pub use twin::Slack;

twin_sdk::export!(Slack);
