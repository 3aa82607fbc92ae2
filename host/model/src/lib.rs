//! Plain data that every part of the host speaks, and the file formats it comes from.
//!
//! Nothing here does I/O: a parser gets a file's name and text and returns a value or every mistake in it.

mod act;
mod allocation;
mod budget;
mod calibration;
mod capabilities;
mod digest;
mod draw;
mod event;
mod fault;
mod gate;
mod mistake;
mod named_file;
mod panel;
mod persona;
pub mod policy;
mod request_template;
mod scenario;
mod schema;
mod sealed;
mod seeds;
mod suite;
mod tape;
mod toml_table;
mod toml_value;
mod trajectory;
mod variants;
mod verdict;

pub use act::{Act, Again};
pub use allocation::Allocation;
pub use budget::{Budget, CallBudget};
pub use calibration::{CalibrationError, CalibrationSet, LabelledTrial};
pub use capabilities::{Capabilities, GrantedRequests, ModelUse, Requests, SCENARIO, ToolUse};
pub use digest::{Digest, NoDigest, Seed};
pub use draw::{Draw, Drawn, Unknown, placeholders};
pub use event::{
    Body, Call, Delivery, DeliveryOutcome, Event, Happening, Header, Refused, Request, Response,
};
pub use fault::{
    FaultKind, FaultPlan, FaultRule, FaultRuleError, Frequency, InjectedFault, OperationPattern,
};
pub use gate::{Gate, GateEstimand, GateMode, Inconclusive};
pub use mistake::{Mistake, Mistakes, Place, SourceText};
pub use named_file::NamedFile;
pub use panel::{OwnPanel, Panel};
pub use persona::{Hears, Persona};
pub use policy::Policy;
pub use request_template::{Content, RequestTemplate};
pub use scenario::{Criticality, Goal, Scenario, TwinUse, World};
pub use schema::{FileKind, file_schema};
pub use sealed::{Admission, JudgeUse, NamedMutant, Sealed};
pub use seeds::{OwnSeeds, SeedList, Seeds};
pub use suite::{CalibrationUse, Suite, Usage};
pub use tape::{Begun, Ended, NoTape, TapeLine, TapePart};
pub use trajectory::{Change, Ending, Limit, Trajectory, TrialComponent, TrialHeader};
pub use variants::Variants;
pub use verdict::{Judged, Judgement, Ruling, TrialClass, TrialResult};
