//! One scenario's trials, counted: passes, missing ones, and why the others do not satisfy.

use crate::interval::{Interval, OutOfRange, clopper_pearson};
use glasshouse_model::{Seed, TrialClass, TrialResult};
use serde::Serialize;
use std::collections::BTreeMap;

/// One scenario's part of the satisfaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioSatisfaction {
    /// The scenario's id.
    pub scenario: String,
    /// Its share of the usage; all shares sum to 1.
    pub weight: f64,
    /// Trials that were planned.
    pub trials: u32,
    /// Trials that were judged: those that are not missing.
    pub n: u32,
    /// Judged trials that satisfy.
    pub passes: u32,
    /// Trials without a verdict.
    pub missing: u32,
    /// Passes a judged trial; none where no trial was judged.
    pub rate: Option<f64>,
    /// Clopper-Pearson interval of the rate, at the gate's confidence.
    #[serde(flatten)]
    pub interval: Interval,
    /// The most frequent reasons of trials that do not satisfy, most frequent first, then as they came first.
    pub reasons: Vec<ReasonCount>,
    /// Trials whose reasons are not listed.
    pub further: u32,
}

/// How often one reason was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// How those trials ended.
    pub class: TrialClass,
    /// In one line.
    pub reason: String,
    /// Trials with it.
    pub count: u32,
    /// Seeds of the first of them, in planned order.
    pub seeds: Vec<Seed>,
}

/// Most reasons that are listed a scenario.
const MOST_REASONS: usize = 8;

/// Most seeds that are shown a reason.
const MOST_SEEDS: usize = 3;

/// Whether a trial of this class has no verdict.
pub(crate) fn is_missing(class: TrialClass) -> bool {
    match class {
        TrialClass::Judged | TrialClass::Budget => false,
        TrialClass::Infra | TrialClass::JudgeError | TrialClass::UserSimInvalid => true,
    }
}

/// Counts the trials of one scenario, given in planned order.
pub(crate) fn tally(
    scenario: &str,
    weight: f64,
    results: &[&TrialResult],
    confidence: f64,
) -> Result<ScenarioSatisfaction, OutOfRange> {
    let count = |wanted: &dyn Fn(&TrialResult) -> bool| {
        results.iter().fold(0_u32, |count, result| count.saturating_add(u32::from(wanted(result))))
    };
    let missing = count(&|result| is_missing(result.class));
    let passes = count(&|result| result.satisfied && !is_missing(result.class));
    let trials = count(&|_| true);
    let n = trials - missing;
    let interval = clopper_pearson(f64::from(passes), f64::from(n), confidence)?;
    let rate = (n > 0).then(|| f64::from(passes) / f64::from(n));
    let mut reasons = reasons(results);
    let further = reasons.iter().skip(MOST_REASONS).map(|reason| reason.count).sum();
    reasons.truncate(MOST_REASONS);
    let scenario = scenario.to_owned();
    Ok(ScenarioSatisfaction {
        scenario,
        weight,
        trials,
        n,
        passes,
        missing,
        rate,
        interval,
        reasons,
        further,
    })
}

fn reasons(results: &[&TrialResult]) -> Vec<ReasonCount> {
    let mut groups: BTreeMap<(TrialClass, &str), (usize, u32, Vec<Seed>)> = BTreeMap::new();
    for (at, result) in results.iter().enumerate() {
        if result.satisfied && !is_missing(result.class) {
            continue;
        }
        let group = (result.class, result.reason.as_str());
        let (_, count, seeds) = groups.entry(group).or_insert_with(|| (at, 0, Vec::new()));
        *count += 1;
        if seeds.len() < MOST_SEEDS {
            seeds.push(result.seed);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (first, count, _))| (std::cmp::Reverse(*count), *first));
    let listed = groups.into_iter().map(|((class, reason), (_, count, seeds))| ReasonCount {
        class,
        reason: reason.to_owned(),
        count,
        seeds,
    });
    listed.collect()
}
