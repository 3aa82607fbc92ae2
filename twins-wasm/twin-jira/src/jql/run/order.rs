//! What results are ordered by.

use std::cmp::Ordering;

use twin_sdk::TableError;

use crate::entities::Issue;
use crate::state::{PROJECTS, State, USERS};

use super::super::field::{Field, Nature};
use super::super::plan::Plan;
use super::super::values::{size, sizes, texts};
use super::number;

/// What an issue is ordered by; none sorts last where the order ascends.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SortKey {
    Text(String),
    Number(f64),
    Key(String, u64),
    Nothing,
}

/// Which of two keys comes first.
pub(super) fn compare(one: &SortKey, other: &SortKey) -> Ordering {
    match (one, other) {
        (SortKey::Nothing, SortKey::Nothing) => Ordering::Equal,
        (SortKey::Nothing, _) => Ordering::Greater,
        (_, SortKey::Nothing) => Ordering::Less,
        (SortKey::Text(one), SortKey::Text(other)) => one.cmp(other),
        (SortKey::Number(one), SortKey::Number(other)) => one.total_cmp(other),
        (SortKey::Key(one, first), SortKey::Key(other, second)) => one.cmp(other).then(first.cmp(second)),
        _ => Ordering::Equal,
    }
}

/// The two parts of an issue's key.
pub(super) fn split_key(key: &str) -> (String, u64) {
    let (project, rest) = key.rsplit_once('-').unwrap_or((key, ""));
    (project.to_owned(), number(rest))
}

impl Plan {
    /// The keys of an issue, one for each field that results are ordered by.
    pub(super) fn keys(&self, state: &mut State<'_>, issue: &Issue) -> Result<Vec<SortKey>, TableError> {
        self.order.iter().map(|(field, _)| self.key(state, issue, field)).collect()
    }

    fn key(&self, state: &mut State<'_>, issue: &Issue, field: &Field) -> Result<SortKey, TableError> {
        let text =
            |text: Option<String>| text.map_or(SortKey::Nothing, |text| SortKey::Text(text.to_lowercase()));
        Ok(match field {
            Field::Issue => {
                let (project, number) = split_key(&issue.key);
                SortKey::Key(project, number)
            }
            Field::Rank => SortKey::Text(issue.rank.clone()),
            Field::Project => text(state.get(&PROJECTS, &issue.project)?.map(|project| project.name)),
            Field::Assignee | Field::Reporter | Field::Creator => {
                let id = self.ids(state, issue, field)?.into_iter().next();
                match id {
                    Some(id) => text(state.get(&USERS, &id)?.map(|user| user.display_name)),
                    None => SortKey::Nothing,
                }
            }
            Field::Priority | Field::FixVersion | Field::AffectedVersion => {
                match self.ids(state, issue, field)?.first() {
                    #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
                    Some(id) => SortKey::Number(self.rank(field, id) as f64),
                    None => SortKey::Nothing,
                }
            }
            _ => match field.nature() {
                Nature::Words => text(texts(state, issue, field)?.into_iter().next()),
                Nature::Moment | Nature::Number => sizes(state, issue, field)?
                    .first()
                    .map_or(SortKey::Nothing, |size| SortKey::Number(*size)),
                _ => match self.ids(state, issue, field)?.first() {
                    Some(id) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
                        SortKey::Number(size(number(id)))
                    }
                    first => text(first.cloned()),
                },
            },
        })
    }
}
