//! Figures of single scenarios, and those of their repeats.

use crate::error_model::Labels;
use crate::estimand::Stratum;
use crate::scenario::{
    Posterior, ScenarioClass, ScenarioSatisfaction, corrected_pass_k, flake_rate, pass_at_k, pass_k, shrink,
};
use serde::Serialize;

/// The numbers of repeats that are shown.
const REPEATS: [u32; 3] = [2, 4, 8];

/// One scenario beyond its counts. Nothing of this decides anything.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioFigures {
    /// Its id.
    pub scenario: String,
    /// Its kind.
    pub class: ScenarioClass,
    /// Posterior mean of its rate.
    pub mean: f64,
    /// Belief that the rate is at least 0.9.
    pub solid: f64,
    /// Belief that it lies between 0.1 and 0.9.
    pub flaky: f64,
    /// Belief that it is at most 0.1.
    pub broken: f64,
    /// The rate, drawn towards those of the others as far as all are alike: for ranking only.
    pub shrunk: f64,
    /// The chance that two of its trials disagree.
    pub flake: Option<f64>,
}

/// What repeats of the same story show, over the suite.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Repeats {
    /// The weighted chance that two trials of a scenario disagree; none where one has fewer than two.
    pub flake: Option<f64>,
    /// For several numbers of repeats.
    pub pass_k: Vec<PassK>,
}

/// What `k` trials of one scenario come to, in the weighted mean; none where a scenario has fewer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PassK {
    /// Trials.
    pub k: u32,
    /// The chance that all pass.
    pub all: Option<f64>,
    /// The chance that all satisfy, with the judges' errors taken out; only with a calibration set.
    pub all_corrected: Option<f64>,
    /// The chance that at least one passes.
    pub any: Option<f64>,
}

pub(super) fn figures(scenarios: &[ScenarioSatisfaction]) -> Vec<ScenarioFigures> {
    let shrinkage = shrink(&scenarios.iter().map(|s| (s.passes, s.n)).collect::<Vec<_>>());
    let of = |(scenario, shrunk): (&ScenarioSatisfaction, f64)| {
        let posterior = Posterior::of(scenario.passes, scenario.n);
        ScenarioFigures {
            scenario: scenario.scenario.clone(),
            class: posterior.class(),
            mean: posterior.mean(),
            solid: posterior.solid(),
            flaky: posterior.flaky(),
            broken: posterior.broken(),
            shrunk,
            flake: flake_rate(scenario.passes, scenario.n),
        }
    };
    scenarios.iter().zip(shrinkage.rates).map(of).collect()
}

impl Repeats {
    pub(super) fn of(strata: &[Stratum], labels: Option<&Labels>) -> Self {
        let mean = |value: &dyn Fn(&Stratum) -> Option<f64>| -> Option<f64> {
            strata.iter().map(|stratum| Some(stratum.weight * value(stratum)?)).sum()
        };
        let at = |k: u32| PassK {
            k,
            all: mean(&|stratum| pass_k(stratum.passes, stratum.trials, k)),
            all_corrected: labels.and_then(|labels| {
                let (sensitivity, specificity) = (labels.sensitivity(), labels.specificity());
                // Single scenarios may leave 0 to 1; only their mean is clipped.
                mean(&|stratum| corrected_pass_k(stratum.passes, stratum.trials, k, sensitivity, specificity))
                    .map(|mean| mean.clamp(0.0, 1.0))
            }),
            any: mean(&|stratum| pass_at_k(stratum.passes, stratum.trials, k)),
        };
        Self {
            flake: mean(&|stratum| flake_rate(stratum.passes, stratum.trials)),
            pass_k: REPEATS.map(at).to_vec(),
        }
    }
}
