//! Host names and addresses: as a policy grants them, and as a request names them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Longest name that DNS carries, in bytes, without the last dot.
const LONGEST_NAME: usize = 253;
/// Longest label of a name, in bytes.
const LONGEST_LABEL: usize = 63;

/// One host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// A name in lower case, without a last dot.
    Name(String),
    /// An address. Never an IPv4 address in IPv6 form: two spellings of one address would be two hosts.
    Address(IpAddr),
}

/// The hosts that a grant names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum HostPattern {
    /// This host alone.
    Exact(Host),
    /// Every name below this one, by one label or more; not this one itself. Written with a leading `*.`.
    Below(String),
}

/// Why a text is no host or no pattern of hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// No text at all.
    #[error("it is empty")]
    Empty,
    /// `https://example.com`.
    #[error("it has a scheme, which is no part of a host")]
    Scheme,
    /// `user@example.com`.
    #[error("it names a user, which is no part of a host")]
    User,
    /// `example.com:443`.
    #[error("it has a port, which is no part of a host")]
    Port,
    /// `example.com/path`, also a query or a fragment.
    #[error("it has a path, which is no part of a host")]
    Path,
    /// A star that is not the whole first label.
    #[error("`*` stands only in front, as in `*.example.com`")]
    Star,
    /// `*.com`: everything that anyone may register.
    #[error("`*.` needs a name of two labels or more behind it")]
    TopLevel,
    /// `*.127.0.0.1`.
    #[error("nothing lies below an address")]
    BelowAddress,
    /// `Example.com` where a file must have one spelling.
    #[error("it must be in lower case")]
    UpperCase,
    /// `example.com.` where a file must have one spelling.
    #[error("it ends in a dot")]
    LastDot,
    /// `exämple.com`.
    #[error("it must be in ASCII; other letters have a form that begins with `xn--`")]
    NotAscii,
    /// `127.1`, `0x7f000001`: a name that ends in a number is an address to some and a name to others.
    #[error("an IPv4 address is four decimal numbers from 0 to 255 without leading zeros")]
    Ipv4,
    /// `::1`, `[0::1]`.
    #[error("an IPv6 address stands in brackets in its shortest form, as in `[::1]`")]
    Ipv6,
    /// `[::ffff:127.0.0.1]`.
    #[error("it is an IPv4 address in IPv6 form; only the IPv4 form is taken")]
    Mapped,
    /// A label that DNS does not carry.
    #[error(
        "each label has 1 to 63 letters, digits and hyphens, a hyphen neither first nor last; at most 253 in all"
    )]
    Label,
}

impl Host {
    /// The host of a request. Case and one last dot are of no account, as in DNS.
    ///
    /// # Errors
    /// [`HostError`] where it is no host in its only accepted spelling, so that no other parser reads another in it.
    pub fn of_request(host: &str) -> Result<Self, HostError> {
        let host = host.strip_suffix('.').filter(|rest| !rest.is_empty()).unwrap_or(host);
        Self::from_str(&host.to_ascii_lowercase())
    }
}

/// Reads the one spelling that a file may have.
impl FromStr for Host {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if text.starts_with('[') || Ipv6Addr::from_str(text).is_ok() {
            return ipv6(text);
        }
        foreign_part(text)?;
        if ends_in_number(text) {
            let address = Ipv4Addr::from_str(text).map_err(|_| HostError::Ipv4)?;
            return Ok(Self::Address(address.into()));
        }
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_label = |label: &str| {
            (1..=LONGEST_LABEL).contains(&label.len())
                && label.chars().all(is_letter)
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        if text.len() > LONGEST_NAME || !text.split('.').all(is_label) {
            return Err(HostError::Label);
        }
        Ok(Self::Name(text.to_owned()))
    }
}

/// Refuses what surrounds a host in a URL, and other spellings of a name.
fn foreign_part(text: &str) -> Result<(), HostError> {
    match text {
        "" => Err(HostError::Empty),
        _ if text.contains("://") => Err(HostError::Scheme),
        _ if text.contains('@') => Err(HostError::User),
        _ if text.contains(['/', '\\', '?', '#']) => Err(HostError::Path),
        _ if text.contains(':') => Err(HostError::Port),
        _ if text.contains('*') => Err(HostError::Star),
        _ if !text.is_ascii() => Err(HostError::NotAscii),
        _ if text.contains(|c: char| c.is_ascii_uppercase()) => Err(HostError::UpperCase),
        _ if text.ends_with('.') => Err(HostError::LastDot),
        _ => Ok(()),
    }
}

