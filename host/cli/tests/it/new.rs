//! `new`, `doctor` and the documents that are made from the command line's own definitions.

use crate::glasshouse::Place;
use serde_json::Value;

#[test]
fn a_plugin_is_written_once() {
    let place = Place::new();
    for (role, lang) in [("tool", "rust"), ("judge", "js"), ("tool", "python"), ("judge", "c")] {
        let name = format!("my-{role}-{lang}");
        let said = place.run(&["new", role, &name, "--lang", lang, "--format", "json"]);
        assert_eq!(said.code, 0, "{}", said.shown());
        let written: Value = serde_json::from_str(&said.stdout).unwrap();
        let files: Vec<_> = written["files"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(files.contains(&"README.md") && files.contains(&"wit/world.wit"), "{files:?}");
        let again = place.run(&["new", role, &name, "--lang", lang]);
        assert_eq!(again.code, 2, "{}", again.shown());
    }
    let said = place.run(&["new", "tool", "My Tool"]);
    assert!(said.code == 2 && said.stderr.contains("my-tool"), "{}", said.shown());
}

#[test]
fn doctor_tells_what_there_is() {
    let said = Place::new().run(&["doctor", "--format", "json"]);
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((said.code, &report["schema"]), (0, &"doctor/1".into()), "{report}");
    assert_eq!(report["checks"][0]["name"], "engine");
}

#[test]
fn completions_and_manual_name_every_verb() {
    let place = Place::new();
    for args in [&["completions", "bash"][..], &["completions", "zsh"], &["completions", "fish"], &["man"]] {
        let said = place.run(args);
        assert_eq!(said.code, 0, "{}", said.shown());
        for verb in ["run", "prove", "inspect", "call", "new", "doctor"] {
            assert!(said.stdout.contains(verb), "{args:?}: {verb}");
        }
        assert!(!said.stdout.contains("compile-child") || args[0] == "completions", "{args:?}");
    }
}
