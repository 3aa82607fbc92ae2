//! `wasi:http`: every request goes the way that the contract's `http` goes, so that one place decides.

use crate::capability::{Error as Refused, Exchange, Header, Request, Response, SharedHttp};
use crate::limits::Breach;
use http_body_util::{BodyExt as _, Full};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// Most bytes of a request's body; a guest that sends more is told so.
const MOST_BODY: usize = 16 * 1024 * 1024;

/// What the engine asks a sender for.
type Sending = Box<dyn Future<Output = Result<(http::Response<WasiBody>, Done), Error>> + Send>;
type Done = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// Sends through the guest's own grant; without one nothing leaves.
pub(super) struct Sender(Option<SharedHttp>);

impl Sender {
    pub(super) fn new(http: Option<SharedHttp>) -> Self {
        Self(http)
    }
}

impl WasiHttpHooks for Sender {
    /// The sender writes it from the address that was decided about.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _done: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Sending {
        let http = self.0.clone();
        Box::new(async move {
            let Some(http) = http else { return Err(Error::HttpRequestDenied) };
            let request = read(request).await?;
            // It waits for the other side; the guest's deadline is the sender's own.
            let sent = tokio::task::spawn_blocking(move || http.send(&request)).await;
            let response = match sent.map_err(|error| Error::InternalError(Some(error.to_string())))? {
                Ok(Exchange { answer: Ok(response), .. }) => write(response)?,
                Ok(Exchange { answer: Err(refused), .. }) => return Err(lowered(refused)),
                Err(Breach(_)) => return Err(Error::ConnectionTimeout),
            };
            let done: Done = Box::new(async { Ok(()) });
            Ok((response, done))
        })
    }
}

/// The request with its whole body.
async fn read(request: http::Request<WasiBody>) -> Result<Request, Error> {
    let (parts, body) = request.into_parts();
    let body = http_body_util::Limited::new(body, MOST_BODY).collect().await;
    let body = body.map_err(|_| Error::HttpRequestBodySize(Some(MOST_BODY as u64)))?.to_bytes().to_vec();
    let mut headers = Vec::new();
    for (name, value) in &parts.headers {
        let value = value.to_str().map_err(|_| Error::HttpProtocolError)?;
        headers.push(Header { name: name.as_str().to_owned(), value: value.to_owned() });
    }
    Ok(Request { method: parts.method.as_str().to_owned(), url: parts.uri.to_string(), headers, body })
}

fn write(response: Response) -> Result<http::Response<WasiBody>, Error> {
    let mut builder = http::Response::builder().status(response.status);
    for header in &response.headers {
        builder = builder.header(&header.name, &header.value);
    }
    let body = Full::new(bytes::Bytes::from(response.body)).map_err(|never| match never {});
    builder.body(body.boxed_unsync()).map_err(|_| Error::HttpProtocolError)
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
