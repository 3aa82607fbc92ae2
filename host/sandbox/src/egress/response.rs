//! A peer's answer, read with a cap on everything that it can make long.

use super::{Audit, EgressError, EgressSettings, Failure, Quota};
use crate::guard::{Guard, stands};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

/// A whole HTTP response as a guest gets it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutResponse {
    /// 200 to 599; a redirect is an answer like any other.
    pub status: u16,
    /// Names in lower case, values as UTF-8, or as Latin-1 where they are not UTF-8. In sending order but for a name
    /// that repeats, whose values stand together.
    pub headers: Vec<(String, String)>,
    /// Decompressed where it came as gzip; the fields that told of the compression are then left out.
    pub body: Vec<u8>,
}

/// What may be read of one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Caps {
    pub(super) header_count: usize,
    pub(super) header_bytes: usize,
    /// Of the body, decompressed.
    pub(super) body_bytes: u64,
    /// Whether a body that the host cannot search must be refused.
    pub(super) searchable: bool,
}

impl Caps {
    pub(super) fn new(settings: &EgressSettings, body_bytes: u64, searchable: bool) -> Self {
        let EgressSettings { header_count, header_bytes, .. } = *settings;
        Self { header_count, header_bytes, body_bytes, searchable }
    }

    /// The error of a head that is too long.
    pub(super) fn head(&self) -> Quota {
        Quota::ResponseHead { count: self.header_count, bytes: self.header_bytes }
    }
}

/// Reads status, fields and body. `failed` turns the sender's errors.
pub(super) async fn read(
    mut response: reqwest::Response,
    caps: &Caps,
    audit: &mut Audit,
    failed: impl Fn(&reqwest::Error) -> EgressError,
) -> Result<OutResponse, EgressError> {
    let status = response.status().as_u16();
    audit.status = Some(status);
    if !(200..=599).contains(&status) {
        return Err(Failure::Status(status).into());
    }
    let headers = fields(response.headers(), caps)?;
    let is_encoded =
        response.headers().get_all(CONTENT_ENCODING).iter().any(|encoding| encoding != "identity");
    if caps.searchable && is_encoded {
        return Err(Failure::Encoding.into());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        audit.bytes_in = audit.bytes_in.saturating_add(chunk.len() as u64);
        if audit.bytes_in > caps.body_bytes && stands(Guard::ResponseSize) {
            return Err(Quota::ResponseBytes(caps.body_bytes).into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(OutResponse { status, headers, body })
}

/// The fields in front of the body. How many there are the sender has counted while it parsed them.
fn fields(headers: &HeaderMap, caps: &Caps) -> Result<Vec<(String, String)>, Quota> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > caps.header_bytes && stands(Guard::ResponseSize) {
        return Err(caps.head());
    }
    Ok(headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect())
}

fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => value.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_utf8_or_else_as_latin_1() {
        assert_eq!(text("B\u{fc}cher".as_bytes()), "B\u{fc}cher");
        assert_eq!(text(b"B\xfccher"), "B\u{fc}cher");
    }
}
