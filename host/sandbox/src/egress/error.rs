//! Why a request was not sent or not answered. No text holds a secret.

use super::AddressKind;
use glasshouse_model::Place;
use glasshouse_model::policy::Denial;
use std::net::IpAddr;

/// Longest part of a guest's text that an error shows, in characters.
const LONGEST_SHOWN: usize = 40;

/// Why a guest gets no response. Its text is one for the guest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// The policy does not allow the request. Nothing was sent.
    #[error("{0}")]
    Denied(Box<Denial>),
    /// The policy allows the host, but not the addresses that it has. Nothing was sent.
    #[error("the host `{host}` has the address {address}, which is {kind}: {denial}")]
    Address {
        /// As the request names it.
        host: String,
        /// The first one that was refused.
        address: IpAddr,
        /// What is special about it.
        kind: AddressKind,
        /// With the lines that would allow the address itself.
        denial: Box<Denial>,
    },
    /// The request cannot be sent as it stands. Nothing was sent.
    #[error("the request cannot be sent: {0}")]
    InvalidArgument(#[from] Flaw),
    /// No answer, or none that can be handed on; a later request may fare better.
    #[error("{0}")]
    Unavailable(#[from] Failure),
    /// The deadline of the call passed.
    #[error("no whole answer before the deadline of the call")]
    TimedOut,
    /// A limit was reached.
    #[error("{0}")]
    QuotaExceeded(#[from] Quota),
}

/// What is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The URL is none.
    #[error("its URL cannot be read: {0}")]
    Url(#[from] url::ParseError),
    /// A character that parsers of URLs drop or turn into another.
    #[error("its URL has white space, a control character or a backslash")]
    UrlCharacter,
    /// `https://user:password@example.com`.
    #[error("its URL names a user; send an Authorization field instead")]
    User,
    /// No name of a header field.
    #[error("`{0}` is no name of a header field")]
    HeaderName(String),
    /// A control character in a value.
    #[error("the value of the header field `{0}` has a control character")]
    HeaderValue(String),
    /// A field that frames or routes the request.
    #[error("the header field `{0}` is the host's to write")]
    OwnHeader(String),
    /// The grant adds this field.
    #[error("the policy adds the header field `{0}` to this request; leave it out")]
    SecretHeader(String),
    /// Two fields for one length.
    #[error("it has `content-length` twice")]
    TwoLengths,
    /// A length that is no decimal number, or not that of the body.
    #[error("its `content-length` is not the length of its body, {body}")]
    Length {
        /// Bytes.
        body: usize,
    },
    /// More header fields than are sent.
    #[error("it has more than {most} header fields")]
    HeaderCount {
        /// As the settings have it.
        most: usize,
    },
    /// URL and header fields together are too long.
    #[error("its URL and header fields have more than {most} bytes")]
    HeadBytes {
        /// As the settings have it.
        most: usize,
    },
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name has no address.
    #[error("the host `{host}` has no address: {why}")]
    Unresolved {
        /// As the request names it.
        host: String,
        /// The resolver's words.
        why: String,
    },
    /// No connection, or no proof that it is the right one.
    #[error("no connection: {0}")]
    Connect(String),
    /// The connection ended or broke within the exchange.
    #[error("the connection broke before the answer was whole")]
    Broken,
    /// The answer is not HTTP/1.
    #[error("the answer is not valid HTTP")]
    NotHttp,
    /// A status outside of 200 to 599.
    #[error("the answer has the status {0}, which cannot be handed on")]
    Status(u16),
    /// The compressed body is none.
    #[error("the body of the answer cannot be decompressed")]
    Compression,
    /// The body is compressed in a way that cannot be searched for the secret that the request carried.
    #[error("the body of the answer has an encoding that was not asked for")]
    Encoding,
    /// The certificates that this machine trusts cannot be read.
    #[error("no certificate to trust: {0}")]
    Trust(String),
    /// This machine has no thread or socket left.
    #[error("this machine cannot send: {0}")]
    Machine(String),
}

/// Which limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Quota {
    /// `limits.concurrent_http` of the policy.
    #[error("{0} requests are under way, the most at one time (`limits.concurrent_http`)")]
    Concurrent(u64),
    /// `limits.host_call_bytes` of the policy, for the body that the guest sends.
    #[error("the body of the request is larger than {0} bytes (`limits.host_call_bytes`)")]
    RequestBytes(u64),
    /// `limits.host_call_bytes` of the policy, for the decompressed body.
    #[error("the body of the answer is larger than {0} bytes, decompressed (`limits.host_call_bytes`)")]
    ResponseBytes(u64),
    /// Fields or bytes in front of the body.
    #[error("the answer has more than {count} header fields or {bytes} bytes of them")]
    ResponseHead {
        /// Most fields.
        count: usize,
        /// Most bytes of all fields.
        bytes: usize,
    },
}

/// Why nothing can be sent for a policy. For the user; names the variable, never its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The variable of a secret is not set, or not text.
    #[error("{place}: the environment variable `{env}` is not set")]
    MissingSecret {
        /// Of the `secret` key.
        place: Place,
        /// The variable.
        env: String,
    },
    /// The value cannot be told from ordinary text in an answer, and anybody could guess it.
    #[error(
        "{place}: the value of the environment variable `{env}` is too short for a secret, less than {least} bytes"
    )]
    ShortSecret {
        /// Of the `secret` key.
        place: Place,
        /// The variable.
        env: String,
        /// Fewest bytes.
        least: usize,
    },
    /// A line break or another control character.
    #[error(
        "{place}: the value of the environment variable `{env}` cannot stand in a header field; look for a line break"
    )]
    UnfitSecret {
        /// Of the `secret` key.
        place: Place,
        /// The variable.
        env: String,
    },
}

/// The beginning of a guest's text, without anything that a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST_SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}
