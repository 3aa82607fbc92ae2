//! One trial: a fork of the prepared world, the subject in its own store, and then the judges.

use crate::granted_model::GrantedModel;
use crate::grants::LoadedGrants;
use crate::header::header;
use crate::inbound::hand_over;
use crate::judging::ask_all;
use crate::people;
use crate::plan::{Plan, PlannedTrial};
use crate::replay::{Divergence, Level, replay_trial};
use crate::shared_files::SharedFiles;
use crate::tools::TrialTools;
use glasshouse_judge::compose;
use glasshouse_model::{
    Digest, Ending, Event, Happening, Limit, Trajectory, TrialClass, TrialResult, Unknown,
};
use glasshouse_sandbox::{AgentGrants, AgentRun, Limits, RandomStream, Task, Workspace};
use glasshouse_universe::{Link, TrialClock, Universe, World, WorldPair};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A trial that has run and has been judged.
#[derive(Debug, Clone)]
pub struct Finished {
    /// What became of it.
    pub result: TrialResult,
    /// What happened in it.
    pub trajectory: Arc<Trajectory>,
    /// What came of replaying it; none where it was not replayed.
    pub proof: Option<Result<(), Box<Divergence>>>,
}

/// How often a trial is run again on the same seed where the host broke.
const MOST_RETRIES: u32 = 2;
/// One in so many trials that satisfy is replayed, and kept whole: those whose seed it divides.
const SAMPLE: u64 = 50;

impl Finished {
    /// Whether the whole record is kept: of every trial that is replayed, and of each scenario's first, so that there is
    /// something to compare with.
    pub fn is_kept(&self) -> bool {
        self.is_to_be_replayed() || self.result.index == 0
    }

    /// Whether the run replays it: every trial that does not satisfy, and a sample of the others.
    fn is_to_be_replayed(&self) -> bool {
        !self.result.satisfied || self.result.seed.0.is_multiple_of(SAMPLE)
    }
}

/// Runs and judges one trial, again where the host broke.
pub(crate) fn run_trial(plan: &Plan, trial: &PlannedTrial) -> Finished {
    let broke = |finished: &Finished| finished.result.class == TrialClass::Infra;
    let (mut finished, retries) = again_where(broke, || judge(trial, live(plan, trial)));
    finished.result.retries = retries;
    finished
}

/// The same, and replays it where a run does.
pub(crate) fn run_and_prove(plan: &Plan, trial: &PlannedTrial) -> Finished {
    let mut finished = run_trial(plan, trial);
    if finished.is_to_be_replayed() && is_replayable(&finished.trajectory) {
        let proof = Level::OF_RUNS
            .into_iter()
            .try_for_each(|level| replay_trial(plan, trial, &finished.trajectory, level).map_err(Box::new));
        finished.proof = Some(proof);
    }
    finished
}

/// The first outcome that is not a broken one, or the last; and how many there were before it.
fn again_where<T>(broke: impl Fn(&T) -> bool, mut run: impl FnMut() -> T) -> (T, u32) {
    let mut retries = 0;
    loop {
        let outcome = run();
        if retries == MOST_RETRIES || !broke(&outcome) {
            return (outcome, retries);
        }
        retries += 1;
    }
}

/// Whether what happened followed from the seed: real time and faults of the host do not.
pub(crate) fn is_replayable(trajectory: &Trajectory) -> bool {
    !matches!(trajectory.ending, Ending::Infra(_) | Ending::Limit(Limit::Wall))
}

/// A trial that has run.
pub(crate) struct Lived {
    pub(crate) trajectory: Arc<Trajectory>,
    pub(crate) worlds: WorldPair,
}

/// Runs one trial. Whatever its guests do, the call returns; a panic of the host's own ends this trial alone.
pub(crate) fn live(plan: &Plan, trial: &PlannedTrial) -> Lived {
    let before = trial.world.fork(trial.seed);
    // What a panic may leave half done (stores, a fork) is dropped with it; the plan is never written to.
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let task = task(trial)?;
        let (run, after) = run_subject(plan, trial, before.clone(), &task)?;
        Ok(recorded(plan, trial, task.instruction, run, WorldPair { before: before.clone(), after }))
    }));
    let why = match ran {
        Ok(Ok(lived)) => return lived,
        Ok(Err(why)) => why,
        Err(_) => "the host panicked".to_owned(),
    };
    let run = broken(&before, why);
    recorded(plan, trial, String::new(), run, WorldPair { before: before.clone(), after: before })
}

/// What the subject is asked, with the trial's drawn values.
pub(crate) fn task(trial: &PlannedTrial) -> Result<Task, String> {
    let loaded = &trial.scenario;
    let render = || -> Result<Task, Unknown> {
        let instruction = trial.drawn.render(&loaded.story)?;
        Ok(Task { instruction, input: trial.drawn.render_json(&loaded.input)?.to_string() })
    };
    render().map_err(|unknown| unknown.to_string())
}

fn recorded(plan: &Plan, trial: &PlannedTrial, story: String, run: AgentRun, worlds: WorldPair) -> Lived {
    let is_delivery = |event: &&Event| matches!(event.happening, Happening::Delivery(_));
    let deliveries: Vec<_> = run.events.iter().filter(is_delivery).map(|event| event.index).collect();
    let mut trajectory = Trajectory {
        header: header(plan, trial),
        scenario: trial.scenario.scenario.id.clone(),
        index: trial.index,
        seed: trial.seed,
        story,
        events: run.events,
        ending: run.ending,
        changes: worlds.after.changes(),
        writes: worlds.after.writes(&deliveries),
        writes_left_out: worlds.after.writes_left_out(),
        twins: worlds.after.left(),
    };
    trajectory.seal();
    Lived { trajectory: Arc::new(trajectory), worlds }
}

