//! From a suite's folder to a plan: everything is read, loaded and checked, and every mistake is found, before the
//! first trial starts.

use crate::bundled::{Bundled, ComponentUse, find};
use crate::folder::Folder;
use crate::plan::{LoadedScenario, Plan, PlannedTrial, ScenarioDigests};
use crate::prepare::{Template, WorldFiles, check_placeholders};
use glasshouse_model::{Digest, Drawn, Mistake, Mistakes, Place, Scenario, Sealed, Seed, Suite};
use glasshouse_sandbox::{AgentComponent, ComponentError, HostFault, JudgeComponent, Role, Sandbox};
use glasshouse_universe::{Twin, TwinError, World};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

/// Why a suite cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum LoadSuiteError {
    /// The user's: all mistakes in all its files and components.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The host's.
    #[error(transparent)]
    Host(#[from] HostFault),
}

/// Reads and checks a suite's folder.
///
/// # Errors
/// Every mistake of every file and component at once; or the host's own fault.
pub fn load_suite(dir: &Path, sandbox: &Sandbox, bundled: &dyn Bundled) -> Result<Plan, LoadSuiteError> {
    let folder = Folder::open(dir).map_err(Mistakes::from)?;
    let mut loader = Loader::new(sandbox, bundled);
    let suite = loader.suite(&folder);
    let subject =
        suite.as_ref().and_then(|suite| loader.agent(&suite.subject, &suite.subject_place, &folder));
    let scenarios = loader.scenarios(&folder, suite.as_ref());
    // Worlds are made even where the subject is missing: what is wrong with a fixture is then found in the same go.
    let trials = suite.as_ref().map(|suite| loader.trials(&suite.id, &scenarios));
    let plan = suite.zip(subject).zip(trials).map(|((suite, subject), trials)| {
        let scenarios = scenarios.into_iter().map(|(loaded, _)| loaded).collect();
        loader.components.sort();
        let components = std::mem::take(&mut loader.components);
        Plan { suite, subject, scenarios, trials, components }
    });
    match loader.host_fault {
        Some(fault) => Err(fault.into()),
        None => Ok(loader.mistakes.finish(plan)?),
    }
}

/// What has been loaded so far, and what was wrong with it.
struct Loader<'l> {
    sandbox: &'l Sandbox,
    bundled: &'l dyn Bundled,
    mistakes: Mistakes,
    host_fault: Option<HostFault>,
    twins: BTreeMap<Digest, Arc<Twin>>,
    judges: BTreeMap<Digest, Arc<JudgeComponent>>,
    components: Vec<ComponentUse>,
}

impl<'l> Loader<'l> {
    fn new(sandbox: &'l Sandbox, bundled: &'l dyn Bundled) -> Self {
        Self {
            sandbox,
            bundled,
            mistakes: Mistakes::default(),
            host_fault: None,
            twins: BTreeMap::new(),
            judges: BTreeMap::new(),
            components: Vec::new(),
        }
    }

    fn suite(&mut self, folder: &Folder) -> Option<Suite> {
        let text = self.mistakes.keep(folder.text("suite.toml").map_err(Mistakes::from))?;
        self.mistakes.keep(Suite::parse(&folder.shown("suite.toml"), &text))
    }

    /// Every scenario that can be loaded, with the folder's name, in order.
    fn scenarios(
        &mut self,
        folder: &Folder,
        suite: Option<&Suite>,
    ) -> Vec<(Arc<LoadedScenario>, WorldFiles)> {
        let Some(folders) = self.mistakes.keep(folder.folders_with("scenario.toml").map_err(Mistakes::from))
        else {
            return Vec::new();
        };
        if folders.is_empty() {
            let hint = "make a folder with a scenario.toml beside suite.toml (specs/scenario-format.md)";
            let place = Place::file(folder.shown(""));
            self.mistakes.push(Mistake::new(place, "the suite has no scenario").hint(hint));
        }
        folders.iter().filter_map(|(name, folder)| self.scenario(name, folder, suite)).collect()
    }

