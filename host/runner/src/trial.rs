//! One trial: a fork of the prepared world, the subject in its own store, and then the judges.

use crate::inbound::hand_over;
use crate::judging::ask_all;
use crate::people;
use crate::plan::{Plan, PlannedTrial};
use glasshouse_judge::compose;
use glasshouse_model::{Ending, Event, Happening, Limit, Trajectory, TrialClass, TrialResult, Unknown};
use glasshouse_sandbox::{AgentGrants, AgentRun, Limits, NoTools, RandomStream, Task, Workspace};
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
}

/// Runs and judges one trial. Whatever its guests do, the call returns; a panic of the host's own ends this trial alone.
pub(crate) fn run_trial(plan: &Plan, trial: &PlannedTrial) -> Finished {
    let before = trial.world.fork(trial.seed);
    // What a panic may leave half done (stores, a fork) is dropped with it; the plan is never written to.
    let ran = catch_unwind(AssertUnwindSafe(|| {
        let task = task(trial)?;
        let (run, after) = run_subject(plan, trial, before.clone(), &task)?;
        Ok(finish(trial, task.instruction, run, WorldPair { before: before.clone(), after }))
    }));
    let why = match ran {
        Ok(Ok(finished)) => return finished,
        Ok(Err(why)) => why,
        Err(_) => "the host panicked".to_owned(),
    };
    let run = broken(&before, why);
    finish(trial, String::new(), run, WorldPair { before: before.clone(), after: before })
}

/// What the subject is asked, with the trial's drawn values.
fn task(trial: &PlannedTrial) -> Result<Task, String> {
    let loaded = &trial.scenario;
    let render = || -> Result<Task, Unknown> {
        let instruction = trial.drawn.render(&loaded.story)?;
        Ok(Task { instruction, input: trial.drawn.render_json(&loaded.input)?.to_string() })
    };
    render().map_err(|unknown| unknown.to_string())
}

fn finish(trial: &PlannedTrial, story: String, run: AgentRun, worlds: WorldPair) -> Finished {
    let trajectory = Arc::new(Trajectory {
        scenario: trial.scenario.scenario.id.clone(),
        index: trial.index,
        seed: trial.seed,
        story,
        events: run.events,
        ending: run.ending,
        changes: worlds.after.changes(),
    });
    Finished { result: conclude(trial, &trajectory, &worlds), trajectory }
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
    universe.allow(budget);
    people::join(trial, &mut universe)?;
    let link = Link::new(universe);
    let grants = AgentGrants {
        clock: Box::new(link.clock()),
        random: RandomStream::new(trial.seed.stream_key("subject")),
        http: Box::new(link.clone()),
        workspace: Box::new(Workspace::in_memory()),
        tools: Box::new(NoTools),
    };
    let mut session = plan.subject.begin(grants, Limits::from(budget));
    session.run(task);
    hand_over(&link, &mut session, budget.turns);
    let run = session.finish();
    let universe = link.unlink().ok_or("the universe outlived its trial")?;
    Ok((run, universe.close()))
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
    let event = Event { index: 0, at: world.clock(), happening: Happening::Failed(why.clone()) };
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
