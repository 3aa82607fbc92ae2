//! Answers of the admin door: JSON, and refusals that say the next step.

use crate::door::exchange::Answer;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::Full;
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};

/// Why something was not done.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    what: String,
    next: String,
}

impl Refused {
    pub(super) fn new(status: StatusCode, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { status, what: what.into(), next: next.into() }
    }

    /// Of whoever asked.
    pub(super) fn mistake(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, what, next)
    }

    /// The universe has ended, or is of no use any more.
    pub(super) fn ended(what: impl ToString) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, what.to_string(), "start `glasshouse serve` again")
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn answer(self) -> Answer {
        let mut answer = done(&json!({ "error": self.what, "next_step": self.next }));
        *answer.status_mut() = self.status;
        answer
    }
}

/// A document as an answer.
pub(super) fn done(document: &impl Serialize) -> Answer {
    match serde_json::to_vec(document) {
        Ok(mut bytes) => {
            bytes.push(b'\n');
            sent(bytes, HeaderValue::from_static("application/json"))
        }
        Err(error) => Refused::ended(error).answer(),
    }
}

/// Bytes as an answer. Nobody keeps it: the next one may be another.
pub(super) fn sent(bytes: Vec<u8>, kind: HeaderValue) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(bytes)));
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// A document of a twin: as the JSON that it is, else in base64.
pub(super) fn document(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_else(|_| json!({ "base64": STANDARD.encode(bytes) }))
}

/// A moment as people write it.
pub(super) fn moment(nanoseconds: u64) -> String {
    let moment = jiff::Timestamp::from_nanosecond(nanoseconds.into());
    moment.map_or_else(|_| format!("{nanoseconds} ns after 1970"), |moment| moment.to_string())
}
