//! The documents in the twin's tables. They are a contract with judges: see the table layout in the README. Times are
//! milliseconds since 1970, durations seconds, people account ids, everything else ids in decimal digits.

mod access;
mod board;
mod configuration;
mod issue;
mod views;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use crate::rich::Rich;
pub(crate) use access::{Consent, OauthApp, Token};
pub(crate) use board::{Board, Sprint};
pub(crate) use configuration::{
    Choice, Field, IssueType, LinkType, Priority, Resolution, Status, Transition, Workflow,
};
pub(crate) use issue::{Attachment, Change, ChangeItem, Comment, Issue, Link, RemoteLink, Worklog};
pub(crate) use views::{IssueHead, IssueSketch, ProjectHead};

/// The site itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Site {
    /// For people.
    pub title: String,
    /// The first label of the site's host name.
    pub name: String,
    /// What `api.atlassian.com/ex/jira/` is followed by.
    pub cloud_id: String,
    /// Who calls without a credential; none where such calls are refused.
    pub anonymous: Option<String>,
    /// How long an issue is unknown to the search after it was created.
    pub index_lag_ms: u64,
    /// The build that the site says it runs.
    pub build_number: u64,
    /// When that build was made, as the service writes it.
    pub build_date: String,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            title: "Jira".to_owned(),
            name: "glasshouse".to_owned(),
            cloud_id: "11223344-a1b2-4b33-8444-def123456789".to_owned(),
            anonymous: None,
            index_lag_ms: 0,
            build_number: 100_290,
            build_date: "2026-02-06T12:38:29.000+0100".to_owned(),
        }
    }
}

/// A person or an app.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct User {
    pub account_id: String,
    pub display_name: String,
    /// Empty for apps.
    pub email: String,
    /// Whether others see the address.
    pub email_visible: bool,
    pub active: bool,
    /// IANA name; shown, and not used for dates.
    pub time_zone: String,
    /// `atlassian`, `app` or `customer`.
    pub account_type: String,
}

/// A project.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Project {
    pub id: String,
    pub key: String,
    pub name: String,
    pub description: String,
    /// `software`, `business` or `service_desk`.
    pub type_key: String,
    /// Whether it is team-managed.
    pub simplified: bool,
    pub lead: String,
    /// `PROJECT_LEAD` or `UNASSIGNED`.
    pub assignee_type: String,
    pub avatar: u64,
    /// The types its issues may have, in the order in which they are offered.
    pub issue_types: Vec<String>,
    /// The fields on its create and edit screens.
    pub screen: Vec<String>,
    pub workflow: String,
    /// The workflows of types of issue that have another one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub workflows: BTreeMap<String, String>,
    /// The number of its newest issue; numbers are never used again.
    pub last_number: u64,
}

impl Project {
    /// The id of the workflow of a type of issue.
    pub(crate) fn workflow_of(&self, issue_type: &str) -> &str {
        self.workflows.get(issue_type).unwrap_or(&self.workflow)
    }

    /// Whether any of its issues may be in a workflow.
    pub(crate) fn uses_workflow(&self, id: &str) -> bool {
        self.workflow == id || self.workflows.values().any(|held| held == id)
    }
}

/// A version of a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub id: String,
    pub project: String,
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub archived: bool,
    #[serde(default)]
    pub released: bool,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub start_date: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    pub release_date: Option<String>,
    /// Where it stands among the project's others, once somebody moved one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u64>,
}

/// A part of a project.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    pub id: String,
    pub project: String,
    pub name: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub lead: Option<String>,
    #[serde(default = "project_default")]
    pub assignee_type: String,
}

fn project_default() -> String {
    "PROJECT_DEFAULT".to_owned()
}

/// A saved search.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Filter {
    pub id: String,
    pub name: String,
    pub description: String,
    pub owner: String,
    pub jql: String,
    /// Whose favourite it is.
    pub favourites: Vec<String>,
    /// Who sees it; each has an `id`, a `type` and whom it is about.
    pub share_permissions: Vec<Value>,
    /// Who may change it, in the same form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edit_permissions: Vec<Value>,
    /// The columns in which it is shown, where it has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
}

/// A group of people; its key is its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub members: Vec<String>,
}

/// A webhook. Those that an administrator registers live until they are removed, those of apps for 30 days.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Webhook {
    pub id: String,
    pub name: String,
    pub url: String,
    pub events: Vec<String>,
    /// Which issues it is about; empty for all.
    pub jql: String,
    pub enabled: bool,
    /// Signs what is sent.
    pub secret: Option<String>,
    /// Whether the body is left out.
    pub exclude_body: bool,
    /// Which fields must have changed; empty for any. Dynamic ones only.
    pub fields: Vec<String>,
    /// When it ends; none for those of administrators.
    pub expires: Option<u64>,
    pub owner: String,
    pub updated: u64,
}

/// A value that an app keeps with something; its key is `KIND/ID/NAME`, for example `issue/ID/NAME`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Property {
    pub key: String,
    pub value: Value,
}

/// Who has a role in a project; its key is `PROJECT/ROLE`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct RoleActors {
    pub users: Vec<String>,
    pub groups: Vec<String>,
}
