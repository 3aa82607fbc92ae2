//! `results.sarif` (SARIF 2.1.0): what the subject was refused, and what judges found, once a scenario and rule. It speaks
//! of findings; how often they occur is the satisfaction's business.

use super::records::TrialRecord;
use super::run_folder::{Outcome, ResultRead, RunFolder};
use super::words::shown;
use anyhow::Context as _;
use glasshouse_model::Digest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Most findings; code scanning shows no more of one file.
const MOST_FINDINGS: usize = 5000;
/// Most steps of one finding; code scanning shows no more.
const MOST_STEPS: usize = 1000;
/// Most seeds that a finding names.
const MOST_SEEDS: usize = 5;
/// Longest text of a message, in characters.
const LONGEST: usize = 1000;

/// One rule that one scenario breaks, over all of its trials.
#[derive(Debug, Default)]
struct Finding {
    text: String,
    trials: u32,
    seeds: Vec<String>,
    /// The first trial with it, and the steps of that trial that show it.
    first: u32,
    evidence: Vec<u64>,
    steps: Vec<String>,
}

/// By rule and scenario.
type Findings = BTreeMap<(String, String), Finding>;

/// Writes the file into a folder.
///
/// # Errors
/// Where the run cannot be read or the file cannot be written.
pub(super) fn write(run: &RunFolder, into: &Path) -> anyhow::Result<()> {
    let path = into.join("results.sarif");
    let mut text = serde_json::to_string_pretty(&document(run)?)?;
    text.push('\n');
    fs::write(&path, text).with_context(|| path.display().to_string())
}

fn document(run: &RunFolder) -> anyhow::Result<Value> {
    let mut findings = judged(run)?;
    let mut results = run.results.reader()?;
    for record in run.records()? {
        let record = record?;
        let result = results.of::<ResultRead>(&record.scenario, record.index)?;
        let seed = result.map(|result| result.seed).unwrap_or_default();
        add_record(&record, &seed, &mut findings);
    }
    let rules: Vec<&str> = {
        let mut rules: Vec<_> = findings.keys().map(|(rule, _)| rule.as_str()).collect();
        rules.dedup();
        rules
    };
    let results = findings.iter().take(MOST_FINDINGS).map(|((rule, scenario), finding)| {
        let rule_index = rules.iter().position(|known| known == rule);
        result(run, (rule, rule_index.unwrap_or_default()), scenario, finding)
    });
    let results: Vec<_> = results.collect();
    let driver = json!({
        "name": "glasshouse",
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
    });
    Ok(json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "automationDetails": { "id": format!("glasshouse/{}/", run.summary.suite) },
            "columnKind": "unicodeCodePoints",
            "results": results,
            "properties": { "findingsLeftOut": findings.len().saturating_sub(MOST_FINDINGS) },
        }],
    }))
}

fn described(rule: &str) -> Value {
    let text = match rule.split_once('/') {
        Some(("judge", judge)) => {
            format!("The judge `{judge}` finds that the subject did not do as the scenario asks")
        }
        Some(("harm", judge)) => format!("The judge `{judge}` finds damage that nobody asked for"),
        _ => "The subject asked the host for something that it has no grant for".to_owned(),
    };
    json!({
        "id": rule,
        "shortDescription": { "text": text },
        "defaultConfiguration": { "level": "error" },
    })
}

/// What judges found, from the results alone.
fn judged(run: &RunFolder) -> anyhow::Result<Findings> {
    let mut findings = Findings::new();
    for result in run.lines()? {
        let result = result?;
        if result.outcome() != Outcome::Fail {
            continue;
        }
        let judgements = result.judgements();
        let unmet = judgements.iter().filter(|judgement| judgement.score().is_some_and(|score| score < 1.0));
        for judgement in unmet {
            let harm =
                run.note(&result.scenario).is_some_and(|note| note.harm_judges.contains(&judgement.judge));
            let kind = if harm { "harm" } else { "judge" };
            let key = (format!("{kind}/{}", judgement.judge), result.scenario.clone());
            let finding = findings.entry(key).or_insert_with(|| Finding {
                text: plain(&judgement.reason, LONGEST),
                first: result.index,
                evidence: judgement.evidence.clone(),
                ..Finding::default()
            });
            finding.count(&result.seed);
        }
    }
    Ok(findings)
}

impl Finding {
    fn count(&mut self, seed: &str) {
        self.trials += 1;
        if self.seeds.len() < MOST_SEEDS {
            self.seeds.push(seed.to_owned());
        }
    }
}

