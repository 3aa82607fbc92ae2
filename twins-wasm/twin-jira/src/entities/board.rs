//! Boards and their sprints.

use serde::{Deserialize, Serialize};

/// A board.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Board {
    pub id: String,
    pub name: String,
    /// `scrum` or `kanban`.
    #[serde(rename = "type")]
    pub kind: String,
    pub project: String,
}

/// A sprint.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sprint {
    pub id: String,
    pub board: String,
    pub name: String,
    /// `future`, `active` or `closed`.
    #[serde(default = "future")]
    pub state: String,
    #[serde(default)]
    pub goal: String,
    /// As they were sent.
    #[serde(default)]
    pub start: Option<String>,
    #[serde(default)]
    pub end: Option<String>,
    #[serde(default)]
    pub complete: Option<String>,
}

fn future() -> String {
    "future".to_owned()
}
