//! A trial that does not follow from its seed: part of it counts how often it was asked, in memory that all trials and
//! replays share. The proofs of a run, and a replay afterwards, have to find it and say where it came in.

use crate::built::Built;
use crate::load::load_suite;
use crate::people::{Conversation, Voice};
use crate::plan::Plan;
use crate::replay::{Level, Place, replay};
use crate::trial::{Finished, run_and_prove};
use glasshouse_model::{Event, Happening, Seed};
use glasshouse_sandbox::{Sandbox, Settings};
use glasshouse_testing::all_guests;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Says one thing, and counts how often it did.
struct Counting {
    said: AtomicU32,
    /// Whether what it says tells the count.
    tells: bool,
}

impl Voice for Counting {
    fn next(&self, conversation: &Conversation<'_>, _stream: [u8; 32]) -> Result<Option<String>, String> {
        let number = self.said.fetch_add(1, Ordering::SeqCst);
        let told = if self.tells { number } else { 0 };
        Ok(conversation.said.is_empty().then(|| format!("I need access, and have said so {told} times")))
    }
}

const FILES: [(&str, &str); 6] = [
    (
        "suite.toml",
        "schema = \"suite/1\"\nid = \"s\"\ntitle = \"s\"\nsubject = \"agent-script\"\n\
         gate = { threshold = 0.5 }\nseeds = { n = 2 }\n",
    ),
    (
        "case/scenario.toml",
        "schema = \"scenario/1\"\nid = \"case\"\ntitle = \"case\"\n\
         goal = { story = \"story.md\", input = \"input.json\" }\n\
         twin = [{ use = \"slack\", fixture = \"slack.json\" }]\n\
         [[persona]]\nid = \"ana\"\ncomponent = \"persona-scripted\"\nrole = { opening = \"x\" }\n\
         [persona.hears]\ntable = \"slack/messages\"\ntext = \"text\"\nspeaker = \"user\"\nown = \"U0ANA\"\n\
         [persona.says]\nmethod = \"POST\"\nurl = \"https://slack.com/api/chat.postMessage\"\n\
         headers = { authorization = \"Bearer xoxp-ana\" }\n\
         json = { channel = \"C0DESK\", text = \"${persona.message}\" }\n",
    ),
    ("case/story.md", "Hear what she wants.\n"),
    (
        "case/input.json",
        r#"[{"wait": {"method": "GET", "url": "https://slack.com/api/conversations.history?channel=C0DESK",
                      "headers": {"authorization": "Bearer xoxb-desk"}},
             "until": {"messages.0.text": {"contains": "access"}}, "every": "10s",
             "capture": {"said": "/messages/0/text"}},
            {"answer": "She says: $${said}"}]"#,
    ),
    (
        "case/slack.json",
        r#"{"team": {"id": "T0FERN", "name": "Fern", "domain": "fern"},
            "tokens": {"xoxb-desk": {"user": "U0DESK", "scopes": ["chat:write", "channels:history"]},
                       "xoxp-ana": {"user": "U0ANA", "scopes": ["chat:write"]}},
            "users": [{"id": "U0DESK", "name": "desk", "real_name": "Desk", "is_bot": true},
                      {"id": "U0ANA", "name": "ana", "real_name": "Ana Silva", "email": "ana@fern.example"}],
            "channels": [{"id": "C0DESK", "name": "desk", "members": ["U0DESK", "U0ANA"]}]}"#,
    ),
    (
        "case/sealed/judge.toml",
        "schema = \"judge/1\"\n[[judge]]\nid = \"effects\"\ncomponent = \"judge-effects\"\n\
         [[judge.criterion.may]]\nwhat = \"she speaks\"\nin = \"slack/messages\"\nkind = \"created\"\n",
    ),
];

fn write_suite(folder: &Path) {
    fs::create_dir_all(folder.join("case/sealed")).unwrap();
    for (file, text) in FILES {
        fs::write(folder.join(file), text).unwrap();
    }
}

fn with_voice(plan: &mut Plan, tells: bool) {
    let voice: Arc<dyn Voice> = Arc::new(Counting { said: AtomicU32::new(0), tells });
    for trial in &mut plan.trials {
        Arc::make_mut(&mut trial.scenario).voices = vec![voice.clone()];
    }
}

fn first_delivery(finished: &Finished) -> &Event {
    let is_hers =
        |event: &&Event| matches!(&event.happening, Happening::Delivery(it) if it.from == "persona ana");
    finished.trajectory.events.iter().find(is_hers).unwrap()
}

#[test]
fn what_no_seed_decides_is_caught_and_located() {
    let folder = tempfile::tempdir().unwrap();
    write_suite(folder.path());
    let sandbox = Sandbox::new(Settings::default()).unwrap();
    let mut plan = load_suite(folder.path(), &sandbox, &Built(all_guests())).unwrap();
    for tells in [false, true] {
        with_voice(&mut plan, tells);
        // Of the sample, so that the run proves it by itself.
        plan.trials[0].seed = Seed(0);
        let finished = run_and_prove(&plan, &plan.trials[0]);
        let place = Place::Event(first_delivery(&finished).index);
        let again = replay(&plan, 0, &finished.trajectory, Level::R2);
        // The subject alone does what it did: what it was told stands in the record.
        assert_eq!(replay(&plan, 0, &finished.trajectory, Level::R1), Ok(()));
        if !tells {
            assert_eq!((finished.proof, again), (Some(Ok(())), Ok(())));
            continue;
        }
        let found = finished.proof.unwrap().unwrap_err();
        for (found, recorded, replayed) in
            [(*found, "so 0 times", "so 1 times"), (again.unwrap_err(), "so 0 times", "so 2 times")]
        {
            assert_eq!((found.level, &found.place), (Level::R2, &place), "{found}");
            let text = |side: &str| {
                let event: Event = serde_json::from_str(side).unwrap();
                let Happening::Delivery(delivery) = event.happening else { unreachable!() };
                String::from_utf8(delivery.request.body.0).unwrap()
            };
            assert!(text(&found.recorded).contains(recorded), "{found}");
            assert!(text(&found.replayed).contains(replayed), "{found}");
        }
    }
}
