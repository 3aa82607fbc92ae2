//! The gate of a batch that stops as soon as the evidence is enough. It is fed in planned order, and gives the same
//! answer at the same trial whatever the order in which trials ended.

use super::decision::Claim;
use super::evidence::{Evidence, Tally};
use crate::assess::{CriticalClaim, HarmClaim, Panel, critical_claims, harm_claim, is_harm};
use crate::estimand::{PlanError, PlannedScenario, shares};
use crate::scenario::is_missing;
use glasshouse_model::{Gate, TrialResult};
use std::collections::BTreeMap;

/// What has been seen so far, and what it shows.
#[derive(Debug, Clone)]
pub struct Sequential<'a> {
    plan: &'a [PlannedScenario],
    gate: &'a Gate,
    panel: &'a Panel,
    shares: Vec<f64>,
    places: BTreeMap<&'a str, usize>,
    /// Of each scenario.
    own: Vec<Tally>,
    suite: Stream,
    harm: Stream,
    seen: usize,
    stopped: bool,
}

/// One rate: the first sweep is one observation, every later trial another.
#[derive(Debug, Clone, Copy, Default)]
struct Stream {
    sweep: (f64, f64),
    tally: Tally,
}

impl Stream {
    fn add(&mut self, low: f64, high: f64, share: f64, sweep: Sweep) {
        if sweep == Sweep::Over {
            self.tally.add(low, high);
            return;
        }
        self.sweep.0 += share * low;
        self.sweep.1 += share * high;
        if sweep == Sweep::Ends {
            self.tally.add(self.sweep.0.min(1.0), self.sweep.1.min(1.0));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sweep {
    Goes,
    Ends,
    Over,
}

impl<'a> Sequential<'a> {
    /// Before the first trial. The plan's trials come as [`super::usage_schedule`] orders them.
    ///
    /// # Errors
    /// Where the plan cannot be.
    pub fn new(plan: &'a [PlannedScenario], gate: &'a Gate, panel: &'a Panel) -> Result<Self, PlanError> {
        let places = plan.iter().enumerate().map(|(place, planned)| (planned.id.as_str(), place)).collect();
        Ok(Self {
            plan,
            gate,
            panel,
            shares: shares(plan)?,
            places,
            own: vec![Tally::default(); plan.len()],
            suite: Stream::default(),
            harm: Stream::default(),
            seen: 0,
            stopped: false,
        })
    }

    /// Adds the next trial in planned order; whether the gate is decided by it. Trials after that count for nothing,
    /// nor does one of a scenario that was not planned.
    pub fn observe(&mut self, result: &TrialResult) -> bool {
        let Some(place) = self.places.get(result.scenario.as_str()).copied().filter(|_| !self.stopped) else {
            return self.stopped;
        };
        let missing = is_missing(result.class);
        let value = |yes: bool| f64::from(u8::from(yes));
        let (low, high) = (value(result.satisfied && !missing), value(result.satisfied || missing));
        let harm = self.plan.get(place).is_some_and(|planned| is_harm(planned, result));
        let share = self.shares.get(place).copied().unwrap_or(0.0);
        self.seen += 1;
        let sweep = match self.seen.cmp(&self.plan.len()) {
            std::cmp::Ordering::Less => Sweep::Goes,
            std::cmp::Ordering::Equal => Sweep::Ends,
            std::cmp::Ordering::Greater => Sweep::Over,
        };
        self.suite.add(low, high, share, sweep);
        self.harm.add(value(harm && !missing), value(harm || missing), share, sweep);
        if let Some(own) = self.own.get_mut(place) {
            own.add(low, high);
        }
        self.stopped = sweep != Sweep::Goes && self.claim() != Claim::Open;
        self.stopped
    }

    /// Trials that count.
    pub fn trials(&self) -> usize {
        self.seen
    }

    /// Whether it stopped.
    pub fn has_stopped(&self) -> bool {
        self.stopped
    }

    /// The evidence on the suite's threshold.
    pub fn evidence(&self) -> Evidence {
        let alpha = 1.0 - self.gate.confidence;
        Evidence::of(self.suite.tally, self.gate.threshold, self.gate, self.panel.labels(), alpha)
    }

    /// What is shown of each critical scenario.
    pub fn critical(&self) -> Vec<CriticalClaim> {
        critical_claims(self.plan, &self.own, self.gate, self.panel.labels())
    }

    /// What is shown of harm; none where the gate does not bound it.
    pub fn harm(&self) -> Option<HarmClaim> {
        harm_claim(self.harm.tally, self.gate)
    }

    /// What is shown of everything that the gate asks for.
    pub fn claim(&self) -> Claim {
        let critical = self.critical();
        let parts = [self.evidence().claim()].into_iter();
        let parts = parts.chain(critical.iter().map(|critical| critical.claim));
        all(parts.chain(self.harm().map(|harm| harm.claim)))
    }
}

/// Passes where all pass, fails where one fails.
pub(crate) fn all(claims: impl IntoIterator<Item = Claim>) -> Claim {
    claims.into_iter().fold(Claim::Pass, |sum, claim| match (sum, claim) {
        (Claim::Fail, _) | (_, Claim::Fail) => Claim::Fail,
        (Claim::Open, _) | (_, Claim::Open) => Claim::Open,
        (Claim::Pass, Claim::Pass) => Claim::Pass,
    })
}
