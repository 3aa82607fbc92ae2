//! The cases of `cases/`, and a subject that does very much of what it must not.

use std::path::Path;

use plugin_sdk::Ruling;
use plugin_sdk::testing::{FinishedTrial, assert_cases};
use serde_json::json;

use super::*;

#[test]
fn every_case_is_judged_as_it_says() {
    assert_cases::<Policy>(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"));
}

#[test]
fn a_flood_stays_readable_and_all_of_it_is_evidence() {
    let flood = json!({ "exchange": { "method": "DELETE", "url": "https://a.example/x", "status": 200 } });
    let mut trial = FinishedTrial::from_json(&json!({ "events": vec![flood; 2_500] })).unwrap();
    let criterion = json!({ "never": [{ "what": "nothing is deleted", "method": "DELETE" }] });
    let verdict = Policy::judge(&mut trial, &criterion.to_string()).unwrap();
    assert_eq!(verdict.ruling, Ruling::Score(0.0));
    assert!(verdict.reason.len() < 200 && verdict.reason.contains("2500 seen"), "{}", verdict.reason);
    assert_eq!(verdict.evidence.len(), 2_500);
}
