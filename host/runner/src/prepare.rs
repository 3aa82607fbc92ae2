//! The worlds that trials begin in: each twin seeded with the people and its fixture, once for every set of drawn
//! values, and forked from then on.

use crate::acts::with_acts;
use crate::folder::Folder;
use crate::plan::LoadedScenario;
use glasshouse_model::{
    Drawn, Mistake, Mistakes, NamedFile, Place, Scenario, Seed, SourceText, placeholders,
};
use glasshouse_universe::{TrialClock, Universe, World};
use serde_json::Value;

/// A JSON file of a scenario, before its placeholders are filled in.
#[derive(Clone)]
pub(crate) struct Template {
    /// As the user knows it.
    pub(crate) file: String,
    pub(crate) value: Value,
}

/// The files that a scenario's worlds are made of.
pub(crate) struct WorldFiles {
    people: Option<Template>,
    /// In the order of the scenario's twins.
    fixtures: Vec<Option<Template>>,
}

impl WorldFiles {
    /// Reads and checks them; `sample` is one trial's drawn values.
    pub(crate) fn read(folder: &Folder, scenario: &Scenario, sample: &Drawn) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut read = |file: &Option<NamedFile>| {
            let file = file.as_ref()?;
            mistakes.keep(Template::read(folder, file, sample))
        };
        let people = read(&scenario.world.people);
        let fixtures = scenario.twins.iter().map(|twin| read(&twin.fixture)).collect();
        mistakes.finish(Some(Self { people, fixtures }))
    }

    /// The world for these drawn values.
    pub(crate) fn world(&self, loaded: &LoadedScenario, drawn: &Drawn) -> Result<World, Mistakes> {
        let LoadedScenario { scenario, twins, .. } = loaded;
        let start = scenario.world.start;
        let clock = TrialClock::virtual_from(start, u64::MAX - start);
        // What a twin mints while it is seeded is the same for every trial: it is part of the scenario.
        let seed = Seed::of_trial("world", &scenario.id, 0, 0);
        let place = || Place::file(loaded.file.clone());
        let mut universe = Universe::open(twins, World::empty(start), seed, clock)
            .map_err(|error| Mistake::new(place(), error.to_string()))?;
        let people = render(self.people.as_ref(), drawn)?;
        for (twin, fixture) in twins.iter().zip(&self.fixtures) {
            let text = render(fixture.as_ref(), drawn)?;
            universe.seed(twin.name(), &people, &text).map_err(|error| {
                let place = fixture.as_ref().map_or_else(place, |fixture| Place::file(fixture.file.clone()));
                Mistake::new(place, error.to_string())
            })?;
        }
        let world = universe.close().with_faults(scenario.faults.clone());
        Ok(with_acts(world, loaded, drawn)?)
    }
}

impl Template {
    /// Reads and checks one file; `sample` is one trial's drawn values.
    pub(crate) fn read(folder: &Folder, file: &NamedFile, sample: &Drawn) -> Result<Self, Mistakes> {
        let text = folder.text_of(file)?;
        let file = folder.shown(&file.path);
        let value = serde_json::from_str(&text).map_err(|error| {
            let place = Place { file: file.clone(), position: Some((error.line(), error.column())) };
            Mistake::new(place, format!("not JSON: {error}"))
        })?;
        check_placeholders(&file, &text, sample)?;
        Ok(Self { file, value })
    }
}

/// Checks that everything drawn that a text names is there.
pub(crate) fn check_placeholders(file: &str, text: &str, sample: &Drawn) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    let source = SourceText::new(file, text);
    for (offset, name) in placeholders(text) {
        if let Err(unknown) = sample.render(&format!("${{{name}}}")) {
            mistakes.push(
                Mistake::new(source.place(offset), unknown.to_string())
                    .hint("name it in the scenario's [draw] or [variants], or write $${ for a literal ${"),
            );
        }
    }
    mistakes.finish(Some(()))
}

/// A template's text with its placeholders filled in; the empty text where there is none.
fn render(template: Option<&Template>, drawn: &Drawn) -> Result<String, Mistake> {
    let Some(template) = template else { return Ok(String::new()) };
    let value = drawn
        .render_json(&template.value)
        .map_err(|unknown| Mistake::new(Place::file(template.file.clone()), unknown.to_string()))?;
    Ok(value.to_string())
}
