//! Quantiles of the beta distribution: the crate's incomplete beta function, inverted by bisection.
//!
//! The crate's own inverse (a damped Newton iteration) does not end for some parameters far from 1, such as 1e-6
//! and 10; bisection always does, and 64 halvings leave no more than 1e-19.

use special::Beta;

const HALVINGS: u32 = 64;

/// The point below which a share `p` of the beta distribution with parameters `a` and `b` lies.
/// `a` and `b` are finite and above 0, `p` is within 0 to 1; the caller has checked that.
pub(crate) fn quantile(a: f64, b: f64, p: f64) -> f64 {
    let ln_beta = a.ln_beta(b);
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if middle.inc_beta(a, b, ln_beta) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}
