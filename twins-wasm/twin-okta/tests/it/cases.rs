//! The cases in `cases/*.json`. A step's request is `METHOD TARGET` in `call`, with `json` or `text`; `authorization`
//! defaults to the administrator's token, and null sends none. `wait` moves the clock by seconds.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use twin_sdk::testing::{Saved, assert_cases};

use crate::org::{FIXTURE, Org};

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
    #[serde(default)]
    wait: u64,
}

fn admin() -> Option<String> {
    Some("SSWS 00sdk-admin-token".to_owned())
}

#[test]
fn every_case_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases");
    assert_cases(&folder, || Org::new(FIXTURE), send);
}

fn send(org: &mut Org, step: &Step, saved: &Saved) -> twin_sdk::Response {
    org.host.now += step.wait * 1_000_000_000;
    let call = saved.filled(&step.call);
    let (method, target) = call.split_once(' ').unwrap();
    let body = match (&step.json, &step.text) {
        (Some(value), _) => saved.fill(value).to_string(),
        (_, Some(text)) => saved.filled(text),
        _ => String::new(),
    };
    let authorization = step.authorization.as_ref().map(|value| saved.filled(value));
    let mut headers = vec![("content-type", step.content_type.as_deref().unwrap_or("application/json"))];
    headers.extend(authorization.as_deref().map(|value| ("authorization", value)));
    org.send(method, target, &headers, &body)
}
