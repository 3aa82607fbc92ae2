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

/// A suite of which one scenario in three never satisfies, spread by `plan`.
fn spread(place: &Place, name: &str, trials: u32, mode: &str, plan: &str) {
    suite::write(place, name, "hostile-agent", trials, &["answer", "now", "loop"]);
    let file = place.path().join(name).join("suite.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace("threshold = 0.5\n", &format!("threshold = 0.9\n{mode}\n"));
    let text = format!("{text}plan = \"{plan}\"\n\n[usage]\nweights = {{ answer = 12, now = 12 }}\n");
    std::fs::write(&file, text).unwrap();
    // A loop changes nothing, so its judge has to ask for something.
    let sealed = place.path().join(name).join("loop/sealed/judge.toml");
    let text = std::fs::read_to_string(&sealed).unwrap();
    let must = "must = [{ what = \"a message\", in = \"slack/messages\", kind = \"created\", exactly = 1 }]";
    std::fs::write(&sealed, text.replace("nothing_changes = true", must)).unwrap();
}

/// How many trials each scenario had, in the order of their ids.
fn counts(place: &Place, folder: &str) -> Vec<u64> {
    let summary = summary(place, folder);
    let scenarios = summary["satisfaction"]["scenarios"].as_array().unwrap();
    scenarios.iter().map(|scenario| scenario["trials"].as_u64().unwrap()).collect()
}

#[test]
fn a_fixed_plan_spreads_its_trials_by_weight_or_draws_them() {
    let place = Place::new();
    spread(&place, "even", 40, "", "proportional");
    assert_eq!(place.run(&["run", "even", "--out", "a"]).code, 0);
    assert_eq!(counts(&place, "a"), [58, 5, 58]);
    spread(&place, "drawn", 40, "", "usage");
    let said = place.run(&["run", "drawn", "--out", "b", "--threads", "1"]);
    assert!(said.stdout.contains(" drawn, suite, exact, 95% "), "{}", said.stdout);
    let drawn = counts(&place, "b");
    assert_eq!(drawn.iter().sum::<u64>(), 120);
    let suite = &summary(&place, "b")["assessment"]["estimands"]["suite"];
    assert_eq!((&suite["method"], &suite["n"]), (&json!("clopper-pearson"), &json!(120.0)));
    let point = 1.0 - drawn[1] as f64 / 120.0;
    assert!((suite["point"].as_f64().unwrap() - point).abs() < 1e-12, "{suite}");

    for part in ["1", "2"] {
        let said = place.run(&["run", "drawn", "--shard", &format!("{part}/2"), "--out", part]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    place.run(&["merge", "1", "2", "--out", "merged"]);
    for file in ["summary.json", "results.jsonl", "events.jsonl"] {
        assert_eq!(place.read(&format!("merged/{file}")), place.read(&format!("b/{file}")), "{file}");
    }
}

#[test]
fn trials_that_go_where_they_tell_most_come_in_one_order_on_any_number_of_threads() {
    let place = Place::new();
    spread(&place, "spent", 100, "mode = \"sequential\"", "adaptive");
    for threads in ["1", "2", "7"] {
        let said = place.run(&["run", "spent", "--out", threads, "--threads", threads]);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    }
    for file in ["summary.json", "results.jsonl", "events.jsonl"] {
        let first = place.read(&format!("1/{file}"));
        assert!(["2", "7"].iter().all(|threads| place.read(&format!("{threads}/{file}")) == first), "{file}");
    }
    let gate = &summary(&place, "1")["assessment"]["gate"];
    assert_eq!((&gate["decision"], &gate["planned"]), (&json!("pass"), &json!(300)));
    let (counted, own) = (gate["counted"].as_u64().unwrap(), counts(&place, "1"));
    assert!(counted > 64 && own.iter().sum::<u64>() == counted, "{own:?}");

    let said = place.run(&["run", "spent", "--out", "none", "--shard", "1/2"]);
    assert!(said.code == 2 && said.stderr.contains("there are no shards"), "{}", said.stderr);
    let said = place.run(&["merge", "1", "--out", "none"]);
    assert!(said.code == 2 && said.stderr.contains("there are no shards"), "{}", said.stderr);
    let said = place.run(&["replay", "1", "loop#0"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let said = place.run(&["run", "spent", "--rerun", "failed", "--from", "1"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let failed = format!("0 of {} trials that were run again satisfy", own[1]);
    assert!(said.stdout.starts_with(&failed), "{}", said.stdout);
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
    // A loop changes nothing, so its judge has to ask for something.
    let sealed = place.path().join("two/loop/sealed/judge.toml");
    let text = std::fs::read_to_string(&sealed).unwrap();
    let must = "must = [{ what = \"a message\", in = \"slack/messages\", kind = \"created\", exactly = 1 }]";
    std::fs::write(&sealed, text.replace("nothing_changes = true", must)).unwrap();
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

#[test]
fn labels_and_verdicts_make_the_set_that_the_suite_names() {
    let place = Place::new();
    spread(&place, "both", 40, "", "fixed");
    assert_ne!(place.run(&["run", "both", "--out", "report"]).code, 2);
    let calibrate = |args: &[&str]| place.run(&[&["calibrate", "report"], args].concat());
    let said = calibrate(&["--labels", "labels.jsonl"]);
    assert!(said.code == 2 && said.stderr.contains("names no calibration set"), "{}", said.stderr);
    let file = place.path().join("both/suite.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}[calibration]\nset = \"set.json\"\n")).unwrap();

    let label = |trial: &str, label: bool| format!("{}\n", json!({"trial": trial, "label": label}));
    let labels: String = (0..40)
        .flat_map(|index| {
            // Of those that the judges pass people find three wanting.
            let passed = label(&format!("answer#{index}"), index >= 3);
            [passed, label(&format!("loop#{index}"), false)]
        })
        .collect();
    let write = |text: &str| std::fs::write(place.path().join("labels.jsonl"), text).unwrap();
    write(&labels);
    let said = calibrate(&["--labels", "labels.jsonl"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("sensitivity 1.000 of 37, specificity 0.930 of 43;"), "{}", said.stdout);
    let said = place.run(&["run", "both", "--out", "again"]);
    assert!(
        said.stdout.contains("\n  judges: calibrated, sensitivity 1.000 "),
        "{}{}",
        said.stdout,
        said.stderr
    );

    for (text, what) in [
        ("{\"trial\": \"answer#1\"}\n", "labels.jsonl:1: missing field `label`"),
        ("\n{\"trial\": \"answer\", \"label\": true}\n", "labels.jsonl:2: give a trial by"),
        (&label("answer#1", true).repeat(2), "labels.jsonl:2: a second label of answer#1"),
        (&label("answer#99", true), "answer#99 is labelled, and no trial of report"),
        ("\n", "there is no label in it"),
    ] {
        write(text);
        let said = calibrate(&["--labels", "labels.jsonl"]);
        assert!(said.code == 2 && said.stderr.contains(what), "{what}: {}", said.stderr);
    }
}

#[test]
fn the_labels_of_a_set_outlive_its_judges() {
    let place = Place::new();
    spread(&place, "both", 3, "", "fixed");
    place.run(&["run", "both", "--out", "report"]);
    // Of `now` the record of the first trial is kept alone.
    let label = |trial: String, label: bool| format!("{}\n", json!({"trial": trial, "label": label}));
    let labels: String = (0..3)
        .flat_map(|index| [label(format!("loop#{index}"), false), label(format!("now#{index}"), true)])
        .collect();
    std::fs::write(place.path().join("labels.jsonl"), labels).unwrap();
    let calibrate =
        |args: &[&str]| place.run(&[&["calibrate", "report", "--set", "set.json"], args].concat());
    assert_eq!(calibrate(&["--labels", "labels.jsonl"]).code, 0);
    let before: Value = serde_json::from_str(&place.read("set.json")).unwrap();
    let agree = |trial: &Value| trial["satisfied"] == trial["label"];
    assert!(before["trials"].as_array().unwrap().iter().all(agree), "{before}");

    // The judge asks for nothing any more, and so passes what it failed.
    let sealed = place.path().join("both/loop/sealed/judge.toml");
    let text = std::fs::read_to_string(&sealed).unwrap();
    let (head, _) = text.split_once("must = ").unwrap();
    std::fs::write(&sealed, format!("{head}nothing_changes = true\n")).unwrap();
    let said = calibrate(&[]);
    assert!(said.code == 2 && said.stderr.contains("--judge-again"), "{}", said.stderr);
    let said = calibrate(&["--judge-again"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let after: Value = serde_json::from_str(&place.read("set.json")).unwrap();
    assert_ne!(after["judges"], before["judges"]);
    let trials = after["trials"].as_array().unwrap();
    assert!(trials.len() == 6 && trials.iter().all(|trial| trial["satisfied"] == true), "{after}");

    std::fs::write(place.path().join("both/loop/story.md"), "Do something else.\n").unwrap();
    let said = calibrate(&["--judge-again"]);
    assert!(said.code == 2 && said.stderr.contains("cannot be judged again: "), "{}", said.stderr);
}
