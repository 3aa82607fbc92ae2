//! Whole runs against a workspace of a few literal answers.

use std::collections::BTreeMap;

use plugin_sdk::testing::Stage;
use plugin_sdk::{Request, Response};
use serde_json::{Value, json};

use super::*;

const THREAD: &str = "1767600000.000100";
const QUESTION: &str = "1767600060.000100";

/// Slack's answers by method. The methods that write answer `ok` unless told otherwise.
fn workspace() -> BTreeMap<&'static str, Value> {
    BTreeMap::from([
        ("auth.test", json!({ "ok": true, "user_id": "U0GREETER" })),
        ("users.info", json!({ "ok": true, "user": { "id": "U0ANA" } })),
        (
            "conversations.list",
            json!({ "ok": true, "channels": [
            { "id": "C0HELP", "name": "welcome-committee", "topic": { "value": "<@U0ODA>" } },
            { "id": "C0WELCOME", "name": "welcome", "topic": { "value": "Ask <@U0MIRA> or <@U0ODA>" } },
        ] }),
        ),
        (
            "conversations.history",
            json!({ "ok": true, "messages": [
            { "ts": "1767500000.000100", "user": "U0MIRA", "text": "Wifi: the password is on the fridge",
              "pinned_to": ["C0WELCOME"] },
        ] }),
        ),
        (
            "conversations.replies",
            json!({ "ok": true, "messages": [
            { "ts": THREAD, "user": "U0GREETER", "text": "Welcome <@U0ANA>!" },
        ] }),
        ),
        ("chat.postMessage", json!({ "ok": true })),
        ("reactions.add", json!({ "ok": true })),
    ])
}

/// Runs an event against a workspace and returns what was written: method and form, in order.
fn written(workspace: &BTreeMap<&'static str, Value>, event: &Value) -> Vec<String> {
    let mut stage = Stage::new(|request: &Request| {
        let method = request.url.rsplit('/').next().unwrap_or_default();
        let body = workspace[method].to_string().into_bytes();
        Ok(Response { status: 200, headers: Vec::new(), body })
    });
    let input = json!({ "token": "xoxb-greeter", "event": event }).to_string();
    Greeter::run(&mut stage, &Task { instruction: String::new(), input }).unwrap();
    stage
        .requests
        .iter()
        .filter(|request| request.url.ends_with("postMessage") || request.url.ends_with("add"))
        .map(|request| {
            let method = request.url.rsplit('/').next().unwrap_or_default();
            format!("{method} {}", String::from_utf8_lossy(&request.body))
        })
        .collect()
}

fn joined() -> Value {
    json!({ "type": "team_join", "user": { "id": "U0ANA" } })
}

fn asked(text: &str) -> Value {
    json!({
        "type": "message", "channel": "C0WELCOME", "user": "U0ANA", "ts": QUESTION, "thread_ts": THREAD, "text": text,
    })
}

#[test]
fn a_newcomer_is_greeted_in_the_channel_of_that_very_name() {
    let written = written(&workspace(), &joined());
    assert_eq!(written.len(), 1);
    assert!(written[0].starts_with("chat.postMessage channel=C0WELCOME&text=Welcome"), "{written:?}");
    assert!(written[0].contains("%3C%40U0ANA%3E"));
}

#[test]
fn only_the_bots_own_mention_counts_as_a_greeting() {
    for (author, greetings) in [("U0MIRA", 1), ("U0GREETER", 0)] {
        let mut workspace = workspace();
        workspace.insert(
            "conversations.history",
            json!({ "ok": true, "messages": [{ "user": author, "text": "Hello <@U0ANA|ana>" }] }),
        );
        assert_eq!(written(&workspace, &joined()).len(), greetings, "{author}");
    }
}

#[test]
fn whoever_is_no_colleague_is_left_alone() {
    for reason in ["deleted", "is_bot", "is_restricted", "is_ultra_restricted"] {
        let mut workspace = workspace();
        workspace.insert("users.info", json!({ "ok": true, "user": { "id": "U0ANA", reason: true } }));
        assert!(written(&workspace, &joined()).is_empty(), "{reason}");
    }
}

#[test]
fn a_pinned_answer_is_given_and_ticked() {
    assert_eq!(
        written(&workspace(), &asked("what is the wifi password")),
        [
            "chat.postMessage channel=C0WELCOME&thread_ts=1767600000.000100&text=the+password+is+on+the+fridge",
            "reactions.add channel=C0WELCOME&timestamp=1767600060.000100&name=white_check_mark",
        ]
    );
}

#[test]
fn what_no_pin_knows_goes_to_the_buddy() {
    assert_eq!(
        written(&workspace(), &asked("Is there a gym?")),
        ["chat.postMessage channel=C0WELCOME&thread_ts=1767600000.000100\
         &text=I+do+not+know+that+one.+%3C%40U0MIRA%3E%2C+can+you+help%3F",]
    );
}

#[test]
fn an_answer_that_stands_below_the_question_is_not_repeated() {
    for (ts, answers) in [("1767600061.000100", 0), ("1767600059.000100", 2)] {
        let mut workspace = workspace();
        workspace.insert(
            "conversations.replies",
            json!({ "ok": true, "messages": [
            { "ts": THREAD, "user": "U0GREETER", "text": "Welcome <@U0ANA>!" },
            { "ts": ts, "user": "U0GREETER", "text": "the password is on the fridge" },
        ] }),
        );
        assert_eq!(written(&workspace, &asked("wifi?")).len(), answers, "{ts}");
    }
}

#[test]
fn everything_but_the_newcomers_own_question_is_left_alone() {
    for (key, value) in [
        ("user", json!("U0MIRA")),
        ("channel", json!("C0HELP")),
        ("thread_ts", Value::Null),
        ("subtype", json!("message_changed")),
        ("bot_id", json!("B1")),
        ("text", json!("Thank you!")),
    ] {
        let mut event = asked("wifi?");
        event[key] = value;
        assert!(written(&workspace(), &event).is_empty(), "{key}");
    }
}
