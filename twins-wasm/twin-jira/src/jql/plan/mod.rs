//! Checks a query against the site: which fields it means, which operators they take, and whether its values exist.
//! What remains is a test for one issue that cannot fail for reasons of the query.

mod planner;
mod values;
mod when;
mod words;

use std::collections::BTreeMap;

use twin_sdk::TableError;

use crate::state::{FIELDS, STATUSES, State, VERSIONS};

use super::field::{Field, resolve};
use super::function::Uncallable;
use super::tree::{Operator, Query};
use planner::Planner;

pub(super) use when::day;
pub(super) use words::{Word, split};

/// A query that the site can run.
#[derive(Debug)]
pub(super) struct Plan {
    pub test: Test,
    /// By what results are ordered, and whether from high to low.
    pub order: Vec<(Field, bool)>,
    /// The categories of the statuses.
    pub categories: BTreeMap<String, String>,
    /// The places of priorities and versions in their orders; higher is more.
    pub ranks: BTreeMap<String, i64>,
}

/// A condition on one issue.
#[derive(Debug)]
pub(super) enum Test {
    Always,
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// The field holds one of the ids, or nothing if `empty`; with `negative`, it holds something else.
    Holds {
        field: Field,
        ids: Vec<String>,
        empty: bool,
        negative: bool,
    },
    /// The field stands on one side of any of the bounds.
    Compares {
        field: Field,
        operator: Operator,
        bounds: Vec<Bound>,
    },
    /// The field's text has the words.
    Contains {
        field: Field,
        words: Vec<Word>,
        negative: bool,
    },
    /// The field had one of the values at some time.
    Was {
        field: Field,
        ids: Vec<Option<String>>,
        when: When,
        negative: bool,
    },
    /// The field changed.
    Changed {
        field: Field,
        from: Option<Vec<Option<String>>>,
        to: Option<Vec<Option<String>>>,
        when: When,
    },
}

/// What a field is compared with.
#[derive(Debug, Clone)]
pub(super) enum Bound {
    /// Milliseconds since 1970, or whatever number the field holds.
    Number(f64),
    /// A day, as a moment in it.
    Day(u64),
    /// Something that has a place in an order, by id.
    Place(String),
}

/// When, and by whom, something happened in the history. Both ends are inclusive.
#[derive(Debug, Clone, Default)]
pub(super) struct When {
    pub from: Option<u64>,
    pub to: Option<u64>,
    pub by: Option<Vec<String>>,
}

/// Why a query cannot be run.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// Everything that is wrong with it, in the service's words.
    #[error("{}", .0.join(" "))]
    Query(Vec<String>),
    /// The twin's own state failed it.
    #[error(transparent)]
    Internal(#[from] TableError),
}

impl From<Uncallable> for Refused {
    fn from(error: Uncallable) -> Self {
        match error {
            Uncallable::Query(message) => Self::Query(vec![message]),
            Uncallable::Table(error) => Self::Internal(error),
        }
    }
}

fn refused<T>(message: String) -> Result<T, Refused> {
    Err(Refused::Query(vec![message]))
}

/// Checks a query for a caller.
pub(super) fn plan(state: &mut State<'_>, query: &Query, caller: &str) -> Result<Plan, Refused> {
    let custom = state.all(&FIELDS)?;
    let mut planner = Planner { state, custom: &custom, caller, problems: Vec::new() };
    let test = match &query.condition {
        None => Test::Always,
        Some(clause) => planner.clause(clause)?,
    };
    let mut order = Vec::new();
    for sort in &query.order {
        match resolve(&sort.field, &custom) {
            Some(field) => {
                let descending = sort.descending.unwrap_or_else(|| field.descends());
                order.push((field, descending));
            }
            None => {
                let message = format!(
                    "Not able to sort using field '{}' because the field does not exist or you do not have permission to view it.",
                    sort.field
                );
                planner.problems.push(message);
            }
        }
    }
    if !planner.problems.is_empty() {
        return Err(Refused::Query(planner.problems));
    }
    let mut plan = Plan { test, order, categories: BTreeMap::new(), ranks: BTreeMap::new() };
    plan.read_orders(state)?;
    Ok(plan)
}

impl Plan {
    /// Every field that the query names.
    pub(super) fn fields(&self) -> Vec<&Field> {
        let mut fields: Vec<&Field> = self.order.iter().map(|(field, _)| field).collect();
        self.test.name_fields(&mut fields);
        fields
    }

    /// Reads the categories and places that the query's fields are compared by.
    fn read_orders(&mut self, state: &mut State<'_>) -> Result<(), TableError> {
        let fields = self.fields();
        let names = |wanted: fn(&Field) -> bool| fields.iter().any(|field| wanted(field));
        let by_category = names(|field| matches!(field, Field::StatusCategory));
        let by_priority = names(|field| matches!(field, Field::Priority));
        let by_version = names(|field| matches!(field, Field::FixVersion | Field::AffectedVersion));
        if by_category {
            let statuses = state.all(&STATUSES)?.into_iter();
            self.categories = statuses.map(|status| (status.id, status.category)).collect();
        }
        if by_priority {
            let ranked = state.priorities()?.into_iter().rev().zip(0..);
            self.ranks.extend(ranked.map(|(priority, rank)| (format!("priority/{}", priority.id), rank)));
        }
        if by_version {
            let ranked = state.all(&VERSIONS)?.into_iter().zip(0..);
            self.ranks.extend(ranked.map(|(version, rank)| (format!("version/{}", version.id), rank)));
        }
        Ok(())
    }
}

impl Test {
    fn name_fields<'t>(&'t self, fields: &mut Vec<&'t Field>) {
        match self {
            Self::Always => {}
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.name_fields(fields)),
            Self::Not(test) => test.name_fields(fields),
            Self::Holds { field, .. }
            | Self::Compares { field, .. }
            | Self::Contains { field, .. }
            | Self::Was { field, .. }
            | Self::Changed { field, .. } => fields.push(field),
        }
    }
}
