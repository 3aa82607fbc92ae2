//! One batch, assessed.

use super::assessing::{Assessing, Seen};
use super::critical::{CriticalClaim, critical_claims};
use super::figures::{Design, Estimands, Estimate, Terms};
use super::harm::{HarmClaim, harm_claim};
use super::panel::Panel;
use super::planning::MinimumEffect;
use super::scenarios::{Repeats, ScenarioFigures};
use crate::error_model::box_bounds;
use crate::estimand::{PlanError, PlannedScenario, Satisfaction, Stratum, text_in};
use crate::gate::{Claim, Decision, Evidence, Sequential, Settled, Tally, TrialOrder, all, settled};
use crate::interval::{Interval, OutOfRange};
use crate::scenario::{Count, ScenarioSatisfaction};
use glasshouse_model::{Allocation, Gate, GateEstimand, TrialResult};
use serde::Serialize;

/// A batch and what is asked of it.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// The scenarios, in planned order, with all the trials that were planned.
    pub plan: &'a [PlannedScenario],
    /// In planned order, as far as they are there: [`Assessing`] takes up the others. Whole for a fixed plan, any beginning
    /// that holds the first sweep, where there is one, for a sequential one.
    pub results: &'a [TrialResult],
    /// What has to be reached.
    pub gate: &'a Gate,
    /// What is known of the judges.
    pub panel: &'a Panel,
    /// Whether a batch of uncalibrated judges decides nothing.
    pub needs_calibration: bool,
    /// Logged sessions that the weights were counted from; none where they are assumed.
    pub sessions: Option<u64>,
    /// How the trials were spread over the scenarios.
    pub order: TrialOrder,
}

impl<'a> Batch<'a> {
    /// One with weights that nobody counted, which decides without calibration too, and whose trials are spread as is usual
    /// for the gate.
    pub fn new(
        plan: &'a [PlannedScenario],
        results: &'a [TrialResult],
        gate: &'a Gate,
        panel: &'a Panel,
    ) -> Self {
        let order = TrialOrder { allocation: Allocation::usual(gate.mode), seed: 0 };
        Self { plan, results, gate, panel, needs_calibration: false, sessions: None, order }
    }

    pub(super) fn terms(&self) -> Terms<'a> {
        Terms {
            labels: self.panel.labels(),
            confidence: self.gate.confidence,
            sessions: self.sessions,
            allocation: self.order.allocation,
        }
    }
}

/// All figures of a batch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    /// What the gate decides, and on what.
    pub gate: GateOutcome,
    /// Counts, and the suite's figure with verdicts taken as they are.
    #[serde(skip)]
    pub satisfaction: Satisfaction,
    /// The three figures that satisfaction can mean.
    pub estimands: Estimands,
    /// Of the same story, told again.
    pub repeats: Repeats,
    /// What the plan leaves.
    pub design: Design,
    /// What the next batch could show.
    pub minimum_effect: MinimumEffect,
    /// Of each scenario, in planned order.
    pub scenarios: Vec<ScenarioFigures>,
}

/// What the gate decides, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateOutcome {
    /// The decision.
    pub decision: Decision,
    /// The bounds that it rests on: of the fixed interval, or of the confidence sequence.
    pub bounds: Interval,
    /// Whether the worst was assumed of missing trials.
    pub worst_assumed: bool,
    /// What is shown of the threshold.
    pub claim: Claim,
    /// The evidence of a sequential gate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// Trials that count.
    pub counted: usize,
    /// Trials that were planned at most.
    pub planned: usize,
    /// Whether a sequential gate was decided before its plan ran out.
    pub stopped_early: bool,
    /// What is sure of the observed figure of the whole plan, without any probability.
    pub observed_settled: Settled,
    /// Of each critical scenario.
    pub critical: Vec<CriticalClaim>,
    /// Of harm, where the gate bounds it.
    pub harm: Option<HarmClaim>,
}

/// Assesses a batch whose results are all there.
///
/// # Errors
/// Where results and plan do not fit, or the gate's confidence is not between 0 and 1.
pub fn assess(batch: &Batch<'_>) -> Result<Assessment, PlanError> {
    Assessing::begin(batch)?.end(&mut text_in(batch.results))
}

/// Over the judged trials; where a scenario has none, all its trials count as unsatisfied.
pub(super) fn observed_strata(scenarios: &[ScenarioSatisfaction]) -> Vec<Stratum> {
    let unjudged = scenarios.iter().any(|scenario| scenario.n == 0);
    let trials = |s: &ScenarioSatisfaction| if unjudged { s.trials } else { s.n };
    let stratum =
        |s: &ScenarioSatisfaction| Stratum { weight: s.weight, trials: trials(s), passes: s.passes };
    scenarios.iter().map(stratum).collect()
}

