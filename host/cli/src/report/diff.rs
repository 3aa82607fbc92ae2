//! Two runs of one suite, trial by trial on the same seeds.

use super::run_folder::{Outcome, ResultRead, RunFolder};
use glasshouse_judge::{BuildVerdict, Comparison, PairedScenario, Within, compare, minimum_effect};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The level and the power at which the least effect is given.
const ALPHA: f64 = 0.05;
const POWER: f64 = 0.8;

/// What `report diff` says.
#[derive(Debug, Serialize)]
pub(crate) struct RunDiff {
    schema: &'static str,
    pub(super) suite: String,
    /// Why the difference may not be the subject's; empty unless `--regrade`.
    pub(super) obstacles: Vec<String>,
    /// Components that differ, the judges' and the subject's alike.
    pub(super) components: Vec<ComponentDiff>,
    pub(super) confidence: f64,
    /// Trials with a verdict in both runs.
    pub(super) pairs: usize,
    /// Trials that one of the runs lacks, or that have no verdict in it.
    pub(super) unpaired: usize,
    /// The second run less the first.
    pub(super) difference: Comparison,
    /// How much lower the second run may be and still count as no worse.
    pub(super) margin: f64,
    /// The least true difference that a comparison like this one shows four times in five.
    pub(super) minimum_effect: f64,
    /// In the order of the first run's plan; those without a pair are left out.
    pub(super) scenarios: Vec<ScenarioDiff>,
}

impl RunDiff {
    /// Whether the second run is shown to satisfy less often.
    pub(crate) fn is_worse(&self) -> bool {
        self.difference.verdict == BuildVerdict::Worse
    }
}

/// A component that is not the same in both runs.
#[derive(Debug, Serialize)]
pub(super) struct ComponentDiff {
    pub(super) role: String,
    pub(super) name: String,
    pub(super) first: Option<String>,
    pub(super) second: Option<String>,
}

/// One scenario's pairs.
#[derive(Debug, Serialize)]
pub(super) struct ScenarioDiff {
    pub(super) scenario: String,
    /// Its share of the usage, among the scenarios that have pairs.
    pub(super) weight: f64,
    pub(super) pairs: usize,
    pub(super) first_passes: usize,
    pub(super) second_passes: usize,
    /// Satisfying in the first run and not in the second.
    pub(super) broke: Vec<SeedDiff>,
    /// The other way round.
    pub(super) mended: Vec<SeedDiff>,
}

/// One trial that counts differently.
#[derive(Debug, Serialize)]
pub(super) struct SeedDiff {
    pub(super) index: u32,
    pub(super) seed: String,
    /// Why it does not satisfy, in the run where it does not.
    pub(super) reason: String,
}

/// What keeps the difference of two runs from being the subject's.
pub(crate) fn obstacles(first: &RunFolder, second: &RunFolder) -> Vec<String> {
    let mut found = Vec::new();
    if first.summary.suite != second.summary.suite {
        found.push(format!("their suites are `{}` and `{}`", first.summary.suite, second.summary.suite));
    }
    let panel = |run: &RunFolder| run.document.pointer("/judges/digest").cloned();
    if panel(first) != panel(second) {
        found.push("their judges, taken as one instrument, are not the same".to_owned());
    }
    for component in components(first, second) {
        if component.role == "judge" || component.role == "twin" {
            found.push(format!("the {} `{}` is not the same", component.role, component.name));
        }
    }
    for note in &first.notes {
        let other = second.note(&note.id).and_then(|other| other.digest.as_deref());
        if let (Some(digest), Some(other)) = (note.digest.as_deref(), other)
            && digest != other
        {
            found.push(format!("the files of the scenario `{}` changed", note.id));
        }
    }
    found
}

fn components(first: &RunFolder, second: &RunFolder) -> Vec<ComponentDiff> {
    let by_name = |run: &RunFolder| -> BTreeMap<(String, String), String> {
        let components = run.summary.components.iter();
        components.map(|one| ((one.role.clone(), one.name.clone()), one.digest.clone())).collect()
    };
    let (mut first, mut second) = (by_name(first), by_name(second));
    let names: BTreeSet<_> = first.keys().chain(second.keys()).cloned().collect();
    let differing = names.into_iter().filter_map(|key| {
        let (first, second) = (first.remove(&key), second.remove(&key));
        let (role, name) = key;
        (first != second).then_some(ComponentDiff { role, name, first, second })
    });
    differing.collect()
}

