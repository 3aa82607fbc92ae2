//! Suites that ship, with as many trials as are wanted.

use crate::built::Built;
use glasshouse_runner::{Plan, load_suite};
use glasshouse_sandbox::{ArtefactStore, Sandbox, Settings};
use glasshouse_testing::all_guests;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A sandbox that compiles what another part of this benchmark has not compiled.
pub(crate) fn sandbox() -> Sandbox {
    let artefacts = ArtefactStore::open(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("artefacts"));
    let artefacts = Some(artefacts.expect("a folder of artefacts"));
    Sandbox::new(Settings { artefacts, ..Settings::default() }).expect("a sandbox")
}

/// Trials of a scenario: no scenario that ships has more variants.
const LEAST: usize = 12;

/// The plan of a suite that has that many trials at least, as many of each scenario.
pub(crate) fn plan_of(suite: &str, trials: usize, sandbox: &Sandbox) -> Plan {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(suite);
    let copy = tempfile::tempdir().expect("a folder");
    let scenarios = fs::read_dir(&suite).expect("the suite").filter(|entry| {
        let entry = entry.as_ref().expect("an entry of the suite");
        entry.path().join("scenario.toml").exists()
    });
    let of_each = trials.div_ceil(scenarios.count()).max(LEAST);
    copy_with(&suite, copy.path(), of_each);
    load_suite(copy.path(), sandbox, &Built(all_guests())).expect("a plan")
}

/// Copies a folder; every file that says how many trials there are says this number.
fn copy_with(from: &Path, to: &Path, trials: usize) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of the suite") {
        let entry = entry.expect("an entry of the suite");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_with(&from, &to, trials);
        } else if from.file_name().is_some_and(|name| name == "suite.toml" || name == "scenario.toml") {
            let text = fs::read_to_string(&from).expect("a file of the suite");
            fs::write(&to, with_seeds(&text, trials)).expect("a file of the copy");
        } else {
            fs::copy(&from, &to).expect("a file of the copy");
        }
    }
}

fn with_seeds(text: &str, trials: usize) -> String {
    let mut is_seeds = false;
    let mut written = String::new();
    for line in text.lines() {
        is_seeds = if line.starts_with('[') { line == "[seeds]" } else { is_seeds };
        let line =
            if is_seeds && line.starts_with("n = ") { format!("n = {trials}") } else { line.to_owned() };
        written.push_str(&line);
        written.push('\n');
    }
    written
}

/// The numbers of all trials but `count`, which lie evenly over the plan.
pub(crate) fn all_but(plan: &Plan, count: usize) -> BTreeMap<usize, bool> {
    let all = plan.trials();
    assert!(count <= all, "{count} of {all} trials");
    let taken: BTreeSet<_> = (0..count).map(|place| place * all / count).collect();
    (0..all).filter(|number| !taken.contains(number)).map(|number| (number, true)).collect()
}
