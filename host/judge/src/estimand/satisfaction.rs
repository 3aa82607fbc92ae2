//! Satisfaction of one batch: which fraction of the suite's usage likely satisfies the user.

use super::counts::{Counts, text_in};
use super::strata::Stratum;
use super::suite::{Figure, Guarantee, Method, estimate};
use crate::gate::{MISSING_INVALID, MISSING_MATTERS};
use crate::interval::OutOfRange;
use crate::scenario::ScenarioSatisfaction;
use glasshouse_model::{Gate, TrialResult};
use serde::Serialize;

/// The satisfaction of one batch. It depends on the set of results alone, not on their order of arrival.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Satisfaction {
    /// Trials that were planned.
    pub trials: u32,
    /// Trials that have a verdict.
    pub judged: u32,
    /// Trials that likely satisfy.
    pub satisfied: u32,
    /// Trials that have none.
    pub missing: Missing,
    /// Over the judged trials. Where a scenario has none of them, the same as `worst`.
    #[serde(flatten)]
    pub figure: Figure,
    /// Two-sided, of every interval here.
    pub confidence: f64,
    /// How the figure's interval was computed.
    pub method: Method,
    /// What the figure speaks of.
    pub estimand: Estimand,
    /// What the interval's confidence is worth. Missing trials are taken as missing by chance; `worst` and `best`
    /// need no such belief.
    pub guarantee: Guarantee,
    /// Whether the interval allows for the judges' own errors.
    pub calibration: Calibration,
    /// With every missing trial counted as unsatisfied.
    pub worst: Figure,
    /// With every missing trial counted as satisfied.
    pub best: Figure,
    /// In the order of the plan.
    pub scenarios: Vec<ScenarioSatisfaction>,
}

impl Satisfaction {
    /// The same where every trial's scenario was drawn by its weight: the trials are then a simple sample, and their number
    /// of passes is binomial.
    pub(crate) fn pooled(self) -> Result<Self, OutOfRange> {
        let of =
            |trials: u32, passes: u32| estimate(&[Stratum { weight: 1.0, trials, passes }], self.confidence);
        let worst = of(self.trials, self.satisfied)?;
        let best = of(self.trials, self.satisfied.saturating_add(self.missing.total()))?;
        let (figure, method, guarantee) =
            if self.judged == 0 { worst } else { of(self.judged, self.satisfied)? };
        Ok(Self { figure, method, guarantee, worst: worst.0, best: best.0, ..self })
    }

    /// The share of the planned trials that have no verdict.
    pub fn missing_share(&self) -> f64 {
        f64::from(self.missing.total()) / f64::from(self.trials.max(1))
    }

    /// Whether so many trials have no verdict that nothing can be decided.
    pub fn is_invalid(&self) -> bool {
        self.missing_share() > MISSING_INVALID || self.judged == 0
    }

    /// Whether the worst has to be assumed of the missing trials: they are many, or all of one scenario.
    pub fn missing_matters(&self) -> bool {
        self.missing_share() > MISSING_MATTERS || self.scenarios.iter().any(|scenario| scenario.n == 0)
    }
}

/// Trials without a verdict, by the way they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// The host broke.
    pub infra: u32,
    /// A judge failed.
    pub judge_error: u32,
    /// A persona left its script.
    pub user_sim_invalid: u32,
}

impl Missing {
    /// All of them.
    pub fn total(self) -> u32 {
        self.infra.saturating_add(self.judge_error).saturating_add(self.user_sim_invalid)
    }
}

/// What a satisfaction figure speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimand {
    /// The number that ever more trials of this suite would come to: the sum over its scenarios of usage share
    /// times chance of a satisfied verdict. It does not speak of other stories like these.
    Suite,
}

/// Whether an interval allows for the judges' own errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Calibration {
    /// No labelled trials say how often the judges err: verdicts are taken as they are.
    Uncalibrated,
    /// Labelled trials do.
    Calibrated,
}

