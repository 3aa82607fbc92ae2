//! From a client's request to the one that a twin sees, and back from a twin's answer.

use bytes::Bytes;
use glasshouse_sandbox::{Header, Request, Response};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use std::time::Duration;

/// Most bytes of the body of one request to a twin.
pub(super) const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// How long a client may take to send its request's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);

/// What a client gets.
pub(crate) type Answer = hyper::Response<Full<Bytes>>;

/// The connection breaks in place of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an injected fault cut the connection")]
pub(super) struct CutOff;

/// Fields that are about the connection or the way to the door, not about the request.
const OF_THE_CONNECTION: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Reads a request's body of at most that many bytes.
///
/// # Errors
/// The answer that refuses it: too large, too slow or cut off.
pub(super) async fn whole_body(body: Incoming, most: usize) -> Result<Bytes, Box<Answer>> {
    let refused = |status, why: &str| Err(Box::new(text(status, why)));
    let too_large = format!("the body is larger than {most} bytes; send less");
    if body.size_hint().lower() > most as u64 {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, &too_large);
    }
    match tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            refused(StatusCode::PAYLOAD_TOO_LARGE, &too_large)
        }
        Ok(Err(_)) => refused(StatusCode::BAD_REQUEST, "the body was cut off"),
        Err(_) => refused(StatusCode::REQUEST_TIMEOUT, "the body took too long"),
    }
}

/// The request as the twin sees it: at its real host name. Addresses that a twin mints lead to the door at
/// `forwarded` where one is given, else to the real name.
pub(crate) fn inward(
    head: &Parts,
    body: &Bytes,
    scheme: &str,
    host: &str,
    forwarded: Option<&HeaderValue>,
) -> Request {
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    // `OPTIONS *` has none, and an address may have a query alone; neither is to become a part of the host.
    let slash = if path.starts_with('/') { "" } else { "/" };
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let is_the_clients = |name: &HeaderName| {
        *name != HOST
            && !name.as_str().starts_with("x-forwarded-")
            && !OF_THE_CONNECTION.contains(&name.as_str())
    };
    let header = |name: &str, value: String| Header { name: name.to_owned(), value };
    let mut headers: Vec<_> = head
        .headers
        .iter()
        .filter(|(name, _)| is_the_clients(name))
        .map(|(name, value)| header(name.as_str(), text(value)))
        .collect();
    headers.push(header(HOST.as_str(), host.to_owned()));
    if let Some(door) = forwarded {
        headers.push(header("x-forwarded-host", text(door)));
        headers.push(header("x-forwarded-proto", "http".to_owned()));
    }
    Request {
        method: head.method.as_str().to_owned(),
        url: format!("{scheme}://{host}{slash}{path}"),
        headers,
        body: body.to_vec(),
    }
}

/// A twin's answer as the client gets it.
pub(crate) fn outward(response: Response) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(response.body)));
    match StatusCode::from_u16(response.status) {
        Ok(status) if !status.is_informational() => *answer.status_mut() = status,
        _ => return text(StatusCode::BAD_GATEWAY, "the twin answered with a status that cannot be sent"),
    }
    for header in response.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_str(&header.value);
        match (name, value) {
            // The length and the connection are the door's to say.
            (Ok(name), Ok(_)) if name == CONTENT_LENGTH || OF_THE_CONNECTION.contains(&name.as_str()) => {}
            (Ok(name), Ok(value)) => {
                answer.headers_mut().append(name, value);
            }
            _ => return text(StatusCode::BAD_GATEWAY, "the twin answered with a header that cannot be sent"),
        }
    }
    answer
}

/// One line of text, as an answer of the door itself.
pub(super) fn text(status: StatusCode, why: &str) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(format!("{why}\n"))));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
