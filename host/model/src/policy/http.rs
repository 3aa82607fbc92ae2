//! `[[http]]`: which requests a guest may send, and what the host adds to them.

use super::grant::{Clash, Written};
use super::{Host, HostPattern};
use crate::Place;
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::at_least;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use toml_span::value::ValueInner;

/// What is granted where a grant names no method: the least that is of use.
pub(super) const DEFAULT_METHOD: &str = "GET";
/// Longest method, header name and name of a variable, in bytes.
const LONGEST_TOKEN: usize = 128;

/// Methods that no policy can grant: tunnels, the opening of another protocol, and echoes, which would show the guest
/// the secret that the host added.
const NEVER_METHODS: [&str; 4] = ["CONNECT", "PRI", "TRACE", "TRACK"];

/// Header fields that frame or route a request; a secret in one of them would change where the request ends or goes.
const NEVER_HEADERS: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Requests that a guest may send: to one of the hosts, with one of the methods, over one of the schemes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpGrant {
    /// Where the grant begins.
    pub place: Place,
    /// At least one.
    pub hosts: Vec<HostPattern>,
    /// Upper case, at least one; `GET` alone unless said.
    pub methods: Vec<String>,
    /// At least one; https alone unless said.
    pub schemes: Vec<Scheme>,
    /// For every scheme; none for each scheme's own.
    pub ports: Option<Vec<u16>>,
    /// What the host adds; the guest never sees it.
    pub secret: Option<Written<Secret>>,
}

/// How a request travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Encrypted, with the server's name proven.
    Https,
}

/// One header field that the host adds to each request of a grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Lower case.
    pub header: String,
    /// The variable of the host's environment that holds the whole value.
    pub env: String,
}

impl Scheme {
    /// Reads a scheme in any case, as a URL may have it.
    pub fn of_request(scheme: &str) -> Option<Self> {
        [Self::Http, Self::Https].into_iter().find(|known| known.as_str().eq_ignore_ascii_case(scheme))
    }

    /// As files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    pub(super) fn own_ports(self) -> &'static [u16] {
        match self {
            Self::Http => &[80],
            Self::Https => &[443],
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const HOST: &str = "a host such as \"api.example.com\" or \"*.example.com\"";
const METHOD: &str =
    "a method in upper case such as \"POST\"; CONNECT, PRI, TRACE and TRACK cannot be granted";
const SCHEME: &str = "\"https\" or \"http\"";
const PORT: &str = "a whole number from 1 to 65535";
const HEADER: &str = "the name of a header field that neither frames nor routes, such as \"Authorization\"";
const ENV: &str = "the name of an environment variable: letters, digits and underscores, no digit first";

impl HttpGrant {
    pub(super) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = reader.place(table.span());
        let hosts = table.required_list(reader, "hosts", HOST, |value| {
            let pattern = HostPattern::from_str(value.as_str().ok_or(None)?);
            pattern.map_err(|why| Some(why.to_string()))
        });
        let methods = table.list(reader, "methods", METHOD, |value| {
            value.as_str().filter(|method| is_method(method)).map(str::to_owned).ok_or(None)
        });
        let schemes = table.list(reader, "schemes", SCHEME, |value| match value.as_str() {
            Some("http") => Ok(Scheme::Http),
            Some("https") => Ok(Scheme::Https),
            _ => Err(None),
        });
        let schemes = schemes.unwrap_or_else(|| vec![Scheme::Https]);
        let ports = table.list(reader, "ports", PORT, |value| port(value).ok_or(None));
        let span = table.key_span("secret");
        let secret = table.table(reader, "secret", Secret::read);
        if let Some(span) = span.filter(|_| schemes.contains(&Scheme::Http)) {
            let hint = "leave http out of `schemes`, or grant it apart, without a secret";
            reader.mistake(span, "a secret does not travel in the clear", Some(hint.into()));
        }
        let secret = secret.zip(span).map(|(value, span)| Written { value, place: reader.place(span) });
        let methods = methods.unwrap_or_else(|| vec![DEFAULT_METHOD.to_owned()]);
        Some(Self { place, hosts: hosts?, methods, schemes, ports, secret })
    }

    /// Two grants of one request could add two secrets.
    pub(super) fn clash(&self, earlier: &[Self]) -> Clash {
        let hosts: BTreeSet<_> = self.hosts.iter().collect();
        let (host, other) = earlier.iter().filter(|other| self.meets(other)).find_map(|other| {
            let host = other.hosts.iter().find(|host| hosts.contains(host))?;
            Some((host, other))
        })?;
        let what = format!(
            "`{host}` is granted twice for the same method, scheme and port, first at {}",
            other.place
        );
        Some((what, "name each host once for what is granted, or grant other methods, schemes or ports"))
    }

    /// Whether some method, scheme and port is granted by both.
    fn meets(&self, other: &Self) -> bool {
        let schemes = self.schemes.iter().filter(|scheme| other.schemes.contains(scheme));
        let mut ports = schemes.flat_map(|scheme| self.ports(*scheme).iter().map(|port| (*scheme, port)));
        ports.any(|(scheme, port)| other.ports(scheme).contains(port))
            && self.methods.iter().any(|method| other.methods.contains(method))
    }

    fn ports(&self, scheme: Scheme) -> &[u16] {
        self.ports.as_deref().unwrap_or_else(|| scheme.own_ports())
    }

    /// How closely the grant names a host, by its closest pattern; none where it does not.
    pub(super) fn closeness(&self, host: &Host) -> Option<usize> {
        self.hosts.iter().filter_map(|pattern| pattern.closeness(host)).max()
    }

    /// Whether the grant takes a request to one of its hosts.
    pub(super) fn takes(&self, scheme: Scheme, port: u16, method: &str) -> bool {
        self.schemes.contains(&scheme)
            && self.ports(scheme).contains(&port)
            && self.methods.iter().any(|own| own == method)
    }
}

impl Secret {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let header = table.required(reader, "header", HEADER, |value| {
            Some(value.as_str()?.to_ascii_lowercase()).filter(|header| is_header(header))
        });
        let env = table.required(reader, "env", ENV, |value| {
            value.as_str().filter(|name| is_variable(name)).map(str::to_owned)
        });
        Some(Self { header: header?, env: env? })
    }
}

