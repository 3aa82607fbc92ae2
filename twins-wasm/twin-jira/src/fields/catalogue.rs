//! The fields that every site has, and the families of custom fields.

use serde_json::{Value, json};

use crate::entities::Field;

/// A field of the system.
pub(crate) struct System {
    pub id: &'static str,
    pub name: &'static str,
    /// The type of its value, or of the items for a list.
    pub kind: &'static str,
    /// Whether its value is a list.
    pub list: bool,
    /// What an update may do to it.
    pub operations: &'static [&'static str],
    /// Whether it is shown where columns are chosen.
    pub navigable: bool,
    /// Its names in the search language; empty where it cannot be searched.
    pub clauses: &'static [&'static str],
}

const SET: &[&str] = &["set"];
const ADD_SET_REMOVE: &[&str] = &["add", "set", "remove"];

const fn field(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    clauses: &'static [&'static str],
) -> System {
    System { id, name, kind, list: false, operations: &[], navigable: true, clauses }
}

const fn editable(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    clauses: &'static [&'static str],
) -> System {
    System { id, name, kind, list: false, operations: SET, navigable: true, clauses }
}

const fn list(
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    clauses: &'static [&'static str],
) -> System {
    System { id, name, kind, list: true, operations: ADD_SET_REMOVE, navigable: true, clauses }
}

/// Every field of the system, ordered by id.
pub(crate) const SYSTEM: &[System] = &[
    field("aggregateprogress", "Σ Progress", "progress", &[]),
    field("aggregatetimeestimate", "Σ Remaining Estimate", "number", &[]),
    field("aggregatetimeoriginalestimate", "Σ Original Estimate", "number", &[]),
    field("aggregatetimespent", "Σ Time Spent", "number", &[]),
    editable("assignee", "Assignee", "user", &["assignee"]),
    System {
        id: "attachment",
        name: "Attachment",
        kind: "attachment",
        list: true,
        operations: &["set", "copy"],
        navigable: true,
        clauses: &["attachments"],
    },
    System {
        id: "comment",
        name: "Comment",
        kind: "comments-page",
        list: false,
        operations: &["add", "edit", "remove"],
        navigable: false,
        clauses: &["comment"],
    },
    list("components", "Components", "component", &["component"]),
    field("created", "Created", "datetime", &["created", "createdDate"]),
    field("creator", "Creator", "user", &["creator"]),
    editable("description", "Description", "string", &["description"]),
    editable("duedate", "Due date", "date", &["due", "duedate"]),
    editable("environment", "Environment", "string", &["environment"]),
    System {
        id: "fixVersions",
        name: "Fix versions",
        kind: "version",
        list: true,
        operations: &["set", "add", "remove"],
        navigable: true,
        clauses: &["fixVersion"],
    },
    System {
        id: "issuelinks",
        name: "Linked Issues",
        kind: "issuelinks",
        list: true,
        operations: &["add", "copy"],
        navigable: true,
        clauses: &["issueLinkType"],
    },
    field("issuetype", "Issue Type", "issuetype", &["issuetype", "type"]),
    list("labels", "Labels", "string", &["labels"]),
    field("lastViewed", "Last Viewed", "datetime", &["lastViewed"]),
    editable("parent", "Parent", "issuelink", &["parent"]),
    editable("priority", "Priority", "priority", &["priority"]),
    field("progress", "Progress", "progress", &["progress"]),
    editable("project", "Project", "project", &["project"]),
    editable("reporter", "Reporter", "user", &["reporter"]),
    editable("resolution", "Resolution", "resolution", &["resolution"]),
    field("resolutiondate", "Resolved", "datetime", &["resolutiondate", "resolved"]),
    editable("security", "Security Level", "securitylevel", &["level"]),
    field("status", "Status", "status", &["status"]),
    field("statusCategory", "Status Category", "statusCategory", &["statusCategory"]),
    field("statuscategorychangedate", "Status Category Changed", "datetime", &["statusCategoryChangedDate"]),
    System {
        id: "subtasks",
        name: "Sub-tasks",
        kind: "issuelinks",
        list: true,
        operations: &[],
        navigable: true,
        clauses: &["subtasks"],
    },
    editable("summary", "Summary", "string", &["summary"]),
    field("timeestimate", "Remaining Estimate", "number", &["remainingEstimate", "timeestimate"]),
    field(
        "timeoriginalestimate",
        "Original estimate",
        "number",
        &["originalEstimate", "timeoriginalestimate"],
    ),
    field("timespent", "Time Spent", "number", &["timespent"]),
    System {
        id: "timetracking",
        name: "Time tracking",
        kind: "timetracking",
        list: false,
        operations: &["set", "edit"],
        navigable: false,
        clauses: &[],
    },
    field("updated", "Updated", "datetime", &["updated", "updatedDate"]),
    System {
        id: "versions",
        name: "Affects versions",
        kind: "version",
        list: true,
        operations: &["set", "add", "remove"],
        navigable: true,
        clauses: &["affectedVersion"],
    },
    field("votes", "Votes", "votes", &["votes"]),
    field("watches", "Watchers", "watches", &["watchers"]),
    System {
        id: "worklog",
        name: "Log Work",
        kind: "worklog",
        list: true,
        operations: &["add", "edit", "remove"],
        navigable: false,
        clauses: &[],
    },
    field("workratio", "Work Ratio", "number", &["workratio"]),
];

