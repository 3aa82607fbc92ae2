//! What is sealed stays sealed: no subject finds it, no event has it, and at rest it opens with its key alone.

use super::suites::{UNTOUCHED, scenario, suite};
use super::{Built, plan, run_all, sandbox, try_plan};
use glasshouse_model::{Body, Event, Happening};
use glasshouse_runner::{Finished, SealKey, load_sealed_suite, seal_suite, unseal_suite};
use glasshouse_testing::all_guests;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Every word in a sealed file of a suite that begins with `canary-`.
pub(crate) fn canaries(suite: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(suite).unwrap() {
        let Ok(sealed) = fs::read_dir(entry.unwrap().path().join("sealed")) else { continue };
        for file in sealed {
            let text = String::from_utf8_lossy(&fs::read(file.unwrap().path()).unwrap()).into_owned();
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            found.extend(words.filter(|word| word.starts_with("canary-")).map(str::to_owned));
        }
    }
    found
}

/// All that was seen or said in a trial, as text: bodies as what they hold, not as lists of numbers.
fn everything(finished: &Finished) -> String {
    let body = |body: &Body| String::from_utf8_lossy(&body.0).into_owned();
    let of = |event: &Event| {
        let bodies = match &event.happening {
            Happening::Exchange { request, response, .. } => {
                let answered = response.as_ref().map(|response| body(&response.body));
                [Some(body(&request.body)), answered].into_iter().flatten().collect()
            }
            Happening::Delivery(delivery) => body(&delivery.request.body),
            _ => String::new(),
        };
        format!("{} {bodies}\n", serde_json::to_string(event).unwrap())
    };
    let documents = finished.trajectory.changes.iter().flat_map(|change| [&change.before, &change.after]);
    let documents = documents.flatten().map(|document| String::from_utf8_lossy(document).into_owned());
    let events: String = finished.trajectory.events.iter().map(of).collect();
    finished.trajectory.story.clone() + &events + &documents.collect::<String>()
}

/// Asserts that no canary of the suite is in any trial.
#[track_caller]
pub(crate) fn none_is_seen(suite: &Path, finished: &[Finished], least: usize) {
    let canaries = canaries(suite);
    assert!(canaries.len() >= least, "{canaries:?}");
    for finished in finished {
        let seen = everything(finished);
        for canary in &canaries {
            assert!(!seen.contains(canary.as_str()), "{canary} in {}", finished.result.scenario);
        }
    }
}

const CANARY: &str = "canary-judge-4f0d7c1e";

fn sought() -> tempfile::TempDir {
    let suite = suite("hostile-agent", "");
    let judge = format!("# {CANARY}\n{UNTOUCHED}[admission]\noracle = \"oracle.json\"\n");
    let files = [
        ("sealed/judge.toml", judge.as_str()),
        ("sealed/oracle.json", "[{\"answer\": \"canary-oracle-9b1c22d0\"}]"),
        ("slack.json", "{}"),
    ];
    let rest = "seeds = { n = 1 }\ntwin = [{ use = \"slack\" }]\n";
    scenario(suite.path(), "seek", "{\"do\": \"seek\", \"scenario\": \"seek\"}", rest, &files);
    suite
}

#[test]
fn a_subject_that_looks_everywhere_finds_nothing_sealed() {
    let suite = sought();
    let finished = run_all(&plan(suite.path()), 1);
    let answered = finished[0].trajectory.events.iter().find_map(|event| match &event.happening {
        Happening::Answered(text) => Some(text.clone()),
        _ => None,
    });
    assert!(answered.unwrap().starts_with("Found "));
    none_is_seen(suite.path(), &finished, 2);
}

/// The search itself sees what is there: a canary in a body is found.
#[test]
fn a_canary_that_came_to_light_would_be_seen() {
    let suite = sought();
    let input = format!("{{\"do\": \"ask\", \"url\": \"https://slack.com/api/api.test?x={CANARY}\"}}");
    fs::write(suite.path().join("seek/input.json"), input).unwrap();
    let finished = run_all(&plan(suite.path()), 1);
    assert!(everything(&finished[0]).contains(CANARY));
}

#[test]
fn a_sealed_suite_runs_with_its_key_alone() {
    let suite = sought();
    let open = run_all(&plan(suite.path()), 1);
    let key = SealKey::generate().unwrap();
    let sealed = seal_suite(suite.path(), &key).unwrap();
    assert_eq!(sealed, ["seek/sealed/judge.toml", "seek/sealed/oracle.json"]);
    assert_eq!(seal_suite(suite.path(), &key).unwrap(), [""; 0]);
    let names: BTreeSet<_> = fs::read_dir(suite.path().join("seek/sealed"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, ["judge.toml.sealed", "oracle.json.sealed"].map(str::to_owned).into());
    assert_eq!(canaries(suite.path()), BTreeSet::new(), "what is sealed is not readable");

    let shown = try_plan(suite.path()).err().unwrap().to_string();
    assert!(
        shown.contains("judge.toml.sealed: the file is sealed") && shown.contains("--seal-key"),
        "{shown}"
    );
    let load = |key: &SealKey| load_sealed_suite(suite.path(), Some(key), sandbox(), &Built(all_guests()));
    let wrong = load(&SealKey::generate().unwrap()).err().unwrap().to_string();
    assert!(wrong.contains(&format!("sealed with the key {}", key.name())), "{wrong}");
    let finished = run_all(&load(&key).unwrap(), 1);
    assert_eq!(finished[0].result, open[0].result);

    let moved = suite.path().join("seek/sealed");
    fs::rename(moved.join("oracle.json.sealed"), moved.join("judge.toml.sealed")).unwrap();
    let shown = load(&key).err().unwrap().to_string();
    assert!(shown.contains("moved from where it stood"), "{shown}");
}

#[test]
fn what_is_unsealed_is_what_was_sealed() {
    let suite = sought();
    let read = || fs::read(suite.path().join("seek/sealed/judge.toml")).unwrap();
    let before = read();
    let key = SealKey::generate().unwrap();
    seal_suite(suite.path(), &key).unwrap();
    let wrong = unseal_suite(suite.path(), &SealKey::generate().unwrap()).unwrap_err().to_string();
    assert!(wrong.starts_with("seek/sealed/judge.toml.sealed: sealed with the key "), "{wrong}");
    let opened = unseal_suite(suite.path(), &key).unwrap();
    assert_eq!(opened, ["seek/sealed/judge.toml.sealed", "seek/sealed/oracle.json.sealed"]);
    assert_eq!(read(), before);
}
