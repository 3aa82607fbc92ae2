//! Seeds that a suite or a scenario names.

use crate::glasshouse::{Place, Said};
use crate::suite;
use serde_json::Value;
use std::fs;

/// Two scenarios; `suite` stands instead of the suite's `n`, `own` at the end of the scenario `answer`.
fn listed(suite: &str, own: &str) -> Place {
    let place = Place::new();
    suite::write(&place, "listed", "hostile-agent", 3, &["answer", "request"]);
    let edit = |file: &str, edit: &dyn Fn(String) -> String| {
        let path = place.path().join("listed").join(file);
        fs::write(&path, edit(fs::read_to_string(&path).unwrap())).unwrap();
    };
    edit("suite.toml", &|text| text.replace("n = 3", suite));
    edit("answer/scenario.toml", &|text| text + own);
    place
}

fn run(place: &Place) -> Said {
    place.run(&["run", "listed", "--out", "out", "--threads", "2"])
}

/// The seeds of a scenario's trials, in planned order.
fn seeds(place: &Place, scenario: &str) -> Vec<String> {
    let text = place.read("out/results.jsonl");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let own = lines.filter(|line| line["scenario"] == scenario);
    own.map(|line| line["seed"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn trials_have_the_seeds_that_are_named() {
    let place = listed("n = 3", "\n[seeds]\nlist = [\"05aa61a1e53dfef1\", 2, \"00000000000000ff\", 1]\n");
    assert_eq!(run(&place).code, 0);
    let named = ["05aa61a1e53dfef1", "0000000000000002", "00000000000000ff", "0000000000000001"];
    assert_eq!(seeds(&place, "answer"), named);
    assert_eq!(seeds(&place, "request").len(), 3);

    let place = listed("list = [7, 5]", "");
    // So few trials settle no gate.
    assert_eq!(run(&place).code, 3);
    for scenario in ["answer", "request"] {
        assert_eq!(seeds(&place, scenario), ["0000000000000007", "0000000000000005"]);
    }
    let said = place.run(&["replay", "out", "answer#1"]);
    assert_eq!(said.code, 0, "{}", said.shown());
}

#[test]
fn a_list_does_not_go_with_a_plan_that_draws() {
    let said = run(&listed("n = 3\nplan = \"usage\"", "\n[seeds]\nlist = [1, 2]\n"));
    let wanted = "listed/answer/scenario.toml:16:1: `list` does not go with the suite's plan = \"usage\"";
    assert!(said.code == 2 && said.stderr.contains(wanted), "{}", said.shown());
    let said = run(&listed("list = [1, 2]\nplan = \"usage\"", ""));
    let wanted = "listed/suite.toml:11:1: `plan` does not go with `list`";
    assert!(said.code == 2 && said.stderr.contains(wanted), "{}", said.shown());
}

/// Another list is another suite: what was tried with the one says nothing of the other.
#[test]
fn the_suites_list_is_part_of_what_an_admission_rests_on() {
    let place = Place::new();
    assert_eq!(place.run(&["new", "suite", "mine"]).code, 0);
    let file = place.path().join("mine/suite.toml");
    let text = fs::read_to_string(&file).unwrap();
    let with = |list: &str| fs::write(&file, text.replace("n = 20", list)).unwrap();
    with("list = [1, 2]");
    assert_eq!(place.run(&["run", "mine", "--admit"]).code, 0);
    let said = |list: &str| {
        with(list);
        let said = place.run(&["run", "mine"]);
        said.stdout.lines().find(|line| line.starts_with("  admission: ")).unwrap_or_default().to_owned()
    };
    assert_eq!(said("list = [1, 2]"), "  admission: 1 of 1 scenarios are admitted");
    assert!(said("list = [1, 3]").starts_with("  admission: 0 of 1 scenarios are admitted; changed since "));
}
