//! The cases in `cases/*.json`: each is a list of steps against one fresh site, each step a request and the part of
//! the response that matters.
//!
//! `send` is method and target; the body is `json`, or `text` with `type`. `as` is a token, Ana's if left out, and
//! null sends none. In an expected response `null` means absent or null, an object may have more keys, a list may not
//! have more items, and a text that begins with `~` must be contained. `save` keeps values by JSON pointer for later
//! `$name`s in targets and bodies. `later` moves the clock by so many seconds before the step.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::site::{FIXTURE, Site, header, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    send: String,
    #[serde(default = "ana", rename = "as")]
    token: Option<String>,
    json: Option<Value>,
    text: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    #[serde(default)]
    with: BTreeMap<String, String>,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    expect: Value,
    #[serde(default)]
    save: BTreeMap<String, String>,
    #[serde(default)]
    later: u64,
}

fn ana() -> Option<String> {
    Some("ana-token".to_owned())
}

fn ok() -> u16 {
    200
}

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut failures = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let cases: Vec<Case> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for case in cases {
            run(&case, &mut failures);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(case: &Case, failures: &mut Vec<String>) {
    let mut site = Site::new(FIXTURE);
    let mut saved = Map::new();
    for (index, step) in case.steps.iter().enumerate() {
        site.host.now += step.later * 1_000_000_000;
        let response = send(&mut site, step, &saved);
        let answer = json(&response);
        let mut differences = Vec::new();
        if response.status != step.status {
            differences.push(format!("status {} instead of {}", response.status, step.status));
        }
        for (name, value) in &step.headers {
            if header(&response, name) != Some(value) {
                differences.push(format!("{name}: {:?} instead of {value:?}", header(&response, name)));
            }
        }
        compare("", &fill(&step.expect, &saved), &answer, &mut differences);
        if !differences.is_empty() {
            failures.push(format!("{}, step {index}: {}\n  got {answer}", case.name, differences.join("; ")));
        }
        for (name, pointer) in &step.save {
            saved.insert(name.clone(), answer.pointer(pointer).cloned().unwrap_or_default());
        }
    }
}

fn send(site: &mut Site, step: &Step, saved: &Map<String, Value>) -> twin_sdk::Response {
    let (method, target) = step.send.split_once(' ').unwrap();
    let mut target = target.to_owned();
    for (name, value) in saved {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        target = target.replace(&format!("${name}"), &value);
    }
    let (content_type, body) = match (&step.json, &step.text) {
        (Some(value), _) => (Some("application/json"), fill(value, saved).to_string()),
        (_, Some(text)) => (None, text.clone()),
        _ => (None, String::new()),
    };
    let content_type = step.content_type.as_deref().or(content_type);
    let authorization = step.token.as_ref().map(|token| match token.strip_prefix("Basic ") {
        Some(_) => token.clone(),
        None => format!("Bearer {token}"),
    });
    let mut headers = Vec::new();
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    headers.extend(content_type.map(|value| ("content-type", value)));
    headers.extend(step.with.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    site.send(method, &target, &headers, &body)
}

/// Puts saved values in the place of `$name`, and long texts in the place of `$repeat:LENGTH`.
fn fill(value: &Value, saved: &Map<String, Value>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(name) => match name.strip_prefix("repeat:") {
                Some(length) => Value::String("x".repeat(length.parse().unwrap())),
                None => saved.get(name).unwrap_or_else(|| panic!("nothing saved as {name}")).clone(),
            },
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| fill(item, saved)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), fill(field, saved))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn compare(at: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Null, Value::String(text)) if text.is_empty() => {}
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                let found = found.get(name).unwrap_or(&Value::Null);
                compare(&format!("{at}/{name}"), value, found, differences);
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(&format!("{at}/{index}"), expected, found, differences);
            }
        }
        (Value::String(wanted), Value::String(found))
            if wanted.strip_prefix('~').is_some_and(|part| found.contains(part)) => {}
        // A step that expects nothing of the body.
        (Value::Null, _) if at.is_empty() => {}
        _ if expected == found => {}
        _ => differences.push(format!("{at}: {found} instead of {expected}")),
    }
}
