//! One request and its answer over a connection of its own.

use super::request::Approved;
use super::resolve::{Pinned, Resolver};
use super::response::{self, Caps};
use super::{Audit, EgressError, Failure, Flaw, OutResponse};
use glasshouse_model::Policy;
use rustls::ClientConfig;
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use url::Host;

/// Everything that one exchange needs, owned: it outlives its caller where that gives up.
pub(super) struct Exchange {
    pub(super) approved: Approved,
    pub(super) policy: Arc<Policy>,
    pub(super) resolver: Arc<dyn Resolver>,
    pub(super) tls: ClientConfig,
    pub(super) caps: Caps,
}

impl Exchange {
    /// Looks the host up, connects, sends and reads the whole answer. How far it came is told in `audit` at each step,
    /// so that it holds where the exchange is cut off.
    pub(super) async fn run(self, audit: &mut Audit) -> Result<OutResponse, EgressError> {
        let addresses = self.addresses().await?;
        let client = self.client(addresses)?;
        let Approved { url, method, headers, body, .. } = self.approved;
        let caps = self.caps;
        let failed = move |error: &reqwest::Error| turn(error, &caps);
        audit.bytes_out = body.len() as u64;
        let sent = client.request(method, url).headers(headers).body(body).send().await;
        let response = sent.map_err(|error| {
            if error.is_connect() {
                audit.bytes_out = 0;
            }
            failed(&error)
        })?;
        audit.address = response.remote_addr();
        response::read(response, &caps, audit, failed).await
    }

    /// Where to connect to. An address in the URL has been decided by itself.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, EgressError> {
        let port = self.approved.target.port;
        let name = match self.approved.url.host() {
            Some(Host::Ipv4(address)) => return Ok(vec![SocketAddr::new(address.into(), port)]),
            Some(Host::Ipv6(address)) => return Ok(vec![SocketAddr::new(address.into(), port)]),
            Some(Host::Domain(name)) => name,
            None => return Err(Flaw::Url(url::ParseError::EmptyHost).into()),
        };
        let found: Vec<IpAddr> = self.resolver.lookup(name).await.map_err(|error| {
            EgressError::from(Failure::Unresolved { host: name.to_owned(), why: error.to_string() })
        })?;
        self.approved.target.admit(&self.policy, &found)
    }

    /// A client of its own for each request: its connection serves nobody else, and its resolver knows nothing but
    /// what was checked for this one.
    fn client(&self, addresses: Vec<SocketAddr>) -> Result<reqwest::Client, EgressError> {
        reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .http1_only()
            .http1_max_headers(self.caps.header_count)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Pinned(addresses)))
            .build()
            .map_err(|error| Failure::Machine(innermost(&error)).into())
    }
}

/// What the sender's error means for the guest.
fn turn(error: &reqwest::Error, caps: &Caps) -> EgressError {
    let http = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    match http {
        Some(http) if http.is_parse_too_large() => caps.head().into(),
        Some(http) if http.is_parse() => Failure::NotHttp.into(),
        _ if error.is_connect() => Failure::Connect(innermost(error)).into(),
        _ if error.is_decode() && http.is_none() => Failure::Compression.into(),
        _ => Failure::Broken.into(),
    }
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}
