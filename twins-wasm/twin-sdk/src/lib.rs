//! What a twin in Rust is written with: the contract's bindings, the host behind one trait, requests,
//! responses, typed tables, cursors and ids. A twin implements [`Twin`] and calls [`export!`] once.

pub mod bindings;
mod component;
mod cursor;
mod etag;
#[cfg(not(target_arch = "wasm32"))]
mod fidelity;
mod host;
mod ids;
mod instant;
mod link;
mod multipart;
mod page;
mod rate;
mod request;
mod response;
mod seed;
mod signing;
mod table;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

use guest_memory as _;

pub use bindings::exports::glasshouse::twin::service::{Fault, Manifest, Operation, Tier};
pub use bindings::glasshouse::capability::delivery::{Retry, Signing};
pub use bindings::glasshouse::capability::log::Level;
pub use bindings::glasshouse::capability::state::{Entry, Order, Range};
pub use bindings::glasshouse::types::types::{Duration, Error, Header, Request, Response};
pub use component::{Component, Twin};
pub use cursor::{Binding, CursorError};
pub use etag::{names_etag, weak_etag};
pub use host::Host;
pub use ids::digest_id;
pub use instant::{Instant, micros, seconds, whole_seconds_up};
pub use link::{link, origin, with_query};
pub use multipart::MultipartError;
pub use page::{Page, fill_page};
pub use rate::{Allowance, Bucket, Flow, Flowing, Window};
pub use request::{Body, BodyError, Field, Incoming};
pub use response::Reply;
pub use seed::{SeedError, read_seed};
pub use signing::{hmac_sha256_hex, signed};
pub use table::{Scan, Table, TableError};
