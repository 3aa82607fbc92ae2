//! The cases in `cases/*.json`. `send` is method and target; the body is `json`, or `text` with `type`. `as` is a token,
//! Ana's if left out, and null sends none. `later` moves the clock by so many seconds before the step.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use twin_sdk::testing::{Saved, assert_cases};

use crate::site::{FIXTURE, Site};

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
    #[serde(default)]
    later: u64,
}

fn ana() -> Option<String> {
    Some("ana-token".to_owned())
}

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    assert_cases(&folder, || Site::new(FIXTURE), send);
}

fn send(site: &mut Site, step: &Step, saved: &Saved) -> twin_sdk::Response {
    site.host.now += step.later * 1_000_000_000;
    let call = saved.filled(&step.send);
    let (method, target) = call.split_once(' ').unwrap();
    let (content_type, body) = match (&step.json, &step.text) {
        (Some(value), _) => (Some("application/json"), saved.fill(value).to_string()),
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
    site.send(method, target, &headers, &body)
}
