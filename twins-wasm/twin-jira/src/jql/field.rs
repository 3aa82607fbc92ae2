//! What the fields of the search language are, what they can be compared with, and the language's reserved words.

use serde_json::{Value, json};

use crate::entities::Field as CustomField;
use crate::fields::catalogue::Family;

use super::function::FUNCTIONS;
use super::tree::{FieldName, Operator};

/// A field that a query can name.
#[derive(Debug, Clone)]
pub(super) enum Field {
    Project,
    IssueType,
    Status,
    StatusCategory,
    Priority,
    Resolution,
    Assignee,
    Reporter,
    Creator,
    Watcher,
    Voter,
    WorklogAuthor,
    Labels,
    Component,
    FixVersion,
    AffectedVersion,
    Parent,
    Issue,
    Sprint,
    Attachments,
    LinkType,
    Level,
    Rank,
    Summary,
    Description,
    Environment,
    Comment,
    Text,
    Created,
    Updated,
    Resolved,
    Due,
    CategoryChanged,
    LastViewed,
    WorklogDate,
    OriginalEstimate,
    RemainingEstimate,
    TimeSpent,
    WorkRatio,
    Votes,
    Watchers,
    Custom(CustomField),
}

/// How the values of a field are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// By what they are.
    Identity,
    /// By what they are, and by their place in an order.
    Ranked,
    /// By their words.
    Words,
    /// On the calendar.
    Moment,
    /// By size.
    Number,
    /// Not at all; they are there or not.
    Presence,
    /// Not at all; they order results.
    OrderOnly,
}

/// Names and fields; the first name of a field is the one that clients are shown.
const NAMES: &[(&[&str], Field)] = &[
    (&["affectedVersion"], Field::AffectedVersion),
    (&["assignee"], Field::Assignee),
    (&["attachments"], Field::Attachments),
    (&["comment"], Field::Comment),
    (&["component"], Field::Component),
    (&["created", "createdDate"], Field::Created),
    (&["creator"], Field::Creator),
    (&["description"], Field::Description),
    (&["due", "duedate"], Field::Due),
    (&["environment"], Field::Environment),
    (&["fixVersion"], Field::FixVersion),
    (&["issueLinkType"], Field::LinkType),
    (&["issuekey", "issue", "key", "id", "workitemkey"], Field::Issue),
    (&["issuetype", "type", "worktype"], Field::IssueType),
    (&["labels"], Field::Labels),
    (&["lastViewed"], Field::LastViewed),
    (&["level"], Field::Level),
    (&["originalEstimate", "timeoriginalestimate"], Field::OriginalEstimate),
    (&["parent"], Field::Parent),
    (&["priority"], Field::Priority),
    (&["project"], Field::Project),
    (&["remainingEstimate", "timeestimate"], Field::RemainingEstimate),
    (&["reporter"], Field::Reporter),
    (&["resolution"], Field::Resolution),
    (&["resolved", "resolutiondate"], Field::Resolved),
    (&["status"], Field::Status),
    (&["statusCategory"], Field::StatusCategory),
    (&["statusCategoryChangedDate"], Field::CategoryChanged),
    (&["summary"], Field::Summary),
    (&["text", "textfields"], Field::Text),
    (&["timespent"], Field::TimeSpent),
    (&["updated", "updatedDate"], Field::Updated),
    (&["voter"], Field::Voter),
    (&["votes"], Field::Votes),
    (&["watcher"], Field::Watcher),
    (&["watchers"], Field::Watchers),
    (&["workratio"], Field::WorkRatio),
    (&["worklogAuthor"], Field::WorklogAuthor),
    (&["worklogDate"], Field::WorklogDate),
];

