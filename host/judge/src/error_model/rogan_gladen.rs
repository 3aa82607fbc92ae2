//! The true rate behind an apparent one, from what is known of the judges; and a closed form that the melded interval
//! is checked against.

use super::Labels;
use crate::numeric::normal_quantile;
use serde::Serialize;

/// The estimate of Rogan and Gladen (1978).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RoganGladen {
    /// As it comes out; outside of 0 to 1 where the apparent rate is beyond what the judges can give.
    pub raw: f64,
    /// Within 0 to 1.
    pub clipped: f64,
    /// Standard error by the delta method: for display, no gate decides on it.
    pub delta_se: f64,
}

/// From an apparent rate, the effective number of trials behind it, and labels of both sides.
pub fn rogan_gladen(apparent: f64, n: f64, labels: &Labels) -> RoganGladen {
    let (sensitivity, specificity, youden) = (labels.sensitivity(), labels.specificity(), labels.youden());
    let raw = (apparent + specificity - 1.0) / youden;
    let clipped = raw.clamp(0.0, 1.0);
    let of_sample = apparent * (1.0 - apparent) / n;
    let of_specificity = specificity * (1.0 - specificity) / f64::from(labels.unsatisfied);
    let of_sensitivity = sensitivity * (1.0 - sensitivity) / f64::from(labels.satisfied);
    let variance = of_sample + (1.0 - clipped).powi(2) * of_specificity + clipped * clipped * of_sensitivity;
    RoganGladen { raw, clipped, delta_se: variance.sqrt() / youden }
}

/// The interval of Lang and Reiczigel (2014), in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LangReiczigel {
    /// The estimate after adding trials to every count.
    pub centre: f64,
    /// By how much both bounds are moved.
    pub shift: f64,
    /// Standard error.
    pub se: f64,
    /// Lower bound, clipped.
    pub lower: f64,
    /// Upper bound, clipped.
    pub upper: f64,
}

/// From an apparent rate of `n` trials; each bound is wrong with a probability of about `tail`.
pub fn lang_reiczigel(apparent: f64, n: f64, labels: &Labels, tail: f64) -> LangReiczigel {
    let z = normal_quantile(1.0 - tail);
    let squared = z * z;
    let (m1, m0) = (f64::from(labels.satisfied) + 2.0, f64::from(labels.unsatisfied) + 2.0);
    let more = n + squared;
    let apparent = (n * apparent + squared / 2.0) / more;
    let sensitivity = (f64::from(labels.satisfied_passed) + 1.0) / m1;
    let specificity = (f64::from(labels.unsatisfied_failed) + 1.0) / m0;
    let youden = sensitivity + specificity - 1.0;
    let centre = (apparent + specificity - 1.0) / youden;
    let of_sensitivity = sensitivity * (1.0 - sensitivity) / m1;
    let of_specificity = specificity * (1.0 - specificity) / m0;
    let shift = 2.0 * squared * (centre * of_sensitivity - (1.0 - centre) * of_specificity);
    let variance = apparent * (1.0 - apparent) / more
        + centre * centre * of_sensitivity
        + (1.0 - centre).powi(2) * of_specificity;
    let se = variance.sqrt() / youden;
    let bound = |side: f64| (centre + shift + side * z * se).clamp(0.0, 1.0);
    LangReiczigel { centre, shift, se, lower: bound(-1.0), upper: bound(1.0) }
}
