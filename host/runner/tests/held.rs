//! A subject whose instance outlives its call, because the guard against that is taken away: what it remembers differs in
//! the replay, and the run's own proof says where. Its own process, as a guard stays away for the rest of one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test builds itself may panic"
)]

#[path = "../benches/built.rs"]
mod built;
#[path = "it/suites.rs"]
mod suites;

use built::Built;
use glasshouse_model::{Event, Happening};
use glasshouse_runner::{Divergence, Finished, Level, Place, Plan, Watch, load_suite, replay, run};
use glasshouse_sandbox::{Guard, Sandbox, Settings, remove_guard};
use glasshouse_testing::all_guests;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

#[derive(Default)]
struct First(Option<Finished>);

impl Watch for First {
    fn arrived(&mut self, _number: usize, _finished: &Finished) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        self.0 = self.0.take().or(finished);
        ControlFlow::Continue(())
    }
}

/// Both sides of what was found.
fn sides(found: &Divergence) -> (Event, Event) {
    let side = |text: &str| serde_json::from_str(text).unwrap();
    (side(&found.recorded), side(&found.replayed))
}

fn first(plan: &Plan) -> Finished {
    let mut first = First::default();
    run(plan, NonZeroUsize::MIN, &AtomicBool::new(false), &BTreeMap::new(), &mut first);
    first.0.unwrap()
}

#[test]
fn an_instance_that_remembers_is_caught_when_the_subject_runs_without_its_guard() {
    let suite = suites::suite("using-agent", "");
    let uses = r#"[{"use": "draw"}, {"use": "remember"}]"#;
    suites::scenario(
        suite.path(),
        "case",
        uses,
        // The seed is one of the sample that a run replays by itself.
        "seeds = { list = [50] }\ntwin = [{ use = \"emitting-twin\" }]\n",
        &[],
    );
    let sandbox = Sandbox::new(Settings::default()).unwrap();
    let plan = load_suite(suite.path(), &sandbox, &Built(all_guests())).unwrap();
    assert_eq!(first(&plan).proof, Some(Ok(())), "a fresh instance remembers nothing");
    remove_guard(Guard::FreshInstance);
    // The one that is kept was made in the first trial: what that took is fuel that no later call takes.
    let found = *first(&plan).proof.unwrap().unwrap_err();
    assert_eq!((found.level, &found.place), (Level::R1, &Place::Event(0)), "{found}");
    let (recorded, replayed) = sides(&found);
    assert_eq!(recorded.happening, replayed.happening);
    assert!(recorded.fuel > replayed.fuel, "{found}");
    let finished = first(&plan);
    let found = *finished.proof.unwrap().unwrap_err();
    // What it drew is in the record, and the same; the first event that differs is its answer.
    let last = finished.trajectory.events.len() - 1;
    assert_eq!((found.level, &found.place), (Level::R1, &Place::Event(last as u64)), "{found}");
    let remembered = |event: Event| {
        let Happening::Answered(text) = event.happening else { panic!("{found}") };
        let told: Vec<(String, String)> = serde_json::from_str(&text).unwrap();
        told[1].1.parse::<u32>().unwrap()
    };
    let (recorded, replayed) = sides(&found);
    assert_eq!(remembered(recorded) + 1, remembered(replayed));
    let again = replay(&plan, 0, &finished.trajectory, Level::R1).unwrap_err();
    assert_eq!(again.place, found.place);
    let again = replay(&plan, 0, &finished.trajectory, Level::R2).unwrap_err();
    assert_eq!((again.level, again.place), (Level::R2, found.place));
}