/// The field of a name; names are compared in any case. Custom fields go by number and by their own names.
pub(super) fn resolve(name: &FieldName, custom: &[CustomField]) -> Option<Field> {
    let found = match name {
        FieldName::Custom(number) => {
            return custom.iter().find(|field| field.number() == *number).map(of_custom);
        }
        FieldName::Named(name) => name,
    };
    let is_known = |known: &&'static str| known.eq_ignore_ascii_case(found);
    if let Some((_, field)) = NAMES.iter().find(|(names, _)| names.iter().any(is_known)) {
        return Some(field.clone());
    }
    custom.iter().find(|field| field.name.eq_ignore_ascii_case(found) || field.id == *found).map(of_custom)
}

fn of_custom(field: &CustomField) -> Field {
    match field.family() {
        Family::Rank => Field::Rank,
        Family::Sprint => Field::Sprint,
        Family::EpicLink => Field::Parent,
        _ => Field::Custom(field.clone()),
    }
}

impl Field {
    /// How its values are compared.
    pub(super) fn nature(&self) -> Nature {
        match self {
            Self::Priority | Self::FixVersion | Self::AffectedVersion | Self::Issue => Nature::Ranked,
            Self::Summary | Self::Description | Self::Environment | Self::Comment | Self::Text => {
                Nature::Words
            }
            Self::Created
            | Self::Updated
            | Self::Resolved
            | Self::Due
            | Self::CategoryChanged
            | Self::LastViewed
            | Self::WorklogDate => Nature::Moment,
            Self::OriginalEstimate
            | Self::RemainingEstimate
            | Self::TimeSpent
            | Self::WorkRatio
            | Self::Votes
            | Self::Watchers => Nature::Number,
            Self::Attachments => Nature::Presence,
            Self::Rank => Nature::OrderOnly,
            Self::Custom(field) => match field.family() {
                Family::Text | Family::RichText => Nature::Words,
                Family::Number => Nature::Number,
                Family::Date | Family::DateTime => Nature::Moment,
                Family::Raw | Family::TimeInStatus => Nature::Presence,
                _ => Nature::Identity,
            },
            _ => Nature::Identity,
        }
    }

    /// Whether it keeps a history that can be searched.
    pub(super) fn is_historical(&self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Assignee
                | Self::Reporter
                | Self::Priority
                | Self::Resolution
                | Self::FixVersion
        )
    }

    /// What the history calls it.
    pub(super) fn history_name(&self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Assignee => "assignee",
            Self::Reporter => "reporter",
            Self::Priority => "priority",
            Self::Resolution => "resolution",
            _ => "Fix Version",
        }
    }

    /// Whether an operator makes sense for it.
    pub(super) fn supports(&self, operator: Operator) -> bool {
        use Operator as O;
        match operator {
            O::Was | O::WasNot | O::WasIn | O::WasNotIn | O::Changed => self.is_historical(),
            O::Is | O::IsNot => !matches!(self.nature(), Nature::OrderOnly) && !matches!(self, Self::Text),
            O::Equals | O::NotEquals | O::In | O::NotIn => {
                matches!(self.nature(), Nature::Identity | Nature::Ranked | Nature::Moment | Nature::Number)
            }
            O::Greater | O::GreaterEquals | O::Less | O::LessEquals => {
                matches!(self.nature(), Nature::Ranked | Nature::Moment | Nature::Number)
            }
            O::Like | O::NotLike => {
                self.nature() == Nature::Words
                    || matches!(self, Self::Component | Self::FixVersion | Self::AffectedVersion)
            }
        }
    }

    /// Whether results go from high to low where the query does not say.
    pub(super) fn descends(&self) -> bool {
        matches!(self, Self::Priority) || self.nature() == Nature::Moment
    }
}