/// One scenario of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedScenario {
    /// Its id, unique in the plan.
    pub id: String,
    /// Relative usage: finite and above 0.
    pub weight: f64,
    /// Trials that were planned, at least one; their indexes count from 0.
    pub trials: u32,
    /// Whether it has a gate of its own.
    pub critical: bool,
    /// The ids of its judges whose fail is harm: damage that nobody asked for.
    pub harm_judges: Vec<String>,
}

impl PlannedScenario {
    /// One without a gate of its own, and without judges of harm.
    pub fn new(id: impl Into<String>, weight: f64, trials: u32) -> Self {
        Self { id: id.into(), weight, trials, critical: false, harm_judges: Vec::new() }
    }
}

/// Results that do not belong to their plan, or a plan that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// Nothing was planned.
    #[error("the plan has no scenario")]
    Empty,
    /// A scenario without trials, with a useless weight, or planned twice.
    #[error("the plan of the scenario `{0}` needs a weight above 0, at least one trial and an id of its own")]
    Scenario(String),
    /// A result that no plan asked for, or a second one for the same trial.
    #[error("trial {index} of the scenario `{scenario}` was not planned, or came twice")]
    Unplanned {
        /// Whose trial.
        scenario: String,
        /// Which.
        index: u32,
    },
    /// A trial without a result; one that broke is a result too, of a class that says so.
    #[error("trial {index} of the scenario `{scenario}` has no result")]
    Absent {
        /// Whose trial.
        scenario: String,
        /// Which.
        index: u32,
    },
    /// The gate's confidence, or a sum of counts, is out of range.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

/// Satisfaction of a batch: every planned trial has exactly one result, in any order.
///
/// # Errors
/// Where results and plan do not fit, or the gate's confidence is not between 0 and 1.
pub fn satisfaction(
    plan: &[PlannedScenario],
    results: &[TrialResult],
    gate: &Gate,
) -> Result<Satisfaction, PlanError> {
    let mut counts = Counts::new(plan);
    results.iter().for_each(|result| counts.add(result));
    counts.satisfaction(plan, gate, &mut text_in(results))
}

/// Every scenario's share of the usage.
pub(crate) fn shares(plan: &[PlannedScenario]) -> Result<Vec<f64>, PlanError> {
    let mut seen = std::collections::BTreeSet::new();
    for planned in plan {
        let sound = planned.weight.is_finite() && planned.weight > 0.0 && planned.trials > 0;
        if !sound || !seen.insert(&planned.id) {
            return Err(PlanError::Scenario(planned.id.clone()));
        }
    }
    if plan.is_empty() {
        return Err(PlanError::Empty);
    }
    let sum: f64 = plan.iter().map(|planned| planned.weight).sum();
    Ok(plan.iter().map(|planned| planned.weight / sum).collect())
}

pub(super) fn summary(
    scenarios: Vec<ScenarioSatisfaction>,
    missing: Missing,
    confidence: f64,
) -> Result<Satisfaction, OutOfRange> {
    let strata = |trials: fn(&ScenarioSatisfaction) -> u32, passes: fn(&ScenarioSatisfaction) -> u32| {
        let stratum =
            |s: &ScenarioSatisfaction| Stratum { weight: s.weight, trials: trials(s), passes: passes(s) };
        scenarios.iter().map(stratum).collect::<Vec<_>>()
    };
    let worst = estimate(&strata(|s| s.trials, |s| s.passes), confidence)?;
    let best = estimate(&strata(|s| s.trials, |s| s.passes.saturating_add(s.missing)), confidence)?;
    let unjudged = scenarios.iter().any(|scenario| scenario.n == 0);
    let observed = if unjudged { worst } else { estimate(&strata(|s| s.n, |s| s.passes), confidence)? };
    let sum =
        |part: fn(&ScenarioSatisfaction) -> u32| scenarios.iter().map(part).fold(0, u32::saturating_add);
    let (figure, method, guarantee) = observed;
    Ok(Satisfaction {
        trials: sum(|s| s.trials),
        judged: sum(|s| s.n),
        satisfied: sum(|s| s.passes),
        missing,
        figure,
        confidence,
        method,
        estimand: Estimand::Suite,
        guarantee,
        calibration: Calibration::Uncalibrated,
        worst: worst.0,
        best: best.0,
        scenarios,
    })
}
