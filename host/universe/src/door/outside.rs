//! Where services may send webhooks and events by real HTTP: the addresses that were named when the doors were opened, and
//! no other. Everything else stays undeliverable, and the record of deliveries says so.

use super::open::Work;
use crate::deliver::Inbound;
use crate::running::Surroundings;
use crate::universe::Universe;
use glasshouse_model::{Mistakes, Policy};
use glasshouse_sandbox::Header;
use glasshouse_sandbox::egress::{Egress, EgressError, EgressSettings, OutRequest, SetupError};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use url::Url;

/// Deliveries under way at one time; more wait for their turn.
const AT_ONCE: usize = 16;
/// The longest that a receiver may take, whatever the service grants it.
const LONGEST: Duration = Duration::from_secs(60);
/// The addresses behind the name `localhost`: a grant has to name an address of loopback itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The way out for deliveries.
#[derive(Clone)]
pub struct Outside {
    allowed: Arc<[Url]>,
    egress: Arc<Egress>,
    turns: Arc<Semaphore>,
    runtime: Handle,
}

/// Why an address cannot be delivered to.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    /// It is none.
    #[error("`{text}` is no address to deliver to: {why}")]
    Address {
        /// As it was given.
        text: String,
        /// What is wrong.
        why: String,
    },
    /// No policy can grant it.
    #[error("deliveries cannot be allowed: {0}")]
    Policy(Mistakes),
    /// The way out cannot be opened.
    #[error("deliveries cannot be sent: {0}")]
    Setup(#[from] SetupError),
}

impl Outside {
    /// Allows addresses: `http://127.0.0.1:3000/slack/events` itself and everything below it. Deliveries are sent by
    /// this runtime.
    ///
    /// # Errors
    /// [`OutsideError`] where one of them is no http or https address.
    pub fn new(addresses: &[String], runtime: Handle) -> Result<Self, OutsideError> {
        let allowed: Vec<Url> = addresses.iter().map(|text| address(text)).collect::<Result<_, _>>()?;
        let policy = Policy::parse("--deliver", &policy(&allowed)).map_err(OutsideError::Policy)?;
        let egress = Egress::new(Arc::new(policy), EgressSettings::default(), |_| None)?;
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Ok(Self { allowed: allowed.into(), egress: Arc::new(egress), turns, runtime })
    }

    /// Sends what has fallen due. The answer comes back through the queue.
    pub(super) fn take(&self, universe: &mut Universe, inbound: Inbound, back: &mpsc::WeakSender<Work>) {
        if !Url::parse(&inbound.request.url).is_ok_and(|url| self.allows(&url)) {
            let why = format!("nothing allows `{}`; --deliver does", inbound.request.url);
            return universe.refuse_inbound(inbound, why);
        }
        if let Some(inbound) = universe.send_abroad(inbound) {
            self.runtime.spawn(self.clone().deliver(inbound, universe.around.clone(), back.clone()));
        }
    }

    async fn deliver(self, mut inbound: Inbound, around: Surroundings, back: mpsc::WeakSender<Work>) {
        let Ok(_turn) = self.turns.acquire().await else { return };
        if !inbound.begin(&around) {
            return;
        }
        let request = OutRequest {
            method: inbound.request.method.clone(),
            url: inbound.request.url.clone(),
            headers: sendable(&inbound.request.headers),
            body: inbound.request.body.clone(),
        };
        let patience = Duration::from_nanos(inbound.timeout()).min(LONGEST);
        let egress = self.egress.clone();
        let sent =
            tokio::task::spawn_blocking(move || egress.send(request, Instant::now() + patience).answer);
        let sent = sent.await;
        let Some(back) = back.upgrade() else { return };
        let settle = move |universe: &mut Universe| {
            match sent {
                Ok(Ok(response)) => universe.settle_inbound(inbound, Ok(response.status)),
                Ok(Err(late @ EgressError::TimedOut)) => universe.settle_late(inbound, &late.to_string()),
                Ok(Err(error)) => universe.settle_inbound(inbound, Err(error.to_string())),
                Err(error) => universe.settle_inbound(inbound, Err(error.to_string())),
            }
            universe.take_log()
        };
        // The universe has ended, and with it whoever wanted to know.
        let _ = back.send(Box::new(settle)).await;
    }

