//! The HTTP API: one file a resource.

mod answer;
mod ask;
mod body;
mod contexts;
mod events;
mod files;
mod health;
mod route;
mod serve;
mod turns;
mod types;

pub use serve::HttpServer;
