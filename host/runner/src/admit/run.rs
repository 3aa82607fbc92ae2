//! Running all that admission needs.

use super::admitted::Admitted;
use super::brief::Brief;
use super::load::{Admission, MOST_TRIALS};
use crate::plan::{LoadedScenario, Plan, PlannedTrial};
use crate::schedule::{Watch, run_by};
use crate::trial::{Finished, run_trial};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

type Briefs = BTreeMap<String, Vec<Brief>>;

/// Keeps a brief of every trial.
struct Briefing<'b> {
    each: &'b mut dyn FnMut(),
    all: &'b mut Briefs,
}

impl Watch for Briefing<'_> {
    fn arrived(&mut self, _number: usize, _finished: &Finished) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        if let Some(finished) = finished {
            (self.each)();
            self.all.entry(finished.result.scenario.clone()).or_default().push(Brief::of(&finished));
        }
        ControlFlow::Continue(())
    }
}

impl Admission {
    /// How many trials it takes.
    pub fn trials(&self) -> usize {
        let mutants: usize = self.mutants.iter().map(|(_, plan)| plan.trials()).sum();
        2 * self.oracle.trials() + self.idle.trials() + mutants
    }

    /// Runs all of them, and says of each scenario whether it may count, in planned order; `each` is told of every
    /// trial. None where `stop` was set.
    pub fn run(
        &self,
        threads: NonZeroUsize,
        stop: &AtomicBool,
        each: &mut dyn FnMut(),
    ) -> Option<Vec<Admitted>> {
        let mut briefs = |plan: &Plan| {
            let mut all = Briefs::new();
            let mut briefing = Briefing { each: &mut *each, all: &mut all };
            // No record of it is kept, so none is proven by a replay: that would be two more runs of every failing trial.
            run_by(run_trial, plan, threads, stop, &BTreeMap::new(), &mut briefing);
            all
        };
        let ran = Ran {
            oracle: briefs(&self.oracle),
            again: briefs(&self.oracle),
            idle: briefs(&self.idle),
            mutants: self.mutants.iter().map(|(name, plan)| (name.as_str(), briefs(plan))).collect(),
        };
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        Some(self.scenarios.iter().map(|loaded| ran.admit(loaded, self.trials_of(loaded))).collect())
    }

    fn trials_of(&self, loaded: &LoadedScenario) -> u32 {
        // A sequential plan draws how many trials a scenario has.
        let is_its = |trial: &&PlannedTrial| trial.scenario.scenario.id == loaded.scenario.id;
        let planned = self.oracle.trials.iter().filter(is_its).count();
        let planned = u32::try_from(planned).ok().filter(|planned| *planned > 0);
        planned.unwrap_or(loaded.seeds.n.min(MOST_TRIALS))
    }
}

/// What came of all trials.
struct Ran<'a> {
    oracle: Briefs,
    again: Briefs,
    idle: Briefs,
    /// By the mutant's name.
    mutants: Vec<(&'a str, Briefs)>,
}

impl Ran<'_> {
    fn admit(&self, loaded: &LoadedScenario, trials: u32) -> Admitted {
        let id = &loaded.scenario.id;
        let mut verdict = Admitted::new(id, trials);
        match (self.oracle.get(id), self.again.get(id), self.idle.get(id)) {
            (Some(oracle), Some(again), Some(idle)) => {
                verdict.oracle(oracle, again);
                verdict.idle(idle);
            }
            _ => verdict.reasons.push("it names no oracle: write [admission] in its judge.toml".into()),
        }
        for (name, briefs) in &self.mutants {
            if let Some(briefs) = briefs.get(id) {
                verdict.mutant(name, briefs);
            }
        }
        verdict.admitted = verdict.reasons.is_empty();
        verdict
    }
}
