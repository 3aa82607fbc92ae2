//! What was injected, for the record.

use super::FaultKind;
use serde::{Deserialize, Serialize};

/// A fault that was injected, as the record of a trial tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InjectedFault {
    /// Whose request or delivery was met.
    pub twin: String,
    /// The operation by the twin's manifest, else method and path.
    pub operation: String,
    /// The kind, as rules name it.
    pub kind: &'static str,
    /// The rule's duration in nanoseconds, where it has one.
    pub duration: Option<u64>,
    /// Number of the rule in its plan, from 0.
    pub rule: usize,
}

/// An injected fault as it is read.
#[derive(Deserialize)]
struct WrittenFault {
    twin: String,
    operation: String,
    kind: String,
    duration: Option<u64>,
    rule: usize,
}

impl<'d> Deserialize<'d> for InjectedFault {
    fn deserialize<D: serde::Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let WrittenFault { twin, operation, kind, duration, rule } = WrittenFault::deserialize(deserializer)?;
        let known = FaultKind::ALL.into_iter().map(FaultKind::name).find(|known| *known == kind);
        let kind =
            known.ok_or_else(|| serde::de::Error::custom(format_args!("`{kind}` is no kind of fault")))?;
        Ok(Self { twin, operation, kind, duration, rule })
    }
}
