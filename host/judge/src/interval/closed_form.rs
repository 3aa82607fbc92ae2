//! Intervals that others use. None of them decides here: they are shown beside the exact one, and the coverage
//! simulation shows where each falls short. `tail` is the probability left to each side.

use super::{Interval, OutOfRange};
use crate::interval::proportion::check;
use crate::numeric::{beta, ln, normal_quantile};

/// Wald's interval: the normal approximation around the observed share. Too narrow near 0 and 1.
///
/// # Errors
/// As [`super::clopper_pearson`].
pub fn wald(x: f64, n: f64, confidence: f64) -> Result<Interval, OutOfRange> {
    check(x, n, confidence)?;
    let (share, z) = (x / n, normal_quantile(f64::midpoint(1.0, confidence)));
    let half = z * (share * (1.0 - share) / n).sqrt();
    Ok(Interval { lower: share - half, upper: share + half })
}

/// Wilson's score interval (1927).
///
/// # Errors
/// As [`super::clopper_pearson`].
pub fn wilson(x: f64, n: f64, confidence: f64) -> Result<Interval, OutOfRange> {
    check(x, n, confidence)?;
    let (share, z) = (x / n, normal_quantile(f64::midpoint(1.0, confidence)));
    let scale = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / scale;
    let half = z / scale * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    Ok(Interval { lower: (centre - half).max(0.0), upper: (centre + half).min(1.0) })
}

/// Agresti and Coull's interval (1998): Wald's after adding z squared trials, half of them passes.
///
/// # Errors
/// As [`super::clopper_pearson`].
pub fn agresti_coull(x: f64, n: f64, confidence: f64) -> Result<Interval, OutOfRange> {
    check(x, n, confidence)?;
    let z = normal_quantile(f64::midpoint(1.0, confidence));
    let more = n + z * z;
    let share = (x + z * z / 2.0) / more;
    let half = z * (share * (1.0 - share) / more).sqrt();
    Ok(Interval { lower: (share - half).max(0.0), upper: (share + half).min(1.0) })
}

/// Jeffreys' interval: quantiles of the posterior with the prior Beta(1/2, 1/2), closed at the ends.
///
/// # Errors
/// As [`super::clopper_pearson`].
pub fn jeffreys(x: f64, n: f64, confidence: f64) -> Result<Interval, OutOfRange> {
    check(x, n, confidence)?;
    let tail = (1.0 - confidence) / 2.0;
    let at = |share| beta::quantile(x + 0.5, n - x + 0.5, share);
    let lower = if x <= 0.0 { 0.0 } else { at(tail) };
    let upper = if x >= n { 1.0 } else { at(1.0 - tail) };
    Ok(Interval { lower, upper })
}

/// Hoeffding's lower bound for the mean of `n` values within 0 to 1; `tail` is the chance that it is above the truth.
pub fn hoeffding_lower(mean: f64, n: f64, tail: f64) -> f64 {
    (mean - (-ln(tail) / (2.0 * n)).sqrt()).max(0.0)
}
