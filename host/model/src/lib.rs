//! Plain data that every part of the host speaks, and the file formats it comes from.
//!
//! Nothing here does I/O: a parser gets a file's name and text and returns a value or every mistake in it.

mod budget;
mod digest;
mod draw;
mod event;
mod fault;
mod mistake;
pub mod policy;
mod scenario;
mod sealed;
mod suite;
mod tape;
mod toml_table;
mod toml_value;
mod trajectory;
mod verdict;

pub use budget::Budget;
pub use digest::{Digest, NoDigest, Seed};
pub use draw::{Draw, Drawn, Unknown, placeholders};
pub use event::{
    Body, Call, Delivery, DeliveryOutcome, Event, Happening, Header, Refused, Request, Response,
};
pub use fault::{
    FaultKind, FaultPlan, FaultRule, FaultRuleError, Frequency, InjectedFault, OperationPattern,
};
pub use mistake::{Mistake, Mistakes, Place, SourceText};
pub use policy::Policy;
pub use scenario::{Goal, Scenario, TwinUse, World};
pub use sealed::{JudgeUse, Panel, Sealed};
pub use suite::{Gate, OwnSeeds, Seeds, Suite};
pub use tape::{Begun, Ended, NoTape, TapeLine, TapePart};
pub use trajectory::{Change, Ending, Limit, Trajectory, TrialComponent, TrialHeader};
pub use verdict::{Judged, Judgement, Ruling, TrialClass, TrialResult};
