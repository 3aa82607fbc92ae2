//! Carries a plan out over a table.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use plugin_sdk::Error;

use super::aggregate::Tally;
use super::evaluate::Row;
use super::plan::{Key, Plan};
use crate::table::Table;
use crate::value::Value;

/// A row of the answer with what it is ordered by.
type Found = (Vec<Value>, Vec<Value>);

/// Every row of the answer, in order.
pub(crate) fn run(plan: &Plan, table: &Table) -> Result<Vec<Vec<Value>>, Error> {
    let mut found = if plan.grouped { groups(plan, table)? } else { rows(plan, table)? };
    if plan.distinct {
        let mut seen = BTreeSet::new();
        found.retain(|(row, _)| seen.insert(row.clone()));
    }
    found.sort_by(|(_, a), (_, b)| {
        let keys = plan.order.iter().zip(a.iter().zip(b));
        keys.fold(Ordering::Equal, |order, (key, (a, b))| order.then_with(|| compare(key, a, b)))
    });
    let found = found.into_iter().map(|(row, _)| row).skip(plan.offset);
    Ok(found.take(plan.limit.unwrap_or(usize::MAX)).collect())
}

fn compare(key: &Key, a: &Value, b: &Value) -> Ordering {
    let (a_null, b_null) = (*a == Value::Null, *b == Value::Null);
    if a_null || b_null {
        let order = b_null.cmp(&a_null);
        return if key.nulls_first { order } else { order.reverse() };
    }
    if key.descending { b.cmp(a) } else { a.cmp(b) }
}

fn rows(plan: &Plan, table: &Table) -> Result<Vec<Found>, Error> {
    let mut found = Vec::new();
    for row in filtered(plan, table) {
        let (number, columns) = row?;
        found.push(output(plan, Row { columns, ..Row::default() }).map_err(|error| at(number, error))?);
    }
    Ok(found)
}

fn groups(plan: &Plan, table: &Table) -> Result<Vec<Found>, Error> {
    let tallies = || plan.aggregates.iter().map(Tally::new).collect::<Vec<Tally>>();
    let mut places: BTreeMap<Vec<Value>, usize> = BTreeMap::new();
    let mut groups: Vec<(Vec<Value>, Vec<Tally>)> = Vec::new();
    if plan.groups.is_empty() {
        places.insert(Vec::new(), 0);
        groups.push((Vec::new(), tallies()));
    }
    for row in filtered(plan, table) {
        let (number, columns) = row?;
        let row = Row { columns, ..Row::default() };
        let key: Result<Vec<Value>, Error> = plan.groups.iter().map(|group| row.value(group)).collect();
        let key = key.map_err(|error| at(number, error))?;
        let place = *places.entry(key.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key, tallies()));
        }
        let Some((_, tallies)) = groups.get_mut(place) else { continue };
        for (tally, aggregate) in tallies.iter_mut().zip(&plan.aggregates) {
            // `count(*)` counts the row itself.
            let value =
                aggregate.argument.as_ref().map_or(Ok(Value::Bool(true)), |argument| row.value(argument));
            value.and_then(|value| tally.add(value)).map_err(|error| at(number, error))?;
        }
    }
    let mut found = Vec::new();
    for (key, tallies) in groups {
        let results: Result<Vec<Value>, Error> = tallies.into_iter().map(Tally::result).collect();
        let results = results?;
        let row = Row { groups: &key, aggregates: &results, ..Row::default() };
        if plan.having.as_ref().map_or(Ok(true), |having| row.holds(having))? {
            found.push(output(plan, row)?);
        }
    }
    Ok(found)
}

/// The rows that WHERE lets through, with their numbers from 1.
fn filtered<'a>(
    plan: &'a Plan,
    table: &'a Table,
) -> impl Iterator<Item = Result<(usize, &'a [Value]), Error>> + 'a {
    table.rows.iter().enumerate().filter_map(|(index, columns)| {
        let row = Row { columns, ..Row::default() };
        match plan.filter.as_ref().map_or(Ok(true), |filter| row.holds(filter)) {
            Ok(true) => Some(Ok((index + 1, columns.as_slice()))),
            Ok(false) => None,
            Err(error) => Some(Err(at(index + 1, error))),
        }
    })
}

fn output(plan: &Plan, row: Row<'_>) -> Result<Found, Error> {
    let output: Result<Vec<Value>, Error> =
        plan.outputs.iter().map(|expression| row.value(expression)).collect();
    let output = output?;
    let with_output = Row { output: &output, ..row };
    let keys: Result<Vec<Value>, Error> =
        plan.order.iter().map(|key| with_output.value(&key.expression)).collect();
    let keys = keys?;
    Ok((output, keys))
}

/// A mistake with the row of the table that it stands in.
fn at(number: usize, error: Error) -> Error {
    match error {
        Error::InvalidArgument(text) => Error::InvalidArgument(format!("row {number}: {text}")),
        error => error,
    }
}
