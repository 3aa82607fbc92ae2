//! `http`: outgoing requests, handed to whoever the caller of the guest names.

use super::{Host, Interface, Taped, breach, diverged, refused, unrefused};
use crate::bindings::host::glasshouse::capability::http as wit;
use crate::bindings::host::glasshouse::types::types::{Error, Header, Request, Response};
use crate::error::HostFault;
use crate::limits::Breach;
use glasshouse_model as model;
use std::sync::{Arc, Mutex, PoisonError};

/// Where a guest's requests go.
pub trait Http: Send {
    /// Sends one request. `event` is the index under which it is recorded.
    ///
    /// # Errors
    /// A [`Breach`] where the answer comes later than the guest may live.
    fn send(&mut self, event: u64, request: &Request) -> Result<Exchange, Breach>;

    /// A sender to the same place that can be used while this one waits; none where requests go one after the other.
    fn beside(&self) -> Option<Box<dyn Http>> {
        None
    }
}

/// One sender for several askers: the contract's interface and that of WASI.
#[derive(Clone)]
pub struct SharedHttp(Arc<Mutex<Box<dyn Http>>>);

impl SharedHttp {
    /// Shares a sender. What is sent by one value goes one after the other.
    pub fn new(http: Box<dyn Http>) -> Self {
        Self(Arc::new(Mutex::new(http)))
    }

    /// Another one, to send while this one waits; the same where the sender has no other.
    pub(crate) fn beside(&self) -> Self {
        let beside = self.0.lock().unwrap_or_else(PoisonError::into_inner).beside();
        beside.map_or_else(|| self.clone(), Self::new)
    }

    /// Sends a request of a guest whose events are not recorded.
    pub(crate) fn send(&self, request: &Request) -> Result<Exchange, Breach> {
        self.send_as(0, request)
    }

    fn send_as(&self, event: u64, request: &Request) -> Result<Exchange, Breach> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).send(event, request)
    }
}

/// What came of one request.
#[derive(Debug)]
pub struct Exchange {
    /// The twin that answered, if one did.
    pub twin: Option<String>,
    /// What the guest gets.
    pub answer: Result<Response, Error>,
    /// The fault that was injected, if one was.
    pub fault: Option<model::FaultKind>,
}

impl Exchange {
    /// As records hold it; `via` is the tool that sent the request, where a tool did.
    pub fn recorded(&self, request: Request, via: Option<String>) -> model::Happening {
        model::Happening::Exchange {
            via,
            twin: self.twin.clone(),
            request: recorded_request(request),
            response: self.answer.as_ref().ok().map(recorded_response),
            error: self.answer.as_ref().err().map(refused),
        }
    }
}

impl wit::Host for Host {
    fn send(&mut self, mut request: Request) -> wasmtime::Result<Result<Response, Error>> {
        self.enter(Interface::Http)?;
        self.meter.request().map_err(breach)?;
        normalise(&mut request);
        let now = self.now();
        self.meter.carried(Interface::Http, request.body.len());
        let Some((sent, reached)) = self.exchange(&request)? else {
            let request = recorded_request(request);
            let asked =
                model::Happening::Exchange { via: None, twin: None, request, response: None, error: None };
            self.record(now, || asked)?;
            return Err(diverged());
        };
        let received = sent.answer.as_ref().map_or(0, |response| response.body.len());
        self.meter.carried(Interface::Http, received);
        self.record(now, || sent.recorded(request, None))?;
        let answer = sent.answer;
        self.record_meanwhile()?;
        self.taped_breach()?;
        reached.map_or(Ok(answer), |reached| Err(breach(reached)))
    }
}

impl Host {
    /// What comes of a request, and the limit that it reached; none where a replay's record has another.
    fn exchange(&mut self, request: &Request) -> wasmtime::Result<Option<(Exchange, Option<Breach>)>> {
        match self.taped(|event| taped_exchange(event, request)) {
            Taped::Answer(answered) => return Ok(Some((answered, None))),
            Taped::Diverged => return Ok(None),
            Taped::Live => {}
        }
        let event = self.recorder.as_ref().map_or(0, super::Recorder::next_index);
        let http = self.http.as_ref().ok_or_else(|| wasmtime::Error::new(HostFault::NotGiven("http")))?;
        Ok(Some(match http.send_as(event, request) {
            Ok(exchange) => (exchange, None),
            Err(reached) => {
                let answer = Err(Error::TimedOut(reached.to_string()));
                (Exchange { twin: None, answer, fault: None }, Some(reached))
            }
        }))
    }
}

/// What a record says came of this request.
fn taped_exchange(event: &model::Happening, asked: &Request) -> Option<Exchange> {
    let model::Happening::Exchange { via: None, twin, request, response, error } = event else { return None };
    if *request != recorded_request(asked.clone()) {
        return None;
    }
    let answer = match (response, error) {
        (Some(response), _) => Ok(unrecorded_response(response)),
        (None, Some(error)) => Err(unrefused(error)),
        (None, None) => return None,
    };
    Some(Exchange { twin: twin.clone(), answer, fault: None })
}

/// Method and header names in the one case that the contract promises to the other side.
pub(super) fn normalise(request: &mut Request) {
    request.method.make_ascii_uppercase();
    for header in &mut request.headers {
        header.name.make_ascii_lowercase();
    }
}

/// A request as records hold it.
pub fn recorded_request(request: Request) -> model::Request {
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

fn unrecorded_response(response: &model::Response) -> Response {
    let headers = unrecorded_headers(&response.headers);
    Response { status: response.status, headers, body: response.body.0.clone() }
}

/// A request that a record holds.
pub(crate) fn unrecorded_request(request: &model::Request) -> Request {
    Request {
        method: request.method.clone(),
        url: request.url.clone(),
        headers: unrecorded_headers(&request.headers),
        body: request.body.0.clone(),
    }
}

fn unrecorded_headers(headers: &[model::Header]) -> Vec<Header> {
    headers.iter().map(|h| Header { name: h.name.clone(), value: h.value.clone() }).collect()
}
