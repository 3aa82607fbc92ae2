//! The judges of a suite as one instrument: what is known of its errors.

use crate::error_model::{Labels, MutationScore};
use crate::estimand::Calibration;
use crate::interval::Interval;
use serde::Serialize;

/// What is known of the judges' errors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Panel {
    /// Whether figures allow for the judges' errors.
    pub calibration: Calibration,
    /// Why they do not, where a calibration set was named; also where none was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncalibrated_because: Option<String>,
    /// What the calibration set holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rates: Option<PanelRates>,
    /// Broken trajectories that the judges caught, where they were tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutation: Option<MutationScore>,
}

/// What a calibration set tells, with bounds at 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PanelRates {
    /// The counts.
    pub labels: Labels,
    /// Share of satisfied trials that pass.
    pub sensitivity: f64,
    /// Its interval.
    pub sensitivity_interval: Interval,
    /// Share of unsatisfied trials that fail.
    pub specificity: f64,
    /// Its interval.
    pub specificity_interval: Interval,
    /// Their sum less one.
    pub youden: f64,
    /// Its lower bound.
    pub youden_lower: f64,
}

impl Panel {
    /// Judges of whose errors nothing is known.
    pub fn uncalibrated(because: impl Into<String>) -> Self {
        Self {
            calibration: Calibration::Uncalibrated,
            uncalibrated_because: Some(because.into()),
            rates: None,
            mutation: None,
        }
    }

    /// Judges with a calibration set of at least `least` satisfied and unsatisfied labels; uncalibrated where there are
    /// fewer, or where the judges turn out blind.
    pub fn with_labels(labels: Labels, least: (u32, u32)) -> Self {
        if labels.satisfied < least.0 || labels.unsatisfied < least.1 {
            return Self::uncalibrated(format!(
                "{} satisfied and {} unsatisfied labels, at least {} and {} are asked for",
                labels.satisfied, labels.unsatisfied, least.0, least.1
            ));
        }
        if let Err(error) = labels.check() {
            return Self::uncalibrated(error.to_string());
        }
        let rates = PanelRates {
            labels,
            sensitivity: labels.sensitivity(),
            sensitivity_interval: labels.sensitivity_bounds(0.025),
            specificity: labels.specificity(),
            specificity_interval: labels.specificity_bounds(0.025),
            youden: labels.youden(),
            youden_lower: labels.youden_lower(0.05),
        };
        Self {
            calibration: Calibration::Calibrated,
            uncalibrated_because: None,
            rates: Some(rates),
            mutation: None,
        }
    }

    /// The labels that figures are corrected with.
    pub fn labels(&self) -> Option<&Labels> {
        self.rates.as_ref().map(|rates| &rates.labels)
    }
}
