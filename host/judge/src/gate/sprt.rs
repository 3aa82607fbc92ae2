//! Wald's sequential probability ratio test (1945): it ends for sure, at the price of a zone between two rates where
//! either answer is right.

use crate::numeric::ln;
use serde::Serialize;

/// A test of a rate of at most `p0` against one of at least `p1`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Sprt {
    /// The rate that must not pass.
    pub p0: f64,
    /// The rate that must not fail.
    pub p1: f64,
    /// The log ratio at which it passes.
    pub pass_at: f64,
    /// The log ratio at which it fails.
    pub fail_at: f64,
    /// What a pass adds.
    pub step_pass: f64,
    /// What a fail adds.
    pub step_fail: f64,
}

impl Sprt {
    /// With a probability of at most about `alpha` to pass at `p0`, and `beta` to fail at `p1`. None unless
    /// 0 < p0 < p1 < 1.
    pub fn new(p0: f64, p1: f64, alpha: f64, beta: f64) -> Option<Self> {
        (0.0 < p0 && p0 < p1 && p1 < 1.0).then(|| Self {
            p0,
            p1,
            pass_at: ln((1.0 - beta) / alpha),
            fail_at: ln(beta / (1.0 - alpha)),
            step_pass: ln(p1 / p0),
            step_fail: ln((1.0 - p1) / (1.0 - p0)),
        })
    }

    /// The log ratio after scores that sum to `k` in `n` trials.
    pub fn ln_ratio(&self, k: f64, n: f64) -> f64 {
        k * self.step_pass + (n - k) * self.step_fail
    }

    /// After how many trials without a fail it passes.
    pub fn all_pass_stop(&self) -> f64 {
        (self.pass_at / self.step_pass).ceil()
    }
}
