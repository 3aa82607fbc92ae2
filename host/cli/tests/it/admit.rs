//! A new suite runs, may count, and can be sealed; one whose oracle is wrong may not count.

use crate::glasshouse::Place;
use serde_json::Value;
use std::fs;

fn new_suite() -> Place {
    let place = Place::new();
    let said = place.run(&["new", "suite", "mine"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    let said = place.run(&["new", "scenario", "second", "--into", "mine/second"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    place
}

#[test]
fn a_new_suite_with_a_further_scenario_runs_and_is_admitted() {
    let place = new_suite();
    let said = place.run(&["run", "mine"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    let said = place.run(&["run", "mine", "--admit", "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    let report: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&report["schema"], &report["admitted"]), (&"admission/1".into(), &true.into()));
    for (scenario, id) in report["scenarios"].as_array().unwrap().iter().zip(["first-message", "second"]) {
        assert_eq!(scenario["scenario"], id);
        assert_eq!((&scenario["oracle"]["passes"], &scenario["idle_passes"]), (&20.into(), &0.into()));
    }
    let again = place.run(&["new", "scenario", "second", "--into", "mine/second"]);
    assert_eq!(again.code, 2, "{}", again.shown());
    let said = place.run(&["new", "suite", "other", "--lang", "rust"]);
    assert!(said.code == 2 && said.stderr.contains("--lang"), "{}", said.shown());
}

#[test]
fn a_scenario_whose_oracle_does_nothing_is_refused_with_the_reason() {
    let place = new_suite();
    fs::write(place.path().join("mine/second/sealed/oracle.json"), "[]").unwrap();
    let said = place.run(&["run", "mine", "--admit"]);
    assert_eq!(said.code, 1, "{}", said.shown());
    assert!(said.stdout.starts_with("NOT ADMITTED  1 of 2 scenarios of mine\n"), "{}", said.stdout);
    assert!(
        said.stdout.contains("the oracle satisfies in 0 of 20 trials; trial 0: effects: "),
        "{}",
        said.stdout
    );
    assert!(!place.path().join(".glasshouse").exists(), "a report was begun");
}

#[test]
fn a_sealed_suite_runs_with_its_key_and_opens_again() {
    let place = new_suite();
    let judge = place.read("mine/second/sealed/judge.toml");
    let said = place.run(&["seal", "mine", "--new-key", "key"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    assert!(said.stdout.starts_with("sealed 4 files with the key "), "{}", said.stdout);
    let said = place.run(&["run", "mine"]);
    assert!(said.code == 2 && said.stderr.contains("--seal-key"), "{}", said.shown());
    assert_eq!(place.run(&["run", "mine", "--seal-key", "key"]).code, 0);
    assert_eq!(place.run(&["run", "mine", "--admit", "--seal-key", "key"]).code, 0);
    fs::write(place.path().join("wrong"), "0".repeat(64)).unwrap();
    let said = place.run(&["unseal", "mine", "--key", "wrong"]);
    assert!(said.code == 2 && said.stderr.contains("and the key at hand is "), "{}", said.shown());
    let said = place.run(&["seal", "mine", "--new-key", "key"]);
    assert!(
        said.code == 2 && said.stderr.contains("hint: name a file that is not there yet"),
        "{}",
        said.shown()
    );
    assert_eq!(place.run(&["seal", "mine"]).code, 2);
    assert_eq!(place.run(&["unseal", "mine", "--key", "key"]).code, 0);
    assert_eq!(place.read("mine/second/sealed/judge.toml"), judge);
}

/// The line of a run that says what is known of its scenarios' admission.
fn known(place: &Place, args: &[&str]) -> String {
    let said = place.run(&[&["run", "mine"], args].concat());
    let line = said.stdout.lines().find_map(|line| line.strip_prefix("  admission: "));
    line.unwrap_or_else(|| panic!("{}", said.shown())).to_owned()
}

#[test]
fn runs_know_which_scenarios_were_admitted_and_which_have_changed_since() {
    let place = new_suite();
    let tries = "; `glasshouse run SUITE --admit` tries them";
    let untried =
        "not tried yet; `glasshouse run SUITE --admit` tells whether each scenario can pass and can fail";
    assert_eq!(known(&place, &[]), untried);
    assert_eq!(place.run(&["run", "mine", "--admit", "--filter", "id == 'second'"]).code, 0);
    let one = "1 of 2 scenarios are admitted; never tried: first-message";
    assert_eq!(known(&place, &[]), format!("{one}{tries}"));
    assert_eq!(known(&place, &["--filter", "id == 'second'"]), "1 of 1 scenarios are admitted");
    assert_eq!(place.run(&["run", "mine", "--admit"]).code, 0);
    assert_eq!(known(&place, &[]), "2 of 2 scenarios are admitted");
    let summary: Value = serde_json::from_str(&place.read(".glasshouse/mine/summary.json")).unwrap();
    assert_eq!(summary["admission"]["admitted"], 2);

    // The oracle is no part of what a run does; the seeds are no file of the scenario.
    let oracle = place.read("mine/second/sealed/oracle.json");
    fs::write(place.path().join("mine/second/sealed/oracle.json"), "[]").unwrap();
    let stale = "1 of 2 scenarios are admitted; changed since they were admitted or refused: second";
    assert_eq!(known(&place, &[]), format!("{stale}{tries}"));
    assert_eq!(place.run(&["run", "mine", "--admit"]).code, 1);
    let refused = "1 of 2 scenarios are admitted; refused: second";
    assert_eq!(known(&place, &[]), format!("{refused}{tries}"));
    fs::write(place.path().join("mine/second/sealed/oracle.json"), oracle).unwrap();
    assert_eq!(place.run(&["run", "mine", "--admit"]).code, 0);
    let suite = place.read("mine/suite.toml");
    fs::write(place.path().join("mine/suite.toml"), suite.replace("n = 20", "n = 21")).unwrap();
    assert!(known(&place, &[]).starts_with("0 of 2 scenarios are admitted; changed since "));
}

#[test]
fn a_suite_can_ask_that_its_scenarios_are_admitted() {
    let place = new_suite();
    let suite = place.read("mine/suite.toml");
    fs::write(place.path().join("mine/suite.toml"), format!("{suite}\n[admission]\nrequired = true\n"))
        .unwrap();
    let said = place.run(&["run", "mine"]);
    assert!(
        said.code == 2 && said.stderr.contains("for scenarios that are admitted: not tried yet"),
        "{}",
        said.stderr
    );
    assert!(!place.path().join(".glasshouse").exists(), "a report was begun");
    assert_eq!(place.run(&["run", "mine", "--admit"]).code, 0);
    assert_eq!(place.run(&["run", "mine"]).code, 0);

    let record = place.read("mine/admission.json").replace("\"key\"", "\"clef\"");
    fs::write(place.path().join("mine/admission.json"), record).unwrap();
    let said = place.run(&["run", "mine"]);
    assert!(said.code == 2 && said.stderr.contains("mine/admission.json:"), "{}", said.stderr);
}
