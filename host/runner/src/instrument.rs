//! The judges of a suite as one instrument: its digest, and what its calibration set says of its errors.

use crate::bundled::ComponentUse;
use crate::folder::Folder;
use crate::plan::LoadedScenario;
use glasshouse_judge::{Labels, Panel};
use glasshouse_model::{CalibrationSet, CalibrationUse, Digest, Mistakes};
use glasshouse_sandbox::Role;
use std::sync::Arc;

/// The digest of everything that a verdict depends on besides the trial: the judges' components, their criteria and
/// weights, and the panels' rules. An edit of any of them makes another instrument.
pub(crate) fn digest(scenarios: &[Arc<LoadedScenario>], components: &[ComponentUse]) -> Digest {
    let mut parts = Vec::new();
    for component in components.iter().filter(|component| component.role == Role::Judge) {
        parts.push(component.name.clone());
        parts.push(component.digest.to_string());
    }
    for loaded in scenarios {
        let panel = loaded.sealed.panel;
        parts.push(format!("{} {} {}", loaded.scenario.id, panel.cut, panel.min_judges));
        for judge in &loaded.sealed.judges {
            let rules = format!("{} {} {} {}", judge.id, judge.component, judge.blocking, judge.weight);
            parts.push(rules);
            parts.push(judge.criterion.to_string());
        }
    }
    Digest::of_parts(parts.iter().map(String::as_bytes))
}

/// What the suite's calibration set says of these judges.
pub(crate) fn panel(
    used: Option<&CalibrationUse>,
    folder: &Folder,
    judges: &Digest,
) -> Result<Panel, Mistakes> {
    let Some(used) = used else {
        return Ok(Panel::uncalibrated("the suite names no calibration set"));
    };
    let text = folder.text(&used.set)?;
    let set = CalibrationSet::parse(&folder.shown(&used.set), &text)?;
    let least = |least: u64| u32::try_from(least).unwrap_or(u32::MAX);
    Ok(match set.pairs(judges) {
        Ok(pairs) => {
            Panel::with_labels(Labels::count(pairs), (least(used.min_satisfied), least(used.min_unsatisfied)))
        }
        Err(error) => Panel::uncalibrated(error.to_string()),
    })
}
