//! The three estimands of one batch. They are different numbers and never mixed: see specs/satisfaction.md.

use crate::error_model::{
    Labels, LangReiczigel, PatternTable, box_bounds, lang_reiczigel, meld, prevalence, rogan_gladen,
    trajectory_posterior,
};
use crate::estimand::{
    Guarantee, Method, Spread, Stratum, estimate, guarantee, kish_size, leverage, point, population_size,
    scenarios_size, suite_size, total,
};
use crate::interval::{Interval, OutOfRange, clopper_pearson};
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
    /// Scenarios with a verdict.
    pub scenarios: usize,
    /// Where the weights come from.
    pub usage: Usage,
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
    /// All scenarios weigh the same; unless somebody measured it, that is an assumption.
    Equal,
    /// The scenarios say how much they weigh.
    Weighted,
}

impl Design {
    pub(super) fn of(strata: &[Stratum]) -> Self {
        let equal = strata.iter().all(|one| strata.iter().all(|other| one.weight == other.weight));
        Self {
            scenarios: strata.len(),
            usage: if equal { Usage::Equal } else { Usage::Weighted },
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
    pub(super) fn suite(
        strata: &[Stratum],
        labels: Option<&Labels>,
        confidence: f64,
    ) -> Result<Self, OutOfRange> {
        let (figure, method, guarantee) = estimate(strata, confidence)?;
        let n = match method {
            Method::ClopperPearson => total(strata),
            _ => suite_size(strata),
        };
        let plain = Self {
            point: figure.point,
            interval: figure.interval,
            method,
            guarantee,
            apparent: figure.point,
            n,
            corrected: None,
        };
        Ok(plain.corrected(labels, confidence))
    }

    /// For scenarios like these.
    pub(super) fn population(
        strata: &[Stratum],
        labels: Option<&Labels>,
        confidence: f64,
    ) -> Result<Self, OutOfRange> {
        let apparent = point(strata);
        let Some(n) = population_size(strata, (1.0 - confidence) / 2.0) else {
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
        let enough = strata.len() >= VERY_MANY || (strata.len() >= MANY && apparent <= HIGH);
        // The rules on weights and repeats hold for both estimands.
        let within = enough && guarantee(strata, total(strata)) != Guarantee::OutsideDesign;
        let plain = Self {
            point: apparent,
            interval: clopper_pearson((apparent * n).min(n), n, confidence)?,
            method: Method::KgCp,
            guarantee: if within { Guarantee::Approximate } else { Guarantee::OutsideDesign },
            apparent,
            n,
            corrected: None,
        };
        Ok(plain.corrected(labels, confidence))
    }

    /// The same with allowance for judge error.
    fn corrected(self, labels: Option<&Labels>, confidence: f64) -> Self {
        let Some(labels) = labels else { return self };
        let tail = (1.0 - confidence) / 2.0;
        let x = (self.apparent * self.n).min(self.n);
        let estimate = rogan_gladen(self.apparent, self.n, labels);
        let guarantee = match self.guarantee {
            Guarantee::Exact | Guarantee::Conservative | Guarantee::Approximate => Guarantee::Approximate,
            Guarantee::OutsideDesign => Guarantee::OutsideDesign,
        };
        Self {
            point: estimate.clipped,
            interval: meld(x, self.n, labels, tail),
            method: Method::Meld,
            guarantee,
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
