//! What the twin sends of its own accord: to whom, signed how, and again when.

use serde_json::{Value, json};
use twin_sdk::{Request, hmac_sha256_hex};

use crate::workspace::Workspace;

const FIXTURE: &str = r#"{
    "tokens": {
        "xoxb-bot": {"user": "U0BOT", "scopes": ["chat:write", "reactions:write", "pins:write", "channels:read", "channels:manage", "channels:history"]},
        "xoxp-ana": {"user": "U0ANA", "scopes": ["chat:write", "channels:write", "reactions:write", "users.profile:write", "channels:history"]}
    },
    "users": [{"id": "U0BOT", "name": "robin", "is_bot": true}, {"id": "U0ANA", "name": "ana"}, {"id": "U0BEN", "name": "ben"}],
    "channels": [{"id": "C0OPEN", "name": "open", "members": ["U0ANA", "U0BOT"]}, {"id": "C0QUIET", "name": "quiet", "members": ["U0ANA"]}],
    "apps": [{
        "bot": "U0BOT", "signing_secret": "shh", "verification_token": "old", "events_url": "https://robin.example/events",
        "interactivity_url": "https://robin.example/clicks", "commands": [{"command": "/robin", "url": "https://robin.example/robin"}],
        "events": ["message.channels", "app_mention", "reaction_added", "member_joined_channel", "channel_created", "user_change", "app_home_opened"]
    }],
    "webhooks": {"s3cret": {"user": "U0BOT", "channel": "C0OPEN"}}
}"#;

fn sent(workspace: &mut Workspace) -> Vec<(Request, Value)> {
    let emitted = std::mem::take(&mut workspace.host.emitted);
    let body = |request: Request| {
        let body = serde_json::from_slice(&request.body).unwrap_or_default();
        (request, body)
    };
    emitted.into_iter().map(|(_, request, _)| body(request)).collect()
}

fn kinds(workspace: &mut Workspace) -> Vec<String> {
    sent(workspace)
        .iter()
        .map(|(_, body)| body["event"]["type"].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn form_of(request: &Request) -> Vec<(String, String)> {
    form_urlencoded::parse(&request.body).into_owned().collect()
}

#[test]
fn a_message_is_told_signed_and_retried() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxp-ana", "chat.postMessage", &[("channel", "C0OPEN"), ("text", "Hello")]);
    let (due, request, retry) = workspace.host.emitted[0].clone();
    assert_eq!(request.url, "https://robin.example/events");
    assert!(due > workspace.host.now);
    assert_eq!(retry.waits, [100_000_000, 60_000_000_000, 300_000_000_000]);
    assert_eq!((retry.timeout, retry.number_header.as_deref()), (3_000_000_000, Some("x-slack-retry-num")));
    let header = |name: &str| &request.headers.iter().find(|header| header.name == name).unwrap().value;
    let timestamp = header("x-slack-request-timestamp");
    let signature = hmac_sha256_hex(b"shh", &[b"v0:", timestamp.as_bytes(), b":", &request.body]);
    assert_eq!(*header("x-slack-signature"), format!("v0={signature}"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&body["type"], &body["token"]), (&json!("event_callback"), &json!("old")));
    assert_eq!(body["authorizations"][0]["user_id"], "U0BOT");
    let event = &body["event"];
    assert_eq!(
        (&event["type"], &event["channel"], &event["channel_type"]),
        (&json!("message"), &json!("C0OPEN"), &json!("channel"))
    );
    assert_eq!((&event["text"], &event["ts"]), (&json!("Hello"), &event["event_ts"]));
    let context = body["event_context"].as_str().unwrap();
    let found = workspace.call("xoxb-bot", "apps.event.authorizations.list", &[("event_context", context)]);
    assert_eq!(found["authorizations"][0]["user_id"], "U0BOT");
}

#[test]
fn only_what_was_asked_for_and_may_be_seen_is_told() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxp-ana", "chat.postMessage", &[("channel", "C0QUIET"), ("text", "<@U0BOT> psst")]);
    assert!(kinds(&mut workspace).is_empty());
    let posted =
        workspace.call("xoxp-ana", "chat.postMessage", &[("channel", "C0OPEN"), ("text", "<@U0BOT> hi")]);
    assert_eq!(kinds(&mut workspace), ["app_mention", "message"]);
    let ts = posted["ts"].as_str().unwrap();
    let item = [("channel", "C0OPEN"), ("timestamp", ts), ("name", "wave")];
    workspace.call("xoxp-ana", "reactions.add", &item);
    workspace.call("xoxp-ana", "reactions.remove", &item);
    workspace.call("xoxp-ana", "chat.update", &[("channel", "C0OPEN"), ("ts", ts), ("text", "b")]);
    workspace.call("xoxp-ana", "chat.delete", &[("channel", "C0OPEN"), ("ts", ts)]);
    let told = sent(&mut workspace);
    let subtypes: Vec<_> = told.iter().map(|(_, body)| body["event"]["subtype"].clone()).collect();
    assert_eq!(subtypes, [Value::Null, json!("message_changed"), json!("message_deleted")]);
    assert_eq!(told[0].1["event"]["item_user"], "U0ANA");
    assert_eq!(told[2].1["event"]["previous_message"]["text"], "b");
}

