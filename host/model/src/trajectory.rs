//! The record of one finished trial: all that judges and reports ever see of it.

use crate::{Event, Seed};
use serde::Serialize;
use std::fmt;

/// One finished trial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trajectory {
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
}

/// How the subject of a trial ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Whose table.
    pub twin: String,
    /// Which table.
    pub table: String,
    /// Which document.
    pub key: String,
    /// What stood there; none where it was created.
    pub before: Option<Vec<u8>>,
    /// What stands there; none where it was removed.
    pub after: Option<Vec<u8>>,
    /// Index of the event that wrote it last.
    pub event: Option<u64>,
}
