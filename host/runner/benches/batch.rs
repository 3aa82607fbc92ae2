//! Trials a second of the suite that ships, recording and judging included, on one thread and on all.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

mod built;

use built::Built;
use glasshouse_runner::{Finished, Plan, Watch, load_suite, run};
use glasshouse_sandbox::{Sandbox, Settings};
use glasshouse_testing::all_guests;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

#[derive(Default)]
struct Counted {
    trials: u32,
    events: usize,
}

impl Watch for Counted {
    fn arrived(&mut self, _number: usize, finished: &Finished) -> ControlFlow<()> {
        self.trials += 1;
        self.events += finished.trajectory.events.len();
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, _finished: Option<Finished>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn main() {
    let sandbox = Sandbox::new(Settings { wall_clock: true, ..Settings::default() }).expect("a sandbox");
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/first-day");
    let plan = load_suite(&suite, &sandbox, &Built(all_guests())).expect("a plan");
    let cores = std::thread::available_parallelism().expect("a count of cores");
    batch(&plan, cores);
    let one = batch(&plan, NonZeroUsize::MIN);
    let all = batch(&plan, cores);
    println!("{cores} threads run {:.2} x as many trials a second as one", all / one);
}

/// Runs the plan until a second has gone by; trials a second.
fn batch(plan: &Plan, threads: NonZeroUsize) -> f64 {
    let (mut trials, mut requests) = (0, 0);
    let begin = Instant::now();
    while begin.elapsed().as_secs() < 3 {
        let mut counted = Counted::default();
        run(plan, threads, &AtomicBool::new(false), &BTreeMap::new(), &mut counted);
        trials += counted.trials;
        requests += counted.events;
    }
    let rate = f64::from(trials) / begin.elapsed().as_secs_f64();
    let events = f64::from(u32::try_from(requests).unwrap_or(u32::MAX)) / f64::from(trials);
    println!("{threads} thread(s): {rate:.0} trials a second, {events:.1} events a trial");
    rate
}
