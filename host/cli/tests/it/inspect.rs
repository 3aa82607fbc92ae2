//! `inspect` on bundled components, on files, and on what is no component.

use crate::glasshouse::Place;
use serde_json::Value;

#[test]
fn a_bundled_twin_says_who_it_is() {
    let said = Place::new().run(&["inspect", "slack"]);
    assert_eq!(said.code, 0);
    insta::assert_snapshot!(said.shown());
}

#[test]
fn a_file_is_told_as_its_bundled_twin_is() {
    let place = Place::new();
    std::fs::write(place.path().join("mine.wasm"), glasshouse_testing::guest("twin-slack")).unwrap();
    assert_eq!(place.run(&["inspect", "mine.wasm"]).stdout, place.run(&["inspect", "twin-slack"]).stdout);
}

#[test]
fn an_agent_that_peeks_is_shown_with_its_problems() {
    let place = Place::new();
    std::fs::write(place.path().join("agent.wasm"), glasshouse_testing::guest("peeking-agent")).unwrap();
    let said = place.run(&["inspect", "agent.wasm"]);
    assert_eq!(said.code, 2);
    insta::assert_snapshot!(said.shown());

    let json = place.run(&["inspect", "agent.wasm", "--format", "json"]);
    let findings: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, &findings["role"], &findings["twin"]), (2, &"agent".into(), &Value::Null));
    assert_eq!(findings["problems"].as_array().unwrap().len(), 2, "{findings}");
}

#[test]
fn what_is_no_component_has_its_next_step() {
    let place = Place::new();
    for (name, bytes) in [
        ("empty", &b""[..]),
        ("module", b"\0asm\x01\0\0\0"),
        ("text", b"(component)"),
        ("script", b"#!/bin/sh"),
        ("component", b"\0asm\x0d\0\x01\0"),
        ("cut", b"\0asm\x0d\0\x01\0\x01"),
    ] {
        std::fs::write(place.path().join(name), bytes).unwrap();
        let said = place.run(&["inspect", name]);
        assert_eq!(said.code, 2, "{name}: {}", said.shown());
        assert!(!said.stderr.contains("panicked"), "{name}: {}", said.stderr);
    }
}
