//! People and fixtures, right and wrong.

use serde_json::Value;
use twin_okta::Okta;
use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Error, Host, Order, Range, Twin};

const PEOPLE: &str = r#"{"people": [
    {"id": "ana", "name": "Ana Silva", "email": "ana@fern.example", "title": "Engineer"},
    {"id": "ben", "name": "Ben Okafor", "email": "ben@fern.example", "active": false}
]}"#;

fn users(fixture: &str) -> Vec<(String, Value)> {
    let mut host = MemoryHost::default();
    Okta::seed(&mut host, PEOPLE, fixture).unwrap();
    let all = Range { start: None, end: None };
    let entries = host.scan("users", &all, 10_000, Order::Ascending);
    entries.into_iter().map(|entry| (entry.key, serde_json::from_slice(&entry.value).unwrap())).collect()
}

#[test]
fn where_nothing_is_said_an_administrator_has_a_new_org() {
    for fixture in ["", "{}"] {
        let mut host = MemoryHost::default();
        Okta::seed(&mut host, "", fixture).unwrap();
        let mut get = |path: &str| -> Value {
            let url = format!("http://localhost/api/v1/{path}");
            let answer = Okta::handle(&mut host, &request("GET", &url, &[("authorization", "SSWS t")], ""));
            assert_eq!(answer.status, 200, "{path}");
            serde_json::from_slice(&answer.body).unwrap()
        };
        assert_eq!(get("users/me")["profile"]["login"], "admin@glasshouse.example");
        assert_eq!(get("users/me/roles")[0]["type"], "SUPER_ADMIN");
        let names = |found: Value| -> Vec<Value> {
            found.as_array().unwrap().iter().map(|item| item["name"].clone()).collect()
        };
        assert_eq!(names(get("apps")), ["saasure", "okta_enduser", "okta_browser_plugin"]);
        let rule = |found: Value| found[0]["actions"].clone();
        let policy = get("policies?type=PASSWORD")[0].clone();
        assert_eq!(policy["settings"]["password"]["complexity"]["minLength"], 8);
        let rules = get(&format!("policies/{}/rules", policy["id"].as_str().unwrap()));
        assert_eq!(rule(rules)["passwordChange"]["access"], "ALLOW");
        let verify = get("authenticators")[1]["settings"]["appInstanceId"].clone();
        assert_eq!(get("mappings")[0]["source"]["id"], verify);
    }
}

#[test]
fn people_become_users_with_the_same_ids_every_time() {
    let found = users("");
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|(key, user)| key.len() == 20 && user["id"] == key.as_str()));
    assert_eq!(users(""), found);
    let placed = users(r#"{"users": [{"id": "00u1", "person": "ana", "profile": {"title": "Gardener"}}]}"#);
    let (_, ana) = placed.iter().find(|(key, _)| key == "00u1").unwrap();
    assert_eq!(
        (&ana["profile"]["login"], &ana["profile"]["title"]),
        (&"ana@fern.example".into(), &"Gardener".into())
    );
    let (_, ben) = placed.iter().find(|(key, _)| key != "00u1").unwrap();
    assert_eq!(ben["status"], "DEPROVISIONED");
}

