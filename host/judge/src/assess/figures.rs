//! The three estimands of one batch. They are different numbers and never mixed: see specs/satisfaction.md.

use crate::error_model::{
    Labels, LangReiczigel, PatternTable, box_bounds, lang_reiczigel, meld, prevalence, rogan_gladen,
    trajectory_posterior,
};
use crate::estimand::{
    Guarantee, Method, Spread, Stratum, estimate, guarantee, kish_size, leverage, point, population_size,
    scenarios_size, suite_size, total,
};
use crate::gate::{sequence_lower, sequence_upper};
use crate::interval::{Interval, OutOfRange, clopper_pearson};
use glasshouse_model::Allocation;
use serde::Serialize;

/// Scenarios from which on the population's interval is worth its name, at rates up to [`HIGH`].
const MANY: usize = 50;
/// The same above.
const VERY_MANY: usize = 200;
/// Above this rate the population needs more scenarios.
const HIGH: f64 = 0.9;

/// The three of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimands {
    /// Of these trajectories.
    pub observed: Observed,
    /// What ever more trials of these scenarios would come to.
    pub suite: Estimate,
    /// What trials of scenarios like these would come to.
    pub population: Estimate,
    /// The same, by bounds that hold for any number of scenarios, however they differ. None where they weigh differently, or
    /// where results decided what was run.
    pub population_strict: Option<Estimate>,
}

/// The share of these trajectories that likely satisfies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Observed {
    /// The weighted mean over trials of how likely each satisfies.
    pub point: f64,
    /// The share of satisfied trials behind it, by expectation and maximisation; only with a calibration set.
    pub prevalence: Option<f64>,
    /// How likely a trial that the judges pass satisfies.
    pub passed_satisfies: f64,
    /// How likely a trial that the judges fail satisfies all the same.
    pub failed_satisfies: f64,
}

/// One estimand's point and interval, and what they are made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// The point, within 0 to 1; corrected for the judges' errors where they are known.
    pub point: f64,
    /// The interval's bounds.
    #[serde(flatten)]
    pub interval: Interval,
    /// How the interval was computed.
    pub method: Method,
    /// What its confidence is worth.
    pub guarantee: Guarantee,
    /// The weighted share of passes.
    pub apparent: f64,
    /// Effective trials.
    pub n: f64,
    /// The correction for judge error; only with a calibration set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Corrected>,
}

/// What else the correction for judge error gives, for those who recompute it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Corrected {
    /// The point before it is clipped to 0 to 1.
    pub raw: f64,
    /// Its standard error by the delta method.
    pub delta_se: f64,
    /// The interval without any correction.
    pub apparent: Interval,
    /// The strict interval from the corners of a box.
    pub strict: Interval,
    /// A closed form, as a cross-check.
    pub lang_reiczigel: LangReiczigel,
}

/// What the design of the batch leaves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Design {
    /// How the trials were spread over the scenarios.
    pub allocation: Allocation,
    /// Scenarios with a verdict.
    pub scenarios: usize,
    /// Where the weights come from.
    pub usage: Usage,
    /// Sessions that they were counted from.
    pub sessions: Option<u64>,
    /// Trials of a simple sample with the same weights.
    pub kish_size: f64,
    /// Equally weighted scenarios with the same concentration.
    pub scenarios_size: f64,
    /// Most weight of one trial, in averages.
    pub leverage: f64,
    /// How far scenarios differ.
    #[serde(flatten)]
    pub spread: Spread,
}

/// Where usage weights come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// Nobody says: all scenarios weigh the same.
    AssumedEqual,
    /// The scenarios say how much they weigh.
    Assumed,
    /// They were counted from logged sessions.
    Counted,
}

/// What every estimate of a batch goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'a> {
    /// What is known of the judges.
    pub(super) labels: Option<&'a Labels>,
    /// Two-sided.
    pub(super) confidence: f64,
    /// Sessions that the weights were counted from.
    pub(super) sessions: Option<u64>,
    /// How the trials were spread over the scenarios.
    pub(super) allocation: Allocation,
}

