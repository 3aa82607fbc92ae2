//! The gate: decides, counts what is under way, and waits for an answer no longer than the caller may.

use super::exchange::Exchange;
use super::request::Approved;
use super::resolve::{Resolver, SystemResolver};
use super::response::Caps;
use super::secret::Secrets;
use super::trust::{self, Trust};
use super::{EgressError, Failure, OutRequest, OutResponse, Quota, SetupError};
use crate::guard::{Guard, stands};
use glasshouse_model::{Place, Policy};
use rustls::pki_types::CertificateDer;
use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// Most threads that look names up at one time. The system's lookup cannot be cut off; those whose caller gave up end
/// by the system's own deadline.
const LOOKUP_THREADS: usize = 32;

/// How much longer than the deadline a caller waits. The exchange ends itself at the deadline and tells how far it came;
/// a caller does not depend on its thread being free to do so.
const GRACE: Duration = Duration::from_millis(20);

/// What the policy file has no key for.
#[derive(Debug, Clone)]
pub struct EgressSettings {
    /// Most header fields of a request and of an answer.
    pub header_count: usize,
    /// Most bytes of header fields; of a request with its URL.
    pub header_bytes: usize,
    /// Where names get their addresses from.
    pub resolver: Arc<dyn Resolver>,
    /// Roots that are trusted besides the system's, in DER.
    pub extra_roots: Vec<CertificateDer<'static>>,
}

impl Default for EgressSettings {
    fn default() -> Self {
        let resolver = Arc::new(SystemResolver);
        Self { header_count: 100, header_bytes: 32 * 1024, resolver, extra_roots: Vec::new() }
    }
}

/// What became of one request.
#[derive(Debug)]
pub struct Sent {
    /// For the guest.
    pub answer: Result<OutResponse, EgressError>,
    /// For the record.
    pub audit: Audit,
}

/// How one request was decided and how far it came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audit {
    /// The grant that allowed it; none where it was refused before.
    pub grant: Option<Place>,
    /// The variable of the secret that the grant adds; never its value.
    pub secret: Option<String>,
    /// Whom it was sent to; none where nobody began to answer.
    pub address: Option<SocketAddr>,
    /// Of the answer.
    pub status: Option<u16>,
    /// Bytes of the request's body; 0 where it was refused before sending, or nobody was connected.
    pub bytes_out: u64,
    /// Bytes of the answer's body that were read, decompressed.
    pub bytes_in: u64,
}

/// The way out for the guests of one policy. Its limits `concurrent_http` and `host_call_bytes` hold for all of them
/// together and for each request.
#[derive(Debug)]
pub struct Egress {
    policy: Arc<Policy>,
    settings: EgressSettings,
    secrets: Secrets,
    under_way: Semaphore,
    trust: Trust,
    /// Begun by the first request.
    runtime: OnceLock<io::Result<Runtime>>,
}

impl Egress {
    /// Opens the way out. `environment` is asked for the value of each secret, once.
    ///
    /// # Errors
    /// A secret's variable is missing or cannot be sent; names the line of the policy.
    pub fn new(
        policy: Arc<Policy>,
        settings: EgressSettings,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SetupError> {
        let secrets = Secrets::read(&policy, environment)?;
        let most = usize::try_from(policy.limits.concurrent_http.value).unwrap_or(Semaphore::MAX_PERMITS);
        let under_way = Semaphore::new(most.min(Semaphore::MAX_PERMITS));
        Ok(Self { policy, settings, secrets, under_way, trust: Trust::default(), runtime: OnceLock::new() })
    }

    /// Sends one request and waits for the whole answer, at the longest until `deadline`. Blocks the thread; may be
    /// called from any, also from one that runs a future.
    ///
    /// Names are looked up, connected to and read from on a thread of its own. Where the deadline passes, the
    /// connection is closed and its place is free again.
    pub fn send(&self, request: OutRequest, deadline: Instant) -> Sent {
        let mut audit = Audit::default();
        let answer = self.exchange(request, deadline, &mut audit);
        Sent { answer: answer.map(|response| self.redacted(response)), audit }
    }

    fn redacted(&self, response: OutResponse) -> OutResponse {
        if stands(Guard::Redaction) { self.secrets.redact(response) } else { response }
    }

    fn exchange(
        &self,
        request: OutRequest,
        deadline: Instant,
        audit: &mut Audit,
    ) -> Result<OutResponse, EgressError> {
        let approved = Approved::read(request, &self.policy, &self.secrets, &self.settings)?;
        audit.grant = Some(approved.grant.clone());
        audit.secret.clone_from(&approved.secret);
        // Refused at once: to wait here could wait for a request that waits for this one.
        let most = self.policy.limits.concurrent_http.value;
        let place = self.under_way.try_acquire();
        if place.is_err() && stands(Guard::Concurrency) {
            return Err(Quota::Concurrent(most).into());
        }
        let remaining = deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() {
            return Err(EgressError::TimedOut);
        }
        let tls = match approved.url.scheme() {
            "https" => self.trust.verified(&self.settings.extra_roots)?,
            _ => trust::nobody()?,
        };
        let caps =
            Caps::new(&self.settings, self.policy.limits.host_call_bytes.value, approved.secret.is_some());
        let (policy, resolver) = (Arc::clone(&self.policy), Arc::clone(&self.settings.resolver));
        let exchange = Exchange { approved, policy, resolver, tls, caps };
        let (answer, told) = self.wait_for(exchange, deadline, audit.clone())?;
        *audit = told;
        answer
    }

    fn wait_for(&self, exchange: Exchange, deadline: Instant, mut audit: Audit) -> Result<Told, EgressError> {
        let (tell, told) = mpsc::sync_channel(1);
        self.runtime()?.spawn(async move {
            // One timer for lookup, connection, handshake, head and body: none of them may take longer than the whole.
            let cut_off = tokio::time::timeout_at(deadline.into(), exchange.run(&mut audit)).await;
            let answer = cut_off.unwrap_or(Err(EgressError::TimedOut));
            // Nobody listens where the caller gave up.
            let _ = tell.send((answer, audit));
        });
        let remaining = deadline.saturating_duration_since(Instant::now());
        told.recv_timeout(remaining.saturating_add(GRACE)).map_err(|error| match error {
            RecvTimeoutError::Timeout => EgressError::TimedOut,
            RecvTimeoutError::Disconnected => Failure::Machine("the exchange ended".to_owned()).into(),
        })
    }

    fn runtime(&self) -> Result<&Runtime, Failure> {
        let begin = || {
            Builder::new_multi_thread()
                .worker_threads(1)
                .max_blocking_threads(LOOKUP_THREADS)
                .thread_name("egress")
                .enable_io()
                .enable_time()
                .build()
        };
        self.runtime.get_or_init(begin).as_ref().map_err(|error| Failure::Machine(error.to_string()))
    }
}

type Told = (Result<OutResponse, EgressError>, Audit);

/// Runtimes wait for their threads, and not inside another runtime; what is under way here is nobody's any more.
impl Drop for Egress {
    fn drop(&mut self) {
        if let Some(Ok(runtime)) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
