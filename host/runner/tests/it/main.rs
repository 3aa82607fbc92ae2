//! Whole suites through the runner.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test builds itself may panic"
)]

mod access_desk;
mod admission;
#[path = "../../benches/built.rs"]
mod built;
mod first_day;
mod grants;
mod hostile;
mod judges;
mod life;
mod listening;
mod personas;
mod replay;
mod sealed;
mod suites;
mod unseeded;

use built::Built;
use glasshouse_runner::{Finished, LoadSuiteError, Plan, Watch, load_suite, run};
use glasshouse_sandbox::{ArtefactStore, Sandbox, Settings};
use glasshouse_testing::all_guests;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

fn plan(suite: &Path) -> Plan {
    try_plan(suite).unwrap_or_else(|error| panic!("{error}"))
}

fn try_plan(suite: &Path) -> Result<Plan, LoadSuiteError> {
    load_suite(suite, sandbox(), &Built(all_guests()))
}

/// One sandbox for the whole binary: two never live in one process. Many suites have the same components, which are
/// compiled once.
fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| {
        let artefacts = ArtefactStore::open(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("artefacts"));
        Sandbox::new(Settings {
            artefacts: Some(artefacts.unwrap()),
            wall_clock: true,
            ..Settings::default()
        })
        .unwrap()
    })
}

fn run_all(plan: &Plan, threads: usize) -> Vec<Finished> {
    let mut all = All::default();
    let threads = NonZeroUsize::new(threads).unwrap();
    run(plan, threads, &AtomicBool::new(false), &BTreeMap::new(), &mut all);
    all.0
}

/// Every trial that was settled.
#[derive(Default)]
struct All(Vec<Finished>);

impl Watch for All {
    fn arrived(&mut self, _number: usize, _finished: &Finished) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        self.0.extend(finished);
        ControlFlow::Continue(())
    }
}
