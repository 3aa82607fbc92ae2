//! Why a request is refused, and the envelopes that the service sends then. Most have `errorMessages` for the whole
//! request and `errors` by field; authentication, throttling and unknown addresses have forms of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use twin_sdk::{Header, Reply, Response, TableError};

use crate::moment;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The usual envelope.
    #[error("{status}: {}", messages.join("; "))]
    Refused {
        /// The status code.
        status: u16,
        /// About the whole request.
        messages: Vec<String>,
        /// By field.
        errors: BTreeMap<String, String>,
    },
    /// The credential is not accepted.
    #[error("the credential is not accepted")]
    BadCredential,
    /// The address needs a caller and there is none.
    #[error("there is no credential")]
    NoCredential,
    /// Too many requests; the client may come back after that many seconds.
    #[error("throttled for {seconds} s: {reason}")]
    Throttled {
        /// Whole seconds.
        seconds: u64,
        /// When requests are taken again, in seconds since 1970.
        reset: u64,
        /// What `RateLimit-Reason` says.
        reason: &'static str,
    },
    /// No operation has that address.
    #[error("no operation at {path}")]
    UnknownAddress {
        /// Without the query.
        path: String,
    },
    /// The address takes other methods.
    #[error("the address does not take that method")]
    WrongMethod,
    /// The body is of a type that the operation does not read.
    #[error("the body is not of a type that is read")]
    WrongType,
    /// The upload lacks the header that tells it from a forged one.
    #[error("the upload has no X-Atlassian-Token")]
    Forged,
    /// A list in place of the envelope, as the Agile API and a few others answer.
    #[error("{status}: {body}")]
    Plain {
        /// The status code.
        status: u16,
        /// The whole body.
        body: Value,
    },
    /// The twin's own state failed it.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An answer has no JSON form.
    #[error("the answer cannot be written: {0}")]
    Answer(#[from] serde_json::Error),
}

impl Error {
    /// One message about the whole request.
    pub(crate) fn message(status: u16, message: impl Into<String>) -> Self {
        Self::Refused { status, messages: vec![message.into()], errors: BTreeMap::new() }
    }

    /// One wrong field.
    pub(crate) fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::fields(BTreeMap::from([(field.into(), message.into())]))
    }

    /// Wrong fields, by name.
    pub(crate) fn fields(errors: BTreeMap<String, String>) -> Self {
        Self::Refused { status: 400, messages: Vec::new(), errors }
    }

    /// An issue that is not there, or that the caller may not know of.
    pub(crate) fn no_issue() -> Self {
        Self::message(404, "Issue does not exist or you do not have permission to see it.")
    }

    /// A body that is not the JSON that the operation reads.
    pub(crate) fn bad_payload() -> Self {
        Self::message(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    }

    /// Whether the twin is at fault and not the caller.
    pub(crate) fn is_internal(&self) -> bool {
        matches!(self, Self::Table(_) | Self::Answer(_))
    }

    /// The envelope of a field that the bulk operations put into their own lists.
    pub(crate) fn collection(&self) -> Value {
        match self {
            Self::Refused { messages, errors, .. } => json!({"errorMessages": messages, "errors": errors}),
            other => json!({"errorMessages": [other.to_string()], "errors": {}}),
        }
    }

    /// The response.
    pub(crate) fn response(&self) -> Response {
        let json = |status, body: Value| Reply::of_json_text(status, body.to_string()).build();
        match self {
            Self::Refused { status, .. } => json(*status, self.collection()),
            Self::BadCredential => refused_credential(),
            Self::NoCredential => {
                let message = "Client must be authenticated to access this resource.";
                json(401, json!({"message": message, "status-code": 401}))
            }
            Self::Throttled { seconds, reset, reason } => throttled(*seconds, *reset, reason),
            Self::UnknownAddress { path } => {
                json(404, json!({"message": format!("null for uri: {path}"), "status-code": 404}))
            }
            Self::WrongMethod => text(405, ""),
            Self::WrongType => text(415, ""),
            Self::Forged => text(403, "XSRF check failed"),
            Self::Plain { status, body } => json(*status, body.clone()),
            Self::Table(_) | Self::Answer(_) => {
                json(500, json!({"errorMessages": ["Internal server error"], "errors": {}}))
            }
        }
    }
}

/// A login that failed is told in plain text, and by a header that clients look for.
fn refused_credential() -> Response {
    let mut response = text(401, "Client must be authenticated to access this resource.");
    let field = |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned() };
    response.headers.push(field("x-seraph-loginreason", "AUTHENTICATED_FAILED"));
    response.headers.push(field("www-authenticate", "OAuth realm=\"https%3A%2F%2Fatlassian.net\""));
    response
}

/// The answer to a client that asks too often.
fn throttled(seconds: u64, reset: u64, reason: &str) -> Response {
    let body = json!({"errorMessages": ["Rate limit exceeded."], "errors": {}});
    Reply::of_json_text(429, body.to_string())
        .header("retry-after", seconds.to_string())
        .header("x-ratelimit-remaining", "0")
        .header("x-ratelimit-reset", moment::show(reset.saturating_mul(1_000)))
        .header("ratelimit-reason", reason)
        .build()
}

/// A response for people.
pub(crate) fn text(status: u16, body: &str) -> Response {
    let headers =
        vec![Header { name: "content-type".to_owned(), value: "text/plain;charset=UTF-8".to_owned() }];
    Response { status, headers, body: body.as_bytes().to_vec() }
}
