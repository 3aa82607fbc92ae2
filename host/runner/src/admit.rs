//! Admission: whether a scenario may count. Its oracle satisfies, doing nothing does not, the mutants that it names are
//! caught, and two runs of the oracle are equal.

use crate::acts::OUTSIDE;
use crate::bundled::Bundled;
use crate::folder::Folder;
use crate::load::{LoadSuiteError, Loader};
use crate::plan::{Contents, LoadedScenario, Plan, PlannedTrial};
use crate::schedule::{Watch, run_by};
use crate::seal::SealKey;
use crate::trial::{Finished, run_trial};
use glasshouse_model::{
    Allocation, Change, DeliveryOutcome, Digest, FaultPlan, Happening, Mistakes, Place, Trajectory,
    TrialClass,
};
use glasshouse_sandbox::{AgentComponent, Sandbox};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The bundled subject that runs oracles, and that does nothing when it has no steps.
pub(crate) const SCRIPTED: &str = "agent-script";
/// Trials of a scenario that are taken.
const MOST_TRIALS: u32 = 100;

/// What has to run before it is known which scenarios may count.
pub struct Admission {
    scenarios: Vec<Arc<LoadedScenario>>,
    oracle: Plan,
    idle: Plan,
    mutants: Vec<(String, Plan)>,
}

/// Whether one scenario may count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Admitted {
    /// The scenario's id.
    pub scenario: String,
    /// Whether it may.
    pub admitted: bool,
    /// Why it may not; empty where it may.
    pub reasons: Vec<String>,
    /// Trials that each subject ran.
    pub trials: u32,
    /// What its oracle came to; none where it names none.
    pub oracle: Option<OracleRuns>,
    /// Trials that the subject that does nothing satisfies.
    pub idle_passes: u32,
    /// In how many trials each mutant that it names was caught.
    pub caught: BTreeMap<String, u32>,
}

/// What an oracle came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct OracleRuns {
    /// Trials that it satisfies.
    pub passes: u32,
    /// Trials whose two runs were equal.
    pub equal: u32,
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

/// What admission keeps of one trial.
struct Brief {
    index: u32,
    class: TrialClass,
    satisfied: bool,
    reason: String,
    digest: Digest,
    acts_not_taken: Vec<String>,
}

type Briefs = BTreeMap<String, Vec<Brief>>;

/// Keeps a brief of every trial.
struct Briefing<'b> {
    each: &'b mut dyn FnMut(),
    all: &'b mut Briefs,
}

impl Watch for Briefing<'_> {
    fn arrived(&mut self, _number: usize, _finished: &Finished) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn settled(&mut self, _number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        if let Some(finished) = finished {
            (self.each)();
            self.all.entry(finished.result.scenario.clone()).or_default().push(Brief::of(&finished));
        }
        ControlFlow::Continue(())
    }
}

impl Admission {
    /// How many trials it takes.
    pub fn trials(&self) -> usize {
        let mutants: usize = self.mutants.iter().map(|(_, plan)| plan.trials()).sum();
        2 * self.oracle.trials() + self.idle.trials() + mutants
    }

    /// Runs all of them, and says of each scenario whether it may count, in planned order; `each` is told of every
    /// trial. None where `stop` was set.
    pub fn run(
        &self,
        threads: NonZeroUsize,
        stop: &AtomicBool,
        each: &mut dyn FnMut(),
    ) -> Option<Vec<Admitted>> {
        let mut briefs = |plan: &Plan| {
            let mut all = Briefs::new();
            let mut briefing = Briefing { each: &mut *each, all: &mut all };
            // No record of it is kept, so none is proven by a replay: that would be two more runs of every failing trial.
            run_by(run_trial, plan, threads, stop, &BTreeMap::new(), &mut briefing);
            all
        };
        let (oracle, again, idle) = (briefs(&self.oracle), briefs(&self.oracle), briefs(&self.idle));
        let mutants: Vec<_> = self.mutants.iter().map(|(name, plan)| (name, briefs(plan))).collect();
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let admit = |loaded: &Arc<LoadedScenario>| {
            let id = &loaded.scenario.id;
            // A sequential plan draws how many trials a scenario has.
            let planned = self.oracle.trials.iter().filter(|trial| trial.scenario.scenario.id == *id).count();
            let planned = u32::try_from(planned).ok().filter(|planned| *planned > 0);
            let mut verdict = Admitted::new(id, planned.unwrap_or(loaded.seeds.n.min(MOST_TRIALS)));
            match (oracle.get(id), again.get(id), idle.get(id)) {
                (Some(oracle), Some(again), Some(idle)) => {
                    verdict.oracle(oracle, again);
                    verdict.idle(idle);
                }
                _ => verdict.reasons.push("it names no oracle: write [admission] in its judge.toml".into()),
            }
            for (name, briefs) in &mutants {
                if let Some(briefs) = briefs.get(id) {
                    verdict.mutant(name, briefs);
                }
            }
            verdict.admitted = verdict.reasons.is_empty();
            verdict
        };
        Some(self.scenarios.iter().map(admit).collect())
    }
}

