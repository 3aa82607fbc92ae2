//! Twins: one store that answers many requests of one trial.

use super::{classify, error_text, refuel, store};
use crate::bindings::twin::{Twin, TwinPre, exports::glasshouse::twin::service as wit};
use crate::capability::{Clock, Delivery, Host, Line, RandomStream, Request, Response, State};
use crate::engine::{OneEngine, Sandbox};
use crate::error::{CallError, LoadError, Refusal};
use crate::limits::Limits;
use crate::loader::ComponentError;
use crate::role::Role;
use std::sync::Arc;
use wasmtime::Store;

pub use wit::{Fault, Manifest, Operation, Tier};

/// A loaded twin.
pub struct TwinComponent {
    engine: Arc<OneEngine>,
    pre: TwinPre<Host>,
}

/// What a twin gets.
pub struct TwinGrants {
    /// The trial's time.
    pub clock: Box<dyn Clock>,
    /// Its own stream.
    pub random: RandomStream,
    /// Its own tables.
    pub state: Box<dyn State>,
    /// Where what it sends of its own accord goes.
    pub delivery: Box<dyn Delivery>,
}

/// A running twin.
pub struct TwinGuest {
    store: Store<Host>,
    twin: Twin,
    limits: Limits,
    /// Held beside the store, so that the engine outlives it.
    _engine: Arc<OneEngine>,
}

impl Sandbox {
    /// Loads a component as a twin.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, or none of this role.
    pub fn load_twin(&self, bytes: &[u8]) -> Result<TwinComponent, ComponentError> {
        let component = self.load(Role::Twin, bytes)?;
        let pre = self.linkers.twin.instantiate_pre(&component).and_then(TwinPre::new);
        let pre = pre.map_err(|error| LoadError::Invalid(format!("{error:#}")))?;
        Ok(TwinComponent { engine: self.engine.clone(), pre })
    }
}

impl TwinComponent {
    /// Asks who the twin is. It gets no capability but the log for that.
    ///
    /// # Errors
    /// [`CallError`] where it cannot say.
    pub fn describe(&self, limits: Limits) -> Result<Manifest, CallError> {
        let mut store = store(&self.engine, Host::new(limits))?;
        self.pre
            .instantiate(&mut store)
            .and_then(|twin| twin.glasshouse_twin_service().call_describe(&mut store))
            .map_err(|error| classify(&error))
    }

    /// Makes a running twin over these tables.
    ///
    /// # Errors
    /// [`CallError`] where no instance can be made.
    pub fn start(&self, grants: TwinGrants, limits: Limits) -> Result<TwinGuest, CallError> {
        let mut host = Host::new(limits);
        host.clock = Some(grants.clock);
        host.random = Some(grants.random);
        host.state = Some(grants.state);
        host.delivery = Some(grants.delivery);
        let mut store = store(&self.engine, host)?;
        let twin = self.pre.instantiate(&mut store).map_err(|error| classify(&error))?;
        Ok(TwinGuest { store, twin, limits, _engine: self.engine.clone() })
    }
}

impl TwinGuest {
    /// Fills the world. The inner error is the twin's own: a fixture that it does not read.
    ///
    /// # Errors
    /// [`CallError`] where the twin trapped or reached a limit; it must then be dropped.
    pub fn seed(&mut self, people: &str, fixture: &str) -> Result<Result<(), Refusal>, CallError> {
        self.refill()?;
        let service = self.twin.glasshouse_twin_service();
        let seeded = service.call_seed(&mut self.store, people, fixture);
        Ok(seeded.map_err(|error| classify(&error))?.map_err(|error| Refusal(error_text(error))))
    }

    /// Answers one request; every request has the whole of the limits' fuel.
    ///
    /// # Errors
    /// [`CallError`] where the twin trapped or reached a limit; it must then be dropped.
    pub fn handle(&mut self, request: &Request) -> Result<Response, CallError> {
        self.refill()?;
        let service = self.twin.glasshouse_twin_service();
        service.call_handle(&mut self.store, request).map_err(|error| classify(&error))
    }

    /// The lines that it wrote since they were last taken.
    pub fn take_log(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.store.data_mut().log.lines)
    }

    /// Answers one request under a fault, without effect on state.
    ///
    /// # Errors
    /// [`CallError`] where the twin trapped or reached a limit; it must then be dropped.
    pub fn handle_fault(&mut self, fault: &Fault, request: &Request) -> Result<Response, CallError> {
        self.refill()?;
        let service = self.twin.glasshouse_twin_service();
        service.call_handle_fault(&mut self.store, fault, request).map_err(|error| classify(&error))
    }

    /// Its random stream as it stands, for an instance that goes on from here.
    pub fn random(&self) -> RandomStream {
        // `start` always gives a stream; the key of zeros never comes to be used.
        self.store.data().random.clone().unwrap_or_else(|| RandomStream::new([0; 32]))
    }

    fn refill(&mut self) -> Result<(), CallError> {
        self.store.data_mut().meter.begin_request();
        refuel(&mut self.store, self.limits.fuel)
    }
}
