//! A subject that is given what no seed decides, the machine's own entropy or clock: a run's proofs find it, and so does a
//! replay afterwards, at the first event that differs, with both sides.

use super::grants::write;
use super::suites::suite;
use super::{plan, run_all};
use glasshouse_model::{Event, Happening, Trajectory};
use glasshouse_runner::{Between, Divergence, Level, Place, Plan, replay};
use glasshouse_sandbox::{Breach, Clock, RandomStream, RealClock};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// The machine's clock where the trial's stood.
struct Machine(Box<dyn Clock>);

impl Clock for Machine {
    fn now(&mut self) -> u64 {
        RealClock::until(0).now()
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        self.0.sleep(duration)
    }

    fn take_happenings(&mut self) -> Vec<(u64, Happening)> {
        self.0.take_happenings()
    }
}

fn entropy() -> Between {
    Arc::new(|mut grants| {
        grants.random = RandomStream::from_entropy().unwrap();
        grants
    })
}

fn machine_time() -> Between {
    Arc::new(|mut grants| {
        grants.clock = Box::new(Machine(grants.clock));
        grants
    })
}

fn suite_of_two(uses: &serde_json::Value) -> tempfile::TempDir {
    let suite = suite("using-agent", "");
    write(suite.path(), "case", uses, "");
    suite
}

/// What the run's own proof and a replay afterwards find, which is at the same place.
fn found(plan: &Plan) -> (Arc<Trajectory>, Divergence) {
    let finished = run_all(plan, 1).remove(0);
    let proof = *finished.proof.unwrap().unwrap_err();
    let again = replay(plan, 0, &finished.trajectory, Level::R2).unwrap_err();
    assert_eq!((proof.level, &proof.place), (Level::R2, &again.place));
    // The subject alone does what it did: what it drew and read stands in the record.
    assert_eq!(replay(plan, 0, &finished.trajectory, Level::R1), Ok(()));
    (finished.trajectory, again)
}

fn sides(found: &Divergence) -> (Event, Event) {
    let side = |text: &str| serde_json::from_str(text).unwrap();
    (side(&found.recorded), side(&found.replayed))
}

fn seeded(suite: &Path) -> Plan {
    let plan = plan(suite);
    let record = &run_all(&plan, 1)[0].trajectory;
    assert_eq!(replay(&plan, 0, record, Level::R2), Ok(()), "with its seed the same subject replays");
    plan
}

#[test]
fn random_numbers_of_the_machine_are_caught_where_the_first_was_drawn() {
    let get = json!({"use": "get", "url": "https://emitting.example/read"});
    let suite = suite_of_two(&json!([get, {"use": "draw"}, {"use": "draw"}]));
    let (record, found) = found(&seeded(suite.path()).with_between(entropy()));
    let drew = record.events.iter().position(|event| matches!(event.happening, Happening::Drew(_)));
    assert_eq!(found.place, Place::Event(drew.unwrap() as u64), "{found}");
    let (recorded, replayed) = sides(&found);
    let (Happening::Drew(one), Happening::Drew(other)) = (&recorded.happening, &replayed.happening) else {
        panic!("{found}")
    };
    assert_ne!(one, other);
    assert_eq!((recorded.at, recorded.fuel), (replayed.at, replayed.fuel));
}

#[test]
fn a_clock_of_the_machine_is_caught_where_it_was_first_read() {
    let suite = suite_of_two(&json!([{"use": "definitions"}, {"use": "now"}]));
    let (record, found) = found(&seeded(suite.path()).with_between(machine_time()));
    // Every event has its time, so that the first of all is the first that differs.
    assert_eq!(found.place, Place::Event(0), "{found}");
    let (recorded, replayed) = sides(&found);
    assert_eq!(recorded, record.events[0]);
    assert_eq!(recorded.happening, replayed.happening);
    assert!(recorded.at < replayed.at, "{found}");
}
