//! What a fixture may say, with what is taken where it says nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::entities::{
    Board, Component, Field, IssueType, LinkType, OauthApp, Priority, Resolution, Site, Sprint, Status,
    Token, Version, Workflow,
};

/// The people that all twins share.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    pub(super) people: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    #[serde(default)]
    #[expect(dead_code, reason = "the site shows no titles")]
    pub(super) title: String,
    #[serde(default = "yes")]
    pub(super) active: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fixture {
    pub(super) site: Site,
    pub(super) users: Vec<FixtureUser>,
    pub(super) tokens: BTreeMap<String, Token>,
    /// Apps that get tokens by OAuth 2.0.
    pub(super) apps: Vec<OauthApp>,
    pub(super) groups: BTreeMap<String, Vec<String>>,
    pub(super) issue_types: Option<Vec<IssueType>>,
    pub(super) priorities: Option<Vec<Priority>>,
    pub(super) statuses: Option<Vec<Status>>,
    pub(super) resolutions: Option<Vec<Resolution>>,
    pub(super) link_types: Option<Vec<LinkType>>,
    pub(super) fields: Option<Vec<Field>>,
    pub(super) workflows: Option<Vec<Workflow>>,
    pub(super) projects: Vec<FixtureProject>,
    pub(super) versions: Vec<Version>,
    pub(super) components: Vec<Component>,
    pub(super) boards: Vec<Board>,
    pub(super) sprints: Vec<Sprint>,
    pub(super) issues: Vec<FixtureIssue>,
    pub(super) filler: BTreeMap<String, u32>,
    /// The newest id of a kind that the site gave away before, for example `issue`.
    pub(super) counters: BTreeMap<String, u64>,
    /// The ids of a kind that the site gives away next, before it counts on; numbers of issues by the project's key.
    pub(super) upcoming: BTreeMap<String, Vec<u64>>,
}

/// A person; what it leaves out comes from its shared one, if it has one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureUser {
    pub(super) account_id: Option<String>,
    pub(super) person: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) email: Option<String>,
    #[serde(default)]
    pub(super) email_visible: bool,
    pub(super) active: Option<bool>,
    #[serde(default = "utc")]
    pub(super) time_zone: String,
    #[serde(default = "atlassian")]
    pub(super) account_type: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureProject {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default = "software")]
    pub(super) type_key: String,
    #[serde(default)]
    pub(super) simplified: bool,
    pub(super) lead: String,
    #[serde(default = "unassigned")]
    pub(super) assignee_type: String,
    #[serde(default = "usual_avatar")]
    pub(super) avatar: u64,
    pub(super) issue_types: Option<Vec<String>>,
    pub(super) screen: Option<Vec<String>>,
    pub(super) workflow: Option<String>,
    /// The number of the newest issue that it ever had.
    #[serde(default)]
    pub(super) last_number: u64,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureIssue {
    pub(super) id: Option<String>,
    pub(super) key: String,
    pub(super) issue_type: String,
    pub(super) summary: String,
    #[serde(default)]
    pub(super) description: Option<String>,
    pub(super) status: Option<String>,
    pub(super) priority: Option<String>,
    pub(super) reporter: Option<String>,
    pub(super) assignee: Option<String>,
    #[serde(default)]
    pub(super) labels: Vec<String>,
    #[serde(default)]
    pub(super) components: Vec<String>,
    #[serde(default)]
    pub(super) fix_versions: Vec<String>,
    /// The key of the issue above it, which must come before it.
    pub(super) parent: Option<String>,
    pub(super) due: Option<String>,
    pub(super) created: Option<String>,
    #[serde(default)]
    pub(super) sprints: Vec<String>,
    #[serde(default)]
    pub(super) custom: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) comments: Vec<FixtureComment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureComment {
    pub(super) author: String,
    pub(super) body: String,
    pub(super) created: Option<String>,
}

pub(super) fn yes() -> bool {
    true
}

pub(super) fn utc() -> String {
    "Etc/UTC".to_owned()
}

pub(super) fn atlassian() -> String {
    "atlassian".to_owned()
}

pub(super) fn software() -> String {
    "software".to_owned()
}

pub(super) fn unassigned() -> String {
    "UNASSIGNED".to_owned()
}

pub(super) fn usual_avatar() -> u64 {
    10_400
}
