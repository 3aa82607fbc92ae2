//! `prove` on this machine: every hostile guest is held, and what is typed wrongly has the list of cases.

use crate::glasshouse::Place;
use serde_json::Value;

#[test]
fn every_case_is_enforced_on_this_machine() {
    let place = Place::new();
    let said = place.run(&["prove"]);
    insta::assert_snapshot!(said.shown());

    let json = place.run(&["prove", "--format", "json"]);
    assert_eq!((json.code, json.stderr.as_str()), (0, ""));
    let proof: Value = serde_json::from_str(&json.stdout).unwrap();
    let cases = proof["cases"].as_array().unwrap();
    assert!(cases.len() >= 25 && proof["summary"]["total"] == cases.len(), "{proof}");
    assert_eq!(proof["summary"]["enforced"], proof["summary"]["total"]);
    for (case, line) in cases.iter().zip(said.stdout.lines()) {
        let mut keys: Vec<_> = case.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["enforced", "expected", "group", "id", "observed", "title"], "{case}");
        let id = case["id"].as_str().unwrap();
        assert!(id.starts_with(&format!("{}/", case["group"].as_str().unwrap())), "{case}");
        assert_eq!(case["enforced"], true, "{case}");
        assert!(line.starts_with(&format!("enforced      {id} ")), "{line}");
    }
}

#[test]
fn one_case_runs_by_itself_and_leaves_no_folder() {
    let place = Place::new();
    let output =
        place.command(&["prove", "--case", "artefact/flipped"]).env("TMPDIR", place.path()).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert_eq!(stdout, "enforced      artefact/flipped  is compiled again\n1 of 1 enforced\n");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn an_unknown_case_is_told_with_the_list() {
    let said = Place::new().run(&["prove", "--case", "cpu/none"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
    assert!(said.stderr.starts_with("error: there is no case `cpu/none`\n  hint: "), "{}", said.stderr);
    assert!(said.stderr.contains("cpu/endless-loop, cpu/endless-fill, "), "{}", said.stderr);
}

#[test]
fn a_hostile_guest_has_no_name_on_the_command_line() {
    for name in ["hostile-agent", "peeking-agent", "breaking-twin", "breaking"] {
        let said = Place::new().run(&["inspect", name]);
        assert_eq!(said.code, 2, "{name}");
        let bundled = said.stderr.split("a bundled name: ").nth(1).unwrap();
        assert!(!bundled.contains(name), "{bundled}");
    }
}
