//! Bounds from the corners of a box of apparent rate, sensitivity and specificity: no grid, no independence, and
//! clearly wider than the meld. The sequential gate uses the same corners.

use super::Labels;
use crate::interval::{Interval, cp_lower, cp_upper};
use serde::Serialize;

/// The corners, and the bounds of the true rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BoxBounds {
    /// Of the true rate.
    pub rate: Interval,
    /// Of the apparent rate.
    pub apparent: Interval,
    /// Of the sensitivity.
    pub sensitivity: Interval,
    /// Of the specificity.
    pub specificity: Interval,
}

/// From `x` of `n` effective passes. Half of `tail` is left to the apparent rate, a quarter to each of the others.
/// The true rate rises with the apparent one and the specificity and falls with the sensitivity.
pub fn box_bounds(x: f64, n: f64, labels: &Labels, tail: f64) -> BoxBounds {
    let apparent = Interval { lower: cp_lower(x, n, tail / 2.0), upper: cp_upper(x, n, tail / 2.0) };
    let (sensitivity, specificity) =
        (labels.sensitivity_bounds(tail / 4.0), labels.specificity_bounds(tail / 4.0));
    let unknown = BoxBounds { rate: apparent, apparent, sensitivity, specificity };
    BoxBounds { rate: unknown.around(apparent), ..unknown }
}

impl BoxBounds {
    /// The bounds of the true rate at the same corners of judge error, with other bounds of the apparent rate.
    pub(crate) fn around(&self, apparent: Interval) -> Interval {
        let lower = corner(apparent.lower, self.sensitivity.upper, self.specificity.lower);
        let upper = corner(apparent.upper, self.sensitivity.lower, self.specificity.upper);
        Interval { lower: lower.unwrap_or(0.0), upper: upper.unwrap_or(1.0) }
    }
}

/// None where the judges tell nothing at this corner.
fn corner(apparent: f64, sensitivity: f64, specificity: f64) -> Option<f64> {
    let youden = sensitivity + specificity - 1.0;
    (youden > 0.0).then(|| ((apparent + specificity - 1.0) / youden).clamp(0.0, 1.0))
}

/// Where a gate on the true rate stands for the apparent one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GateRates {
    /// An apparent rate above this shows a true rate above the threshold.
    pub pass: f64,
    /// An apparent rate below this shows a true rate below the threshold.
    pub fail: f64,
}

/// The apparent rates of a true `threshold` at the worst corners of judge error, each bound at a quarter of `alpha`;
/// half of it is left to the test of the apparent rate.
pub fn apparent_thresholds(threshold: f64, labels: &Labels, alpha: f64) -> GateRates {
    let (sensitivity, specificity) =
        (labels.sensitivity_bounds(alpha / 4.0), labels.specificity_bounds(alpha / 4.0));
    let at = |se: f64, sp: f64| (threshold * (se + sp - 1.0) + 1.0 - sp).clamp(0.0, 1.0);
    GateRates {
        pass: at(sensitivity.upper, specificity.lower),
        fail: at(sensitivity.lower, specificity.upper),
    }
}
