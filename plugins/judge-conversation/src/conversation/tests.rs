//! The cases of `cases/`, and tables longer than one page.

use std::path::Path;

use plugin_sdk::testing::{FinishedTrial, assert_cases, created};
use serde_json::json;

use super::*;

#[test]
fn every_case_is_judged_as_it_says() {
    assert_cases::<Conversation>(&Path::new(env!("CARGO_MANIFEST_DIR")).join("cases"));
}

#[test]
fn a_long_table_is_read_to_its_end() {
    let message =
        |n: u64| created("slack", "messages", &format!("C/{n:06}"), r#"{"text":"hi","user":"U1"}"#, n);
    let mut trial = FinishedTrial { changes: (0..25_000).map(message).collect(), ..FinishedTrial::default() };
    let criterion = json!({
        "source": [{ "table": "slack/messages", "text": "text", "speaker": "user", "subject": "U1" }],
        "rule": [{ "what": "silence", "at_most": 0 }],
    });
    let verdict = Conversation::judge(&mut trial, &criterion.to_string()).unwrap();
    assert_eq!(verdict.reason, "Not met: silence (none wanted, 25000 seen).");
    assert_eq!(verdict.evidence.len(), 25_000);
}
