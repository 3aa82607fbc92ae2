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

/// All trials as JSON text: a list for each scenario of the index, in its order.
///
/// # Errors
/// Where a line is no JSON, which none is.
pub(super) fn trials(run: &RunFolder, kept: &AllKept) -> serde_json::Result<String> {
    let mut own: BTreeMap<&str, Vec<&ResultRead>> = BTreeMap::new();
    for result in &run.results {
        own.entry(&result.scenario).or_default().push(result);
    }
    let mut text = "[".to_owned();
    for (number, scenario) in run.summary.satisfaction.scenarios.iter().enumerate() {
        text.push_str(if number == 0 { "[" } else { ",[" });
        let results = own.remove(scenario.scenario.as_str()).unwrap_or_default();
        for (number, result) in results.into_iter().enumerate() {
            text.push_str(if number == 0 { "" } else { "," });
            add_line(&mut text, result, kept)?;
        }
        text.push(']');
    }
    text.push(']');
    Ok(text)
}

fn add_line(text: &mut String, result: &ResultRead, kept: &AllKept) -> serde_json::Result<()> {
    let kept = kept.get(&(result.scenario.clone(), result.index));
    let line = TrialLine {
        index: result.index,
        seed: &result.seed,
        class: &result.class,
        satisfied: result.satisfied,
        reason: &result.reason,
        block: kept.map(|kept| kept.id()),
        page: kept.map(|kept| kept.page),
        steps: kept.map(|kept| kept.steps),
    };
    let line = serde_json::to_string(&line)?;
    text.push_str(line.strip_suffix('}').unwrap_or(&line));
    text.push_str(",\"ending\":");
    text.push_str(&result.ending);
    text.push_str(",\"drawn\":");
    text.push_str(&result.drawn);
    text.push('}');
    Ok(())
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