#[test]
fn changes_of_channels_and_people_are_told() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxp-ana", "conversations.create", &[("name", "garden")]);
    workspace.call("xoxp-ana", "conversations.invite", &[("channel", "C0OPEN"), ("users", "U0BEN")]);
    workspace.call("xoxp-ana", "users.profile.set", &[("name", "title"), ("value", "Gardener")]);
    assert_eq!(kinds(&mut workspace), ["channel_created", "message", "member_joined_channel", "user_change"]);
}

#[test]
fn commands_and_clicks_carry_a_trigger_and_an_address_to_answer() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call(
        "xoxp-ana",
        "chat.command",
        &[("channel", "C0OPEN"), ("command", "/robin"), ("text", "sing")],
    );
    let (request, _) = sent(&mut workspace).remove(0);
    let form = form_of(&request);
    let field = |name: &str| form.iter().find(|(own, _)| own == name).unwrap().1.clone();
    assert_eq!((field("text"), field("user_id")), ("sing".to_owned(), "U0ANA".to_owned()));
    let view =
        r#"{"type":"modal","title":{"type":"plain_text","text":"Song"},"notify_on_close":true,"blocks":[]}"#;
    let trigger = field("trigger_id");
    let opened = workspace.call("xoxb-bot", "views.open", &[("trigger_id", &trigger), ("view", view)]);
    assert_eq!((&opened["ok"], &opened["view"]["callback_id"]), (&json!(true), &json!("")), "{opened}");
    let again = workspace.call("xoxb-bot", "views.open", &[("trigger_id", &trigger), ("view", view)]);
    assert_eq!(again["error"], "exchanged_trigger_id");

    let url = field("response_url");
    let path = url.strip_prefix("https://hooks.slack.com").unwrap();
    let answer = |workspace: &mut Workspace, body: &str| {
        let response = workspace.send("POST", path, &[("content-type", "application/json")], body);
        (response.status, String::from_utf8(response.body).unwrap())
    };
    assert_eq!(answer(&mut workspace, "{"), (400, "invalid_payload".to_owned()));
    assert_eq!(
        answer(&mut workspace, r#"{"response_type":"in_channel","text":"La la"}"#),
        (200, "ok".to_owned())
    );
    let history = workspace.call("xoxp-ana", "conversations.history", &[("channel", "C0OPEN")]);
    assert_eq!(history["messages"][0]["text"], "La la");
    for _ in 0..4 {
        assert_eq!(answer(&mut workspace, r#"{"text":"only you"}"#).0, 200);
    }
    assert_eq!(answer(&mut workspace, r#"{"text":"once more"}"#), (404, "used_url".to_owned()));

    let submit = [("view_id", opened["view"]["id"].as_str().unwrap()), ("state", r#"{"values":{"a":{}}}"#)];
    sent(&mut workspace);
    assert_eq!(workspace.call("xoxp-ana", "views.submit", &submit)["ok"], true);
    let (request, _) = sent(&mut workspace).remove(0);
    let payload: Value = serde_json::from_str(&form_of(&request)[0].1).unwrap();
    assert_eq!(
        (&payload["type"], &payload["view"]["state"]["values"]["a"]),
        (&json!("view_submission"), &json!({}))
    );
}

#[test]
fn a_trigger_expires_after_three_seconds() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxp-ana", "chat.command", &[("channel", "C0OPEN"), ("command", "/robin")]);
    let (request, _) = sent(&mut workspace).remove(0);
    let trigger = form_of(&request).into_iter().find(|(name, _)| name == "trigger_id").unwrap().1;
    workspace.host.now += 3_000_000_000;
    let view = r#"{"type":"modal","title":{"type":"plain_text","text":"Song"},"blocks":[]}"#;
    let late = workspace.call("xoxb-bot", "views.open", &[("trigger_id", &trigger), ("view", view)]);
    assert_eq!(late["error"], "expired_trigger_id");
}

#[test]
fn incoming_webhooks_answer_in_plain_words() {
    let mut workspace = Workspace::new(FIXTURE);
    let mut post = |path: &str, body: &str| {
        let response = workspace.send("POST", path, &[("content-type", "application/json")], body);
        (response.status, String::from_utf8(response.body).unwrap())
    };
    assert_eq!(post("/services/T0/B0/s3cret", r#"{"text":"Deployed"}"#), (200, "ok".to_owned()));
    assert_eq!(post("/services/T0/B0/s3cret", "{}"), (400, "no_text".to_owned()));
    assert_eq!(post("/services/T0/B0/s3cret", "hello"), (400, "invalid_payload".to_owned()));
    assert_eq!(post("/services/T0/B0/wrong", r#"{"text":"a"}"#), (404, "no_service".to_owned()));
}

#[test]
fn scheduled_messages_are_posted_at_their_own_moment() {
    let mut workspace = Workspace::new(FIXTURE);
    let begin = workspace.host.now / 1_000_000_000;
    let at = (begin + 3_600).to_string();
    let form = [("channel", "C0OPEN"), ("text", "Later"), ("post_at", &*at)];
    let scheduled = workspace.call("xoxb-bot", "chat.scheduleMessage", &form);
    assert_eq!(scheduled["message"]["type"], "delayed_message");
    let (due, wake, _) = workspace.host.emitted.remove(0);
    assert_eq!(due / 1_000_000_000, begin + 3_600);
    let listed = workspace.call("xoxb-bot", "chat.scheduledMessages.list", &[]);
    assert_eq!(listed["scheduled_messages"][0]["id"], scheduled["scheduled_message_id"]);
    workspace.host.now = due + 5_000_000_000;
    workspace.send(&wake.method, wake.url.strip_prefix("https://slack.com").unwrap(), &[], "");
    assert_eq!(kinds(&mut workspace), ["message"]);
    let history = workspace.call("xoxb-bot", "conversations.history", &[("channel", "C0OPEN")]);
    assert_eq!(
        (&history["messages"][0]["text"], &history["messages"][0]["ts"]),
        (&json!("Later"), &json!(format!("{at}.000000")))
    );
    let gone = [
        ("channel", "C0OPEN"),
        ("scheduled_message_id", scheduled["scheduled_message_id"].as_str().unwrap()),
    ];
    assert_eq!(
        workspace.call("xoxb-bot", "chat.deleteScheduledMessage", &gone)["error"],
        "invalid_scheduled_message_id"
    );
    let late = [("channel", "C0OPEN"), ("text", "a"), ("post_at", &*at)];
    assert_eq!(workspace.call("xoxb-bot", "chat.scheduleMessage", &late)["error"], "time_in_past");
}
