//! Suites with mistakes: all are listed with their places, and no trial starts.

use crate::glasshouse::Place;
use crate::suite;
use std::fs;

#[test]
fn all_mistakes_of_all_files_are_listed_at_once() {
    let place = Place::new();
    place.copy("host/cli/tests/it/suites/mistaken");
    let said = place.run(&["run", "mistaken"]);
    assert_eq!(said.code, 2);
    assert_eq!(said.stdout, "");
    for place in ["mistaken/suite.toml:", "mistaken/late/scenario.toml:", "mistaken/late/sealed/judge.toml:"]
    {
        let with_position =
            said.stderr.lines().filter_map(|line| line.strip_prefix("error: ")?.strip_prefix(place));
        let is_position = |rest: &str| {
            let mut numbers = rest.splitn(3, ':').map(|number| number.parse::<u32>().is_ok());
            numbers.next() == Some(true) && numbers.next() == Some(true)
        };
        assert!(with_position.clone().any(is_position), "{place}\n{}", said.stderr);
    }
    assert!(!place.path().join(".glasshouse").exists(), "a report was begun");
    insta::assert_snapshot!(said.shown());
}

#[test]
fn a_subject_that_asks_for_more_than_its_role_is_refused_by_the_imports_name() {
    let place = Place::new();
    suite::write(&place, "peeking", "peeking-agent", 1, &["answer"]);
    let said = place.run(&["run", "peeking"]);
    assert_eq!(said.code, 2);
    for import in ["glasshouse:capability/trajectory@0.1.0", "glasshouse:capability/outcome@0.1.0"] {
        assert!(said.stderr.contains(import), "{}", said.stderr);
    }
    assert!(!place.path().join(".glasshouse").exists(), "a report was begun");
    insta::assert_snapshot!(said.shown());
}

/// Where no value has the name, and where only some of a list's values have it: once each, at the user's own file.
#[test]
fn a_name_that_nothing_is_drawn_for_is_told_once() {
    let place = Place::new();
    suite::write(&place, "drawn", "hostile-agent", 20, &["answer", "fail"]);
    let append = |file: &str, text: &str| {
        let path = place.path().join("drawn").join(file);
        fs::write(&path, fs::read_to_string(&path).unwrap() + text).unwrap();
    };
    append("answer/sealed/judge.toml", "what = \"${nobody}\"\n");
    append("fail/scenario.toml", "\n[draw]\nwho = [{ id = \"U1\" }, { id = \"U2\", name = \"Ben\" }]\n");
    append("fail/sealed/judge.toml", "what = \"${who.id}\"\n");
    append("fail/story.md", "${who.id}\n");
    let said = place.run(&["run", "drawn"]);
    assert_eq!(said.stderr.matches("${nobody}").count(), 1, "{}", said.stderr);
    assert!(said.stderr.starts_with("error: drawn/answer/sealed/judge.toml: "), "{}", said.stderr);
    assert!(said.stderr.ends_with("1 mistake; nothing was started\n"), "{}", said.stderr);
    let judge = place.path().join("drawn/answer/sealed/judge.toml");
    fs::write(&judge, fs::read_to_string(&judge).unwrap().replace("${nobody}", "somebody")).unwrap();
    append("fail/story.md", "${who.name}\n");
    let said = place.run(&["run", "drawn"]);
    assert_eq!(said.stderr.matches("${who.name}").count(), 1, "{}", said.stderr);
    assert!(said.stderr.starts_with("error: drawn/fail/"), "{}", said.stderr);
}

#[test]
fn what_was_typed_wrongly_has_a_hint() {
    let place = Place::new();
    fs::write(place.path().join("file"), "").unwrap();
    suite::write(&place, "polite", "hostile-agent", 1, &["answer"]);
    for args in [
        &["run", "nowhere"][..],
        &["run", "polite", "--out", "file"],
        &["inspect", "nowhere.wasm"],
        &["serve", "--twin", "nowhere"],
        &["serve", "--fixture", "nowhere.json"],
        &["serve", "--twin", "agent-greeter"],
    ] {
        let said = place.run(args);
        assert_eq!(said.code, 2, "{args:?}: {}", said.shown());
        assert!(
            said.stderr.starts_with("error: ") && said.stderr.contains("\n  hint: "),
            "{args:?}: {}",
            said.stderr
        );
        assert_eq!(said.stdout, "", "{args:?}");
    }
    assert_eq!(place.run(&["run", "polite", "--threads", "0"]).code, 2);
}
