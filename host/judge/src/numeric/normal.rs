//! The normal and the chi-square distribution.

use super::exp;
use special::{Error as _, Gamma as _};
use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2, TAU};

/// The share of the standard normal distribution below `z`.
pub(crate) fn normal_below(z: f64) -> f64 {
    (-z * FRAC_1_SQRT_2).compl_error() / 2.0
}

/// The point below which a share `p`, strictly between 0 and 1, of the standard normal distribution lies. One step of
/// Newton's method takes what the crate's rational approximation leaves.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    let z = SQRT_2 * (2.0 * p - 1.0).inv_error();
    let density = exp(-z * z / 2.0) / TAU.sqrt();
    if density > 0.0 { z - (normal_below(z) - p) / density } else { z }
}

/// The share of the chi-square distribution with `freedom` degrees above `x`.
pub(crate) fn chi_square_above(x: f64, freedom: f64) -> f64 {
    if x <= 0.0 { 1.0 } else { (1.0 - (x / 2.0).inc_gamma(freedom / 2.0)).clamp(0.0, 1.0) }
}