    fn scenario(
        &mut self,
        name: &str,
        folder: &Folder,
        suite: Option<&Suite>,
    ) -> Option<(Arc<LoadedScenario>, WorldFiles)> {
        let file = folder.shown("scenario.toml");
        let text = self.mistakes.keep(folder.text("scenario.toml").map_err(Mistakes::from))?;
        let scenario = self.mistakes.keep(Scenario::parse(&file, &text));
        let sealed = self.sealed(folder);
        let scenario = scenario?;
        if scenario.id != name {
            let what = format!("the id `{}` is not the folder's name `{name}`", scenario.id);
            self.mistakes.push(Mistake::new(Place::file(file.clone()), what).hint("make them equal"));
        }
        let sample = scenario.draw.drawn(Seed(0));
        let story = self.story(folder, &scenario, &sample);
        let input = match &scenario.goal.input {
            Some(path) => self.mistakes.keep(Template::read(folder, path, &sample)).map(|input| input.value),
            None => Some(Value::Object(serde_json::Map::new())),
        };
        let files = self.mistakes.keep(WorldFiles::read(folder, &scenario, &sample));
        let twins: Option<Vec<_>> =
            scenario.twins.iter().map(|twin| self.twin(&twin.component, &twin.place, folder)).collect();
        let twins = twins.filter(|twins| self.faults_have_twins(&file, &scenario, twins));
        let sealed = sealed?;
        let judges = self.judges(folder, &sealed, &sample);
        let seeds = scenario.seeds.resolve(suite?.seeds);
        let digests = ScenarioDigests {
            visible: folder.digest("sealed/", false),
            sealed: folder.digest("sealed/", true),
        };
        let loaded = LoadedScenario {
            digests,
            story: story?,
            input: input?,
            twins: twins?,
            judges: judges?,
            sealed,
            seeds,
            scenario,
            file,
        };
        Some((Arc::new(loaded), files?))
    }

    /// Whether every fault that names a twin names one of the scenario's; a mistake for each that does not.
    fn faults_have_twins(&mut self, file: &str, scenario: &Scenario, twins: &[Arc<Twin>]) -> bool {
        let named = scenario.faults.rules.iter().filter_map(|rule| rule.twin.as_deref());
        let unknown: Vec<_> = named.filter(|name| twins.iter().all(|twin| twin.name() != *name)).collect();
        for name in &unknown {
            let known: Vec<_> = twins.iter().map(|twin| twin.name()).collect();
            let what = format!("a [[fault]] names the twin `{name}`, which the scenario does not have");
            let hint = format!("its twins are {}", known.join(", "));
            self.mistakes.push(Mistake::new(Place::file(file), what).hint(hint));
        }
        unknown.is_empty()
    }

    fn story(&mut self, folder: &Folder, scenario: &Scenario, sample: &Drawn) -> Option<String> {
        let path = &scenario.goal.story;
        let story = self.mistakes.keep(folder.text(path).map_err(Mistakes::from))?;
        self.mistakes.keep(check_placeholders(&folder.shown(path), &story, sample))?;
        Some(story)
    }

    fn sealed(&mut self, folder: &Folder) -> Option<Sealed> {
        let text = self.mistakes.keep(folder.text(SEALED).map_err(Mistakes::from))?;
        self.mistakes.keep(Sealed::parse(&folder.shown(SEALED), &text))
    }

    fn judges(
        &mut self,
        folder: &Folder,
        sealed: &Sealed,
        sample: &Drawn,
    ) -> Option<Vec<Arc<JudgeComponent>>> {
        let file = folder.shown(SEALED);
        let judges: Vec<_> = sealed
            .judges
            .iter()
            .map(|judge| {
                let component = self.judge(&judge.component, &judge.place, folder);
                if let Err(unknown) = sample.render_json(&judge.criterion) {
                    let what = format!("in the criterion of `{}`: {unknown}", judge.id);
                    self.mistakes.push(Mistake::new(Place::file(file.clone()), what));
                    // Told once, here: without its judges the scenario's other drawn values are not looked at.
                    return None;
                }
                component
            })
            .collect();
        judges.into_iter().collect()
    }

    fn agent(&mut self, name: &str, place: &Place, folder: &Folder) -> Option<AgentComponent> {
        let bytes = self.bytes(name, place, folder, Role::Agent)?;
        let loaded = self.sandbox.load_agent(&bytes);
        self.loaded(name, place, loaded)
    }

