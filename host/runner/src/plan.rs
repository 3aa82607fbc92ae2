//! What a run is going to do: every trial in order, with all that it needs already loaded and checked.

use crate::bundled::ComponentUse;
use glasshouse_judge::PlannedScenario;
use glasshouse_model::{Digest, Drawn, Scenario, Sealed, Seed, Seeds, Suite};
use glasshouse_sandbox::{AgentComponent, JudgeComponent};
use glasshouse_universe::{Twin, World};
use serde_json::Value;
use std::sync::Arc;

/// A loaded suite. Nothing of it can turn out wrong while it runs but the guests themselves.
pub struct Plan {
    pub(crate) suite: Suite,
    pub(crate) subject: AgentComponent,
    pub(crate) scenarios: Vec<Arc<LoadedScenario>>,
    pub(crate) trials: Vec<PlannedTrial>,
    pub(crate) components: Vec<ComponentUse>,
}

/// One scenario with all its parts.
pub(crate) struct LoadedScenario {
    /// Its own file, as the user knows it.
    pub(crate) file: String,
    pub(crate) scenario: Scenario,
    pub(crate) seeds: Seeds,
    pub(crate) story: String,
    pub(crate) input: Value,
    pub(crate) sealed: Sealed,
    pub(crate) twins: Vec<Arc<Twin>>,
    /// In the order of the sealed file.
    pub(crate) judges: Vec<Arc<JudgeComponent>>,
    pub(crate) digests: ScenarioDigests,
}

impl LoadedScenario {
    /// How filters call how much depends on it.
    pub(crate) fn criticality(&self) -> &'static str {
        "normal"
    }

    /// Whether one failed trial of it is enough to end a run.
    pub(crate) fn is_critical(&self) -> bool {
        self.criticality() == "critical"
    }
}

/// What names a scenario's files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScenarioDigests {
    /// Of those that decide what happens in its trials.
    pub(crate) visible: Digest,
    /// Of those that decide what its judges make of it.
    pub(crate) sealed: Digest,
}

/// One trial before it runs.
pub(crate) struct PlannedTrial {
    pub(crate) scenario: Arc<LoadedScenario>,
    /// Which trial of it, from 0.
    pub(crate) index: u32,
    pub(crate) seed: Seed,
    pub(crate) drawn: Drawn,
    /// The world that it forks; trials that draw alike share one.
    pub(crate) world: Arc<World>,
}

impl Plan {
    /// The suite's own file.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The scenarios as the satisfaction is counted over them, in planned order.
    pub fn scenarios(&self) -> Vec<PlannedScenario> {
        let planned = |loaded: &Arc<LoadedScenario>| {
            let trials = self.trials.iter().filter(|trial| Arc::ptr_eq(&trial.scenario, loaded)).count();
            PlannedScenario {
                id: loaded.scenario.id.clone(),
                weight: loaded.scenario.weight,
                trials: u32::try_from(trials).unwrap_or(u32::MAX),
            }
        };
        self.scenarios.iter().map(planned).filter(|planned| planned.trials > 0).collect()
    }

    /// How many trials there are.
    pub fn trials(&self) -> usize {
        self.trials.len()
    }

    /// Every component that takes part, by name.
    pub fn components(&self) -> &[ComponentUse] {
        &self.components
    }
}