#[test]
fn mistakes_are_named_with_their_place() {
    let user = r#"{"profile": {"firstName": "A", "lastName": "B", "email": "a@b.example"}}"#;
    for (fixture, expected) in [
        ("{\n \"rooms\": []}".to_owned(), "unknown field `rooms`"),
        (r#"{"users": [{"person": "zoe"}]}"#.to_owned(), "users[0].person: no person zoe"),
        (r#"{"users": [{"profile": {"firstName": "A"}}]}"#.to_owned(), "users[0]: "),
        (format!(r#"{{"users": [{user}, {user}]}}"#), "users[1]: a@b.example is there twice"),
        (r#"{"tokens": {"t": {"user": "nobody@b.example"}}}"#.to_owned(), "tokens.t.user: no user"),
        (r#"{"groups": [{"name": "G", "members": ["x"]}]}"#.to_owned(), "groups[0].members[0]: no user x"),
        (r#"{"groups": [{"name": "Everyone"}]}"#.to_owned(), "groups[0]: group Everyone is there twice"),
        (r#"{"apps": [{"body": {"name": "bookmark"}}]}"#.to_owned(), "apps[0]: label"),
        (r#"{"rate_limits": {"/x": {"limit": 1}}}"#.to_owned(), "rate_limits./x: no such bucket"),
        (r#"{"documents": {"rooms": {}}}"#.to_owned(), "documents.rooms: no table rooms"),
        (r#"{"empty": ["rooms"]}"#.to_owned(), "empty[0]: no table rooms"),
        (
            r#"{"documents": {"zones": {"nzo1": {"id": "nzo2"}}}}"#.to_owned(),
            "documents.zones.nzo1: the document's id",
        ),
        (
            r#"{"documents": {"members": {"00g1": {}}}}"#.to_owned(),
            "documents.members.00g1: the key is GROUP/USER",
        ),
    ] {
        let outcome = Okta::seed(&mut MemoryHost::default(), "", &fixture).map_err(Error::from);
        let Err(Error::InvalidArgument(text)) = outcome else { panic!("{fixture}: {outcome:?}") };
        assert!(text.contains(expected), "{text}");
    }
}

const DOCUMENTS: &str = r#"{
    "tokens": {"t": {"user": "ana@fern.example", "id": "00T1", "name": "Own"}},
    "empty": ["brands", "mappings"],
    "documents": {
        "users": {"00u9": {"id": "00u9", "status": "STAGED", "profile": {"login": "Zoe@fern.example"}}},
        "groups": {"00g9": {"id": "00g9", "type": "OKTA_GROUP", "profile": {"name": "Night"}}},
        "members": {"00g9/00u9": {}},
        "apps": {"0oa9": {"id": "0oa9", "name": "bookmark", "label": "B", "status": "ACTIVE"}},
        "app_users": {"0oa9/00u9": {"id": "00u9", "scope": "USER", "status": "ACTIVE"}},
        "brands": {"bnd9": {"id": "bnd9", "name": "Only", "_links": {"self": {"href": "elsewhere"}}}}
    }
}"#;

#[test]
fn documents_are_there_with_what_follows_from_them() {
    let mut host = MemoryHost::default();
    Okta::seed(&mut host, PEOPLE, DOCUMENTS).unwrap();
    let mut get = |path: &str| -> Value {
        let url = format!("http://localhost/api/v1/{path}");
        let answer = Okta::handle(&mut host, &request("GET", &url, &[("authorization", "SSWS t")], ""));
        assert_eq!(answer.status, 200, "{path}");
        serde_json::from_slice(&answer.body).unwrap()
    };
    assert_eq!(get("users/zoe@fern.example")["id"], "00u9");
    assert_eq!(get("users/00u9/groups").as_array().unwrap().len(), 2);
    assert_eq!(get("users/00u9/appLinks")[0]["appInstanceId"], "0oa9");
    assert_eq!(get("api-tokens")[0]["id"], "00T1");
    assert_eq!(get("mappings"), Value::Array(Vec::new()));
    let brands = get("brands");
    assert_eq!((brands.as_array().unwrap().len(), &brands[0]["name"]), (1, &"Only".into()));
    assert_eq!(brands[0]["_links"]["self"]["href"], "http://localhost/api/v1/brands/bnd9");
}

#[test]
fn the_demo_is_in_order() {
    Okta::seed(&mut MemoryHost::default(), "", include_str!("../../fixtures/demo.json")).unwrap();
}

#[test]
fn any_token_is_good_where_none_is_named() {
    let ask = |fixture: &str| {
        let mut host = MemoryHost::default();
        Okta::seed(&mut host, PEOPLE, fixture).unwrap();
        let headers = [("authorization", "SSWS whatever")];
        let answer =
            Okta::handle(&mut host, &request("GET", "https://fern.okta.com/api/v1/users/me", &headers, ""));
        (answer.status, serde_json::from_slice::<Value>(&answer.body).unwrap())
    };
    let (status, me) = ask("");
    assert_eq!((status, &me["profile"]["login"]), (200, &"ana@fern.example".into()));
    assert_eq!(ask(r#"{"tokens": {"t": {"user": "ana@fern.example"}}}"#).0, 401);
}
