//! The suite that ships.

use super::sealed::none_is_seen;
use super::{All, plan, run_all};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/first-day")
}

#[test]
fn one_thread_and_many_give_the_same_trials_in_the_same_order() {
    let plan = plan(&suite());
    let (one, four) = (run_all(&plan, 1), run_all(&plan, 4));
    assert_eq!(one.len(), plan.trials());
    for (a, b) in one.iter().zip(&four) {
        assert_eq!(a.result, b.result);
        assert_eq!(a.trajectory, b.trajectory);
    }
    assert_eq!(one.len(), four.len());
}

#[test]
fn nothing_sealed_comes_to_light_in_any_trial() {
    none_is_seen(&suite(), &run_all(&plan(&suite()), 2), 7);
}

#[test]
fn a_run_that_is_stopped_hands_on_no_trial_that_did_not_run() {
    let plan = plan(&suite());
    let stop = AtomicBool::new(true);
    let mut all = All::default();
    glasshouse_runner::run(&plan, std::num::NonZeroUsize::MIN, &stop, &BTreeMap::new(), &mut all);
    assert!(all.0.is_empty());
}
