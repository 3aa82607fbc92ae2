//! People and fixtures, right and wrong.

use serde_json::Value;
use twin_okta::Okta;
use twin_sdk::testing::MemoryHost;
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
fn empty_texts_write_nothing() {
    let mut host = MemoryHost::default();
    Okta::seed(&mut host, "", "").unwrap();
    assert_eq!(host.count("org") + host.count("users"), 0);
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
    ] {
        let outcome = Okta::seed(&mut MemoryHost::default(), "", &fixture).map_err(Error::from);
        let Err(Error::InvalidArgument(text)) = outcome else { panic!("{fixture}: {outcome:?}") };
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn the_demo_is_in_order() {
    Okta::seed(&mut MemoryHost::default(), "", include_str!("../../fixtures/demo.json")).unwrap();
}
