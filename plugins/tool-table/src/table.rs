//! Rows under named columns, from CSV and from JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use plugin_sdk::Error;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::value::Value;

/// Columns of a table; cells of rows that lack a key cost memory too.
const MAX_COLUMNS: usize = 2_000;
/// Cells of a table.
const MAX_CELLS: usize = 4_000_000;

/// A table in memory. Every row has a value for every column.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Table {
    /// Reads CSV. A column is of the one type that all of its fields have, otherwise text; an empty field is null.
    pub(crate) fn from_csv(text: &str, delimiter: u8, header: bool) -> Result<Self, Error> {
        let mut reader =
            csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
        let mut records = reader.records();
        let invalid = |error: csv::Error| Error::InvalidArgument(format!("the CSV is malformed: {error}"));
        let first = records.next().transpose().map_err(invalid)?;
        let Some(first) = first else {
            return Err(Error::InvalidArgument("the CSV is empty: it has no header".to_owned()));
        };
        let columns = match header {
            true => distinct(first.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()))?,
            false => distinct((1..=first.len()).map(|number| format!("c{number}")))?,
        };
        let mut rows: Vec<Vec<Value>> = Vec::new();
        let first = (!header).then_some(Ok(first));
        for record in first.into_iter().chain(records) {
            rows.push(record.map_err(invalid)?.iter().map(field).collect());
            bounded(rows.len(), columns.len())?;
        }
        for column in 0..columns.len() {
            type_column(&mut rows, column);
        }
        Ok(Self { columns, rows })
    }

    /// Reads a JSON array of rows, or rows one after the other. A row is an object or an array; what is nested in
    /// it stays JSON as text. Columns stand in the order in which they appear.
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        let invalid =
            |error: serde_json::Error| Error::InvalidArgument(format!("the JSON is malformed: {error}"));
        let text = text.trim_start_matches('\u{feff}').trim_start();
        let found: Vec<Row> = if text.starts_with('[') {
            serde_json::from_str(text).map_err(invalid)?
        } else {
            serde_json::Deserializer::from_str(text).into_iter().collect::<Result<_, _>>().map_err(invalid)?
        };
        let mut columns: Vec<String> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (name, _) in found.iter().flat_map(|row| &row.0) {
            if !places.contains_key(name) {
                places.insert(name.clone(), columns.len());
                columns.push(name.clone());
                bounded(found.len(), columns.len())?;
            }
        }
        let rows = found.into_iter().map(|row| {
            let mut cells = vec![Value::Null; columns.len()];
            for (name, Cell(value)) in row.0 {
                let place = places.get(&name).and_then(|place| cells.get_mut(*place));
                if let Some(cell) = place {
                    *cell = value;
                }
            }
            cells
        });
        let rows = rows.collect();
        Ok(Self { columns, rows })
    }

    /// The type of a column: the one that all of its values have but for nulls, otherwise `mixed`.
    pub(crate) fn kind(&self, column: usize) -> &'static str {
        let kinds = self.rows.iter().filter_map(|row| row.get(column)).map(Value::kind);
        let kinds: BTreeSet<&str> = kinds.filter(|kind| *kind != "null").collect();
        match (kinds.first(), kinds.len()) {
            (None, _) => "null",
            (Some(kind), 1) => kind,
            _ => "mixed",
        }
    }
}

fn bounded(rows: usize, columns: usize) -> Result<(), Error> {
    if columns > MAX_COLUMNS || rows.saturating_mul(columns) > MAX_CELLS {
        let text = format!("the table has more than {MAX_COLUMNS} columns or {MAX_CELLS} cells");
        return Err(Error::QuotaExceeded(text));
    }
    Ok(())
}

/// Names that a query can tell apart: one that is empty or repeats gets its number.
fn distinct(names: impl Iterator<Item = String>) -> Result<Vec<String>, Error> {
    let mut seen = BTreeSet::new();
    let mut columns = Vec::new();
    for (index, name) in names.enumerate() {
        let name = if name.is_empty() { format!("c{}", index + 1) } else { name };
        let mut unique = name.clone();
        let mut number = 2;
        while !seen.insert(unique.clone()) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        columns.push(unique);
        bounded(1, columns.len())?;
    }
    Ok(columns)
}

fn field(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::Text(text.to_owned()) }
}

/// Gives the texts of a column the type that all of them have.
fn type_column(rows: &mut [Vec<Value>], column: usize) {
    for parse in [Value::number, boolean] {
        let typed = |row: &Vec<Value>| match row.get(column) {
            Some(Value::Text(text)) => parse(text.trim()).is_some(),
            _ => true,
        };
        if rows.iter().all(typed) {
            for cell in rows.iter_mut().filter_map(|row| row.get_mut(column)) {
                if let Value::Text(text) = cell
                    && let Some(value) = parse(text.trim())
                {
                    *cell = value;
                }
            }
            return;
        }
    }
}

fn boolean(text: &str) -> Option<Value> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

/// A row of JSON with the names of its cells in order.
struct Row(Vec<(String, Cell)>);

struct Cell(Value);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row: an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let mut cells = Vec::new();
        while let Some(cell) = map.next_entry()? {
            cells.push(cell);
        }
        Ok(Row(cells))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Row, A::Error> {
        let mut cells = Vec::new();
        while let Some(cell) = seq.next_element()? {
            cells.push((format!("c{}", cells.len() + 1), cell));
        }
        Ok(Row(cells))
    }
}

/// Beyond `i64` a number is text: as a float it would lose digits.
fn unsigned(value: u64) -> Value {
    i64::try_from(value).map_or_else(|_| Value::Text(value.to_string()), Value::Int)
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::String(value) => Value::Text(value),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(value), _) => Value::Int(value),
                (None, Some(value)) => unsigned(value),
                (None, None) => number.as_f64().and_then(Value::float).unwrap_or(Value::Null),
            },
            nested => Value::Text(nested.to_string()),
        }))
    }
}
