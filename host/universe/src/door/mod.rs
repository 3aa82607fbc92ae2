//! Doors: ways for clients outside the sandbox to reach the twins.

mod plain;

pub use plain::Door;
#[cfg(feature = "fuzzing")]
pub(crate) use plain::{inward, outward};

/// Why a door cannot be opened or kept open.
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
    #[error("the door's thread cannot be started: {0}")]
    Thread(#[source] std::io::Error),
}
