//! Where the issues of a query come from: a condition that names issues, parents or projects leaves few to look at, and
//! many conditions need no more of an issue than a few of its fields.

use std::borrow::Cow;
use std::collections::BTreeSet;

use twin_sdk::TableError;

use crate::entities::Issue;
use crate::errors::Error;
use crate::state::{PROJECT_HEADS, State};

use super::field::Field;
use super::plan::{Plan, Test};

/// So many issues are fetched one by one on the smallest site.
const FEW: usize = 8;

/// What every issue of a query belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin<'p> {
    /// It is this one.
    Issue(&'p str),
    /// It is a child of this one.
    Parent(&'p str),
    /// It is in this project.
    Project(&'p str),
}

/// The issues that a query has to look at.
pub(super) enum Source {
    /// These alone.
    Few(std::vec::IntoIter<String>),
    /// All of the site.
    All(twin_sdk::Scan<'static, Issue>),
    /// All of the site, as far as the query asks for their fields.
    Sketches(twin_sdk::Scan<'static, crate::entities::IssueSketch>),
}

impl Source {
    /// The cheapest one for a plan.
    pub(super) fn of(state: &mut State<'_>, plan: &Plan) -> Result<Self, Error> {
        if let Some(origins) = origins(&plan.test)
            && let Some(ids) = ids(state, &origins)?
        {
            return Ok(Self::Few(ids.into_iter().collect::<Vec<_>>().into_iter()));
        }
        let is_sketched = plan.fields().iter().all(|field| in_sketch(field)) && !has_history(&plan.test);
        Ok(if is_sketched { Self::Sketches(State::sketches()) } else { Self::All(State::issues()) })
    }

    /// Whether what it gives is the whole issue.
    pub(super) fn is_whole(&self) -> bool {
        !matches!(self, Self::Sketches(_))
    }

    /// The next issue; none that is archived.
    pub(super) fn next(&mut self, state: &mut State<'_>) -> Result<Option<Issue>, Error> {
        loop {
            match self.read(state)? {
                Some(issue) if issue.archived.is_some() => {}
                other => return Ok(other),
            }
        }
    }

    fn read(&mut self, state: &mut State<'_>) -> Result<Option<Issue>, Error> {
        Ok(match self {
            Self::Few(ids) => loop {
                let Some(id) = ids.next() else { break None };
                if let Some(issue) = state.issue(&id)? {
                    break Some(issue);
                }
            },
            Self::All(scan) => state.step(scan)?,
            Self::Sketches(scan) => state.step(scan)?.map(Issue::from),
        })
    }
}

/// An issue that a search found.
#[derive(Debug)]
pub(crate) struct Hit {
    /// Its id.
    pub id: String,
    /// The issue, where the search read all of it.
    issue: Option<Box<Issue>>,
}

impl Hit {
    /// One of which the search read a part.
    pub(super) fn of_sketch(issue: Issue) -> Self {
        Self { id: issue.id, issue: None }
    }

    /// The whole issue.
    pub(crate) fn whole(&self, state: &mut State<'_>) -> Result<Option<Cow<'_, Issue>>, TableError> {
        match &self.issue {
            Some(issue) => Ok(Some(Cow::Borrowed(issue))),
            None => Ok(state.issue(&self.id)?.map(Cow::Owned)),
        }
    }
}

impl From<Issue> for Hit {
    fn from(issue: Issue) -> Self {
        Self { id: issue.id.clone(), issue: Some(Box::new(issue)) }
    }
}

/// What every issue that meets a condition belongs to; none where that may be anything.
fn origins(test: &Test) -> Option<Vec<Origin<'_>>> {
    match test {
        Test::Holds { field, ids, empty: false, negative: false } => {
            let origin = match field {
                Field::Issue => Origin::Issue,
                Field::Parent => Origin::Parent,
                Field::Project => Origin::Project,
                _ => return None,
            };
            Some(ids.iter().map(|id| origin(id)).collect())
        }
        Test::All(tests) => {
            // Issues and parents are narrower than projects.
            let rank = |origins: &Vec<Origin<'_>>| {
                let is_wide = origins.iter().any(|origin| matches!(origin, Origin::Project(_)));
                (is_wide, origins.len())
            };
            tests.iter().filter_map(origins).min_by_key(rank)
        }
        Test::Any(tests) => {
            let all: Option<Vec<_>> = tests.iter().map(origins).collect();
            Some(all?.concat())
        }
        _ => None,
    }
}

/// The ids of the issues that belong to these; none where they are too many to fetch one by one.
fn ids(state: &mut State<'_>, origins: &[Origin<'_>]) -> Result<Option<BTreeSet<String>>, Error> {
    let most = usize::try_from(state.issue_count() / 4).unwrap_or(usize::MAX).max(FEW);
    let mut ids = BTreeSet::new();
    for origin in origins {
        match origin {
            Origin::Issue(id) => {
                ids.insert((*id).to_owned());
            }
            Origin::Parent(id) => {
                ids.extend(state.issue(id)?.map(|issue| issue.children).unwrap_or_default());
            }
            Origin::Project(id) => {
                let Some(project) = state.get(&PROJECT_HEADS, id)? else { continue };
                let Some(own) = state.issue_ids(&project.key, most)? else { return Ok(None) };
                ids.extend(own);
            }
        }
    }
    Ok((ids.len() <= most).then_some(ids))
}

/// Whether a sketch of an issue has what a field holds.
fn in_sketch(field: &Field) -> bool {
    matches!(
        field,
        Field::Project
            | Field::IssueType
            | Field::Status
            | Field::StatusCategory
            | Field::Priority
            | Field::Resolution
            | Field::Assignee
            | Field::Reporter
            | Field::Creator
            | Field::Parent
            | Field::Issue
            | Field::Rank
            | Field::Summary
            | Field::Created
            | Field::Updated
            | Field::Resolved
            | Field::Due
            | Field::CategoryChanged
    )
}

fn has_history(test: &Test) -> bool {
    match test {
        Test::Was { .. } | Test::Changed { .. } => true,
        Test::All(tests) | Test::Any(tests) => tests.iter().any(has_history),
        Test::Not(test) => has_history(test),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(field: Field, ids: &[&str], negative: bool) -> Test {
        let ids = ids.iter().map(|id| (*id).to_owned()).collect();
        Test::Holds { field, ids, empty: false, negative }
    }

    #[test]
    fn the_narrowest_condition_names_the_issues() {
        let project = || holds(Field::Project, &["1"], false);
        let issue = || holds(Field::Issue, &["7", "8"], false);
        assert_eq!(origins(&project()), Some(vec![Origin::Project("1")]));
        assert_eq!(
            origins(&Test::All(vec![project(), issue(), Test::Always])),
            Some(vec![Origin::Issue("7"), Origin::Issue("8")])
        );
        assert_eq!(
            origins(&Test::Any(vec![project(), holds(Field::Parent, &["9"], false)])),
            Some(vec![Origin::Project("1"), Origin::Parent("9")])
        );
        assert_eq!(origins(&Test::Any(vec![project(), Test::Always])), None);
        assert_eq!(origins(&Test::Not(Box::new(project()))), None);
        assert_eq!(origins(&holds(Field::Project, &["1"], true)), None);
        assert_eq!(origins(&holds(Field::Status, &["1"], false)), None);
    }
}
