//! The judges of one finished trial: each in a store of its own, each sees the record and the two worlds and nothing
//! else.

use crate::plan::PlannedTrial;
use glasshouse_model::{JudgeUse, Judged, Judgement, Ruling, Trajectory};
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
            judged(&used.id, ask(used, component, trial, grants))
        })
        .collect()
}

/// What came of asking. A score that is no finite number is none: results could not hold it, nor would it equal itself
/// when the judge is asked again.
fn judged(judge: &str, said: Result<Judgement, String>) -> Judged {
    let error = match said {
        Ok(Judgement { ruling: Ruling::Score(score), .. }) if !score.is_finite() => {
            format!("scored {score}, which is not within 0 to 1")
        }
        Ok(judgement) => return Judged::Ruled(judgement),
        Err(error) => error,
    };
    Judged::Failed { judge: judge.to_owned(), error }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_judge_scores_can_be_read_again() {
        let (nan, infinite) = (f64::NAN, f64::INFINITY);
        for (score, is_ruling) in
            [(1.0, true), (1.7, true), (nan, false), (infinite, false), (-infinite, false)]
        {
            let ruling = Ruling::Score(score);
            let said = Judgement { judge: "a".into(), ruling, reason: "because".into(), evidence: vec![1] };
            let judged = judged("a", Ok(said));
            let read: Judged = serde_json::from_str(&serde_json::to_string(&judged).unwrap()).unwrap();
            assert_eq!(read, judged, "{score}");
            assert_eq!(matches!(judged, Judged::Ruled(_)), is_ruling, "{score}");
        }
    }
}
