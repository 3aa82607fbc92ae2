//! What admission says of one scenario.

use super::brief::Brief;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether one scenario may count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Admitted {
    /// The scenario's id.
    pub scenario: String,
    /// Whether it may.
    pub admitted: bool,
    /// Why it may not; empty where it may.
    pub reasons: Vec<String>,
    /// Trials that each subject ran.
    pub trials: u32,
    /// What its oracle came to; none where it names none.
    pub oracle: Option<OracleRuns>,
    /// Trials that the subject that does nothing satisfies.
    pub idle_passes: u32,
    /// In how many trials each mutant that it names was caught.
    pub caught: BTreeMap<String, u32>,
}

/// What an oracle came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OracleRuns {
    /// Trials that it satisfies.
    pub passes: u32,
    /// Trials whose two runs were equal.
    pub equal: u32,
}

impl Admitted {
    pub(super) fn new(scenario: &str, trials: u32) -> Self {
        let (reasons, caught) = (Vec::new(), BTreeMap::new());
        let scenario = scenario.to_owned();
        Self { scenario, admitted: false, reasons, trials, oracle: None, idle_passes: 0, caught }
    }

    pub(super) fn oracle(&mut self, oracle: &[Brief], again: &[Brief]) {
        let is_equal = |(one, other): &(&Brief, &Brief)| one.digest == other.digest;
        let runs = OracleRuns {
            passes: count(oracle.iter().filter(|brief| brief.satisfied)),
            equal: count(oracle.iter().zip(again).filter(is_equal)),
        };
        self.oracle = Some(runs);
        if let Some(failed) = oracle.iter().find(|brief| !brief.satisfied) {
            let trials = oracle.len();
            let Brief { index, reason, .. } = failed;
            let what = format!(
                "the oracle satisfies in {} of {trials} trials; trial {index}: {reason}",
                runs.passes
            );
            self.reasons.push(what);
        }
        if let Some((one, _)) = oracle.iter().zip(again).find(|pair| !is_equal(pair)) {
            self.reasons.push(format!("two runs of the oracle differ in trial {}", one.index));
        }
        if let Some((brief, act)) =
            oracle.iter().find_map(|brief| Some((brief, brief.acts_not_taken.first()?)))
        {
            self.reasons.push(format!("an act was not taken in trial {}: {act}", brief.index));
        }
    }

    pub(super) fn idle(&mut self, idle: &[Brief]) {
        self.idle_passes = count(idle.iter().filter(|brief| brief.satisfied));
        if let Some(passed) = idle.iter().find(|brief| brief.satisfied) {
            let (passes, trials) = (self.idle_passes, idle.len());
            let index = passed.index;
            self.reasons.push(format!(
                "doing nothing satisfies in {passes} of {trials} trials; the first is {index}"
            ));
        }
        if let Some(missing) = idle.iter().find(|brief| !brief.is_judged()) {
            let Brief { index, reason, .. } = missing;
            self.reasons.push(format!("doing nothing has no verdict in trial {index}: {reason}"));
        }
    }

    pub(super) fn mutant(&mut self, name: &str, briefs: &[Brief]) {
        let caught = count(briefs.iter().filter(|brief| brief.is_judged() && !brief.satisfied));
        self.caught.insert(name.to_owned(), caught);
        if caught == 0 {
            self.reasons.push(format!("the mutant `{name}` is not caught in any of {} trials", briefs.len()));
        }
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    items.fold(0, |count, _| count.saturating_add(1))
}
