//! `suite.toml`: a folder of scenarios, its subject and its gate.

use crate::allocation::Allocation;
use crate::gate::Gate;
use crate::panel::{OwnPanel, Panel};
use crate::sealed::{NamedMutant, mutants};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{
    ID, PATH, WEIGHT, at_least, component, id, is_weight, number, relative_path, short, shown, text,
};
use crate::{Mistakes, OwnSeeds, Place, Seeds};
use serde::Serialize;
use std::collections::BTreeMap;
use toml_span::value::ValueInner;

/// Most trials that one scenario may have.
const MOST_TRIALS: u64 = 100_000;

/// A suite's own file.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// Unique among the suites of one user.
    pub id: String,
    /// For people.
    pub title: String,
    /// A bundled component's name, or a path ending in `.wasm`.
    pub subject: String,
    /// Where the file names it.
    pub subject_place: Place,
    /// What decides between pass and fail.
    pub gate: Gate,
    /// Where the scenarios' weights come from.
    pub usage: Usage,
    /// What a scenario's own `[panel]` leaves open.
    pub panel: Panel,
    /// How the judges are calibrated; none where they are not.
    pub calibration: Option<CalibrationUse>,
    /// Subjects with one defect each, of which every one is named by a scenario.
    pub mutants: Vec<NamedMutant>,
    /// Whether a run in which a scenario counts that was not admitted is of no use.
    pub needs_admission: bool,
    /// What a scenario's own `[seeds]` leaves open.
    pub seeds: Seeds,
    /// How the trials are spread over the scenarios.
    pub allocation: Allocation,
}

/// Where the scenarios' weights come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Usage {
    /// Logged sessions that they were counted from; none where they are assumed.
    pub sessions: Option<u64>,
    /// Weights that stand for the scenarios' own.
    pub weights: BTreeMap<String, f64>,
}

/// The labelled trials that say how often the judges err.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalibrationUse {
    /// Path of the labels, below the suite's folder.
    pub set: String,
    /// Where the file names it.
    pub place: Place,
    /// Labels that it needs of trials that people found satisfying.
    pub min_satisfied: u64,
    /// And of others.
    pub min_unsatisfied: u64,
    /// Whether a run without a valid calibration is of no use.
    pub required: bool,
}

impl Suite {
    /// Parses the text of a `suite.toml`.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, Self::read)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let schema = table.schema(reader, "suite/1");
        let id = table.required(reader, "id", ID, id);
        let title = table.required(reader, "title", "a text", text);
        let subject_place = table.key_place(reader, "subject");
        let subject = table.required(reader, "subject", SUBJECT, component);
        let gate_span = table.key_span("gate").unwrap_or(table.span());
        let gate = table.required_table(reader, "gate", "threshold = 0.9", Gate::read);
        let usage = table.table(reader, "usage", Usage::read).unwrap_or_default();
        let panel = table.table(reader, "panel", OwnPanel::read).unwrap_or_default();
        let calibration = table.table(reader, "calibration", CalibrationUse::read);
        let admission = table.table(reader, "admission", |table, reader| {
            let required = table.optional(reader, "required", "true or false", ValueInner::as_bool);
            Some((mutants(table, reader).unwrap_or_default(), required.unwrap_or(false)))
        });
        let (mutants, needs_admission) = admission.unwrap_or_default();
        let seeds = table.table(reader, "seeds", |table, reader| {
            let (plan, list) = (table.key_span("plan"), table.key_span("list"));
            let allocation = Allocation::read(table, reader, gate.as_ref());
            let seeds = OwnSeeds::read(table, reader)?;
            if let (Some(plan), Some(_)) = (plan, list) {
                reader.mistake(plan, "`plan` does not go with `list`", Some(LISTED.into()));
            } else if let (Some(list), true) = (list, gate.as_ref().is_some_and(Gate::is_sequential)) {
                let what = "`list` does not go with the gate's mode, which draws the scenario of each trial";
                reader.mistake(list, what, Some("write `n`, or mode = \"fixed\" in [gate]".into()));
            }
            Some((seeds, allocation))
        });
        let (seeds, allocation) = seeds.unwrap_or_default();
        let seeds = seeds.resolve(&Seeds::default());
        if let Some(to) = gate.as_ref().and_then(Gate::extends_to).filter(|to| *to <= seeds.n) {
            let what = format!("`extend_to` is {to}, and a scenario has {} trials without it", seeds.n);
            reader.mistake(gate_span, what, Some("make it larger than `n` in [seeds]".into()));
        }
        schema?;
        Some(Self {
            id: id?,
            title: title?,
            subject: subject?,
            subject_place,
            allocation: allocation.unwrap_or(Allocation::usual(gate.as_ref()?.mode)),
            gate: gate?,
            usage,
            panel: panel.resolve(Panel::default()),
            calibration,
            mutants,
            needs_admission,
            seeds,
        })
    }
}

const LISTED: &str = "with a list each scenario has a trial for each of its seeds; leave one of them out";
const SUBJECT: &str = "the name of a bundled agent, or a path below this folder ending in .wasm";
impl Usage {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let sessions = table.optional(reader, "sessions", "a whole number from 1", at_least(1));
        let weights = table.table(reader, "weights", weights).unwrap_or_default();
        Some(Self { sessions, weights })
    }
}

fn weights(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<BTreeMap<String, f64>> {
    let mut weights = BTreeMap::new();
    for (scenario, mut value) in table.take_rest() {
        let (span, found) = (value.span, value.take());
        match number(is_weight)(&found) {
            Some(weight) => {
                weights.insert(scenario, weight);
            }
            None => {
                let found = shown(&found);
                let what = format!("the weight of `{}` must be {WEIGHT} (found {found})", short(&scenario));
                reader.mistake(span, what, None);
            }
        }
    }
    Some(weights)
}

impl CalibrationUse {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = table.key_place(reader, "set");
        let set = table.required(reader, "set", PATH, relative_path);
        let mut least = |key, default| {
            table.optional(reader, key, "a whole number from 1", at_least(1)).unwrap_or(default)
        };
        let (min_satisfied, min_unsatisfied) = (least("min_satisfied", 30), least("min_unsatisfied", 20));
        let required =
            table.optional(reader, "required", "true or false", ValueInner::as_bool).unwrap_or(false);
        Some(Self { set: set?, place, min_satisfied, min_unsatisfied, required })
    }
}

/// What a number of trials must be, for mistakes.
pub(crate) const TRIALS: &str = "a whole number from 1 to 100000";

/// A number of trials.
pub(crate) fn trials(value: &ValueInner<'_>) -> Option<u32> {
    at_least(1)(value).filter(|n| *n <= MOST_TRIALS).and_then(|n| u32::try_from(n).ok())
}
