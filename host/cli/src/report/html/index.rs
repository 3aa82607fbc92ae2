//! What the page knows from the beginning: the summary, and one line a trial.

use super::super::run_folder::{ResultRead, RunFolder};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

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

/// By scenario and index.
pub(super) type AllKept = BTreeMap<(String, u32), Kept>;

#[derive(Serialize)]
struct TrialLine<'r> {
    index: u32,
    seed: &'r str,
    class: &'r str,
    satisfied: bool,
    ending: &'r Value,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'r str,
    drawn: &'r Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
}

/// The document that every page begins with.
pub(super) fn index(run: &RunFolder, kept: &AllKept, pages: &[String], left_out: usize) -> Value {
    let mut trials: BTreeMap<&str, Vec<TrialLine<'_>>> = BTreeMap::new();
    for result in &run.results {
        trials.entry(&result.scenario).or_default().push(line(result, kept));
    }
    let field = |name: &str| run.document.get(name).cloned().unwrap_or(Value::Null);
    let mut satisfaction = field("satisfaction");
    let scenarios = satisfaction.as_object_mut().and_then(|object| object.remove("scenarios"));
    let Some(Value::Array(scenarios)) = scenarios else { return Value::Null };
    let mut assessment = field("assessment");
    let figures = assessment.as_object_mut().and_then(|object| object.remove("scenarios"));
    let scenarios =
        scenarios.into_iter().map(|scenario| described(run, scenario, figures.as_ref(), &mut trials));
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

fn line<'r>(result: &'r ResultRead, kept: &AllKept) -> TrialLine<'r> {
    let kept = kept.get(&(result.scenario.clone(), result.index));
    TrialLine {
        index: result.index,
        seed: &result.seed,
        class: &result.class,
        satisfied: result.satisfied,
        ending: &result.ending,
        reason: &result.reason,
        drawn: &result.drawn,
        block: kept.map(|kept| kept.id()),
        page: kept.map(|kept| kept.page),
        steps: kept.map(|kept| kept.steps),
    }
}

/// A scenario's figures with its description and its trials.
fn described(
    run: &RunFolder,
    scenario: Value,
    assessed: Option<&Value>,
    trials: &mut BTreeMap<&str, Vec<TrialLine<'_>>>,
) -> Value {
    let Value::Object(mut figures) = scenario else { return Value::Null };
    let id = figures.remove("scenario").unwrap_or_default();
    let own = id.as_str().and_then(|id| trials.remove(id)).unwrap_or_default();
    let assessed = assessed.and_then(Value::as_array).into_iter().flatten();
    let assessed = assessed.into_iter().find(|figures| figures.get("scenario") == Some(&id)).cloned();
    let note = id.as_str().and_then(|id| run.note(id));
    let mut all = Map::new();
    all.insert("title".into(), note.map(|note| json!(note.title)).unwrap_or_default());
    all.insert("tags".into(), note.map_or(json!([]), |note| json!(note.tags)));
    all.insert("critical".into(), json!(note.is_some_and(|note| note.critical)));
    all.insert("trials".into(), json!(own));
    all.insert("assessed".into(), assessed.unwrap_or_default());
    all.insert("id".into(), id);
    // `trials` is the number of them in the summary.
    figures.remove("trials");
    all.extend(figures);
    Value::Object(all)
}
