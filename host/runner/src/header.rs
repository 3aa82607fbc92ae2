//! What names a trial before it runs: the header of its record, and the key under which its result is kept.

use crate::plan::{Plan, PlannedTrial};
use glasshouse_model::{Digest, Seed, TrialComponent, TrialHeader};
use glasshouse_sandbox::{ENGINE, Role};

/// The runner's name and version, for records: what it does with one scenario may change with it.
pub(crate) const RUNNER: &str = concat!("glasshouse-runner ", env!("CARGO_PKG_VERSION"));

/// One planned trial as others speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialName {
    /// Whose trial.
    pub scenario: String,
    /// Which trial of the scenario, from 0.
    pub index: u32,
    /// From which everything random is drawn.
    pub seed: Seed,
    /// Over all that decides its result: two trials with one key have one result, on any machine.
    pub key: Digest,
    /// Whether the run may end as soon as it fails.
    pub is_critical: bool,
}

impl Plan {
    /// The name of the trial with that number in the plan.
    pub fn name(&self, number: usize) -> Option<TrialName> {
        let trial = self.trials.get(number)?;
        Some(TrialName {
            scenario: trial.scenario.scenario.id.clone(),
            index: trial.index,
            seed: trial.seed,
            key: key(self, trial),
            is_critical: trial.scenario.is_critical(),
        })
    }

    /// The number of a scenario's trial in the plan.
    pub fn number(&self, scenario: &str, index: u32) -> Option<usize> {
        self.contents.number(scenario, index)
    }
}

/// The header of a trial's record.
pub(crate) fn header(plan: &Plan, trial: &PlannedTrial) -> TrialHeader {
    let scenario = &trial.scenario.scenario;
    let takes_part = |used: &&crate::ComponentUse| used.role != Role::Judge;
    let component = |used: &crate::ComponentUse| TrialComponent {
        name: used.name.clone(),
        role: used.role.name().to_owned(),
        digest: used.digest,
    };
    TrialHeader {
        schema: "trajectory/1".to_owned(),
        runner: RUNNER.to_owned(),
        engine: ENGINE.to_owned(),
        suite: plan.suite().id.clone(),
        scenario: trial.scenario.digests.visible,
        world: trial.world.digest(),
        components: plan.components().iter().filter(takes_part).map(component).collect(),
        drawn: trial.drawn.clone(),
        budget: scenario.budget.clone(),
        faults: scenario.faults.clone(),
    }
}

fn key(plan: &Plan, trial: &PlannedTrial) -> Digest {
    // Texts, numbers and digests: JSON has them all.
    let header = serde_json::to_vec(&header(plan, trial)).unwrap_or_default();
    let judges = plan.components().iter().filter(|used| used.role == Role::Judge);
    let mut parts = vec![
        header,
        trial.scenario.scenario.id.clone().into_bytes(),
        trial.index.to_le_bytes().to_vec(),
        trial.seed.0.to_le_bytes().to_vec(),
        trial.scenario.digests.sealed.as_bytes().to_vec(),
    ];
    parts
        .extend(judges.flat_map(|judge| [judge.name.clone().into_bytes(), judge.digest.as_bytes().to_vec()]));
    Digest::of_parts(parts.iter().map(Vec::as_slice))
}
