//! Evidence on a rate from trials that were not drawn by usage alone: two bettors, one against too low a rate and one
//! against too high a one. What each stakes is settled before the trial is seen.

use super::adaptive::{FLOOR, Wealth};
use crate::interval::Interval;
use crate::numeric::ln;

/// The largest stake against too low a rate: with it no threshold ruins the bettor, so that the same stakes weigh every
/// threshold.
const MOST_AGAINST_LOW: f64 = 0.5;
/// The largest stake against too high a rate.
const MOST_AGAINST_HIGH: f64 = 0.99;
/// Halvings of the search for a bound.
const HALVINGS: u32 = 60;

/// What was seen, in masses of failure: 0 where a trial passes, else how much more often its scenario is used than it was
/// drawn. Their mean is the rate of failure, whatever the draws went by.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bettor {
    low: Side,
    high: Side,
    seen: Vec<Seen>,
    /// Of all masses, what is missing taken as failed and as passed.
    masses: (f64, f64),
}

/// One observation: the stakes, and its mass where what is missing failed, and where it passed.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    stakes: (f64, f64),
    worst: f64,
    best: f64,
}

/// What one bettor has won, and the sums that its next stake follows from.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Side {
    threshold: f64,
    ln_wealth: f64,
    sum: f64,
    squares: f64,
    count: f64,
    most: f64,
}

impl Side {
    /// Before the first trial the truth is taken to lie half way between the threshold and the end.
    fn new(threshold: f64, most: f64) -> Self {
        let fails = 1.0 - threshold;
        let (sum, squares) = (fails / 2.0, threshold * fails);
        Self { threshold, ln_wealth: 0.0, sum, squares, count: 1.0, most }
    }

    /// The stake that would have won most so far, to second order.
    fn stake(&self) -> f64 {
        let best = if self.squares > 0.0 { self.sum / self.squares } else { self.most };
        best.clamp(0.0, self.most)
    }

    /// Adds what a stake of 1 would have won.
    fn add(&mut self, gain: f64) {
        self.sum += gain;
        self.squares += gain * gain;
        self.count += 1.0;
    }
}

impl Bettor {
    /// Before the first trial: `pass` is the rate that must not pass, `fail` the one that must not fail.
    pub(crate) fn new(pass: f64, fail: f64) -> Self {
        Self {
            low: Side::new(pass, MOST_AGAINST_LOW),
            high: Side::new(fail, MOST_AGAINST_HIGH),
            seen: Vec::new(),
            masses: (0.0, 0.0),
        }
    }

    /// What both stake on the trials to come, by what was seen so far.
    pub(crate) fn stakes(&self) -> (f64, f64) {
        (self.low.stake(), self.high.stake())
    }

    /// Adds an observation with stakes that were settled before it.
    pub(crate) fn add(&mut self, stakes: (f64, f64), worst: f64, best: f64) {
        let mut wealth = Wealth::of(self.low.threshold, FLOOR, self.low.ln_wealth);
        wealth.add_failure(worst, stakes.0);
        self.low.ln_wealth = wealth.ln_wealth();
        self.low.add(1.0 - self.low.threshold - worst);
        self.high.ln_wealth += against_high(self.high.threshold, stakes.1, best);
        self.high.add(best - (1.0 - self.high.threshold));
        self.masses = (self.masses.0 + worst, self.masses.1 + best);
        self.seen.push(Seen { stakes, worst, best });
    }

    /// The evidence that the rate is above the one, and below the other.
    pub(crate) fn ln_wealth(&self) -> (f64, f64) {
        (self.low.ln_wealth, self.high.ln_wealth)
    }

    /// Observations, and their sum of passes, what is missing taken as failed and as passed.
    pub(crate) fn sums(&self) -> (f64, f64, f64) {
        let n = self.seen.len() as f64;
        (n, n - self.masses.0, n - self.masses.1)
    }

    /// The rates that the evidence does not speak against, each bound at `level`. They hold whenever the trials end.
    pub(crate) fn bounds(&self, level: f64) -> Interval {
        let limit = -ln(level);
        let above =
            |rate: f64| self.seen.iter().map(|seen| against_low(rate, seen.stakes.0, seen.worst)).sum();
        let below =
            |rate: f64| self.seen.iter().map(|seen| against_high(rate, seen.stakes.1, seen.best)).sum();
        // The one falls with the rate, the other rises.
        let lower = refuted(&above, 0.0, 1.0, limit);
        let upper = refuted(&below, 1.0, 0.0, limit);
        Interval { lower, upper }
    }
}

fn against_low(threshold: f64, stake: f64, mass: f64) -> f64 {
    libm::log1p(stake * (1.0 - threshold - mass))
}

fn against_high(threshold: f64, stake: f64, mass: f64) -> f64 {
    libm::log1p(stake * (mass - (1.0 - threshold)))
}

/// The last rate, from `end` on, that is refuted; `end` itself where none is.
fn refuted(evidence: &dyn Fn(f64) -> f64, end: f64, other: f64, limit: f64) -> f64 {
    if evidence(end) < limit {
        return end;
    }
    let (mut refuted, mut open) = (end, other);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(refuted, open);
        if evidence(middle) >= limit {
            refuted = middle;
        } else {
            open = middle;
        }
    }
    refuted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(masses: &[f64]) -> Bettor {
        let mut bettor = Bettor::new(0.9, 0.9);
        for mass in masses {
            bettor.add(bettor.stakes(), *mass, *mass);
        }
        bettor
    }

    /// The bounds are the rates at which the evidence is just enough.
    #[test]
    fn bounds_and_evidence_say_the_same() {
        let masses: Vec<_> = (0..400).map(|at| if at % 40 == 9 { 1.4 } else { 0.0 }).collect();
        for length in [0, 30, 100, 200, 400] {
            let bettor = seen(&masses[..length]);
            let bounds = bettor.bounds(0.05);
            assert!((0.0..=1.0).contains(&bounds.lower) && bounds.lower <= bounds.upper, "{bounds:?}");
            assert_eq!(bettor.ln_wealth().0 >= 20.0_f64.ln(), bounds.lower >= 0.9, "{length}: {bounds:?}");
        }
        let masses: Vec<_> = (0..200).map(|at| if at % 3 == 1 { 1.0 } else { 0.0 }).collect();
        let bettor = seen(&masses);
        assert!(bettor.ln_wealth().1 >= 20.0_f64.ln() && bettor.bounds(0.05).upper < 0.9);
    }

    /// With all draws by usage the wealth has a mean of 1 where the truth is the threshold: here over every outcome of
    /// twelve trials.
    #[test]
    fn the_evidence_is_fair_at_the_threshold() {
        let (mut low, mut high) = (0.0, 0.0);
        for outcome in 0..1_u32 << 12 {
            let mut bettor = Bettor::new(0.7, 0.7);
            for trial in 0..12 {
                let mass = f64::from(outcome >> trial & 1);
                bettor.add(bettor.stakes(), mass, mass);
            }
            let fails = i32::try_from(outcome.count_ones()).unwrap();
            let chance = 0.3_f64.powi(fails) * 0.7_f64.powi(12 - fails);
            low += chance * bettor.ln_wealth().0.exp();
            high += chance * bettor.ln_wealth().1.exp();
        }
        assert!((low - 1.0).abs() < 1e-9 && (high - 1.0).abs() < 1e-9, "{low} {high}");
    }
}
