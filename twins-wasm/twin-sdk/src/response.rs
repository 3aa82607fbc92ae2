//! Builds responses.

use serde::Serialize;

use crate::{Header, Response};

/// A response while it is being built.
#[derive(Debug)]
pub struct Reply(Response);

impl Reply {
    /// A response with a JSON body and its content type.
    ///
    /// # Errors
    /// When `body` has no JSON form, for example a map whose keys are not texts.
    pub fn json(status: u16, body: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self::of_json_text(status, serde_json::to_vec(body)?))
    }

    /// A response whose body is JSON text already.
    #[must_use]
    pub fn of_json_text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self(Response { status, headers: Vec::new(), body: body.into() })
            .header("content-type", "application/json; charset=utf-8")
    }

    /// A response of that content type.
    #[must_use]
    pub fn of_type(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(Response { status, headers: Vec::new(), body: body.into() }).header("content-type", content_type)
    }

    /// Adds a header field; `name` is lower case.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.headers.push(Header { name: name.to_owned(), value: value.into() });
        self
    }

    /// The finished response.
    #[must_use]
    pub fn build(self) -> Response {
        self.0
    }
}
