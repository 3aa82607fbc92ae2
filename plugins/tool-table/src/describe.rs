//! `describe`: what a table holds.

use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::Source;
use crate::value::Value;

/// Values of a column that are shown.
const SAMPLES: usize = 3;
/// Characters of a value that are shown.
const MAX_SAMPLE: usize = 100;

/// Describes a table.
#[derive(Debug)]
pub struct Describe;

/// The arguments of [`Describe`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DescribeInput {
    /// The table.
    source: Source,
}

/// A table in short.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Described {
    /// How many rows it has, the names of the columns not counted.
    rows: u64,
    /// In the order of the table.
    columns: Vec<Column>,
}

/// A column in short.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Column {
    /// As a query names it; between double quotes where it is not a plain word.
    name: String,
    /// `number`, `text`, `bool`, `null` where no row has a value, or `mixed`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// How many rows have no value.
    nulls: u64,
    /// Its first distinct values, long ones cut.
    samples: Vec<serde_json::Value>,
}

impl Function for Describe {
    const NAME: &'static str = "describe";
    const DESCRIPTION: &'static str = "Tells the columns of a table with their types and first values, \
        and how many rows it has. Use it before `query`.";
    type Input = DescribeInput;
    type Output = Described;

    fn call(imports: &mut impl ToolImports, input: DescribeInput) -> Result<Described, Error> {
        let table = input.source.table(imports)?;
        let columns = table.columns.iter().enumerate().map(|(at, name)| {
            let values = || table.rows.iter().filter_map(|row| row.get(at));
            let mut samples: Vec<&Value> = Vec::new();
            for value in values().filter(|value| **value != Value::Null) {
                if samples.len() == SAMPLES {
                    break;
                }
                if !samples.contains(&value) {
                    samples.push(value);
                }
            }
            let nulls = values().filter(|value| **value == Value::Null).count() as u64;
            let samples = samples.into_iter().map(sample).collect();
            Column { name: name.clone(), kind: table.kind(at), nulls, samples }
        });
        Ok(Described { rows: table.rows.len() as u64, columns: columns.collect() })
    }
}

fn sample(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) if text.chars().count() > MAX_SAMPLE => {
            let start: String = text.chars().take(MAX_SAMPLE).collect();
            format!("{start}...").into()
        }
        value => value.json(),
    }
}
