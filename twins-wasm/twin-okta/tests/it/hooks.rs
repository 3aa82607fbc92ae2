//! Event hooks: the challenge, and events on their way to a receiver.

use serde_json::{Value, json};

use crate::org::{FIXTURE, Org, json};

fn hook(org: &mut Org) -> String {
    let body = json!({
        "name": "Audit",
        "events": {"type": "EVENT_TYPE", "items": ["group.lifecycle.create"]},
        "channel": {"type": "HTTP", "version": "1.0.0", "config": {
            "uri": "https://audit.fern.example/events",
            "headers": [{"key": "X-Site", "value": "fern"}],
            "authScheme": {"type": "HEADER", "key": "Authorization", "value": "secret-of-the-hook"},
        }},
    });
    let made = json(&org.call("POST", "/api/v1/eventHooks", &body));
    assert_eq!((&made["status"], &made["verificationStatus"]), (&json!("ACTIVE"), &json!("UNVERIFIED")));
    assert_eq!(made["channel"]["config"]["authScheme"], json!({"type": "HEADER", "key": "Authorization"}));
    made["id"].as_str().unwrap().to_owned()
}

fn sent(org: &Org, name: &str) -> Vec<String> {
    let values = org.host.emitted.iter().flat_map(|(_, request, _)| &request.headers);
    values.filter(|field| field.name == name).map(|field| field.value.clone()).collect()
}

#[test]
fn events_go_to_hooks_that_proved_themselves() {
    let mut org = Org::new(FIXTURE);
    let id = hook(&mut org);
    org.call("POST", "/api/v1/groups", &json!({"profile": {"name": "Unheard"}}));
    assert!(org.host.emitted.is_empty());

    let verified =
        json(&org.call("POST", &format!("/api/v1/eventHooks/{id}/lifecycle/verify"), &Value::Null));
    assert_eq!(verified["verificationStatus"], "VERIFIED");
    assert_eq!(org.host.emitted[0].1.method, "GET");
    assert_eq!(sent(&org, "x-okta-verification-challenge").len(), 1);

    org.call("POST", "/api/v1/groups", &json!({"profile": {"name": "Heard"}}));
    let (due, request, retry) = org.host.emitted[1].clone();
    assert_eq!((due - org.host.now, retry.waits.len()), (1_000_000_000, 1));
    assert_eq!((&*request.method, &*request.url), ("POST", "https://audit.fern.example/events"));
    assert_eq!(sent(&org, "authorization"), ["secret-of-the-hook", "secret-of-the-hook"]);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["eventType"], "com.okta.event_hook");
    assert_eq!(body["source"], format!("https://fern.okta.com/api/v1/eventHooks/{id}"));
    assert_eq!(body["data"]["events"][0]["target"][0]["displayName"], "Heard");

    org.call("POST", "/api/v1/users/ben@fern.example/lifecycle/suspend", &Value::Null);
    assert_eq!(org.host.emitted.len(), 2);
}

#[test]
fn a_hook_is_deleted_when_it_is_inactive() {
    let mut org = Org::new(FIXTURE);
    let id = hook(&mut org);
    assert_eq!(org.call("DELETE", &format!("/api/v1/eventHooks/{id}"), &Value::Null).status, 400);
    let ended =
        json(&org.call("POST", &format!("/api/v1/eventHooks/{id}/lifecycle/deactivate"), &Value::Null));
    assert_eq!(ended["status"], "INACTIVE");
    assert_eq!(org.call("DELETE", &format!("/api/v1/eventHooks/{id}"), &Value::Null).status, 204);
    assert_eq!(org.call("GET", &format!("/api/v1/eventHooks/{id}"), &Value::Null).status, 404);
}
