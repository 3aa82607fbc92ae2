//! Responses, and refusals as JSON.

use super::body::Content;
use crate::Error;
use crate::protocol::Refusal;
use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};

/// A response whose body is known.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// A refusal.
#[derive(Debug)]
pub(super) struct Failure {
    status: u16,
    message: String,
}

impl Answer {
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::bytes(status, "application/json", value.to_string().into_bytes())
    }

    pub(super) fn bytes(status: u16, kind: &'static str, body: Vec<u8>) -> Self {
        Self { status, kind, headers: Vec::new(), body }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn into_response(self) -> hyper::Response<Content> {
        let mut response = hyper::Response::new(Content::Bytes(Some(Bytes::from(self.body))));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        for (name, value) in self.headers {
            // All names are ours; a value that no header can have is left out.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}

impl Failure {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    fn code(&self) -> &'static str {
        match self.status {
            400 => "BAD_REQUEST",
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            405 => "METHOD_NOT_ALLOWED",
            408 => "REQUEST_TIMEOUT",
            409 => "CONFLICT",
            413 => "PAYLOAD_TOO_LARGE",
            422 => "UNPROCESSABLE_ENTITY",
            424 => "FAILED_DEPENDENCY",
            _ => "INTERNAL_ERROR",
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            // Documented so for HTTP; over the binary protocol the parent is simply not found.
            Error::UnknownParent(_) => Self::new(409, error.to_string()),
            error => {
                let refusal = Refusal::from(error);
                Self::new(refusal.code.number(), refusal.detail)
            }
        }
    }
}

impl From<Failure> for Answer {
    fn from(failure: Failure) -> Self {
        let error = json!({ "code": failure.code(), "status": failure.status, "message": failure.message });
        Self::json(failure.status, &json!({ "error": error }))
    }
}