pub(super) fn outcome(
    batch: &Batch<'_>,
    seen: Seen<'_>,
    satisfaction: &Satisfaction,
) -> Result<GateOutcome, PlanError> {
    let Seen { sequential, counts, harm, counted } = seen;
    let worst_assumed = sequential.is_some() || satisfaction.missing_matters();
    let (bounds, claim, evidence, critical, harm) = match sequential {
        Some(gate) => {
            let evidence = gate.evidence();
            let bounds = sequence_bounds(batch, gate, evidence.tally);
            (bounds, evidence.claim(), Some(evidence), gate.critical(), gate.harm())
        }
        None => {
            let bounds = fixed_bounds(batch, satisfaction, worst_assumed)?;
            let claim = Claim::at_least(bounds.lower, bounds.upper, batch.gate.threshold);
            let tallies: Vec<_> = counts.own().iter().map(Count::tally).collect();
            let critical = critical_claims(batch.plan, &tallies, batch.gate, batch.panel.labels());
            (bounds, claim, None, critical, harm_claim(harm, batch.gate))
        }
    };
    let parts =
        [claim].into_iter().chain(critical.iter().map(|c| c.claim)).chain(harm.map(|harm| harm.claim));
    let decision = if satisfaction.is_invalid() {
        Decision::Invalid
    } else if batch.needs_calibration && batch.panel.labels().is_none() {
        Decision::Uncalibrated
    } else {
        match all(parts) {
            Claim::Pass => Decision::Pass,
            Claim::Fail => Decision::Fail,
            Claim::Open => Decision::Inconclusive,
        }
    };
    let planned: usize = batch.plan.iter().map(|planned| planned.trials as usize).sum();
    Ok(GateOutcome {
        decision,
        bounds,
        worst_assumed,
        claim,
        evidence,
        counted,
        planned,
        stopped_early: sequential.is_some_and(Sequential::has_stopped) && counted < planned,
        observed_settled: observed_settled(batch, satisfaction),
        critical,
        harm,
    })
}

/// The interval of the gate's estimand; of the worst and the best case where too much is missing.
fn fixed_bounds(
    batch: &Batch<'_>,
    satisfaction: &Satisfaction,
    worst_assumed: bool,
) -> Result<Interval, OutOfRange> {
    let of = |strata: &[Stratum]| match batch.gate.estimand {
        GateEstimand::Suite => Ok(Estimate::suite(strata, batch.terms())?.interval),
        GateEstimand::Population => Ok(Estimate::population(strata, batch.terms())?.interval),
        GateEstimand::PopulationStrict => Ok(Estimate::population_strict(strata, batch.terms())
            .map_or(Interval { lower: 0.0, upper: 1.0 }, |strict| strict.interval)),
    };
    if !worst_assumed {
        return of(&observed_strata(&satisfaction.scenarios));
    }
    let with = |passes: fn(&ScenarioSatisfaction) -> u32| {
        let stratum =
            |s: &ScenarioSatisfaction| Stratum { weight: s.weight, trials: s.trials, passes: passes(s) };
        satisfaction.scenarios.iter().map(stratum).collect::<Vec<_>>()
    };
    let worst = of(&with(|s| s.passes))?;
    let best = of(&with(|s| s.passes.saturating_add(s.missing)))?;
    Ok(Interval { lower: worst.lower, upper: best.upper })
}

/// Bounds that hold whenever the batch is stopped, each on its own at the gate's confidence, as the gate takes them;
/// through the corners of the judges' errors where they are known.
fn sequence_bounds(batch: &Batch<'_>, gate: &Sequential<'_>, tally: Tally) -> Interval {
    let Tally { n, low, .. } = tally;
    let alpha = 1.0 - batch.gate.confidence;
    match batch.panel.labels() {
        None => gate.bounds(alpha),
        Some(labels) => box_bounds(low.clamp(0.0, n), n, labels, alpha).around(gate.bounds(alpha / 2.0)),
    }
}

/// What every scenario's trials count for in the observed figure, and how many there are, ran and passed. Nothing is sure
/// of a plan that is drawn as it runs.
fn settling(batch: &Batch<'_>, satisfaction: &Satisfaction) -> Vec<(f64, u32, u32, u32)> {
    let all: u32 = batch.plan.iter().map(|planned| planned.trials).fold(0, u32::saturating_add);
    let row = |planned: &PlannedScenario| {
        let ran = satisfaction.scenarios.iter().find(|ran| ran.scenario == planned.id);
        let (weight, trials, passes) = ran.map_or((0.0, 0, 0), |ran| (ran.weight, ran.trials, ran.passes));
        let weight = match batch.order.allocation {
            Allocation::Usage => f64::from(planned.trials) / f64::from(all.max(1)),
            _ => weight,
        };
        (weight, planned.trials, trials, passes)
    };
    batch.plan.iter().map(row).collect()
}

fn observed_settled(batch: &Batch<'_>, satisfaction: &Satisfaction) -> Settled {
    match batch.order.allocation {
        Allocation::Adaptive => Settled::Open,
        _ => settled(&settling(batch, satisfaction), batch.gate.threshold),
    }
}
