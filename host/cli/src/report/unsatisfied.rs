//! What reports tell of the trials of a scenario that do not satisfy: how they begin. A large run has many.

use super::run_folder::{Outcome, ResultRead};
use super::words::shortened;

/// Most trials that are told of each kind.
const MOST_TOLD: usize = 20;
/// Most seeds that are named of each kind.
const MOST_SEEDS: usize = 100;
/// Longest reason, in characters.
const LONGEST: usize = 2000;

/// Of a scenario without any.
pub(super) static NONE: Unsatisfied =
    Unsatisfied { reason: String::new(), failed: First::NONE, missing: First::NONE };

/// The trials of a scenario that do not satisfy.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsatisfied {
    /// Why the first of them does not.
    pub(super) reason: String,
    /// Those that were judged.
    pub(super) failed: First,
    /// Those without a verdict.
    pub(super) missing: First,
}

/// The first trials of one kind, in planned order.
#[derive(Debug, Clone, Default)]
pub(super) struct First {
    /// Their seeds.
    pub(super) seeds: Vec<String>,
    /// Those of which more is told.
    pub(super) told: Vec<Told>,
}

/// One trial in short.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) index: u32,
    pub(super) seed: String,
    pub(super) reason: String,
}

impl Unsatisfied {
    /// Adds the next one.
    pub(super) fn add(&mut self, result: &ResultRead) {
        if self.failed.told.is_empty() && self.missing.told.is_empty() {
            self.reason.clone_from(&result.reason);
        }
        match result.outcome() {
            Outcome::Pass => {}
            Outcome::Fail => self.failed.add(result),
            Outcome::Missing => self.missing.add(result),
        }
    }
}

impl First {
    const NONE: Self = Self { seeds: Vec::new(), told: Vec::new() };

    fn add(&mut self, result: &ResultRead) {
        if self.seeds.len() < MOST_SEEDS {
            self.seeds.push(result.seed.clone());
        }
        if self.told.len() < MOST_TOLD {
            let ResultRead { index, seed, reason, .. } = result;
            self.told.push(Told { index: *index, seed: seed.clone(), reason: shortened(reason, LONGEST) });
        }
    }
}
