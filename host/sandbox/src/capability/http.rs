//! `http`: outgoing requests, handed to whoever the caller of the guest names.

use super::{Host, breach, given};
use crate::bindings::host::glasshouse::capability::http as wit;
use crate::bindings::host::glasshouse::types::types::{Error, Header, Request, Response};
use crate::limits::Breach;
use glasshouse_model as model;

/// Where a guest's requests go.
pub trait Http: Send {
    /// Sends one request. `event` is the index under which it is recorded.
    ///
    /// # Errors
    /// A [`Breach`] where the answer comes later than the guest may live.
    fn send(&mut self, event: u64, request: &Request) -> Result<Exchange, Breach>;
}

/// What came of one request.
#[derive(Debug)]
pub struct Exchange {
    /// The twin that answered, if one did.
    pub twin: Option<String>,
    /// What the guest gets.
    pub answer: Result<Response, Error>,
}

impl wit::Host for Host {
    fn send(&mut self, mut request: Request) -> wasmtime::Result<Result<Response, Error>> {
        self.enter()?;
        self.meter.request().map_err(breach)?;
        normalise(&mut request);
        let now = self.now();
        let event = self.recorder.as_ref().map_or(0, super::Recorder::next_index);
        let sent = given(self.http.as_mut(), "http")?.send(event, &request);
        let (twin, answer, ended) = match sent {
            Ok(Exchange { twin, answer }) => (twin, answer, Ok(())),
            Err(reached) => (None, Err(Error::TimedOut(reached.to_string())), Err(reached)),
        };
        if let Some(recorder) = &mut self.recorder {
            let response = answer.as_ref().ok().map(recorded_response);
            recorder.record(
                now,
                model::Happening::Exchange { twin, request: recorded_request(request), response },
            );
        }
        ended.map_err(breach)?;
        Ok(answer)
    }
}

/// Method and header names in the one case that the contract promises to the other side.
fn normalise(request: &mut Request) {
    request.method.make_ascii_uppercase();
    for header in &mut request.headers {
        header.name.make_ascii_lowercase();
    }
}

fn recorded_request(request: Request) -> model::Request {
    model::Request {
        method: request.method,
        url: request.url,
        headers: recorded_headers(&request.headers),
        body: model::Body(request.body),
    }
}

fn recorded_response(response: &Response) -> model::Response {
    model::Response {
        status: response.status,
        headers: recorded_headers(&response.headers),
        body: model::Body(response.body.clone()),
    }
}

fn recorded_headers(headers: &[Header]) -> Vec<model::Header> {
    headers.iter().map(|h| model::Header { name: h.name.clone(), value: h.value.clone() }).collect()
}
