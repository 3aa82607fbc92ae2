//! The server of the binary protocol.

use super::connection::{Shared, serve};
use super::listen::Listener;
use super::{Limits, ServerError, Sessions, Tls};
use crate::Ledger;
use std::net::SocketAddr;
use std::sync::Arc;

/// An open port.
pub struct BinaryServer {
    listener: Listener,
    shared: Shared,
}

impl BinaryServer {
    /// Listens. Existing clients try port 9009.
    ///
    /// # Errors
    /// [`ServerError::Listen`].
    pub async fn open(
        address: SocketAddr,
        ledger: Arc<Ledger>,
        sessions: Sessions,
        limits: Limits,
        tls: Option<Tls>,
    ) -> Result<Self, ServerError> {
        let listener = Listener::open(address, tls, limits.connections).await?;
        Ok(Self { listener, shared: Shared::new(ledger, sessions, limits) })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's, where the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Serves until the future is dropped; open connections end with it. What was acknowledged is stored.
    pub async fn serve(self) {
        let shared = self.shared;
        self.listener.serve(move |stream| serve(stream, shared.clone())).await;
    }
}
