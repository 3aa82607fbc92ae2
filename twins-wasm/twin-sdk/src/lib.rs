//! What a twin in Rust is written with: the contract's bindings, the host behind one trait, requests,
//! responses, typed tables, cursors and ids. A twin implements [`Twin`] and calls [`export!`] once.

pub mod bindings;
mod component;
mod cursor;
mod host;
mod ids;
mod instant;
mod page;
mod request;
mod response;
mod seed;
mod table;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

pub use bindings::exports::glasshouse::twin::service::{Fault, Manifest, Operation, Tier};
pub use bindings::glasshouse::capability::log::Level;
pub use bindings::glasshouse::capability::state::{Entry, Order, Range};
pub use bindings::glasshouse::types::types::{Error, Header, Request, Response};
pub use component::{Component, Twin};
pub use cursor::{Binding, CursorError};
pub use host::Host;
pub use ids::digest_id;
pub use instant::{Instant, micros, seconds, whole_seconds_up};
pub use page::{Page, fill_page};
pub use request::{Body, BodyError, Incoming};
pub use response::Reply;
pub use seed::{SeedError, read_seed};
pub use table::{Scan, Table, TableError};
