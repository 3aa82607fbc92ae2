//! Serving a ledger: the binary protocol and the HTTP API, each on a port of its own, with TLS by option.

mod binary;
mod connection;
mod handle;
mod http;
mod limits;
mod listen;
mod order;
mod sessions;
mod tls;

pub use binary::BinaryServer;
pub use http::HttpServer;
pub use limits::Limits;
pub use listen::ServerError;
pub use sessions::{ClientEvent, Sessions};
pub use tls::Tls;
