//! What the page knows from the beginning: the summary, and one line a trial.

use super::super::run_folder::{ResultRead, RunFolder};
use super::block::Packer;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::Write as _;

/// Where a trial's record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    /// From 0.
    pub(super) page: usize,
    /// Number of its block, over all pages.
    pub(super) block: usize,
    pub(super) steps: usize,
}

impl Kept {
    /// The block's id in its page.
    pub(super) fn id(self) -> String {
        format!("trial-{}", self.block)
    }
}

/// By number of the trial in the results.
pub(super) type AllKept = BTreeMap<usize, Kept>;

/// One line a trial; what was drawn and how the subject ended are added as the texts that they are.
#[derive(Serialize)]
struct TrialLine<'r> {
    index: u32,
    seed: &'r str,
    class: &'r str,
    satisfied: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
}

/// The document that every page begins with.
pub(super) fn index(run: &RunFolder, pages: &[String], left_out: usize) -> Value {
    let field = |name: &str| run.document.get(name).cloned().unwrap_or(Value::Null);
    let mut satisfaction = field("satisfaction");
    let scenarios = satisfaction.as_object_mut().and_then(|object| object.remove("scenarios"));
    let Some(Value::Array(scenarios)) = scenarios else { return Value::Null };
    let mut assessment = field("assessment");
    let figures = assessment.as_object_mut().and_then(|object| object.remove("scenarios"));
    let scenarios = scenarios.into_iter().map(|scenario| described(run, scenario, figures.as_ref()));
    json!({
        "schema": "report/1",
        "suite": { "id": run.summary.suite, "title": run.summary.title },
        "decision": run.summary.decision,
        "gate": field("gate"),
        "components": field("components"),
        "scenarios": scenarios.collect::<Vec<_>>(),
        "satisfaction": satisfaction,
        "assessment": assessment,
        "pages": pages,
        "left_out": left_out,
    })
}

/// All trials, packed: a list for each scenario of the index, in its order.
///
/// # Errors
/// Where the results cannot be read.
pub(super) fn trials(run: &RunFolder, kept: &AllKept) -> anyhow::Result<String> {
    let (mut packer, mut results) = (Packer::begin(), run.results.reader()?);
    let mut comma = "[";
    for scenario in &run.summary.satisfaction.scenarios {
        packer.write_all(comma.as_bytes())?;
        comma = "[";
        for number in run.results.of(&scenario.scenario) {
            let Some(result) = results.numbered::<ResultRead>(number)? else { continue };
            packer.write_all(comma.as_bytes())?;
            packer.write_all(line(&result, kept.get(&number).copied())?.as_bytes())?;
            comma = ",";
        }
        packer.write_all(if comma == "[" { b"[]" } else { b"]" })?;
        comma = ",";
    }
    packer.write_all(if comma == "[" { b"[]" } else { b"]" })?;
    Ok(packer.end()?)
}

fn line(result: &ResultRead, kept: Option<Kept>) -> serde_json::Result<String> {
    let line = TrialLine {
        index: result.index,
        seed: &result.seed,
        class: &result.class,
        satisfied: result.satisfied,
        reason: &result.reason,
        block: kept.map(Kept::id),
        page: kept.map(|kept| kept.page),
        steps: kept.map(|kept| kept.steps),
    };
    let line = serde_json::to_string(&line)?;
    let own = line.strip_suffix('}').unwrap_or(&line);
    Ok(format!("{own},\"ending\":{},\"drawn\":{}}}", result.ending, result.drawn))
}

/// A scenario's figures with its description.
fn described(run: &RunFolder, scenario: Value, assessed: Option<&Value>) -> Value {
    let Value::Object(mut figures) = scenario else { return Value::Null };
    let id = figures.remove("scenario").unwrap_or_default();
    let mut assessed = assessed.and_then(Value::as_array).into_iter().flatten();
    let assessed = assessed.find(|figures| figures.get("scenario") == Some(&id)).cloned();
    let note = id.as_str().and_then(|id| run.note(id));
    let mut all = Map::new();
    all.insert("title".into(), note.map(|note| json!(note.title)).unwrap_or_default());
    all.insert("tags".into(), note.map_or(json!([]), |note| json!(note.tags)));
    all.insert("critical".into(), json!(note.is_some_and(|note| note.critical)));
    all.insert("assessed".into(), assessed.unwrap_or_default());
    all.insert("id".into(), id);
    // The number of trials in the summary; in the page it is the list of them.
    figures.remove("trials");
    all.extend(figures);
    Value::Object(all)
}
