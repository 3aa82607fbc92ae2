//! Resident memory of trials: of 1 to 1,000 that run at one time, each over three services, and of 100,000 that run one
//! after the other, without a ledger and with one. `--in-flight N`, `--many` and `--many --recorded` of the built benchmark
//! are its parts: each has a process of its own, since what one leaves behind would count for the next.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

#[path = "../built.rs"]
mod built;
mod gate;
mod suites;

use gate::Gate;
use glasshouse_ledger::{Commit, Ledger, Options, Recording};
use glasshouse_model::{Digest, TrialClass};
use glasshouse_runner::{Finished, Plan, Watch, run};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use suites::{all_but, plan_of, sandbox};

const IN_FLIGHT: [usize; 4] = [1, 10, 100, 1_000];
const MANY: usize = 100_000;
const SHOWN_EVERY: usize = 10_000;

fn main() {
    let args: Vec<_> = std::env::args().collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        [_, "--in-flight", count] => in_flight(count.parse().expect("a count of trials")),
        [_, "--many"] => many(false),
        [_, "--many", "--recorded"] => many(true),
        _ => {
            for count in IN_FLIGHT {
                part(&["--in-flight", &count.to_string()]);
            }
            part(&["--many"]);
            part(&["--many", "--recorded"]);
        }
    }
}

fn part(args: &[&str]) {
    let own = std::env::current_exe().expect("the path of this program");
    let ended = Command::new(own).args(args).status().expect("a process");
    assert!(ended.success(), "{args:?}: {ended}");
}

/// So many trials on as many threads, each held at one of its subject's requests until all are: then the subject, the
/// twins and the forked world of each are there.
fn in_flight(count: usize) {
    let sandbox = sandbox();
    let gate = Arc::new(Gate::default());
    let plan = plan_of("access-desk", count, &sandbox).with_between(gate.between());
    let threads = NonZeroUsize::new(count).expect("a count of trials");
    let others = all_but(&plan, count);
    let before = resident();
    let mut classes = Classes { gate: gate.clone(), judged: 0 };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let held = gate.wait_for(count);
            let (now, guests, mapped) = (resident(), sandbox.live_instances(), mappings());
            gate.open();
            let each = now.saturating_sub(before) / u64::try_from(held).expect("a small number").max(1);
            println!(
                "{held:>5} trials under way, {} guests: {now:>8} KiB resident, {before} KiB before them, {each:>5} KiB \
                 each; {mapped} mappings",
                guests.unwrap_or_default()
            );
        });
        run(&plan, threads, &AtomicBool::new(false), &others, &mut classes);
    });
    assert_eq!(classes.judged, count, "trials that were judged");
    println!("{:>8} KiB resident when all have ended", resident());
}

struct Classes {
    gate: Arc<Gate>,
    judged: usize,
}

impl Watch for Classes {
    fn arrived(&mut self, _number: usize, finished: &Finished) -> ControlFlow<()> {
        self.gate.ended();
        self.judged += usize::from(finished.result.class == TrialClass::Judged);
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, _finished: Option<Finished>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn many(recorded: bool) {
    let sandbox = sandbox();
    let plan = plan_of("first-day", MANY, &sandbox);
    let others = all_but(&plan, MANY);
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Ledger::open(folder.path(), Options::new(Arc::new(|| 0))).expect("a ledger");
    let components = plan.components().iter().map(|used| (used.name.clone(), used.digest)).collect();
    let cores = std::thread::available_parallelism().expect("a count of cores");
    let ledger = recorded.then(open);
    let mut recorder =
        Recorder { plan: &plan, ledger, components, settled: 0, kept: 0, begin: Instant::now() };
    recorder.show();
    run(&plan, cores, &AtomicBool::new(false), &others, &mut recorder);
    assert_eq!(recorder.settled, MANY, "trials that were settled");
}

/// Writes down what is kept, as `glasshouse run` does.
struct Recorder<'p> {
    plan: &'p Plan,
    ledger: Option<Ledger>,
    components: BTreeMap<String, Digest>,
    settled: usize,
    kept: usize,
    begin: Instant,
}

impl Recorder<'_> {
    fn show(&self) {
        let Self { settled, kept, .. } = self;
        let (resident, seconds) = (resident(), self.begin.elapsed().as_secs());
        let whither = if self.ledger.is_some() { "in a ledger" } else { "dropped" };
        println!(
            "{settled:>7} trials, {kept:>5} records {whither}   {resident:>8} KiB resident   {seconds:>4} s"
        );
    }

    fn record(&self, finished: &Finished) {
        let recording = Recording {
            suite: &self.plan.suite().id,
            components: &self.components,
            trajectory: &finished.trajectory,
            result: &finished.result,
        };
        if let Some(ledger) = &self.ledger {
            ledger.record("memory", &recording, Commit::Interval).expect("a trial is written down");
        }
    }
}

impl Watch for Recorder<'_> {
    fn arrived(&mut self, _number: usize, _finished: &Finished) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        let Some(finished) = finished else { return ControlFlow::Continue(()) };
        if finished.is_kept() {
            self.record(&finished);
            self.kept += 1;
        }
        self.settled += 1;
        if self.settled.is_multiple_of(SHOWN_EVERY) {
            self.show();
        }
        ControlFlow::Continue(())
    }
}

/// What `/proc` says of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("what the kernel says of a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("how much is resident")
}

/// How many ranges of addresses it has mapped; the kernel allows 65,530.
fn mappings() -> usize {
    std::fs::read_to_string("/proc/self/maps").expect("what is mapped").lines().count()
}