/// Whether URL parsers take a name for an IPv4 address: its last label is a decimal or hexadecimal number.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x");
    !last.is_empty() && last.chars().all(|c| c.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.chars().all(|c| c.is_ascii_hexdigit()))
}

fn ipv6(text: &str) -> Result<Host, HostError> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or(HostError::Ipv6)?;
    let address = Ipv6Addr::from_str(inner).map_err(|_| HostError::Ipv6)?;
    if address.to_ipv4_mapped().is_some() {
        Err(HostError::Mapped)
    } else if address.to_string() == inner {
        Ok(Host::Address(address.into()))
    } else {
        Err(HostError::Ipv6)
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

impl HostPattern {
    /// Whether the pattern names a host, however the request spells it. A text that is no host is none of any pattern.
    pub fn matches(&self, host: &str) -> bool {
        Host::of_request(host).is_ok_and(|host| self.closeness(&host).is_some())
    }

    /// How closely the pattern names a host; none where it does not. Of two patterns that name one host, the closer
    /// has the higher number, and equal numbers mean equal patterns.
    pub(super) fn closeness(&self, host: &Host) -> Option<usize> {
        match (self, host) {
            (Self::Exact(own), host) => (own == host).then_some(usize::MAX),
            (Self::Below(parent), Host::Name(name)) => {
                let labels = name.strip_suffix(parent)?.strip_suffix('.')?;
                (!labels.is_empty()).then_some(parent.len())
            }
            (Self::Below(_), Host::Address(_)) => None,
        }
    }
}

impl FromStr for HostPattern {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        let Some(parent) = text.strip_prefix("*.") else {
            return Host::from_str(text).map(Self::Exact);
        };
        match Host::from_str(parent)? {
            Host::Address(_) => Err(HostError::BelowAddress),
            Host::Name(parent) if !parent.contains('.') => Err(HostError::TopLevel),
            Host::Name(parent) => Ok(Self::Below(parent)),
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(host) => write!(f, "{host}"),
            Self::Below(parent) => write!(f, "*.{parent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_one_spelling() {
        for text in [
            "example.com",
            "*.example.com",
            "localhost",
            "a-1.xn--bcher-kva.example",
            "127.0.0.1",
            "[::1]",
            "[2001:db8::7f00:1]",
            "1password.com",
            "0x.example",
        ] {
            assert_eq!(HostPattern::from_str(text).map(|pattern| pattern.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        let long = format!("{}.com", "a".repeat(LONGEST_LABEL + 1));
        let longest = "a.".repeat(LONGEST_NAME / 2 + 1) + "a";
        for (text, why) in [
            ("", HostError::Empty),
            ("https://example.com", HostError::Scheme),
            ("user@example.com", HostError::User),
            ("example.com:443", HostError::Port),
            ("example.com/v1", HostError::Path),
            ("example.com\\v1", HostError::Path),
            ("example.com?q", HostError::Path),
            ("example.com#f", HostError::Path),
            ("*", HostError::Star),
            ("*example.com", HostError::Star),
            ("api.*.com", HostError::Star),
            ("*.*.com", HostError::Star),
            ("*.", HostError::Empty),
            ("*.com", HostError::TopLevel),
            ("*.127.0.0.1", HostError::BelowAddress),
            ("*.[::1]", HostError::BelowAddress),
            ("Example.com", HostError::UpperCase),
            ("example.com.", HostError::LastDot),
            (".", HostError::LastDot),
            ("b\u{fc}cher.example", HostError::NotAscii),
            ("ex\u{430}mple.com", HostError::NotAscii),
            ("127.1", HostError::Ipv4),
            ("2130706433", HostError::Ipv4),
            ("0x7f000001", HostError::Ipv4),
            ("0x7f.0x", HostError::Ipv4),
            ("017700000001", HostError::Ipv4),
            ("127.0.0.01", HostError::Ipv4),
            ("256.0.0.1", HostError::Ipv4),
            ("1.2.3.4.5", HostError::Ipv4),
            ("::1", HostError::Ipv6),
            ("[0:0::1]", HostError::Ipv6),
            ("[2001:DB8::1]", HostError::Ipv6),
            ("[fe80::1%eth0]", HostError::Ipv6),
            ("[::1", HostError::Ipv6),
            ("[::1]:443", HostError::Ipv6),
            ("[127.0.0.1]", HostError::Ipv6),
            ("[::ffff:127.0.0.1]", HostError::Mapped),
            ("[::ffff:7f00:1]", HostError::Mapped),
            ("example..com", HostError::Label),
            (".example.com", HostError::Label),
            ("-a.example.com", HostError::Label),
            ("a-.example.com", HostError::Label),
            ("a_b.example.com", HostError::Label),
            ("a b.example.com", HostError::Label),
            ("a%2eexample.com", HostError::Label),
            ("a\0.example.com", HostError::Label),
            (&long, HostError::Label),
            (&longest, HostError::Label),
        ] {
            assert_eq!(HostPattern::from_str(text), Err(why), "{text}");
        }
    }

    #[test]
    fn patterns_name_whole_labels() {
        for (pattern, host, wanted) in [
            ("example.com", "example.com", true),
            ("example.com", "EXAMPLE.com.", true),
            ("example.com", "example.com..", false),
            ("example.com", "evil-example.com", false),
            ("example.com", "evilexample.com", false),
            ("example.com", "example.com.evil", false),
            ("example.com", "example.com.evil.example", false),
            ("example.com", "api.example.com", false),
            ("example.com", "xn--exmple-cua.com", false),
            ("example.com", "ex\u{e4}mple.com", false),
            ("example.com", "ex\u{430}mple.com", false),
            ("example.com", "example.com@evil.example", false),
            ("example.com", "evil.example@example.com", false),
            ("example.com", "example.com:8443", false),
            ("example.com", "example.com/", false),
            ("example.com", "example.com#.evil.example", false),
            ("example.com", "example.com%2eevil.example", false),
            ("example.com", " example.com", false),
            ("example.com", "example.com\0", false),
            ("example.com", "example\u{3002}com", false),
            ("*.example.com", "api.example.com", true),
            ("*.example.com", "a.b.EXAMPLE.com.", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", ".example.com", false),
            ("*.example.com", "evilexample.com", false),
            ("*.example.com", "evil-example.com", false),
            ("*.example.com", "api.example.com.evil.example", false),
            ("*.example.com", "*.example.com", false),
            ("*.example.com", "", false),
            ("*.example.com", ".", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.1.", true),
            ("127.0.0.1", "127.1", false),
            ("127.0.0.1", "0x7f000001", false),
            ("127.0.0.1", "0X7F000001", false),
            ("127.0.0.1", "017700000001", false),
            ("127.0.0.1", "2130706433", false),
            ("127.0.0.1", "127.0.0.1.evil.example", false),
            ("127.0.0.1", "[::ffff:127.0.0.1]", false),
            ("127.0.0.1", "[::127.0.0.1]", false),
            ("127.0.0.1", "[64:ff9b::7f00:1]", false),
            ("127.0.0.1", "localhost", false),
            ("[::1]", "[::1]", true),
            ("[::1]", "::1", false),
            ("[::1]", "[0:0:0:0:0:0:0:1]", false),
            ("[2001:db8::a]", "[2001:DB8::A]", true),
        ] {
            assert_eq!(HostPattern::from_str(pattern).unwrap().matches(host), wanted, "{pattern} {host}");
        }
    }

    #[test]
    fn the_closer_pattern_has_the_higher_number() {
        let host = Host::of_request("a.b.example.com").unwrap();
        let closeness = |pattern: &str| HostPattern::from_str(pattern).unwrap().closeness(&host);
        assert!(closeness("a.b.example.com") > closeness("*.b.example.com"));
        assert!(closeness("*.b.example.com") > closeness("*.example.com"));
        assert_eq!(closeness("*.a.b.example.com"), None);
    }
}
