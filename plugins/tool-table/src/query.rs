//! `query`: one SELECT over one table.

use std::num::NonZeroU32;

use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Source;
use crate::sql::{Plan, run};
use crate::value::Value;

/// Bytes of text and rows that one call answers with.
const MAX_ANSWER: usize = 256 << 10;
/// Characters of a value that are shown.
const MAX_CELL: usize = 4_000;

/// Queries a table.
#[derive(Debug)]
pub struct Query;

/// The arguments of [`Query`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryInput {
    /// One SELECT; the table is `t`. Built are WHERE, GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET, DISTINCT;
    /// `+ - * / % ||`, comparisons, AND, OR, NOT, IS NULL, IN (list), BETWEEN, LIKE, ILIKE, CASE, CAST to number or
    /// text; count, sum, avg, min, max; abs, coalesce, length, lower, nullif, round, trim, upper.
    sql: String,
    /// The table.
    source: Source,
    /// How many rows are shown at most.
    #[serde(default = "limit")]
    limit: NonZeroU32,
}

/// The rows of an answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Answer {
    /// The names of the columns.
    columns: Vec<String>,
    /// One value a column.
    rows: Vec<Vec<serde_json::Value>>,
    /// How many rows the query has, shown or not.
    total: u64,
    /// What is missing here and how to get it; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<String>,
}

fn limit() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(199)
}

impl Function for Query {
    const NAME: &'static str = "query";
    const DESCRIPTION: &'static str = "Answers a SQL SELECT over one table in CSV or JSON, given as \
        text or as a file of the workspace.";
    type Input = QueryInput;
    type Output = Answer;

    fn call(imports: &mut impl ToolImports, input: QueryInput) -> Result<Answer, Error> {
        let table = input.source.table(imports)?;
        let plan = Plan::parse(&input.sql, &table.columns)?;
        let found = run(&plan, &table)?;
        let total = found.len();
        let mut rows = Vec::new();
        let mut room = MAX_ANSWER;
        let mut cut = 0_u64;
        for row in found.iter().take(input.limit.get() as usize) {
            let row: Vec<serde_json::Value> = row.iter().map(|value| shown(value, &mut cut)).collect();
            let size = row.iter().map(|value| 1 + value.as_str().map_or(8, str::len)).sum();
            match room.checked_sub(size) {
                Some(rest) => room = rest,
                None if rows.is_empty() => {}
                None => break,
            }
            rows.push(row);
        }
        let more = notes(total, rows.len(), cut);
        Ok(Answer { columns: plan.names, rows, total: total as u64, more })
    }
}

fn shown(value: &Value, cut: &mut u64) -> serde_json::Value {
    match value {
        Value::Text(text) if text.len() > MAX_CELL => {
            *cut += 1;
            let start: String = text.chars().take(MAX_CELL).collect();
            format!("{start}...").into()
        }
        value => value.json(),
    }
}

fn notes(total: usize, shown: usize, cut: u64) -> Option<String> {
    let rows = (shown < total).then(|| {
        format!("{} more rows: ask again with ORDER BY and OFFSET {shown} in the query", total - shown)
    });
    let cells = (cut > 0).then(|| format!("{cut} values are longer than {MAX_CELL} characters and cut"));
    let notes: Vec<String> = rows.into_iter().chain(cells).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}
