//! A run's folder, read back. Only what reports show is read; what a later version adds is let through.

use super::records::Records;
use super::unsatisfied::{NONE, Unsatisfied};
use crate::batch::ResultFile;
use anyhow::Context as _;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

/// Describes the scenarios as their own files do; reports need it, figures do not.
pub(super) const SCENARIOS: &str = "scenarios.json";

/// What a run left, but for the events of its trials.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub(super) path: PathBuf,
    pub(super) summary: SummaryRead,
    /// The summary as it stands, without its list of failures.
    pub(super) document: Value,
    /// In the order of the plan; empty where the run did not describe them.
    pub(super) notes: Vec<ScenarioNote>,
    /// Where each trial's line is.
    pub(super) results: ResultFile,
    /// By scenario.
    unsatisfied: BTreeMap<String, Unsatisfied>,
}

/// What reports read of `summary.json`.
#[derive(Debug, Deserialize)]
pub(super) struct SummaryRead {
    pub(super) suite: String,
    #[serde(default)]
    pub(super) title: String,
    pub(super) decision: String,
    #[serde(default)]
    pub(super) components: Vec<ComponentRead>,
    pub(super) gate: GateRead,
    pub(super) satisfaction: SatisfactionRead,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(super) struct ComponentRead {
    pub(super) role: String,
    pub(super) name: String,
    pub(super) digest: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct GateRead {
    pub(super) threshold: f64,
    #[serde(default = "usual_confidence")]
    pub(super) confidence: f64,
}

fn usual_confidence() -> f64 {
    0.95
}

#[derive(Debug, Deserialize)]
pub(super) struct SatisfactionRead {
    #[serde(default)]
    pub(super) trials: u32,
    #[serde(default)]
    pub(super) judged: u32,
    pub(super) point: f64,
    pub(super) lower: f64,
    pub(super) upper: f64,
    #[serde(default)]
    pub(super) scenarios: Vec<ScenarioRead>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ScenarioRead {
    pub(super) scenario: String,
    pub(super) weight: f64,
    #[serde(default)]
    pub(super) trials: u32,
    #[serde(default)]
    pub(super) n: u32,
    #[serde(default)]
    pub(super) passes: u32,
    #[serde(default)]
    pub(super) missing: u32,
    #[serde(default)]
    pub(super) rate: Option<f64>,
    pub(super) lower: f64,
    pub(super) upper: f64,
}

/// One scenario as its own file describes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct ScenarioNote {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) tags: Vec<String>,
    /// Its scenario.toml, as the user named it.
    pub(crate) file: String,
    /// Line of its id in that file, from 1.
    pub(crate) line: usize,
    /// Whether it has a gate of its own.
    #[serde(default)]
    pub(crate) critical: bool,
    /// Judges whose fail is harm: damage that nobody asked for.
    #[serde(default)]
    pub(crate) harm_judges: Vec<String>,
}

/// One line of `results.jsonl`. What reports only pass on stays text: a large run has many lines.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ResultRead {
    pub(super) scenario: String,
    pub(super) index: u32,
    pub(super) seed: String,
    #[serde(default = "nothing", deserialize_with = "as_text")]
    pub(super) drawn: String,
    pub(super) class: String,
    pub(super) satisfied: bool,
    #[serde(default = "nothing", deserialize_with = "as_text")]
    pub(super) ending: String,
    #[serde(default = "nothing", deserialize_with = "as_text")]
    judgements: String,
    #[serde(default)]
    pub(super) reason: String,
}

/// One judge's verdict, or why there is none.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct JudgementRead {
    pub(super) judge: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(super) ruling: Value,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) reason: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) evidence: Vec<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

impl JudgementRead {
    /// The score, where the judge gave one.
    pub(super) fn score(&self) -> Option<f64> {
        self.ruling.get("score").and_then(Value::as_f64)
    }
}

