//! Parts of documents: reading no more than is needed takes a fraction of the time.

use serde::{Deserialize, Serialize};

use super::{Issue, Project};

/// The part of a project's document that issues show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ProjectHead {
    pub id: String,
    pub key: String,
    pub name: String,
    pub type_key: String,
    pub simplified: bool,
    pub avatar: u64,
}

impl From<&Project> for ProjectHead {
    fn from(project: &Project) -> Self {
        Self {
            id: project.id.clone(),
            key: project.key.clone(),
            name: project.name.clone(),
            type_key: project.type_key.clone(),
            simplified: project.simplified,
            avatar: project.avatar,
        }
    }
}

/// The part of an issue's document that other issues show.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct IssueHead {
    pub id: String,
    pub key: String,
    pub issue_type: String,
    pub status: String,
    pub summary: String,
    pub priority: Option<String>,
    pub original_estimate: Option<u64>,
    pub remaining_estimate: Option<u64>,
    pub time_spent: Option<u64>,
}

impl From<&Issue> for IssueHead {
    fn from(issue: &Issue) -> Self {
        Self {
            id: issue.id.clone(),
            key: issue.key.clone(),
            issue_type: issue.issue_type.clone(),
            status: issue.status.clone(),
            summary: issue.summary.clone(),
            priority: issue.priority.clone(),
            original_estimate: issue.original_estimate,
            remaining_estimate: issue.remaining_estimate,
            time_spent: issue.time_spent,
        }
    }
}

/// The part of an issue's document that most searches ask for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IssueSketch {
    id: String,
    key: String,
    project: String,
    issue_type: String,
    status: String,
    summary: String,
    priority: Option<String>,
    resolution: Option<String>,
    assignee: Option<String>,
    reporter: Option<String>,
    creator: String,
    parent: Option<String>,
    due: Option<String>,
    created: u64,
    updated: u64,
    resolved: Option<u64>,
    category_changed: u64,
    rank: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archived: Option<u64>,
}

impl From<IssueSketch> for Issue {
    fn from(sketch: IssueSketch) -> Self {
        Self {
            id: sketch.id,
            key: sketch.key,
            project: sketch.project,
            issue_type: sketch.issue_type,
            status: sketch.status,
            summary: sketch.summary,
            priority: sketch.priority,
            resolution: sketch.resolution,
            assignee: sketch.assignee,
            reporter: sketch.reporter,
            creator: sketch.creator,
            parent: sketch.parent,
            due: sketch.due,
            created: sketch.created,
            updated: sketch.updated,
            resolved: sketch.resolved,
            category_changed: sketch.category_changed,
            rank: sketch.rank,
            archived: sketch.archived,
            ..Self::default()
        }
    }
}
