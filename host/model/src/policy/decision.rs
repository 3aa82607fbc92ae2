//! Whether a policy allows a request, and which lines would where it does not.

use super::http::{DEFAULT_METHOD, is_method};
use super::{Host, HostError, HttpGrant, Policy, Scheme};
use crate::Place;
use crate::toml_value::short;

/// What a policy says about one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision<'p> {
    /// This grant allows it: of all that do, the one that names the host most closely.
    Allowed(&'p HttpGrant),
    /// It must not be sent.
    Denied(Denial),
}

/// Why a request must not be sent. Its text is one for the guest: it holds nothing of the policy but places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// Nothing grants it.
    #[error("no grant allows {request}{}; these lines in the policy would:\n{lines}", but(.near.as_ref()))]
    NotGranted {
        /// Method, scheme, host and port.
        request: String,
        /// TOML that grants exactly this, to add at the end of the policy file.
        lines: String,
        /// A grant that names the host and takes other requests.
        near: Option<Place>,
    },
    /// The scheme is not HTTP's.
    #[error("no policy can allow the scheme `{0}`; there are https and http")]
    Scheme(String),
    /// The host has no accepted spelling.
    #[error("no policy can allow the host `{host}`: {why}")]
    Host {
        /// As the request has it, shortened.
        host: String,
        /// What is wrong with it.
        why: HostError,
    },
    /// Port 0.
    #[error("no policy can allow port 0")]
    Port,
    /// The method is never granted, or is none.
    #[error("no policy can allow the method `{0}`")]
    Method(String),
}

fn but(near: Option<&Place>) -> String {
    near.map_or_else(String::new, |place| {
        format!(" (the grant at {place} names the host, but not this method, scheme or port)")
    })
}

impl Policy {
    /// Decides about a request. Scheme, host and port are those that the sender connects by, taken from the URL by its
    /// own parser; an IPv6 address stands in brackets. The scheme's and the host's case and one last dot of the host
    /// are of no account; the method is taken as it stands.
    pub fn decide_http(&self, scheme: &str, host: &str, port: u16, method: &str) -> Decision<'_> {
        match Asked::read(scheme, host, port, method) {
            Ok(asked) => self.decide(&asked),
            Err(denial) => Decision::Denied(denial),
        }
    }

    fn decide(&self, asked: &Asked<'_>) -> Decision<'_> {
        let near = || self.http.iter().filter_map(|grant| Some((grant.closeness(&asked.host)?, grant)));
        let allowed = near().filter(|(_, grant)| grant.takes(asked.scheme, asked.port, asked.method));
        match allowed.max_by_key(|(closeness, _)| *closeness) {
            Some((_, grant)) => Decision::Allowed(grant),
            None => Decision::Denied(Denial::NotGranted {
                request: format!("{} {}://{}:{}", asked.method, asked.scheme, asked.host, asked.port),
                lines: asked.lines(),
                near: near().max_by_key(|(closeness, _)| *closeness).map(|(_, grant)| grant.place.clone()),
            }),
        }
    }
}

/// A request that some policy could allow.
struct Asked<'r> {
    scheme: Scheme,
    host: Host,
    port: u16,
    method: &'r str,
}

impl<'r> Asked<'r> {
    fn read(scheme: &str, host: &str, port: u16, method: &'r str) -> Result<Self, Denial> {
        let scheme = Scheme::of_request(scheme).ok_or_else(|| Denial::Scheme(short(scheme)))?;
        let host = Host::of_request(host).map_err(|why| Denial::Host { host: short(host), why })?;
        if port == 0 {
            return Err(Denial::Port);
        }
        if !is_method(method) {
            return Err(Denial::Method(short(method)));
        }
        Ok(Self { scheme, host, port, method })
    }

