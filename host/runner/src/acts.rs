//! What the outside world does in a trial: deliveries that are pending when it begins.

use crate::plan::LoadedScenario;
use glasshouse_model::{Drawn, Mistake, Place};
use glasshouse_universe::{Outgoing, World};

/// How the record names the sender of an act; what it is for people follows.
pub(crate) const OUTSIDE: &str = "outside: ";

/// The world with the scenario's acts pending in it.
pub(crate) fn with_acts(world: World, loaded: &LoadedScenario, drawn: &Drawn) -> Result<World, Mistake> {
    let start = world.clock();
    let mut all = Vec::new();
    for act in &loaded.scenario.acts {
        let mistake = |what: String| Mistake::new(act.place.clone(), what);
        let request = act.request.render(drawn).map_err(|unknown| mistake(unknown.to_string()))?;
        let what = drawn.render(&act.what).map_err(|unknown| mistake(unknown.to_string()))?;
        let from = format!("{OUTSIDE}{what}");
        let due = act.times().map(|time| start.saturating_add(time));
        all.extend(due.map(|due| Outgoing { from: from.clone(), due, request: request.clone() }));
    }
    let full = |error: glasshouse_sandbox::Error| {
        Mistake::new(Place::file(loaded.file.clone()), format!("its acts cannot all be pending: {error}"))
    };
    world.with_outgoing(all).map_err(full)
}
