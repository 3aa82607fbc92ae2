//! The capabilities, one file each: the trait that the caller implements where there is one, and the host's side
//! of the WIT interface. [`Host`] is the composition root: its fields are the whole list.

mod clock;
mod delivery;
mod http;
mod interface;
mod log;
mod model;
mod outcome;
mod random;
mod record;
mod state;
mod tools;
mod trajectory;
mod workspace;

pub use crate::bindings::host::glasshouse::capability::outcome::Moment;
pub use crate::bindings::host::glasshouse::types::types::{Error, Header, Order, Request, Response};
pub use clock::{Clock, RealClock, SharedClock};
pub use delivery::{Delivery, MOST_WAITS, Retry, Signing};
pub(crate) use http::unrecorded_request;
pub use http::{Exchange, Http, SharedHttp, recorded_request};
pub use interface::Interface;
pub(crate) use interface::{is_linkable, link, link_interface};
pub(crate) use log::escape;
pub use log::{Level, Line};
pub use model::{
    Message, Model, ModelReply, ModelRequest, ModelUse, NoModel, Offer, Part, Speaker, Stop, ToolCall,
    ToolResult, Usage,
};
pub use outcome::{Outcome, is_own_book};
pub use random::RandomStream;
pub use record::Tape;
pub use state::{Document, Entry, Scan, State};
pub use tools::{NoTools, ToolAnswer, ToolDefinition, Tools};
pub use workspace::{Files, Item, Kind, Metadata};

use crate::error::HostFault;
use crate::limits::{Breach, Limits};
use crate::meter::Meter;
use crate::wasi::Wasi;
use glasshouse_model::Trajectory;
use record::{OnTape, Recorder, Taped, diverged, refused, unrefused};
use std::sync::Arc;

/// What a guest may get to, and what is counted and kept of it. The data of every store.
pub(crate) struct Host {
    pub(crate) meter: Meter,
    pub(crate) log: log::Log,
    pub(crate) clock: Option<Box<dyn Clock>>,
    pub(crate) random: Option<RandomStream>,
    pub(crate) http: Option<SharedHttp>,
    pub(crate) workspace: Option<Box<dyn Files>>,
    pub(crate) tools: Option<Box<dyn Tools>>,
    pub(crate) model: Box<dyn Model>,
    pub(crate) state: Option<Box<dyn State>>,
    pub(crate) delivery: Option<Box<dyn Delivery>>,
    pub(crate) trajectory: Option<Arc<Trajectory>>,
    pub(crate) outcome: Option<Box<dyn Outcome>>,
    pub(crate) recorder: Option<Recorder>,
    pub(crate) wasi: Option<Box<Wasi>>,
}

/// The shared types bring no functions.
impl crate::bindings::host::glasshouse::types::types::Host for Host {}

impl Host {
    /// A host that gives nothing but the log.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            meter: Meter::new(limits),
            log: log::Log::default(),
            clock: None,
            random: None,
            http: None,
            workspace: None,
            tools: None,
            model: Box::new(NoModel),
            state: None,
            delivery: None,
            trajectory: None,
            outcome: None,
            recorder: None,
            wasi: None,
        }
    }

    /// The same host with an empty record of what the guest does.
    pub(crate) fn recorded(mut self) -> Self {
        self.recorder = Some(Recorder::default());
        self
    }

    /// Counts a call to the host: the first thing that every host function does.
    fn enter(&mut self, interface: Interface) -> wasmtime::Result<()> {
        self.meter.host_call(interface).map_err(breach)
    }
}

/// A breach as the error of a host function: it ends the guest.
fn breach(breach: Breach) -> wasmtime::Error {
    wasmtime::Error::new(breach)
}

/// The capability, or the host's own fault where it was linked and not given.
fn given<'h, T: ?Sized>(
    capability: Option<&'h mut Box<T>>,
    name: &'static str,
) -> wasmtime::Result<&'h mut T> {
    capability.map(AsMut::as_mut).ok_or_else(|| wasmtime::Error::new(HostFault::NotGiven(name)))
}
