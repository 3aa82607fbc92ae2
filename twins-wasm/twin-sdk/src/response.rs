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

    /// A response without a body, and without a content type.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self(Response { status, headers: Vec::new(), body: Vec::new() })
    }

    /// Adds a header field; `name` is lower case. What no value of a field may have (RFC 9110, 5.5) is written
    /// percent-encoded: it comes from addresses that clients sent as they typed them, where it means the same.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        let mut value = value.into();
        // Every byte is looked at, which the compiler does many at a time.
        if !value.bytes().fold(true, |all, byte| all & is_visible(byte)) {
            value = value.bytes().map(encoded).collect();
        }
        self.0.headers.push(Header { name: name.to_owned(), value });
        self
    }

    /// The finished response.
    #[must_use]
    pub fn build(self) -> Response {
        self.0
    }
}

fn is_visible(byte: u8) -> bool {
    byte.is_ascii_graphic() || byte == b' '
}

fn encoded(byte: u8) -> String {
    if is_visible(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_can_be_sent() {
        let value = |value: &str| {
            Reply::of_json_text(200, "{}").header("link", value).build().headers[1].value.clone()
        };
        assert_eq!(value("<https://a/?q=a b>; rel=\"next\""), "<https://a/?q=a b>; rel=\"next\"");
        assert_eq!(value("https://a/?q=Jos\u{e9}\r\nx: y"), "https://a/?q=Jos%C3%A9%0D%0Ax: y");
    }
}
