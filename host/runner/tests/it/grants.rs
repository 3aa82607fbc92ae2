//! What a scenario grants its subject beside requests: tools, folders and models; what it does not grant is denied, with the
//! lines that would. Each trial replays.

use super::suites::{scenario, suite};
use super::{plan, run_all, try_plan};
use glasshouse_model::{Ending, Happening, Limit, TrialClass};
use glasshouse_runner::{Finished, Level, rejudge, replay};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The seed is one of the sample that a run replays by itself.
const TWIN: &str = "seeds = { list = [50] }\ntwin = [{ use = \"emitting-twin\" }]\n";

pub(crate) fn write(suite: &Path, id: &str, uses: &Value, rest: &str) {
    fs::create_dir_all(suite.join(id).join("fixtures")).unwrap();
    scenario(suite, id, &uses.to_string(), &format!("{TWIN}{rest}"), &[]);
}

/// What the subject got of each use. Every level of replay comes out as the record, and writing the record down loses
/// nothing.
fn told(suite: &Path) -> (Vec<(String, String)>, Finished) {
    let plan = plan(suite);
    let finished = run_all(&plan, 1).remove(0);
    let record = &finished.trajectory;
    assert_eq!(rejudge(&plan, 0, record, &finished.result), Ok(()));
    for level in [Level::R1, Level::R2] {
        assert_eq!(replay(&plan, 0, record, level), Ok(()));
    }
    assert_eq!(finished.proof, Some(Ok(())));
    let answer = record.events.iter().find_map(|event| match &event.happening {
        Happening::Answered(text) => Some(text.as_str()),
        _ => None,
    });
    (serde_json::from_str(answer.unwrap_or("[]")).unwrap(), finished)
}

/// The tools that sent requests, each with the twin that answered.
fn sent_by_tools(finished: &Finished) -> Vec<(&str, Option<&str>)> {
    let mut sent = Vec::new();
    for event in &finished.trajectory.events {
        if let Happening::Exchange { via: Some(tool), twin, .. } = &event.happening {
            sent.push((tool.as_str(), twin.as_deref()));
        }
    }
    sent
}

const FETCH: &str = "[[capabilities.tool]]\nname = \"tool-http.fetch\"\nallow = [\"emitting GET /write*\"]\n";

#[test]
fn a_tool_runs_under_what_the_scenario_grants_it_and_the_record_has_all_of_it() {
    let suite = suite("using-agent", "");
    let fetch = |path: &str| {
        json!({"use": "call", "name": "tool-http.fetch",
                                    "arguments": {"url": format!("https://emitting.example/{path}")}})
    };
    let sum = json!({"use": "call", "name": "tool-table.query", "arguments":
        {"sql": "select sum(n) as total from data", "source": {"text": "n\n2\n3\n"}}});
    let uses = json!([{"use": "definitions"}, sum, fetch("write?7"), fetch("read"), sum,
                      {"use": "get", "url": "https://emitting.example/read"}]);
    let query = "[[capabilities.tool]]\nname = \"tool-table.query\"\nwhen = \"calls < 1\"\n";
    write(suite.path(), "case", &uses, &format!("{FETCH}{query}"));
    let (told, finished) = told(suite.path());
    let cases: Vec<_> = told.iter().map(|(case, _)| case.as_str()).collect();
    assert_eq!(cases[..3], ["ok", "ok", "ok"], "{told:?}");
    assert_eq!(told[0].1, "tool-http.fetch tool-table.query ");
    assert!(told[1].1.contains('5'), "{told:?}");
    // What is granted to the subject is not granted to its tool, which is told the line of its own grant.
    assert_ne!(cases[3], "ok");
    assert!(told[3].1.contains("write \"emitting.read\" into `allow` at scenario.toml:9:1"), "{told:?}");
    assert_eq!(cases[4], "denied");
    assert!(told[4].1.contains("the condition at scenario.toml:12:1"), "{told:?}");
    assert_eq!(told[5], ("ok".to_owned(), "200".to_owned()));
    let tool = "tool-http.fetch";
    assert_eq!(sent_by_tools(&finished), [(tool, Some("emitting")), (tool, None)]);
    let write = finished.trajectory.changes.iter().find(|change| change.table == "values").unwrap();
    assert_eq!(write.after.as_deref(), Some(b"7".as_slice()));
    let event = &finished.trajectory.events[write.event.unwrap() as usize].happening;
    assert!(matches!(event, Happening::Called(call) if call.arguments["name"] == tool), "{event:?}");
    let header = &finished.trajectory.header.components;
    assert!(header.iter().any(|used| (used.name.as_str(), used.role.as_str()) == ("tool-http", "tool")));
}

