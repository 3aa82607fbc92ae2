//! Runs in parts, runs that end early and go on, and trials that are run again.

use crate::glasshouse::{Place, Said};
use crate::suite;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Stdio;

const REPORT: [&str; 3] = ["summary.json", "results.jsonl", "events.jsonl"];
/// Each ends soon: with an answer, with a full log, with requests to nobody. Only the first satisfies.
const DOES: [&str; 3] = ["answer", "flood", "request"];
/// What nobody here does.
const SEALED: &str = "schema = \"judge/1\"\n[[judge]]\nid = \"effects\"\ncomponent = \"judge-effects\"\n\
                      [[judge.criterion.must]]\nwhat = \"somebody is greeted\"\nin = \"slack/messages\"\n\
                      kind = \"created\"\nexactly = 1\n";

fn lines(place: &Place, file: &str) -> Vec<Value> {
    place.read(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lines of a file without what says where the ledger keeps them.
fn results(place: &Place, file: &str) -> Vec<Value> {
    let without = |mut line: Value| {
        line.as_object_mut().unwrap().remove("context");
        line
    };
    lines(place, file).into_iter().map(without).collect()
}

fn mixed(trials: u32) -> Place {
    let place = Place::new();
    suite::write(&place, "mixed", "hostile-agent", trials, &DOES);
    for does in DOES.iter().skip(1) {
        fs::write(place.path().join("mixed").join(does).join("sealed/judge.toml"), SEALED).unwrap();
    }
    place
}

fn whole(place: &Place) -> Said {
    place.run(&["run", "mixed", "--out", "whole", "--threads", "2"])
}

#[test]
fn shards_merge_into_the_report_of_one_run() {
    let place = mixed(20);
    let said = whole(&place);
    let mut trials = 0;
    for part in 1..=4 {
        let (shard, out) = (format!("{part}/4"), format!("part-{part}"));
        let said = place.run(&["run", "mixed", "--shard", &shard, "--out", &out, "--threads", "1"]);
        assert_eq!(said.code, 0, "{}", said.shown());
        assert!(said.stdout.starts_with(&format!("shard {shard}: ")), "{}", said.stdout);
        assert!(!place.path().join(&out).join("summary.json").exists());
        trials += lines(&place, &format!("{out}/results.jsonl")).len();
    }
    assert_eq!(trials, 60);
    let into = place.run(&["merge", "part-1", "part-2", "part-3", "part-4", "--out", "part-2/../part-3"]);
    assert!(into.code == 2 && into.stderr.contains("is one of the runs"), "{}", into.shown());
    let merged = place.run(&["merge", "part-3", "part-1", "part-4", "part-2", "--out", "merged"]);
    assert_eq!((merged.code, &merged.stdout), (said.code, &said.stdout.replace("whole", "merged")));
    for file in REPORT {
        assert_eq!(place.read(&format!("whole/{file}")), place.read(&format!("merged/{file}")), "{file}");
    }
}

#[test]
fn shards_that_do_not_make_a_whole_are_not_merged() {
    let place = mixed(4);
    for (args, out) in [(["--shard", "1/2"], "one"), (["--filter", "id == 'answer'"], "other")] {
        place.run(&[&["run", "mixed", "--out", out][..], &args].concat());
    }
    let said = place.run(&["merge", "one", "--out", "merged"]);
    assert!(said.code == 2 && said.stderr.contains("are in none of the folders"), "{}", said.stderr);
    let said = place.run(&["merge", "one", "other", "--out", "merged"]);
    assert!(said.code == 2 && said.stderr.contains("same --filter"), "{}", said.stderr);
    let said = place.run(&["merge", "nowhere"]);
    assert!(said.code == 2 && said.stderr.contains("run.json"), "{}", said.stderr);
}

/// Starts the run, waits until that many trials stand in its journal, and sends it a signal.
fn end_after(place: &Place, args: &[&str], trials: usize, signal: &str) {
    let mut child = place.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = place.path().join("out/journal.jsonl");
    while ran(&journal).len() < trials {
        assert!(child.try_wait().unwrap().is_none(), "the run ended early");
        std::thread::yield_now();
    }
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait().unwrap();
}

/// The keys of the trials in a journal, whole lines only.
fn ran(journal: &Path) -> Vec<String> {
    let text = fs::read_to_string(journal).unwrap_or_default();
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let key = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        line["ran"]["line"]["key"].as_str().map(str::to_owned)
    };
    whole.lines().filter_map(key).collect()
}

#[test]
fn a_run_that_is_killed_goes_on_with_nothing_lost_and_nothing_run_twice() {
    let place = mixed(60);
    let said = whole(&place);
    let journal = place.path().join("out/journal.jsonl");
    let run = ["run", "mixed", "--out", "out", "--threads", "2"];
    let resume = [&run[..], &["--resume"]].concat();
    let (mut args, mut before) = (run.to_vec(), BTreeSet::new());
    for (trials, signal) in [(20, "-KILL"), (70, "-INT"), (120, "-KILL")] {
        end_after(&place, &args, trials, signal);
        let keys = ran(&journal);
        let unique: BTreeSet<_> = keys.iter().cloned().collect();
        assert_eq!(keys.len(), unique.len(), "a trial ran twice");
        assert!(unique.is_superset(&before), "a trial was lost");
        (args, before) = (resume.clone(), unique);
    }
    // As a power cut may leave it.
    let mut torn = fs::read(&journal).unwrap();
    torn.extend(b"{\"ran\":{\"line\":{\"scen");
    fs::write(&journal, torn).unwrap();
    let resumed = place.run(&resume);
    assert_eq!((resumed.code, &resumed.stdout), (said.code, &said.stdout.replace("whole", "out")));
    let timings: Value = serde_json::from_str(&place.read("out/timings.json")).unwrap();
    assert_eq!(timings["trials"], 180 - before.len());
    assert!(!journal.exists());
    let left = fs::read_dir(place.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().ends_with(".part")).collect();
    assert!(left.is_empty(), "what a killed run wrote stays: {left:?}");
    for file in ["summary.json", "events.jsonl"] {
        assert_eq!(place.read(&format!("whole/{file}")), place.read(&format!("out/{file}")), "{file}");
    }
    assert_eq!(results(&place, "whole/results.jsonl"), results(&place, "out/results.jsonl"));
    let contexts: BTreeSet<_> =
        lines(&place, "out/results.jsonl").iter().filter_map(|line| line["context"].as_u64()).collect();
    let kept = lines(&place, "out/results.jsonl").iter().filter(|line| line["context"].is_u64()).count();
    assert_eq!(contexts.len(), kept);
    let verified = place.run(&["ledger", "verify", "--store", "out/ledger"]);
    assert_eq!(verified.code, 0, "{}", verified.shown());
}

/// The order of such a run follows from what its trials came to, so it has to come out of the journal again.
#[test]
fn a_run_that_draws_as_it_goes_goes_on_where_it_was() {
    let place = mixed(60);
    let file = place.path().join("mixed/suite.toml");
    let text = fs::read_to_string(&file).unwrap();
    let text =
        text.replace("threshold = 0.5", "threshold = 0.333\nconfidence = 0.9999999\nmode = \"sequential\"");
    fs::write(&file, format!("{text}plan = \"adaptive\"\n")).unwrap();
    let said = whole(&place);
    assert_eq!(said.code, 3, "{}", said.stdout);
    assert!(said.stdout.lines().next().unwrap().ends_with("   180 trials"), "{}", said.stdout);
    let run = ["run", "mixed", "--out", "out", "--threads", "2"];
    end_after(&place, &run, 100, "-KILL");
    let resumed = place.run(&[&run[..], &["--resume"]].concat());
    assert_eq!((resumed.code, &resumed.stdout), (said.code, &said.stdout.replace("whole", "out")));
    assert_eq!(results(&place, "whole/results.jsonl"), results(&place, "out/results.jsonl"));
    let timings: Value = serde_json::from_str(&place.read("out/timings.json")).unwrap();
    assert!(timings["trials"].as_u64().unwrap() <= 80, "{timings}");
}

#[test]
fn what_ran_with_other_files_is_run_again() {
    let place = mixed(30);
    let run = ["run", "mixed", "--out", "out", "--threads", "1"];
    end_after(&place, &run, 5, "-KILL");
    let story = place.path().join("mixed/answer/story.md");
    fs::write(&story, "Do something else.\n").unwrap();
    let said = place.run(&[&run[..], &["--resume"]].concat());
    assert!(said.stderr.contains("ran with other files or components"), "{}", said.stderr);
    assert_eq!(lines(&place, "out/results.jsonl").len(), 90);
    let said = place.run(&[&run[..], &["--resume"]].concat());
    assert!(said.code == 2 && said.stderr.contains("no run is under way"), "{}", said.stderr);
    end_after(&place, &run, 5, "-KILL");
    let said = place.run(&run);
    assert!(said.stderr.contains("out held a run that was not whole"), "{}", said.stderr);
}

#[test]
fn trials_that_failed_are_run_again_alone() {
    let place = mixed(3);
    whole(&place);
    let failed =
        lines(&place, "whole/results.jsonl").iter().filter(|line| line["satisfied"] == false).count();
    assert!(failed > 0);
    let said = place.run(&["run", "mixed", "--rerun", "failed", "--from", "whole"]);
    assert_eq!(said.code, 1, "{}", said.shown());
    assert_eq!(said.stdout, format!("0 of {failed} trials that were run again satisfy\n"));
    assert_eq!(lines(&place, "whole/rerun/results.jsonl").len(), failed);
}

#[test]
fn a_critical_scenario_that_fails_ends_the_run_where_that_is_asked_for() {
    let place = mixed(40);
    let file = place.path().join("mixed/flood/scenario.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("title", "criticality = \"critical\"\ntitle", 1)).unwrap();
    let said = whole(&place);
    let run = ["run", "mixed", "--out", "out", "--threads", "2", "--fail-fast"];
    let ended = place.run(&run);
    assert_eq!(ended.code, 1, "{}", ended.shown());
    assert!(ended.stderr.contains("flood#0 does not satisfy and is critical; 41 of 120"), "{}", ended.stderr);
    assert!(!place.path().join("out/summary.json").exists());
    let resumed = place.run(&["run", "mixed", "--out", "out", "--resume"]);
    assert_eq!((resumed.code, &resumed.stdout), (said.code, &said.stdout.replace("whole", "out")));
    assert_eq!(place.read("whole/summary.json"), place.read("out/summary.json"));
}

