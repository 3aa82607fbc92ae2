//! Doors: ways for clients outside the sandbox to reach the twins of one universe.
//!
//! A plain door has one HTTP port for one twin. The proxy leads to all twins under their real host names, over TLS
//! with certificates of its own. The admin door leads to the world behind them. All doors hand their requests to one
//! thread, which holds the universe; what services send of their own accord leaves where [`Outside`] allows it.

mod admin;
mod authority;
mod connection;
mod exchange;
mod listener;
mod open;
mod outside;
mod patience;
mod plain;
mod proxy;
mod record;
mod socket;

pub use admin::AdminDoor;
pub use authority::Authority;
#[cfg(feature = "fuzzing")]
pub(crate) use exchange::{inward, outward};
pub use listener::Places;
pub use open::OpenUniverse;
pub use outside::{Outside, OutsideError};
pub use plain::PlainDoor;
pub use proxy::ProxyDoor;
#[cfg(feature = "fuzzing")]
pub(crate) use socket::{Wish, wish};

/// Why a door cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// As it was asked for.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The thread that holds the universe cannot be started.
    #[error("the thread of the universe cannot be started: {0}")]
    Thread(#[source] std::io::Error),
    /// No certificate can be made for the real host names.
    #[error("no certificates can be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The machine has no randomness for a token.
    #[error("no token can be made: {0}")]
    Token(#[source] getrandom::Error),
    /// The universe is gone.
    #[error("the universe has ended")]
    Ended,
}
