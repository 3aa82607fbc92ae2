//! The history of an issue: what differs between two states of it, field by field, as the service records it.

use serde_json::Value;
use twin_sdk::TableError;

use crate::entities::{Change, ChangeItem, Issue, Rich};
use crate::fields::catalogue::Family;
use crate::state::{
    CHANGES, COMPONENTS, FIELDS, ISSUE_TYPES, PRIORITIES, PROJECTS, RESOLUTIONS, SPRINTS, STATUSES, State,
    USERS, VERSIONS, under,
};

/// A value as the history keeps it: the id, and how people read it.
type Side = (Option<String>, Option<String>);

/// Writes one entry; none where nothing differs.
pub(crate) fn record(
    state: &mut State<'_>,
    issue: &str,
    author: &str,
    items: Vec<ChangeItem>,
) -> Result<Option<Change>, TableError> {
    if items.is_empty() {
        return Ok(None);
    }
    let change = Change {
        id: state.next_id("change")?,
        issue: issue.to_owned(),
        author: author.to_owned(),
        created: state.now(),
        items,
    };
    state.put(&CHANGES, &under(issue, &change.id), &change)?;
    Ok(Some(change))
}

/// One item of a field of the system.
pub(crate) fn item(field: &str, id: &str, from: Side, to: Side) -> ChangeItem {
    ChangeItem {
        field: field.to_owned(),
        fieldtype: "jira".to_owned(),
        field_id: Some(id.to_owned()),
        from: from.0,
        from_string: from.1,
        to: to.0,
        to_string: to.1,
    }
}

/// What differs between two states of an issue.
pub(crate) fn difference(
    state: &mut State<'_>,
    before: &Issue,
    after: &Issue,
) -> Result<Vec<ChangeItem>, TableError> {
    let mut items = Vec::new();
    plain(&mut items, before, after);
    named(state, &mut items, before, after)?;
    lists(state, &mut items, before, after)?;
    times(&mut items, before, after);
    custom(state, &mut items, before, after)?;
    Ok(items)
}

fn plain(items: &mut Vec<ChangeItem>, before: &Issue, after: &Issue) {
    let text = |text: &Option<Rich>| (None, text.as_ref().map(Rich::wiki));
    let pairs = [
        ("summary", "summary", (None, Some(before.summary.clone())), (None, Some(after.summary.clone()))),
        ("description", "description", text(&before.description), text(&after.description)),
        ("environment", "environment", text(&before.environment), text(&after.environment)),
        ("duedate", "duedate", day(before), day(after)),
        ("labels", "labels", spaced(&before.labels), spaced(&after.labels)),
    ];
    for (field, id, from, to) in pairs {
        if from != to {
            items.push(item(field, id, from, to));
        }
    }
    if before.key != after.key {
        items.push(item("Key", "", (None, Some(before.key.clone())), (None, Some(after.key.clone()))));
    }
    if before.rank != after.rank {
        let words = if after.rank < before.rank { "Ranked higher" } else { "Ranked lower" };
        let (from, to) = (Some(String::new()), Some(words.to_owned()));
        items.push(item("Rank", "rank", (from.clone(), from), (Some(String::new()), to)));
    }
}

fn day(issue: &Issue) -> Side {
    (issue.due.clone(), issue.due.as_ref().map(|due| format!("{due} 00:00:00.0")))
}

/// Labels have no ids; an empty list is an empty text.
fn spaced(labels: &[String]) -> Side {
    (None, Some(labels.join(" ")))
}