/// Adds what a trial was refused, and the steps of the findings that it is the first to show.
fn add_record(record: &TrialRecord, seed: &str, findings: &mut Findings) {
    let mut refused: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for (index, event) in (0..).zip(&record.events) {
        if let Some((what, step)) = event.get("happening").and_then(refusal) {
            refused.entry(what).or_default().push((index, step));
        }
    }
    for (what, steps) in refused {
        let key = (format!("denied/{what}"), record.scenario.clone());
        let finding = findings.entry(key).or_insert_with(|| Finding {
            text: plain(&format!("the subject was denied {what}"), LONGEST),
            first: record.index,
            steps: steps.into_iter().take(MOST_STEPS).map(|(_, step)| step).collect(),
            ..Finding::default()
        });
        finding.count(seed);
    }
    let own = findings.iter_mut().filter(|((_, scenario), finding)| {
        *scenario == record.scenario && finding.first == record.index && finding.steps.is_empty()
    });
    for (_, finding) in own {
        let steps = finding.evidence.iter().take(MOST_STEPS).filter_map(|index| {
            let event = record.events.get(usize::try_from(*index).ok()?)?;
            Some(format!("step {index}: {}", step_words(event.get("happening")?)))
        });
        finding.steps = steps.collect();
    }
}

/// What was refused, and the step in words; none where nothing was.
fn refusal(happening: &Value) -> Option<(String, String)> {
    let denied = |what: &Value| what.pointer("/error/case").and_then(Value::as_str) == Some("denied");
    if let Some(exchange) = happening.get("exchange") {
        let nobody = exchange.get("twin").is_none_or(Value::is_null);
        if !nobody && !denied(exchange) {
            return None;
        }
        let url = exchange.pointer("/request/url").and_then(Value::as_str).unwrap_or_default();
        let host = url.split_once("://").map_or(url, |(_, rest)| rest);
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        return Some((shown(&format!("http {host}"), 200), step_words(happening)));
    }
    let called = happening.get("called").filter(|called| denied(called))?;
    let part = |name: &str| called.get(name).and_then(Value::as_str).unwrap_or_default();
    Some((shown(&format!("{}.{}", part("interface"), part("function")), 200), step_words(happening)))
}

/// One step for people.
fn step_words(happening: &Value) -> String {
    let text = |pointer: &str| happening.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let words = if happening.get("exchange").is_some() {
        let status = happening.pointer("/exchange/response/status").and_then(Value::as_u64);
        let status = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        format!("{} {} {status}", text("/exchange/request/method"), text("/exchange/request/url"))
    } else if happening.get("called").is_some() {
        let (interface, function) = (text("/called/interface"), text("/called/function"));
        format!("{interface}.{function} {}", text("/called/error/case"))
    } else {
        happening.to_string()
    };
    plain(&words, 300)
}

/// In one line; in messages of this format brackets make links.
fn plain(text: &str, longest: usize) -> String {
    shown(text, longest).replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

fn result(run: &RunFolder, (rule, rule_index): (&str, usize), scenario: &str, finding: &Finding) -> Value {
    let location = location(run, scenario);
    let fingerprint = Digest::of_parts([scenario.as_bytes(), rule.as_bytes()]).hex();
    let trials =
        if finding.trials == 1 { "1 trial".to_owned() } else { format!("{} trials", finding.trials) };
    let mut result = json!({
        "ruleId": rule,
        "ruleIndex": rule_index,
        "level": "error",
        "message": { "text": format!("{scenario}, {trials}: {}", finding.text) },
        "partialFingerprints": { "scenarioAndCriterion/v1": fingerprint },
        "properties": { "trials": finding.trials, "seeds": finding.seeds },
    });
    let Some(object) = result.as_object_mut() else { return result };
    if let Some(location) = &location {
        object.insert("locations".to_owned(), json!([location]));
    }
    if !finding.steps.is_empty() {
        let steps = finding.steps.iter().map(|step| {
            let mut at = location.clone().unwrap_or_else(|| json!({}));
            if let Some(at) = at.as_object_mut() {
                at.insert("message".to_owned(), json!({ "text": step }));
            }
            json!({ "location": at })
        });
        let flow = json!([{ "threadFlows": [{ "locations": steps.collect::<Vec<_>>() }] }]);
        object.insert("codeFlows".to_owned(), flow);
    }
    result
}

/// The scenario's own file; none where the run did not say which.
fn location(run: &RunFolder, scenario: &str) -> Option<Value> {
    let note = run.note(scenario)?;
    Some(json!({
        "physicalLocation": {
            "artifactLocation": { "uri": address(&note.file) },
            "region": { "startLine": note.line.max(1) },
        },
    }))
}

/// A path as an address: relative where the path is.
fn address(path: &str) -> String {
    let encoded = |part: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let bytes = part
            .bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
        bytes.collect()
    };
    let path = path.replace('\\', "/");
    let whole = path.trim_start_matches("./").split('/').map(encoded).collect::<Vec<_>>().join("/");
    if whole.starts_with('/') { format!("file://{whole}") } else { whole }
}
