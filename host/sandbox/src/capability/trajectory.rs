//! `trajectory`: what happened in one finished trial. Judges only.

use super::{Host, Interface};
use crate::bindings::host::glasshouse::capability::trajectory as wit;
use crate::bindings::host::glasshouse::types::types as wit_types;
use crate::error::HostFault;
use glasshouse_model::{self as model, Trajectory};
use std::sync::Arc;

/// Most events or changes of one call, as the contract says.
pub(super) const MOST_ITEMS: u32 = 1_000;

impl wit::Host for Host {
    fn story(&mut self) -> wasmtime::Result<String> {
        Ok(self.read_trajectory()?.story.clone())
    }

    fn count(&mut self) -> wasmtime::Result<u64> {
        Ok(self.read_trajectory()?.events.len() as u64)
    }

    fn events(&mut self, first: u64, limit: u32) -> wasmtime::Result<Vec<wit::Event>> {
        let trajectory = self.read_trajectory()?;
        Ok(page(&trajectory.events, first, limit).map(lowered).collect())
    }
}

impl Host {
    fn read_trajectory(&mut self) -> wasmtime::Result<Arc<Trajectory>> {
        self.enter(Interface::Trajectory)?;
        self.trajectory.clone().ok_or_else(|| wasmtime::Error::new(HostFault::NotGiven("trajectory")))
    }
}

/// At most `limit` items from number `first`.
fn page<T>(items: &[T], first: u64, limit: u32) -> impl Iterator<Item = &T> {
    let first = usize::try_from(first).unwrap_or(usize::MAX);
    items.iter().skip(first).take(limit.min(MOST_ITEMS) as usize)
}

fn lowered(event: &model::Event) -> wit::Event {
    let happening = match &event.happening {
        model::Happening::Exchange { twin, request, response, .. } => {
            wit::Happening::Exchange(wit::Exchange {
                twin: twin.clone(),
                request: lowered_request(request),
                response: response.as_ref().map(lowered_response),
            })
        }
        model::Happening::Line(text) => wit::Happening::Line(text.clone()),
        model::Happening::Slept(duration) => wit::Happening::Slept(*duration),
        model::Happening::Drew(bytes) => wit::Happening::Drew(bytes.0.len() as u64),
        model::Happening::Answered(text) => wit::Happening::Answered(text.clone()),
        model::Happening::Failed(why) => wit::Happening::Failed(why.clone()),
        // This version of the contract has no case for them.
        other @ (model::Happening::Fault(_)
        | model::Happening::Delivery(_)
        | model::Happening::ReadClock
        | model::Happening::Called(_)
        | model::Happening::LeftScript { .. }) => {
            wit::Happening::Other(serde_json::to_string(other).unwrap_or_default())
        }
    };
    wit::Event { index: event.index, at: event.at, happening }
}

fn lowered_request(request: &model::Request) -> wit_types::Request {
    wit_types::Request {
        method: request.method.clone(),
        url: request.url.clone(),
        headers: lowered_headers(&request.headers),
        body: request.body.0.clone(),
    }
}

fn lowered_response(response: &model::Response) -> wit_types::Response {
    wit_types::Response {
        status: response.status,
        headers: lowered_headers(&response.headers),
        body: response.body.0.clone(),
    }
}

fn lowered_headers(headers: &[model::Header]) -> Vec<wit_types::Header> {
    headers.iter().map(|h| wit_types::Header { name: h.name.clone(), value: h.value.clone() }).collect()
}
