//! The difference of two builds, pair by pair of trials with the same scenario and seed.

use super::tests_of_signs::{discordant_shows, ln_e_discordant, mcnemar, sign_flip};
use crate::interval::{Interval, cp_upper};
use crate::numeric::t_quantile;
use serde::Serialize;

/// Shares of usage count as equal when they differ by no more than this.
const ROUNDING: f64 = 1e-9;

/// One scenario's pairs: the verdicts of both builds on each seed that both have a verdict for.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedScenario {
    /// Its share of the usage; the shares of all sum to 1.
    pub weight: f64,
    /// The first build's verdict and the second's; at least one.
    pub pairs: Vec<(bool, bool)>,
}

impl PairedScenario {
    fn differences(&self) -> impl Iterator<Item = f64> + '_ {
        self.pairs.iter().map(|(first, second)| f64::from(u8::from(*second)) - f64::from(u8::from(*first)))
    }

    fn mean(&self) -> f64 {
        self.differences().sum::<f64>() / self.pairs.len() as f64
    }

    /// Variance of the mean; 0 where one pair leaves it unknown.
    fn variance(&self) -> f64 {
        let (n, mean) = (self.pairs.len() as f64, self.mean());
        let squares: f64 = self.differences().map(|difference| (difference - mean).powi(2)).sum();
        if n > 1.0 { squares / (n - 1.0) / n } else { 0.0 }
    }
}

/// What is shown of the second build beside the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildVerdict {
    /// The interval lies above 0, and the discordant pairs show it by themselves.
    Better,
    /// The interval lies below 0, and the discordant pairs show it by themselves.
    Worse,
    /// The interval lies above minus the margin.
    NoWorse,
    /// None of these.
    Inconclusive,
}

/// The second build less the first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PairedDifference {
    /// Weighted mean difference of satisfaction.
    pub difference: f64,
    /// Standard error over other scenarios like these; none of a single scenario.
    pub population_se: Option<f64>,
    /// Standard error over other seeds of these scenarios.
    pub suite_se: f64,
    /// Two-sided t interval for the population; everything where there is a single scenario.
    pub population: Interval,
    /// Two-sided interval for the suite.
    pub suite: Interval,
}

/// What pairs show of two builds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The difference and its intervals.
    #[serde(flatten)]
    pub paired: PairedDifference,
    /// Two-sided p-value by flipping scenarios' signs.
    pub sign_flip_p: f64,
    /// McNemar's exact p-value; only with equal weights.
    pub mcnemar_p: Option<f64>,
    /// Pairs in which the second build alone satisfies.
    pub better: u32,
    /// Pairs in which the first build alone satisfies.
    pub worse: u32,
    /// Evidence of the discordant pairs, which may be looked at after each.
    pub ln_e: f64,
    /// Whether that evidence is enough.
    pub shown_anytime: bool,
    /// Correlation of both builds' verdicts over all pairs; none where a build never varies.
    pub correlation: Option<f64>,
    /// Variance of the paired difference in parts of that of independent batches: what the common seeds bought.
    pub variance_ratio: Option<f64>,
    /// For the suite.
    pub verdict: BuildVerdict,
}

impl PairedDifference {
    /// Of two builds; none without scenarios, or where one has no pair.
    pub fn of(scenarios: &[PairedScenario], confidence: f64) -> Option<Self> {
        if scenarios.is_empty() || scenarios.iter().any(|scenario| scenario.pairs.is_empty()) {
            return None;
        }
        let count = scenarios.len() as f64;
        let difference: f64 = scenarios.iter().map(|scenario| scenario.weight * scenario.mean()).sum();
        let squares = scenarios.iter().map(|s| (s.weight * (s.mean() - difference)).powi(2)).sum::<f64>();
        let population_se = (count > 1.0).then(|| (count / (count - 1.0) * squares).sqrt());
        let suite_se = scenarios.iter().map(|s| s.weight * s.weight * s.variance()).sum::<f64>().sqrt();
        let pairs: usize = scenarios.iter().map(|scenario| scenario.pairs.len()).sum();
        let upper = f64::midpoint(1.0, confidence);
        // Pairs that all differ alike show no variance; what so many pairs could hide is left open all the same.
        let hidden = cp_upper(0.0, pairs as f64, 1.0 - upper);
        let around = |se: f64, freedom: f64| {
            let half = if se > 0.0 && freedom > 0.0 { t_quantile(upper, freedom) * se } else { hidden };
            Interval { lower: difference - half, upper: difference + half }
        };
        let population = population_se
            .map_or(Interval { lower: -1.0, upper: 1.0 }, |population_se| around(population_se, count - 1.0));
        let suite = around(suite_se, pairs as f64 - count);
        Some(Self { difference, population_se, suite_se, population, suite })
    }
}

