//! For `glasshouse-fuzz` alone: the two sides of a door, without its socket and its universe.

use crate::door;
use bytes::Bytes;
use glasshouse_sandbox::{Request, Response};
use http_body_util::Full;
use hyper::header::HOST;
use hyper::http::request::Parts;

/// A response as the connection sends it.
pub type Answer = hyper::Response<Full<Bytes>>;

/// The request as the twin sees it: at its real host name, over https, by way of a plain door.
pub fn inward(head: &Parts, body: &Bytes, host: &str) -> Request {
    door::inward(head, body, "https", host, head.headers.get(HOST))
}

/// What grants the WebSocket that a request asks for, if it asks for one.
///
/// # Errors
/// The answer that refuses a request which asks for one wrongly.
pub fn wish<B>(request: &mut hyper::Request<B>) -> Result<Option<Answer>, Box<Answer>> {
    Ok(door::wish(request)?.map(|wish| wish.accept))
}

/// Marks a request that asks for a WebSocket, for the twin.
pub fn mark(request: &mut Request) {
    door::Wish::mark(request);
}

/// A twin's response as the connection sends it; one that cannot be sent becomes a status of the door's own.
pub fn outward(response: Response) -> Answer {
    door::outward(response)
}
