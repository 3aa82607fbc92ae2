//! Where the uncertainty comes from: more scenarios or more trials a scenario would buy it down.

use super::strata::{Stratum, point, population_variance, total};
use serde::Serialize;

/// How far scenarios differ.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Intraclass correlation (one-way analysis of variance): 0 where trials of one scenario are no more alike than
    /// any two, 1 where a scenario decides its trials.
    pub icc: Option<f64>,
    /// Variance over scenarios in multiples of that of a simple sample of as many trials.
    pub design_effect: Option<f64>,
}

impl Spread {
    /// Of a suite's counts.
    pub fn of(strata: &[Stratum]) -> Self {
        let (mean, trials) = (point(strata), total(strata));
        let simple = mean * (1.0 - mean) / trials;
        let effect = population_variance(strata).map(|variance| variance / simple);
        Self { icc: icc(strata), design_effect: effect.filter(|effect| effect.is_finite()) }
    }
}

fn icc(strata: &[Stratum]) -> Option<f64> {
    let (scenarios, trials) = (strata.len() as f64, total(strata));
    let mean = strata.iter().map(|stratum| f64::from(stratum.passes)).sum::<f64>() / trials;
    let (mut between, mut within, mut squares) = (0.0, 0.0, 0.0);
    for stratum in strata {
        let (rate, n) = (stratum.rate(), f64::from(stratum.trials));
        between += n * (rate - mean).powi(2);
        within += n * rate * (1.0 - rate);
        squares += n * n;
    }
    let between = between / (scenarios - 1.0);
    let within = within / (trials - scenarios);
    let size = (trials - squares / trials) / (scenarios - 1.0);
    Some((between - within) / (between + (size - 1.0) * within)).filter(|icc| icc.is_finite())
}

/// How `trials` more would be spent best on the suite's figure: in proportion to weight times standard deviation
/// (Neyman 1934), the rates drawn in by half a pass and half a fail so that no scenario gets nothing.
pub fn neyman_allocation(strata: &[Stratum], trials: f64) -> Vec<f64> {
    let need = |stratum: &Stratum| {
        let rate = (f64::from(stratum.passes) + 0.5) / (f64::from(stratum.trials) + 1.0);
        stratum.weight * (rate * (1.0 - rate)).sqrt()
    };
    let all: f64 = strata.iter().map(need).sum();
    strata.iter().map(|stratum| trials * need(stratum) / all).collect()
}
