//! Subjects that misbehave: each trial ends with a typed result, and the trials beside it are untouched.

use super::{plan, run_all};
use glasshouse_model::{Ending, Limit, TrialClass};
use std::fs;
use std::path::Path;

const JUDGE: &str = r#"schema = "judge/1"
[[judge]]
id = "nothing"
component = "judge-effects"
[judge.criterion]
nothing_changes = true
"#;

pub(super) fn write_scenario(suite: &Path, id: &str, behaviour: &str) {
    let folder = suite.join(id);
    fs::create_dir_all(folder.join("sealed")).unwrap();
    let scenario = format!(
        "schema = \"scenario/1\"\nid = \"{id}\"\ntitle = \"{behaviour}\"\n\
         [goal]\nstory = \"story.md\"\ninput = \"input.json\"\n[[twin]]\nuse = \"slack\"\n\
         [budget]\nfuel = 50_000_000\nmemory = \"16MiB\"\noutput = \"64KiB\"\nrequests = 20\n"
    );
    fs::write(folder.join("scenario.toml"), scenario).unwrap();
    fs::write(folder.join("story.md"), "Do your worst.\n").unwrap();
    fs::write(folder.join("input.json"), format!("{{\"do\": \"{behaviour}\"}}")).unwrap();
    fs::write(folder.join("sealed/judge.toml"), JUDGE).unwrap();
}

#[test]
fn each_misbehaviour_ends_with_its_limit_and_polite_trials_go_on() {
    let cases = [
        ("polite-before", "answer", Ending::Answered),
        ("draws", "draw", Ending::Limit(Limit::CallBytes)),
        ("floods", "flood", Ending::Limit(Limit::Output)),
        ("grows", "grow", Ending::Limit(Limit::Memory)),
        ("loops", "loop", Ending::Limit(Limit::Fuel)),
        ("recurses", "recurse", Ending::Limit(Limit::Stack)),
        ("requests", "request", Ending::Limit(Limit::Requests)),
        ("sleeps", "sleep", Ending::Limit(Limit::VirtualTime)),
        ("yields", "answer", Ending::Answered),
    ];
    let suite = tempfile::tempdir().unwrap();
    let head = "schema = \"suite/1\"\nid = \"hostile\"\ntitle = \"Hostile\"\nsubject = \"hostile-agent\"\n\
                [gate]\nthreshold = 0.5\n[seeds]\nn = 3\n";
    fs::write(suite.path().join("suite.toml"), head).unwrap();
    for (id, behaviour, _) in &cases {
        write_scenario(suite.path(), id, behaviour);
    }
    let finished = run_all(&plan(suite.path()), 2);
    assert_eq!(finished.len(), 3 * cases.len());
    for finished in finished {
        let (_, _, wanted) = cases.iter().find(|(id, ..)| *id == finished.result.scenario).unwrap();
        assert_eq!(&finished.result.ending, wanted, "{}", finished.result.scenario);
        let class = if matches!(wanted, Ending::Limit(_)) { TrialClass::Budget } else { TrialClass::Judged };
        assert_eq!(finished.result.class, class);
        assert!(!matches!(finished.proof, Some(Err(_))), "{:?}", finished.proof);
    }
}

/// To fill a memory costs little fuel and much time: fuel would let it go on for days.
#[test]
fn a_subject_that_outruns_its_fuel_is_ended_by_real_time() {
    let suite = tempfile::tempdir().unwrap();
    let head = "schema = \"suite/1\"\nid = \"slow\"\ntitle = \"Slow\"\nsubject = \"hostile-agent\"\n\
                [gate]\nthreshold = 0.5\n[seeds]\nn = 1\n";
    fs::write(suite.path().join("suite.toml"), head).unwrap();
    for (id, behaviour) in [("fills", "memory-fill"), ("loops", "loop")] {
        write_scenario(suite.path(), id, behaviour);
        let file = suite.path().join(id).join("scenario.toml");
        let text = fs::read_to_string(&file).unwrap();
        let endless = format!("fuel = {}\nwall = \"40ms\"", i64::MAX);
        fs::write(file, text.replace("fuel = 50_000_000", &endless).replace("16MiB", "64MiB")).unwrap();
    }
    write_scenario(suite.path(), "polite", "answer");
    for finished in run_all(&plan(suite.path()), 2) {
        let result = &finished.result;
        if result.scenario == "polite" {
            assert!(result.satisfied, "{result:?}");
            continue;
        }
        assert_eq!(result.ending, Ending::Limit(Limit::Wall), "{result:?}");
        // The machine may have been slow, so that is no verdict on the subject.
        assert_eq!((result.class, result.satisfied, result.retries), (TrialClass::Infra, false, 2));
        assert_eq!(result.reason, "took longer than `wall` in [budget]");
        assert!(finished.proof.is_none(), "what real time ended cannot be replayed");
    }
}