    /// The smallest grant of it. Nothing in it needs an escape in TOML: host and method are of few letters.
    fn lines(&self) -> String {
        let mut lines = vec!["[[http]]".to_owned(), format!("hosts = [\"{}\"]", self.host)];
        if self.method != DEFAULT_METHOD {
            lines.push(format!("methods = [\"{}\"]", self.method));
        }
        if self.scheme != Scheme::Https {
            lines.push(format!("schemes = [\"{}\"]", self.scheme));
        }
        if !self.scheme.own_ports().contains(&self.port) {
            lines.push(format!("ports = [{}]", self.port));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"version = 1
[[http]]
hosts = ["api.example.com", "*.okta.com"]
methods = ["GET", "POST"]

[[http]]
hosts = ["acme.okta.com"]
secret = { header = "Authorization", env = "OKTA_TOKEN" }

[[http]]
hosts = ["intern.example.com", "127.0.0.1"]
schemes = ["http", "https"]
ports = [8080, 8443]

[[http]]
hosts = ["mixed.example.com", "[::1]"]
schemes = ["http", "https"]
"#;

    fn policy(text: &str) -> Policy {
        Policy::parse("policy.toml", text).unwrap()
    }

    /// The line of the grant that decided; none for a denial.
    fn line(policy: &Policy, asked: (&str, &str, u16, &str)) -> Option<usize> {
        match policy.decide_http(asked.0, asked.1, asked.2, asked.3) {
            Decision::Allowed(grant) => grant.place.position.map(|(line, _)| line),
            Decision::Denied(_) => None,
        }
    }

    #[test]
    fn a_request_is_allowed_by_its_closest_grant_alone() {
        let policy = policy(POLICY);
        for (asked, wanted) in [
            (("https", "api.example.com", 443, "GET"), Some(2)),
            (("HTTPS", "API.Example.com.", 443, "POST"), Some(2)),
            (("https", "api.example.com", 443, "DELETE"), None),
            (("https", "api.example.com", 443, "get"), None),
            (("https", "api.example.com", 8443, "GET"), None),
            (("https", "api.example.com", 80, "GET"), None),
            (("http", "api.example.com", 80, "GET"), None),
            (("http", "api.example.com", 443, "GET"), None),
            (("ftp", "api.example.com", 443, "GET"), None),
            (("wss", "api.example.com", 443, "GET"), None),
            (("file", "", 0, "GET"), None),
            (("https", "api.example.com", 0, "GET"), None),
            (("https", "example.com", 443, "GET"), None),
            (("https", "evil-api.example.com", 443, "GET"), None),
            (("https", "api.example.com.evil", 443, "GET"), None),
            (("https", "api.example.com@evil.example", 443, "GET"), None),
            (("https", "other.okta.com", 443, "GET"), Some(2)),
            (("https", "okta.com", 443, "GET"), None),
            (("https", "evilokta.com", 443, "GET"), None),
            (("https", "acme.okta.com", 443, "GET"), Some(6)),
            (("https", "acme.okta.com", 443, "POST"), Some(2)),
            (("http", "intern.example.com", 8080, "GET"), Some(10)),
            (("https", "intern.example.com", 8080, "GET"), Some(10)),
            (("https", "intern.example.com", 443, "GET"), None),
            (("http", "127.0.0.1", 8080, "GET"), Some(10)),
            (("http", "127.1", 8080, "GET"), None),
            (("http", "[::ffff:127.0.0.1]", 8080, "GET"), None),
            (("http", "mixed.example.com", 80, "GET"), Some(15)),
            (("https", "mixed.example.com", 443, "GET"), Some(15)),
            (("https", "mixed.example.com", 80, "GET"), None),
            (("https", "[::1]", 443, "GET"), Some(15)),
        ] {
            assert_eq!(line(&policy, asked), wanted, "{asked:?}");
        }
    }

    #[test]
    fn without_a_grant_nothing_is_allowed() {
        assert_eq!(line(&policy("version = 1"), ("https", "example.com", 443, "GET")), None);
    }

    /// Each denial's lines are added to the very policy that denied: it must load, allow the request, and no other.
    #[test]
    fn the_lines_of_a_denial_allow_the_request() {
        for (asked, wanted) in [
            (("https", "new.example.com", 443, "GET"), "hosts = [\"new.example.com\"]"),
            (("https", "API.example.com.", 443, "PUT"), "hosts = [\"api.example.com\"]\nmethods = [\"PUT\"]"),
            (("http", "api.example.com", 80, "GET"), "hosts = [\"api.example.com\"]\nschemes = [\"http\"]"),
            (("https", "api.example.com", 8443, "GET"), "hosts = [\"api.example.com\"]\nports = [8443]"),
            (
                ("http", "[2001:DB8::1]", 81, "M-SEARCH"),
                "hosts = [\"[2001:db8::1]\"]\nmethods = [\"M-SEARCH\"]\nschemes = [\"http\"]\nports = [81]",
            ),
            (("https", "10.0.0.1", 80, "GET"), "hosts = [\"10.0.0.1\"]\nports = [80]"),
            (("https", "okta.com", 443, "GET"), "hosts = [\"okta.com\"]"),
        ] {
            let Decision::Denied(Denial::NotGranted { lines, .. }) =
                policy(POLICY).decide_http(asked.0, asked.1, asked.2, asked.3)
            else {
                panic!("{asked:?} must be denied for want of a grant");
            };
            assert_eq!(lines, format!("[[http]]\n{wanted}"), "{asked:?}");
            let mended = policy(&format!("{POLICY}{lines}\n"));
            assert_eq!(line(&mended, asked), Some(POLICY.lines().count() + 1), "{asked:?}");
            for other in ["DELETE", "HEAD"] {
                assert_eq!(line(&mended, (asked.0, asked.1, asked.2, other)), None, "{asked:?} {other}");
            }
        }
    }

    #[test]
    fn a_denial_names_a_grant_that_is_near() {
        let shown = |scheme, host, port, method| match policy(POLICY).decide_http(scheme, host, port, method)
        {
            Decision::Allowed(grant) => panic!("{grant:?}"),
            Decision::Denied(denial) => denial.to_string(),
        };
        assert_eq!(
            shown("https", "acme.okta.com", 443, "DELETE"),
            "no grant allows DELETE https://acme.okta.com:443 (the grant at policy.toml:6:1 names the host, \
             but not this method, scheme or port); these lines in the policy would:\n[[http]]\nhosts = [\"acme.okta.com\"]\nmethods = [\"DELETE\"]"
        );
        assert_eq!(
            shown("https", "evil.example", 443, "GET"),
            "no grant allows GET https://evil.example:443; these lines in the policy would:\n\
             [[http]]\nhosts = [\"evil.example\"]"
        );
    }

    #[test]
    fn what_no_policy_can_allow_says_so_without_lines() {
        let long = format!("\u{1b}{}", "x".repeat(10_000));
        for (asked, wanted) in [
            (
                ("gopher", "a.example", 70, "GET"),
                "no policy can allow the scheme `gopher`; there are https and http",
            ),
            (
                ("https", "allowed.example@evil.example", 443, "GET"),
                "no policy can allow the host `allowed.example@evil.example`: it names a user, which is no part of a host",
            ),
            (
                ("https", "0x7f000001", 443, "GET"),
                "no policy can allow the host `0x7f000001`: an IPv4 address is four decimal numbers from 0 to 255 \
                 without leading zeros",
            ),
            (("https", "a.example", 0, "GET"), "no policy can allow port 0"),
            (("https", "a.example", 443, "CONNECT"), "no policy can allow the method `CONNECT`"),
            (("https", "a.example", 443, "GET\r\n"), "no policy can allow the method `GET\\r\\n`"),
            (
                (&long, "a.example", 443, "GET"),
                "no policy can allow the scheme `\\u{1b}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...`; \
                 there are https and http",
            ),
        ] {
            match policy("version = 1").decide_http(asked.0, asked.1, asked.2, asked.3) {
                Decision::Allowed(grant) => panic!("{grant:?}"),
                Decision::Denied(denial) => assert_eq!(denial.to_string(), wanted, "{asked:?}"),
            }
        }
    }
}
