//! Rates drawn towards each other as far as the scenarios are alike: for ranking and for spending trials. Never for a
//! gate: a weak prior repeated a hundred times is a strong wrong one.

use crate::numeric::{beta::ln_beta, exp, ln};
use serde::Serialize;
use std::collections::BTreeMap;

/// Points of the grid over the mean rate: 0.005 to 0.995.
const MEANS: u32 = 199;
/// Points of the grid over the logarithm of the concentration: ln 0.5 to ln 200.
const CONCENTRATIONS: u32 = 120;

/// The posterior of a beta-binomial model of all scenarios.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shrinkage {
    /// Expected mean rate of scenarios like these.
    pub mean: f64,
    /// Expected logarithm of the concentration: large where scenarios are alike.
    pub ln_concentration: f64,
    /// Expected rate of each scenario, in their order.
    pub rates: Vec<f64>,
}

/// From `(passes, trials)` of each scenario.
pub fn shrink(counts: &[(u32, u32)]) -> Shrinkage {
    let grid = grid(counts);
    let highest = grid.iter().map(|point| point.2).fold(f64::NEG_INFINITY, f64::max);
    let mut shrinkage = Shrinkage { mean: 0.0, ln_concentration: 0.0, rates: vec![0.0; counts.len()] };
    let mut total = 0.0;
    for (mean, ln_concentration, ln_likelihood) in grid {
        let belief = exp(ln_likelihood - highest);
        let concentration = exp(ln_concentration);
        total += belief;
        shrinkage.mean += belief * mean;
        shrinkage.ln_concentration += belief * ln_concentration;
        for (rate, (passes, trials)) in shrinkage.rates.iter_mut().zip(counts) {
            *rate +=
                belief * (mean * concentration + f64::from(*passes)) / (concentration + f64::from(*trials));
        }
    }
    shrinkage.mean /= total;
    shrinkage.ln_concentration /= total;
    shrinkage.rates.iter_mut().for_each(|rate| *rate /= total);
    shrinkage
}

/// Mean, logarithm of the concentration, and logarithm of the likelihood there.
fn grid(counts: &[(u32, u32)]) -> Vec<(f64, f64, f64)> {
    let (low, high) = (ln(0.5), ln(200.0));
    // Suites of a thousand scenarios have few different counts.
    let mut alike: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    counts.iter().for_each(|count| *alike.entry(*count).or_default() += 1.0);
    let mut grid = Vec::new();
    for mean in (1..=MEANS).map(|step| f64::from(step) / f64::from(MEANS + 1)) {
        for step in 0..CONCENTRATIONS {
            let ln_concentration = low + (high - low) * f64::from(step) / f64::from(CONCENTRATIONS - 1);
            let concentration = exp(ln_concentration);
            let (a, b) = (mean * concentration, (1.0 - mean) * concentration);
            let prior = ln_beta(a, b);
            let part = |((passes, trials), times): (&(u32, u32), &f64)| {
                let (c, n) = (f64::from(*passes), f64::from(*trials));
                times * (ln_beta(a + c, b + n - c) - prior)
            };
            grid.push((mean, ln_concentration, alike.iter().map(part).sum()));
        }
    }
    grid
}
