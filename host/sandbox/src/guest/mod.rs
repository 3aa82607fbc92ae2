//! Guests: a loaded component of each role, and one running instance of it in a store of its own.

mod agent;
mod judge;
mod kept;
mod persona;
mod replay;
mod tool;
mod twin;

pub use agent::{AgentComponent, AgentGrants, AgentRun, AgentSession, Task};
pub use judge::{JudgeComponent, JudgeGrants};
pub use persona::{Conversation, PersonaComponent, PersonaGrants, Spoken, Talker};
pub use tool::{DefinitionsError, Offered, ToolComponent, ToolGrants, ToolRun};
pub use twin::{Fault, Manifest, Operation, Tier, TwinComponent, TwinGrants, TwinGuest};

use crate::capability::{Error, Host};
use crate::engine::OneEngine;
use crate::error::{CallError, GuestFault, HostFault};
use crate::guard::{Guard, limit, stands};
use crate::limits::Breach;
use crate::ticker::BEAT;
use glasshouse_model::Limit;
use wasmtime::component::ResourceTableError;
use wasmtime::{Store, Trap};
use wasmtime_wasi::I32Exit;

/// A store for one guest, with its limits in place. It is dropped after the guest's first fault.
fn store(engine: &OneEngine, host: Host) -> Result<Store<Host>, CallError> {
    let limits = *host.meter.limits();
    let mut store = Store::new(engine, host);
    store.limiter(|host| &mut host.meter);
    store.set_hostcall_fuel(count(Guard::CallBytes, limits.call_bytes));
    store.set_max_component_handles(count(Guard::Handles, limits.handles));
    refuel(&mut store, limits.fuel)?;
    if engine.ticks() {
        // A session has one deadline for all its stores.
        let left = store.data().meter.time_left().unwrap_or(u64::MAX);
        store.set_epoch_deadline(beats(left));
    }
    Ok(store)
}

/// How often the engine beats in that many nanoseconds, rounded up and one more: the first beat may come at once.
fn beats(wall: u64) -> u64 {
    // The engine adds this to the beats so far; a century of them cannot overflow.
    const MOST: u64 = 100 * 366 * 24 * 60 * 60 * 1_000;
    (u128::from(wall).div_ceil(BEAT.as_nanos()) + 1).try_into().map_or(MOST, |beats: u64| beats.min(MOST))
}

/// A limit of a count where its guard stands, else as good as none.
fn count(guard: Guard, limit: usize) -> usize {
    if stands(guard) { limit } else { usize::MAX }
}

fn refuel(store: &mut Store<Host>, fuel: u64) -> Result<(), CallError> {
    store.set_fuel(limit(Guard::Fuel, fuel)).map_err(|error| HostFault::Engine(error.to_string()).into())
}

/// Whose fault an error of the engine is.
fn classify(error: &wasmtime::Error) -> CallError {
    if let Some(Breach(limit)) = error.downcast_ref() {
        return GuestFault::Limit(*limit).into();
    }
    if let Some(HostFault::NotGiven(name)) = error.downcast_ref() {
        return HostFault::NotGiven(name).into();
    }
    if let Some(HostFault::Diverged) = error.downcast_ref() {
        return HostFault::Diverged.into();
    }
    // Of a tool that ran for the guest.
    if let Some(fault) = error.downcast_ref::<HostFault>() {
        return HostFault::Engine(fault.to_string()).into();
    }
    if error.is::<wasmtime::PoolConcurrencyLimitError>() {
        return HostFault::Instance(error.to_string()).into();
    }
    if let Some(I32Exit(status)) = error.downcast_ref() {
        return GuestFault::Trapped(format!("it ended itself with the status {status}")).into();
    }
    if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) {
        return GuestFault::Limit(Limit::Handles).into();
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => GuestFault::Limit(Limit::Fuel).into(),
        Some(Trap::Interrupt) => GuestFault::Limit(Limit::Wall).into(),
        Some(Trap::StackOverflow) => GuestFault::Limit(Limit::Stack).into(),
        Some(trap) => GuestFault::Trapped(trap.to_string()).into(),
        None => refused_value(&error.root_cause().to_string()).into(),
    }
}

/// What is left is the engine's refusal of a value that the guest passed: a bad pointer, a length that lies, text that
/// is not UTF-8, more bytes than one call may carry, or more handles than it may hold. The engine keeps the types of
/// the last two to itself, so their texts have to tell them apart; `output/long-line` and `handles/flood` of `prove`
/// fail when those change.
fn refused_value(text: &str) -> GuestFault {
    if text.contains("too much data") {
        GuestFault::Limit(Limit::CallBytes)
    } else if text.contains("handle limit exceeded") {
        GuestFault::Limit(Limit::Handles)
    } else {
        GuestFault::Trapped(text.to_owned())
    }
}

/// The case of an error that a guest returned, as the contract names it, and its text.
pub fn error_case(error: Error) -> (&'static str, String) {
    match error {
        Error::Denied(text) => ("denied", text),
        Error::NotFound(text) => ("not-found", text),
        Error::InvalidArgument(text) => ("invalid-argument", text),
        Error::Conflict(text) => ("conflict", text),
        Error::TimedOut(text) => ("timed-out", text),
        Error::Unavailable(text) => ("unavailable", text),
        Error::QuotaExceeded(text) => ("quota-exceeded", text),
        Error::Other(text) => ("other", text),
    }
}

/// The same in one line for people.
fn error_text(error: Error) -> String {
    match error_case(error) {
        ("other", text) => format!("error: {text}"),
        (case, text) => format!("{}: {text}", case.replace('-', " ")),
    }
}
