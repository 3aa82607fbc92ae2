//! Critical scenarios have a gate of their own: a good mean must not hide that one of them fails.

use crate::error_model::{GateRates, Labels, apparent_thresholds};
use crate::estimand::PlannedScenario;
use crate::gate::{Claim, Evidence, Tally, holm};
use crate::numeric::{beta, exp};
use glasshouse_model::{Gate, GateMode};
use serde::Serialize;

/// What is shown of one critical scenario. The p-values are adjusted by Holm's method over all of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CriticalClaim {
    /// Its id.
    pub scenario: String,
    /// The rate that it has to reach.
    pub threshold: f64,
    /// Its trials.
    #[serde(flatten)]
    pub tally: Tally,
    /// Against a rate of at most the threshold.
    pub p_pass: f64,
    /// Against a rate of at least the threshold.
    pub p_fail: f64,
    /// What is shown.
    pub claim: Claim,
}

/// Of the critical ones of a plan; `own` are the trials of each of its scenarios.
pub(crate) fn critical_claims(
    plan: &[PlannedScenario],
    own: &[Tally],
    gate: &Gate,
    labels: Option<&Labels>,
) -> Vec<CriticalClaim> {
    let alpha = 1.0 - gate.confidence;
    let level = if labels.is_some() { alpha / 2.0 } else { alpha };
    let critical: Vec<_> = plan.iter().zip(own).filter(|(planned, _)| planned.critical).collect();
    let threshold = gate.threshold;
    let p: Vec<_> =
        critical.iter().map(|(_, tally)| p_values(**tally, threshold, gate, labels, alpha)).collect();
    let pass = holm(&p.iter().map(|p| p.0).collect::<Vec<_>>());
    let fail = holm(&p.iter().map(|p| p.1).collect::<Vec<_>>());
    let claims = critical.into_iter().zip(pass.into_iter().zip(fail));
    claims
        .map(|((planned, tally), (p_pass, p_fail))| CriticalClaim {
            scenario: planned.id.clone(),
            threshold,
            tally: *tally,
            p_pass,
            p_fail,
            claim: if p_pass <= level {
                Claim::Pass
            } else if p_fail <= level {
                Claim::Fail
            } else {
                Claim::Open
            },
        })
        .collect()
}

/// Against too low a rate and against too high a one.
fn p_values(tally: Tally, threshold: f64, gate: &Gate, labels: Option<&Labels>, alpha: f64) -> (f64, f64) {
    let Tally { n, low, high } = tally;
    if n <= 0.0 {
        return (1.0, 1.0);
    }
    match gate.mode {
        GateMode::Fixed => {
            let rates = labels.map_or(GateRates { pass: threshold, fail: threshold }, |labels| {
                apparent_thresholds(threshold, labels, alpha)
            });
            let at_least = if low > 0.0 { beta::below(low, n - low + 1.0, rates.pass) } else { 1.0 };
            let at_most = if high < n { beta::above(high + 1.0, n - high, rates.fail) } else { 1.0 };
            (at_least, at_most)
        }
        // An e-value is the inverse of a p-value that may be looked at after every trial.
        GateMode::Sequential | GateMode::Sprt { .. } => {
            let gate = Gate { mode: GateMode::Sequential, ..*gate };
            let evidence = Evidence::of(tally, threshold, &gate, labels, alpha);
            (exp(-evidence.ln_pass).min(1.0), exp(-evidence.ln_fail).min(1.0))
        }
    }
}
