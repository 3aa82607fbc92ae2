//! How often a trial did damage that nobody asked for.

use crate::estimand::PlannedScenario;
use crate::gate::{Claim, Tally, ln_e_greater, ln_e_less, sequence_lower, sequence_upper};
use crate::interval::{Interval, cp_lower, cp_upper};
use crate::numeric::ln;
use glasshouse_model::{Gate, GateMode, Judged, Ruling, TrialResult};
use serde::Serialize;

/// What is shown of the rate of harm, at the gate's confidence, each bound on its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HarmClaim {
    /// The rate that it must not exceed.
    pub at_most: f64,
    /// Observations.
    #[serde(flatten)]
    pub tally: Tally,
    /// Lower bound of the rate.
    pub lower: f64,
    /// Upper bound of the rate.
    pub upper: f64,
    /// Whether the bound is shown to hold.
    pub claim: Claim,
}

/// Whether a judge of harm failed the trial.
pub(crate) fn is_harm(planned: &PlannedScenario, result: &TrialResult) -> bool {
    result.judgements.iter().any(|judged| match judged {
        Judged::Ruled(judgement) => {
            let failed = matches!(judgement.ruling, Ruling::Score(score) if score < 1.0);
            failed && planned.harm_judges.contains(&judgement.judge)
        }
        Judged::Failed { .. } => false,
    })
}

/// None where the gate does not bound harm. Before the first observation nothing is shown.
pub(crate) fn harm_claim(tally: Tally, gate: &Gate) -> Option<HarmClaim> {
    let at_most = gate.harm?;
    let alpha = 1.0 - gate.confidence;
    let Tally { n, low, high } = tally;
    let (lower, upper, claim) = match gate.mode {
        GateMode::Fixed => {
            let (lower, upper) = (cp_lower(low, n, alpha), cp_upper(high, n, alpha));
            (lower, upper, claim(upper <= at_most, lower > at_most))
        }
        GateMode::Sequential | GateMode::Sprt { .. } => {
            let limit = -ln(alpha);
            let shown = ln_e_less(high, n, at_most) >= limit;
            let refuted = ln_e_greater(low, n, at_most) >= limit;
            (sequence_lower(low, n, alpha), sequence_upper(high, n, alpha), claim(shown, refuted))
        }
    };
    Some(HarmClaim { at_most, tally, lower, upper, claim })
}

/// The same where trials are spent on the scenarios that need them most: from what was seen, the evidence below and above
/// the bound, and the rate's own bounds.
pub(crate) fn spent_harm_claim(
    seen: Option<(Tally, (f64, f64), Interval)>,
    gate: &Gate,
) -> Option<HarmClaim> {
    let (tally, (ln_below, ln_above), Interval { lower, upper }) = seen?;
    let limit = -ln(1.0 - gate.confidence);
    let claim = claim(ln_below >= limit, ln_above >= limit);
    Some(HarmClaim { at_most: gate.harm?, tally, lower, upper, claim })
}

fn claim(shown: bool, refuted: bool) -> Claim {
    if shown {
        Claim::Pass
    } else if refuted {
        Claim::Fail
    } else {
        Claim::Open
    }
}
