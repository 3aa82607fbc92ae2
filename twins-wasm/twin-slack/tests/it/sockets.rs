//! Socket Mode: addresses, what an app is told over a socket, and what it answers there.

use serde_json::{Value, json};
use twin_sdk::testing::request;
use twin_sdk::{Host as _, Level, Request, Response, Twin};
use twin_slack::Slack;

use crate::workspace::{Workspace, header, json as body_of};

const ADDRESS: &str = "wss://wss-primary.slack.com/app/A0MOSS";
const FIXTURE: &str = r#"{
    "tokens": {
        "xapp-1-moss": {"user": "U0MOSS", "scopes": ["connections:write"]},
        "xapp-1-mute": {"user": "U0MOSS", "scopes": []},
        "xoxb-moss": {"user": "U0MOSS", "scopes": ["chat:write", "connections:write"]},
        "xoxp-ana": {"user": "U0ANA", "scopes": ["chat:write", "app_configurations:read", "app_configurations:write"]}
    },
    "users": [
        {"id": "U0MOSS", "name": "moss", "is_bot": true, "app_id": "A0MOSS"}, {"id": "U0ANA", "name": "ana"}
    ],
    "channels": [{"id": "C0OPEN", "name": "open", "members": ["U0ANA", "U0MOSS"]}],
    "apps": [{
        "bot": "U0MOSS", "verification_token": "old", "socket_mode": true, "events": ["message.channels"],
        "events_url": "https://moss.example/unused", "commands": [{"command": "/moss"}]
    }]
}"#;
const VIEW: &str =
    r#"{"type":"modal","title":{"type":"plain_text","text":"Song"},"blocks":[],"callback_id":"one"}"#;

