//! Personas in whole trials: they hear and speak through a twin that knows nothing of them.

use super::suites::{scenario, suite};
use super::{plan, run_all, try_plan};
use glasshouse_model::{Ending, Happening, TrialClass};
use glasshouse_runner::Finished;
use serde_json::Value;

const SECOND: u64 = 1_000_000_000;
const START: u64 = 1_767_603_600_000_000_000;

const SLACK: &str = r#"{
  "team": {"id": "T0FERN", "name": "Fern", "domain": "fern"},
  "tokens": {
    "xoxb-desk": {"user": "U0DESK", "scopes": ["chat:write", "channels:history"]},
    "xoxp-ana": {"user": "U0ANA", "scopes": ["chat:write"]}
  },
  "users": [
    {"id": "U0DESK", "name": "desk", "real_name": "Desk", "is_bot": true},
    {"id": "U0ANA", "name": "ana", "real_name": "Ana Silva", "email": "ana@fern.example"}
  ],
  "channels": [
    {"id": "C0DESK", "name": "desk", "members": ["U0DESK", "U0ANA"]},
    {"id": "C0OTHER", "name": "other", "members": ["U0DESK", "U0ANA"]}
  ],
  "messages": [
    {"channel": "C0DESK", "ts": "1767340800.000100", "user": "U0DESK", "text": "Which group do you mean?"}
  ]
}"#;

/// Waits for what Ana wants, asks back in the wrong channel and in the right one, waits for the answer, and is done.
const DESK: &str = r#"[
  {"wait": {"method": "GET", "url": "https://slack.com/api/conversations.history?channel=C0DESK",
            "headers": {"authorization": "Bearer xoxb-desk"}},
   "until": {"messages.0.text": {"contains": "access"}}, "every": "10s",
   "capture": {"thread": "/messages/0/ts"}},
  {"request": {"method": "POST", "url": "https://slack.com/api/chat.postMessage",
               "headers": {"authorization": "Bearer xoxb-desk"},
               "json": {"channel": "C0OTHER", "text": "Which group do they mean?"}}, "expect": {"ok": true}},
  {"request": {"method": "POST", "url": "https://slack.com/api/chat.postMessage",
               "headers": {"authorization": "Bearer xoxb-desk"},
               "json": {"channel": "C0DESK", "text": "Which group?", "thread_ts": "$${thread}"}}, "expect": {"ok": true}},
  {"wait": {"method": "GET", "url": "https://slack.com/api/conversations.replies?channel=C0DESK&ts=$${thread}",
            "headers": {"authorization": "Bearer xoxb-desk"}},
   "until": {"messages.2.text": {"contains": "Payroll"}}, "every": "10s"},
  {"request": {"method": "POST", "url": "https://slack.com/api/chat.postMessage",
               "headers": {"authorization": "Bearer xoxb-desk"},
               "json": {"channel": "C0DESK", "text": "You have access.", "thread_ts": "$${thread}"}}}
]"#;

fn ana(role: &str) -> String {
    format!(
        "seeds = {{ n = 2 }}\ntwin = [{{ use = \"slack\", fixture = \"slack.json\" }}]\n\
         [[persona]]\nid = \"ana\"\ncomponent = \"persona-scripted\"\nstarts = \"10s\"\ndelay = \"1m\"\n\
         [persona.role]\n{role}\n\
         [persona.hears]\ntable = \"slack/messages\"\nwhere = {{ channel = \"C0DESK\" }}\n\
         text = \"text\"\nspeaker = \"user\"\nown = \"U0ANA\"\n\
         [persona.says]\nmethod = \"POST\"\nurl = \"https://slack.com/api/chat.postMessage\"\n\
         headers = {{ authorization = \"Bearer xoxp-ana\" }}\n\
         json = {{ channel = \"C0DESK\", text = \"${{persona.message}}\", thread_ts = \"${{persona.heard.thread_ts}}\" }}\n"
    )
}

const ROLE: &str = "opening = \"I need access\"\ncontent = \"you have access\"\nthanks = \"Thanks!\"\n\
                    knows = { \"which group\" = \"${group}\" }\n[draw]\ngroup = [\"Payroll\"]\n";

fn run_case(role: &str) -> Vec<Finished> {
    let suite = suite("agent-script", "");
    // [draw] has to stand behind the personas, whose tables end with the role here.
    let (role, draw) = role.split_once("[draw]").unwrap_or((role, "group = []"));
    let rest = format!("{}[draw]{draw}", ana(role));
    scenario(suite.path(), "case", DESK, &rest, &[("slack.json", SLACK)]);
    run_all(&plan(suite.path()), 2)
}

/// What a trial's personas said: seconds since the start, the text, whether in a thread.
fn said(finished: &Finished) -> Vec<(u64, String, bool)> {
    let one = |event: &glasshouse_model::Event| match &event.happening {
        Happening::Delivery(delivery) if delivery.from == "persona ana" => {
            let body: Value = serde_json::from_slice(&delivery.request.body.0).unwrap();
            let text = body["text"].as_str().unwrap().to_owned();
            Some(((event.at - START) / SECOND, text, body.get("thread_ts").is_some()))
        }
        _ => None,
    };
    finished.trajectory.events.iter().filter_map(one).collect()
}

#[test]
fn a_persona_opens_answers_what_it_hears_and_is_content() {
    for finished in run_case(ROLE) {
        assert_eq!(finished.result.ending, Ending::Answered, "{:?}", finished.trajectory.events);
        let said = said(&finished);
        let texts: Vec<_> = said.iter().map(|(_, text, threaded)| (text.as_str(), *threaded)).collect();
        assert_eq!(texts, [("I need access", false), ("Payroll", true), ("Thanks!", true)]);
        assert_eq!(said[0].0, 70);
        assert!(said[1].0 >= said[0].0 + 60 && said[2].0 >= said[1].0 + 60, "{said:?}");
        assert_eq!(finished.result.class, TrialClass::Judged);
    }
}

#[test]
fn a_persona_that_leaves_its_script_makes_no_verdict() {
    let long = "x".repeat(16 * 1024 + 1);
    let role = &format!("opening = \"{long}\"\n[draw]\ngroup = [\"Payroll\"]\n");
    for finished in run_case(role) {
        assert_eq!((finished.result.class, finished.result.satisfied), (TrialClass::UserSimInvalid, false));
        assert!(finished.result.reason.starts_with("ana: it said 16385 bytes"), "{}", finished.result.reason);
        assert_eq!(said(&finished), []);
    }
}

#[test]
fn a_persona_that_cannot_be_is_a_mistake_with_its_place() {
    let suite = suite("agent-script", "");
    let rest =
        ana("opening = \"Hi ${nobody}\"").replace("table = \"slack/messages\"", "table = \"jira/issues\"");
    scenario(suite.path(), "case", "[]", &rest, &[("slack.json", SLACK)]);
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    assert!(shown.contains("hears the twin `jira`, which the scenario does not have"), "{shown}");
    let rest = ana("opening = \"Hi ${nobody}\"");
    scenario(suite.path(), "case", "[]", &rest, &[("slack.json", SLACK)]);
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    assert!(shown.contains("case/scenario.toml:9:1: in the persona `ana`: `${nobody}` stands"), "{shown}");
    let rest = ana("opening = \"Hi\"").replace("persona-scripted", "judge-effects");
    scenario(suite.path(), "case", "[]", &rest, &[("slack.json", SLACK)]);
    let shown = try_plan(suite.path()).err().unwrap().to_string();
    assert!(shown.contains("case/scenario.toml:9:1: `judge-effects`: "), "{shown}");
}
