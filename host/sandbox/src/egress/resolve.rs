//! From a name to the addresses that may be connected to. Names are looked up once; what was checked is what the
//! connection uses.

use super::address::special;
use super::{EgressError, Failure};
use crate::guard::{Guard, stands};
use glasshouse_model::policy::{Decision, Host, Policy};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

/// The answer to one lookup, still to come.
pub type Lookup<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Where names get their addresses from.
pub trait Resolver: fmt::Debug + Send + Sync {
    /// Looks a name up. The name is in lower case and has no last dot; the answer may hold any address.
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a>;
}

/// The resolver of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn lookup<'a>(&'a self, name: &'a str) -> Lookup<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// What a request asks to reach, as its URL's parser read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) scheme: String,
    /// A name, or an address as URLs write it.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) method: String,
}

impl Target {
    pub(super) fn decide<'p>(&self, policy: &'p Policy) -> Decision<'p> {
        policy.decide_http(&self.scheme, &self.host, self.port, &self.method)
    }

    /// Which of a name's addresses may be connected to: public ones, and those that the policy grants by themselves
    /// for the same scheme, port and method.
    ///
    /// # Errors
    /// Where none is left: the first one that was refused, or that there was none.
    pub(super) fn admit(&self, policy: &Policy, found: &[IpAddr]) -> Result<Vec<SocketAddr>, EgressError> {
        let mut refused = None;
        let mut admitted = Vec::new();
        for address in found.iter().map(IpAddr::to_canonical) {
            match self.refusal(policy, address) {
                None => admitted.push(SocketAddr::new(address, self.port)),
                Some(error) => refused = refused.or(Some(error)),
            }
        }
        if !admitted.is_empty() {
            return Ok(admitted);
        }
        let why = "the answer is empty".to_owned();
        Err(refused.unwrap_or_else(|| Failure::Unresolved { host: self.host.clone(), why }.into()))
    }

    fn refusal(&self, policy: &Policy, address: IpAddr) -> Option<EgressError> {
        let kind = special(address).filter(|_| stands(Guard::Addresses))?;
        let literal = Self { host: Host::Address(address).to_string(), ..self.clone() };
        match literal.decide(policy) {
            Decision::Allowed(_) => None,
            Decision::Denied(denial) => Some(EgressError::Address {
                host: self.host.clone(),
                address,
                kind,
                denial: Box::new(denial),
            }),
        }
    }
}

/// Answers with the addresses that were checked and nothing else, so that a name cannot change between check and
/// connection.
#[derive(Debug, Clone)]
pub(super) struct Pinned(pub(super) Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _name: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"version = 1
[[http]]
hosts = ["api.example.com"]
schemes = ["http", "https"]

[[http]]
hosts = ["127.0.0.1", "[64:ff9b::a00:1]"]
"#;

    fn admitted(scheme: &str, port: u16, found: &[&str]) -> Result<Vec<String>, String> {
        let target =
            Target { scheme: scheme.into(), host: "api.example.com".into(), port, method: "GET".into() };
        let found: Vec<_> = found.iter().map(|address| address.parse().unwrap()).collect();
        let admitted = target.admit(&Policy::parse("policy.toml", POLICY).unwrap(), &found);
        admitted.map(|all| all.iter().map(ToString::to_string).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn only_public_and_granted_addresses_are_left() {
        for (scheme, port, found, wanted) in [
            (
                "https",
                443,
                &["8.8.8.8", "10.0.0.1", "2606:4700::1"][..],
                &["8.8.8.8:443", "[2606:4700::1]:443"][..],
            ),
            ("https", 443, &["169.254.169.254", "127.0.0.1"], &["127.0.0.1:443"]),
            ("https", 443, &["::ffff:127.0.0.1", "::ffff:10.0.0.1"], &["127.0.0.1:443"]),
            ("https", 443, &["64:ff9b::10.0.0.1", "64:ff9b::10.0.0.2"], &["[64:ff9b::a00:1]:443"]),
            ("http", 80, &["127.0.0.1", "9.9.9.9"], &["9.9.9.9:80"]),
        ] {
            let wanted: Vec<_> = wanted.iter().map(|address| (*address).to_owned()).collect();
            assert_eq!(admitted(scheme, port, found), Ok(wanted), "{scheme} {found:?}");
        }
    }

    #[test]
    fn a_refused_address_comes_with_the_lines_that_would_allow_it() {
        assert_eq!(
            admitted("http", 80, &["127.0.0.1", "10.0.0.1"]).unwrap_err(),
            "the host `api.example.com` has the address 127.0.0.1, which is loopback: no grant allows GET \
             http://127.0.0.1:80 (the grant at policy.toml:6:1 names the host, but not this method, scheme or port); \
             these lines in the policy would:\n[[http]]\nhosts = [\"127.0.0.1\"]\nschemes = [\"http\"]"
        );
        assert_eq!(
            admitted("https", 443, &[]).unwrap_err(),
            "the host `api.example.com` has no address: the answer is empty"
        );
    }
}
