//! The trials of a batch, counted as they come: what the satisfaction needs of them, and no more.

use super::satisfaction::{Missing, PlanError, PlannedScenario, Satisfaction, shares, summary};
use crate::scenario::Count;
use glasshouse_model::{Gate, TrialClass, TrialResult};
use std::collections::BTreeMap;

/// Finds reasons in results.
pub(crate) fn text_in(results: &[TrialResult]) -> impl FnMut(&str, u32) -> String {
    |scenario, index| {
        let mut own = results.iter().filter(|result| result.scenario == scenario);
        own.find(|result| result.index == index).map(|result| result.reason.clone()).unwrap_or_default()
    }
}

/// The trials of a batch, counted by scenario.
#[derive(Debug, Clone)]
pub(crate) struct Counts<'a> {
    places: BTreeMap<&'a str, usize>,
    /// In the order of the plan.
    own: Vec<Count>,
    /// The first that came twice.
    twice: Option<(String, u32)>,
    /// The least of a scenario that was not planned.
    unplanned: Option<(String, u32)>,
}

impl<'a> Counts<'a> {
    pub(crate) fn new(plan: &'a [PlannedScenario]) -> Self {
        let places = plan.iter().enumerate().map(|(place, planned)| (planned.id.as_str(), place)).collect();
        Self { places, own: vec![Count::default(); plan.len()], twice: None, unplanned: None }
    }

    pub(crate) fn add(&mut self, result: &TrialResult) {
        let id = || (result.scenario.clone(), result.index);
        match self.place(&result.scenario).and_then(|place| self.own.get_mut(place)) {
            Some(own) => {
                if !own.add(result) {
                    self.twice.get_or_insert_with(id);
                }
            }
            None => self.unplanned = self.unplanned.take().into_iter().chain([id()]).min(),
        }
    }

    /// Where a scenario stands in the plan.
    pub(crate) fn place(&self, scenario: &str) -> Option<usize> {
        self.places.get(scenario).copied()
    }

    /// Of each scenario, in the order of the plan.
    pub(crate) fn own(&self) -> &[Count] {
        &self.own
    }

    /// Of all trials. `plan` may ask for another number of each scenario than the counts' own plan, and for none of some;
    /// `text` is the reason of a trial.
    ///
    /// # Errors
    /// Where the trials are not those of the plan, or the gate's confidence is not between 0 and 1.
    pub(crate) fn satisfaction(
        &self,
        plan: &[PlannedScenario],
        gate: &Gate,
        text: &mut dyn FnMut(&str, u32) -> String,
    ) -> Result<Satisfaction, PlanError> {
        let shares = shares(plan)?;
        let unplanned = |(scenario, index): (String, u32)| PlanError::Unplanned { scenario, index };
        if let Some(twice) = &self.twice {
            return Err(unplanned(twice.clone()));
        }
        let (mut scenarios, mut least) = (Vec::with_capacity(plan.len()), self.unplanned.clone());
        let none = Count::default();
        for (planned, share) in plan.iter().zip(shares) {
            let count = self.place(&planned.id).and_then(|place| self.own.get(place)).unwrap_or(&none);
            if let Some(index) = count.absent(planned.trials) {
                return Err(PlanError::Absent { scenario: planned.id.clone(), index });
            }
            let beyond = count.beyond(planned.trials).map(|index| (planned.id.clone(), index));
            least = least.into_iter().chain(beyond).min();
            scenarios.push(count.satisfaction(&planned.id, share, gate.confidence, text)?);
        }
        match least {
            Some(least) => Err(unplanned(least)),
            None => Ok(summary(scenarios, self.missing(), gate.confidence)?),
        }
    }

    fn missing(&self) -> Missing {
        let of = |class| self.own.iter().fold(0_u32, |sum, own| sum.saturating_add(own.missing(class)));
        Missing {
            infra: of(TrialClass::Infra),
            judge_error: of(TrialClass::JudgeError),
            user_sim_invalid: of(TrialClass::UserSimInvalid),
        }
    }
}
