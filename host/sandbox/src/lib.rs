//! Runs one guest safely: one engine, components loaded from bytes for a role, every capability granted one by one,
//! every limit enforced, every failure typed by whose fault it is.
//!
//! Knows roles, grants and limits; knows no scenario and no twin.

mod artefact;
mod bindings;
mod capability;
mod engine;
mod error;
mod guest;
mod limits;
mod loader;
mod role;

pub use artefact::ArtefactStore;
pub use capability::{
    Clock, Document, Entry, Error, Exchange, Header, Http, Level, Line, Moment, Order, Outcome, RandomStream,
    Request, Response, Scan, State,
};
pub use engine::{Allocation, Sandbox, Settings};
pub use error::{CallError, GuestFault, HostFault, LoadError, Refusal};
pub use guest::{
    AgentComponent, AgentGrants, AgentRun, Fault, JudgeComponent, JudgeGrants, Manifest, Operation, Task,
    Tier, TwinComponent, TwinGrants, TwinGuest,
};
pub use limits::{Bill, Breach, Limits};
pub use loader::{ComponentError, Inspection, LARGEST_COMPONENT};
pub use role::Role;
