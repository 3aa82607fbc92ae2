//! The suite's satisfaction from its scenarios' counts, and what its interval guarantees.

use super::effective::suite_size;
use super::strata::{Stratum, point, total};
use crate::interval::{Interval, OutOfRange, clopper_pearson};
use serde::Serialize;

/// A point and its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// The weighted share of satisfying trials.
    pub point: f64,
    /// Its interval's bounds.
    #[serde(flatten)]
    pub interval: Interval,
}

/// How an interval was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Clopper-Pearson on the pooled counts of all trials.
    ClopperPearson,
    /// Clopper-Pearson on the effective counts of a weighted, stratified sample (Korn and Graubard 1998).
    KgCp,
    /// The melded interval of apparent rate, sensitivity and specificity (Bayer, Fay and Graubard 2022).
    Meld,
    /// The e-process of the gate over one number a scenario, its share of passes; with judge error, through the corners of
    /// its box.
    ScenarioSequence,
}

/// What the confidence of a suite's interval is worth, over repetitions with other seeds.
///
/// The guarantees speak of the judges' verdicts as they are: the judges' own errors are not part of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Guarantee {
    /// One scenario, or one drawn by its weight for every trial: trials are independent draws with one probability, and
    /// their number of passes is binomial. Each bound alone fails with at most half of 1 - confidence, whatever the truth.
    #[serde(rename = "exact")]
    Exact,
    /// Several scenarios with trials in proportion to their weights. The pooled passes are a sum of independent,
    /// not identical draws whose mean is the suite's satisfaction. By Hoeffding (1956, theorem 5) both tails of such
    /// a sum, a whole trial or more from its mean, are at most those of the binomial with the same mean; so for a
    /// confidence of at least 0.5 the two-sided interval covers at least as often as it says. Each bound alone does
    /// so too, but where fewer than about `-ln((1 + confidence) / 2)` passes (for the upper bound: failures) are
    /// expected in the whole batch; there it may fail with that probability instead of (1 - confidence) / 2 (0.02532
    /// instead of 0.025). It is a guarantee for this suite's scenarios, not for other stories like them.
    #[serde(rename = "conservative")]
    Conservative,
    /// Weights and trials out of proportion, within the design rules of this method: at least two trials a scenario
    /// and no trial with more than three times the average weight. Simulations of such designs stay near the
    /// nominal confidence; nothing proves it.
    #[serde(rename = "approx")]
    Approximate,
    /// The same outside of those rules: the interval may cover clearly less often than it says.
    #[serde(rename = "approx-")]
    OutsideDesign,
}

/// Trials count as in proportion to the weights when no share differs by more than this; below it is only rounding.
const PROPORTION_LEAVE: f64 = 1e-9;

/// Most weight that one trial may carry within the design rules, in averages.
const MOST_LEVERAGE: f64 = 3.0;

/// The suite's figure. The strata are not empty and their weights sum to 1.
pub(crate) fn estimate(
    strata: &[Stratum],
    confidence: f64,
) -> Result<(Figure, Method, Guarantee), OutOfRange> {
    let trials = total(strata);
    let guarantee = guarantee(strata, trials);
    match guarantee {
        Guarantee::Exact | Guarantee::Conservative => {
            let passes: f64 = strata.iter().map(|stratum| f64::from(stratum.passes)).sum();
            let interval = clopper_pearson(passes, trials, confidence)?;
            Ok((Figure { point: passes / trials, interval }, Method::ClopperPearson, guarantee))
        }
        Guarantee::Approximate | Guarantee::OutsideDesign => {
            let (point, size) = (point(strata), suite_size(strata));
            let interval = clopper_pearson((point * size).min(size), size, confidence)?;
            Ok((Figure { point, interval }, Method::KgCp, guarantee))
        }
    }
}

pub(crate) fn guarantee(strata: &[Stratum], trials: f64) -> Guarantee {
    let leverage = |stratum: &Stratum| stratum.weight * trials / f64::from(stratum.trials);
    if strata.len() == 1 {
        Guarantee::Exact
    } else if strata.iter().all(|stratum| (leverage(stratum) - 1.0).abs() <= PROPORTION_LEAVE) {
        Guarantee::Conservative
    } else if strata.iter().all(|stratum| stratum.trials >= 2 && leverage(stratum) <= MOST_LEVERAGE) {
        Guarantee::Approximate
    } else {
        Guarantee::OutsideDesign
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(rows: &[(f64, u32, u32)]) -> Vec<Stratum> {
        rows.iter().map(|&(weight, trials, passes)| Stratum { weight, trials, passes }).collect()
    }

    #[test]
    fn the_guarantee_names_the_design() {
        for (wanted, rows) in [
            (Guarantee::Exact, &[(1.0, 1, 1)][..]),
            (Guarantee::Conservative, &[(0.1, 10, 1), (0.2, 20, 1), (0.7, 70, 1)]),
            (Guarantee::Approximate, &[(0.4, 10, 1), (0.6, 10, 1)]),
            (Guarantee::OutsideDesign, &[(0.4, 1, 1), (0.6, 2, 1)]),
            (Guarantee::OutsideDesign, &[(0.9, 10, 1), (0.1, 90, 1)]),
        ] {
            assert_eq!(estimate(&strata(rows), 0.95).unwrap().2, wanted, "{rows:?}");
        }
    }

    /// Enumerates every outcome of a small suite of unlike scenarios: the chance that the interval misses the truth
    /// must not exceed what is promised.
    #[test]
    fn the_pooled_interval_keeps_its_promise_for_unlike_scenarios() {
        for rates in
            [[0.01, 0.2, 0.9, 0.99], [0.999, 0.999, 0.999, 0.6], [0.0, 0.0, 0.0, 0.01], [1.0, 1.0, 0.5, 0.5]]
        {
            let truth = rates.iter().sum::<f64>() / 4.0;
            let mut chances = vec![1.0];
            for rate in rates.iter().flat_map(|rate| std::iter::repeat_n(*rate, 6)) {
                let mut next = vec![0.0; chances.len() + 1];
                for (passes, chance) in chances.iter().enumerate() {
                    next[passes] += chance * (1.0 - rate);
                    next[passes + 1] += chance * rate;
                }
                chances = next;
            }
            let misses = |passes: usize| {
                let Interval { lower, upper } = clopper_pearson(passes as f64, 24.0, 0.95).unwrap();
                truth < lower || truth > upper
            };
            let missed: f64 = (0..=24).filter(|passes| misses(*passes)).map(|passes| chances[passes]).sum();
            assert!(missed <= 0.05, "{rates:?}: {missed}");
        }
    }
}
