//! One connection that speaks HTTP/1.1 or HTTP/2, within bounds that no client can widen.

use super::exchange::{Answer, CutOff};
use super::patience::{GREETING_TIMEOUT, Patient};
use super::socket::Granting;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};

/// Most bytes of a request's head.
pub(super) const LARGEST_HEAD: usize = 64 * 1024;
/// Requests of one HTTP/2 connection at one time.
const STREAMS: u32 = 128;

/// What answers the requests of a connection.
pub(super) trait Respond: Clone + Send + Sync + 'static {
    /// Answers one request, or has its connection broken. A socket that is granted is left in `granting`.
    fn respond(
        self,
        request: hyper::Request<Incoming>,
        granting: &Granting,
    ) -> impl Future<Output = Result<Answer, CutOff>> + Send;
}

/// Serves a connection until it ends, and the socket that it becomes, if it does. Its own errors are the client's, who has been told as far as that was possible.
pub(super) async fn serve<S>(stream: S, respond: impl Respond)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let granting = Arc::new(Granting::default());
    let service = service_fn(|request| {
        let (respond, granting) = (respond.clone(), granting.clone());
        async move { respond.respond(request, &granting).await }
    });
    let mut http = auto::Builder::new(TokioExecutor::new());
    http.http1().timer(TokioTimer::new()).header_read_timeout(GREETING_TIMEOUT).max_buf_size(LARGEST_HEAD);
    let head = u32::try_from(LARGEST_HEAD).unwrap_or(u32::MAX);
    http.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS).max_header_list_size(head);
    let _ = http.serve_connection_with_upgrades(TokioIo::new(Patient::new(stream)), service).await;
    if let Some(socket) = granting.take() {
        socket.serve().await;
    }
}
