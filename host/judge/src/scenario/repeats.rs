//! Repeats of one scenario: `c` passes of `n` trials. Each is an unbiased estimate; the power of a rate, `(c/n)^k`,
//! is not: it is too high by 0.095 for 4 trials at 0.9.

/// The chance that `k` of the trials, drawn without replacement, all pass; none of fewer than `k` trials.
pub fn pass_k(c: u32, n: u32, k: u32) -> Option<f64> {
    let factor = |step: u32| f64::from(c.saturating_sub(step)) / f64::from(n.saturating_sub(step));
    (n >= k).then(|| (0..k).map(factor).product())
}

/// The chance that at least one of `k` trials passes; none of fewer than `k` trials.
pub fn pass_at_k(c: u32, n: u32, k: u32) -> Option<f64> {
    pass_k(n.saturating_sub(c), n, k).map(|none| 1.0 - none)
}

/// `pass_k` of the truth where a judge passes satisfied trials with probability `sensitivity` and fails the others
/// with probability `specificity`. Unbiased, and therefore at times outside of 0 to 1: clip after averaging. None of
/// fewer than `k` trials, or of a judge that tells nothing.
pub fn corrected_pass_k(c: u32, n: u32, k: u32, sensitivity: f64, specificity: f64) -> Option<f64> {
    let youden = sensitivity + specificity - 1.0;
    if youden <= 0.0 {
        return None;
    }
    let false_pass = 1.0 - specificity;
    let mut choose = 1.0;
    let mut sum = 0.0;
    for j in 0..=k {
        let sign = if (k - j).is_multiple_of(2) { 1.0 } else { -1.0 };
        sum += sign * choose * power(false_pass, k - j) * pass_k(c, n, j)?;
        choose *= f64::from(k - j) / f64::from(j + 1);
    }
    (n >= k).then(|| sum / power(youden, k))
}

fn power(base: f64, exponent: u32) -> f64 {
    (0..exponent).map(|_| base).product()
}

/// The chance that two trials of the scenario disagree; none of fewer than two.
pub fn flake_rate(c: u32, n: u32) -> Option<f64> {
    let (passes, trials) = (f64::from(c), f64::from(n));
    (n >= 2).then(|| 2.0 * passes * (trials - passes) / (trials * (trials - 1.0)))
}
