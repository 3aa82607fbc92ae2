//! The record of one finished trial: all that judges and reports ever see of it.

use crate::{Body, Budget, Digest, Drawn, Event, FaultPlan, Seed};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// One finished trial.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// What it ran with.
    pub header: TrialHeader,
    /// Whose trial.
    pub scenario: String,
    /// Which trial of the scenario, from 0.
    pub index: u32,
    /// From which everything random was drawn.
    pub seed: Seed,
    /// What the user wants, in the user's words.
    pub story: String,
    /// In order.
    pub events: Vec<Event>,
    /// How the subject ended.
    pub ending: Ending,
    /// Documents that are not what they were, by twin, table and key.
    pub changes: Vec<Change>,
    /// Every write to the world, in order.
    pub writes: Vec<Change>,
    /// How many writes came after the last one that is kept.
    pub writes_left_out: u64,
    /// For each twin what names its state at the end, together with the prepared world's digest.
    pub twins: BTreeMap<String, Digest>,
}

/// All that decides what happens in a trial, beside its seed: two trials with equal headers, scenarios, indexes and seeds
/// are the same trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialHeader {
    /// `trajectory/1`.
    pub schema: String,
    /// The runner's name and version.
    pub runner: String,
    /// The engine's name and version.
    pub engine: String,
    /// The suite's id.
    pub suite: String,
    /// Digest of every file of the scenario.
    pub scenario: Digest,
    /// Digest of the prepared world that the trial forked.
    pub world: Digest,
    /// Every component that takes part.
    pub components: Vec<TrialComponent>,
    /// What was drawn.
    pub drawn: Drawn,
    /// What the subject may use up.
    pub budget: Budget,
    /// What is injected.
    pub faults: FaultPlan,
}

/// One component of a trial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TrialComponent {
    /// As the suite's files name it.
    pub name: String,
    /// What it is used as.
    pub role: String,
    /// Digest of its bytes.
    pub digest: Digest,
}

/// How the subject of a trial ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With an answer.
    Answered,
    /// With an error of its own.
    GaveUp(String),
    /// By a trap: the guest's own fault.
    Trapped(String),
    /// At a limit of its budget.
    Limit(Limit),
    /// The host broke. Never the guest's fault.
    Infra(String),
}

/// A limit that ended a guest; the names are those of the budget's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Units of fuel.
    Fuel,
    /// Bytes of memories and tables.
    Memory,
    /// Bytes of log lines.
    Output,
    /// HTTP requests.
    Requests,
    /// Virtual time.
    VirtualTime,
    /// Depth of the guest's own stack.
    Stack,
    /// Bytes that one call to the host may carry.
    CallBytes,
    /// Calls to the host.
    HostCalls,
    /// Real time.
    Wall,
    /// Resources of the host, held at one time.
    Handles,
    /// Bytes that the host keeps of what the guest hands over.
    RetainedBytes,
    /// Deliveries made before time could go on: services that set each other off without end.
    Deliveries,
    /// Calls of the subject: its run and each delivery to it.
    Turns,
    /// Requests to the operations that a pattern of the budget means.
    Calls,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fuel => "fuel",
            Self::Memory => "memory",
            Self::Output => "output",
            Self::Requests => "requests",
            Self::VirtualTime => "virtual_time",
            Self::Stack => "stack",
            Self::CallBytes => "call_bytes",
            Self::HostCalls => "host_calls",
            Self::Wall => "wall",
            Self::Handles => "handles",
            Self::RetainedBytes => "retained_bytes",
            Self::Deliveries => "deliveries",
            Self::Turns => "turns",
            Self::Calls => "calls",
        })
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => f.write_str("answered"),
            Self::GaveUp(why) => write!(f, "gave up: {why}"),
            Self::Trapped(why) => write!(f, "trapped: {why}"),
            Self::Limit(limit) => write!(f, "reached its limit `{limit}`"),
            Self::Infra(why) => write!(f, "the host broke: {why}"),
        }
    }
}

/// One document that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Whose table.
    pub twin: String,
    /// Which table.
    pub table: String,
    /// Which document.
    pub key: String,
    /// What stood there; none where it was created.
    #[serde(serialize_with = "write_document", deserialize_with = "read_document")]
    pub before: Option<Vec<u8>>,
    /// What stands there; none where it was removed.
    #[serde(serialize_with = "write_document", deserialize_with = "read_document")]
    pub after: Option<Vec<u8>>,
    /// Index of the event that wrote it last.
    pub event: Option<u64>,
}

/// As bodies are written.
fn write_document<S: Serializer>(document: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    document.as_ref().map(|bytes| Body(bytes.clone())).serialize(serializer)
}

fn read_document<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    Ok(Option::<Body>::deserialize(deserializer)?.map(|body| body.0))
}
