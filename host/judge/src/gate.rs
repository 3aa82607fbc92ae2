//! The gate: whether a batch shows enough satisfaction.

use crate::satisfaction::Satisfaction;
use glasshouse_model::Gate;
use serde::Serialize;

/// What a gate decides of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The interval lies at or above the threshold.
    Pass,
    /// The interval lies below the threshold.
    Fail,
    /// The threshold lies within the interval: more trials are needed.
    Inconclusive,
    /// Too many trials are missing to say anything.
    Invalid,
}

/// Above this share of missing trials the gate takes the bound that assumes the worst of them.
const MISSING_MATTERS: f64 = 0.02;

/// Above this share of missing trials a batch is invalid.
const MISSING_INVALID: f64 = 0.05;

/// Decides a batch that ran its whole fixed plan: pass when the lower bound reaches the threshold, fail when the
/// upper bound stays under it. With more than 2 % of the trials missing, or a scenario without any verdict, a pass
/// must hold with all missing ones unsatisfied and a fail with all of them satisfied; with more than 5 % missing
/// the batch is invalid. Deciding after a look at part of a batch would void the bounds.
pub fn decide(satisfaction: &Satisfaction, gate: &Gate) -> Decision {
    let share = f64::from(satisfaction.missing.total()) / f64::from(satisfaction.trials.max(1));
    if share > MISSING_INVALID || satisfaction.judged == 0 {
        return Decision::Invalid;
    }
    let unjudged = satisfaction.scenarios.iter().any(|scenario| scenario.n == 0);
    let (lower, upper) = if share > MISSING_MATTERS || unjudged {
        (satisfaction.worst.interval.lower, satisfaction.best.interval.upper)
    } else {
        (satisfaction.figure.interval.lower, satisfaction.figure.interval.upper)
    };
    if lower >= gate.threshold {
        Decision::Pass
    } else if upper < gate.threshold {
        Decision::Fail
    } else {
        Decision::Inconclusive
    }
}
