//! Injected faults and failures of the world itself.

use serde_json::{Value, json};
use twin_okta::Okta;
use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Fault, Level, Twin};

use crate::org::{FIXTURE, Org, header, json};

#[test]
fn every_fault_has_the_services_own_form() {
    let cases = [
        (Fault::RateLimited(1_500_000_000), 429, "E0000047", Some("1767607202")),
        (Fault::Unauthorized, 401, "E0000011", None),
        (Fault::ServerError, 500, "E0000009", None),
        (Fault::Unavailable, 503, "E0000010", None),
        (Fault::Other("eclipse".to_owned()), 500, "E0000009", None),
    ];
    for (fault, status, code, reset) in cases {
        let sent = request("GET", "https://fern.okta.com/api/v1/users", &[], "");
        let response = Okta::handle_fault(&mut MemoryHost::default(), &fault, &sent);
        let answer = json(&response);
        assert_eq!((response.status, answer["errorCode"].as_str()), (status, Some(code)), "{fault:?}");
        assert!(answer["errorId"].as_str().is_some_and(|id| id.starts_with("oae") && id.len() == 25));
        assert_eq!(header(&response, "x-rate-limit-reset"), reset);
    }
}

#[test]
fn a_full_world_is_the_services_internal_error_and_is_logged() {
    let mut org = Org::new(FIXTURE);
    // The bucket's own document is there already.
    org.call("GET", "/api/v1/groups", &Value::Null);
    org.host.quota = 0;
    let response = org.call("POST", "/api/v1/groups", &json!({"profile": {"name": "No room"}}));
    assert_eq!((response.status, json(&response)["errorCode"].as_str()), (500, Some("E0000009")));
    assert!(org.host.lines.iter().any(|(level, _)| *level == Level::Error));
}

#[test]
fn what_the_twin_lacks_is_logged() {
    let mut org = Org::new(FIXTURE);
    let response = org.call("GET", "/api/v1/governance/campaigns", &Value::Null);
    assert_eq!(response.status, 405);
    let lines: Vec<_> = org.host.lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(lines, ["GET /api/v1/governance/campaigns: no operation of the twin has this path"]);
}

#[test]
fn nothing_that_a_client_sends_breaks_the_twin() {
    let mut org = Org::new(FIXTURE);
    let long = "(".repeat(50_000);
    let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    for (method, target, body) in [
        ("GET", "/api/v1/users?search=%ff%00", ""),
        ("GET", &*format!("/api/v1/users?search={long}"), ""),
        ("GET", "/api/v1/users/%", ""),
        ("GET", "/api/v1/logs?after=AAAA&since=x", ""),
        ("POST", "/api/v1/users", &*deep),
        ("POST", "/api/v1/users", "{\"profile\": 3}"),
        ("POST", "/oauth2/v1/token", "grant_type=client_credentials&client_assertion=a.b.c"),
        ("POST", "/api/v1/idps/credentials/keys", "{\"x5c\": [\"AoID\"]}"),
        ("GET", "//", ""),
    ] {
        let headers = [("authorization", "SSWS 00sdk-admin-token")];
        let response = org.send(method, target, &headers, body);
        assert!((400..500).contains(&response.status), "{method} {target}: {}", response.status);
    }
}
