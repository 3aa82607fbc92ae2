//! What people said of trials that the judges judged too.

use crate::interval::{Interval, cp_lower, cp_upper};
use serde::{Deserialize, Serialize};

/// A judge whose Youden index may be this low, at 95 %, is blind: it is refused.
const BLIND: f64 = 0.2;

/// Labelled trials, counted: how many of the truly satisfied ones the judges passed, and how many of the truly
/// unsatisfied ones they failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// Trials that people call satisfied.
    pub satisfied: u32,
    /// Those of them that the judges passed.
    pub satisfied_passed: u32,
    /// Trials that people call unsatisfied.
    pub unsatisfied: u32,
    /// Those of them that the judges failed.
    pub unsatisfied_failed: u32,
}

/// Labels that nothing can be corrected with.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LabelsError {
    /// One of both sides has no label.
    #[error("{satisfied} satisfied and {unsatisfied} unsatisfied labels; both are needed")]
    OneSided {
        /// Labels that say satisfied.
        satisfied: u32,
        /// Labels that say unsatisfied.
        unsatisfied: u32,
    },
    /// The judges may hardly tell satisfied trials from others.
    #[error(
        "the judges are blind: sensitivity + specificity - 1 may be as low as {lower:.3}, at most 0.2 is refused"
    )]
    Blind {
        /// The lower bound of the Youden index.
        lower: f64,
    },
}

impl Labels {
    /// Counted from pairs of a label and the judges' verdict.
    pub fn count(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut labels = Self { satisfied: 0, satisfied_passed: 0, unsatisfied: 0, unsatisfied_failed: 0 };
        for (label, passed) in pairs {
            if label {
                labels.satisfied += 1;
                labels.satisfied_passed += u32::from(passed);
            } else {
                labels.unsatisfied += 1;
                labels.unsatisfied_failed += u32::from(!passed);
            }
        }
        labels
    }

    /// Refuses labels of one side only, and judges whose Youden index may be at most 0.2: each of its two parts at
    /// 97.5 %, so that their sum holds at 95 %.
    ///
    /// # Errors
    /// Which of both it is.
    pub fn check(&self) -> Result<(), LabelsError> {
        if self.satisfied == 0 || self.unsatisfied == 0 {
            let Self { satisfied, unsatisfied, .. } = *self;
            return Err(LabelsError::OneSided { satisfied, unsatisfied });
        }
        let lower = self.youden_lower(0.05);
        if lower <= BLIND { Err(LabelsError::Blind { lower }) } else { Ok(()) }
    }

    /// Share of the satisfied trials that the judges pass.
    pub fn sensitivity(&self) -> f64 {
        f64::from(self.satisfied_passed) / f64::from(self.satisfied)
    }

    /// Share of the unsatisfied trials that the judges fail.
    pub fn specificity(&self) -> f64 {
        f64::from(self.unsatisfied_failed) / f64::from(self.unsatisfied)
    }

    /// How far the judges tell satisfied trials from others: 1 always, 0 no better than chance.
    pub fn youden(&self) -> f64 {
        self.sensitivity() + self.specificity() - 1.0
    }

    /// A bound below the Youden index that is wrong with a probability of at most `tail`.
    pub fn youden_lower(&self, tail: f64) -> f64 {
        self.sensitivity_bounds(tail / 2.0).lower + self.specificity_bounds(tail / 2.0).lower - 1.0
    }

    /// Bounds of the sensitivity, each wrong with a probability of at most `tail`.
    pub fn sensitivity_bounds(&self, tail: f64) -> Interval {
        bounds(self.satisfied_passed, self.satisfied, tail)
    }

    /// Bounds of the specificity, each wrong with a probability of at most `tail`.
    pub fn specificity_bounds(&self, tail: f64) -> Interval {
        bounds(self.unsatisfied_failed, self.unsatisfied, tail)
    }
}

fn bounds(x: u32, n: u32, tail: f64) -> Interval {
    let (x, n) = (f64::from(x), f64::from(n));
    Interval { lower: cp_lower(x, n, tail), upper: cp_upper(x, n, tail) }
}
