//! The store of an agent that outlives its call, where the guard against that is taken away: what the guest left in its
//! memory is then there in the next call, in another trial or a replay.

use super::store;
use crate::bindings::agent::{Agent, AgentPre};
use crate::capability::Host;
use crate::engine::OneEngine;
use crate::error::CallError;
use crate::guard::{Guard, stands};
use std::sync::{Mutex, PoisonError};
use wasmtime::Store;
use wasmtime::component::Instance;

/// What is kept of an agent between its calls: nothing, as long as the guard stands.
#[derive(Default)]
pub(super) struct Kept(Mutex<(Option<Store<Host>>, Option<Instance>)>);

impl Kept {
    /// A store for one call.
    pub(super) fn store(&self, engine: &OneEngine, host: Host) -> Result<Store<Host>, CallError> {
        if stands(Guard::FreshInstance) {
            return store(engine, host);
        }
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).0.take();
        match kept {
            Some(mut kept) => {
                *kept.data_mut() = host;
                Ok(kept)
            }
            None => store(engine, host),
        }
    }

    /// The instance that runs in it.
    pub(super) fn instance(&self, pre: &AgentPre<Host>, store: &mut Store<Host>) -> wasmtime::Result<Agent> {
        if stands(Guard::FreshInstance) {
            return pre.instantiate(store);
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let instance = match kept.1 {
            Some(instance) => instance,
            None => pre.instance_pre().instantiate(&mut *store)?,
        };
        kept.1 = Some(instance);
        Agent::new(store, &instance)
    }

    /// What the host gave, once the call is over.
    pub(super) fn end(&self, mut store: Store<Host>) -> Host {
        if stands(Guard::FreshInstance) {
            return store.into_data();
        }
        let nothing = Host::new(*store.data().meter.limits());
        let host = std::mem::replace(store.data_mut(), nothing);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = Some(store);
        host
    }
}
