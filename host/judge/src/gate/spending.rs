//! What a sequential gate keeps where trials are spent on the scenarios that need them most.

use super::bettor::Bettor;
use super::course::Course;
use super::evidence::{Evidence, Tally};
use crate::error_model::{GateRates, Labels, apparent_thresholds};
use crate::interval::Interval;
use crate::numeric::ln;
use glasshouse_model::Gate;

/// The order that the trials are in, and what they show of satisfaction and of harm.
#[derive(Debug, Clone)]
pub(super) struct Spending {
    course: Course,
    next: usize,
    rates: GateRates,
    suite: Stakes,
    /// Of trials that do no harm.
    harm: Option<Stakes>,
    /// Of the first sweep: what is missing taken as failed and as passed, for both.
    sweep: [(f64, f64); 2],
}

/// A bettor and its stakes for the block under way.
#[derive(Debug, Clone)]
struct Stakes {
    bettor: Bettor,
    stakes: (f64, f64),
}

impl Stakes {
    fn new(pass: f64, fail: f64) -> Self {
        let bettor = Bettor::new(pass, fail);
        Self { stakes: bettor.stakes(), bettor }
    }
}

impl Spending {
    pub(super) fn new(course: Course, gate: &Gate, labels: Option<&Labels>) -> Self {
        let (threshold, alpha) = (gate.threshold, 1.0 - gate.confidence);
        let rates = labels.map_or(GateRates { pass: threshold, fail: threshold }, |labels| {
            apparent_thresholds(threshold, labels, alpha)
        });
        Self {
            course,
            next: 0,
            rates,
            suite: Stakes::new(rates.pass, rates.fail),
            harm: gate.harm.map(|most| Stakes::new(1.0 - most, 1.0 - most)),
            sweep: [(0.0, 0.0); 2],
        }
    }

    /// Adds the next trial in order, of the scenario at that place with that share of the usage. Each pair is 1 where the
    /// trial did not do well, with what is missing taken for the worst and for the best. After one out of order nothing counts any more.
    pub(super) fn add(&mut self, place: usize, share: f64, failed: (f64, f64), harmed: (f64, f64)) {
        let Some(turn) = self.course.turns().get(self.next).copied() else { return };
        if turn.scenario != place {
            self.next = usize::MAX;
            return;
        }
        self.next += 1;
        if turn.begins_block {
            for stakes in [Some(&mut self.suite), self.harm.as_mut()].into_iter().flatten() {
                stakes.stakes = stakes.bettor.stakes();
            }
        }
        let parts = [(Some(&mut self.suite), failed), (self.harm.as_mut(), harmed)];
        for ((stakes, value), sweep) in parts.into_iter().zip(&mut self.sweep) {
            let mass = match turn.chance {
                Some(chance) => Some((value.0 * share / chance, value.1 * share / chance)),
                None => {
                    *sweep = (sweep.0 + share * value.0, sweep.1 + share * value.1);
                    self.course.is_end_of_sweep(self.next).then_some((sweep.0.min(1.0), sweep.1.min(1.0)))
                }
            };
            if let (Some(stakes), Some((worst, best))) = (stakes, mass) {
                stakes.bettor.add(stakes.stakes, worst, best);
            }
        }
        self.course.settle(failed.0 == 0.0);
    }

    /// The evidence on the suite's threshold.
    pub(super) fn evidence(&self, level: f64) -> Evidence {
        let (ln_pass, ln_fail) = self.suite.bettor.ln_wealth();
        let limit = -ln(level);
        Evidence {
            tally: tally(&self.suite.bettor),
            rates: self.rates,
            ln_pass,
            pass_at: limit,
            ln_fail,
            fail_at: limit,
        }
    }

    /// Bounds of the apparent rate, each at that level, whenever the trials end.
    pub(super) fn bounds(&self, level: f64) -> Interval {
        self.suite.bettor.bounds(level)
    }

    /// What was seen of harm, the evidence that it is below what it may be and above, and its bounds.
    pub(super) fn harm(&self, level: f64) -> Option<(Tally, (f64, f64), Interval)> {
        let bettor = &self.harm.as_ref()?.bettor;
        let Interval { lower, upper } = bettor.bounds(level);
        let Tally { n, low, high } = tally(bettor);
        let harmful = Tally { n, low: n - high, high: n - low };
        Some((harmful, bettor.ln_wealth(), Interval { lower: 1.0 - upper, upper: 1.0 - lower }))
    }
}

fn tally(bettor: &Bettor) -> Tally {
    let (n, low, high) = bettor.sums();
    Tally { n, low, high }
}
