//! The e-process of the gate: evidence that may be looked at after every trial. Under the null it reaches `1/alpha`
//! ever with a probability of at most `alpha`, so stopping when it does is no peeking. The trials have to come in
//! planned order.
//!
//! The mixture is Beta(1/2, 1/2), cut to the side of the alternative. It is as valid for scores within 0 to 1 as for
//! passes: `k` is then their sum.

use crate::interval::Interval;
use crate::numeric::{beta, ln};

/// Evidence below this is shown as this: a batch that ends here shows the opposite anyway, and minus infinity is no
/// number of a report.
const LEAST: f64 = -700.0;

/// Halvings of the search for a bound.
const HALVINGS: u32 = 60;

const PRIOR: f64 = 0.5;

/// `ln E` against a rate of at most `m`, after scores that sum to `k` in `n` trials.
pub fn ln_e_greater(k: f64, n: f64, m: f64) -> f64 {
    if n <= 0.0 {
        return 0.0;
    }
    if m >= 1.0 {
        return LEAST;
    }
    if m <= 0.0 {
        return if k > 0.0 { f64::MAX } else { LEAST };
    }
    let (a, b) = (PRIOR + k, PRIOR + n - k);
    let mixture = beta::ln_beta(a, b) + ln(beta::above(a, b, m))
        - beta::ln_beta(PRIOR, PRIOR)
        - ln(beta::above(PRIOR, PRIOR, m));
    (mixture - at_null(k, n, m)).max(LEAST)
}

/// `ln E` against a rate of at least `m`.
pub fn ln_e_less(k: f64, n: f64, m: f64) -> f64 {
    ln_e_greater(n - k, n, 1.0 - m)
}

/// `ln E` against a rate of exactly `m`, strictly between 0 and 1.
pub fn ln_e_two_sided(k: f64, n: f64, m: f64) -> f64 {
    let (a, b) = (PRIOR + k, PRIOR + n - k);
    beta::ln_beta(a, b) - beta::ln_beta(PRIOR, PRIOR) - at_null(k, n, m)
}

fn at_null(k: f64, n: f64, m: f64) -> f64 {
    let passes = if k > 0.0 { k * ln(m) } else { 0.0 };
    let fails = if n > k { (n - k) * libm::log1p(-m) } else { 0.0 };
    passes + fails
}

/// The confidence sequence: the rates that the evidence does not speak against yet. All of them over all trials hold
/// the true rate with a probability of at least `1 - alpha`.
pub fn confidence_sequence(k: f64, n: f64, alpha: f64) -> Interval {
    if n <= 0.0 {
        return Interval { lower: 0.0, upper: 1.0 };
    }
    let (limit, rate) = (-ln(alpha), k / n);
    let holds = |m: f64| m > 0.0 && m < 1.0 && ln_e_two_sided(k, n, m) < limit;
    let lower = if k <= 0.0 { 0.0 } else { search(0.0, rate, holds) };
    let upper = if k >= n { 1.0 } else { search(1.0, rate, holds) };
    Interval { lower, upper }
}

/// The lower bound of the one-sided confidence sequence.
pub fn sequence_lower(k: f64, n: f64, alpha: f64) -> f64 {
    if n <= 0.0 || k <= 0.0 {
        return 0.0;
    }
    search(0.0, (k / n).min(1.0 - f64::EPSILON), |m| ln_e_greater(k, n, m) < -ln(alpha))
}

/// The upper bound of the one-sided confidence sequence.
pub fn sequence_upper(k: f64, n: f64, alpha: f64) -> f64 {
    1.0 - sequence_lower(n - k, n, alpha)
}

/// Where between `outside` and `inside` a property begins to hold.
fn search(mut outside: f64, mut inside: f64, holds: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(outside, inside);
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
    f64::midpoint(outside, inside)
}

/// After how many trials without a single fail the gate passes; none where it takes more than ten million.
pub fn all_pass_stop(threshold: f64, alpha: f64) -> Option<u32> {
    let passes = |n: u32| ln_e_greater(f64::from(n), f64::from(n), threshold) >= -ln(alpha);
    let mut high = 1_u32;
    while !passes(high) {
        high = high.checked_mul(2).filter(|high| *high <= 10_000_000)?;
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = u32::midpoint(low, high);
        if passes(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}
