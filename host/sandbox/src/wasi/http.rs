//! `wasi:http`: every request goes the way that the contract's `http` goes, so that one place decides.

use super::room::{Room, Share};
use crate::capability::{Error as Refused, Exchange, Header, Request, Response, SharedHttp};
use crate::limits::Breach;
use http_body_util::BodyExt as _;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// Most bytes of a request's body; a guest that sends more is told so.
const MOST_BODY: usize = 16 * 1024 * 1024;

/// What the engine asks a sender for.
type Sending = Box<dyn Future<Output = Result<(http::Response<WasiBody>, Done), Error>> + Send>;
type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// Sends through the guest's own grant; without one nothing leaves. Requests may be under way side by side, as far as
/// the policy's `concurrent_http` goes.
pub(super) struct Sender {
    http: Option<SharedHttp>,
    /// For bodies on their way, and for answers that the guest has not read.
    room: Room,
    sent: u64,
}

impl Sender {
    pub(super) fn new(http: Option<SharedHttp>, room: Room) -> Self {
        Self { http, room, sent: 0 }
    }

    /// How many requests were sent.
    pub(super) fn sent(&self) -> u64 {
        self.sent
    }
}

impl WasiHttpHooks for Sender {
    /// The sender writes it from the address that was decided about.
    fn set_host_header(&mut self) -> bool {
        false
    }

    /// What a guest writes of a body before anybody reads it.
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        64 * 1024
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _done: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Sending {
        self.sent += 1;
        let (http, room) = (self.http.as_ref().map(SharedHttp::beside), self.room.clone());
        Box::new(async move {
            let Some(http) = http else { return Err(Error::HttpRequestDenied) };
            let (request, share) = read(request, room.share()).await?;
            // It waits for the other side; the guest's deadline is the sender's own.
            let sent = tokio::task::spawn_blocking(move || {
                let sent = http.send(&request);
                drop(share);
                sent
            });
            let response = match sent.await.map_err(|error| Error::InternalError(Some(error.to_string())))? {
                Ok(Exchange { answer: Ok(response), .. }) => write(response, room.share())?,
                Ok(Exchange { answer: Err(refused), .. }) => return Err(lowered(refused)),
                Err(Breach(_)) => return Err(Error::ConnectionTimeout),
            };
            let done: Done = Box::new(async { Ok(()) });
            Ok((response, done))
        })
    }
}

/// The request with its whole body, which takes its share of the room.
async fn read(request: http::Request<WasiBody>, mut share: Share) -> Result<(Request, Share), Error> {
    let (parts, mut rest) = request.into_parts();
    let mut body = Vec::new();
    while let Some(frame) = rest.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        share.grow(data.len()).map_err(|full| Error::HttpRequestBodySize(Some(full.most)))?;
        if body.len() + data.len() > MOST_BODY {
            return Err(Error::HttpRequestBodySize(Some(MOST_BODY as u64)));
        }
        body.extend_from_slice(&data);
    }
    let mut headers = Vec::new();
    for (name, value) in &parts.headers {
        let value = value.to_str().map_err(|_| Error::HttpProtocolError)?;
        headers.push(Header { name: name.as_str().to_owned(), value: value.to_owned() });
    }
    let (method, url) = (parts.method.as_str().to_owned(), parts.uri.to_string());
    Ok((Request { method, url, headers, body }, share))
}

/// The answer, which takes its share of the room until the guest has read or dropped it.
fn write(response: Response, mut share: Share) -> Result<http::Response<WasiBody>, Error> {
    share.grow(response.body.len()).map_err(|full| Error::HttpResponseBodySize(Some(full.most)))?;
    let mut builder = http::Response::builder().status(response.status);
    for header in &response.headers {
        builder = builder.header(&header.name, &header.value);
    }
    let body = http_body_util::Full::new(bytes::Bytes::from(response.body));
    let held = body.map_err(|never| match never {}).map_frame(move |frame| {
        let _held = &share;
        frame
    });
    builder.body(held.boxed_unsync()).map_err(|_| Error::HttpProtocolError)
}

/// The nearest case of WASI; its texts cannot be carried, so the audit has them.
fn lowered(refused: Refused) -> Error {
    match refused {
        Refused::Denied(_) => Error::HttpRequestDenied,
        Refused::NotFound(_) => Error::DestinationNotFound,
        Refused::InvalidArgument(_) => Error::HttpProtocolError,
        Refused::TimedOut(_) => Error::ConnectionTimeout,
        Refused::Unavailable(_) => Error::DestinationUnavailable,
        Refused::QuotaExceeded(_) => Error::ConnectionLimitReached,
        Refused::Conflict(text) | Refused::Other(text) => Error::InternalError(Some(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::Http;
    use std::sync::{Arc, Barrier};

    /// Answers only once two requests are there; those that go one after the other would wait for ever.
    struct Meeting(Arc<Barrier>);

    impl Http for Meeting {
        fn send(&mut self, _event: u64, request: &Request) -> Result<Exchange, Breach> {
            self.0.wait();
            let body = request.body.clone();
            let answer = Ok(Response { status: 200, headers: Vec::new(), body });
            Ok(Exchange { twin: None, answer, fault: None })
        }

        fn beside(&self) -> Option<Box<dyn Http>> {
            Some(Box::new(Self(Arc::clone(&self.0))))
        }
    }

    fn request(body: &'static [u8]) -> http::Request<WasiBody> {
        let body = http_body_util::Full::new(bytes::Bytes::from_static(body)).map_err(|never| match never {});
        http::Request::post("https://api.example.com/").body(body.boxed_unsync()).unwrap()
    }

    fn sender(held: u64, meet: usize) -> Sender {
        let http: Box<dyn Http> = Box::new(Meeting(Arc::new(Barrier::new(meet))));
        Sender::new(Some(SharedHttp::new(http)), Room::new(held))
    }

    async fn send(sender: &mut Sender, body: &'static [u8]) -> Result<http::Response<WasiBody>, Error> {
        let sending = sender.send_request(request(body), None, Box::new(async { Ok(()) }));
        Box::into_pin(sending).await.map(|(response, _)| response)
    }

    #[tokio::test]
    async fn two_requests_are_under_way_at_one_time() {
        let mut sender = sender(1_000, 2);
        let sending = |sender: &mut Sender, body| {
            Box::into_pin(sender.send_request(request(body), None, Box::new(async { Ok(()) })))
        };
        let (one, two) = (sending(&mut sender, b"one"), sending(&mut sender, b"two"));
        let (one, two) = tokio::join!(one, two);
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(sender.sent(), 2);
    }

    #[tokio::test]
    async fn answers_that_nobody_reads_take_up_the_room() {
        let mut sender = sender(10, 1);
        let first = send(&mut sender, b"0123").await.unwrap();
        let unread = send(&mut sender, b"0123").await.unwrap();
        let full = send(&mut sender, b"0123").await.unwrap_err();
        assert!(matches!(full, Error::HttpRequestBodySize(Some(10))), "{full:?}");
        let read = first.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(read, "0123");
        assert!(send(&mut sender, b"0123").await.is_ok());
        drop(unread);
    }
}
