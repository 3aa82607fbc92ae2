//! The way out of the process, against servers on this machine.

mod answers;
mod limits;
mod refusals;
mod secrets;
mod server;

use glasshouse_model::Policy;
use glasshouse_sandbox::egress::{Egress, EgressSettings, Lookup, OutRequest, Resolver, Sent};
use server::Server;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longer than any test that answers takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The egress of a policy, without names and secrets.
fn egress(policy: &str) -> Egress {
    egress_with(policy, &Arc::default())
}

fn egress_with(policy: &str, names: &Arc<Names>) -> Egress {
    let settings =
        EgressSettings { resolver: Arc::clone(names) as Arc<dyn Resolver>, ..EgressSettings::default() };
    Egress::new(Arc::new(Policy::parse("policy.toml", policy).unwrap()), settings, |_| None).unwrap()
}

/// A policy with one grant of GET, HEAD and POST in the clear for a server's address.
fn granting(server: &Server) -> String {
    format!(
        "version = 1\n\n[[http]]\nhosts = [\"127.0.0.1\"]\nmethods = [\"GET\", \"HEAD\", \"POST\"]\n\
         schemes = [\"http\"]\nports = [{}]\n",
        server.address.port()
    )
}

fn get(url: impl Into<String>) -> OutRequest {
    OutRequest { method: "GET".into(), url: url.into(), ..OutRequest::default() }
}

fn patiently(egress: &Egress, request: OutRequest) -> Sent {
    egress.send(request, Instant::now() + PATIENCE)
}

/// Names with their answers, one a lookup; the last answer stays.
#[derive(Debug, Default)]
struct Names(Mutex<BTreeMap<&'static str, Vec<Vec<IpAddr>>>>);

impl Names {
    fn with(answers: &[(&'static str, &[&[&str]])]) -> Arc<Self> {
        let addresses = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        let read = |(name, all): &(&'static str, &[&[&str]])| (*name, all.iter().map(addresses).collect());
        Arc::new(Self(Mutex::new(answers.iter().map(read).collect())))
    }

    /// Answers that were not asked for yet.
    fn left(&self, name: &str) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).map_or(0, Vec::len)
    }
}

impl Resolver for Names {
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = match names.get_mut(name) {
            Some(answers) if answers.len() > 1 => Ok(answers.remove(0)),
            Some(answers) => Ok(answers.concat()),
            None => Err(std::io::Error::other("nobody has this name")),
        };
        Box::pin(std::future::ready(answer))
    }
}
