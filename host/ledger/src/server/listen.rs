//! Accepting connections: so many at one time, each with TLS where there is a certificate.

use super::tls::Tls;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How long a client may take to agree on TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Until a connection is accepted again where the process is short of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Why a server does not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error("the certificate or its key cannot be used: {0}")]
    Certificate(String),
}

/// A byte stream of either kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(super) struct Listener {
    listener: TcpListener,
    tls: Option<Tls>,
    connections: usize,
}

impl Listener {
    pub(super) async fn open(
        address: SocketAddr,
        tls: Option<Tls>,
        connections: usize,
    ) -> Result<Self, ServerError> {
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(|source| ServerError::Listen { address, source })?;
        Ok(Self { listener, tls, connections })
    }

    pub(super) fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the future is dropped; open connections end with it.
    pub(super) async fn serve<F>(self, connection: impl Fn(Box<dyn Stream>) -> F + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let connection = Arc::new(connection);
        let places = Arc::new(Semaphore::new(self.connections));
        let mut open = JoinSet::new();
        loop {
            while open.try_join_next().is_some() {}
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // Replies are written whole, so waiting to fill a packet only costs time. Some systems refuse.
            let _ = stream.set_nodelay(true);
            let (connection, tls) = (connection.clone(), self.tls.clone());
            open.spawn(async move {
                // A client that cannot agree on TLS has been told so by TLS.
                if let Some(stream) = agree(stream, tls).await {
                    connection(stream).await;
                }
                drop(place);
            });
        }
    }
}

async fn agree(stream: TcpStream, tls: Option<Tls>) -> Option<Box<dyn Stream>> {
    let Some(tls) = tls else { return Some(Box::new(stream)) };
    let agreed = tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await;
    Some(Box::new(agreed.ok()?.ok()?))
}
