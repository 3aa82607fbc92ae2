//! Whole verdicts on small worlds.

use plugin_sdk::capability::Change;
use plugin_sdk::testing::{FinishedTrial, HARMLESS, SPOILING, created, mutation_score, satisfied_trial};
use serde_json::{Value, json};

use super::*;

const GREETING: &str = r#"{"channel":"C0WELCOME","user":"U0GREETER","text":"Welcome <@U0ANA>!"}"#;

fn judged(criterion: &Value, changes: Vec<Change>) -> Verdict {
    let mut trial = FinishedTrial { changes, ..FinishedTrial::default() };
    Effects::judge(&mut trial, &criterion.to_string()).unwrap()
}

fn changed(key: &str, before: &str, after: &str, event: u64) -> Change {
    Change { before: Some(before.as_bytes().to_vec()), ..created("slack", "messages", key, after, event) }
}

fn removed(key: &str, before: &str, event: u64) -> Change {
    Change { after: None, ..changed(key, before, "", event) }
}

fn greeted_once() -> Value {
    json!({ "must": [{
        "what": "Ana is greeted once",
        "in": "slack/messages",
        "kind": "created",
        "where": { "channel": "C0WELCOME", "text": { "contains": "<@U0ANA>" } },
        "exactly": 1,
    }] })
}

#[test]
fn what_was_asked_and_nothing_else_scores_one() {
    let verdict = judged(&greeted_once(), vec![created("slack", "messages", "C0WELCOME/1", GREETING, 4)]);
    assert_eq!(verdict.ruling, Ruling::Score(1.0));
    assert_eq!(verdict.reason, "Met: Ana is greeted once. Nothing else changed.");
    assert_eq!(verdict.evidence, [4]);
}

#[test]
fn a_must_that_is_not_met_is_named_with_its_counts() {
    let verdict = judged(&greeted_once(), Vec::new());
    assert_eq!(verdict.ruling, Ruling::Score(0.0));
    assert_eq!(verdict.reason, "Not met: Ana is greeted once (exactly 1 wanted, 0 seen).");
    assert!(verdict.evidence.is_empty());
}

#[test]
fn a_must_that_is_met_too_often_shows_all_of_it() {
    let twice = vec![
        created("slack", "messages", "C0WELCOME/1", GREETING, 4),
        created("slack", "messages", "C0WELCOME/2", GREETING, 9),
    ];
    let verdict = judged(&greeted_once(), twice);
    assert_eq!(verdict.reason, "Not met: Ana is greeted once (exactly 1 wanted, 2 seen).");
    assert_eq!(verdict.evidence, [4, 9]);
}

