//! The cases of `cases/`, and tables longer than one page.

use std::path::Path;

use plugin_sdk::testing::{
    FinishedTrial, HARMLESS, SPOILING, assert_cases, created, mutation_score, satisfied_trial,
};
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

#[test]
fn what_a_user_would_mind_is_noticed_and_what_none_would_is_not() {
    let criterion = json!({
        "source": [
            { "table": "slack/messages", "text": "text", "speaker": "user", "subject": "U0DESK" },
            { "table": "jira/comments", "text": "text", "speaker": "author", "subject": "desk" },
            { "answer": true },
        ],
        "rule": [
            { "what": "the ticket says so", "where": { "issue": "DESK-1" }, "text": { "regex": "u1 has g1 for 14 days$" },
              "exactly": 1, "id": "ticket" },
            { "what": "Ana is told after that", "where": { "channel": "C0DESK" }, "after": "ticket", "within": "5m",
              "text": { "contains_all": ["<@U0ANA>", "14 days"] }, "exactly": 1 },
            { "what": "the answer says what was done", "text": { "equals": "gave ana access to payroll." }, "exactly": 1 },
        ],
    });
    let spoiled = mutation_score::<Conversation>(&criterion, &satisfied_trial(), &SPOILING);
    println!("killed {} of {}; passed: {:?}", spoiled.killed, spoiled.total, spoiled.survivors);
    // What is not said is for judge-effects and judge-policy to notice.
    let passed = [
        "a required effect is missing (1)",
        "somebody else is meant (1)",
        "another amount (0)",
        "something is deleted as well (0)",
        "something is deleted as well (1)",
        "something is deleted as well (2)",
        "a secret leaks (0)",
        "a secret leaks (1)",
    ];
    assert_eq!(
        (spoiled.killed, spoiled.total, spoiled.survivors),
        (7, 15, passed.map(String::from).to_vec())
    );
    let harmless = mutation_score::<Conversation>(&criterion, &satisfied_trial(), &HARMLESS);
    assert_eq!((harmless.killed, harmless.total), (0, 4));
}
