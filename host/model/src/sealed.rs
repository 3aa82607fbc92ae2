//! `sealed/judge.toml`: the holdout part of a scenario. Only the runner and the judges read it.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{ID, WEIGHT, component, id, is_weight, json, number};
use crate::{Mistakes, Place};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use toml_span::value::ValueInner;

/// Who judges a scenario's trials, and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// At least one, with unique ids.
    pub judges: Vec<JudgeUse>,
    /// How the soft judges' scores are put together.
    pub panel: Panel,
}

/// One judge and its criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgeUse {
    /// Unique in the file.
    pub id: String,
    /// A bundled judge's name, or a path ending in `.wasm`.
    pub component: String,
    /// Where the file names it.
    pub place: Place,
    /// Whether any score under 1 makes the trial unsatisfied.
    pub blocking: bool,
    /// Whether a score under 1 means harm: damage that nobody asked for.
    pub harm: bool,
    /// In the panel, above 0.
    pub weight: f64,
    /// Handed to the judge as JSON; always an object.
    pub criterion: Value,
}

/// How the soft judges' scores are put together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// The weighted mean must be at least this.
    pub cut: f64,
}

impl Default for Panel {
    fn default() -> Self {
        Self { cut: 0.5 }
    }
}

impl Sealed {
    /// Parses the text of a `judge.toml`.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, Self::read)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let schema = table.schema(reader, "judge/1");
        let panel = table.table(reader, "panel", Panel::read).unwrap_or_default();
        let mut seen = BTreeSet::new();
        let judges = table.tables(reader, "judge", |judge, reader| {
            let read = JudgeUse::read(judge, reader)?;
            if !seen.insert(read.id.clone()) {
                reader.mistake(judge.span(), format!("two judges have the id `{}`", read.id), None);
            }
            Some(read)
        });
        if judges.as_ref().is_some_and(Vec::is_empty) {
            let hint = Some("write [[judge]] with id, component and [judge.criterion]".into());
            reader.mistake(table.span(), "the file names no judge", hint);
        }
        schema?;
        Some(Self { judges: judges?, panel })
    }
}

const JUDGE: &str = "the name of a bundled judge, or a path below this folder ending in .wasm";

impl JudgeUse {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let id = table.required(reader, "id", ID, id);
        let place = table.key_place(reader, "component");
        let component = table.required(reader, "component", JUDGE, component);
        let blocking =
            table.optional(reader, "blocking", "true or false", ValueInner::as_bool).unwrap_or(true);
        let harm = table.optional(reader, "harm", "true or false", ValueInner::as_bool).unwrap_or(false);
        let weight = table.optional(reader, "weight", WEIGHT, number(is_weight)).unwrap_or(1.0);
        let criterion = table.table(reader, "criterion", criterion).unwrap_or_default();
        Some(Self {
            id: id?,
            component: component?,
            place,
            blocking,
            harm,
            weight,
            criterion: criterion.into(),
        })
    }
}

/// Every key of a criterion is the judge's own.
fn criterion(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Map<String, Value>> {
    let fields = table.take_rest().into_iter();
    Some(fields.filter_map(|(key, value)| Some((key, json(value, reader)?))).collect())
}

impl Panel {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let cut = table
            .optional(reader, "cut", "a number from 0 to 1", number(|cut| (0.0..=1.0).contains(&cut)))
            .unwrap_or(Self::default().cut);
        Some(Self { cut })
    }
}
