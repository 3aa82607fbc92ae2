//! Runs a checked query: tests issues, orders them and cuts out a page.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;
use twin_sdk::TableError;

use crate::entities::{Change, Issue};
use crate::errors::Error;
use crate::state::{CHANGES, LINKS, PROJECTS, State, USERS, WORKLOGS};

use super::field::{Field, Nature};
use super::plan::{self, Bound, Plan, Refused, Test, When, Word, day, split};
use super::source::{Hit, Source};
use super::tree::{Operator, Query};
use super::values::{size, sizes, stays, texts};

/// What to search for.
pub(crate) struct Search<'q> {
    pub query: &'q Query,
    /// The account id of the caller.
    pub caller: &'q str,
    /// Issues that are found although the index does not know them yet.
    pub reconciled: &'q [String],
}

/// Every issue that a search finds, in its order. What is wrong with the query is told in the service's envelope.
pub(crate) fn search(state: &mut State<'_>, search: &Search<'_>) -> Result<Vec<Hit>, Error> {
    let plan = match plan::plan(state, search.query, search.caller) {
        Ok(plan) => plan,
        Err(Refused::Query(messages)) => {
            return Err(Error::Refused { status: 400, messages, errors: BTreeMap::new() });
        }
        Err(Refused::Internal(error)) => return Err(error.into()),
    };
    let lag = state.site()?.index_lag_ms;
    let now = state.now();
    let mut found = Vec::new();
    let mut source = Source::of(state, &plan)?;
    let is_whole = source.is_whole();
    while let Some(issue) = source.next(state)? {
        let is_indexed = issue.created.saturating_add(lag) <= now || search.reconciled.contains(&issue.id);
        if is_indexed && plan.admits(state, &issue)? {
            let keys = plan.keys(state, &issue)?;
            let (created, id) = (issue.created, number(&issue.id));
            found.push((keys, created, id, if is_whole { issue.into() } else { Hit::of_sketch(issue) }));
        }
    }
    let directions: Vec<bool> = plan.order.iter().map(|(_, descending)| *descending).collect();
    found.sort_by(|(one, first, first_id, _), (other, second, second_id, _)| {
        let by_keys = one.iter().zip(other).zip(&directions).map(|((one, other), descending)| {
            let order = compare(one, other);
            if *descending { order.reverse() } else { order }
        });
        // The newest first where the order says nothing.
        by_keys
            .fold(Ordering::Equal, Ordering::then)
            .then_with(|| second.cmp(first))
            .then_with(|| second_id.cmp(first_id))
    });
    Ok(found.into_iter().map(|(.., hit)| hit).collect())
}

/// What an issue is ordered by; none sorts last where the order ascends.
#[derive(Debug, Clone, PartialEq)]
enum SortKey {
    Text(String),
    Number(f64),
    Key(String, u64),
    Nothing,
}

