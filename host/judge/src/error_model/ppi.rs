//! Prediction-powered inference: labels drawn at random from the batch itself correct its verdicts, whatever the judges
//! are worth (Angelopoulos et al. 2023, with the tuning of 2024).

use crate::interval::Interval;
use crate::numeric::normal_quantile;
use serde::Serialize;

/// Labels that say unsatisfied, below which the normal interval falls short.
const LEAST_UNSATISFIED: usize = 20;

/// An estimate of the true rate with its interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ppi {
    /// How far the verdicts of unlabelled trials are trusted: 0 not at all.
    pub lambda: f64,
    /// The rate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// The normal interval.
    pub interval: Interval,
    /// Whether enough labels say unsatisfied for the interval to be worth its name; else it counts as `approx-`.
    pub within_design: bool,
}

/// From pairs of label and verdict, both 0 to 1, and the verdicts of the trials without label. `lambda` none tunes it.
/// None with fewer than two labels, or no unlabelled trial.
pub fn prediction_powered(
    labelled: &[(f64, f64)],
    unlabelled: &[f64],
    lambda: Option<f64>,
    confidence: f64,
) -> Option<Ppi> {
    if labelled.len() < 2 || unlabelled.is_empty() {
        return None;
    }
    let (n, more) = (labelled.len() as f64, unlabelled.len() as f64);
    let lambda = lambda.unwrap_or_else(|| tuned(labelled, unlabelled, n / more));
    let errors: Vec<f64> = labelled.iter().map(|(label, verdict)| label - lambda * verdict).collect();
    let estimate = lambda * mean(unlabelled) + mean(&errors);
    let se = (lambda * lambda * variance(unlabelled) / more + variance(&errors) / n).sqrt();
    let half = normal_quantile(f64::midpoint(1.0, confidence)) * se;
    let unsatisfied = labelled.iter().filter(|(label, _)| *label < 0.5).count();
    Some(Ppi {
        lambda,
        estimate,
        se,
        interval: Interval { lower: estimate - half, upper: estimate + half },
        within_design: unsatisfied >= LEAST_UNSATISFIED,
    })
}

/// The trust that makes the variance least.
fn tuned(labelled: &[(f64, f64)], unlabelled: &[f64], ratio: f64) -> f64 {
    let labels: Vec<f64> = labelled.iter().map(|pair| pair.0).collect();
    let verdicts: Vec<f64> = labelled.iter().map(|pair| pair.1).collect();
    let free = labelled.len() as f64 - 1.0;
    let (of_labels, of_verdicts) = (mean(&labels), mean(&verdicts));
    let covariance = labelled.iter().map(|(y, f)| (y - of_labels) * (f - of_verdicts)).sum::<f64>() / free;
    let all: Vec<f64> = verdicts.iter().chain(unlabelled).copied().collect();
    let spread = variance(&all) * all.len() as f64 / (all.len() as f64 - 1.0);
    let lambda = covariance / ((1.0 + ratio) * spread);
    if lambda.is_finite() { lambda.clamp(0.0, 1.0) } else { 0.0 }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64
}
