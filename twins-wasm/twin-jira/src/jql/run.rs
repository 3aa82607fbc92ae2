//! Runs a checked query: `hold`, `compare` and `text` test issues, `order` sorts what is found.

mod compare;
mod hold;
mod order;
mod text;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use twin_sdk::TableError;

use crate::entities::{Change, Issue};
use crate::errors::Error;
use crate::state::{CHANGES, State};

use super::plan::{self, Plan, Refused, Test, When};
use super::source::{Hit, Source};
use super::tree::Query;
use super::values::{stays, texts};
use order::compare;
use text::contains;

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

fn number(id: &str) -> u64 {
    id.parse().unwrap_or_default()
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
                changed(state, issue, field.history_name(), [from, to], when)?
            }
        })
    }
}

/// Whether an issue's history has a change of a field from and to what is asked for, where anything is.
fn changed(
    state: &mut State<'_>,
    issue: &Issue,
    field: &str,
    [from, to]: [&Option<Vec<Option<String>>>; 2],
    when: &When,
) -> Result<bool, TableError> {
    let fits = |list: &Option<Vec<Option<String>>>, side: &Option<String>| {
        list.as_ref().is_none_or(|list| list.contains(side))
    };
    let changes = state.of_issue(&CHANGES, &issue.id)?;
    Ok(changes.iter().filter(|change| happened(change, when)).any(|change| {
        let mut items = change.items.iter().filter(|item| item.field == field);
        items.any(|item| fits(from, &item.from) && fits(to, &item.to))
    }))
}

fn happened(change: &Change, when: &When) -> bool {
    let in_time =
        when.from.is_none_or(|from| change.created >= from) && when.to.is_none_or(|to| change.created <= to);
    in_time && when.by.as_ref().is_none_or(|by| by.contains(&change.author))
}
