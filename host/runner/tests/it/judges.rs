//! Judges that cannot be used, and judges that ask a model: a trial without a verdict is missing and never passes.

use super::{plan, run_all, try_plan};
use glasshouse_model::{Judged, Ruling, TrialClass, TrialResult};
use glasshouse_runner::Finished;
use std::fs;
use std::path::Path;

fn suite(cases: &[(&str, &str)]) -> tempfile::TempDir {
    let suite = tempfile::tempdir().unwrap();
    let head = "schema = \"suite/1\"\nid = \"judges\"\ntitle = \"Judges\"\nsubject = \"hostile-agent\"\n\
                [gate]\nthreshold = 0.5\n[seeds]\nn = 1\n";
    fs::write(suite.path().join("suite.toml"), head).unwrap();
    for (id, judges) in cases {
        let folder = suite.path().join(id);
        fs::create_dir_all(folder.join("sealed")).unwrap();
        let scenario = format!(
            "schema = \"scenario/1\"\nid = \"{id}\"\ntitle = \"{id}\"\n[goal]\nstory = \"story.md\"\n\
             input = \"input.json\"\n"
        );
        fs::write(folder.join("scenario.toml"), scenario).unwrap();
        fs::write(folder.join("story.md"), "Answer.\n").unwrap();
        fs::write(folder.join("input.json"), "{\"do\": \"answer\"}").unwrap();
        fs::write(folder.join("sealed/judge.toml"), judges).unwrap();
    }
    suite
}

/// The first trial of the first scenario.
fn first(suite: &Path) -> Finished {
    run_all(&plan(suite), 1).remove(0)
}

#[test]
fn a_judge_that_cannot_be_used_makes_its_trial_missing_and_never_a_pass() {
    let misbehave = |what: &str| {
        format!(
            "schema = \"judge/1\"\n[[judge]]\nid = \"good\"\ncomponent = \"hostile-judge\"\n[judge.criterion]\n\
             do = \"pass\"\n[[judge]]\nid = \"bad\"\ncomponent = \"hostile-judge\"\nblocking = false\n[judge.criterion]\n\
             do = \"{what}\"\n"
        )
    };
    let wanted = [
        ("fail", "bad: error: did not feel like it"),
        ("loop", "bad: reached its limit `host_calls`"),
        ("not-a-number", "bad: scored NaN, which is not within 0 to 1"),
        ("too-little", "bad: scored -0.1, which is not within 0 to 1"),
        ("too-much", "bad: scored 1.7, which is not within 0 to 1"),
        ("trap", "bad: trapped: wasm trap: wasm `unreachable` instruction executed"),
    ];
    let cases: Vec<_> = wanted.iter().map(|(what, _)| (*what, misbehave(what))).collect();
    let cases: Vec<_> = cases.iter().map(|(id, judges)| (*id, judges.as_str())).collect();
    let finished = run_all(&plan(suite(&cases).path()), 2);
    for (finished, (what, reason)) in finished.iter().zip(wanted) {
        let result = &finished.result;
        assert_eq!((result.class, result.satisfied), (TrialClass::JudgeError, false), "{what}");
        assert_eq!(result.reason, reason, "{what}");
        let read: TrialResult = serde_json::from_str(&serde_json::to_string(result).unwrap()).unwrap();
        assert_eq!(&read, result, "{what}");
        assert!(matches!(&result.judgements[0], Judged::Ruled(good) if good.ruling == Ruling::Score(1.0)));
    }
    assert_eq!(finished.len(), wanted.len());
}

#[test]
fn a_criterion_that_a_judge_does_not_read_is_found_before_any_trial() {
    let judges = "schema = \"judge/1\"\n[[judge]]\nid = \"one\"\ncomponent = \"judge-effects\"\n[judge.criterion]\n\
                  musts = []\n[[judge]]\nid = \"two\"\ncomponent = \"judge-policy\"\n[judge.criterion]\n\
                  hosts = []\n";
    let told = try_plan(suite(&[("case", judges)]).path()).err().unwrap().to_string();
    for (place, what) in [
        ("sealed/judge.toml:4:1", "the criterion of `one`: invalid argument: musts is not a key here"),
        ("sealed/judge.toml:9:1", "the criterion of `two`: invalid argument: hosts must be a text"),
    ] {
        let line = told.lines().find(|line| line.contains(place));
        assert!(line.is_some_and(|line| line.contains(what)), "{told}");
    }
}

const RUBRIC: &str = "schema = \"judge/1\"\nreplies = \"replies.jsonl\"\n[[judge]]\nid = \"polite\"\n\
                      component = \"judge-rubric\"\n[judge.criterion]\nmodel = \"test/judge\"\n\
                      question = \"The answer says that it is done.\"\n";

/// Why the only judge gave no verdict.
fn error(finished: &Finished) -> String {
    assert_eq!(finished.result.class, TrialClass::JudgeError, "{:?}", finished.result);
    match finished.result.judgements.as_slice() {
        [Judged::Failed { error, .. }] => error.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_model_says_what_was_recorded_and_what_was_not_is_a_judge_error_that_says_what_to_record() {
    let suite = suite(&[("rubric", RUBRIC)]);
    let replies = suite.path().join("rubric/sealed/replies.jsonl");
    fs::write(&replies, "").unwrap();
    let missing = first(suite.path());
    assert!(
        missing.result.reason.contains("no reply is recorded for the request blake3:"),
        "{:?}",
        missing.result
    );
    let missing = error(&missing);
    let (_, line) = missing.split_once("sealed/replies.jsonl: ").unwrap();
    for (reply, class, satisfied) in [
        (r#"{"score": 1, "reason": "It says so.", "evidence": [0]}"#, TrialClass::Judged, true),
        (r#"{"score": 0.2, "reason": "Barely.", "evidence": [0]}"#, TrialClass::Judged, false),
        (r#"{"score": 1.7, "reason": "More than so.", "evidence": [0]}"#, TrialClass::JudgeError, false),
        (r#"{"score": null, "reason": "Who knows?", "evidence": []}"#, TrialClass::JudgeError, false),
        ("It says so, full marks.", TrialClass::JudgeError, false),
    ] {
        let text = serde_json::to_string(reply).unwrap();
        fs::write(&replies, line.replace("\"...\"", &text)).unwrap();
        let result = first(suite.path()).result;
        assert_eq!((result.class, result.satisfied), (class, satisfied), "{reply}: {}", result.reason);
    }
}

#[test]
fn without_a_file_of_replies_the_error_says_where_to_name_one() {
    let suite = suite(&[("rubric", &RUBRIC.replace("replies = \"replies.jsonl\"\n", ""))]);
    let error = error(&first(suite.path()));
    assert!(
        error.contains("the file that `replies` names in") && error.contains("sealed/judge.toml"),
        "{error}"
    );
}

#[test]
fn a_mistake_in_recorded_replies_is_found_before_any_trial() {
    let suite = suite(&[("rubric", RUBRIC)]);
    let told = |suite: &Path| try_plan(suite).err().unwrap().to_string();
    let missing = told(suite.path());
    assert!(missing.contains("judge.toml:") && missing.contains("there is no file "), "{missing}");
    assert!(missing.contains("sealed/replies.jsonl\n"), "{missing}");
    fs::write(suite.path().join("rubric/sealed/replies.jsonl"), "\n{\"reply\": {}}\n").unwrap();
    let told = told(suite.path());
    assert!(told.contains("sealed/replies.jsonl:2:1: it says neither `digest` nor `request`"), "{told}");
}
