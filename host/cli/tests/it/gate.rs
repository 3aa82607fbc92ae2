//! What the gate decides, when it stops a run, and what the report says of it.

use crate::glasshouse::Place;
use crate::suite;
use serde_json::{Value, json};

/// Puts more keys into the suite's gate, and more tables behind it.
fn gate(place: &Place, suite: &str, keys: &str, tables: &str) {
    let file = place.path().join(suite).join("suite.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("threshold = 0.5\n", &format!("{keys}\n"));
    std::fs::write(file, format!("{text}\n{tables}\n")).unwrap();
}

fn summary(place: &Place, folder: &str) -> Value {
    serde_json::from_str(&place.read(&format!("{folder}/summary.json"))).unwrap()
}

#[test]
fn a_sequential_gate_stops_the_run_at_one_trial_on_any_number_of_threads() {
    let place = Place::new();
    suite::write(&place, "steady", "hostile-agent", 100, &["answer"]);
    gate(&place, "steady", "mode = \"sequential\"\nthreshold = 0.8", "");
    for threads in ["1", "2", "7"] {
        let said = place.run(&["run", "steady", "--out", threads, "--threads", threads]);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
        assert!(
            said.stdout.contains("anytime, 95% each   gate >= 0.8   stopped at 17 of 100 trials\n"),
            "{}",
            said.stdout
        );
        assert_eq!(place.read(&format!("{threads}/results.jsonl")).lines().count(), 17);
    }
    for file in ["summary.json", "results.jsonl"] {
        let first = place.read(&format!("1/{file}"));
        assert!(["2", "7"].iter().all(|threads| place.read(&format!("{threads}/{file}")) == first), "{file}");
    }
    let gate = &summary(&place, "1")["assessment"]["gate"];
    assert_eq!((&gate["decision"], &gate["counted"]), (&json!("pass"), &json!(17)));
    assert!(gate["evidence"]["ln_pass"].as_f64() >= gate["evidence"]["pass_at"].as_f64(), "{gate}");
}

#[test]
fn what_settles_nothing_may_be_a_warning() {
    for (policy, code) in [("block", 3), ("warn", 0)] {
        let place = Place::new();
        suite::write(&place, "short", "hostile-agent", 2, &["answer"]);
        gate(&place, "short", &format!("threshold = 0.9\ninconclusive = \"{policy}\""), "");
        let said = place.run(&["run", "short"]);
        assert_eq!(said.code, code, "{}", said.stdout);
        assert!(said.stdout.starts_with("INCONCLUSIVE  "), "{}", said.stdout);
    }
}

#[test]
fn a_critical_scenario_has_a_gate_of_its_own() {
    let place = Place::new();
    suite::write(&place, "two", "hostile-agent", 20, &["answer", "loop"]);
    let file = place.path().join("two/loop/scenario.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("title =", "criticality = \"critical\"\ntitle =")).unwrap();
    gate(&place, "two", "threshold = 0.2", "");
    let said = place.run(&["run", "two", "--out", "report"]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("critical: 0 of 1 shown, loop fails at 0/20\n"), "{}", said.stdout);
    assert_eq!(summary(&place, "report")["assessment"]["gate"]["claim"], "pass");
}

/// A set of 200 labels that the judges of this digest got right but for six.
fn labels(judges: &str) -> String {
    let trials = (0..200).map(|number| {
        let label = number % 2 == 0;
        json!({"trial": format!("answer#{number}"), "label": label, "satisfied": label != (number < 6)})
    });
    json!({"schema": "calibration/1", "judges": judges, "trials": trials.collect::<Vec<_>>()}).to_string()
}

#[test]
fn an_edit_of_a_judge_voids_its_calibration() {
    let place = Place::new();
    suite::write(&place, "sure", "hostile-agent", 60, &["answer"]);
    gate(&place, "sure", "threshold = 0.8", "[calibration]\nset = \"labels.json\"\nrequired = true");
    let set = place.path().join("sure/labels.json");
    let other = format!("blake3:{}", "0".repeat(64));
    std::fs::write(&set, labels(&other)).unwrap();
    let said = place.run(&["run", "sure", "--out", "report"]);
    assert_eq!(said.code, 5, "{}", said.stdout);
    assert!(said.stdout.starts_with("UNCALIBRATED  "), "{}", said.stdout);
    assert!(said.stdout.contains("judge its trials again\n"), "{}", said.stdout);

    let judges = summary(&place, "report")["judges"]["digest"].as_str().unwrap().to_owned();
    std::fs::write(&set, labels(&judges)).unwrap();
    let said = place.run(&["run", "sure", "--out", "report"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("\n  judges: calibrated, sensitivity 0.970 "), "{}", said.stdout);
    let suite = &summary(&place, "report")["assessment"]["estimands"]["suite"];
    assert_eq!(suite["method"], "meld");
    assert_eq!(summary(&place, "report")["judges"]["digest"], judges.as_str());

    let file = place.path().join("sure/answer/sealed/judge.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("nothing_changes = true", "nothing_changes = true # a remark"))
        .unwrap();
    assert_eq!(place.run(&["run", "sure"]).code, 0, "a remark is no edit");
    std::fs::write(&file, text.replace("[judge.criterion]", "weight = 2\n[judge.criterion]")).unwrap();
    assert_eq!(place.run(&["run", "sure"]).code, 5);
}

#[test]
fn a_calibration_set_that_cannot_be_read_is_told_before_any_trial() {
    let place = Place::new();
    suite::write(&place, "sure", "hostile-agent", 1, &["answer"]);
    gate(&place, "sure", "threshold = 0.8", "[calibration]\nset = \"labels.json\"");
    let said = place.run(&["run", "sure"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("labels.json: the file is missing"), "{}", said.stderr);
    std::fs::write(place.path().join("sure/labels.json"), labels("x").replace("\"label\"", "\"lable\""))
        .unwrap();
    let said = place.run(&["run", "sure"]);
    assert!(said.code == 2 && said.stderr.contains("labels.json:1:"), "{}", said.stderr);
}
