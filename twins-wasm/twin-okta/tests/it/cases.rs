//! The cases in `cases/*.json`: each is a list of steps against one fresh org, each step a request and the part of the
//! response that matters.
//!
//! A step's request is `METHOD TARGET` in `call`, with `json` or `text`; `authorization` defaults to the
//! administrator's token, and null sends none. In an expected response `null` means absent or null, an object may have
//! more keys, a list may not have more items. `save` keeps values by JSON pointer for later `{name}`s, `wait` moves
//! the clock by seconds.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::org::{FIXTURE, Org, header, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    call: String,
    #[serde(default = "admin")]
    authorization: Option<String>,
    json: Option<Value>,
    text: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    expect: Option<Value>,
    #[serde(default)]
    save: BTreeMap<String, String>,
    #[serde(default)]
    wait: u64,
}

fn admin() -> Option<String> {
    Some("SSWS 00sdk-admin-token".to_owned())
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
    let mut org = Org::new(FIXTURE);
    let mut saved = Map::new();
    for (index, step) in case.steps.iter().enumerate() {
        org.host.now += step.wait * 1_000_000_000;
        let response = send(&mut org, step, &saved);
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
        if let Some(expected) = &step.expect {
            compare("", &fill(expected, &saved), &answer, &mut differences);
        }
        if !differences.is_empty() {
            failures.push(format!("{}, step {index}: {}\n  got {answer}", case.name, differences.join("; ")));
        }
        for (name, pointer) in &step.save {
            saved.insert(name.clone(), answer.pointer(pointer).cloned().unwrap_or_default());
        }
    }
}

fn send(org: &mut Org, step: &Step, saved: &Map<String, Value>) -> twin_sdk::Response {
    let call = filled(&step.call, saved);
    let (method, target) = call.split_once(' ').unwrap();
    let body = match (&step.json, &step.text) {
        (Some(value), _) => fill(value, saved).to_string(),
        (_, Some(text)) => filled(text, saved),
        _ => String::new(),
    };
    let authorization = step.authorization.as_ref().map(|value| filled(value, saved));
    let mut headers = vec![("content-type", step.content_type.as_deref().unwrap_or("application/json"))];
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    org.send(method, target, &headers, &body)
}

/// Puts saved texts in the place of `{name}`.
fn filled(text: &str, saved: &Map<String, Value>) -> String {
    saved.iter().fold(text.to_owned(), |text, (name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text.replace(&format!("{{{name}}}"), &value)
    })
}

fn fill(value: &Value, saved: &Map<String, Value>) -> Value {
    match value {
        Value::String(text) => Value::String(filled(text, saved)),
        Value::Array(items) => items.iter().map(|item| fill(item, saved)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), fill(field, saved))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn compare(at: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    match (expected, found) {
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
        _ if expected == found => {}
        _ => differences.push(format!("{at}: {found} instead of {expected}")),
    }
}
