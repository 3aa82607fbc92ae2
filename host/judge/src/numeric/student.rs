//! Student's t distribution, from the beta distribution.

use super::beta;

/// The point below which a share `p` of the t distribution lies. `freedom` is above 0 and may be fractional; without
/// any degree of freedom nothing is known.
pub(crate) fn t_quantile(p: f64, freedom: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let sign = if p < 0.5 { -1.0 } else { 1.0 };
    if freedom <= 0.0 || tail <= 0.0 {
        return sign * f64::INFINITY;
    }
    let share = beta::quantile(freedom / 2.0, 0.5, 2.0 * tail);
    sign * (freedom * (1.0 - share) / share).sqrt()
}