fn open(workspace: &mut Workspace) -> String {
    let opened = workspace.call("xapp-1-moss", "apps.connections.open", &[]);
    opened["url"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned()
}

fn link(workspace: &mut Workspace, url: &str) -> Response {
    let url = url.replacen("ws", "http", 1);
    Slack::handle(&mut workspace.host, &request("GET", &url, &[("upgrade", "websocket")], ""))
}

/// What the app was sent since the last look, each with its message id.
fn sent(workspace: &mut Workspace) -> Vec<(String, Value)> {
    let one = |(_, request, _): (u64, Request, _)| {
        assert_eq!(request.url, ADDRESS);
        let id = request.headers.iter().find(|header| header.name == "message-id").unwrap();
        (id.value.clone(), serde_json::from_slice(&request.body).unwrap())
    };
    std::mem::take(&mut workspace.host.emitted).into_iter().map(one).collect()
}

/// What the host makes of the app's message.
fn say(workspace: &mut Workspace, message: &Value) -> Response {
    Slack::handle(&mut workspace.host, &request("POST", ADDRESS, &[], &message.to_string()))
}

fn warnings(workspace: &Workspace) -> Vec<&str> {
    let lines = workspace.host.lines.iter().filter(|(level, _)| *level == Level::Warn);
    lines.map(|(_, line)| line.as_str()).collect()
}

#[test]
fn an_app_level_token_gets_an_address_that_leads_to_where_it_asked() {
    let mut workspace = Workspace::new(FIXTURE);
    let url = open(&mut workspace);
    assert!(url.starts_with("wss://wss-primary.slack.com/link/?ticket="), "{url}");
    let door = [
        ("authorization", "Bearer xapp-1-moss"),
        ("x-forwarded-host", "127.0.0.1:8080"),
        ("x-forwarded-proto", "http"),
    ];
    let opened = body_of(&workspace.send("POST", "/api/apps.connections.open", &door, ""));
    assert!(opened["url"].as_str().unwrap().starts_with("ws://127.0.0.1:8080/link/?ticket="), "{opened}");
    let mut refused = |token: &str, method: &str| {
        let value = format!("Bearer {token}");
        let target = "/api/apps.connections.open";
        let answer = workspace.send(method, target, &[("authorization", &value)], "");
        body_of(&answer)["error"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused("xoxb-moss", "POST"), "not_allowed_token_type");
    assert_eq!(refused("xapp-1-mute", "POST"), "missing_scope");
    assert_eq!(refused("xapp-1-other", "POST"), "invalid_auth");
    assert_eq!(refused("xapp-1-moss", "GET"), "insecure_request");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let in_body = workspace.send("POST", "/api/apps.connections.open", &form, "token=xapp-1-moss");
    assert_eq!(body_of(&in_body)["error"], "invalid_auth");
    let other = workspace.call("xapp-1-moss", "chat.postMessage", &[("channel", "C0OPEN"), ("text", "a")]);
    assert_eq!(other["error"], "not_allowed_token_type");
}

#[test]
fn in_a_trial_it_is_refused_and_said_aloud() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.host.sockets = None;
    let refused = workspace.call("xapp-1-moss", "apps.connections.open", &[]);
    assert_eq!(refused["error"], "forbidden_team");
    assert!(warnings(&workspace)[0].contains("`inbound`"), "{:?}", workspace.host.lines);
}

#[test]
fn an_address_opens_one_socket_which_says_hello() {
    let mut workspace = Workspace::new(FIXTURE);
    let url = open(&mut workspace);
    let opened = link(&mut workspace, &url);
    assert_eq!((opened.status, header(&opened, "location")), (101, Some(ADDRESS)));
    let hello = body_of(&opened);
    assert_eq!((&hello["type"], &hello["num_connections"]), (&json!("hello"), &json!(1)));
    assert_eq!(hello["connection_info"], json!({"app_id": "A0MOSS"}));
    assert!(hello["debug_info"]["approximate_connection_time"].is_number());
    assert_eq!(header(&opened, "connection"), None);
    assert_eq!(link(&mut workspace, &url).status, 403, "a ticket is good once");

    let late = open(&mut workspace);
    workspace.host.now += 60_000_000_000;
    assert_eq!(link(&mut workspace, &late).status, 403);
    let plain = open(&mut workspace).replacen("wss", "https", 1);
    let plain = Slack::handle(&mut workspace.host, &request("GET", &plain, &[], ""));
    assert_eq!(plain.status, 400, "no WebSocket was asked for");
}

#[test]
fn who_may_hold_no_socket_is_told_why() {
    let ended = |workspace: &mut Workspace| {
        let url = open(workspace);
        let opened = link(workspace, &url);
        assert_eq!((opened.status, header(&opened, "connection")), (101, Some("close")));
        let message = body_of(&opened);
        assert_eq!(message["type"], "disconnect");
        message["reason"].as_str().unwrap().to_owned()
    };
    let mut workspace = Workspace::new(FIXTURE);
    workspace.host.sockets = Some(9);
    let url = open(&mut workspace);
    assert_eq!(body_of(&link(&mut workspace, &url))["num_connections"], 10);
    workspace.host.sockets = Some(10);
    assert_eq!(ended(&mut workspace), "too_many_websockets");
    let mut workspace = Workspace::new(&FIXTURE.replace("\"socket_mode\": true", "\"socket_mode\": false"));
    assert_eq!(ended(&mut workspace), "link_disabled");
}

#[test]
fn an_event_comes_in_an_envelope_and_again_until_it_is_acknowledged() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxp-ana", "chat.postMessage", &[("channel", "C0OPEN"), ("text", "Hello")]);
    let retry = workspace.host.emitted[0].2.clone();
    assert_eq!(retry.waits, [100_000_000, 60_000_000_000, 300_000_000_000]);
    assert_eq!(retry.timeout, 3_000_000_000);
    let fields = [retry.number_header.as_deref(), retry.reason_header.as_deref()];
    assert_eq!(fields, [Some("retry_attempt"), Some("retry_reason")]);
    let all = sent(&mut workspace);
    assert_eq!(all.len(), 1);
    let (id, envelope) = &all[0];
    assert_eq!(envelope["envelope_id"], **id);
    assert_eq!((id.len(), id.split('-').count()), (36, 5));
    assert_eq!(
        (&envelope["type"], &envelope["accepts_response_payload"]),
        (&json!("events_api"), &json!(false))
    );
    assert_eq!((&envelope["retry_attempt"], &envelope["retry_reason"]), (&json!(0), &json!("")));
    let payload = &envelope["payload"];
    assert_eq!((&payload["type"], &payload["event"]["text"]), (&json!("event_callback"), &json!("Hello")));

    let taken = say(&mut workspace, &json!({"envelope_id": id}));
    assert_eq!((taken.status, header(&taken, "message-id")), (200, Some(id.as_str())));
    assert!(taken.body.is_empty());
    for nonsense in [json!({"payload": {}}), json!("hi"), json!({"envelope_id": 7})] {
        assert_eq!(header(&say(&mut workspace, &nonsense), "message-id"), None, "{nonsense}");
    }
    assert_eq!(warnings(&workspace).len(), 3);
}

#[test]
fn a_command_is_answered_as_it_is_acknowledged() {
    let mut workspace = Workspace::new(FIXTURE);
    let command = [("channel", "C0OPEN"), ("command", "/moss"), ("text", "grow")];
    assert_eq!(workspace.call("xoxp-ana", "chat.command", &command)["ok"], true);
    let (id, envelope) = sent(&mut workspace).remove(0);
    assert_eq!(
        (&envelope["type"], &envelope["accepts_response_payload"]),
        (&json!("slash_commands"), &json!(true))
    );
    assert_eq!(
        (&envelope["payload"]["text"], &envelope["payload"]["user_id"]),
        (&json!("grow"), &json!("U0ANA"))
    );
    assert!(envelope.get("retry_attempt").is_none());
    let answer = json!({"text": "Growing", "response_type": "in_channel"});
    say(&mut workspace, &json!({"envelope_id": id, "payload": answer}));
    let told: Vec<_> = sent(&mut workspace).into_iter().map(|(_, envelope)| envelope).collect();
    assert_eq!(told[0]["payload"]["event"]["text"], "Growing");
    say(&mut workspace, &json!({"envelope_id": id, "payload": answer}));
    assert!(sent(&mut workspace).is_empty(), "an envelope is answered once");
}

