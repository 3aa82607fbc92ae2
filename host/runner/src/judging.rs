//! The judges of one finished trial: each in a store of its own, each sees the record and the two worlds and nothing
//! else.

use crate::plan::PlannedTrial;
use glasshouse_model::{JudgeUse, Judged, Judgement, Trajectory};
use glasshouse_sandbox::{JudgeComponent, JudgeGrants, Limits, RecordedModel};
use glasshouse_universe::WorldPair;
use std::sync::Arc;

/// Asks every judge of the scenario, in the order of its sealed file.
pub(crate) fn ask_all(trial: &PlannedTrial, trajectory: &Arc<Trajectory>, worlds: &WorldPair) -> Vec<Judged> {
    let judges = trial.scenario.sealed.judges.iter().zip(&trial.scenario.judges);
    judges
        .map(|(used, component)| {
            let grants = JudgeGrants {
                trajectory: trajectory.clone(),
                outcome: Box::new(worlds.clone()),
                model: Box::new(RecordedModel::new(trial.scenario.replies.clone())),
            };
            match ask(used, component, trial, grants) {
                Ok(judgement) => Judged::Ruled(judgement),
                Err(error) => Judged::Failed { judge: used.id.clone(), error },
            }
        })
        .collect()
}

fn ask(
    used: &JudgeUse,
    component: &JudgeComponent,
    trial: &PlannedTrial,
    grants: JudgeGrants,
) -> Result<Judgement, String> {
    let criterion = trial.drawn.render_json(&used.criterion).map_err(|unknown| unknown.to_string())?;
    let limits = Limits { wall: trial.scenario.scenario.budget.wall, ..Limits::default() };
    component
        .judge(&used.id, &criterion.to_string(), grants, limits)
        .map_err(|error| error.to_string())?
        .map_err(|refusal| refusal.to_string())
}
