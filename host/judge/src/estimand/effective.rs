//! Effective sizes, and the interval of Korn and Graubard (1998) that is made of them: Clopper-Pearson at a number of
//! trials with the variance that the design has.

use super::strata::{Stratum, kish_size, point, population_variance, scenarios_size, suite_variance, total};
use crate::interval::{Interval, OutOfRange, cp_lower, cp_upper};
use crate::numeric::t_quantile;

/// The effective number of trials for what is said of these scenarios.
pub fn suite_size(strata: &[Stratum]) -> f64 {
    let (mean, variance, most) = (point(strata), suite_variance(strata), kish_size(strata));
    if variance > 0.0 { clamp(mean * (1.0 - mean) / variance, most) } else { most }
}

/// The effective number of trials for what is said of scenarios like these; `tail` is the probability left to the side
/// that is asked for. A t quantile allows for how few scenarios the variance is known from. None of one scenario.
pub fn population_size(strata: &[Stratum], tail: f64) -> Option<f64> {
    let variance = population_variance(strata)?;
    let mean = point(strata);
    if variance <= 0.0 {
        return Some(scenarios_size(strata));
    }
    let scenarios = strata.len() as f64;
    let few = t_quantile(1.0 - tail, total(strata) - 1.0) / t_quantile(1.0 - tail, scenarios - 1.0);
    Some(clamp(mean * (1.0 - mean) / variance * few * few, kish_size(strata)))
}

fn clamp(size: f64, most: f64) -> f64 {
    size.clamp(1.0, most.max(1.0))
}

/// Bounds for the suite, each wrong with a probability of about `tail`.
///
/// # Errors
/// Where `tail` is not between 0 and 1/2.
pub fn suite_bounds(strata: &[Stratum], tail: f64) -> Result<Interval, OutOfRange> {
    bounds(point(strata), suite_size(strata), tail)
}

/// Bounds for the population of scenarios; of a single scenario nothing is known of others.
///
/// # Errors
/// Where `tail` is not between 0 and 1/2.
pub fn population_bounds(strata: &[Stratum], tail: f64) -> Result<Interval, OutOfRange> {
    match population_size(strata, tail) {
        Some(size) => bounds(point(strata), size, tail),
        None => Ok(Interval { lower: 0.0, upper: 1.0 }),
    }
}

fn bounds(mean: f64, size: f64, tail: f64) -> Result<Interval, OutOfRange> {
    if !(tail > 0.0 && tail < 0.5) {
        return Err(OutOfRange::Confidence(1.0 - 2.0 * tail));
    }
    let x = (mean * size).min(size);
    Ok(Interval { lower: cp_lower(x, size, tail), upper: cp_upper(x, size, tail) })
}
