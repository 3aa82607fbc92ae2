//! The beta distribution: shares and quantiles.
//!
//! Shares are the crate's incomplete beta function. It is exact in the tail that it sums, so a small share above a
//! point is taken as the share below its mirror, never as one minus something near one. Quantiles are found by
//! Newton's method within a bracket: the crate's own inverse does not end for some parameters far from 1, such as
//! 1e-6 and 10.

use super::{exp, ln};
use special::Beta;

/// Most steps of a quantile; each halves the bracket at worst.
const STEPS: u32 = 200;

/// Quantiles are known to this share of themselves.
const PRECISION: f64 = 1e-15;

/// `ln B(a, b)`.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    a.ln_beta(b)
}

/// The share of the distribution below `x`. `a` and `b` are finite and above 0.
pub(crate) fn below(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else {
        x.inc_beta(a, b, a.ln_beta(b))
    }
}

/// The share of the distribution above `x`, exact where it is small too.
pub(crate) fn above(a: f64, b: f64, x: f64) -> f64 {
    below(b, a, 1.0 - x)
}

/// The density at `x`, strictly between 0 and 1; `ln_beta` is that of `a` and `b`.
pub(crate) fn density(a: f64, b: f64, ln_beta: f64, x: f64) -> f64 {
    exp((a - 1.0) * ln(x) + (b - 1.0) * libm::log1p(-x) - ln_beta)
}

/// The point below which a share `p` of the distribution lies. A parameter of 0 puts everything at its end.
pub(crate) fn quantile(a: f64, b: f64, p: f64) -> f64 {
    if a <= 0.0 || p <= 0.0 {
        return 0.0;
    }
    if b <= 0.0 || p >= 1.0 {
        return 1.0;
    }
    let ln_beta = a.ln_beta(b);
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    for _ in 0..STEPS {
        let excess = x.inc_beta(a, b, ln_beta) - p;
        if excess < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - excess / density(a, b, ln_beta, x);
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - x).abs() <= PRECISION * next {
            return next;
        }
        x = next;
    }
    x
}