#[test]
fn a_submitted_view_does_what_its_acknowledgement_says() {
    let mut workspace = Workspace::new(FIXTURE);
    let mut submit = |said: Option<Value>| {
        workspace.call("xoxp-ana", "chat.command", &[("channel", "C0OPEN"), ("command", "/moss")]);
        let trigger = sent(&mut workspace)[0].1["payload"]["trigger_id"].as_str().unwrap().to_owned();
        let form = [("trigger_id", trigger.as_str()), ("view", VIEW)];
        let opened = workspace.call("xoxb-moss", "views.open", &form);
        let view = opened["view"]["id"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned();
        let submitted = workspace.call("xoxp-ana", "views.submit", &[("view_id", &view)]);
        assert_eq!(submitted["ok"], true);
        let (id, envelope) = sent(&mut workspace).remove(0);
        assert_eq!(
            (&envelope["type"], &envelope["accepts_response_payload"], &envelope["payload"]["type"]),
            (&json!("interactive"), &json!(true), &json!("view_submission"))
        );
        let mut message = json!({"envelope_id": id});
        if let Some(said) = said {
            message["payload"] = said;
        }
        say(&mut workspace, &message);
        let left = workspace.host.get("views", &view).map(|view| serde_json::from_slice(&view).unwrap());
        let count = workspace.host.count("views");
        (left.unwrap_or(Value::Null), count)
    };
    assert_eq!(submit(None), (Value::Null, 0));
    let (view, _) = submit(Some(json!({"response_action": "errors", "errors": {"block": "too short"}})));
    assert_eq!(view["errors"], json!({"block": "too short"}));
    let next = json!({"type": "modal", "callback_id": "two", "blocks": [], "title": {"type": "plain_text", "text": "Next"}});
    let (view, count) = submit(Some(json!({"response_action": "update", "view": next})));
    assert_eq!((&view["view"]["callback_id"], count), (&json!("two"), 2));
    let (view, count) = submit(Some(json!({"response_action": "push", "view": next})));
    assert_eq!((&view["view"]["callback_id"], count), (&json!("one"), 4));
    assert_eq!(submit(Some(json!({"response_action": "clear"}))), (Value::Null, 4));
    assert_eq!(submit(Some(json!({"response_action": "jump"}))).1, 5);
    assert!(warnings(&workspace)[0].contains("jump"), "{:?}", workspace.host.lines);
}

#[test]
fn a_client_is_told_to_go_in_the_services_words() {
    let mut workspace = Workspace::new(FIXTURE);
    let mut goodbye = |reason: Option<&str>| {
        let headers: Vec<_> = reason.map(|reason| ("reason", reason)).into_iter().collect();
        let said = Slack::handle(&mut workspace.host, &request("DELETE", ADDRESS, &headers, ""));
        let message = body_of(&said);
        assert_eq!(message["type"], "disconnect");
        (message["reason"].as_str().unwrap().to_owned(), header(&said, "connection").is_some())
    };
    assert_eq!(goodbye(None), ("refresh_requested".to_owned(), true));
    assert_eq!(goodbye(Some("warning")), ("warning".to_owned(), false));
    assert_eq!(goodbye(Some("link_disabled")), ("link_disabled".to_owned(), true));
    assert_eq!(goodbye(Some("boredom")), ("refresh_requested".to_owned(), true));
}

#[test]
fn a_manifest_turns_it_on_without_any_address() {
    let mut workspace = Workspace::new(FIXTURE);
    let manifest = json!({
        "display_information": {"name": "Fern"},
        "features": {"slash_commands": [{"command": "/fern"}]},
        "settings": {"socket_mode_enabled": true, "event_subscriptions": {"bot_events": ["app_mention"]}},
    });
    let created = workspace.call("xoxp-ana", "apps.manifest.create", &[("manifest", &manifest.to_string())]);
    let id = created["app_id"].as_str().unwrap_or_else(|| panic!("{created}"));
    let shown = workspace.call("xoxp-ana", "apps.manifest.export", &[("app_id", id)])["manifest"].clone();
    assert_eq!(shown["settings"]["socket_mode_enabled"], true);
    assert_eq!(shown["features"]["slash_commands"], json!([{"command": "/fern"}]));
    assert!(workspace.host.emitted.is_empty(), "no address is asked whether it is the app's own");
}
