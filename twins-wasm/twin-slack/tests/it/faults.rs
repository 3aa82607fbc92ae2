//! Injected faults and failures of the world itself.

use serde_json::json;
use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Fault, Level, Twin};
use twin_slack::Slack;

use crate::workspace::{FIXTURE, Workspace, header, json};

#[test]
fn every_fault_has_the_services_own_form() {
    let cases = [
        (Fault::RateLimited(1_500_000_000), 429, "ratelimited", Some("2")),
        (Fault::Unauthorized, 200, "invalid_auth", None),
        (Fault::ServerError, 500, "internal_error", None),
        (Fault::Unavailable, 503, "service_unavailable", None),
        (Fault::Other("eclipse".to_owned()), 500, "internal_error", None),
    ];
    for (fault, status, code, retry_after) in cases {
        let sent = request("POST", "https://slack.com/api/chat.postMessage", &[], "");
        let response = Slack::handle_fault(&mut MemoryHost::default(), &fault, &sent);
        assert_eq!(response.status, status, "{fault:?}");
        assert_eq!(json(&response), json!({"ok": false, "error": code}));
        assert_eq!(header(&response, "retry-after"), retry_after);
    }
}

#[test]
fn a_full_world_is_the_services_internal_error_and_is_logged() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.host.quota = 0;
    let headers = [("authorization", "Bearer xoxb-demo"), ("content-type", "application/json")];
    let body = r#"{"channel": "C0WELCOME", "text": "no room"}"#;
    let response = workspace.send("POST", "/api/chat.postMessage", &headers, body);
    assert_eq!((response.status, json(&response)["error"].as_str()), (500, Some("internal_error")));
    assert!(workspace.host.lines.iter().any(|(level, _)| *level == Level::Error));
}

#[test]
fn what_the_twin_lacks_is_logged() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxb-demo", "canvases.create", &[]);
    workspace.call("xoxb-demo", "chat.shout", &[]);
    let lines: Vec<_> = workspace.host.lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "canvases.create: the service has this method and the twin does not",
            "chat.shout: the service has no such method",
        ]
    );
}
