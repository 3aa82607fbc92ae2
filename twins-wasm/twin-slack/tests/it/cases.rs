//! The cases in `cases/*.json`. A step's request is `form`, `json` or `text` (with `type`) to `call`, or a whole `target`;
//! `token` defaults to the bot's, and null sends none.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use twin_sdk::testing::{Saved, assert_cases};

use crate::workspace::{FIXTURE, Workspace};

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
}

fn bot() -> Option<String> {
    Some("xoxb-demo".to_owned())
}

fn post() -> String {
    "POST".to_owned()
}

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    assert_cases(&folder, || Workspace::new(FIXTURE), send);
}

fn send(workspace: &mut Workspace, step: &Step, saved: &Saved) -> twin_sdk::Response {
    let form: Vec<_> = step.form.iter().map(|(name, value)| (name, saved.filled(value))).collect();
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let target = step.target.clone().unwrap_or_else(|| format!("/api/{}", step.call.as_deref().unwrap()));
    let (content_type, body, target) = match (&step.json, &step.text, step.method.as_str()) {
        (Some(value), _, _) => ("application/json", saved.fill(value).to_string(), target),
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
