//! Lists longer than a page, followed by their `Link` headers.

use serde_json::Value;

use crate::org::{Org, json, next};

const FIXTURE: &str = r#"{
    "tokens": {"00sdk-admin-token": {"user": "ana@fern.example"}},
    "users": [{"profile": {"firstName": "Ana", "lastName": "Silva", "email": "ana@fern.example"}}],
    "filler": {"users": 262, "groups": 30}
}"#;

fn walk(org: &mut Org, target: &str) -> (Vec<usize>, Vec<String>) {
    let (mut lengths, mut ids, mut target) = (Vec::new(), Vec::new(), target.to_owned());
    loop {
        let response = org.call("GET", &target, &Value::Null);
        let answer = json(&response);
        let items = answer.as_array().unwrap_or_else(|| panic!("{answer}"));
        lengths.push(items.len());
        ids.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match next(&response) {
            Some(next) => target = next,
            None => return (lengths, ids),
        }
    }
}

#[test]
fn every_one_of_263_users_comes_once_and_in_order() {
    let mut org = Org::new(FIXTURE);
    org.host.now += 60_000_000_000;
    let (lengths, ids) = walk(&mut org, "/api/v1/users?limit=100");
    assert_eq!(lengths, [100, 100, 63]);
    assert!(ids.is_sorted_by(|one, other| one < other));
    assert_eq!(walk(&mut org, "/api/v1/users").0, [200, 63]);
    assert_eq!(walk(&mut org, "/api/v1/users?search=status%20eq%20%22ACTIVE%22&limit=150").0, [150, 113]);
    assert_eq!(walk(&mut org, "/api/v1/groups?limit=16").0, [16, 15]);
}

#[test]
fn links_lead_back_to_the_door_that_took_the_request() {
    let mut org = Org::new(FIXTURE);
    let door = [
        ("authorization", "SSWS 00sdk-admin-token"),
        ("x-forwarded-host", "127.0.0.1:8080"),
        ("x-forwarded-proto", "http"),
    ];
    for list in ["users?", "groups?", "logs?"] {
        let response = org.send("GET", &format!("/api/v1/{list}limit=1"), &door, "");
        let target = next(&response).unwrap();
        assert!(target.starts_with(&format!("http://127.0.0.1:8080/api/v1/{list}")), "{target}");
    }
    let user = json(&org.send("GET", "/api/v1/users/ana@fern.example", &door, ""));
    let own = user["_links"]["self"]["href"].as_str().unwrap();
    assert!(own.starts_with("http://127.0.0.1:8080/api/v1/users/00u"), "{own}");
}

#[test]
fn links_stay_at_the_host_of_the_request() {
    let mut org = Org::new(FIXTURE);
    let response = org.call("GET", "/api/v1/users?limit=1&q=a", &Value::Null);
    let target = next(&response).unwrap();
    assert!(target.starts_with("https://fern.okta.com/api/v1/users?q=a&after="), "{target}");
    let elsewhere = org.call("GET", &target.replace("q=a", "q=b"), &Value::Null);
    assert_eq!((elsewhere.status, json(&elsewhere)["errorCode"].as_str()), (400, Some("E0000029")));
}

#[test]
fn polling_the_log_never_ends_and_repeats_nothing() {
    let mut org = Org::new(FIXTURE);
    let create = |org: &mut Org, name: &str| {
        org.call("POST", "/api/v1/groups", &serde_json::json!({"profile": {"name": name}}));
    };
    create(&mut org, "one");
    let mut target = "/api/v1/logs?since=2026-01-05T09:00:00Z&limit=2".to_owned();
    let mut names = Vec::new();
    for round in 0..3 {
        let response = org.call("GET", &target, &Value::Null);
        let answer = json(&response);
        names
            .extend(answer.as_array().unwrap().iter().map(|event| event["target"][0]["displayName"].clone()));
        target = next(&response).unwrap();
        create(&mut org, &format!("more {round}"));
    }
    assert_eq!(names, ["one", "more 0", "more 1"]);
}
