//! `specs/documents.md` against what the verbs print: the same keys with the same kinds, at every depth.

use crate::glasshouse::Place;
use serde_json::Value;

const PAGE: &str = include_str!("../../../../specs/documents.md");

/// The documents below a heading of the page.
fn documents(verb: &str) -> Vec<Value> {
    let section = PAGE.split("\n## ").find(|section| section.starts_with(&format!("{verb}\n"))).unwrap();
    let blocks = section.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.map(|block| serde_json::from_str(block).unwrap()).collect()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Where the two differ. What is null on either side may be anything; a list on the page has one of its values; an
/// object without keys there may have any.
fn differences(at: &str, page: &Value, printed: &Value, found: &mut Vec<String>) {
    match (page, printed) {
        (Value::Null, _) | (_, Value::Null) => {}
        (Value::Object(page), Value::Object(printed)) if !page.is_empty() => {
            for key in page.keys().filter(|key| !printed.contains_key(*key)) {
                found.push(format!("{at}.{key} is not printed"));
            }
            for (key, value) in printed {
                match page.get(key) {
                    Some(page) => differences(&format!("{at}.{key}"), page, value, found),
                    None => found.push(format!("{at}.{key} is not on the page")),
                }
            }
        }
        (Value::Array(page), Value::Array(printed)) => {
            for value in printed {
                differences(&format!("{at}[]"), &page[0], value, found);
            }
        }
        _ if kind(page) == kind(printed) => {}
        _ => found.push(format!("{at} is {} on the page and printed as {}", kind(page), kind(printed))),
    }
}

fn compare(verb: &str, index: usize, printed: &str) {
    let printed = serde_json::from_str(printed).unwrap_or_else(|error| panic!("{verb}: {error}: {printed}"));
    let mut found = Vec::new();
    differences(verb, &documents(verb)[index], &printed, &mut found);
    assert!(found.is_empty(), "specs/documents.md: {}", found.join("; "));
}

#[test]
fn verbs_print_what_the_page_says() {
    let place = Place::new();
    std::fs::write(place.path().join("p.toml"), "version = 1\n[[http]]\nhosts = [\"a.example\"]\n").unwrap();
    let list = r#"{"path": ""}"#;
    for (verb, args) in [
        ("inspect", &["slack"][..]),
        ("inspect", &["tool-http", "--policy", "p.toml"]),
        ("call", &["tool-workspace", "list", list, "--audit", "audit.jsonl"]),
        ("call", &["tool-workspace", "list", "{}"]),
        ("prove", &["--case", "loader/empty"]),
        ("new", &["tool", "word-count", "--lang", "c"]),
        ("doctor", &[]),
        ("audit", &["audit.jsonl"]),
    ] {
        let said = place.run(&[&[verb], args, &["--format", "json"]].concat());
        compare(verb, 0, &said.stdout);
    }
    place.read("audit.jsonl").lines().for_each(|line| compare("audit", 1, line));
}

#[test]
fn a_difference_is_found() {
    let mut found = Vec::new();
    let page = serde_json::json!({ "a": [{ "b": 1 }], "c": "x", "d": {} });
    let printed = serde_json::json!({ "a": [{ "b": "1" }, {}], "d": { "e": 1 }, "f": null });
    differences("it", &page, &printed, &mut found);
    found.sort();
    assert_eq!(
        found,
        [
            "it.a[].b is not printed",
            "it.a[].b is number on the page and printed as text",
            "it.c is not printed",
            "it.f is not on the page",
        ]
    );
}