/// The system field of that id.
pub(crate) fn system(id: &str) -> Option<&'static System> {
    SYSTEM.iter().find(|field| field.id == id)
}

impl System {
    /// What clients learn of its type.
    pub(crate) fn schema(&self) -> Value {
        if self.list {
            return json!({"type": "array", "items": self.kind, "system": self.id});
        }
        json!({"type": self.kind, "system": self.id})
    }
}

/// How the value of a custom field is kept and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Text,
    RichText,
    Number,
    Date,
    DateTime,
    Labels,
    Select,
    MultiSelect,
    User,
    MultiUser,
    /// The issue above this one, if that is an epic.
    EpicLink,
    Rank,
    Sprint,
    /// Computed from the history.
    TimeInStatus,
    /// Kept and shown as it was sent.
    Raw,
}

impl Field {
    /// The family of its type.
    pub(crate) fn family(&self) -> Family {
        match self.kind.rsplit(':').next().unwrap_or_default() {
            "textfield" | "url" | "gh-epic-label" | "readonlyfield" => Family::Text,
            "textarea" => Family::RichText,
            "float" | "jsw-story-points" => Family::Number,
            "datepicker" => Family::Date,
            "datetime" => Family::DateTime,
            "labels" => Family::Labels,
            "select" | "radiobuttons" | "gh-epic-status" => Family::Select,
            "multiselect" | "multicheckboxes" => Family::MultiSelect,
            "userpicker" => Family::User,
            "multiuserpicker" | "people" => Family::MultiUser,
            "gh-epic-link" => Family::EpicLink,
            "gh-lexo-rank" => Family::Rank,
            "gh-sprint" => Family::Sprint,
            "timeinstatus" => Family::TimeInStatus,
            _ => Family::Raw,
        }
    }

    /// The number in its id.
    pub(crate) fn number(&self) -> u64 {
        self.id.strip_prefix("customfield_").and_then(|number| number.parse().ok()).unwrap_or_default()
    }

    /// Whether issues of a type have it.
    pub(crate) fn applies_to(&self, issue_type: &str) -> bool {
        self.issue_types.is_empty() || self.issue_types.iter().any(|id| id == issue_type)
    }

    /// What clients learn of its type.
    pub(crate) fn schema(&self) -> Value {
        let (kind, items) = match self.family() {
            Family::Text | Family::RichText => ("string", None),
            Family::Number => ("number", None),
            Family::Date => ("date", None),
            Family::DateTime => ("datetime", None),
            Family::Labels => ("array", Some("string")),
            Family::Select => ("option", None),
            Family::MultiSelect => ("array", Some("option")),
            Family::User => ("user", None),
            Family::MultiUser => ("array", Some("user")),
            Family::Sprint => ("array", Some("json")),
            Family::EpicLink | Family::Rank | Family::TimeInStatus | Family::Raw => ("any", None),
        };
        let mut schema = json!({"type": kind, "custom": self.kind, "customId": self.number()});
        if let (Some(items), Some(schema)) = (items, schema.as_object_mut()) {
            schema.insert("items".to_owned(), json!(items));
        }
        schema
    }

    /// What an update may do to it.
    pub(crate) fn operations(&self) -> &'static [&'static str] {
        match self.family() {
            Family::Labels | Family::MultiSelect | Family::MultiUser => ADD_SET_REMOVE,
            Family::TimeInStatus => &[],
            _ => SET,
        }
    }

    /// What the search language calls it.
    pub(crate) fn clauses(&self) -> Vec<String> {
        vec![format!("cf[{}]", self.number()), self.name.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_ordered() {
        assert!(SYSTEM.is_sorted_by_key(|field| field.id));
    }
}