impl Terms<'_> {
    /// What stands for the suite: where every trial's scenario was drawn by its weight, the trials are a simple sample.
    pub(super) fn sample(&self, strata: &[Stratum]) -> Vec<Stratum> {
        if self.allocation != Allocation::Usage {
            return strata.to_vec();
        }
        let sum = |part: fn(&Stratum) -> u32| strata.iter().map(part).fold(0, u32::saturating_add);
        vec![Stratum { weight: 1.0, trials: sum(|one| one.trials), passes: sum(|one| one.passes) }]
    }

    /// Where later trials went to the scenarios that did worse, no rule says what the interval is worth.
    fn worth(&self, guarantee: Guarantee) -> Guarantee {
        if self.allocation == Allocation::Adaptive { Guarantee::OutsideDesign } else { guarantee }
    }

    /// An effective size, less what counting the weights from few sessions leaves unknown: a draw of sessions adds the
    /// variance of rates over the usage, divided by their number.
    fn size(&self, strata: &[Stratum], size: f64) -> f64 {
        let Some(sessions) = self.sessions else { return size };
        let mean = point(strata);
        let squares: f64 = strata.iter().map(|s| s.weight * s.rate() * s.rate()).sum();
        let more = (squares - mean * mean).max(0.0) / sessions as f64;
        if more > 0.0 { (size.recip() + more / (mean * (1.0 - mean))).recip().max(1.0) } else { size }
    }
}

impl Design {
    pub(super) fn of(strata: &[Stratum], sessions: Option<u64>, allocation: Allocation) -> Self {
        Self {
            allocation,
            scenarios: strata.len(),
            usage: match sessions {
                Some(_) => Usage::Counted,
                None if weigh_the_same(strata) => Usage::AssumedEqual,
                None => Usage::Assumed,
            },
            sessions,
            kish_size: kish_size(strata),
            scenarios_size: scenarios_size(strata),
            leverage: leverage(strata),
            spread: Spread::of(strata),
        }
    }
}

impl Observed {
    /// The composite verdict is the one pattern that is calibrated.
    pub(super) fn of(strata: &[Stratum], labels: Option<&Labels>) -> Self {
        let apparent = point(strata);
        let Some(labels) = labels else {
            return Self { point: apparent, prevalence: None, passed_satisfies: 1.0, failed_satisfies: 0.0 };
        };
        let table = PatternTable::joint(
            &[labels.satisfied - labels.satisfied_passed, labels.satisfied_passed],
            &[labels.unsatisfied_failed, labels.unsatisfied - labels.unsatisfied_failed],
        );
        let passes = strata.iter().map(|stratum| stratum.passes).sum::<u32>();
        let trials = strata.iter().map(|stratum| stratum.trials).sum::<u32>();
        let share = prevalence(&table, &[trials - passes, passes]);
        let mut likely = table
            .satisfied
            .iter()
            .zip(&table.unsatisfied)
            .map(|(yes, no)| trajectory_posterior(share, *yes, *no));
        let (failed, passed) = (likely.next().unwrap_or(0.0), likely.next().unwrap_or(1.0));
        Self {
            point: apparent * passed + (1.0 - apparent) * failed,
            prevalence: Some(share),
            passed_satisfies: passed,
            failed_satisfies: failed,
        }
    }
}

impl Estimate {
    /// For these scenarios.
    pub(super) fn suite(strata: &[Stratum], terms: Terms<'_>) -> Result<Self, OutOfRange> {
        let sample = terms.sample(strata);
        let (figure, method, guarantee) = estimate(&sample, terms.confidence)?;
        let guarantee = terms.worth(guarantee);
        let design = match method {
            Method::ClopperPearson => total(&sample),
            Method::KgCp | Method::Meld | Method::ScenarioSequence => suite_size(&sample),
        };
        let n = terms.size(strata, design);
        let mut plain = Self {
            point: figure.point,
            interval: figure.interval,
            method,
            guarantee,
            apparent: figure.point,
            n,
            corrected: None,
        };
        if n < design {
            plain.interval = clopper_pearson((plain.apparent * n).min(n), n, terms.confidence)?;
            plain.method = Method::KgCp;
            plain.guarantee = at_most_approximate(guarantee);
        }
        Ok(plain.corrected(terms))
    }