#[test]
fn a_trial_is_replayed_from_its_record() {
    let place = mixed(3);
    whole(&place);
    let said = place.run(&["replay", "whole", "flood#1"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    let levels: Vec<_> = said.stdout.lines().skip(1).collect();
    assert_eq!(levels, ["R0     as recorded", "R1     as recorded", "R2     as recorded"]);
    let said = place.run(&["replay", "whole", "answer#1", "--level", "r2"]);
    assert_eq!(said.code, 0, "{}", said.shown());
    let said = place.run(&["replay", "whole", "flood#9"]);
    assert!(said.code == 2 && said.stderr.contains("results.jsonl"), "{}", said.stderr);
}

#[test]
fn a_record_that_was_changed_is_told_with_both_sides() {
    let place = mixed(3);
    whole(&place);
    let path = place.path().join("whole/events.jsonl");
    let edited: Vec<_> = fs::read_to_string(&path).unwrap().lines().map(edited).collect();
    fs::write(&path, edited.join("\n") + "\n").unwrap();
    let said = place.run(&["replay", "whole", "flood#1"]);
    assert_eq!(said.code, 6, "{}", said.shown());
    for wanted in
        ["chain  event 2 is not what was recorded", "R1     event 2 differs", "R2     event 2 differs"]
    {
        assert!(said.stdout.contains(wanted), "{wanted}: {}", said.stdout);
    }
    let side = |name: &str| said.stdout.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(side("  record: ").contains("edited") && !side("  replay: ").contains("edited"));
}

/// Another text in the third event of `flood#1`.
fn edited(line: &str) -> String {
    let mut value: Value = serde_json::from_str(line).unwrap();
    if value["scenario"] != "flood" || value["index"] != 1 || value["event"]["index"] != 2 {
        return line.to_owned();
    }
    let text = value["event"]["happening"]["line"].as_str().unwrap().to_owned();
    value["event"]["happening"]["line"] = "edited".into();
    line.replace(&text, "edited")
}

#[test]
fn a_filter_that_is_none_is_a_mistake_with_an_example() {
    let place = mixed(1);
    let said = place.run(&["run", "mixed", "--filter", "id =="]);
    assert!(said.code == 2 && said.stderr.contains("in tags"), "{}", said.stderr);
    let said = place.run(&["run", "mixed", "--filter", "id == 'answer'", "--out", "out"]);
    assert_eq!(lines(&place, "out/results.jsonl").len(), 1);
    assert_ne!(said.code, 2);
}
