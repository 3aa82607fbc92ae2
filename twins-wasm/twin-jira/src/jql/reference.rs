//! What clients learn of the search language, for completion.

use serde_json::{Value, json};

use crate::entities::Field as CustomField;

use super::field::{Field, NAMES, Nature, of_custom};
use super::function::FUNCTIONS;
use super::reserved::RESERVED_WORDS;
use super::tree::Operator;

/// In the order in which clients are told them.
const OPERATORS: &[Operator] = &[
    Operator::Equals,
    Operator::NotEquals,
    Operator::Like,
    Operator::NotLike,
    Operator::Greater,
    Operator::GreaterEquals,
    Operator::Less,
    Operator::LessEquals,
    Operator::In,
    Operator::NotIn,
    Operator::Is,
    Operator::IsNot,
    Operator::Was,
    Operator::WasNot,
    Operator::WasIn,
    Operator::WasNotIn,
    Operator::Changed,
];

/// The fields, functions and reserved words.
pub(crate) fn reference(custom: &[CustomField]) -> Value {
    let system = NAMES.iter().filter_map(|(names, field)| {
        let name = names.first()?;
        Some(entry(name, name, field))
    });
    let functions = FUNCTIONS.iter().map(|function| {
        json!({
            "value": format!("{}()", function.name), "displayName": format!("{}()", function.name),
            "isList": function.list.to_string(), "types": [function.kind],
        })
    });
    json!({
        "visibleFieldNames": system.chain(custom.iter().map(custom_entry)).collect::<Vec<_>>(),
        "visibleFunctionNames": functions.collect::<Vec<_>>(),
        "jqlReservedWords": RESERVED_WORDS,
    })
}

fn entry(value: &str, shown: &str, field: &Field) -> Value {
    let orderable = !matches!(field, Field::Text | Field::Comment);
    let operators = OPERATORS.iter().filter(|operator| field.supports(**operator));
    json!({
        "value": value, "displayName": shown, "orderable": orderable.to_string(),
        "searchable": (field.nature() != Nature::OrderOnly).to_string(),
        "operators": operators.map(|operator| operator.sign()).collect::<Vec<_>>(),
        "types": [type_name(field)],
    })
}

fn custom_entry(field: &CustomField) -> Value {
    let id = format!("cf[{}]", field.number());
    let mut shown = entry(&id, &format!("{} - {id}", field.name), &of_custom(field));
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("cfid".to_owned(), json!(id));
    }
    shown
}

fn type_name(field: &Field) -> &'static str {
    match field {
        Field::Project => "com.atlassian.jira.project.Project",
        Field::IssueType => "com.atlassian.jira.issue.issuetype.IssueType",
        Field::Status => "com.atlassian.jira.issue.status.Status",
        Field::Priority => "com.atlassian.jira.issue.priority.Priority",
        Field::Resolution => "com.atlassian.jira.issue.resolution.Resolution",
        Field::Issue | Field::Parent => "com.atlassian.jira.issue.Issue",
        Field::FixVersion | Field::AffectedVersion => "com.atlassian.jira.project.version.Version",
        Field::Component => "com.atlassian.jira.bc.project.component.ProjectComponent",
        Field::Assignee | Field::Reporter | Field::Creator | Field::Watcher | Field::Voter => {
            "com.atlassian.jira.user.ApplicationUser"
        }
        _ => match field.nature() {
            Nature::Moment => "java.util.Date",
            Nature::Number => "java.lang.Number",
            _ => "java.lang.String",
        },
    }
}