#[test]
fn a_tool_that_uses_up_what_is_its_own_breaks_alone_and_one_that_uses_up_the_trials_ends_it() {
    let suite = suite("using-agent", "");
    let fetch = json!({"use": "call", "name": "tool-http.fetch",
                       "arguments": {"url": "https://emitting.example/write?1"}});
    let uses = json!([fetch, fetch]);
    write(suite.path(), "case", &uses, &format!("{FETCH}fuel = 1_000\n"));
    let (told, finished) = told(suite.path());
    assert_eq!(finished.result.class, TrialClass::Judged);
    for (case, text) in &told {
        assert_eq!(case, "other");
        assert!(text.starts_with("the tool `tool-http.fetch` broke: "), "{text}");
    }
    write(suite.path(), "case", &uses, &format!("budget = {{ calls = {{ \"emitting.*\" = 1 }} }}\n{FETCH}"));
    let (_, finished) = self::told(suite.path());
    assert_eq!(finished.result.ending, Ending::Limit(Limit::Calls));
    assert_eq!(finished.result.class, TrialClass::Budget);
    assert_eq!(sent_by_tools(&finished).len(), 2);
}

const FOLDERS: &str = "[[capabilities.files]]\ndir = \"fixtures/docs\"\n\
    [[capabilities.files]]\ndir = \"fixtures/drafts\"\naccess = \"read-write\"\nquota = \"64B\"\n";

