//! What the fields of the search language are, and what they can be compared with.

use crate::entities::Field as CustomField;
use crate::fields::catalogue::Family;

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
pub(super) const NAMES: &[(&[&str], Field)] = &[
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

/// The field of the language that a custom field is.
pub(super) fn of_custom(field: &CustomField) -> Field {
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
