//! From a suite's folder to a plan: everything is read, loaded and checked, and every mistake is found, before the
//! first trial starts.

use crate::beside::check_personas;
use crate::bundled::Bundled;
use crate::component::Components;
use crate::folder::Folder;
use crate::instrument;
use crate::plan::{Contents, LoadedScenario, Plan, PlannedTrial, ScenarioDigests};
use crate::prepare::{Template, WorldFiles, check_placeholders};
use crate::record::{AdmissionRecord, known};
use crate::seal::SealKey;
use crate::spread::Spread;
use glasshouse_judge::Panel;
use glasshouse_model::{
    CalibrationUse, Digest, Drawn, Mistake, Mistakes, Place, Scenario, Sealed, Seed, Suite,
};
use glasshouse_sandbox::{HostFault, JudgeComponent, Limits, Sandbox};
use glasshouse_universe::{Twin, World};
use serde_json::Value;
use std::collections::HashMap;
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
    load_sealed_suite(dir, None, sandbox, bundled)
}

/// Reads and checks a suite's folder, of which files may be sealed with this key.
///
/// # Errors
/// As [`load_suite`].
pub fn load_sealed_suite(
    dir: &Path,
    key: Option<&SealKey>,
    sandbox: &Sandbox,
    bundled: &dyn Bundled,
) -> Result<Plan, LoadSuiteError> {
    load(dir, key, sandbox, bundled, instrument::panel)
}

/// The same without the suite's calibration set, which may not be there yet: its judges count as uncalibrated.
///
/// # Errors
/// As [`load_suite`].
pub fn load_to_calibrate(
    dir: &Path,
    key: Option<&SealKey>,
    sandbox: &Sandbox,
    bundled: &dyn Bundled,
) -> Result<Plan, LoadSuiteError> {
    load(dir, key, sandbox, bundled, |_, _, _| Ok(Panel::uncalibrated("the calibration set is being made")))
}

fn load(
    dir: &Path,
    key: Option<&SealKey>,
    sandbox: &Sandbox,
    bundled: &dyn Bundled,
    panel: impl Fn(Option<&CalibrationUse>, &Folder, &Digest) -> Result<Panel, Mistakes>,
) -> Result<Plan, LoadSuiteError> {
    let folder = Folder::open(dir, key).map_err(Mistakes::from)?;
    let mut loader = Loader::new(sandbox, bundled);
    let suite = loader.suite(&folder);
    let subject =
        suite.as_ref().and_then(|suite| loader.agent(&suite.subject, &suite.subject_place, &folder));
    let mut scenarios = loader.scenarios(&folder, suite.as_ref());
    if let Some(suite) = &suite {
        loader.check_suite(&folder, suite, &mut scenarios);
    }
    // Worlds are made even where the subject is missing: what is wrong with a fixture is then found in the same go.
    let trials = suite.as_ref().map(|suite| loader.trials(suite, &scenarios));
    let scenarios: Vec<_> = scenarios.into_iter().map(|(loaded, _)| loaded).collect();
    let components = loader.components.take_used();
    let judges = instrument::digest(&scenarios, &components);
    let calibration = suite.as_ref().and_then(|suite| suite.calibration.as_ref());
    let panel = loader.mistakes.keep(panel(calibration, &folder, &judges));
    let record = loader.mistakes.keep(AdmissionRecord::read(&folder).map_err(Mistakes::from)).flatten();
    let plan = suite.zip(subject).zip(trials).zip(panel).map(|(((suite, subject), trials), panel)| Plan {
        known: known(&suite, &scenarios, &components, record.as_ref(), (&folder, bundled)),
        record,
        contents: Contents::of(&scenarios, &trials, &suite, suite.allocation),
        allocation: suite.allocation,
        suite,
        subject,
        scenarios,
        trials,
        components,
        judges,
        panel,
        between: None,
    });
    loader.finish(plan)
}