/// Compares two builds; none without scenarios, or where one has no pair. `youden` is the judges' lower bound where it
/// is known: non-inferiority is then asked at the margin times it.
pub fn compare(
    scenarios: &[PairedScenario],
    confidence: f64,
    margin: f64,
    youden: Option<f64>,
) -> Option<Comparison> {
    let paired = PairedDifference::of(scenarios, confidence)?;
    let weighted: Vec<f64> = scenarios.iter().map(|scenario| scenario.weight * scenario.mean()).collect();
    let of = |wanted| scenarios.iter().flat_map(|s| &s.pairs).filter(|pair| **pair == wanted).count() as u32;
    let (better, worse) = (of((false, true)), of((true, false)));
    let equal =
        scenarios.iter().all(|scenario| (scenario.weight * scenarios.len() as f64 - 1.0).abs() <= ROUNDING);
    Some(Comparison {
        paired,
        sign_flip_p: sign_flip(&weighted),
        mcnemar_p: equal.then(|| mcnemar(better, worse)),
        better,
        worse,
        ln_e: ln_e_discordant(better, worse),
        shown_anytime: discordant_shows(better, worse, 1.0 - confidence),
        correlation: correlation(scenarios),
        variance_ratio: variance_ratio(scenarios, paired.suite_se),
        verdict: verdict(
            &paired.suite,
            margin * youden.unwrap_or(1.0),
            mcnemar(better, worse) <= 1.0 - confidence,
        ),
    })
}

/// `discordant` is whether the discordant pairs alone show a difference: the interval is a normal one, and two pairs
/// that agree have no variance.
fn verdict(interval: &Interval, margin: f64, discordant: bool) -> BuildVerdict {
    if discordant && interval.lower > 0.0 {
        BuildVerdict::Better
    } else if discordant && interval.upper < 0.0 {
        BuildVerdict::Worse
    } else if interval.lower > -margin {
        BuildVerdict::NoWorse
    } else {
        BuildVerdict::Inconclusive
    }
}

fn correlation(scenarios: &[PairedScenario]) -> Option<f64> {
    let pairs = || scenarios.iter().flat_map(|scenario| &scenario.pairs);
    let n = pairs().count() as f64;
    let share = |wanted: fn(&(bool, bool)) -> bool| pairs().filter(|pair| wanted(pair)).count() as f64 / n;
    let (first, second, both) = (share(|pair| pair.0), share(|pair| pair.1), share(|pair| pair.0 && pair.1));
    let spread = (first * (1.0 - first) * second * (1.0 - second)).sqrt();
    (spread > 0.0).then(|| (both - first * second) / spread)
}

fn variance_ratio(scenarios: &[PairedScenario], suite_se: f64) -> Option<f64> {
    let part = |scenario: &PairedScenario| {
        let n = scenario.pairs.len() as f64;
        let rate =
            |wanted: fn(&&(bool, bool)) -> bool| scenario.pairs.iter().filter(wanted).count() as f64 / n;
        let (first, second) = (rate(|pair| pair.0), rate(|pair| pair.1));
        let free = (n - 1.0).max(1.0);
        scenario.weight * scenario.weight * (first * (1.0 - first) + second * (1.0 - second)) / free
    };
    let unpaired: f64 = scenarios.iter().map(part).sum();
    (unpaired > 0.0).then(|| suite_se * suite_se / unpaired)
}