    fn judge(&mut self, name: &str, place: &Place, folder: &Folder) -> Option<Arc<JudgeComponent>> {
        let bytes = self.bytes(name, place, folder, Role::Judge)?;
        let digest = Digest::of(&bytes);
        if let Some(judge) = self.judges.get(&digest) {
            return Some(judge.clone());
        }
        let loaded = self.sandbox.load_judge(&bytes);
        let judge = Arc::new(self.loaded(name, place, loaded)?);
        self.judges.insert(digest, judge.clone());
        Some(judge)
    }

    fn twin(&mut self, name: &str, place: &Place, folder: &Folder) -> Option<Arc<Twin>> {
        let bytes = self.bytes(name, place, folder, Role::Twin)?;
        let digest = Digest::of(&bytes);
        if let Some(twin) = self.twins.get(&digest) {
            return Some(twin.clone());
        }
        let twin = match Twin::load(self.sandbox, &bytes) {
            Ok(twin) => twin,
            Err(TwinError::Component(error)) => return self.loaded(name, place, Err(error)),
            Err(other) => {
                self.mistakes.push(Mistake::new(place.clone(), format!("`{name}`: {other}")));
                return None;
            }
        };
        let twin = Arc::new(twin);
        self.twins.insert(digest, twin.clone());
        Some(twin)
    }

    fn bytes(
        &mut self,
        name: &str,
        place: &Place,
        folder: &Folder,
        role: Role,
    ) -> Option<std::borrow::Cow<'l, [u8]>> {
        let bytes = self.mistakes.keep(find(name, place, folder, self.bundled).map_err(Mistakes::from))?;
        let used = ComponentUse { name: name.to_owned(), role, digest: Digest::of(&bytes) };
        if !self.components.contains(&used) {
            self.components.push(used);
        }
        Some(bytes)
    }

    /// The component, or its mistake at the place that names it.
    fn loaded<T>(&mut self, name: &str, place: &Place, loaded: Result<T, ComponentError>) -> Option<T> {
        match loaded {
            Ok(component) => Some(component),
            Err(ComponentError::Host(fault)) => {
                self.host_fault = Some(fault);
                None
            }
            Err(ComponentError::Load(error)) => {
                let mut mistake = Mistake::new(place.clone(), format!("`{name}`: {error}"));
                mistake.hint = error.hint().map(str::to_owned);
                self.mistakes.push(mistake);
                None
            }
        }
    }

    fn trials(&mut self, suite: &str, scenarios: &[(Arc<LoadedScenario>, WorldFiles)]) -> Vec<PlannedTrial> {
        let mut trials = Vec::new();
        for (loaded, files) in scenarios {
            self.plan_scenario(suite, loaded, files, &mut trials);
        }
        trials
    }

    fn plan_scenario(
        &mut self,
        suite: &str,
        loaded: &Arc<LoadedScenario>,
        files: &WorldFiles,
        trials: &mut Vec<PlannedTrial>,
    ) {
        let mut worlds: HashMap<Drawn, Arc<World>> = HashMap::new();
        for index in 0..loaded.seeds.n {
            let seed = Seed::of_trial(suite, &loaded.scenario.id, loaded.seeds.base, index);
            let drawn = loaded.scenario.draw.drawn(seed);
            let world = match worlds.get(&drawn) {
                Some(world) => world.clone(),
                None => {
                    let made = check_drawn(loaded, &drawn).and_then(|()| files.world(loaded, &drawn));
                    // One mistake in a fixture would come again with every drawn value.
                    let Some(world) = self.mistakes.keep(made) else { return };
                    let world = Arc::new(world);
                    worlds.insert(drawn.clone(), world.clone());
                    world
                }
            };
            trials.push(PlannedTrial { scenario: loaded.clone(), index, seed, drawn, world });
        }
    }
}

/// The holdout part, below a scenario's folder.
const SEALED: &str = "sealed/judge.toml";

/// Checks that every text of a scenario finds what it names among these drawn values: the values of one list need not
/// have the same keys.
fn check_drawn(loaded: &LoadedScenario, drawn: &Drawn) -> Result<(), Mistakes> {
    let render = || {
        drawn.render(&loaded.story)?;
        drawn.render_json(&loaded.input)?;
        loaded.sealed.judges.iter().try_for_each(|judge| drawn.render_json(&judge.criterion).map(drop))
    };
    render().map_err(|unknown| {
        Mistake::new(Place::file(loaded.file.clone()), format!("for some drawn values {unknown}"))
            .hint("give every value of a list in [draw] the same keys")
            .into()
    })
}
