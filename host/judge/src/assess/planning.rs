//! What the next batch of this size could show.

use crate::compare::{Within, minimum_effect};
use crate::estimand::Stratum;
use serde::Serialize;

const ALPHA: f64 = 0.05;
const POWER: f64 = 0.8;

/// The least difference of satisfaction that a second batch like this one would show for this suite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MinimumEffect {
    /// With seeds of its own.
    pub unpaired: f64,
    /// Two-sided level.
    pub alpha: f64,
    /// Chance to show it.
    pub power: f64,
    /// Variance of this batch's figure, each rate drawn in by half a pass and half a fail.
    pub variance: f64,
}

impl MinimumEffect {
    pub(super) fn of(strata: &[Stratum]) -> Self {
        let part = |stratum: &Stratum| {
            let n = f64::from(stratum.trials);
            let rate = (f64::from(stratum.passes) + 0.5) / (n + 1.0);
            stratum.weight * stratum.weight * rate * (1.0 - rate) / n
        };
        let variance: f64 = strata.iter().map(part).sum();
        let within =
            Within { between: 0.0, first: variance, second: variance, first_trials: 1.0, second_trials: 1.0 };
        Self { unpaired: minimum_effect(&within, 1.0, ALPHA, POWER), alpha: ALPHA, power: POWER, variance }
    }
}
