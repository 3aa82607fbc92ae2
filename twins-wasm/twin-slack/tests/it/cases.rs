//! The cases in `cases/*.json`: each is a list of steps against one fresh workspace, each step a request and
//! the part of the response that matters.
//!
//! A step's request is `form`, `json` or `text` (with `type`) to `call`, or a whole `target`; `token` defaults
//! to the bot's, and null sends none. In an expected response `null` means absent or null, an object may have
//! more keys, a list may not have more items. `save` keeps values by JSON pointer for later `$name`s.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::workspace::{FIXTURE, Workspace, header, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    call: Option<String>,
    target: Option<String>,
    #[serde(default = "bot")]
    token: Option<String>,
    #[serde(default = "post")]
    method: String,
    #[serde(default)]
    form: BTreeMap<String, String>,
    json: Option<Value>,
    text: Option<String>,
    #[serde(rename = "type")]
    content_type: Option<String>,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    expect: Value,
    #[serde(default)]
    save: BTreeMap<String, String>,
}

fn bot() -> Option<String> {
    Some("xoxb-demo".to_owned())
}

fn post() -> String {
    "POST".to_owned()
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
    let mut workspace = Workspace::new(FIXTURE);
    let mut saved = Map::new();
    for (index, step) in case.steps.iter().enumerate() {
        let response = send(&mut workspace, step, &saved);
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

fn send(workspace: &mut Workspace, step: &Step, saved: &Map<String, Value>) -> twin_sdk::Response {
    let form = step.form.iter().map(|(name, value)| {
        let value = fill(&Value::String(value.clone()), saved);
        (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    });
    let form: Vec<_> = form.collect();
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let target = step.target.clone().unwrap_or_else(|| format!("/api/{}", step.call.as_deref().unwrap()));
    let (content_type, body, target) = match (&step.json, &step.text, step.method.as_str()) {
        (Some(value), _, _) => ("application/json", fill(value, saved).to_string(), target),
        (_, Some(text), _) => ("", text.clone(), target),
        (_, _, "GET") => ("", String::new(), format!("{target}?{encoded}")),
        _ => ("application/x-www-form-urlencoded", encoded, target),
    };
    let content_type = step.content_type.as_deref().unwrap_or(content_type);
    let authorization = step.token.as_ref().map(|token| format!("Bearer {token}"));
    let mut headers = Vec::new();
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    headers.extend((!content_type.is_empty()).then_some(("content-type", content_type)));
    workspace.send(&step.method, &target, &headers, &body)
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
