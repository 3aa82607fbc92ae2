//! What an issue holds in the fields of the search language.

use serde_json::Value;
use twin_sdk::TableError;

use crate::entities::Issue;
use crate::fields::catalogue::Family;
use crate::moment;
use crate::rich::Rich;
use crate::state::{CHANGES, COMMENTS, COMPONENTS, State, VERSIONS, WORKLOGS};

use super::field::Field;
use super::plan::When;

/// A number of the kind that fields hold.
#[expect(clippy::cast_precision_loss, reason = "moments and durations are far below 2^53")]
pub(super) fn size(number: u64) -> f64 {
    number as f64
}

/// The texts that a field searches, empty ones left out.
pub(super) fn texts(state: &mut State<'_>, issue: &Issue, field: &Field) -> Result<Vec<String>, TableError> {
    let mut texts = Vec::new();
    let wants = |part: &Field| {
        matches!(field, Field::Text) || std::mem::discriminant(field) == std::mem::discriminant(part)
    };
    if wants(&Field::Summary) {
        texts.push(issue.summary.clone());
    }
    if wants(&Field::Description) {
        texts.extend(issue.description.as_ref().map(Rich::plain));
    }
    if wants(&Field::Environment) {
        texts.extend(issue.environment.as_ref().map(Rich::plain));
    }
    if wants(&Field::Comment) {
        texts.extend(state.of_issue(&COMMENTS, &issue.id)?.iter().map(|comment| comment.body.plain()));
    }
    match field {
        Field::Component => {
            for id in &issue.components {
                texts.extend(state.get(&COMPONENTS, id)?.map(|component| component.name));
            }
        }
        Field::FixVersion | Field::AffectedVersion => {
            let ids = if matches!(field, Field::FixVersion) { &issue.fix_versions } else { &issue.versions };
            for id in ids {
                texts.extend(state.get(&VERSIONS, id)?.map(|version| version.name));
            }
        }
        Field::Custom(custom) => {
            let held = issue.custom.get(&custom.id).cloned().unwrap_or_default();
            if custom.family() == Family::RichText {
                texts.extend(serde_json::from_value::<Rich>(held).ok().map(|text| text.plain()));
            } else {
                texts.extend(crate::args::scalar(&held));
            }
        }
        Field::Text => {
            let held = issue.custom.values().filter_map(Value::as_str);
            texts.extend(held.map(str::to_owned));
        }
        _ => {}
    }
    texts.retain(|text| !text.trim().is_empty());
    Ok(texts)
}

/// What an issue holds in a field of moments or numbers.
pub(super) fn sizes(state: &mut State<'_>, issue: &Issue, field: &Field) -> Result<Vec<f64>, TableError> {
    let one = |number: Option<u64>| number.map(size).into_iter().collect::<Vec<_>>();
    Ok(match field {
        Field::Created => one(Some(issue.created)),
        Field::Updated => one(Some(issue.updated)),
        Field::Resolved => one(issue.resolved),
        Field::CategoryChanged => one(Some(issue.category_changed)),
        Field::Due => one(issue.due.as_ref().and_then(|due| moment::parse_query(due, 0))),
        Field::WorklogDate => {
            state.of_issue(&WORKLOGS, &issue.id)?.iter().map(|worklog| size(worklog.started)).collect()
        }
        Field::OriginalEstimate => one(issue.original_estimate),
        Field::RemainingEstimate => one(issue.remaining_estimate),
        Field::TimeSpent => one(issue.time_spent),
        Field::WorkRatio => match issue.original_estimate {
            Some(original) if original > 0 => {
                vec![(100.0 * size(issue.time_spent.unwrap_or(0)) / size(original)).floor()]
            }
            _ => Vec::new(),
        },
        Field::Votes => one(Some(issue.voters.len() as u64)),
        Field::Watchers => one(Some(issue.watchers.len() as u64)),
        Field::Custom(custom) => match issue.custom.get(&custom.id) {
            Some(Value::Number(number)) => number.as_f64().into_iter().collect(),
            Some(Value::String(text)) => one(moment::parse_query(text, 0)),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    })
}

/// One stay of an issue at a value. Both ends are inclusive.
pub(super) struct Stay {
    pub(super) value: Option<String>,
    from: u64,
    to: u64,
    by: String,
}

impl Stay {
    pub(super) fn fits(&self, when: &When) -> bool {
        let begins = when.to.is_none_or(|to| self.from <= to);
        let ends = when.from.is_none_or(|from| self.to >= from);
        begins && ends && when.by.as_ref().is_none_or(|by| by.contains(&self.by))
    }
}

/// Every value that a field had, and from when to when.
pub(super) fn stays(state: &mut State<'_>, issue: &Issue, field: &Field) -> Result<Vec<Stay>, TableError> {
    let current = match field {
        Field::Status => vec![Some(issue.status.clone())],
        Field::Assignee => vec![issue.assignee.clone()],
        Field::Reporter => vec![issue.reporter.clone()],
        Field::Priority => vec![issue.priority.clone()],
        Field::Resolution => vec![issue.resolution.clone()],
        _ => issue.fix_versions.iter().cloned().map(Some).collect(),
    };
    let (mut stays, mut since, mut by) = (Vec::new(), issue.created, issue.creator.clone());
    for change in state.of_issue(&CHANGES, &issue.id)? {
        for item in change.items.iter().filter(|item| item.field == field.history_name()) {
            let to = change.created.saturating_sub(1);
            stays.push(Stay { value: item.from.clone(), from: since, to, by: by.clone() });
            (since, by) = (change.created, change.author.clone());
        }
    }
    stays.extend(current.into_iter().map(|value| Stay { value, from: since, to: u64::MAX, by: by.clone() }));
    Ok(stays)
}
