//! The plain door: one HTTP port for one twin, for clients whose base URL can be set.
//!
//! Connections are tokio tasks; the universe lives on a thread of its own and answers one request after the other,
//! so no guest ever runs on a thread that others wait for.

use super::DoorError;
use crate::universe::{Link, TwinLine};
use bytes::Bytes;
use glasshouse_sandbox::{Error, Header, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{HOST, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{StatusCode, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot};

/// Most bytes of one request's body.
const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// How long a client may take to send its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a client may take to send its request's body.
const BODY_TIMEOUT: Duration = Duration::from_secs(60);
/// Requests that wait for the universe at one time; more wait in their connections.
const QUEUE: usize = 64;
/// Connections at one time; more wait to be accepted.
const CONNECTIONS: usize = 1_024;

/// An open door.
pub struct Door {
    listener: TcpListener,
    jobs: mpsc::Sender<Job>,
    host: Arc<str>,
}

/// One request on its way to the universe.
struct Job {
    request: Request,
    answer: oneshot::Sender<Answer>,
}

type Answer = hyper::Response<Full<Bytes>>;

impl Door {
    /// Listens, and gives the universe a thread. `host` is the name under which the twin sees its requests; `line` gets
    /// every line that a twin writes.
    ///
    /// # Errors
    /// [`DoorError`] where the address is taken or no thread can be had.
    pub async fn open(
        address: SocketAddr,
        host: &str,
        universe: Link,
        mut line: impl FnMut(&TwinLine) + Send + 'static,
    ) -> Result<Self, DoorError> {
        let listener =
            TcpListener::bind(address).await.map_err(|source| DoorError::Listen { address, source })?;
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        std::thread::Builder::new()
            .name("universe".into())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    // A client that went away no longer wants its answer.
                    let _ = job.answer.send(answer(&universe, &job.request));
                    universe.take_log().iter().for_each(&mut line);
                }
            })
            .map_err(DoorError::Thread)?;
        Ok(Self { listener, jobs, host: host.into() })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's, where the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until the future is dropped; open connections end with it.
    pub async fn serve(self) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut connections = tokio::task::JoinSet::new();
        loop {
            while connections.try_join_next().is_some() {}
            let Ok(place) = places.clone().acquire_owned().await else { return };
            // Accepting fails when the process is short of file descriptors; the next connection may go through.
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::task::yield_now().await;
                continue;
            };
            let (jobs, host) = (self.jobs.clone(), self.host.clone());
            connections.spawn(async move {
                let service = service_fn(move |request| respond(request, jobs.clone(), host.clone()));
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
                // The connection's own errors are the client's; it has been told as far as it could be.
                let _ = http.serve_connection(TokioIo::new(stream), service).await;
                drop(place);
            });
        }
    }
}

async fn respond(
    request: hyper::Request<Incoming>,
    jobs: mpsc::Sender<Job>,
    host: Arc<str>,
) -> Result<Answer, Infallible> {
    let (head, body) = request.into_parts();
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Ok(text(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
    }
    let read = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, LARGEST_BODY).collect()).await;
    let body = match read {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return Ok(text(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large or was cut off")),
        Err(_) => return Ok(text(StatusCode::REQUEST_TIMEOUT, "the body took too long")),
    };
    let request = inward(&head, &body, &host);
    let (answer, answered) = oneshot::channel();
    if jobs.send(Job { request, answer }).await.is_err() {
        return Ok(text(StatusCode::SERVICE_UNAVAILABLE, "the universe has ended"));
    }
    Ok(answered.await.unwrap_or_else(|_| text(StatusCode::SERVICE_UNAVAILABLE, "the universe has ended")))
}

/// The request as the twin sees it: at its real host name, over https.
pub(crate) fn inward(head: &hyper::http::request::Parts, body: &Bytes, host: &str) -> Request {
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let header = |(name, value): (&HeaderName, &HeaderValue)| Header {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    };
    let own = |name: &HeaderName| *name == HOST || name.as_str().starts_with("x-forwarded-");
    let mut headers: Vec<_> = head.headers.iter().filter(|(name, _)| !own(name)).map(header).collect();
    headers.push(Header { name: HOST.as_str().to_owned(), value: host.to_owned() });
    // Addresses that the twin mints, for uploads say, have to lead back to this door.
    if let Some(door) =
        head.headers.get(HOST).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    {
        headers.push(Header { name: "x-forwarded-host".to_owned(), value: door });
        headers.push(Header { name: "x-forwarded-proto".to_owned(), value: "http".to_owned() });
    }
    Request {
        method: head.method.as_str().to_owned(),
        url: format!("https://{host}{path}"),
        headers,
        body: body.to_vec(),
    }
}

fn answer(universe: &Link, request: &Request) -> Answer {
    match universe.answer(request) {
        Ok(exchange) => match exchange.answer {
            Ok(response) => outward(response),
            Err(Error::InvalidArgument(why)) => text(StatusCode::BAD_REQUEST, &why),
            Err(Error::NotFound(why)) => text(StatusCode::MISDIRECTED_REQUEST, &why),
            Err(other) => text(StatusCode::BAD_GATEWAY, &other.to_string()),
        },
        Err(breach) => text(StatusCode::SERVICE_UNAVAILABLE, &breach.to_string()),
    }
}

/// A twin's response as the connection sends it; one that cannot be sent becomes a status of the door's own.
pub(crate) fn outward(response: Response) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(response.body)));
    match StatusCode::from_u16(response.status) {
        Ok(status) => *answer.status_mut() = status,
        Err(_) => return text(StatusCode::BAD_GATEWAY, "the twin answered with a status that is none"),
    }
    for header in response.headers {
        let name = HeaderName::from_bytes(header.name.as_bytes());
        let value = HeaderValue::from_str(&header.value);
        match (name, value) {
            // The length is the connection's to say.
            (Ok(name), Ok(_)) if name == hyper::header::CONTENT_LENGTH => {}
            (Ok(name), Ok(value)) => {
                answer.headers_mut().append(name, value);
            }
            _ => return text(StatusCode::BAD_GATEWAY, "the twin answered with a header that cannot be sent"),
        }
    }
    answer
}

fn text(status: StatusCode, why: &str) -> Answer {
    let mut answer = hyper::Response::new(Full::new(Bytes::from(format!("{why}\n"))));
    *answer.status_mut() = status;
    answer
}
