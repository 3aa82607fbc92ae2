//! Faults that a universe injects: which requests and deliveries they meet, when, and what happens to them.
//!
//! One set of rules serves three readers: `[[fault]]` of a `scenario.toml`, a file of its own, and JSON that comes
//! through a door. All three go through one form of a rule as text, so that a rule means the same wherever it stands.

mod injected;
mod kind;
mod operation;
mod plan;
mod rule;
mod text;

pub use injected::InjectedFault;
pub use kind::FaultKind;
pub use operation::OperationPattern;
pub(crate) use operation::glob;
pub use plan::FaultPlan;
pub use rule::{FaultRule, Frequency};
pub use text::FaultRuleError;