/// Compares two runs; none where no trial has a verdict in both.
pub(crate) fn compare_runs(
    first: &RunFolder,
    second: &RunFolder,
    obstacles: Vec<String>,
    margin: f64,
) -> Option<RunDiff> {
    let others = second.by_trial();
    let mut scenarios = Vec::new();
    let mut paired = Vec::new();
    for planned in &first.summary.satisfaction.scenarios {
        let own = first.results.iter().filter(|result| result.scenario == planned.scenario);
        let pairs: Vec<_> = own.filter_map(|result| pair(result, &others)).collect();
        if !pairs.is_empty() {
            scenarios.push(scenario_diff(&planned.scenario, planned.weight, &pairs));
            let pairs = pairs.iter().map(|(first, second)| (first.satisfied, second.satisfied)).collect();
            paired.push(PairedScenario { weight: planned.weight, pairs });
        }
    }
    let weights: f64 = scenarios.iter().map(|scenario| scenario.weight).sum();
    scenarios.iter_mut().for_each(|scenario| scenario.weight /= weights);
    paired.iter_mut().for_each(|scenario| scenario.weight /= weights);
    let confidence = first.summary.gate.confidence;
    let difference = compare(&paired, confidence, margin, None)?;
    let pairs: usize = scenarios.iter().map(|scenario| scenario.pairs).sum();
    let all: BTreeSet<_> = first.by_trial().into_keys().chain(others.keys().copied()).collect();
    Some(RunDiff {
        schema: "diff/1",
        suite: first.summary.suite.clone(),
        obstacles,
        components: components(first, second),
        confidence,
        pairs,
        unpaired: all.len().saturating_sub(pairs),
        difference,
        margin,
        minimum_effect: least_effect(&scenarios),
        scenarios,
    })
}

/// Each scenario's share of differing pairs is drawn in by half a pair, so that pairs which never differ promise nothing.
fn least_effect(scenarios: &[ScenarioDiff]) -> f64 {
    let part = |scenario: &ScenarioDiff| {
        let (n, differing) = (scenario.pairs as f64, (scenario.broke.len() + scenario.mended.len()) as f64);
        scenario.weight * scenario.weight * (differing + 0.5) / (n + 1.0) / n
    };
    let between = scenarios.iter().map(part).sum();
    let within = Within { between, first: 0.0, second: 0.0, first_trials: 1.0, second_trials: 1.0 };
    minimum_effect(&within, 1.0, ALPHA, POWER)
}

type Pair<'r> = (&'r ResultRead, &'r ResultRead);

/// The same trial of both runs: same scenario, number and seed, with a verdict in both.
fn pair<'r>(result: &'r ResultRead, others: &BTreeMap<(&str, u32), &'r ResultRead>) -> Option<Pair<'r>> {
    let other = others.get(&(result.scenario.as_str(), result.index)).copied()?;
    let judged = |result: &ResultRead| result.outcome() != Outcome::Missing;
    (other.seed == result.seed && judged(result) && judged(other)).then_some((result, other))
}

fn scenario_diff(scenario: &str, weight: f64, pairs: &[Pair<'_>]) -> ScenarioDiff {
    let passes = |side: fn(&Pair<'_>) -> bool| pairs.iter().filter(|pair| side(pair)).count();
    let turned = |fell: bool| {
        let turned = pairs.iter().filter(|(a, b)| a.satisfied == fell && b.satisfied != fell);
        let seeds = turned.map(|(a, b)| SeedDiff {
            index: a.index,
            seed: a.seed.clone(),
            reason: if fell { b.reason.clone() } else { a.reason.clone() },
        });
        seeds.collect()
    };
    ScenarioDiff {
        scenario: scenario.to_owned(),
        weight,
        pairs: pairs.len(),
        first_passes: passes(|(a, _)| a.satisfied),
        second_passes: passes(|(_, b)| b.satisfied),
        broke: turned(true),
        mended: turned(false),
    }
}
