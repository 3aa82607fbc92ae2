//! Which servers are believed to be who they say: those with a certificate of the system's roots, or of roots that the
//! settings add.

use super::Failure;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use std::sync::{Arc, OnceLock};

/// TLS for one policy. The system's roots are read at the first request that needs them.
#[derive(Debug, Default)]
pub(super) struct Trust {
    verified: OnceLock<Result<ClientConfig, rustls::Error>>,
}

impl Trust {
    /// For https.
    pub(super) fn verified(&self, extra: &[CertificateDer<'static>]) -> Result<ClientConfig, Failure> {
        let load = || {
            let provider = Arc::new(ring::default_provider());
            let verifier = Verifier::new_with_extra_roots(extra.iter().cloned(), Arc::clone(&provider))?;
            config(provider, Arc::new(verifier))
        };
        self.verified.get_or_init(load).clone().map_err(|error| Failure::Trust(error.to_string()))
    }
}

/// For http: trusts nobody, and needs no certificate of this machine.
pub(super) fn nobody() -> Result<ClientConfig, Failure> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| Failure::Trust(error.to_string()))?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

fn config(
    provider: Arc<CryptoProvider>,
    verifier: Arc<dyn ServerCertVerifier>,
) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}
