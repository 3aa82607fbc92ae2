//! What a scenario's counts say of its rate, for display: never the gate's business.

use crate::numeric::beta;
use serde::Serialize;

/// Above this rate a scenario counts as solid.
const SOLID: f64 = 0.9;
/// Below this rate it counts as broken.
const BROKEN: f64 = 0.1;
/// Belief that a class needs.
const BELIEF: f64 = 0.95;

/// A scenario's kind, where 95 % of the posterior lie in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScenarioClass {
    /// Its rate is at least 0.9.
    Solid,
    /// Its rate is between 0.1 and 0.9: the same story passes and fails.
    Flaky,
    /// Its rate is at most 0.1.
    Broken,
    /// Too few trials to say.
    Undecided,
}

/// The posterior of a scenario's rate with the prior Beta(1/2, 1/2).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Posterior {
    /// First parameter: passes and a half.
    pub alpha: f64,
    /// Second parameter: the others and a half.
    pub beta: f64,
}

impl Posterior {
    /// From passes and judged trials.
    pub fn of(passes: u32, trials: u32) -> Self {
        Self { alpha: f64::from(passes) + 0.5, beta: f64::from(trials.saturating_sub(passes)) + 0.5 }
    }

    /// Its mean.
    pub fn mean(&self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// Belief that the rate is at least 0.9.
    pub fn solid(&self) -> f64 {
        beta::above(self.alpha, self.beta, SOLID)
    }

    /// Belief that the rate is at most 0.1.
    pub fn broken(&self) -> f64 {
        beta::below(self.alpha, self.beta, BROKEN)
    }

    /// Belief that the rate lies between both.
    pub fn flaky(&self) -> f64 {
        (1.0 - self.solid() - self.broken()).max(0.0)
    }

    /// The expected chance that `k` trials in a row pass.
    pub fn expected_power(&self, k: u32) -> f64 {
        let factor = |step: u32| (self.alpha + f64::from(step)) / (self.alpha + self.beta + f64::from(step));
        (0..k).map(factor).product()
    }

    /// The class that has enough belief.
    pub fn class(&self) -> ScenarioClass {
        if self.solid() >= BELIEF {
            ScenarioClass::Solid
        } else if self.broken() >= BELIEF {
            ScenarioClass::Broken
        } else if self.flaky() >= BELIEF {
            ScenarioClass::Flaky
        } else {
            ScenarioClass::Undecided
        }
    }
}