/// How a trial counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Pass,
    Fail,
    Missing,
}

fn nothing() -> String {
    "null".to_owned()
}

/// The text of any JSON.
fn as_text<'d, D: Deserializer<'d>>(deserializer: D) -> Result<String, D::Error> {
    Value::deserialize(deserializer).map(|value| value.to_string())
}

impl ResultRead {
    /// What came of asking the judges; empty where the line says it in a way that is not known here.
    pub(super) fn judgements(&self) -> Vec<JudgementRead> {
        serde_json::from_str(&self.judgements).unwrap_or_default()
    }

    /// Classes that a later version adds count as missing, so that no report turns one into a pass.
    pub(super) fn outcome(&self) -> Outcome {
        match (self.class.as_str(), self.satisfied) {
            ("judged" | "budget", true) => Outcome::Pass,
            ("judged" | "budget", false) => Outcome::Fail,
            _ => Outcome::Missing,
        }
    }
}

impl RunFolder {
    /// Reads everything but the events.
    ///
    /// # Errors
    /// Where a file is missing or is not what a run writes.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let document = summary(&path.join("summary.json"))?;
        let summary = SummaryRead::deserialize(&document)
            .with_context(|| format!("{}: not the summary of a run", path.join("summary.json").display()))?;
        let notes = match fs::metadata(path.join(SCENARIOS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            _ => Vec::deserialize(document_of(path)?)?,
        };
        let results = ResultFile::open(&path.join("results.jsonl"))?;
        let mut unsatisfied: BTreeMap<String, Unsatisfied> = BTreeMap::new();
        for result in results.lines::<ResultRead>()? {
            let result = result?;
            if result.outcome() != Outcome::Pass {
                unsatisfied.entry(result.scenario.clone()).or_default().add(&result);
            }
        }
        Ok(Self { path: path.to_owned(), summary, document, notes, results, unsatisfied })
    }

    /// Every line of the results, in planned order.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(super) fn lines(&self) -> anyhow::Result<impl Iterator<Item = anyhow::Result<ResultRead>> + use<>> {
        self.results.lines()
    }

    /// What is told of a scenario's trials that do not satisfy.
    pub(super) fn unsatisfied(&self, scenario: &str) -> &Unsatisfied {
        self.unsatisfied.get(scenario).unwrap_or(&NONE)
    }

    /// The records that the run kept, in the file's order, one at a time.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(super) fn records(&self) -> anyhow::Result<Records> {
        Records::open(&self.path.join("events.jsonl"))
    }

    /// The digest of each scenario's files that decide what happens in its trials, as its first record has it.
    ///
    /// # Errors
    /// Where the records cannot be read.
    pub(super) fn scenario_digests(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let mut digests = BTreeMap::new();
        for record in self.records()? {
            let record = record?;
            if let Some(digest) = record.begun.pointer("/header/scenario").and_then(Value::as_str) {
                digests.entry(record.scenario).or_insert_with(|| digest.to_owned());
            }
        }
        Ok(digests)
    }

    /// The note of a scenario.
    pub(super) fn note(&self, scenario: &str) -> Option<&ScenarioNote> {
        self.notes.iter().find(|note| note.id == scenario)
    }
}

fn document_of(path: &Path) -> anyhow::Result<Value> {
    document(&path.join(SCENARIOS))
}

fn document(path: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

/// The summary but for the list of its failures, which stand in the results, too: a large run has many.
fn summary(path: &Path) -> anyhow::Result<Value> {
    #[derive(Deserialize)]
    struct Summary {
        #[serde(default, rename = "failures")]
        _failures: IgnoredAny,
        #[serde(flatten)]
        others: Map<String, Value>,
    }
    let place = || path.display().to_string();
    let file = BufReader::new(File::open(path).with_context(place)?);
    let summary: Summary = serde_json::from_reader(file).with_context(place)?;
    Ok(Value::Object(summary.others))
}
