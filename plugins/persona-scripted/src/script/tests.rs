//! Whole conversations.

use plugin_sdk::testing::Rehearsal;
use serde_json::{Value, json};

use super::*;

fn said(speaker: Talker, text: &str) -> Spoken {
    Spoken { speaker, at: 0, text: text.to_owned() }
}

/// What Ana says to this, `-` being her own messages.
fn next(role: &Value, number: u64, conversation: &[&str]) -> Option<String> {
    let message = |text: &&str| match text.strip_prefix("- ") {
        Some(own) => said(Talker::Persona, own),
        None => said(Talker::Subject, text),
    };
    let messages = conversation.iter().map(message).collect();
    let mut rehearsal = Rehearsal { number, ..Rehearsal::default() };
    Scripted::next(&mut rehearsal, &Conversation { role: role.to_string(), messages }).unwrap()
}

fn ana() -> Value {
    json!({
        "profile": "impatient, brief",
        "opening": ["Access to Payroll, please.", "I need Payroll."],
        "patience": 4,
        "knows": { "how long": "Two weeks.", "cost centre": ["4711", "It is 4711."] },
        "does_not_know": ["ticket"],
        "rule": [
            { "when": { "contains_any": ["are you sure", "really"] }, "say": "Yes!", "at_most": 1 },
            { "when": { "regex": "^working on it" } },
        ],
        "content": ["you have access", { "contains_all": ["cannot", "payroll"] }],
        "thanks": "Thanks!",
        "otherwise": "What do you mean?",
    })
}

#[test]
fn the_stream_decides_between_texts() {
    for (number, wanted) in
        [(0, "Access to Payroll, please."), (1, "I need Payroll."), (7, "I need Payroll.")]
    {
        assert_eq!(next(&ana(), number, &[]).as_deref(), Some(wanted));
    }
}

#[test]
fn an_opening_comes_first_whatever_was_said_before() {
    assert_eq!(next(&ana(), 1, &["Ben, you have access."]).as_deref(), Some("I need Payroll."));
    assert_eq!(next(&ana(), 1, &["Ben, you have access.", "- I need Payroll."]), None);
}

#[test]
fn what_was_heard_is_answered_by_the_first_rule_that_speaks_of_it() {
    for (heard, wanted) in [
        ("For HOW LONG do you need it?", Some("Two weeks.")),
        ("Which ticket?", Some("I do not know.")),
        ("Are you sure? Which ticket?", Some("Yes!")),
        ("Working on it, really.", Some("Yes!")),
        ("Working on it.", None),
        ("Moo.", Some("What do you mean?")),
    ] {
        assert_eq!(next(&ana(), 0, &["- I need Payroll.", heard]).as_deref(), wanted, "{heard}");
    }
}

#[test]
fn of_several_messages_the_newest_that_a_rule_speaks_of_is_answered() {
    let heard = ["- I need Payroll.", "How long?", "Which cost centre?", "Thank you."];
    assert_eq!(next(&ana(), 1, &heard).as_deref(), Some("It is 4711."));
}

#[test]
fn a_rule_speaks_no_more_often_than_it_may() {
    let twice = ["- I need Payroll.", "Are you sure?", "- Yes!", "Really?"];
    assert_eq!(next(&ana(), 0, &twice).as_deref(), Some("What do you mean?"));
}

#[test]
fn who_is_content_says_thanks_once_and_no_more() {
    let mut heard = vec!["- I need Payroll.", "Ana, you have access."];
    assert_eq!(next(&ana(), 0, &heard).as_deref(), Some("Thanks!"));
    heard.push("- Thanks!");
    assert_eq!(next(&ana(), 0, &heard), None);
    heard.push("How long did you say?");
    assert_eq!(next(&ana(), 0, &heard), None);
    assert_eq!(
        next(&ana(), 0, &["- I need Payroll.", "I cannot give you Payroll."]).as_deref(),
        Some("Thanks!")
    );
}

#[test]
fn patience_ends() {
    let tired = ["- a", "b", "- c", "d", "- e", "f", "- g", "How long?"];
    assert_eq!(next(&ana(), 0, &tired), None);
}

#[test]
fn nobody_answers_their_own_message() {
    assert_eq!(next(&ana(), 0, &["- I need Payroll."]), None);
}

#[test]
fn who_waits_to_be_spoken_to_hears_what_is_said_to_them() {
    let boss = json!({ "listens": "<@U0BEA>", "rule": [{ "when": "approve", "say": "Approved." }] });
    assert_eq!(next(&boss, 0, &[]), None);
    assert_eq!(next(&boss, 0, &["<@U0ANA> who should approve?"]), None);
    assert_eq!(next(&boss, 0, &["<@U0BEA> do you approve?"]).as_deref(), Some("Approved."));
}