/// What has been loaded so far, and what was wrong with it.
pub(crate) struct Loader<'l> {
    pub(crate) sandbox: &'l Sandbox,
    pub(crate) mistakes: Mistakes,
    pub(crate) host_fault: Option<HostFault>,
    pub(crate) components: Components<'l>,
}

impl<'l> Loader<'l> {
    pub(crate) fn new(sandbox: &'l Sandbox, bundled: &'l dyn Bundled) -> Self {
        Self {
            sandbox,
            mistakes: Mistakes::default(),
            host_fault: None,
            components: Components::new(bundled),
        }
    }

    /// What was loaded, or all that was wrong.
    pub(crate) fn finish<T>(self, loaded: Option<T>) -> Result<T, LoadSuiteError> {
        match self.host_fault {
            Some(fault) => Err(fault.into()),
            None => Ok(self.mistakes.finish(loaded)?),
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
        let sealed_folder = folder.below(SEALED_FOLDER);
        let Some(scenario) = scenario else {
            // What it draws is not known; which components it names as judges is.
            for judge in sealed.iter().flat_map(|sealed| &sealed.judges) {
                self.judge(&judge.component, &judge.place, &sealed_folder);
            }
            return None;
        };
        if scenario.id != name {
            let what = format!("the id `{}` is not the folder's name `{name}`", scenario.id);
            self.mistakes.push(Mistake::new(Place::file(file.clone()), what).hint("make them equal"));
        }
        let sample = scenario.drawn(Seed(0), 0);
        let story = self.story(folder, &scenario, &sample);
        let input = match &scenario.goal.input {
            Some(file) => self.mistakes.keep(Template::read(folder, file, &sample)).map(|input| input.value),
            None => Some(Value::Object(serde_json::Map::new())),
        };
        let files = self.mistakes.keep(WorldFiles::read(folder, &scenario, &sample));
        let twins: Option<Vec<_>> =
            scenario.twins.iter().map(|twin| self.twin(&twin.component, &twin.place, folder)).collect();
        let twins = twins.filter(|twins| {
            let grants = self.grants_have_twins(&scenario, twins);
            self.faults_have_twins(&file, &scenario, twins) && grants
        });
        let grants = self.grants(&scenario, folder);
        let replies = self.replies(sealed.as_ref(), &sealed_folder);
        let voices = self.voices(&scenario, &sample, twins.as_deref(), folder, replies.as_ref());
        let oracle = sealed.as_ref().map(|sealed| self.oracle(sealed, &sealed_folder, &sample));
        let sealed = sealed?;
        let judges = self.judges(&sealed_folder, &sealed, &sample);
        let seeds = scenario.seeds.resolve(&suite?.seeds);
        let digests = ScenarioDigests {
            visible: folder.digest("sealed/", false),
            sealed: folder.digest("sealed/", true),
        };
        let sealed = sealed.under(suite?.panel);
        let loaded = LoadedScenario {
            digests,
            story: story?,
            input: input?,
            twins: twins?,
            grants: grants?,
            judges: judges?,
            voices: voices?,
            oracle: oracle??,
            replies: replies?,
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
        let file = &scenario.goal.story;
        let story = self.mistakes.keep(folder.text_of(file).map_err(Mistakes::from))?;
        if story.trim().is_empty() {
            let what = format!("the story {} is empty", folder.shown(&file.path));
            self.mistakes.push(Mistake::new(file.place.clone(), what).hint("write what the user wants"));
            return None;
        }
        self.mistakes.keep(check_placeholders(&folder.shown(&file.path), &story, sample))?;
        Some(story)
    }

    fn sealed(&mut self, folder: &Folder) -> Option<Sealed> {
        let folder = folder.below(SEALED_FOLDER);
        let text = self.mistakes.keep(folder.text(JUDGES).map_err(Mistakes::from))?;
        self.mistakes.keep(Sealed::parse(&folder.shown(JUDGES), &text))
    }

    fn judges(
        &mut self,
        folder: &Folder,
        sealed: &Sealed,
        sample: &Drawn,
    ) -> Option<Vec<Arc<JudgeComponent>>> {
        let file = folder.shown(JUDGES);
        let judges: Vec<_> = sealed
            .judges
            .iter()
            .map(|judge| {
                let component = self.judge(&judge.component, &judge.place, folder);
                let criterion = match sample.render_json(&judge.criterion) {
                    Ok(criterion) => criterion.to_string(),
                    Err(unknown) => {
                        let what = format!("in the criterion of `{}`: {unknown}", judge.id);
                        self.mistakes.push(Mistake::new(Place::file(file.clone()), what));
                        // Told once, here: without its judges the scenario's other drawn values are not looked at.
                        return None;
                    }
                };
                let component = component?;
                let read = component.reads(&criterion, Limits::default());
                self.read(&judge.place, &format!("the criterion of `{}`", judge.id), read)?;
                Some(component)
            })
            .collect();
        judges.into_iter().collect()
    }

    /// Every trial, in the order in which the suite spreads them over its scenarios.
    fn trials(
        &mut self,
        suite: &Suite,
        scenarios: &[(Arc<LoadedScenario>, WorldFiles)],
    ) -> Vec<PlannedTrial> {
        let loaded: Vec<_> = scenarios.iter().map(|(loaded, _)| loaded).collect();
        let Some(Spread { counts, order }) = self.mistakes.keep(Spread::of(suite, &loaded)) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for ((loaded, files), count) in scenarios.iter().zip(counts) {
            let mut trials = Vec::new();
            self.plan_scenario(&suite.id, loaded, files, count, &mut trials);
            all.push(trials.into_iter());
        }
        match order {
            None => all.into_iter().flatten().collect(),
            Some(order) => order
                .into_iter()
                .filter_map(|scenario| all.get_mut(scenario).and_then(Iterator::next))
                .collect(),
        }
    }

    fn plan_scenario(
        &mut self,
        suite: &str,
        loaded: &Arc<LoadedScenario>,
        files: &WorldFiles,
        count: u32,
        trials: &mut Vec<PlannedTrial>,
    ) {
        let mut worlds: HashMap<Drawn, Arc<World>> = HashMap::new();
        for index in 0..count {
            let seed = loaded.seeds.of_trial(suite, &loaded.scenario.id, index);
            let drawn = loaded.scenario.drawn(seed, index);
            let (drawn, world) = match worlds.get_key_value(&drawn) {
                // The values of the trial that drew them first, so that a large batch holds them once.
                Some((drawn, world)) => (drawn.clone(), world.clone()),
                None => {
                    let made = check_drawn(loaded, &drawn).and_then(|()| files.world(loaded, &drawn));
                    // One mistake in a fixture would come again with every drawn value.
                    let Some(world) = self.mistakes.keep(made) else { return };
                    let world = Arc::new(world);
                    worlds.insert(drawn.clone(), world.clone());
                    (drawn, world)
                }
            };
            trials.push(PlannedTrial { scenario: loaded.clone(), index, seed, drawn, world });
        }
    }
}

/// The folder of the holdout part, below a scenario's.
const SEALED_FOLDER: &str = "sealed";
/// The judges, below that.
const JUDGES: &str = "judge.toml";

/// Checks that every text of a scenario finds what it names among these drawn values: the values of one list need not
/// have the same keys.
fn check_drawn(loaded: &LoadedScenario, drawn: &Drawn) -> Result<(), Mistakes> {
    let render = || {
        drawn.render(&loaded.story)?;
        drawn.render_json(&loaded.input)?;
        loaded.oracle.iter().try_for_each(|oracle| drawn.render_json(&oracle.value).map(drop))?;
        loaded.sealed.judges.iter().try_for_each(|judge| drawn.render_json(&judge.criterion).map(drop))
    };
    check_personas(loaded, drawn)?;
    render().map_err(|unknown| {
        Mistake::new(Place::file(loaded.file.clone()), format!("for some drawn values {unknown}"))
            .hint("give every value of a list in [draw] and [variants] the same keys")
            .into()
    })
}
