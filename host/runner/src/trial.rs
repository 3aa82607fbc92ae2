//! One trial: a fork of the prepared world, the subject in its own store, and then the judges.

use crate::judging::ask_all;
use crate::plan::{LoadedScenario, Plan, PlannedTrial};
use glasshouse_judge::compose;
use glasshouse_model::{Ending, Event, Happening, Trajectory, TrialClass, TrialResult};
use glasshouse_sandbox::{AgentGrants, AgentRun, Limits, RandomStream, Task};
use glasshouse_universe::{Link, TrialClock, Universe, World, WorldPair};
use std::sync::Arc;

/// A trial that has run and has been judged.
#[derive(Debug, Clone)]
pub struct Finished {
    /// What became of it.
    pub result: TrialResult,
    /// What happened in it.
    pub trajectory: Arc<Trajectory>,
}

/// Runs and judges one trial. Whatever its guests do, the call returns.
pub(crate) fn run_trial(plan: &Plan, trial: &PlannedTrial) -> Option<Finished> {
    let loaded = plan.scenarios.get(trial.scenario)?;
    let before = trial.world.fork(trial.seed);
    let rendered = trial.drawn.render(&loaded.story).and_then(|story| {
        let input = trial.drawn.render_json(&loaded.input)?.to_string();
        Ok(Task { instruction: story, input })
    });
    let (task, ran) = match rendered {
        Ok(task) => {
            let ran = run_subject(plan, loaded, trial, before.clone(), &task);
            (task, ran)
        }
        Err(unknown) => (Task { instruction: String::new(), input: String::new() }, Err(unknown.to_string())),
    };
    let (run, after) = ran.unwrap_or_else(|why| (broken(&before, why), before.clone()));
    let trajectory = Arc::new(Trajectory {
        scenario: loaded.scenario.id.clone(),
        index: trial.index,
        seed: trial.seed,
        story: task.instruction,
        events: run.events,
        ending: run.ending,
        changes: after.changes(),
    });
    let worlds = WorldPair { before, after };
    Some(Finished { result: conclude(loaded, trial, &trajectory, &worlds), trajectory })
}

fn run_subject(
    plan: &Plan,
    loaded: &LoadedScenario,
    trial: &PlannedTrial,
    world: World,
    task: &Task,
) -> Result<(AgentRun, World), String> {
    let budget = &loaded.scenario.budget;
    let clock = TrialClock::virtual_from(world.clock(), budget.virtual_time);
    let universe =
        Universe::open(&loaded.twins, world, trial.seed, clock.clone()).map_err(|error| error.to_string())?;
    let link = Link::new(universe);
    let grants = AgentGrants {
        clock: Box::new(clock),
        random: RandomStream::new(trial.seed.stream_key("subject")),
        http: Box::new(link.clone()),
    };
    let run = plan.subject.run(grants, Limits::from(budget), task);
    let universe = link.unlink().ok_or("the universe outlived its trial")?;
    Ok((run, universe.close()))
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

fn conclude(
    loaded: &LoadedScenario,
    trial: &PlannedTrial,
    trajectory: &Arc<Trajectory>,
    worlds: &WorldPair,
) -> TrialResult {
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
    if let Ending::Infra(why) = &trajectory.ending {
        result.class = TrialClass::Infra;
        result.reason.clone_from(why);
        return result;
    }
    let judged = ask_all(loaded, trial, trajectory, worlds);
    let verdict = compose(&loaded.sealed, &judged);
    result.class = match (&trajectory.ending, verdict.class) {
        (Ending::Limit(_), TrialClass::Judged) => TrialClass::Budget,
        (_, class) => class,
    };
    result.satisfied = verdict.satisfied;
    result.reason = verdict.reason;
    result.judgements = judged;
    result
}