/// What clients learn of the language, for completion.
pub(crate) fn reference(custom: &[CustomField]) -> Value {
    let operators = |field: &Field| -> Vec<&str> {
        [
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
        ]
        .into_iter()
        .filter(|operator| field.supports(*operator))
        .map(Operator::sign)
        .collect()
    };
    let entry = |value: &str, shown: &str, field: &Field| {
        let orderable = !matches!(field, Field::Text | Field::Comment);
        json!({
            "value": value, "displayName": shown, "orderable": orderable.to_string(),
            "searchable": (field.nature() != Nature::OrderOnly).to_string(), "operators": operators(field),
            "types": [type_name(field)],
        })
    };
    let system = NAMES.iter().filter_map(|(names, field)| {
        let name = names.first()?;
        Some(entry(name, name, field))
    });
    let own = custom.iter().map(|field| {
        let mut shown = entry(
            &format!("cf[{}]", field.number()),
            &format!("{} - cf[{}]", field.name, field.number()),
            &of_custom(field),
        );
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("cfid".to_owned(), json!(format!("cf[{}]", field.number())));
        }
        shown
    });
    let functions = FUNCTIONS.iter().map(|function| {
        json!({
            "value": format!("{}()", function.name), "displayName": format!("{}()", function.name),
            "isList": function.list.to_string(), "types": [function.kind],
        })
    });
    json!({
        "visibleFieldNames": system.chain(own).collect::<Vec<_>>(),
        "visibleFunctionNames": functions.collect::<Vec<_>>(),
        "jqlReservedWords": RESERVED_WORDS,
    })
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

/// The words that a query must put in quotes, in order.
pub(super) const RESERVED_WORDS: &[&str] = &[
    "abort",
    "access",
    "add",
    "after",
    "alias",
    "all",
    "alter",
    "and",
    "any",
    "as",
    "asc",
    "audit",
    "avg",
    "before",
    "begin",
    "between",
    "boolean",
    "break",
    "by",
    "byte",
    "catch",
    "cf",
    "changed",
    "char",
    "character",
    "check",
    "checkpoint",
    "collate",
    "collation",
    "column",
    "commit",
    "connect",
    "continue",
    "count",
    "create",
    "current",
    "date",
    "decimal",
    "declare",
    "decrement",
    "default",
    "defaults",
    "define",
    "delete",
    "delimiter",
    "desc",
    "difference",
    "distinct",
    "divide",
    "do",
    "double",
    "drop",
    "else",
    "empty",
    "encoding",
    "end",
    "equals",
    "escape",
    "exclusive",
    "exec",
    "execute",
    "exists",
    "explain",
    "false",
    "fetch",
    "field",
    "file",
    "first",
    "float",
    "for",
    "from",
    "function",
    "go",
    "goto",
    "grant",
    "greater",
    "group",
    "having",
    "identified",
    "if",
    "immediate",
    "in",
    "increment",
    "index",
    "initial",
    "inner",
    "inout",
    "input",
    "insert",
    "int",
    "integer",
    "intersect",
    "intersection",
    "into",
    "is",
    "isempty",
    "isnull",
    "join",
    "last",
    "left",
    "less",
    "like",
    "limit",
    "lock",
    "long",
    "max",
    "min",
    "minus",
    "mode",
    "modify",
    "modulo",
    "more",
    "multiply",
    "next",
    "noaudit",
    "not",
    "notin",
    "nowait",
    "null",
    "number",
    "object",
    "of",
    "on",
    "option",
    "or",
    "order",
    "outer",
    "output",
    "power",
    "previous",
    "prior",
    "privileges",
    "public",
    "raise",
    "raw",
    "remainder",
    "rename",
    "resource",
    "return",
    "returns",
    "revoke",
    "right",
    "row",
    "rowid",
    "rownum",
    "rows",
    "select",
    "session",
    "set",
    "share",
    "size",
    "sqrt",
    "start",
    "strict",
    "string",
    "subtract",
    "sum",
    "synonym",
    "table",
    "then",
    "to",
    "trans",
    "transaction",
    "trigger",
    "true",
    "uid",
    "union",
    "unique",
    "update",
    "user",
    "validate",
    "values",
    "view",
    "was",
    "when",
    "whenever",
    "where",
    "while",
    "with",
];
