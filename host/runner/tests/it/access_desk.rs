//! The suite over three services, with personas, acts, faults and mutants.

use super::sealed::none_is_seen;
use super::{Built, plan, run_all, sandbox};
use glasshouse_model::TrialClass;
use glasshouse_runner::{Plan, load_admission};
use glasshouse_testing::all_guests;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;

fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios/access-desk")
}

/// The suite, whose hundreds of worlds are made once for all cases.
fn loaded() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| plan(&suite()))
}

#[test]
fn every_trial_is_judged_and_the_subject_does_its_job_nearly_always() {
    let (one, two) = (run_all(loaded(), 1), run_all(loaded(), 2));
    assert!(one.len() >= 300, "{}", one.len());
    for (a, b) in one.iter().zip(&two) {
        assert_eq!(a.result, b.result);
        assert_eq!(a.trajectory, b.trajectory);
        assert_eq!(a.result.class, TrialClass::Judged, "{}: {}", a.result.scenario, a.result.reason);
    }
    let satisfied = one.iter().filter(|finished| finished.result.satisfied).count();
    assert!(satisfied * 100 >= one.len() * 95, "{satisfied} of {}", one.len());
    none_is_seen(&suite(), &one, 30);
}

#[test]
fn every_scenario_may_count_and_every_mutant_is_caught() {
    let bundled = Built(all_guests());
    let admission = load_admission(&suite(), None, loaded(), sandbox(), &bundled).unwrap();
    let threads = NonZeroUsize::new(2).unwrap();
    let admitted = admission.run(threads, &AtomicBool::new(false), &mut || {}).unwrap();
    assert!(admitted.len() >= 20);
    for scenario in &admitted {
        assert!(scenario.admitted, "{}: {:?}", scenario.scenario, scenario.reasons);
    }
}
