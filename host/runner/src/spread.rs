//! How a suite's trials are spread over its scenarios: how many each has, and in which order they come.

use crate::plan::LoadedScenario;
use glasshouse_judge::{proportional_counts, usage_draws, usage_schedule};
use glasshouse_model::{Allocation, Mistake, Mistakes, Place, Suite};
use std::sync::Arc;

/// Most trials that a plan which is drawn as it runs may come to choose from.
const MOST_TO_CHOOSE: usize = 2_000_000;

/// How many trials each scenario has, and the scenario of each trial in planned order where that is not scenario by
/// scenario.
pub(crate) struct Spread {
    pub(crate) counts: Vec<u32>,
    pub(crate) order: Option<Vec<usize>>,
}

impl Spread {
    /// Of the scenarios of a suite.
    ///
    /// # Errors
    /// Where a critical scenario is drawn for no trial, or there is too much to choose from.
    pub(crate) fn of(suite: &Suite, scenarios: &[&Arc<LoadedScenario>]) -> Result<Self, Mistakes> {
        let own: Vec<_> = scenarios.iter().map(|loaded| loaded.most_trials(suite)).collect();
        let weights: Vec<_> = scenarios.iter().map(|loaded| loaded.scenario.weight).collect();
        let all = own.iter().map(|own| *own as usize).sum();
        let base = suite.seeds.base;
        match suite.allocation {
            Allocation::Fixed => Ok(Self { counts: own, order: None }),
            Allocation::Proportional => {
                let all = u32::try_from(all).unwrap_or(u32::MAX);
                Ok(Self { counts: proportional_counts(&weights, all), order: None })
            }
            Allocation::Usage => drawn(scenarios, usage_draws(&weights, all, base)),
            Allocation::Sweep => drawn(scenarios, usage_schedule(&weights, all, base)),
            Allocation::Adaptive => {
                if all.saturating_mul(scenarios.len()) > MOST_TO_CHOOSE {
                    return Err(too_much_to_choose(suite, all, scenarios.len()));
                }
                let all = u32::try_from(all).unwrap_or(u32::MAX);
                Ok(Self { counts: vec![all; scenarios.len()], order: None })
            }
        }
    }
}

fn drawn(scenarios: &[&Arc<LoadedScenario>], order: Vec<usize>) -> Result<Spread, Mistakes> {
    let mut counts = vec![0_u32; scenarios.len()];
    for place in &order {
        if let Some(count) = counts.get_mut(*place) {
            *count = count.saturating_add(1);
        }
    }
    let mut mistakes = Mistakes::default();
    for (loaded, _) in
        scenarios.iter().zip(&counts).filter(|(loaded, count)| loaded.is_critical() && **count == 0)
    {
        let what = format!(
            "the critical scenario `{}` is drawn for none of {} trials",
            loaded.scenario.id,
            order.len()
        );
        let hint =
            "raise `n` in [seeds] of suite.toml, or write a plan there that gives every scenario trials";
        mistakes.push(Mistake::new(Place::file(loaded.file.clone()), what).hint(hint));
    }
    mistakes.finish(Some(Spread { counts, order: Some(order) }))
}

fn too_much_to_choose(suite: &Suite, trials: usize, scenarios: usize) -> Mistakes {
    let what = format!(
        "plan = \"adaptive\" chooses each of {trials} trials among {scenarios} scenarios, which is too much"
    );
    let hint = format!(
        "their product may be at most {MOST_TO_CHOOSE}; lower `n` in [seeds], or write plan = \"sweep\""
    );
    Mistake::new(Place::file(suite.subject_place.file.clone()), what).hint(hint).into()
}