impl Brief {
    fn of(Finished { result, trajectory, .. }: &Finished) -> Self {
        Self {
            index: result.index,
            class: result.class,
            satisfied: result.satisfied,
            reason: result.reason.clone(),
            digest: digest(trajectory),
            acts_not_taken: acts_not_taken(trajectory),
        }
    }

    fn is_judged(&self) -> bool {
        matches!(self.class, TrialClass::Judged | TrialClass::Budget)
    }
}

impl Admitted {
    fn new(scenario: &str, trials: u32) -> Self {
        let (reasons, caught) = (Vec::new(), BTreeMap::new());
        let scenario = scenario.to_owned();
        Self { scenario, admitted: false, reasons, trials, oracle: None, idle_passes: 0, caught }
    }

    fn oracle(&mut self, oracle: &[Brief], again: &[Brief]) {
        let is_equal = |(one, other): &(&Brief, &Brief)| one.digest == other.digest;
        let runs = OracleRuns {
            passes: count(oracle.iter().filter(|brief| brief.satisfied)),
            equal: count(oracle.iter().zip(again).filter(is_equal)),
        };
        self.oracle = Some(runs);
        if let Some(failed) = oracle.iter().find(|brief| !brief.satisfied) {
            let trials = oracle.len();
            let Brief { index, reason, .. } = failed;
            let what = format!(
                "the oracle satisfies in {} of {trials} trials; trial {index}: {reason}",
                runs.passes
            );
            self.reasons.push(what);
        }
        if let Some((one, _)) = oracle.iter().zip(again).find(|pair| !is_equal(pair)) {
            self.reasons.push(format!("two runs of the oracle differ in trial {}", one.index));
        }
        if let Some((brief, act)) =
            oracle.iter().find_map(|brief| Some((brief, brief.acts_not_taken.first()?)))
        {
            self.reasons.push(format!("an act was not taken in trial {}: {act}", brief.index));
        }
    }

    fn idle(&mut self, idle: &[Brief]) {
        self.idle_passes = count(idle.iter().filter(|brief| brief.satisfied));
        if let Some(passed) = idle.iter().find(|brief| brief.satisfied) {
            let (passes, trials) = (self.idle_passes, idle.len());
            let index = passed.index;
            self.reasons.push(format!(
                "doing nothing satisfies in {passes} of {trials} trials; the first is {index}"
            ));
        }
        if let Some(missing) = idle.iter().find(|brief| !brief.is_judged()) {
            let Brief { index, reason, .. } = missing;
            self.reasons.push(format!("doing nothing has no verdict in trial {index}: {reason}"));
        }
    }

    fn mutant(&mut self, name: &str, briefs: &[Brief]) {
        let caught = count(briefs.iter().filter(|brief| brief.is_judged() && !brief.satisfied));
        self.caught.insert(name.to_owned(), caught);
        if caught == 0 {
            self.reasons.push(format!("the mutant `{name}` is not caught in any of {} trials", briefs.len()));
        }
    }
}

fn count<T>(items: impl Iterator<Item = T>) -> u32 {
    items.fold(0, |count, _| count.saturating_add(1))
}

/// Acts that went to a twin which did not take them.
fn acts_not_taken(trajectory: &Trajectory) -> Vec<String> {
    let refused = trajectory.events.iter().filter_map(|event| match &event.happening {
        Happening::Delivery(delivery) if delivery.from.starts_with(OUTSIDE) && delivery.to.is_some() => {
            let what = delivery.from.strip_prefix(OUTSIDE).unwrap_or_default();
            match &delivery.outcome {
                DeliveryOutcome::Answered(status) if (200..300).contains(status) => None,
                DeliveryOutcome::Answered(status) | DeliveryOutcome::TimedOut(status) => {
                    Some(format!("`{what}` was answered {status}"))
                }
                DeliveryOutcome::Broke(why) | DeliveryOutcome::Undeliverable(why) => {
                    Some(format!("`{what}`: {why}"))
                }
            }
        }
        _ => None,
    });
    refused.collect()
}

/// The digest of all that a trial did and left.
fn digest(trajectory: &Trajectory) -> Digest {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for event in &trajectory.events {
        parts.push(serde_json::to_vec(event).unwrap_or_default());
    }
    parts.push(trajectory.ending.to_string().into_bytes());
    for Change { twin, table, key, before, after, event } in &trajectory.changes {
        let place = [twin, table, key].map(|part| part.clone().into_bytes());
        parts.extend(place);
        for document in [before, after] {
            parts.push(vec![u8::from(document.is_some())]);
            parts.push(document.clone().unwrap_or_default());
        }
        parts.push(format!("{event:?}").into_bytes());
    }
    Digest::of_parts(parts.iter().map(Vec::as_slice))
}
