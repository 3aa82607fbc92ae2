//! The languages that services are searched with, through the operations that take them: read, checked against a
//! world, and run.

use crate::requests::check;
use crate::twins::{jira_world, okta_world};
use form_urlencoded::byte_serialize;
use serde_json::{Value, json};
use twin_jira::Jira;
use twin_okta::Okta;
use twin_sdk::testing::request;
use twin_sdk::{Response, Twin};

/// One query in the Jira Query Language: searched for, counted, and shown as a tree.
pub fn jql(bytes: &[u8]) {
    let Ok(query) = std::str::from_utf8(bytes) else { return };
    let mut host = jira_world();
    let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
    for (path, body) in [
        ("search/jql", json!({"jql": query, "fields": ["summary"]})),
        ("jql/parse?validation=strict", json!({"queries": [query]})),
    ] {
        let url = format!("https://fern.atlassian.net/rest/api/3/{path}");
        answered::<Jira>(&Jira::handle(&mut host, &request("POST", &url, &headers, &body.to_string())));
    }
}

/// One text as a search, as a filter, and as the expression of a group rule.
pub fn okta_search(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut host = okta_world();
    let headers = [("authorization", "SSWS 00sdk-admin-token"), ("content-type", "application/json")];
    let encoded: String = byte_serialize(text.as_bytes()).collect();
    for target in ["users?search", "users?filter", "groups?search", "logs?filter", "apps?filter"] {
        let url = format!("https://fern.okta.com/api/v1/{target}={encoded}");
        answered::<Okta>(&Okta::handle(&mut host, &request("GET", &url, &headers, "")));
    }
    let rule = json!({
        "type": "group_rule", "name": "fuzz",
        "conditions": {"expression": {"value": text, "type": "urn:okta:expression:1.0"}},
        "actions": {"assignUserToGroups": {"groupIds": []}},
    });
    let url = "https://fern.okta.com/api/v1/groups/rules";
    answered::<Okta>(&Okta::handle(&mut host, &request("POST", url, &headers, &rule.to_string())));
}

/// An answer or a refusal, each in JSON: never the service's own failure.
fn answered<T: Twin>(response: &Response) {
    check(response);
    let name = T::describe().name;
    assert!(response.status < 500, "{name} fails: {}", String::from_utf8_lossy(&response.body));
    assert!(serde_json::from_slice::<Value>(&response.body).is_ok(), "{name} answers no JSON");
}
