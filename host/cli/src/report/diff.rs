//! Two runs of one suite, trial by trial on the same seeds.

use super::run_folder::{Outcome, ResultRead, RunFolder};
use crate::batch::ResultReader;
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
///
/// # Errors
/// Where the records of a run cannot be read.
pub(crate) fn obstacles(first: &RunFolder, second: &RunFolder) -> anyhow::Result<Vec<String>> {
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
    let digests = second.scenario_digests()?;
    for (scenario, digest) in first.scenario_digests()? {
        if digests.get(&scenario).is_some_and(|other| *other != digest) {
            found.push(format!("the files of the scenario `{scenario}` changed"));
        }
    }
    Ok(found)
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
///
/// # Errors
/// Where the results of a run cannot be read.
pub(crate) fn compare_runs(
    first: &RunFolder,
    second: &RunFolder,
    obstacles: Vec<String>,
    margin: f64,
) -> anyhow::Result<Option<RunDiff>> {
    let mut pairing = Pairing::begin(first, second)?;
    let mut scenarios = Vec::new();
    let mut paired = Vec::new();
    for planned in &first.summary.satisfaction.scenarios {
        let (scenario, pairs) = pairing.scenario(&planned.scenario, planned.weight)?;
        if !pairs.is_empty() {
            scenarios.push(scenario);
            paired.push(PairedScenario { weight: planned.weight, pairs });
        }
    }
    let weights: f64 = scenarios.iter().map(|scenario| scenario.weight).sum();
    scenarios.iter_mut().for_each(|scenario| scenario.weight /= weights);
    paired.iter_mut().for_each(|scenario| scenario.weight /= weights);
    let confidence = first.summary.gate.confidence;
    let Some(difference) = compare(&paired, confidence, margin, None) else { return Ok(None) };
    let pairs: usize = scenarios.iter().map(|scenario| scenario.pairs).sum();
    Ok(Some(RunDiff {
        schema: "diff/1",
        suite: first.summary.suite.clone(),
        obstacles,
        components: components(first, second),
        confidence,
        pairs,
        unpaired: all_trials(first, second)?.saturating_sub(pairs),
        difference,
        margin,
        minimum_effect: least_effect(&scenarios),
        scenarios,
    }))
}

/// How many trials are in one of the runs, or in both.
fn all_trials(first: &RunFolder, second: &RunFolder) -> anyhow::Result<usize> {
    let mut all = first.results.len();
    for result in second.lines()? {
        let result = result?;
        all += usize::from(first.results.number(&result.scenario, result.index).is_none());
    }
    Ok(all)
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

/// The trials of two runs, read side by side.
struct Pairing<'r> {
    run: &'r RunFolder,
    first: ResultReader<'r>,
    second: ResultReader<'r>,
}

impl<'r> Pairing<'r> {
    fn begin(first: &'r RunFolder, second: &'r RunFolder) -> anyhow::Result<Self> {
        Ok(Self { run: first, first: first.results.reader()?, second: second.results.reader()? })
    }

    /// The same trial of both runs: same scenario, number and seed, with a verdict in both.
    fn pair(&mut self, number: usize) -> anyhow::Result<Option<(ResultRead, ResultRead)>> {
        let Some(first) = self.first.numbered::<ResultRead>(number)? else { return Ok(None) };
        let second = self.second.of::<ResultRead>(&first.scenario, first.index)?;
        let judged = |result: &ResultRead| result.outcome() != Outcome::Missing;
        let second = second.filter(|second| second.seed == first.seed && judged(second) && judged(&first));
        Ok(second.map(|second| (first, second)))
    }

    /// What the pairs of a scenario come to, and whether each satisfied in either run.
    fn scenario(&mut self, id: &str, weight: f64) -> anyhow::Result<(ScenarioDiff, Vec<(bool, bool)>)> {
        let (mut broke, mut mended, mut pairs) = (Vec::new(), Vec::new(), Vec::new());
        for number in self.run.results.of(id) {
            let Some((first, second)) = self.pair(number)? else { continue };
            let turned = |reason| SeedDiff { index: first.index, seed: first.seed, reason };
            match (first.satisfied, second.satisfied) {
                (true, false) => broke.push(turned(second.reason)),
                (false, true) => mended.push(turned(first.reason)),
                _ => {}
            }
            pairs.push((first.satisfied, second.satisfied));
        }
        let passes = |of: fn(&(bool, bool)) -> bool| pairs.iter().filter(|pair| of(pair)).count();
        let diff = ScenarioDiff {
            scenario: id.to_owned(),
            weight,
            pairs: pairs.len(),
            first_passes: passes(|(first, _)| *first),
            second_passes: passes(|(_, second)| *second),
            broke,
            mended,
        };
        Ok((diff, pairs))
    }
}
