//! The plans that admission runs beside a suite's own: other subjects over the same scenarios.

use crate::bundled::Bundled;
use crate::folder::Folder;
use crate::load::{LoadSuiteError, Loader};
use crate::plan::{Contents, LoadedScenario, Plan, PlannedTrial};
use crate::seal::SealKey;
use glasshouse_model::{Allocation, FaultPlan, Mistakes, Place};
use glasshouse_sandbox::{AgentComponent, Sandbox};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The bundled subject that runs oracles, and that does nothing when it has no steps.
pub(crate) const SCRIPTED: &str = "agent-script";
/// Trials of a scenario that are taken.
pub(super) const MOST_TRIALS: u32 = 100;

/// What has to run before it is known which scenarios may count.
pub struct Admission {
    pub(super) scenarios: Vec<Arc<LoadedScenario>>,
    pub(super) oracle: Plan,
    pub(super) idle: Plan,
    pub(super) mutants: Vec<(String, Plan)>,
}

/// Reads what a suite's admission needs beside its plan.
///
/// # Errors
/// As [`crate::load_suite`].
pub fn load_admission(
    dir: &Path,
    key: Option<&SealKey>,
    plan: &Plan,
    sandbox: &Sandbox,
    bundled: &dyn Bundled,
) -> Result<Admission, LoadSuiteError> {
    let folder = Folder::open(dir, key).map_err(Mistakes::from)?;
    let mut loader = Loader::new(sandbox, bundled);
    let place = Place::file(folder.shown("suite.toml"));
    let mut scripted = || loader.agent(SCRIPTED, &place, &folder);
    let subjects = scripted().zip(scripted());
    let mutants = plan.suite.mutants.iter().map(|mutant| {
        let subject = loader.agent(&mutant.component, &mutant.place, &folder)?;
        let names = |loaded: &LoadedScenario| names(loaded, &mutant.component).then(|| loaded.clone());
        Some((mutant.component.clone(), alternative(plan, subject, names)))
    });
    let mutants: Vec<_> = mutants.collect();
    let mutants = mutants.into_iter().collect::<Option<Vec<_>>>();
    let admission = subjects.zip(mutants).map(|((first, second), mutants)| Admission {
        scenarios: plan
            .scenarios
            .iter()
            .filter(|loaded| plan.contents.has(&loaded.scenario.id))
            .cloned()
            .collect(),
        oracle: alternative(plan, first, with_oracle),
        idle: alternative(plan, second, |loaded| {
            loaded.oracle.as_ref().map(|_| with_input(loaded, json!([])))
        }),
        mutants,
    });
    loader.finish(admission)
}

fn names(loaded: &LoadedScenario, mutant: &str) -> bool {
    let admission = loaded.sealed.admission.as_ref();
    admission.is_some_and(|admission| admission.mutants.iter().any(|named| named.component == mutant))
}

fn with_oracle(loaded: &LoadedScenario) -> Option<LoadedScenario> {
    let mut altered = with_input(loaded, loaded.oracle.as_ref()?.value.clone());
    if loaded.sealed.admission.as_ref().is_some_and(|admission| !admission.faults) {
        altered.scenario.faults = FaultPlan::default();
    }
    Some(altered)
}

fn with_input(loaded: &LoadedScenario, input: Value) -> LoadedScenario {
    LoadedScenario { input, ..loaded.clone() }
}

/// The plan with another subject, over those scenarios that `alter` leaves.
fn alternative(
    plan: &Plan,
    subject: AgentComponent,
    alter: impl Fn(&LoadedScenario) -> Option<LoadedScenario>,
) -> Plan {
    let mut scenarios = Vec::new();
    let mut trials = Vec::new();
    for loaded in plan.scenarios.iter().filter(|loaded| plan.contents.has(&loaded.scenario.id)) {
        let Some(altered) = alter(loaded) else { continue };
        let altered = Arc::new(altered);
        let own = plan.trials.iter().filter(|trial| Arc::ptr_eq(&trial.scenario, loaded));
        // A plan that is drawn as it runs has more to choose from than it will run.
        let most = if plan.is_adaptive() { loaded.seeds.n.min(MOST_TRIALS) } else { MOST_TRIALS };
        for trial in own.take_while(|trial| trial.index < most) {
            let world = if altered.scenario.faults == loaded.scenario.faults {
                trial.world.clone()
            } else {
                Arc::new(trial.world.as_ref().clone().with_faults(altered.scenario.faults.clone()))
            };
            trials.push(PlannedTrial { scenario: altered.clone(), world, ..trial.clone() });
        }
        scenarios.push(altered);
    }
    Plan {
        contents: Contents::of(&scenarios, &trials, &plan.suite, Allocation::Fixed),
        allocation: Allocation::Fixed,
        suite: plan.suite.clone(),
        subject,
        scenarios,
        trials,
        components: Vec::new(),
        judges: plan.judges,
        panel: plan.panel.clone(),
        between: None,
        known: BTreeMap::new(),
        record: None,
    }
}
