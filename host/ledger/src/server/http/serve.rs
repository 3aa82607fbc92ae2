//! The HTTP server. Requests are worked on by threads that may block; connections are tokio tasks.

use super::answer::{Answer, Failure};
use super::ask::{Ask, is_of_another_site};
use super::body::Content;
use super::{events, route};
use crate::server::listen::{Listener, Stream};
use crate::server::{Limits, ServerError, Sessions, Tls};
use crate::{Clock, Ledger};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

/// What every request may look at.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) ledger: Arc<Ledger>,
    pub(super) sessions: Sessions,
    pub(super) clock: Clock,
    /// The clock when the server was opened.
    pub(super) opened: u64,
    pub(super) limits: Limits,
}

/// An open port.
pub struct HttpServer {
    listener: Listener,
    desk: Desk,
}

impl HttpServer {
    /// Listens. Existing clients try port 9010. `clock` is what relative times in queries count from; `sessions` are
    /// those of the binary server of the same ledger.
    ///
    /// # Errors
    /// [`ServerError::Listen`].
    pub async fn open(
        address: SocketAddr,
        (ledger, clock): (Arc<Ledger>, Clock),
        sessions: Sessions,
        limits: Limits,
        tls: Option<Tls>,
    ) -> Result<Self, ServerError> {
        let listener = Listener::open(address, tls, limits.connections).await?;
        let opened = clock();
        Ok(Self { listener, desk: Desk { ledger, sessions, clock, opened, limits } })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's, where the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Serves until the future is dropped; open connections end with it.
    pub async fn serve(self) {
        let desk = self.desk;
        self.listener.serve(move |stream| connection(stream, desk.clone())).await;
    }
}

async fn connection(stream: Box<dyn Stream>, desk: Desk) {
    let arrival = desk.limits.arrival;
    let service = service_fn(move |request| respond(request, desk.clone()));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(arrival);
    // The connection's own errors are the client's; it has been told as far as it could be.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(
    request: hyper::Request<Incoming>,
    desk: Desk,
) -> Result<hyper::Response<Content>, Infallible> {
    let (head, body) = request.into_parts();
    if is_of_another_site(&head.headers) {
        let refused = Failure::new(403, "pages of other sites may not use the ledger");
        return Ok(Answer::from(refused).into_response());
    }
    if head.method == hyper::Method::GET && head.uri.path() == "/v1/events" {
        return Ok(events::stream(&desk));
    }
    let answer = match read(body, &desk.limits).await {
        Ok(body) => {
            let work = move || Ask::new(&head, body).and_then(|ask| route::answer(&desk, &ask));
            let done = tokio::task::spawn_blocking(work).await;
            done.unwrap_or_else(|_| Err(crate::Error::Closed.into()))
        }
        Err(failure) => Err(failure),
    };
    Ok(answer.unwrap_or_else(Answer::from).into_response())
}

async fn read(body: Incoming, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let most = usize::try_from(limits.frame).unwrap_or(usize::MAX);
    let too_large = || Failure::new(413, "the body is too large");
    if body.size_hint().lower() > u64::from(limits.frame) {
        return Err(too_large());
    }
    match tokio::time::timeout(limits.arrival, Limited::new(body, most).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Failure::new(400, "the body was cut off")),
        Err(_) => Err(Failure::new(408, "the body took too long")),
    }
}
