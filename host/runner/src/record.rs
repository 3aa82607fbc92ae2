//! What is known of a suite's admission: a file beside suite.toml, which `glasshouse run --admit` writes and every run
//! reads. Each of its entries is bound to all that the admission rests on, so that nothing is taken for admitted that is
//! not what was tried.

use crate::admit::{Admitted, SCRIPTED};
use crate::bundled::{Bundled, ComponentUse, find};
use crate::folder::Folder;
use crate::header::RUNNER;
use crate::plan::{LoadedScenario, Plan};
use glasshouse_model::{Digest, Mistake, NamedMutant, Place, Seed, Suite};
use glasshouse_sandbox::{ENGINE, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The file, beside suite.toml.
pub const ADMISSION_FILE: &str = "admission.json";
/// Its schema.
const SCHEMA: &str = "admitted/1";

/// `admission.json`: what came of the admission of a suite's scenarios.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdmissionRecord {
    /// The format and its version.
    schema: String,
    /// The suite's id.
    suite: String,
    /// By scenario.
    scenarios: BTreeMap<String, Entry>,
}

/// What came of one scenario's admission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    admitted: bool,
    /// Over all that it rests on.
    key: Digest,
}

/// What is known of one scenario's admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AdmissionState {
    /// It may count.
    Admitted,
    /// It was tried and may not.
    Refused,
    /// It was tried, and something that it rests on has changed since.
    Stale,
    /// It was never tried.
    Untried,
}

/// What one scenario's admission rests on, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    key: Digest,
    pub(crate) state: AdmissionState,
}

impl AdmissionRecord {
    /// Reads that of a suite; none where there is none.
    ///
    /// # Errors
    /// Where there is one that cannot be read.
    pub(crate) fn read(folder: &Folder) -> Result<Option<Self>, Mistake> {
        if !folder.has(ADMISSION_FILE) {
            return Ok(None);
        }
        let text = folder.text(ADMISSION_FILE)?;
        let shown = folder.shown(ADMISSION_FILE);
        let mistake = |position: Option<(usize, usize)>, what: String| {
            Mistake::new(Place { file: shown.clone(), position }, what)
                .hint("remove it, and have it written again: glasshouse run SUITE --admit")
        };
        let record: Self = serde_json::from_str(&text).map_err(|error| {
            mistake(Some((error.line(), error.column())), format!("no record of an admission: {error}"))
        })?;
        if record.schema != SCHEMA {
            return Err(mistake(None, format!("the schema `{}` is not `{SCHEMA}`", record.schema)));
        }
        Ok(Some(record))
    }

    /// The record after these scenarios of a plan were tried; what it says of others stays.
    ///
    /// # Errors
    /// Where it cannot be written as JSON, which no record has.
    pub fn of(plan: &Plan, tried: &[Admitted]) -> serde_json::Result<String> {
        let before = plan.record.as_ref().filter(|record| record.suite == plan.suite().id);
        let mut scenarios = before.map(|record| record.scenarios.clone()).unwrap_or_default();
        scenarios.retain(|id, _| plan.known.contains_key(id));
        for Admitted { scenario, admitted, .. } in tried {
            if let Some(known) = plan.known.get(scenario) {
                scenarios.insert(scenario.clone(), Entry { admitted: *admitted, key: known.key });
            }
        }
        let record = Self { schema: SCHEMA.to_owned(), suite: plan.suite().id.clone(), scenarios };
        let mut text = serde_json::to_string_pretty(&record)?;
        text.push('\n');
        Ok(text)
    }

    fn state(&self, scenario: &str, key: Digest) -> AdmissionState {
        match self.scenarios.get(scenario) {
            None => AdmissionState::Untried,
            Some(entry) if entry.key != key => AdmissionState::Stale,
            Some(Entry { admitted: true, .. }) => AdmissionState::Admitted,
            Some(Entry { admitted: false, .. }) => AdmissionState::Refused,
        }
    }
}

impl Plan {
    /// What is known of the admission of the scenarios that have trials, in planned order.
    pub fn admission(&self) -> Vec<(&str, AdmissionState)> {
        let state = |id: &str| self.known.get(id).map_or(AdmissionState::Untried, |known| known.state);
        self.scenarios().iter().map(|planned| (planned.id.as_str(), state(&planned.id))).collect()
    }
}

/// What the admission of each scenario rests on, and what the record says of it.
pub(crate) fn known(
    suite: &Suite,
    scenarios: &[Arc<LoadedScenario>],
    components: &[ComponentUse],
    record: Option<&AdmissionRecord>,
    (folder, bundled): (&Folder, &dyn Bundled),
) -> BTreeMap<String, Known> {
    let record = record.filter(|record| record.suite == suite.id);
    let mut digests = BTreeMap::new();
    let scripted = digest_of(SCRIPTED, &suite.subject_place, folder, bundled);
    for mutant in &suite.mutants {
        let digest = digest_of(&mutant.component, &mutant.place, folder, bundled);
        digests.insert(mutant.component.as_str(), digest);
    }
    let of = |loaded: &Arc<LoadedScenario>| {
        let mut parts = scenario_parts(suite, loaded, components);
        parts.push(scripted.clone());
        for NamedMutant { component, .. } in loaded.sealed.admission.iter().flat_map(|one| &one.mutants) {
            parts.push(component.clone());
            parts.push(digests.get(component.as_str()).cloned().unwrap_or_default());
        }
        let key = Digest::of_parts(parts.iter().map(String::as_bytes));
        let id = loaded.scenario.id.clone();
        let state = record.map_or(AdmissionState::Untried, |record| record.state(&id, key));
        (id, Known { key, state })
    };
    scenarios.iter().map(of).collect()
}

/// All that decides what its oracle, doing nothing, and the mutants come to, but for the subjects that run.
fn scenario_parts(suite: &Suite, loaded: &LoadedScenario, components: &[ComponentUse]) -> Vec<String> {
    let (digests, seeds, panel) = (&loaded.digests, &loaded.seeds, loaded.sealed.panel);
    let mut parts = vec![
        RUNNER.to_owned(),
        ENGINE.to_owned(),
        suite.id.clone(),
        suite.allocation.word().to_owned(),
        loaded.scenario.id.clone(),
        digests.visible.to_string(),
        digests.sealed.to_string(),
        format!("{} {} {} {}", seeds.n, seeds.base, panel.cut, panel.min_judges),
    ];
    // The scenario's own list is in its files; this is the suite's.
    parts.extend(seeds.list.iter().flatten().map(Seed::to_string));
    for used in components.iter().filter(|used| used.role != Role::Agent) {
        parts.push(format!("{} {} {}", used.role.name(), used.name, used.digest));
    }
    parts
}

/// Empty where there is no such component: it is then told where the component is loaded.
fn digest_of(name: &str, place: &Place, folder: &Folder, bundled: &dyn Bundled) -> String {
    find(name, place, folder, bundled).map(|bytes| Digest::of(&bytes).to_string()).unwrap_or_default()
}
