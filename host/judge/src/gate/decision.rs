//! The gate's decision of a batch that ran its whole fixed plan.

use crate::estimand::Satisfaction;
use glasshouse_model::Gate;
use serde::Serialize;

/// What a gate decides of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Everything that the gate asks for is shown.
    Pass,
    /// The opposite of something that it asks for is shown.
    Fail,
    /// Neither: more trials are needed.
    Inconclusive,
    /// Too many trials are missing to say anything.
    Invalid,
    /// The suite asks for judges whose errors are known, and they are not.
    Uncalibrated,
}

/// What is shown of one thing that the gate asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// Neither is shown.
    Open,
}

impl Claim {
    /// From bounds of a rate that has to be at least `threshold`.
    pub fn at_least(lower: f64, upper: f64, threshold: f64) -> Self {
        if lower >= threshold {
            Self::Pass
        } else if upper < threshold {
            Self::Fail
        } else {
            Self::Open
        }
    }
}

/// Above this share of missing trials the gate takes the bound that assumes the worst of them.
pub(crate) const MISSING_MATTERS: f64 = 0.02;

/// Above this share of missing trials a batch is invalid.
pub(crate) const MISSING_INVALID: f64 = 0.05;

/// Decides a batch that ran its whole fixed plan, taking the verdicts as they are: pass when the lower bound reaches
/// the threshold, fail when the upper bound stays under it. With more than 2 % of the trials missing, or a scenario
/// without any verdict, a pass must hold with all missing ones unsatisfied and a fail with all of them satisfied; with
/// more than 5 % missing the batch is invalid. Deciding after a look at part of a batch would void the bounds.
pub fn decide(satisfaction: &Satisfaction, gate: &Gate) -> Decision {
    if satisfaction.is_invalid() {
        return Decision::Invalid;
    }
    let (lower, upper) = if satisfaction.missing_matters() {
        (satisfaction.worst.interval.lower, satisfaction.best.interval.upper)
    } else {
        (satisfaction.figure.interval.lower, satisfaction.figure.interval.upper)
    };
    match Claim::at_least(lower, upper, gate.threshold) {
        Claim::Pass => Decision::Pass,
        Claim::Fail => Decision::Fail,
        Claim::Open => Decision::Inconclusive,
    }
}
