//! Plain data that every part of the host speaks, and the file formats it comes from.
//!
//! Nothing here does I/O: a parser gets a file's name and text and returns a value or every mistake in it.

mod budget;
mod calibration;
mod digest;
mod draw;
mod event;
mod fault;
mod gate;
mod mistake;
pub mod policy;
mod scenario;
mod sealed;
mod suite;
mod toml_table;
mod toml_value;
mod trajectory;
mod verdict;

pub use budget::Budget;
pub use calibration::{CalibrationError, CalibrationSet, LabelledTrial};
pub use digest::{Digest, NoDigest, Seed};
pub use draw::{Draw, Drawn, Unknown, placeholders};
pub use event::{Body, Delivery, DeliveryOutcome, Event, Happening, Header, Request, Response};
pub use fault::{
    FaultKind, FaultPlan, FaultRule, FaultRuleError, Frequency, InjectedFault, OperationPattern,
};
pub use gate::{Gate, GateEstimand, GateMode, Inconclusive};
pub use mistake::{Mistake, Mistakes, Place, SourceText};
pub use policy::Policy;
pub use scenario::{Goal, Scenario, TwinUse, World};
pub use sealed::{JudgeUse, Panel, Sealed};
pub use suite::{CalibrationUse, OwnSeeds, Seeds, Suite};
pub use trajectory::{Change, Ending, Limit, Trajectory};
pub use verdict::{Judged, Judgement, Ruling, TrialClass, TrialResult};
