//! WASI 0.2 for components that were not built for the contract: the interfaces that every standard library asks for,
//! linked one by one, with nothing in them but what was granted. No sockets, no preview 0 or 1, no 0.3.

mod clocks;
mod context;
mod files;
mod http;
mod link;
mod output;
mod room;

pub(crate) use context::{Wasi, WasiGrants};
pub(crate) use link::{is_http, is_offered, link};
