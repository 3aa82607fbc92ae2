//! What a site has before anybody configures it: the usual types, priorities, statuses, workflow and custom fields.

use serde_json::Value;

use crate::entities::{Field, IssueType, LinkType, Priority, Resolution, Status, Transition, Workflow};

/// The id of the preset workflow.
pub(crate) const WORKFLOW: &str = "1";
/// The fields on the screens of a project that names none.
pub(crate) const SCREEN: &[&str] = &[
    "summary",
    "issuetype",
    "parent",
    "components",
    "description",
    "project",
    "fixVersions",
    "versions",
    "priority",
    "labels",
    "timetracking",
    "environment",
    "attachment",
    "duedate",
    "issuelinks",
    "assignee",
    "reporter",
    "customfield_10011",
    "customfield_10014",
    "customfield_10016",
    "customfield_10020",
];
/// The project roles, with their ids.
pub(crate) const ROLES: &[(&str, &str, &str)] = &[
    ("10002", "Administrators", "A project role that represents administrators in a project"),
    ("10003", "Member", "A project role that represents members of a project"),
    ("10004", "Viewer", "A project role that represents viewers of a project"),
];

pub(crate) fn issue_types() -> Vec<IssueType> {
    let kind = |id: &str, name: &str, description: &str, level: i64, avatar: u64| IssueType {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        subtask: level < 0,
        level,
        avatar: Some(avatar),
    };
    vec![
        kind("10000", "Epic", "Epics track collections of related bugs, stories, and tasks.", 1, 10_307),
        kind("10001", "Story", "Stories track functionality or features expressed as user goals.", 0, 10_315),
        kind("10002", "Task", "Tasks track small, distinct pieces of work.", 0, 10_318),
        kind(
            "10003",
            "Subtask",
            "Subtasks track small pieces of work that are part of a larger task.",
            -1,
            10_316,
        ),
        kind("10004", "Bug", "Bugs track problems or errors.", 0, 10_303),
    ]
}

pub(crate) fn priorities() -> Vec<Priority> {
    let priority = |(id, name, color, description): (&str, &str, &str, &str)| Priority {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        color: color.to_owned(),
        position: None,
        usual: false,
        icon: None,
    };
    [
        ("1", "Highest", "#d04437", "This problem will block progress."),
        ("2", "High", "#f15C75", "Serious problem that could block progress."),
        ("3", "Medium", "#f79232", "Has the potential to affect progress."),
        ("4", "Low", "#707070", "Minor problem or easily worked around."),
        ("5", "Lowest", "#999999", "Trivial problem with little or no impact on progress."),
    ]
    .into_iter()
    .map(priority)
    .collect()
}

pub(crate) fn statuses() -> Vec<Status> {
    let status = |(id, name, category): (&str, &str, &str)| Status {
        id: id.to_owned(),
        name: name.to_owned(),
        description: String::new(),
        category: category.to_owned(),
        project: None,
    };
    [("10000", "To Do", "new"), ("10001", "In Progress", "indeterminate"), ("10002", "Done", "done")]
        .into_iter()
        .map(status)
        .collect()
}

pub(crate) fn resolutions() -> Vec<Resolution> {
    let resolution = |(id, name, description): (&str, &str, &str)| Resolution {
        id: id.to_owned(),
        name: name.to_owned(),
        description: description.to_owned(),
        position: None,
        usual: false,
    };
    [
        ("10000", "Done", "Work has been completed on this issue."),
        ("10001", "Won't Do", "This issue won't be actioned."),
        ("10002", "Duplicate", "The problem is a duplicate of an existing issue."),
        ("10003", "Cannot Reproduce", "All attempts at reproducing this issue failed."),
    ]
    .into_iter()
    .map(resolution)
    .collect()
}

pub(crate) fn link_types() -> Vec<LinkType> {
    let kind = |(id, name, inward, outward): (&str, &str, &str, &str)| LinkType {
        id: id.to_owned(),
        name: name.to_owned(),
        inward: inward.to_owned(),
        outward: outward.to_owned(),
    };
    [
        ("10000", "Blocks", "is blocked by", "blocks"),
        ("10001", "Cloners", "is cloned by", "clones"),
        ("10002", "Duplicate", "is duplicated by", "duplicates"),
        ("10003", "Relates", "relates to", "relates to"),
    ]
    .into_iter()
    .map(kind)
    .collect()
}

pub(crate) fn workflow() -> Workflow {
    let step = |(id, name, to): (&str, &str, &str)| Transition {
        id: id.to_owned(),
        name: name.to_owned(),
        from: Vec::new(),
        to: to.to_owned(),
        screen: Vec::new(),
        required: Vec::new(),
        resolution: None,
    };
    let steps = [("11", "To Do", "10000"), ("21", "In Progress", "10001"), ("31", "Done", "10002")];
    Workflow {
        id: WORKFLOW.to_owned(),
        name: "Software Simplified Workflow".to_owned(),
        description: String::new(),
        initial: "10000".to_owned(),
        transitions: steps.into_iter().map(step).collect(),
    }
}

/// The fields that the software product brings along; the ids are those of every new site.
pub(crate) fn fields() -> Vec<Field> {
    let field = |(number, name, kind): (u32, &str, &str)| Field {
        id: format!("customfield_{number}"),
        name: name.to_owned(),
        kind: kind.to_owned(),
        description: String::new(),
        issue_types: if number == 10_011 { vec!["10000".to_owned()] } else { Vec::new() },
        options: Vec::new(),
        default: None::<Value>,
    };
    [
        (10_011, "Epic Name", "com.pyxis.greenhopper.jira:gh-epic-label"),
        (10_014, "Epic Link", "com.pyxis.greenhopper.jira:gh-epic-link"),
        (10_016, "Story point estimate", "com.pyxis.greenhopper.jira:jsw-story-points"),
        (10_019, "Rank", "com.pyxis.greenhopper.jira:gh-lexo-rank"),
        (10_020, "Sprint", "com.pyxis.greenhopper.jira:gh-sprint"),
    ]
    .into_iter()
    .map(field)
    .collect()
}
