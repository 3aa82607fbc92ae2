//! Evidence where trials are spent on the scenarios that need them most: the plain mean would be wrong, so a bettor's
//! wealth is kept on the failure mass, each trial weighted by how much more often its scenario was drawn than used.

use crate::numeric::ln;

/// The least share of a scenario's usage at which it is still drawn.
pub const FLOOR: f64 = 0.5;

/// The wealth of a bettor against a rate of at most `threshold`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wealth {
    threshold: f64,
    floor: f64,
    ln_wealth: f64,
}

impl Wealth {
    /// Before the first trial.
    pub fn new(threshold: f64, floor: f64) -> Self {
        Self { threshold, floor, ln_wealth: 0.0 }
    }

    /// With a wealth that was won before.
    pub(crate) fn of(threshold: f64, floor: f64, ln_wealth: f64) -> Self {
        Self { threshold, floor, ln_wealth }
    }

    /// The largest bet that cannot ruin, exclusive.
    pub fn most(&self) -> f64 {
        (1.0 / self.floor - (1.0 - self.threshold)).recip()
    }

    /// Adds a trial of a scenario with usage `weight`, drawn with probability `drawn`, at least floor times weight. The
    /// bet must have been chosen before the trial was seen; it is kept within 0 and [`Self::most`].
    pub fn add(&mut self, weight: f64, drawn: f64, satisfied: bool, bet: f64) {
        self.add_failure(if satisfied { 0.0 } else { weight / drawn }, bet);
    }

    /// The same for a mass of failure as it is, 0 to one over the floor.
    pub(crate) fn add_failure(&mut self, failure: f64, bet: f64) {
        let bet = bet.clamp(0.0, self.most() * (1.0 - 1e-9));
        self.ln_wealth += libm::log1p(bet * (1.0 - self.threshold - failure));
    }

    /// The logarithm of the wealth. At `ln(1/alpha)` the rate is shown to be above the threshold.
    pub fn ln_wealth(&self) -> f64 {
        self.ln_wealth
    }

    /// Whether the wealth shows the rate to be above the threshold.
    pub fn shows(&self, alpha: f64) -> bool {
        self.ln_wealth >= -ln(alpha)
    }
}

/// The chances with which the next trial's scenario is drawn: Neyman's, mixed with the usage so that none falls below
/// `floor` times its weight. `rates` are estimates from earlier trials alone.
pub fn draw_chances(weights: &[f64], rates: &[f64], floor: f64) -> Vec<f64> {
    let needs: Vec<f64> = weights
        .iter()
        .zip(rates)
        .map(|(weight, rate)| weight * (rate * (1.0 - rate)).max(0.0).sqrt())
        .collect();
    let all: f64 = needs.iter().sum();
    let chance = |(weight, need): (&f64, &f64)| {
        let wanted = if all > 0.0 { need / all } else { *weight };
        floor * weight + (1.0 - floor) * wanted
    };
    weights.iter().zip(&needs).map(chance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_sum_to_one_and_keep_their_floor() {
        let weights = [0.5, 0.3, 0.2];
        for rates in [[0.5, 1.0, 0.9], [1.0, 1.0, 1.0], [0.0, 0.0, 0.5]] {
            let chances = draw_chances(&weights, &rates, FLOOR);
            assert!((chances.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(chances.iter().zip(weights).all(|(chance, weight)| *chance >= FLOOR * weight));
        }
    }

    #[test]
    fn no_trial_ruins_the_bettor() {
        let mut wealth = Wealth::new(0.9, FLOOR);
        wealth.add(0.2, 0.1, false, 10.0);
        assert!(wealth.ln_wealth().is_finite());
    }
}
