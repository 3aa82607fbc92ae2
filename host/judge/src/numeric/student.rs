//! Student's t distribution: from the beta distribution, and by its expansion where that is summed slowly.

use super::{beta, normal_quantile};

/// From so many degrees of freedom on the expansion is right to ten digits.
const MANY: f64 = 200.0;

/// The point below which a share `p` of the t distribution lies. `freedom` is above 0 and may be fractional; without
/// any degree of freedom nothing is known.
pub(crate) fn t_quantile(p: f64, freedom: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let sign = if p < 0.5 { -1.0 } else { 1.0 };
    if freedom <= 0.0 || tail <= 0.0 {
        return sign * f64::INFINITY;
    }
    if freedom >= MANY {
        return expansion(normal_quantile(p), freedom);
    }
    by_beta(tail, freedom) * sign
}

fn by_beta(tail: f64, freedom: f64) -> f64 {
    let share = beta::quantile(freedom / 2.0, 0.5, 2.0 * tail);
    (freedom * (1.0 - share) / share).sqrt()
}

/// Fisher and Cornish's (1960) in powers of the inverse freedom, from the normal quantile (Abramowitz and Stegun
/// 26.7.5).
fn expansion(z: f64, freedom: f64) -> f64 {
    let s = z * z;
    let first = (s + 1.0) / 4.0;
    let second = ((5.0 * s + 16.0) * s + 3.0) / 96.0;
    let third = (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0;
    let fourth = ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92160.0;
    z * (1.0 + (first + (second + (third + fourth / freedom) / freedom) / freedom) / freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_agree_where_they_meet() {
        for tail in [0.2, 0.05, 0.025, 0.0125, 0.005] {
            let (exact, expanded) = (by_beta(tail, MANY), t_quantile(1.0 - tail, MANY));
            assert!((exact - expanded).abs() < 1e-9, "{tail}: {exact} {expanded}");
            assert!((t_quantile(tail, 7.0) + t_quantile(1.0 - tail, 7.0)).abs() < 1e-12, "{tail}");
        }
    }
}
