//! What a site is configured with: types, priorities, statuses, fields, workflows.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A type of issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueType {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub subtask: bool,
    /// 1 for epics, 0 for the usual types, -1 for subtasks.
    #[serde(default)]
    pub level: i64,
    /// Its picture; none for the built-in one.
    #[serde(default)]
    pub avatar: Option<u64>,
}

/// A priority; the table's order is from highest to lowest.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Priority {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    #[serde(default = "grey")]
    pub color: String,
    /// Where it stands among the others, once somebody moved one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Whether it is what a new issue has; where none is, it is the one in the middle.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub usual: bool,
    /// Its picture, where it has one of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

fn grey() -> String {
    "#999999".to_owned()
}

/// A status of the workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Status {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// `new`, `indeterminate` or `done`.
    pub category: String,
    /// The project that it belongs to; none for those of the whole site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// Why an issue is resolved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolution {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub description: String,
    /// Where it stands among the others, once somebody moved one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
    /// Whether it is the one that people are offered first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub usual: bool,
}

/// A kind of link between issues.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkType {
    pub id: String,
    pub name: String,
    /// How the destination reads, for example `is blocked by`.
    pub inward: String,
    /// How the source reads, for example `blocks`.
    pub outward: String,
}

/// A custom field.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    /// `customfield_` and a number.
    pub id: String,
    pub name: String,
    /// The full name of its type, for example `com.atlassian.jira.plugin.system.customfieldtypes:float`.
    pub kind: String,
    #[serde(default)]
    pub description: String,
    /// The types of issue that have it; empty for all.
    #[serde(default)]
    pub issue_types: Vec<String>,
    /// What it may be set to, for the types of field that offer a choice.
    #[serde(default)]
    pub options: Vec<Choice>,
    /// What a new issue has in it.
    #[serde(default)]
    pub default: Option<Value>,
}

/// One value that a field offers.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub id: String,
    pub value: String,
    #[serde(default)]
    pub disabled: bool,
    /// The context that it belongs to; none for the field's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

/// A workflow: which statuses there are and how an issue moves between them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workflow {
    pub id: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where a new issue begins.
    pub initial: String,
    pub transitions: Vec<Transition>,
}

/// One step of a workflow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transition {
    pub id: String,
    pub name: String,
    /// From which statuses; empty for all.
    #[serde(default)]
    pub from: Vec<String>,
    pub to: String,
    /// The fields on its screen; empty where it has no screen.
    #[serde(default)]
    pub screen: Vec<String>,
    /// The fields of the screen that must be set.
    #[serde(default)]
    pub required: Vec<String>,
    /// The resolution that it sets. Without one, a step into a status that is not done clears the resolution.
    #[serde(default)]
    pub resolution: Option<String>,
}
