//! The interval of Clopper and Pearson.

use crate::numeric::beta::quantile;
use serde::Serialize;

/// A lower and an upper bound, both within 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Not above the true proportion, at the confidence asked for.
    pub lower: f64,
    /// Not below it.
    pub upper: f64,
}

/// An interval that nothing can be said about.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum OutOfRange {
    /// The confidence is not strictly between 0 and 1.
    #[error("a confidence of {0} is not between 0 and 1")]
    Confidence(f64),
    /// The counts are not finite, or more passes than trials, or below 0.
    #[error("{x} passes of {n} trials are no proportion")]
    Counts {
        /// Passes.
        x: f64,
        /// Trials.
        n: f64,
    },
}

/// Effective counts below this are taken as none, which can only widen the interval, by less than 0.001/n: the
/// incomplete beta function is summed term by term and takes minutes for such a parameter beside a large one.
const LEAST_COUNT: f64 = 0.5;

impl Interval {
    /// Whether a value lies within it.
    pub fn holds(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }
}

/// The two-sided interval of Clopper and Pearson (1934) for `x` passes of `n` trials; both may be fractional, as the
/// effective counts of Korn and Graubard (1998) are. Of no trials nothing is known: 0 to 1.
///
/// # Errors
/// Where `confidence` is not strictly between 0 and 1, or `x` and `n` are not finite with 0 <= x <= n.
pub fn clopper_pearson(x: f64, n: f64, confidence: f64) -> Result<Interval, OutOfRange> {
    check(x, n, confidence)?;
    let tail = (1.0 - confidence) / 2.0;
    Ok(Interval { lower: cp_lower(x, n, tail), upper: cp_upper(x, n, tail) })
}

/// Refuses what no interval can be made of.
pub(crate) fn check(x: f64, n: f64, confidence: f64) -> Result<(), OutOfRange> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(OutOfRange::Confidence(confidence));
    }
    if !(n.is_finite() && x >= 0.0 && x <= n) {
        return Err(OutOfRange::Counts { x, n });
    }
    Ok(())
}

/// The lower bound that is above the true proportion with a probability of at most `tail`.
pub(crate) fn cp_lower(x: f64, n: f64, tail: f64) -> f64 {
    if x < LEAST_COUNT { 0.0 } else { quantile(x, n - x + 1.0, tail) }
}

/// The upper bound that is below the true proportion with a probability of at most `tail`.
pub(crate) fn cp_upper(x: f64, n: f64, tail: f64) -> f64 {
    if n - x < LEAST_COUNT { 1.0 } else { quantile(x + 1.0, n - x, 1.0 - tail) }
}
