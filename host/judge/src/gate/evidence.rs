//! What has been seen of one rate so far, and what it shows of a threshold.

use super::decision::Claim;
use super::eprocess::{ln_e_greater, ln_e_less};
use super::sprt::Sprt;
use crate::error_model::{GateRates, Labels, apparent_thresholds};
use crate::numeric::ln;
use glasshouse_model::{Gate, GateMode};
use serde::Serialize;

/// Observations of a rate. A missing trial counts as a fail in one sum and as a pass in the other, so that it helps no
/// claim.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Observations.
    pub n: f64,
    /// Their sum, the missing ones counted as 0.
    pub low: f64,
    /// Their sum, the missing ones counted as 1.
    pub high: f64,
}

impl Tally {
    /// Adds one observation; both values are the same where nothing is missing.
    pub fn add(&mut self, low: f64, high: f64) {
        self.n += 1.0;
        self.low += low;
        self.high += high;
    }
}

/// The evidence for and against a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Evidence {
    /// What it is made of.
    #[serde(flatten)]
    pub tally: Tally,
    /// Where the threshold stands for the judges' verdicts.
    pub rates: GateRates,
    /// Evidence that the rate is above: a log e-value, or the log ratio of the SPRT.
    pub ln_pass: f64,
    /// Passes from here on.
    pub pass_at: f64,
    /// Evidence that the rate is below.
    pub ln_fail: f64,
    /// Fails from here on.
    pub fail_at: f64,
}

impl Evidence {
    /// Of a threshold, as the gate's mode weighs it. Without labels verdicts are taken as they are; with them, half of
    /// `alpha` is left to what is not known of the judges.
    pub fn of(tally: Tally, threshold: f64, gate: &Gate, labels: Option<&Labels>, alpha: f64) -> Self {
        let at = |threshold: f64| match labels {
            Some(labels) => apparent_thresholds(threshold, labels, alpha),
            None => GateRates { pass: threshold, fail: threshold },
        };
        let level = if labels.is_some() { alpha / 2.0 } else { alpha };
        match gate.mode {
            GateMode::Sprt { target } => Self::sprt(tally, at(threshold), at(target), level),
            GateMode::Fixed | GateMode::Sequential => Self::mixture(tally, at(threshold), level),
        }
    }

    /// By the beta mixture.
    fn mixture(tally: Tally, rates: GateRates, level: f64) -> Self {
        let limit = -ln(level);
        Self {
            tally,
            rates,
            ln_pass: ln_e_greater(tally.low, tally.n, rates.pass),
            pass_at: limit,
            ln_fail: ln_e_less(tally.high, tally.n, rates.fail),
            fail_at: limit,
        }
    }

    /// By the SPRT between the threshold and the end of the zone of indifference. Judges who cannot tell the two apart
    /// never come to an end.
    fn sprt(tally: Tally, threshold: GateRates, beyond: GateRates, level: f64) -> Self {
        let rates = GateRates { pass: threshold.pass, fail: beyond.fail };
        let never = Self { tally, rates, ln_pass: 0.0, pass_at: f64::MAX, ln_fail: 0.0, fail_at: f64::MAX };
        Sprt::new(rates.pass, rates.fail, level, level).map_or(never, |test| Self {
            ln_pass: test.ln_ratio(tally.low, tally.n),
            pass_at: test.pass_at,
            ln_fail: -test.ln_ratio(tally.high, tally.n),
            fail_at: -test.fail_at,
            ..never
        })
    }

    /// What it shows.
    pub fn claim(&self) -> Claim {
        if self.ln_pass >= self.pass_at {
            Claim::Pass
        } else if self.ln_fail >= self.fail_at {
            Claim::Fail
        } else {
            Claim::Open
        }
    }
}
