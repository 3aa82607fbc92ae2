//! What a run is going to do: every trial in order, with all that it needs already loaded and checked.

use crate::bundled::ComponentUse;
use crate::grants::LoadedGrants;
use crate::people::Voice;
use crate::prepare::Template;
use crate::record::{AdmissionRecord, Known};
use glasshouse_judge::{Panel, PlannedScenario, TrialOrder};
use glasshouse_model::{Allocation, Criticality, Digest, Drawn, Scenario, Sealed, Seed, Seeds, Suite};
use glasshouse_sandbox::{AgentComponent, AgentGrants, JudgeComponent, Replies};
use glasshouse_universe::{Twin, World};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A loaded suite. Nothing of it can turn out wrong while it runs but the guests themselves.
pub struct Plan {
    pub(crate) suite: Suite,
    pub(crate) subject: AgentComponent,
    pub(crate) scenarios: Vec<Arc<LoadedScenario>>,
    /// In planned order; where an order is drawn as it runs, all that it may come to, scenario by scenario.
    pub(crate) trials: Vec<PlannedTrial>,
    /// Which trials each scenario has.
    pub(crate) contents: Contents,
    /// How the trials are spread over the scenarios.
    pub(crate) allocation: Allocation,
    pub(crate) components: Vec<ComponentUse>,
    /// Of the judges as one instrument.
    pub(crate) judges: Digest,
    pub(crate) panel: Panel,
    pub(crate) between: Option<Between>,
    /// What is known of each scenario's admission, and the record that says so.
    pub(crate) known: BTreeMap<String, Known>,
    pub(crate) record: Option<AdmissionRecord>,
}

/// Makes of what a trial gives its subject something else.
pub type Between = Arc<dyn Fn(AgentGrants) -> AgentGrants + Send + Sync>;

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
    /// What its subject may use beside them.
    pub(crate) grants: LoadedGrants,
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

    /// How many trials it has where each scenario has its own number, in a run that goes on as long as it may.
    pub(crate) fn most_trials(&self, suite: &Suite) -> u32 {
        suite.gate.extends_to().unwrap_or(self.seeds.n)
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
    /// The same plan with something between each trial and its subject: what holds trials under way to measure them, or
    /// what no seed decides, so that replays have something to find. No record tells of it.
    #[must_use]
    pub fn with_between(self, between: Between) -> Self {
        Self { between: Some(between), ..self }
    }

    /// The suite's own file.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The scenarios as the satisfaction is counted over them, in planned order.
    pub fn scenarios(&self) -> &[PlannedScenario] {
        &self.contents.planned
    }

    /// How the trials are spread over the scenarios.
    pub fn order(&self) -> TrialOrder {
        TrialOrder { allocation: self.allocation, seed: self.suite.seeds.base }
    }

    /// Whether the order is drawn as it runs.
    pub(crate) fn is_adaptive(&self) -> bool {
        self.allocation == Allocation::Adaptive
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

    /// The scenarios that have trials, with their files, as the user knows them, in planned order.
    pub fn described(&self) -> impl Iterator<Item = (&str, &Scenario, &PlannedScenario)> {
        let mut planned = self.contents.planned.iter().peekable();
        self.scenarios.iter().filter_map(move |loaded| {
            let planned = planned.next_if(|planned| planned.id == loaded.scenario.id)?;
            Some((loaded.file.as_str(), &loaded.scenario, planned))
        })
    }

    /// How many trials there are, at most.
    pub fn trials(&self) -> usize {
        if self.is_adaptive() {
            self.contents.planned.iter().map(|planned| planned.trials as usize).sum()
        } else {
            self.trials.len()
        }
    }

    /// Every component that takes part, by name.
    pub fn components(&self) -> &[ComponentUse] {
        &self.components
    }
}

/// Which trials each scenario has.
pub(crate) struct Contents {
    /// The scenarios that have any, as the satisfaction is counted over them. Of a plan that is drawn as it runs each has as
    /// many as it would have in a fixed one.
    pub(crate) planned: Vec<PlannedScenario>,
    /// By scenario, in the order of their indexes: index, and number in the plan.
    numbers: HashMap<String, Vec<(u32, usize)>>,
}

impl Contents {
    /// Of these trials.
    pub(crate) fn of(
        scenarios: &[Arc<LoadedScenario>],
        trials: &[PlannedTrial],
        suite: &Suite,
        allocation: Allocation,
    ) -> Self {
        let mut numbers: HashMap<String, Vec<(u32, usize)>> = HashMap::with_capacity(scenarios.len());
        for (number, trial) in trials.iter().enumerate() {
            let id = trial.scenario.scenario.id.as_str();
            match numbers.get_mut(id) {
                Some(own) => own.push((trial.index, number)),
                None => drop(numbers.insert(id.to_owned(), vec![(trial.index, number)])),
            }
        }
        let planned = |loaded: &Arc<LoadedScenario>| {
            let id = &loaded.scenario.id;
            let own = u32::try_from(numbers.get(id)?.len()).unwrap_or(u32::MAX);
            let harm = loaded.sealed.judges.iter().filter(|judge| judge.harm);
            Some(PlannedScenario {
                id: id.clone(),
                weight: loaded.scenario.weight,
                trials: if allocation == Allocation::Adaptive { loaded.most_trials(suite) } else { own },
                critical: loaded.is_critical(),
                harm_judges: harm.map(|judge| judge.id.clone()).collect(),
            })
        };
        Self { planned: scenarios.iter().filter_map(planned).collect(), numbers }
    }

    /// Whether a scenario has any trial.
    pub(crate) fn has(&self, scenario: &str) -> bool {
        self.numbers.contains_key(scenario)
    }

    /// The number of a scenario's trial in the plan.
    pub(crate) fn number(&self, scenario: &str, index: u32) -> Option<usize> {
        let own = self.numbers.get(scenario)?;
        let place = own.binary_search_by_key(&index, |(index, _)| *index).ok()?;
        own.get(place).map(|(_, number)| *number)
    }

    /// The number of the trial at that place among a scenario's own.
    pub(crate) fn nth(&self, scenario: &str, place: usize) -> Option<usize> {
        self.numbers.get(scenario)?.get(place).map(|(_, number)| *number)
    }
}
