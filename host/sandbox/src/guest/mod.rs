//! Guests: a loaded component of each role, and one running instance of it in a store of its own.

mod agent;
mod judge;
mod twin;

pub use agent::{AgentComponent, AgentGrants, AgentRun, Task};
pub use judge::{JudgeComponent, JudgeGrants};
pub use twin::{Fault, Manifest, Operation, Tier, TwinComponent, TwinGrants, TwinGuest};

use crate::capability::Host;
use crate::engine::OneEngine;
use crate::error::{CallError, GuestFault, HostFault};
use crate::limits::Breach;
use glasshouse_model::Limit;
use wasmtime::{Store, Trap};

/// A store for one guest, with its limits in place. It is dropped after the guest's first fault.
fn store(engine: &OneEngine, host: Host) -> Result<Store<Host>, CallError> {
    let limits = *host.meter.limits();
    let mut store = Store::new(engine, host);
    store.limiter(|host| &mut host.meter);
    store.set_hostcall_fuel(limits.call_bytes);
    refuel(&mut store, limits.fuel)?;
    Ok(store)
}

fn refuel(store: &mut Store<Host>, fuel: u64) -> Result<(), CallError> {
    store.set_fuel(fuel).map_err(|error| HostFault::Engine(error.to_string()).into())
}

/// Whose fault an error of the engine is.
fn classify(error: &wasmtime::Error) -> CallError {
    if let Some(Breach(limit)) = error.downcast_ref() {
        return GuestFault::Limit(*limit).into();
    }
    if let Some(HostFault::NotGiven(name)) = error.downcast_ref() {
        return HostFault::NotGiven(name).into();
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return HostFault::Instance(error.to_string()).into();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => GuestFault::Limit(Limit::Fuel).into(),
        Some(Trap::StackOverflow) => GuestFault::Limit(Limit::Stack).into(),
        Some(trap) => GuestFault::Trapped(trap.to_string()).into(),
        None => refused_value(&error.root_cause().to_string()).into(),
    }
}

/// What is left is the engine's refusal of a value that the guest passed: a bad pointer, a length that lies, text that
/// is not UTF-8, or more bytes than one call may carry. The engine keeps the type of the last to itself, so its text
/// has to tell it apart; the hostile guest's `long-line` fails when that text changes.
fn refused_value(text: &str) -> GuestFault {
    if text.contains("too much data") {
        GuestFault::Limit(Limit::CallBytes)
    } else {
        GuestFault::Trapped(text.to_owned())
    }
}
