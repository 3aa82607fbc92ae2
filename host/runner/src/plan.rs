//! What a run is going to do: every trial in order, with all that it needs already loaded and checked.

use crate::bundled::ComponentUse;
use crate::people::Voice;
use crate::prepare::Template;
use glasshouse_judge::{Panel, PlannedScenario};
use glasshouse_model::{Criticality, Digest, Drawn, Scenario, Sealed, Seed, Seeds, Suite};
use glasshouse_sandbox::{AgentComponent, Http, JudgeComponent, Replies};
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
    /// Of the judges as one instrument.
    pub(crate) judges: Digest,
    pub(crate) panel: Panel,
    pub(crate) between: Option<Between>,
}

/// Makes of the way from a trial's subject to its services another one.
pub type Between = Arc<dyn Fn(Box<dyn Http>) -> Box<dyn Http> + Send + Sync>;

/// One scenario with all its parts.
#[derive(Clone)]
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
    /// In the order of the scenario's personas.
    pub(crate) voices: Vec<Arc<dyn Voice>>,
    /// What the scripted subject of its admission is asked; none where it names no oracle.
    pub(crate) oracle: Option<Template>,
    /// What models answer its judges and personas.
    pub(crate) replies: Arc<Replies>,
    pub(crate) digests: ScenarioDigests,
}

impl LoadedScenario {
    /// How filters call how much depends on it.
    pub(crate) fn criticality(&self) -> &'static str {
        match self.scenario.criticality {
            Criticality::Normal => "normal",
            Criticality::Critical => "critical",
        }
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
#[derive(Clone)]
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
    /// The same plan with something between the subject of each trial and its services, such as what holds trials under way
    /// to measure them. No record tells of it.
    #[must_use]
    pub fn with_between(self, between: Between) -> Self {
        Self { between: Some(between), ..self }
    }

    /// The suite's own file.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The scenarios as the satisfaction is counted over them, in planned order.
    pub fn scenarios(&self) -> Vec<PlannedScenario> {
        let planned = |loaded: &Arc<LoadedScenario>| {
            let id = &loaded.scenario.id;
            let trials = self.trials.iter().filter(|trial| trial.scenario.scenario.id == *id).count();
            let harm = loaded.sealed.judges.iter().filter(|judge| judge.harm);
            PlannedScenario {
                id: id.clone(),
                weight: loaded.scenario.weight,
                trials: u32::try_from(trials).unwrap_or(u32::MAX),
                critical: loaded.scenario.criticality == Criticality::Critical,
                harm_judges: harm.map(|judge| judge.id.clone()).collect(),
            }
        };
        self.scenarios.iter().map(planned).filter(|planned| planned.trials > 0).collect()
    }

    /// What is known of the judges' errors.
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// Digest of the judges as one instrument: a calibration set belongs to it.
    pub fn judges(&self) -> Digest {
        self.judges
    }

    /// Whether the suite asks for judges whose errors are known.
    pub fn needs_calibration(&self) -> bool {
        self.suite.calibration.as_ref().is_some_and(|calibration| calibration.required)
    }

    /// The scenarios with their files, as the user knows them, in planned order.
    pub fn described(&self) -> impl Iterator<Item = (&str, &Scenario)> {
        self.scenarios.iter().map(|loaded| (loaded.file.as_str(), &loaded.scenario))
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