/// Asks the judges about a trial that has run.
pub(crate) fn judge(trial: &PlannedTrial, lived: Lived) -> Finished {
    let Lived { trajectory, worlds } = lived;
    Finished { result: conclude(trial, &trajectory, &worlds), trajectory, proof: None }
}

fn run_subject(
    plan: &Plan,
    trial: &PlannedTrial,
    world: World,
    task: &Task,
) -> Result<(AgentRun, World), String> {
    let loaded = &trial.scenario;
    let budget = &loaded.scenario.budget;
    let clock = TrialClock::virtual_from(world.clock(), budget.virtual_time);
    let mut universe =
        Universe::open(&loaded.twins, world, trial.seed, clock).map_err(|error| error.to_string())?;
    universe.set_listening(plan.subject.listens());
    universe.keep_writes();
    universe.allow(budget);
    universe.grant(&loaded.scenario.capabilities.requests);
    people::join(trial, &mut universe)?;
    let link = Link::new(universe);
    // Fuel ends most guests; but an instruction that fills a memory costs as much fuel as one that adds.
    let limits = Limits { wall: budget.wall, ..Limits::from(budget) };
    let grants = grants(trial, &link, limits);
    let grants = match &plan.between {
        Some(between) => between(grants),
        None => grants,
    };
    let mut session = plan.subject.begin(grants, limits);
    session.run(task);
    hand_over(&link, &mut session, budget.turns);
    let run = session.finish();
    let universe = link.unlink().ok_or("the universe outlived its trial")?;
    Ok((run, universe.close()))
}

/// All that the subject gets: each part follows from the trial's seed and the scenario's files.
fn grants(trial: &PlannedTrial, link: &Link, limits: Limits) -> AgentGrants {
    let loaded = &trial.scenario.grants;
    let files = files(loaded);
    AgentGrants {
        clock: Box::new(link.clock()),
        random: RandomStream::new(trial.seed.stream_key("subject")),
        http: Box::new(link.clone()),
        workspace: Box::new(files.clone()),
        tools: Box::new(TrialTools {
            loaded: loaded.tools.clone(),
            gate: loaded.tools.gate.clone(),
            link: link.clone(),
            files,
            seed: trial.seed,
            limits,
            calls: 0,
        }),
        model: Box::new(GrantedModel::new(&loaded.model)),
    }
}

/// The subject's files: its own copies of the granted folders, or an empty workspace.
fn files(grants: &LoadedGrants) -> SharedFiles {
    SharedFiles::new(match grants.files.is_empty() {
        true => Box::new(Workspace::in_memory()),
        false => Box::new(grants.files.clone()),
    })
}

/// Why a trial says nothing of its subject: the host broke, or the machine was too slow.
fn host_broke(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Infra(why) => Some(why.clone()),
        Ending::Limit(Limit::Wall) => Some("took longer than `wall` in [budget]".to_owned()),
        _ => None,
    }
}

/// A run that the host could not begin.
fn broken(world: &World, why: String) -> AgentRun {
    let happening = Happening::Failed(why.clone());
    let chain = Digest::from_bytes([0; 32]);
    let event = Event { index: 0, at: world.clock(), fuel: 0, happening, chain };
    AgentRun {
        ending: Ending::Infra(why),
        events: vec![event],
        log: Vec::new(),
        bill: glasshouse_sandbox::Bill::default(),
    }
}

fn conclude(trial: &PlannedTrial, trajectory: &Arc<Trajectory>, worlds: &WorldPair) -> TrialResult {
    let mut result = TrialResult {
        scenario: trajectory.scenario.clone(),
        index: trajectory.index,
        seed: trajectory.seed,
        drawn: trial.drawn.clone(),
        class: TrialClass::Judged,
        satisfied: false,
        ending: trajectory.ending.clone(),
        judgements: Vec::new(),
        reason: String::new(),
        retries: 0,
    };
    if let Some(why) = host_broke(&trajectory.ending) {
        result.class = TrialClass::Infra;
        result.reason = why;
        return result;
    }
    if let Some(why) = people::left_script(&trajectory.events) {
        result.class = TrialClass::UserSimInvalid;
        result.reason = why;
        return result;
    }
    let judged = ask_all(trial, trajectory, worlds);
    let verdict = compose(&trial.scenario.sealed, &judged);
    result.class = match (&trajectory.ending, verdict.class) {
        (Ending::Limit(_), TrialClass::Judged) => TrialClass::Budget,
        (_, class) => class,
    };
    result.satisfied = verdict.satisfied;
    result.reason = verdict.reason;
    result.judgements = judged;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_that_the_host_broke_runs_again_and_not_for_ever() {
        for (works_at, wanted) in [(0, (true, 0)), (1, (true, 1)), (MOST_RETRIES, (true, 2)), (9, (false, 2))]
        {
            let mut runs = 0;
            let run = || {
                runs += 1;
                runs > works_at
            };
            assert_eq!(again_where(|works| !works, run), wanted);
        }
    }
}
