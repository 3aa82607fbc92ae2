//! `call`: answers, refusals, limits and policies, each with its exit code; and the audit that it leaves.

use crate::glasshouse::{Place, Said};
use serde_json::{Value, json};

const LISTING: &[&str] = &["call", "tool-workspace", "list", "{\"path\": \"\"}"];

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", said.shown()))
}

#[test]
fn an_answer_is_data_and_the_bill_is_not() {
    let said = Place::new().run(LISTING);
    assert_eq!(said.code, 0, "{}", said.shown());
    serde_json::from_str::<Value>(&said.stdout).unwrap();
    assert!(said.stderr.starts_with("bill: "), "{}", said.stderr);
}

#[test]
fn the_document_has_answer_bill_and_audit() {
    let said = Place::new().run(&[LISTING, &["--format", "json"]].concat());
    let called = json(&said);
    assert_eq!((said.code, &called["schema"], &called["outcome"]), (0, &json!("call/1"), &json!("answered")));
    assert!(called["bill"]["fuel"].as_u64().unwrap() > 0, "{called}");
    assert_eq!(called["bill"]["interfaces"][0]["interface"], "workspace", "{called}");
    assert_eq!(called["audit"]["entries"], 3, "the component, the call, and what it listed: {called}");
}

#[test]
fn a_wrong_argument_is_refused_before_the_tool_runs() {
    let said = Place::new().run(&["call", "tool-workspace", "read", "{\"pth\": 1}", "--format", "json"]);
    let called = json(&said);
    assert_eq!((said.code, &called["error"]["case"]), (1, &json!("invalid-argument")), "{called}");
    assert_eq!(called["bill"]["fuel"], 0);
}

#[test]
fn what_the_policy_does_not_grant_names_the_import_and_the_lines() {
    let said = Place::new().run(&["call", "tool-http", "fetch", "{\"url\": \"https://a.example/\"}"]);
    assert_eq!(said.code, 2, "{}", said.shown());
    assert!(said.stderr.contains("glasshouse:capability/http@0.1.0"), "{}", said.stderr);
    assert!(said.stderr.contains("[[http]]\nhosts = [\"HOST\"]"), "{}", said.stderr);
}

#[test]
fn a_denied_request_has_the_lines_that_would_allow_it() {
    let place = Place::new();
    std::fs::write(place.path().join("p.toml"), "version = 1\n[[http]]\nhosts = [\"b.example\"]\n").unwrap();
    let url = "{\"url\": \"https://a.example/\"}";
    let said =
        place.run(&["call", "tool-http", "fetch", url, "--policy", "p.toml", "--audit", "audit.jsonl"]);
    assert_eq!(said.code, 1, "{}", said.shown());
    assert!(said.stderr.contains("[[http]]\nhosts = [\"a.example\"]"), "{}", said.stderr);
    let checked = place.run(&["audit", "audit.jsonl"]);
    assert_eq!(checked.code, 0, "{}", checked.shown());
    let changed = place.read("audit.jsonl").replace("denied", "allowed");
    std::fs::write(place.path().join("audit.jsonl"), changed).unwrap();
    let broken = place.run(&["audit", "audit.jsonl"]);
    assert!(broken.code == 2 && broken.stderr.contains("line "), "{}", broken.shown());
}

#[test]
fn a_limit_is_the_guests_fault() {
    let place = Place::new();
    std::fs::write(place.path().join("p.toml"), "version = 1\n[limits]\nfuel = 1000\n").unwrap();
    let said = place.run(&[LISTING, &["--policy", "p.toml", "--format", "json"]].concat());
    let called = json(&said);
    assert_eq!((said.code, &called["error"]["case"]), (7, &json!("limit")), "{called}");
}

#[test]
fn a_mistake_in_a_policy_has_its_place_and_the_nearest_key() {
    let place = Place::new();
    std::fs::write(place.path().join("p.toml"), "version = 1\n[limits]\nmemry = \"1MiB\"\n").unwrap();
    let said = place.run(&[LISTING, &["--policy", "p.toml"]].concat());
    assert_eq!(said.code, 2, "{}", said.shown());
    assert!(said.stderr.starts_with("error: p.toml:3:1: "), "{}", said.stderr);
    assert!(said.stderr.contains("memory"), "{}", said.stderr);
}

#[test]
fn a_key_that_nothing_enforces_is_refused() {
    let place = Place::new();
    let policy = "version = 1\n[model]\nproviders = [\"anthropic\"]\ntokens = 1\n";
    std::fs::write(place.path().join("p.toml"), policy).unwrap();
    let said = place.run(&[LISTING, &["--policy", "p.toml"]].concat());
    assert_eq!(said.code, 2, "{}", said.shown());
    assert!(said.stderr.contains("this build does not enforce `model`"), "{}", said.stderr);
}

#[test]
fn another_digest_than_the_pinned_one_is_refused() {
    let zeros = format!("blake3:{}", "0".repeat(64));
    let said = Place::new().run(&[LISTING, &["--digest", &zeros]].concat());
    assert_eq!(said.code, 2, "{}", said.shown());
    assert_eq!(said.stderr.matches("blake3:").count(), 2, "{}", said.stderr);
}

#[test]
fn needs_are_held_against_grants() {
    let place = Place::new();
    let policy = "version = 1\n[[tool]]\nname = \"x.y\"\n";
    std::fs::write(place.path().join("p.toml"), policy).unwrap();
    let said = place.run(&["inspect", "tool-http", "--policy", "p.toml", "--format", "json"]);
    let findings = json(&said);
    assert_eq!(said.code, 2);
    let needs = findings["policy"]["needs"].as_array().unwrap();
    let http = needs.iter().find(|need| need["import"] == "glasshouse:capability/http@0.1.0").unwrap();
    assert_eq!(http["grant"], "missing");
    assert_eq!(findings["policy"]["over_granted"], json!(["p.toml:2:1: [[tool]]"]));
    assert_eq!(findings["tools"][0]["name"], "fetch", "{findings}");
}