    fn allows(&self, url: &Url) -> bool {
        self.allowed.iter().any(|allowed| is_below(allowed, url))
    }
}

/// Without the fields that are the sender's own to write.
fn sendable(headers: &[Header]) -> Vec<(String, String)> {
    let own = ["connection", "content-length", "host", "transfer-encoding"];
    let is_the_twins = |header: &&Header| !own.iter().any(|own| header.name.eq_ignore_ascii_case(own));
    headers.iter().filter(is_the_twins).map(|header| (header.name.clone(), header.value.clone())).collect()
}

fn address(text: &str) -> Result<Url, OutsideError> {
    let wrong = |why: String| OutsideError::Address { text: text.to_owned(), why };
    let url = Url::parse(text).map_err(|error| wrong(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("it does not begin with http:// or https://".to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(wrong(
            "it has a query, a fragment or a user; give scheme, host, port and path".to_owned(),
        ));
    }
    Ok(url)
}

/// Whether an address is the allowed one, or lies below it as folders do.
fn is_below(allowed: &Url, url: &Url) -> bool {
    let origin =
        |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    let rest = url.path().strip_prefix(allowed.path());
    origin(allowed) == origin(url)
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || allowed.path().ends_with('/'))
}

/// The policy that grants these hosts, each once, and nothing else.
fn policy(allowed: &[Url]) -> String {
    let mut policy = format!("version = 1\n[limits]\nconcurrent_http = {AT_ONCE}\n");
    let mut targets = BTreeSet::new();
    for url in allowed {
        let port = url.port_or_known_default().unwrap_or_default();
        let named = [url.host_str().unwrap_or_default()];
        let hosts = if named == ["localhost"] { &LOOPBACK[..] } else { &named };
        targets.extend(hosts.iter().map(|host| (url.scheme(), *host, port)));
    }
    for (scheme, host, port) in targets {
        let _ = write!(
            policy,
            "[[http]]\nhosts = [\"{host}\"]\nmethods = [\"GET\", \"POST\", \"PUT\", \"PATCH\", \"DELETE\"]\n\
             schemes = [\"{scheme}\"]\nports = [{port}]\n"
        );
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_what_was_named_and_what_lies_below_it_is_allowed() {
        let allowed = address("http://127.0.0.1:3000/slack/events").unwrap();
        for (text, wanted) in [
            ("http://127.0.0.1:3000/slack/events", true),
            ("http://127.0.0.1:3000/slack/events?x=1", true),
            ("http://127.0.0.1:3000/slack/events/deeper", true),
            ("http://127.0.0.1:3000/slack/eventsandmore", false),
            ("http://127.0.0.1:3000/slack/events/../admin", false),
            ("http://127.0.0.1:3000/slack", false),
            ("http://127.0.0.1:3001/slack/events", false),
            ("https://127.0.0.1:3000/slack/events", false),
            ("http://127.0.0.2:3000/slack/events", false),
        ] {
            assert_eq!(is_below(&allowed, &url(text)), wanted, "{text}");
        }
        assert!(is_below(&address("http://127.0.0.1:3000").unwrap(), &url("http://127.0.0.1:3000/any")));
    }

    #[test]
    fn what_is_no_address_is_refused_and_what_is_one_can_be_granted() {
        for text in
            ["", "127.0.0.1:3000", "ftp://a.example/", "http://a.example/?x=1", "http://me@a.example/"]
        {
            assert!(matches!(address(text), Err(OutsideError::Address { .. })), "{text}");
        }
        let allowed =
            ["http://localhost:3000/a", "http://127.0.0.1:3000/b", "https://hooks.example/", "http://[::1]/"];
        let allowed: Vec<_> = allowed.into_iter().map(url).collect();
        let policy = Policy::parse("--deliver", &policy(&allowed)).unwrap();
        assert_eq!(policy.http.len(), 5);
    }
}
