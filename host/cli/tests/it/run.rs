//! `run` on the suite of the first command, and what must not show in a report.

use crate::glasshouse::{Place, redacted};
use crate::suite;
use serde_json::Value;
use std::process::Stdio;

const REPORT: [&str; 3] = ["summary.json", "results.jsonl", "events.jsonl"];

#[test]
fn the_first_command_tells_its_verdict() {
    let place = Place::new();
    place.copy("scenarios/first-day");
    let said = place.run(&["run", "first-day"]);
    assert!(said.stdout.lines().count() <= 25, "{}", said.stdout);
    insta::assert_snapshot!("first_day", said.shown());
    insta::assert_snapshot!("first_day_summary", redacted(&place.read(".glasshouse/first-day/summary.json")));

    let timings: Value = serde_json::from_str(&place.read(".glasshouse/first-day/timings.json")).unwrap();
    assert_eq!(timings["schema"], "timings/1");
    assert_eq!(timings["trials"], place.read(".glasshouse/first-day/results.jsonl").lines().count());
}

#[test]
fn the_same_run_leaves_the_same_bytes_whatever_its_threads_and_folders() {
    let (one, two) = (Place::new(), Place::new());
    for place in [&one, &two] {
        place.copy("scenarios/first-day");
    }
    let said = one.run(&["run", "first-day", "--out", "a", "--threads", "1"]);
    assert_eq!(said.code, one.run(&["run", "first-day", "--out", "b", "--threads", "1"]).code);
    let json = two.run(&["run", "first-day", "--out", "c/d", "--threads", "2", "--format", "json"]);
    assert_eq!((said.code, json.stdout.as_str()), (json.code, one.read("a/summary.json").as_str()));
    for file in REPORT {
        let first = one.read(&format!("a/{file}"));
        assert_eq!(first, one.read(&format!("b/{file}")), "{file}");
        assert_eq!(first, two.read(&format!("c/d/{file}")), "{file}");
    }
}

#[test]
fn events_are_kept_of_the_trials_that_do_not_satisfy() {
    let place = Place::new();
    suite::write(&place, "mixed", "hostile-agent", 3, &["answer", "loop"]);
    assert_ne!(place.run(&["run", "mixed", "--out", "report"]).code, 2);
    let results: Vec<Value> =
        place.read("report/results.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let events: Vec<Value> =
        place.read("report/events.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for result in results {
        let is_its =
            |line: &&Value| line["scenario"] == result["scenario"] && line["index"] == result["index"];
        let lines: Vec<_> = events.iter().filter(is_its).collect();
        let seed = u64::from_str_radix(result["seed"].as_str().unwrap(), 16).unwrap();
        let is_replayed = result["satisfied"] == false || seed % 50 == 0;
        let is_kept = is_replayed || result["index"] == 0;
        assert_eq!(!lines.is_empty(), is_kept, "{result}");
        assert_eq!(result["context"].is_u64() && result["hash"].is_string(), is_kept, "{result}");
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            assert_eq!(first["begun"]["seed"], result["seed"]);
            assert_eq!(
                (&last["ended"]["ending"], &last["ended"]["head"]),
                (&result["ending"], &result["head"])
            );
        }
        assert_eq!(result["replayed"] == true, is_replayed, "{result}");
    }
}

#[test]
fn threads_are_as_many_as_a_machine_can_have() {
    let place = Place::new();
    suite::write(&place, "polite", "hostile-agent", 1, &["answer"]);
    for threads in ["0", "1025", "99999999999999", "-1", "two"] {
        let said = place.run(&["run", "polite", &format!("--threads={threads}")]);
        assert_eq!(said.code, 2, "{threads}: {}", said.stderr);
        assert!(said.stderr.contains("a whole number from 1 to 1024"), "{threads}: {}", said.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_breaks_nothing() {
    let place = Place::new();
    suite::write(&place, "polite", "hostile-agent", 1, &["answer"]);
    let mut child =
        place.command(&["run", "polite"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let said = child.wait_with_output().unwrap();
    assert_eq!(said.status.code(), Some(3), "{}", String::from_utf8_lossy(&said.stderr));
    assert!(!String::from_utf8_lossy(&said.stderr).contains("panicked"));
}

#[test]
fn a_cache_that_cannot_be_used_is_a_warning() {
    let place = Place::new();
    suite::write(&place, "polite", "hostile-agent", 1, &["answer"]);
    std::fs::write(place.path().join("file"), "").unwrap();
    let output = place.command(&["run", "polite"]).env("GLASSHOUSE_CACHE", "file").output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{stderr}");
    assert!(stderr.starts_with("warning: ") && stderr.contains("\n  hint: "), "{stderr}");
}

#[test]
fn an_interrupted_run_leaves_the_earlier_report_as_it_was() {
    let place = Place::new();
    suite::write(&place, "endless", "hostile-agent", 100_000, &["loop"]);
    let report = place.path().join("report");
    std::fs::create_dir(&report).unwrap();
    std::fs::write(report.join("summary.json"), "earlier").unwrap();
    let child = place.command(&["run", "endless", "--out", "report"]).stderr(Stdio::piped()).spawn().unwrap();
    let begun = report.join(format!(".results.jsonl.{}.part", child.id()));
    wait_for_listener(&begun, child.id());
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let said = child.wait_with_output().unwrap();
    assert_eq!(said.status.code(), Some(130), "{}", String::from_utf8_lossy(&said.stderr));
    let mut left: Vec<_> =
        std::fs::read_dir(&report).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["journal.jsonl", "ledger", "run.json", "summary.json"]);
    assert_eq!(place.read("report/summary.json"), "earlier");
}

/// The report is begun just after signals are listened for.
fn wait_for_listener(begun: &std::path::Path, process: u32) {
    while !begun.exists() {
        assert!(std::path::Path::new(&format!("/proc/{process}/exe")).exists(), "the run ended early");
        std::thread::yield_now();
    }
}
