//! A run's folder, read back. Only what reports show is read; what a later version adds is let through.

use anyhow::Context as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Lines};
use std::iter::Peekable;
use std::path::{Path, PathBuf};

/// Describes the scenarios as their own files do; reports need it, figures do not.
pub(super) const SCENARIOS: &str = "scenarios.json";

/// What a run left, but for the events of its trials.
#[derive(Debug)]
pub(crate) struct RunFolder {
    pub(super) path: PathBuf,
    pub(super) summary: SummaryRead,
    /// The summary as it stands.
    pub(super) document: Value,
    /// In the order of the plan; empty where the run did not describe them.
    pub(super) notes: Vec<ScenarioNote>,
    /// In planned order.
    pub(super) results: Vec<ResultRead>,
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

/// All that the events' file holds of one trial.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TrialRecord {
    pub(super) scenario: String,
    pub(super) index: u32,
    pub(super) begun: Value,
    pub(super) events: Vec<Value>,
    pub(super) writes: Vec<Value>,
    pub(super) ended: Value,
}

#[derive(Deserialize)]
struct EventLineRead {
    scenario: String,
    index: u32,
    #[serde(flatten)]
    member: Member,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Member {
    Begun(Value),
    Event(Value),
    Write(Value),
    /// The net difference; the page shows the writes that it comes from.
    Change(serde::de::IgnoredAny),
    Ended(Value),
}

impl RunFolder {
    /// Reads everything but the events.
    ///
    /// # Errors
    /// Where a file is missing or is not what a run writes.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let document: Value = document(&path.join("summary.json"))?;
        let summary = SummaryRead::deserialize(&document)
            .with_context(|| format!("{}: not the summary of a run", path.join("summary.json").display()))?;
        let notes = match fs::metadata(path.join(SCENARIOS)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            _ => Vec::deserialize(document_of(path)?)?,
        };
        let results = results(&path.join("results.jsonl"))?;
        Ok(Self { path: path.to_owned(), summary, document, notes, results })
    }

    /// The records that the run kept, in the file's order, one at a time.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(super) fn records(&self) -> anyhow::Result<Records> {
        let path = self.path.join("events.jsonl");
        let file = File::open(&path).with_context(|| path.display().to_string())?;
        Ok(Records { path, lines: BufReader::new(file).lines().peekable(), waiting: None, number: 0 })
    }

    /// The results by scenario and index.
    pub(super) fn by_trial(&self) -> BTreeMap<(&str, u32), &ResultRead> {
        self.results.iter().map(|result| ((result.scenario.as_str(), result.index), result)).collect()
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

fn results(path: &Path) -> anyhow::Result<Vec<ResultRead>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let lines = BufReader::new(file).lines().enumerate();
    let read = lines.map(|(number, line)| {
        serde_json::from_str(&line?).with_context(|| format!("{}:{}", path.display(), number + 1))
    });
    read.collect()
}

/// The records of a run, one after the other: no more than one is in memory.
pub(super) struct Records {
    path: PathBuf,
    lines: Peekable<Lines<BufReader<File>>>,
    /// The first line of the next trial.
    waiting: Option<EventLineRead>,
    number: usize,
}

impl Records {
    fn line(&mut self) -> Option<anyhow::Result<EventLineRead>> {
        if let Some(line) = self.waiting.take() {
            return Some(Ok(line));
        }
        let line = self.lines.next()?;
        self.number += 1;
        let place = || format!("{}:{}", self.path.display(), self.number);
        Some(line.with_context(place).and_then(|line| serde_json::from_str(&line).with_context(place)))
    }
}

impl Iterator for Records {
    type Item = anyhow::Result<TrialRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record: Option<TrialRecord> = None;
        while let Some(line) = self.line() {
            let line = match line {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            let begun = record.get_or_insert_with(|| TrialRecord {
                scenario: line.scenario.clone(),
                index: line.index,
                ..TrialRecord::default()
            });
            if (begun.scenario.as_str(), begun.index) != (line.scenario.as_str(), line.index) {
                self.waiting = Some(line);
                break;
            }
            match line.member {
                Member::Begun(value) => begun.begun = value,
                Member::Event(value) => begun.events.push(value),
                Member::Change(_) => {}
                Member::Write(value) => begun.writes.push(value),
                Member::Ended(value) => begun.ended = value,
            }
        }
        record.map(Ok)
    }
}
