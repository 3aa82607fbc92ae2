//! What a batch of some size can show, and how large one has to be.

use crate::numeric::{beta, ln, normal_quantile};
use serde::Serialize;

/// Most trials that a plan is searched up to.
const MOST_TRIALS: u32 = 1_000_000;

/// How rates vary, of two builds on the same scenarios.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Within {
    /// Variance over scenarios of the difference of true rates.
    pub between: f64,
    /// Mean variance of one trial within a scenario, of the first build.
    pub first: f64,
    /// The same of the second.
    pub second: f64,
    /// Trials a scenario, of the first build.
    pub first_trials: f64,
    /// The same of the second.
    pub second_trials: f64,
}

impl Within {
    fn a_scenario(&self) -> f64 {
        self.between + self.first / self.first_trials + self.second / self.second_trials
    }
}

/// The least true difference that `scenarios` scenarios show with probability `power` at level `alpha`, two-sided.
pub fn minimum_effect(within: &Within, scenarios: f64, alpha: f64, power: f64) -> f64 {
    sum_of_quantiles(alpha, power) * (within.a_scenario() / scenarios).sqrt()
}

/// The scenarios that a true difference of `effect` needs.
pub fn scenarios_needed(within: &Within, effect: f64, alpha: f64, power: f64) -> f64 {
    (sum_of_quantiles(alpha, power) / effect).powi(2) * within.a_scenario()
}

fn sum_of_quantiles(alpha: f64, power: f64) -> f64 {
    normal_quantile(1.0 - alpha / 2.0) + normal_quantile(power)
}

/// What one batch tells of the spread of another like it: mean within-scenario variance, unbiased, and trials a
/// scenario (harmonic mean). None where no scenario has two trials. `counts` are passes and trials.
pub fn within_and_between(counts: &[(u32, u32)]) -> Option<(f64, f64)> {
    let mut variances = Vec::new();
    let mut inverse = 0.0;
    for (passes, trials) in counts.iter().filter(|(_, trials)| *trials > 1) {
        let (c, n) = (f64::from(*passes), f64::from(*trials));
        variances.push(c / n * (1.0 - c / n) * n / (n - 1.0));
        inverse += n.recip();
    }
    let scenarios = variances.len() as f64;
    (!variances.is_empty()).then(|| (variances.iter().sum::<f64>() / scenarios, scenarios / inverse))
}

/// The trials without a single fail that show a rate of at least `threshold`, at level `alpha`.
pub fn zero_failure_trials(threshold: f64, alpha: f64) -> f64 {
    (ln(alpha) / ln(threshold)).ceil()
}

/// A fixed plan: so many trials, of which so many have to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GatePlan {
    /// Independent trials.
    pub trials: u32,
    /// Least passes with which the lower bound reaches the threshold.
    pub passes: u32,
}

/// The least plan that shows `threshold` at level `alpha` with probability `power` when the truth is `rate`; none where
/// a million trials are not enough.
pub fn gate_plan(threshold: f64, rate: f64, alpha: f64, power: f64) -> Option<GatePlan> {
    let mut passes = 1;
    for trials in 1..=MOST_TRIALS {
        // The least passes rise by at most one a trial.
        while passes <= trials && at_least(passes, trials, threshold) > alpha {
            passes += 1;
        }
        if passes <= trials && at_least(passes, trials, rate) >= power {
            return Some(GatePlan { trials, passes });
        }
    }
    None
}

/// The chance of at least `passes` in `trials`.
fn at_least(passes: u32, trials: u32, rate: f64) -> f64 {
    beta::below(f64::from(passes), f64::from(trials - passes) + 1.0, rate)
}