fn compare(one: &SortKey, other: &SortKey) -> Ordering {
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

fn number(id: &str) -> u64 {
    id.parse().unwrap_or_default()
}

fn split_key(key: &str) -> (String, u64) {
    let (project, rest) = key.rsplit_once('-').unwrap_or((key, ""));
    (project.to_owned(), number(rest))
}

impl Plan {
    /// Whether an issue meets the condition.
    pub(super) fn admits(&self, state: &mut State<'_>, issue: &Issue) -> Result<bool, TableError> {
        self.test(state, issue, &self.test)
    }

    fn test(&self, state: &mut State<'_>, issue: &Issue, test: &Test) -> Result<bool, TableError> {
        Ok(match test {
            Test::Always => true,
            Test::All(tests) => {
                for test in tests {
                    if !self.test(state, issue, test)? {
                        return Ok(false);
                    }
                }
                true
            }
            Test::Any(tests) => {
                for test in tests {
                    if self.test(state, issue, test)? {
                        return Ok(true);
                    }
                }
                false
            }
            Test::Not(test) => !self.test(state, issue, test)?,
            Test::Holds { field, ids, empty, negative } => {
                self.holds(state, issue, field, ids, *empty, *negative)?
            }
            Test::Compares { field, operator, bounds } => {
                self.compares(state, issue, field, *operator, bounds)?
            }
            Test::Contains { field, words, negative } => {
                let texts = texts(state, issue, field)?;
                if *negative {
                    !texts.is_empty() && !contains(&texts, words)
                } else {
                    contains(&texts, words)
                }
            }
            Test::Was { field, ids, when, negative } => {
                let stays = stays(state, issue, field)?;
                stays.iter().any(|stay| ids.contains(&stay.value) && stay.fits(when)) != *negative
            }
            Test::Changed { field, from, to, when } => {
                let fits = |list: &Option<Vec<Option<String>>>, side: &Option<String>| {
                    list.as_ref().is_none_or(|list| list.contains(side))
                };
                let changes = state.of_issue(&CHANGES, &issue.id)?;
                changes.iter().any(|change| {
                    let in_time = happened(change, when);
                    let items = change.items.iter().filter(|item| item.field == field.history_name());
                    in_time && items.into_iter().any(|item| fits(from, &item.from) && fits(to, &item.to))
                })
            }
        })
    }

    fn holds(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
        ids: &[String],
        empty: bool,
        negative: bool,
    ) -> Result<bool, TableError> {
        let is_there = match field.nature() {
            Nature::Words => !texts(state, issue, field)?.is_empty(),
            Nature::Moment | Nature::Number => !sizes(state, issue, field)?.is_empty(),
            _ => {
                let held = self.ids(state, issue, field)?;
                let any = held.iter().any(|id| ids.contains(id));
                // A field without a value is not unequal to anything but EMPTY.
                return Ok(if negative {
                    !any && !held.is_empty()
                } else {
                    any || (empty && held.is_empty())
                });
            }
        };
        Ok(is_there == negative)
    }

    /// What an issue holds in a field that is compared by what it is.
    fn ids(&self, state: &mut State<'_>, issue: &Issue, field: &Field) -> Result<Vec<String>, TableError> {
        let one = |id: &Option<String>| id.iter().cloned().collect::<Vec<_>>();
        Ok(match field {
            Field::Project => vec![issue.project.clone()],
            Field::IssueType => vec![issue.issue_type.clone()],
            Field::Status => vec![issue.status.clone()],
            Field::StatusCategory => self.categories.get(&issue.status).cloned().into_iter().collect(),
            Field::Priority => one(&issue.priority),
            Field::Resolution => one(&issue.resolution),
            Field::Assignee => one(&issue.assignee),
            Field::Reporter => one(&issue.reporter),
            Field::Creator => vec![issue.creator.clone()],
            Field::Watcher => issue.watchers.clone(),
            Field::Voter => issue.voters.clone(),
            Field::WorklogAuthor => {
                state.of_issue(&WORKLOGS, &issue.id)?.into_iter().map(|worklog| worklog.author).collect()
            }
            Field::Labels => issue.labels.clone(),
            Field::Component => issue.components.clone(),
            Field::FixVersion => issue.fix_versions.clone(),
            Field::AffectedVersion => issue.versions.clone(),
            Field::Parent => one(&issue.parent),
            Field::Issue => vec![issue.id.clone()],
            Field::Sprint => issue.sprints.clone(),
            Field::Attachments => issue.attachments.clone(),
            Field::LinkType => {
                let mut kinds = Vec::new();
                for id in &issue.links {
                    if let Some(link) = state.get(&LINKS, id)? {
                        let side = if link.inward == issue.id { "outward" } else { "inward" };
                        kinds.push(format!("{}/{side}", link.kind));
                    }
                }
                kinds
            }
            Field::Custom(custom) => match issue.custom.get(&custom.id) {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::Array(items)) => items.iter().filter_map(crate::args::scalar).collect(),
                Some(single) => vec![crate::args::scalar(single).unwrap_or_else(|| single.to_string())],
            },
            _ => Vec::new(),
        })
    }

    fn compares(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
        operator: Operator,
        bounds: &[Bound],
    ) -> Result<bool, TableError> {
        if field.nature() == Nature::Ranked {
            return self.stands(state, issue, field, operator, bounds);
        }
        let held = sizes(state, issue, field)?;
        let meets = |bound: &Bound, held: f64| {
            let (low, high) = match bound {
                Bound::Number(number) => (*number, *number),
                Bound::Day(ms) => {
                    let (start, end) = day(*ms);
                    // Only equality means the whole day; other operators mean its beginning.
                    if operator.takes_list() || matches!(operator, Operator::Equals | Operator::NotEquals) {
                        (size(start), size(end))
                    } else {
                        (size(start), size(start))
                    }
                }
                Bound::Place(_) => return false,
            };
            match operator {
                Operator::Greater => held > high,
                Operator::GreaterEquals => held >= low,
                Operator::Less => held < low,
                Operator::LessEquals => held <= high,
                _ => held >= low && held <= high,
            }
        };
        let any = held.iter().any(|held| bounds.iter().any(|bound| meets(bound, *held)));
        Ok(if operator.is_negative() { !held.is_empty() && !any } else { any })
    }

    /// Whether something that the field holds stands on the right side of a bound in the field's own order.
    fn stands(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
        operator: Operator,
        bounds: &[Bound],
    ) -> Result<bool, TableError> {
        for bound in bounds {
            let Bound::Place(bound) = bound else { continue };
            for held in self.ids(state, issue, field)? {
                let order = match field {
                    Field::Issue => {
                        let Some(other) = state.issue(bound)? else { continue };
                        let (one, other) = (split_key(&issue.key), split_key(&other.key));
                        if one.0 != other.0 {
                            continue;
                        }
                        one.1.cmp(&other.1)
                    }
                    _ => self.rank(field, &held).cmp(&self.rank(field, bound)),
                };
                let meets = match operator {
                    Operator::Greater => order.is_gt(),
                    Operator::GreaterEquals => order.is_ge(),
                    Operator::Less => order.is_lt(),
                    _ => order.is_le(),
                };
                if meets {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn rank(&self, field: &Field, id: &str) -> i64 {
        let kind = if matches!(field, Field::Priority) { "priority" } else { "version" };
        self.ranks.get(&format!("{kind}/{id}")).copied().unwrap_or(-1)
    }

    fn keys(&self, state: &mut State<'_>, issue: &Issue) -> Result<Vec<SortKey>, TableError> {
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

/// Whether all parts of a text query are found, each in any of the texts.
fn contains(texts: &[String], wanted: &[Word]) -> bool {
    let texts: Vec<Vec<String>> = texts.iter().map(|text| split(text)).collect();
    wanted.iter().all(|word| {
        texts.iter().any(|text| match word {
            Word::Phrase(phrase) => text.windows(phrase.len()).any(|window| window == phrase.as_slice()),
            Word::Prefix(prefix) => text.iter().any(|word| word.starts_with(prefix.as_str())),
            Word::Pattern(pattern) => text.iter().any(|word| fits(pattern, word)),
        })
    })
}

/// Whether a word fits a pattern with `*` for any characters and `?` for one.
fn fits(pattern: &str, word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    // Which lengths of the word the pattern so far can end at.
    let mut ends = vec![false; word.len() + 1];
    if let Some(first) = ends.first_mut() {
        *first = true;
    }
    for sign in pattern.chars() {
        let mut next = vec![false; word.len() + 1];
        let mut any_before = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let before = at.checked_sub(1);
            let was = |at: Option<usize>| at.and_then(|at| ends.get(at)).copied().unwrap_or(false);
            any_before |= was(Some(at));
            *slot = match sign {
                '*' => any_before,
                '?' => was(before),
                other => was(before) && before.and_then(|at| word.get(at)) == Some(&other),
            };
        }
        ends = next;
    }
    ends.last().copied().unwrap_or(false)
}

fn happened(change: &Change, when: &When) -> bool {
    let in_time =
        when.from.is_none_or(|from| change.created >= from) && when.to.is_none_or(|to| change.created <= to);
    in_time && when.by.as_ref().is_none_or(|by| by.contains(&change.author))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_words() {
        for (pattern, word, expected) in [
            ("gr?y", "grey", true),
            ("gr?y", "greyer", false),
            ("a*c", "abbc", true),
            ("a*c", "ab", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, word), expected, "{pattern} {word}");
        }
    }
}
