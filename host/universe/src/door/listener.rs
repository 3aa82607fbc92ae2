//! Accepting connections, no more at one time than there are places for.

use super::DoorError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Connections at one time over all doors to twins; more wait to be accepted. Below the 1,024 file descriptors that many systems
/// give a process.
const CONNECTIONS: usize = 512;
/// The same for the admin door alone, which answers however many clients of twins there are.
const ADMIN_CONNECTIONS: usize = 32;
/// Until a connection is accepted again where the process is short of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// The places for connections that the doors to twins share.
#[derive(Debug, Clone)]
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self::new(CONNECTIONS)
    }
}

impl Places {
    /// That many.
    pub fn new(most: usize) -> Self {
        Self(Arc::new(Semaphore::new(most)))
    }

    pub(super) fn of_admin() -> Self {
        Self::new(ADMIN_CONNECTIONS)
    }
}

/// A port that is listened on.
pub(super) struct Listener {
    socket: TcpListener,
    places: Places,
}

impl Listener {
    pub(super) async fn bind(address: SocketAddr, places: &Places) -> Result<Self, DoorError> {
        let socket =
            TcpListener::bind(address).await.map_err(|source| DoorError::Listen { address, source })?;
        Ok(Self { socket, places: places.clone() })
    }

    pub(super) fn address(&self) -> std::io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Serves each connection in a task of its own until this future is dropped; the connections end with it.
    pub(super) async fn serve<F>(self, mut connection: impl FnMut(TcpStream) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut connections = JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            let Ok(place) = self.places.0.clone().acquire_owned().await else { return };
            let Ok((stream, _)) = self.socket.accept().await else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // Answers go out as they are written; without it a client waits for its own delayed acknowledgement.
            let _ = stream.set_nodelay(true);
            let served = connection(stream);
            connections.spawn(async move {
                served.await;
                drop(place);
            });
        }
    }
}
