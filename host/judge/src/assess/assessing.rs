//! A batch that is assessed while its trials come in. None of them is kept, so that a batch may be larger than memory.

use super::assessment::{Assessment, Batch, observed_strata, outcome};
use super::figures::{Design, Estimands, Estimate, Observed};
use super::harm::is_harm;
use super::planning::MinimumEffect;
use super::scenarios::{Repeats, figures};
use crate::estimand::{Counts, PlanError, PlannedScenario};
use crate::gate::{Sequential, Tally};
use crate::scenario::{Count, is_missing};
use glasshouse_model::{Allocation, TrialResult};

/// A batch under way.
#[derive(Debug, Clone)]
pub struct Assessing<'a> {
    batch: Batch<'a>,
    /// Where the gate may be decided before the plan runs out.
    sequential: Option<Sequential<'a>>,
    counts: Counts<'a>,
    harm: Tally,
    counted: usize,
}

/// What was seen of a batch's trials.
#[derive(Clone, Copy)]
pub(super) struct Seen<'s> {
    pub(super) sequential: Option<&'s Sequential<'s>>,
    pub(super) counts: &'s Counts<'s>,
    pub(super) harm: Tally,
    pub(super) counted: usize,
}

impl<'a> Assessing<'a> {
    /// Begins, with the results that the batch has.
    ///
    /// # Errors
    /// Where the plan of a sequential gate cannot be.
    pub fn begin(batch: &Batch<'a>) -> Result<Self, PlanError> {
        let Batch { plan, gate, panel, order, .. } = *batch;
        let sequential = gate.is_sequential().then(|| Sequential::new(plan, gate, panel, order));
        let mut begun = Self {
            batch: *batch,
            sequential: sequential.transpose()?,
            counts: Counts::new(plan),
            harm: Tally::default(),
            counted: 0,
        };
        for result in batch.results {
            begun.add(result);
        }
        Ok(begun)
    }

    /// Adds the next trial in planned order; whether the gate needs no more than it has. Trials after that count for
    /// nothing.
    pub fn add(&mut self, result: &TrialResult) -> bool {
        if self.is_decided() {
            return true;
        }
        self.counted += 1;
        self.counts.add(result);
        // Every trial counts the same: harm is bounded per trial, not per use.
        let harm = self.planned(&result.scenario).is_some_and(|planned| is_harm(planned, result));
        let missing = is_missing(result.class);
        let value = |yes: bool| f64::from(u8::from(yes));
        self.harm.add(value(harm && !missing), value(harm || missing));
        self.sequential.as_mut().is_some_and(|gate| gate.observe(result))
    }

    /// Whether the gate needs no further trial, where it may be decided before the plan runs out.
    pub fn is_decided(&self) -> bool {
        self.sequential.as_ref().is_some_and(Sequential::has_stopped)
    }

    /// Everything that is said of the trials. `text` is the reason of a trial that does not satisfy: of those, few are
    /// asked for.
    ///
    /// # Errors
    /// Where results and plan do not fit, or the gate's confidence is not between 0 and 1.
    pub fn end(self, text: &mut dyn FnMut(&str, u32) -> String) -> Result<Assessment, PlanError> {
        let batch = &self.batch;
        let ran = self.sequential.is_some().then(|| self.ran());
        let mut satisfaction =
            self.counts.satisfaction(ran.as_deref().unwrap_or(batch.plan), batch.gate, text)?;
        if batch.order.allocation == Allocation::Usage {
            satisfaction = satisfaction.pooled()?;
        }
        let strata = observed_strata(&satisfaction.scenarios);
        let labels = batch.panel.labels();
        let estimands = Estimands {
            observed: Observed::of(&batch.terms().sample(&strata), labels),
            suite: Estimate::suite(&strata, batch.terms())?,
            population: Estimate::population(&strata, batch.terms())?,
            population_strict: Estimate::population_strict(&strata, batch.terms()),
        };
        Ok(Assessment {
            gate: outcome(batch, self.seen(), &satisfaction)?,
            estimands,
            repeats: Repeats::of(&strata, labels),
            design: Design::of(&strata, batch.sessions, batch.order.allocation),
            minimum_effect: MinimumEffect::of(&batch.terms().sample(&strata)),
            scenarios: figures(&satisfaction.scenarios),
            satisfaction,
        })
    }

    fn seen(&self) -> Seen<'_> {
        let Self { sequential, counts, harm, counted, .. } = self;
        Seen { sequential: sequential.as_ref(), counts, harm: *harm, counted: *counted }
    }

    fn planned(&self, scenario: &str) -> Option<&'a PlannedScenario> {
        self.counts.place(scenario).and_then(|place| self.batch.plan.get(place))
    }

    /// The plan as far as it was run; without the scenarios of which no trial was drawn.
    fn ran(&self) -> Vec<PlannedScenario> {
        let of = |(planned, count): (&PlannedScenario, &Count)| PlannedScenario {
            trials: count.trials(),
            ..planned.clone()
        };
        let all = self.batch.plan.iter().zip(self.counts.own()).map(of);
        all.filter(|planned| planned.trials > 0).collect()
    }
}
