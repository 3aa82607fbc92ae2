//! Runs one guest safely: one engine, components loaded from bytes for a role, every capability granted one by one,
//! every limit enforced, every failure typed by whose fault it is.
//!
//! Knows roles, grants and limits; knows no scenario and no twin.

mod artefact;
pub mod audit;
mod bindings;
mod capability;
mod compiler;
pub mod egress;
mod engine;
mod error;
mod granted;
mod guard;
mod guest;
mod limits;
mod loader;
mod meter;
mod needs;
mod prescan;
mod recorded;
mod role;
mod ticker;
pub mod tool_grant;
mod typed;
mod wasi;
pub mod workspace;

pub use artefact::ArtefactStore;
pub use audit::{BrokenLink, Head as AuditHead, verify as verify_audit};
pub use capability::{
    Clock, Delivery, Document, Entry, Error, Exchange, Files, Header, Http, Interface, Item, Kind, Level,
    Line, MOST_WAITS, Message, Metadata, Model, ModelReply, ModelRequest, ModelUse, Moment, NoModel, NoTools,
    Offer, Order, Outcome, Part, RandomStream, RealClock, Request, Response, Retry, Scan, SharedClock,
    SharedHttp, Signing, Speaker, State, Stop, Tape, ToolAnswer, ToolCall, ToolDefinition, ToolResult, Tools,
    Usage, is_own_book, recorded_request,
};
pub use compiler::{Compiler, compile_child};
pub use engine::{Allocation, ENGINE, Profile, Sandbox, Settings};
pub use error::{CallError, GuestFault, HostFault, LoadError, Missing, Refusal};
pub use granted::{Allowance, Granted, ToolBox};
pub use guard::Guard;
#[cfg(feature = "removable-guards")]
pub use guard::remove as remove_guard;
pub use guest::{
    AgentComponent, AgentGrants, AgentRun, AgentSession, Conversation, DefinitionsError, Fault,
    JudgeComponent, JudgeGrants, Manifest, Offered, Operation, PersonaComponent, PersonaGrants, Spoken,
    Talker, Task, Tier, ToolComponent, ToolGrants, ToolRun, TwinComponent, TwinGrants, TwinGuest, error_case,
};
pub use limits::{Breach, Limits};
pub use loader::{ComponentError, Inspection, LARGEST_COMPONENT};
pub use meter::{Bill, Use};
pub use needs::{Need, NeedGrant, OverGrant, needs, over_granted};
pub use recorded::{RecordedModel, Replies, request_digest};
pub use role::Role;
pub use workspace::Workspace;