/// Whether a method can be granted: upper-case letters and inner hyphens, and none of those that never are.
pub(super) fn is_method(method: &str) -> bool {
    method.len() <= LONGEST_TOKEN
        && method.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_uppercase()))
        && !NEVER_METHODS.contains(&method)
}

/// Whether a name in lower case is a token of RFC 9110, section 5.6.2, and none of those that are never set.
fn is_header(name: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    (1..=LONGEST_TOKEN).contains(&name.len())
        && name.chars().all(is_token)
        && !NEVER_HEADERS.contains(&name)
        && !name.starts_with("proxy-")
}

fn is_variable(name: &str) -> bool {
    (1..=LONGEST_TOKEN).contains(&name.len())
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn port(value: &ValueInner<'_>) -> Option<u16> {
    at_least(1)(value).and_then(|port| u16::try_from(port).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_tunnel_or_echo_are_never_granted() {
        for method in ["GET", "POST", "M-SEARCH", "PURGE"] {
            assert!(is_method(method), "{method}");
        }
        for method in [
            "", "get", "Get", "CONNECT", "PRI", "TRACE", "TRACK", "*", "GET ", "GE T", "GET\r\nX", "-",
            "A--B", "G\u{cb}T",
        ] {
            assert!(!is_method(method), "{method:?}");
        }
    }

    #[test]
    fn header_fields_that_frame_or_route_are_never_set() {
        for name in ["authorization", "cookie", "x-api-key", "!#$%&'*+-.^_`|~1"] {
            assert!(is_header(name), "{name}");
        }
        for name in NEVER_HEADERS.into_iter().chain([
            "proxy-authorization",
            "",
            "a b",
            "a:",
            "a\r\nb",
            "a\0",
            "\u{e4}",
        ]) {
            assert!(!is_header(name), "{name:?}");
        }
    }

    #[test]
    fn variables_have_portable_names() {
        for (name, wanted) in [
            ("OKTA_TOKEN", true),
            ("_a1", true),
            ("", false),
            ("1A", false),
            ("A-B", false),
            ("A=B", false),
            ("\u{c4}", false),
        ] {
            assert_eq!(is_variable(name), wanted, "{name}");
        }
    }
}
