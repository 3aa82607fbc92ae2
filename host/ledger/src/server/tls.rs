//! TLS for either server.

use super::ServerError;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, version};
use tokio_rustls::server::TlsStream;

/// A certificate with its key. Clients are not asked for one.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// Reads a chain of certificates and a key, both PEM.
    ///
    /// # Errors
    /// [`ServerError::Certificate`].
    pub fn read(chain: &Path, key: &Path) -> Result<Self, ServerError> {
        let unusable = |error: String| ServerError::Certificate(error);
        let chain = CertificateDer::pem_file_iter(chain).map_err(|error| unusable(error.to_string()))?;
        let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| unusable(error.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(key).map_err(|error| unusable(error.to_string()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(|error| unusable(error.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|error| unusable(error.to_string()))?;
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.0.accept(stream).await
    }
}
