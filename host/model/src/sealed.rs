//! `sealed/judge.toml`: the holdout part of a scenario. Only the runner and the judges read it.

use crate::panel::{OwnPanel, Panel};
use crate::toml_table::{Reader, TomlTable, json_fields};
use crate::toml_value::{ID, WEIGHT, component, id, is_weight, number};
use crate::{Mistakes, NamedFile, Place};
use serde_json::Value;
use std::collections::BTreeSet;
use toml_span::value::ValueInner;

/// Who judges a scenario's trials, and by what.
#[derive(Debug, Clone, PartialEq)]
pub struct Sealed {
    /// At least one, with unique ids.
    pub judges: Vec<JudgeUse>,
    /// How the soft judges' scores are put together.
    pub panel: Panel,
    /// What the file itself says of that.
    pub own_panel: OwnPanel,
    /// How it is shown that the scenario may count; none where nobody wrote it down.
    pub admission: Option<Admission>,
    /// The recorded replies of models; none where none are recorded.
    pub replies: Option<NamedFile>,
}

/// How it is shown that a scenario may count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// The steps that satisfy.
    pub oracle: NamedFile,
    /// Whether faults are injected into the oracle's runs.
    pub faults: bool,
    /// Subjects with a defect that this scenario has to catch.
    pub mutants: Vec<NamedMutant>,
}

/// A subject with a defect, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMutant {
    /// A bundled component's name, or a path ending in `.wasm`.
    pub component: String,
    /// Where the file names it.
    pub place: Place,
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
        let own_panel = table.table(reader, "panel", OwnPanel::read).unwrap_or_default();
        let admission = table.table(reader, "admission", Admission::read);
        let replies = NamedFile::optional(table, reader, "replies");
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
        let panel = own_panel.resolve(Panel::default());
        Some(Self { judges: judges?, panel, own_panel, admission, replies })
    }

    /// The same with what its own file leaves open taken from the suite's panel.
    #[must_use]
    pub fn under(self, suite: Panel) -> Self {
        Self { panel: self.own_panel.resolve(suite), ..self }
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
        let criterion = table.table(reader, "criterion", json_fields).unwrap_or_default();
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

impl Admission {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let oracle = NamedFile::required(table, reader, "oracle");
        let faults = table.optional(reader, "faults", "true or false", ValueInner::as_bool).unwrap_or(true);
        let mutants = mutants(table, reader).unwrap_or_default();
        Some(Self { oracle: oracle?, faults, mutants })
    }
}

/// Reads `mutants`: different components, each with its place.
pub(crate) fn mutants(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Vec<NamedMutant>> {
    let place = table.key_place(reader, "mutants");
    let names = table.list(reader, "mutants", MUTANT, |value| component(value).ok_or(None))?;
    Some(names.into_iter().map(|component| NamedMutant { component, place: place.clone() }).collect())
}

const MUTANT: &str = "the name of a bundled agent, or a path below this folder ending in .wasm";
