//! The gate of a batch that stops as soon as the evidence is enough. It is fed in planned order, and gives the same
//! answer at the same trial whatever the order in which trials ended.

use super::course::Course;
use super::decision::Claim;
use super::eprocess::{sequence_lower, sequence_upper};
use super::evidence::{Evidence, Tally};
use super::spending::Spending;
use crate::assess::{
    CriticalClaim, HarmClaim, Panel, critical_claims, harm_claim, is_harm, spent_harm_claim,
};
use crate::estimand::{PlanError, PlannedScenario, shares};
use crate::interval::Interval;
use crate::scenario::is_missing;
use glasshouse_model::{Allocation, Gate, TrialResult};
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
    /// Where trials are spent on the scenarios that need them most.
    spending: Option<Spending>,
    /// Trials of the first sweep.
    sweep: usize,
    seen: usize,
    stopped: bool,
}

/// How the trials of a batch were spread over its scenarios.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrialOrder {
    /// By which rule.
    pub allocation: Allocation,
    /// What its draws follow from.
    pub seed: u64,
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
    /// Before the first trial. The plan's trials come as [`super::usage_schedule`] orders them, or, where `order` says
    /// so, as [`super::usage_draws`] or a [`Course`] does.
    ///
    /// # Errors
    /// Where the plan cannot be.
    pub fn new(
        plan: &'a [PlannedScenario],
        gate: &'a Gate,
        panel: &'a Panel,
        order: TrialOrder,
    ) -> Result<Self, PlanError> {
        let places = plan.iter().enumerate().map(|(place, planned)| (planned.id.as_str(), place)).collect();
        let spending = match order.allocation {
            Allocation::Adaptive => Some(Spending::new(course(plan, order.seed)?, gate, panel.labels())),
            _ => None,
        };
        Ok(Self {
            spending,
            sweep: if order.allocation == Allocation::Usage { 0 } else { plan.len() },
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
        if let Some(spending) = &mut self.spending {
            let harmed = (value(harm || missing), value(harm && !missing));
            spending.add(place, share, (1.0 - low, 1.0 - high), harmed);
        }
        let sweep = match self.seen.cmp(&self.sweep) {
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
        if let Some(spending) = &self.spending {
            return spending.evidence(if self.panel.labels().is_some() { alpha / 2.0 } else { alpha });
        }
        Evidence::of(self.suite.tally, self.gate.threshold, self.gate, self.panel.labels(), alpha)
    }

    /// The apparent rates that the evidence does not speak against, each bound at `level`; they hold at any stop.
    pub fn bounds(&self, level: f64) -> Interval {
        let Tally { n, low, high } = self.suite.tally;
        match &self.spending {
            Some(spending) => spending.bounds(level),
            None => Interval { lower: sequence_lower(low, n, level), upper: sequence_upper(high, n, level) },
        }
    }

    /// What is shown of each critical scenario.
    pub fn critical(&self) -> Vec<CriticalClaim> {
        critical_claims(self.plan, &self.own, self.gate, self.panel.labels())
    }

    /// What is shown of harm; none where the gate does not bound it.
    pub fn harm(&self) -> Option<HarmClaim> {
        match &self.spending {
            Some(spending) => spent_harm_claim(spending.harm(1.0 - self.gate.confidence), self.gate),
            None => harm_claim(self.harm.tally, self.gate),
        }
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

/// The order of a plan whose trials are spent where they tell most.
///
/// # Errors
/// Where the plan cannot be.
pub fn course(plan: &[PlannedScenario], seed: u64) -> Result<Course, PlanError> {
    let most = plan.iter().map(|planned| planned.trials as usize).sum();
    Ok(Course::new(&shares(plan)?, most, seed))
}