#[test]
fn a_trial_has_its_own_copy_of_the_folders_and_a_tool_may_work_on_it() {
    let suite = suite("using-agent", "");
    let files = [
        json!({"use": "read", "path": "fixtures/docs/a.txt"}),
        json!({"use": "write", "path": "fixtures/drafts/b.txt", "text": "mine"}),
        json!({"use": "call", "name": "tool-workspace.read", "arguments": {"path": "fixtures/drafts/b.txt"}}),
        json!({"use": "list", "path": "fixtures/drafts"}),
        json!({"use": "remove", "path": "fixtures/drafts/old.txt"}),
        json!({"use": "write", "path": "fixtures/drafts/c.txt", "text": "x".repeat(61)}),
        json!({"use": "write", "path": "fixtures/docs/a.txt", "text": "mine"}),
        json!({"use": "read", "path": "sealed/judge.toml"}),
        json!({"use": "read", "path": "fixtures/docs/../../sealed/judge.toml"}),
        json!({"use": "read", "path": "fixtures/input.json"}),
    ];
    let tool = "[[capabilities.tool]]\nname = \"tool-workspace.read\"\nfiles = true\n";
    write(suite.path(), "case", &Value::from(files.to_vec()), &format!("{FOLDERS}{tool}"));
    for (file, text) in [("docs/a.txt", "hello"), ("drafts/old.txt", "old")] {
        let file = suite.path().join("case/fixtures").join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let (told, finished) = told(suite.path());
    let cases: Vec<_> = told.iter().map(|(case, _)| case.as_str()).collect();
    assert_eq!(
        cases,
        ["ok", "ok", "ok", "ok", "ok", "quota-exceeded", "denied", "denied", "invalid-argument", "denied"],
        "{told:?}"
    );
    assert_eq!(told[0].1, "hello");
    assert!(told[2].1.contains("mine"), "{told:?}");
    assert_eq!(told[3].1, "b.txt old.txt ");
    assert!(told[6].1.contains("in its grant at scenario.toml:7:1"), "{told:?}");
    assert!(finished.result.satisfied, "{:?}", finished.result);
    // The machine's files are as they were.
    assert_eq!(fs::read_to_string(suite.path().join("case/fixtures/drafts/old.txt")).unwrap(), "old");
    // A file that changes makes another trial of it.
    let before = plan(suite.path()).name(0).unwrap().key;
    fs::write(suite.path().join("case/fixtures/docs/a.txt"), "other").unwrap();
    assert_ne!(plan(suite.path()).name(0).unwrap().key, before);
}

const MODEL: &str =
    "[capabilities.model]\nnames = [\"acme/small\"]\nreplies = \"fixtures/replies.jsonl\"\ntokens = 10\n";

#[test]
fn a_model_that_is_granted_says_what_is_recorded_and_no_more() {
    let suite = suite("using-agent", "");
    let ask = |model: &str, text: &str| json!({"use": "ask", "model": model, "text": text});
    let (known, other) = (ask("acme/small", "What is due?"), ask("acme/large", "What is due?"));
    let uses = json!([known, other, ask("acme/small", "else"), known]);
    write(suite.path(), "case", &uses, MODEL);
    let replies = suite.path().join("case/fixtures/replies.jsonl");
    fs::write(&replies, "").unwrap();
    // The refusal of what is not recorded holds the line that the file lacks.
    let (lacking, _) = told(suite.path());
    assert_eq!(lacking[0].0, "not-found");
    let (before, line) = lacking[0].1.split_once("add it to fixtures/replies.jsonl: ").unwrap();
    assert!(before.starts_with("no reply is recorded"), "{before}");
    let reply = r#""reply": {"text": "Two.", "usage": {"input_tokens": 4, "output_tokens": 3}}}"#;
    fs::write(&replies, line.replace(r#""reply": {"text": "..."}}"#, reply)).unwrap();
    let (told, _) = told(suite.path());
    assert_eq!(told[0], ("ok".to_owned(), "Two.".to_owned()));
    assert_eq!(told[1].0, "denied");
    assert!(told[1].1.ends_with("write \"acme/large\" into `names` at scenario.toml:8:1"), "{told:?}");
    assert_eq!(told[2].0, "not-found");
    assert_eq!(told[3].0, "quota-exceeded");
    assert!(told[3].1.contains("7 of 10 tokens"), "{told:?}");
}

#[test]
fn a_subject_gets_nothing_that_no_line_grants_and_is_told_the_lines() {
    let suite = suite("using-agent", "");
    let uses = json!([
        {"use": "definitions"},
        {"use": "call", "name": "tool-http.fetch", "arguments": {"url": "https://emitting.example/write?1"}},
        {"use": "call", "name": "tool http", "arguments": {}},
        {"use": "ask", "model": "acme/small", "text": "x"},
        {"use": "read", "path": "story.md"},
        {"use": "get", "url": "https://emitting.example/write?1"},
    ]);
    write(suite.path(), "case", &uses, "[capabilities]\nallow = [\"emitting.read\"]\n");
    let (told, finished) = told(suite.path());
    let cases: Vec<_> = told.iter().map(|(case, _)| case.as_str()).collect();
    assert_eq!(cases, ["ok", "denied", "denied", "denied", "not-found", "denied"], "{told:?}");
    assert_eq!(told[0].1, "");
    assert!(told[1].1.ends_with("would:\n[[capabilities.tool]]\nname = \"tool-http.fetch\""), "{told:?}");
    assert!(told[3].1.contains("[capabilities.model]\nnames = [\"acme/small\"]"), "{told:?}");
    assert!(told[5].1.ends_with("write \"emitting.write\" into `allow` at scenario.toml:8:1"), "{told:?}");
    assert!(finished.trajectory.changes.is_empty());
    // The lines that a denial names are the lines that it takes.
    let lines = told[1].1.split_once("would:\n").unwrap().1;
    let file = suite.path().join("case/scenario.toml");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}{lines}\n")).unwrap();
    let (told, _) = self::told(suite.path());
    assert_eq!(told[0].1, "tool-http.fetch ");
}

#[test]
fn what_cannot_be_granted_is_told_with_its_line_before_any_trial() {
    let suite = suite("using-agent", "");
    let rest = "[[capabilities.tool]]\nname = \"tool-table.sort\"\n\
        [[capabilities.tool]]\nname = \"tool-nowhere.run\"\n\
        [[capabilities.tool]]\nname = \"x.run\"\ncomponent = \"judge-effects\"\n\
        [[capabilities.tool]]\nname = \"tool-http.fetch\"\nallow = [\"jira.*\"]\nwhen = \"args.\"\n\
        [[capabilities.files]]\ndir = \"fixtures/none\"\n\
        [[capabilities.files]]\ndir = \"fixtures/small\"\naccess = \"read-write\"\nquota = \"2B\"\n\
        [capabilities.model]\nnames = [\"acme/small\"]\nreplies = \"fixtures/none.jsonl\"\n";
    write(suite.path(), "case", &json!([]), rest);
    fs::create_dir(suite.path().join("case/fixtures/small")).unwrap();
    fs::write(suite.path().join("case/fixtures/small/a"), "abc").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../sealed", suite.path().join("case/fixtures/small/link")).unwrap();
    let error = try_plan(suite.path()).err().unwrap().to_string();
    for wanted in [
        "scenario.toml:7:1: `tool-table` has no function `sort`",
        "scenario.toml:9:1: ",
        "scenario.toml:13:1: `judge-effects`: ",
        "scenario.toml:16:1: [capabilities] names the twin `jira`",
        "scenario.toml:17:1: `when` is no condition",
        "scenario.toml:18:1: ",
        "scenario.toml:20:1: ",
        "there is no file ",
    ] {
        assert!(error.contains(wanted), "{wanted}: {error}");
    }
    #[cfg(unix)]
    assert!(error.contains("small/link: neither a file nor a folder"), "{error}");
}