    /// For scenarios like these.
    pub(super) fn population(strata: &[Stratum], terms: Terms<'_>) -> Result<Self, OutOfRange> {
        let apparent = point(strata);
        let Some(n) = population_size(strata, (1.0 - terms.confidence) / 2.0) else {
            return Ok(Self {
                point: apparent,
                interval: Interval { lower: 0.0, upper: 1.0 },
                method: Method::KgCp,
                guarantee: Guarantee::OutsideDesign,
                apparent,
                n: 0.0,
                corrected: None,
            });
        };
        let n = terms.size(strata, n);
        let enough = strata.len() >= VERY_MANY || (strata.len() >= MANY && apparent <= HIGH);
        // The rules on weights and repeats hold for both estimands.
        let within = enough && guarantee(strata, total(strata)) != Guarantee::OutsideDesign;
        let plain = Self {
            point: apparent,
            interval: clopper_pearson((apparent * n).min(n), n, terms.confidence)?,
            method: Method::KgCp,
            guarantee: terms.worth(if within { Guarantee::Approximate } else { Guarantee::OutsideDesign }),
            apparent,
            n,
            corrected: None,
        };
        Ok(plain.corrected(terms))
    }

    /// The same from one number a scenario. Scenarios are draws from the stories like these, so their shares of passes are
    /// independent, lie within 0 to 1 and have the population's satisfaction as their mean: all that the e-process asks for.
    pub(super) fn population_strict(strata: &[Stratum], terms: Terms<'_>) -> Option<Self> {
        if !weigh_the_same(strata) || terms.allocation == Allocation::Adaptive {
            return None;
        }
        let (n, apparent) = (strata.len() as f64, point(strata));
        let bounds = |tail: f64| Interval {
            lower: sequence_lower(apparent * n, n, tail),
            upper: sequence_upper(apparent * n, n, tail),
        };
        let tail = (1.0 - terms.confidence) / 2.0;
        let (point, interval) = match terms.labels {
            None => (apparent, bounds(tail)),
            Some(labels) => (
                rogan_gladen(apparent, n, labels).clipped,
                // The box leaves half of the tail to the apparent rate.
                box_bounds(apparent * n, n, labels, tail).around(bounds(tail / 2.0)),
            ),
        };
        let (method, guarantee) = (Method::ScenarioSequence, Guarantee::Exact);
        Some(Self { point, interval, method, guarantee, apparent, n, corrected: None })
    }

    /// The same with allowance for judge error.
    fn corrected(self, terms: Terms<'_>) -> Self {
        let Some(labels) = terms.labels else { return self };
        let tail = (1.0 - terms.confidence) / 2.0;
        let x = (self.apparent * self.n).min(self.n);
        let estimate = rogan_gladen(self.apparent, self.n, labels);
        Self {
            point: estimate.clipped,
            interval: meld(x, self.n, labels, tail),
            method: Method::Meld,
            guarantee: at_most_approximate(self.guarantee),
            corrected: Some(Corrected {
                raw: estimate.raw,
                delta_se: estimate.delta_se,
                apparent: self.interval,
                strict: box_bounds(x, self.n, labels, tail).rate,
                lang_reiczigel: lang_reiczigel(self.apparent, self.n, labels, tail),
            }),
            ..self
        }
    }
}

fn weigh_the_same(strata: &[Stratum]) -> bool {
    strata.windows(2).all(|pair| matches!(pair, [one, next] if one.weight == next.weight))
}

/// What is left of a guarantee where something beside the trials was estimated too.
fn at_most_approximate(guarantee: Guarantee) -> Guarantee {
    match guarantee {
        Guarantee::Exact | Guarantee::Conservative | Guarantee::Approximate => Guarantee::Approximate,
        Guarantee::OutsideDesign => Guarantee::OutsideDesign,
    }
}
