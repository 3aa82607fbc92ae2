//! `report`: reports made again from a run's folder, and the comparison of two runs.

use crate::glasshouse::Place;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};
use serde_json::Value;

/// A run whose texts try to become markup, commands and terminal escapes.
const HOSTILE: &str = "host/cli/tests/it/hostile_run";

const REPORTS: [&str; 3] = ["report.html", "junit.xml", "results.sarif"];

fn hostile() -> Place {
    let place = Place::new();
    place.copy(HOSTILE);
    let said = place.run(&["report", "hostile_run"]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "report: hostile_run/report.html\n"),
        "{}",
        said.stderr
    );
    place
}

#[test]
fn a_runs_reports_are_made_again_byte_by_byte() {
    let place = Place::new();
    place.copy("scenarios/first-day");
    assert_eq!(place.run(&["run", "first-day", "--out", "run", "--threads", "2"]).code, 0);
    assert_eq!(place.run(&["report", "run", "--out", "again"]).code, 0);
    for file in REPORTS {
        assert_eq!(place.read(&format!("run/{file}")), place.read(&format!("again/{file}")), "{file}");
    }
}

#[test]
fn no_text_of_a_run_stands_in_its_page() {
    let page = hostile().read("hostile_run/report.html");
    let blocks = page.lines().filter(|line| line.starts_with("<script type=\"application/zlib\""));
    let mut count = 0;
    for block in blocks {
        let packed = block.split_once('>').unwrap().1.strip_suffix("</script>").unwrap();
        assert!(packed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
        count += 1;
    }
    assert!(count > 10, "{count}");
    assert_eq!(page.matches("<script").count(), count + 1);
    assert!(!page.contains("pwned"));
}

#[test]
fn test_results_are_read_by_their_own_parser_and_hold_no_character_that_xml_forbids() {
    let text = hostile().read("hostile_run/junit.xml");
    assert!(text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r')), "{text:?}");
    let report = Report::deserialize_from_str(&text).unwrap();
    let [suite] = report.test_suites.as_slice() else { panic!("one suite") };
    assert_eq!((suite.tests, suite.failures, suite.errors), (5, 2, 1));
    let case = |name: &str| -> &TestCase {
        suite.test_cases.iter().find(|case| case.name.as_str() == name).unwrap()
    };
    let kind = |name: &str| match &case(name).status {
        TestCaseStatus::NonSuccess { kind, .. } => Some(*kind),
        _ => None,
    };
    assert_eq!(kind("hostile-texts"), Some(NonSuccessKind::Failure));
    assert_eq!(kind("two-at-once"), Some(NonSuccessKind::Error), "half of its trials have no verdict");
    assert_eq!(kind("gate"), Some(NonSuccessKind::Failure));
    assert_eq!(kind("read-only"), None);
    let TestCaseStatus::Success { flaky_runs } = &case("grant-for-a-day").status else { panic!("flaky") };
    assert_eq!(flaky_runs.len(), 3);
    let property = case("grant-for-a-day").properties.iter().find(|one| one.name.as_str() == "failed_seeds");
    assert_eq!(property.unwrap().value.as_str().split(' ').count(), 3);
}

/// The schema of the format, whose publisher calls it `sarif-schema-2.1.0.json`.
fn schema() -> jsonschema::Validator {
    // The pattern of languages ends with a bracket that closes nothing, which is no expression for this crate.
    let text = include_str!("sarif/sarif-schema-2.1.0.json").replace("{2}]?$", "{2}$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn findings_are_as_the_schema_of_their_format_says() {
    let mut sarif: Value = serde_json::from_str(&hostile().read("hostile_run/results.sarif")).unwrap();
    let schema = schema();
    let mistakes: Vec<_> =
        schema.iter_errors(&sarif).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(mistakes, [""; 0]);
    sarif["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!schema.is_valid(&sarif), "there is no such level");
}

#[test]
fn findings_are_one_a_rule_and_scenario_with_their_place_and_steps() {
    let text = hostile().read("hostile_run/results.sarif");
    let sarif: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(sarif["runs"].as_array().unwrap().len(), 1);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let rules: Vec<_> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!(
        rules,
        ["denied/http evil.example", "denied/tools.call", "harm/effects", "judge/effects"],
        "once a rule and scenario"
    );
    let flow = |result: &Value| result["codeFlows"][0]["threadFlows"][0]["locations"].clone();
    for result in results {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let uri = place["uri"].as_str().unwrap();
        assert!(uri.starts_with("scenarios/browser/") && uri.ends_with("/scenario.toml"), "{uri}");
        assert!(result["partialFingerprints"]["scenarioAndCriterion/v1"].is_string(), "{result}");
        assert!(!flow(result).as_array().unwrap().is_empty(), "{result}");
    }
    assert_eq!(
        results[0]["message"]["text"],
        "hostile-texts, 6 trials: the subject was denied http evil.example"
    );
    assert!(!text.contains('\u{202e}') && !text.contains("\\u001b"), "{text}");
    let first = flow(&results[0]);
    let step = first[0]["location"]["message"]["text"].as_str().unwrap();
    assert!(step.contains("\\[31mred"), "brackets would make a link: {step}");
}

#[test]
fn github_gets_a_summary_and_marks_that_no_text_of_a_run_can_forge() {
    let place = hostile();
    let summary = place.path().join("step.md");
    let mut command = place.command(&["report", "hostile_run"]);
    let output = command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).output().unwrap();
    let marks = String::from_utf8(output.stderr).unwrap();
    let first: Vec<_> = marks.lines().map(|line| line.split("::").nth(1).unwrap()).collect();
    assert_eq!(
        first,
        [
            "error file=scenarios/browser/hostile-texts/scenario.toml,line=2,title=hostile-texts",
            "warning file=scenarios/browser/grant-for-a-day/scenario.toml,line=2,title=grant-for-a-day",
            "warning file=scenarios/browser/two-at-once/scenario.toml,line=3,title=two-at-once",
        ],
        "{marks}"
    );
    let summary = std::fs::read_to_string(summary).unwrap();
    assert!(summary.starts_with("## browser: FAIL\n"), "{summary}");
    assert!(!summary.contains("<script") && !summary.contains("<img"), "{summary}");
    assert!(summary.contains("| hostile&#45;texts | 0/6 | 0.000 | [0.000, 0.460] |"), "{summary}");
}

#[test]
fn a_folder_without_a_run_is_named() {
    let place = Place::new();
    let said = place.run(&["report", "nothing"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.starts_with("error: nothing holds no whole run: nothing/summary.json: "),
        "{}",
        said.stderr
    );
}

#[test]
fn runs_whose_scenarios_changed_in_between_are_not_compared() {
    let place = two_runs();
    let digest = |name: &str| format!("blake3:{}", format!("{:02x}", name.len()).repeat(32));
    let events = place.read("b/events.jsonl").replace(&digest("read-only"), &digest("another"));
    std::fs::write(place.path().join("b/events.jsonl"), events).unwrap();
    let said = place.run(&["report", "diff", "a", "b"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("the files of the scenario `read-only` changed"), "{}", said.stderr);
}

/// Two runs of one suite, the second with one trial of `read-only` changed.
fn two_runs() -> Place {
    let place = Place::new();
    place.copy(HOSTILE);
    std::fs::rename(place.path().join("hostile_run"), place.path().join("a")).unwrap();
    std::fs::create_dir(place.path().join("b")).unwrap();
    for file in ["summary.json", "events.jsonl", "scenarios.json"] {
        std::fs::write(place.path().join("b").join(file), place.read(&format!("a/{file}"))).unwrap();
    }
    let results = place.read("a/results.jsonl");
    let changed = results.lines().map(|line| {
        let mut result: Value = serde_json::from_str(line).unwrap();
        if result["scenario"] == "read-only" && result["index"] == 7 {
            result["satisfied"] = false.into();
            result["reason"] = "effects: it wrote \u{1b}[31m".into();
        }
        format!("{result}\n")
    });
    std::fs::write(place.path().join("b/results.jsonl"), changed.collect::<String>()).unwrap();
    place
}

#[test]
fn what_broke_between_two_runs_comes_first() {
    let place = two_runs();
    let said = place.run(&["report", "diff", "a", "b"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let lines: Vec<_> = said.stdout.lines().collect();
    assert_eq!(lines[0], "browser: 1 broke, 0 mended, of 40 trials in both runs (2 not compared)");
    assert!(lines[1].starts_with("  satisfaction -0.015 [-0.0"), "{}", said.stdout);
    assert!(lines[1].ends_with(", 95%: not shown to be better or worse"), "{}", said.stdout);
    assert!(
        lines[2].starts_with("  sign flips p 1.000; this comparison shows differences from 0."),
        "{}",
        said.stdout
    );
    assert_eq!(lines[3], "passed, now fail:");
    let (trial, reason) = lines[4].split_once(": ").unwrap();
    assert!(trial.starts_with("  read-only trial 7 seed "), "{trial}");
    assert_eq!(reason, "effects: it wrote \u{fffd}[31m");
    assert_eq!(lines[5..], ["scenarios that changed:", "  read-only  20/20 -> 19/20  -0.050"]);
    let json: Value =
        serde_json::from_str(&place.run(&["report", "diff", "a", "b", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["scenarios"][2]["broke"][0]["index"], 7);
    assert_eq!((&json["pairs"], &json["unpaired"]), (&40.into(), &2.into()));
    let same = place.run(&["report", "diff", "a", "a"]).stdout;
    assert!(same.starts_with("browser: 0 broke, 0 mended, of 40 trials"), "{same}");
}

#[test]
fn runs_with_other_judges_are_compared_only_where_that_is_asked_for() {
    let place = two_runs();
    let summary = place.read("b/summary.json").replace(&"cd".repeat(32), &"00".repeat(32));
    std::fs::write(place.path().join("b/summary.json"), summary).unwrap();
    let said = place.run(&["report", "diff", "a", "b"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("the judge `judge-effects` is not the same"), "{}", said.stderr);
    let said = place.run(&["report", "diff", "a", "b", "--regrade"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("\n  not alike: the judge `judge-effects` is not the same\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn pages_of_an_earlier_and_larger_report_go_away() {
    let place = hostile();
    std::fs::write(place.path().join("hostile_run/report-2.html"), "of an earlier, larger run").unwrap();
    assert_eq!(place.run(&["report", "hostile_run"]).code, 0);
    assert!(!place.path().join("hostile_run/report-2.html").exists());
}