#[test]
fn every_other_change_is_collateral() {
    let changes = vec![
        created("slack", "channels", "C1", "{}", 2),
        created("slack", "messages", "C0WELCOME/1", GREETING, 4),
        changed("C0WELCOME/0", r#"{"text":"a"}"#, r#"{"text":"b"}"#, 7),
    ];
    let verdict = judged(&greeted_once(), changes);
    assert_eq!(verdict.ruling, Ruling::Score(0.0));
    assert_eq!(
        verdict.reason,
        "Not asked for: slack/channels C1 was created; slack/messages C0WELCOME/0 was changed (text)."
    );
    assert_eq!(verdict.evidence, [2, 7]);
}

#[test]
fn a_may_covers_only_the_fields_that_it_names() {
    let mut criterion = greeted_once();
    criterion["may"] = json!([{
        "what": "the thread counts its replies",
        "in": "slack/messages",
        "kind": "changed",
        "fields": ["reply_count"],
    }]);
    let greeting = created("slack", "messages", "C0WELCOME/1", GREETING, 4);
    let counted = changed("C0WELCOME/0", r#"{"text":"a"}"#, r#"{"text":"a","reply_count":1}"#, 4);
    let edited = changed("C0WELCOME/0", r#"{"text":"a"}"#, r#"{"text":"b","reply_count":1}"#, 4);
    assert_eq!(judged(&criterion, vec![greeting.clone(), counted]).ruling, Ruling::Score(1.0));
    assert_eq!(judged(&criterion, vec![greeting, edited]).ruling, Ruling::Score(0.0));
}

#[test]
fn a_may_with_a_number_covers_that_many() {
    let criterion = json!({ "may": [{
        "what": "one note", "in": "slack/messages", "kind": "created", "at_most": 1,
    }] });
    let notes: Vec<Change> =
        (0..2).map(|n| created("slack", "messages", &format!("C/{n}"), "{}", n)).collect();
    assert_eq!(judged(&criterion, notes[..1].to_vec()).ruling, Ruling::Score(1.0));
    let verdict = judged(&criterion, notes);
    assert_eq!(verdict.reason, "Not asked for: slack/messages C/1 was created.");
}

#[test]
fn conditions_on_what_was_removed_ask_what_it_was() {
    let criterion = json!({ "must": [{
        "what": "the draft is gone", "in": "slack/messages", "kind": "removed", "where": { "text": "draft" },
    }] });
    assert_eq!(judged(&criterion, vec![removed("C/1", r#"{"text":"draft"}"#, 1)]).ruling, Ruling::Score(1.0));
    assert_eq!(judged(&criterion, vec![removed("C/1", r#"{"text":"kept"}"#, 1)]).ruling, Ruling::Score(0.0));
}

#[test]
fn nothing_changes_is_met_by_an_untouched_world_only() {
    let criterion = json!({ "nothing_changes": true, "what": "nobody is greeted" });
    assert_eq!(judged(&criterion, Vec::new()).ruling, Ruling::Score(1.0));
    let verdict = judged(&criterion, vec![created("slack", "messages", "C/1", "not JSON", 3)]);
    assert_eq!(verdict.ruling, Ruling::Score(0.0));
    assert_eq!(verdict.reason, "Not met: nobody is greeted. Not asked for: slack/messages C/1 was created.");
}

#[test]
fn a_spoiled_table_stays_readable_and_is_read_to_its_end() {
    let changes: Vec<Change> =
        (0..2_500).map(|n| created("slack", "messages", &format!("C/{n:04}"), "{}", n)).collect();
    let verdict = judged(&json!({ "nothing_changes": true }), changes);
    assert!(verdict.reason.ends_with("; and 2490 more."), "{}", verdict.reason);
    assert_eq!(verdict.evidence.len(), 2_500);
}

#[test]
fn what_a_user_would_mind_is_noticed_and_what_none_would_is_not() {
    let line = |what: &str, place: &str, conditions: Value| json!({ "what": what, "in": place, "kind": "created", "where": conditions, "exactly": 1 });
    let criterion = json!({ "must": [
        line("a member", "okta/group_members", json!({ "group": "g1", "user": "u1", "days": 14 })),
        line("a comment", "jira/comments", json!({ "issue": "DESK-1", "text": { "contains": "u1 has g1" } })),
        line("a message", "slack/messages", json!({ "channel": "C0DESK", "text": { "contains": "<@U0ANA>" } })),
    ] });
    let spoiled = mutation_score::<Effects>(&criterion, &satisfied_trial(), &SPOILING);
    println!("killed {} of {}; passed: {:?}", spoiled.killed, spoiled.total, spoiled.survivors);
    // A leak leaves no trace in the world: it is for judge-policy to notice.
    let leaks: Vec<_> = (0..3).map(|n| format!("a secret leaks ({n})")).collect();
    assert_eq!((spoiled.killed, spoiled.total, spoiled.survivors), (12, 15, leaks));
    let harmless = mutation_score::<Effects>(&criterion, &satisfied_trial(), &HARMLESS);
    assert_eq!((harmless.killed, harmless.total), (0, 4));
}