/// What an issue holds in a field.
type Pick = fn(&Issue) -> Option<&String>;
/// How people read what it holds.
type Name = fn(&mut State<'_>, &str) -> Result<Option<String>, TableError>;

/// The fields of an issue that name something else: how the history calls each, its id, and how it is read.
const NAMED: [(&str, &str, Pick, Name); 8] = [
    (
        "issuetype",
        "issuetype",
        |issue| Some(&issue.issue_type),
        |state, id| Ok(state.get(&ISSUE_TYPES, id)?.map(|found| found.name)),
    ),
    (
        "project",
        "project",
        |issue| Some(&issue.project),
        |state, id| Ok(state.get(&PROJECTS, id)?.map(|found| found.name)),
    ),
    (
        "status",
        "status",
        |issue| Some(&issue.status),
        |state, id| Ok(state.get(&STATUSES, id)?.map(|found| found.name)),
    ),
    (
        "priority",
        "priority",
        |issue| issue.priority.as_ref(),
        |state, id| Ok(state.get(&PRIORITIES, id)?.map(|found| found.name)),
    ),
    (
        "resolution",
        "resolution",
        |issue| issue.resolution.as_ref(),
        |state, id| Ok(state.get(&RESOLUTIONS, id)?.map(|found| found.name)),
    ),
    (
        "assignee",
        "assignee",
        |issue| issue.assignee.as_ref(),
        |state, id| Ok(state.get(&USERS, id)?.map(|found| found.display_name)),
    ),
    (
        "reporter",
        "reporter",
        |issue| issue.reporter.as_ref(),
        |state, id| Ok(state.get(&USERS, id)?.map(|found| found.display_name)),
    ),
    (
        "IssueParentAssociation",
        "parent",
        |issue| issue.parent.as_ref(),
        |state, id| Ok(state.issue(id)?.map(|found| found.key)),
    ),
];

fn named(
    state: &mut State<'_>,
    items: &mut Vec<ChangeItem>,
    before: &Issue,
    after: &Issue,
) -> Result<(), TableError> {
    for (field, id, pick, name) in NAMED {
        let (from, to) = (pick(before), pick(after));
        if from == to {
            continue;
        }
        let mut side = |value: Option<&String>| -> Result<Side, TableError> {
            let Some(value) = value else { return Ok((None, None)) };
            Ok((Some(value.clone()), name(state, value)?))
        };
        let (from, to) = (side(from)?, side(to)?);
        items.push(item(field, id, from, to));
    }
    Ok(())
}

/// Components and versions: one item for each that came or went.
fn lists(
    state: &mut State<'_>,
    items: &mut Vec<ChangeItem>,
    before: &Issue,
    after: &Issue,
) -> Result<(), TableError> {
    let lists = [
        ("Component", "components", &before.components, &after.components),
        ("Fix Version", "fixVersions", &before.fix_versions, &after.fix_versions),
        ("Version", "versions", &before.versions, &after.versions),
    ];
    for (field, id, from, to) in lists {
        let mut name = |held: &str| -> Result<Option<String>, TableError> {
            if id == "components" {
                return Ok(state.get(&COMPONENTS, held)?.map(|found| found.name));
            }
            Ok(state.get(&VERSIONS, held)?.map(|found| found.name))
        };
        for gone in from.iter().filter(|held| !to.contains(held)) {
            items.push(item(field, id, (Some(gone.clone()), name(gone)?), (None, None)));
        }
        for come in to.iter().filter(|held| !from.contains(held)) {
            items.push(item(field, id, (None, None), (Some(come.clone()), name(come)?)));
        }
    }
    Ok(())
}

fn times(items: &mut Vec<ChangeItem>, before: &Issue, after: &Issue) {
    let fields = [
        ("timeoriginalestimate", before.original_estimate, after.original_estimate),
        ("timeestimate", before.remaining_estimate, after.remaining_estimate),
        ("timespent", before.time_spent, after.time_spent),
    ];
    for (field, from, to) in fields {
        if from != to {
            let side = |seconds: Option<u64>| {
                let text = seconds.map(|seconds| seconds.to_string());
                (text.clone(), text)
            };
            items.push(item(field, field, side(from), side(to)));
        }
    }
}

fn custom(
    state: &mut State<'_>,
    items: &mut Vec<ChangeItem>,
    before: &Issue,
    after: &Issue,
) -> Result<(), TableError> {
    if before.custom == after.custom && before.sprints == after.sprints {
        return Ok(());
    }
    for field in state.all(&FIELDS)? {
        let (from, to) = if field.family() == Family::Sprint {
            (sprints(state, &before.sprints)?, sprints(state, &after.sprints)?)
        } else {
            let (from, to) = (before.custom.get(&field.id), after.custom.get(&field.id));
            if from == to {
                continue;
            }
            let side = |value: Option<&Value>| match value {
                None => (None, None),
                Some(value) => shown(field.family(), &field.options, value),
            };
            (side(from), side(to))
        };
        if from != to {
            let fieldtype = "custom".to_owned();
            items.push(ChangeItem { fieldtype, ..item(&field.name, &field.id, from, to) });
        }
    }
    Ok(())
}

fn shown(family: Family, options: &[crate::entities::Choice], value: &Value) -> Side {
    let name = |id: &Value| {
        let choice = options.iter().find(|choice| id.as_str() == Some(&choice.id));
        choice.map_or_else(String::new, |choice| choice.value.clone())
    };
    match (family, value) {
        (Family::Select, id) => (id.as_str().map(str::to_owned), Some(name(id))),
        (Family::MultiSelect, Value::Array(ids)) => {
            let names: Vec<String> = ids.iter().map(name).collect();
            (Some(value.to_string()), Some(names.join(",")))
        }
        (Family::RichText, value) => {
            let text = serde_json::from_value::<Rich>(value.clone()).ok();
            (None, text.map(|text| text.wiki()))
        }
        (_, Value::String(text)) => (None, Some(text.clone())),
        (_, other) => (None, Some(other.to_string())),
    }
}

fn sprints(state: &mut State<'_>, ids: &[String]) -> Result<Side, TableError> {
    let mut names = Vec::new();
    for id in ids {
        names.extend(state.get(&SPRINTS, id)?.map(|sprint| sprint.name));
    }
    Ok((Some(ids.join(", ")), Some(names.join(", "))))
}
