//! Issues, and what belongs to one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Rich;

/// An issue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Issue {
    pub id: String,
    pub key: String,
    pub project: String,
    pub issue_type: String,
    pub status: String,
    pub summary: String,
    pub description: Option<Rich>,
    pub environment: Option<Rich>,
    pub priority: Option<String>,
    pub resolution: Option<String>,
    pub assignee: Option<String>,
    pub reporter: Option<String>,
    pub creator: String,
    pub labels: Vec<String>,
    pub components: Vec<String>,
    pub fix_versions: Vec<String>,
    pub versions: Vec<String>,
    /// The issue above it.
    pub parent: Option<String>,
    /// The issues below it.
    pub children: Vec<String>,
    /// `YYYY-MM-DD`.
    pub due: Option<String>,
    pub created: u64,
    pub updated: u64,
    pub resolved: Option<u64>,
    /// When the category of its status changed last.
    pub category_changed: u64,
    pub original_estimate: Option<u64>,
    pub remaining_estimate: Option<u64>,
    pub time_spent: Option<u64>,
    pub watchers: Vec<String>,
    pub voters: Vec<String>,
    pub attachments: Vec<String>,
    pub links: Vec<String>,
    /// The sprints it was in, the last of them the newest.
    pub sprints: Vec<String>,
    /// Sorts issues as people ordered them.
    pub rank: String,
    /// The values of custom fields, as they are stored: ids for choices and people.
    pub custom: BTreeMap<String, Value>,
    /// When it was archived; an archived issue is not found and not changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<u64>,
}

/// A comment; its key is its issue's and its own, each padded with zeros to ten digits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Comment {
    pub id: String,
    pub issue: String,
    pub author: String,
    pub update_author: String,
    pub body: Rich,
    pub created: u64,
    pub updated: u64,
    /// Who may see it, as it was sent; none for all who see the issue.
    pub visibility: Option<Value>,
}

/// Work that somebody logged; keyed as comments are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Worklog {
    pub id: String,
    pub issue: String,
    pub author: String,
    pub update_author: String,
    pub comment: Option<Rich>,
    pub started: u64,
    pub seconds: u64,
    pub created: u64,
    pub updated: u64,
    pub visibility: Option<Value>,
}

/// A file on an issue.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attachment {
    pub id: String,
    pub issue: String,
    pub filename: String,
    pub author: String,
    pub created: u64,
    pub mime_type: String,
    pub size: u64,
    /// Base64.
    pub content: String,
}

/// One entry of an issue's history; keyed as comments are, and never changed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub id: String,
    pub issue: String,
    pub author: String,
    pub created: u64,
    pub items: Vec<ChangeItem>,
}

/// What became of one field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangeItem {
    pub field: String,
    /// `jira` or `custom`.
    pub fieldtype: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field_id: Option<String>,
    pub from: Option<String>,
    pub from_string: Option<String>,
    pub to: Option<String>,
    pub to_string: Option<String>,
}

/// A link between two issues.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    pub id: String,
    pub kind: String,
    /// The source: it reads the type's outward words.
    pub inward: String,
    /// The destination: it reads the type's inward words.
    pub outward: String,
}

/// A link to something outside; keyed as comments are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RemoteLink {
    pub id: String,
    pub issue: String,
    pub global_id: Option<String>,
    pub application: Option<Value>,
    pub relationship: Option<String>,
    pub object: Value,
}
