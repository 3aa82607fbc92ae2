//! What stands beside the subject and the judges of a scenario: its personas, its oracle, and what suite and scenarios
//! have to say alike.

use crate::folder::Folder;
use crate::load::Loader;
use crate::people::Voice;
use crate::plan::LoadedScenario;
use crate::prepare::{Template, WorldFiles};
use glasshouse_model::{
    Allocation, Drawn, GateEstimand, Mistake, Mistakes, NamedMutant, Place, Scenario, Sealed, Suite, Unknown,
};
use glasshouse_sandbox::{Refusal, Replies};
use glasshouse_universe::Twin;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A scenario with the files that its worlds are made of.
type Loaded = (Arc<LoadedScenario>, WorldFiles);

impl Loader<'_> {
    /// The components of a scenario's personas, each of which hears a twin of the scenario.
    pub(crate) fn voices(
        &mut self,
        scenario: &Scenario,
        sample: &Drawn,
        twins: Option<&[Arc<Twin>]>,
        folder: &Folder,
        replies: Option<&Arc<Replies>>,
    ) -> Option<Vec<Arc<dyn Voice>>> {
        let voices: Vec<_> = scenario
            .personas
            .iter()
            .map(|persona| {
                let role = sample.render_json(&persona.role).ok().map(|role| role.to_string());
                let voice = self.voice(persona, role.as_deref(), folder, replies);
                let twin = &persona.hears.twin;
                if let Some(twins) = twins.filter(|twins| twins.iter().all(|known| known.name() != twin)) {
                    let known: Vec<_> = twins.iter().map(|twin| twin.name()).collect();
                    let what = format!(
                        "the persona `{}` hears the twin `{twin}`, which the scenario does not have",
                        persona.id
                    );
                    let hint = format!("its twins are {}", known.join(", "));
                    self.mistakes.push(Mistake::new(persona.place.clone(), what).hint(hint));
                }
                voice
            })
            .collect();
        voices.into_iter().collect()
    }

    /// Whether every pattern of the capabilities names a twin of the scenario; a mistake for each that does not.
    pub(crate) fn grants_have_twins(&mut self, scenario: &Scenario, twins: &[Arc<Twin>]) -> bool {
        let mut all = true;
        let capabilities = &scenario.capabilities;
        let of_tools = capabilities.tools.iter().flat_map(|tool| tool.requests.patterns());
        for granted in capabilities.requests.patterns().chain(of_tools) {
            let name = granted.pattern.split([' ', '.']).next().unwrap_or_default();
            if name.contains('*') || twins.iter().any(|twin| twin.name() == name) {
                continue;
            }
            all = false;
            let known: Vec<_> = twins.iter().map(|twin| twin.name()).collect();
            let what = format!("[capabilities] names the twin `{name}`, which the scenario does not have");
            let hint = format!("its twins are {}", known.join(", "));
            self.mistakes.push(Mistake::new(granted.place.clone(), what).hint(hint));
        }
        all
    }

    /// What the oracle does, where the scenario names one. The outer none is a mistake.
    pub(crate) fn oracle(
        &mut self,
        sealed: &Sealed,
        folder: &Folder,
        sample: &Drawn,
    ) -> Option<Option<Template>> {
        let Some(admission) = &sealed.admission else { return Some(None) };
        self.mistakes.keep(Template::read(folder, &admission.oracle, sample)).map(Some)
    }

    /// None, and a mistake, where a component does not read what a file has for it.
    pub(crate) fn read(&mut self, place: &Place, what: &str, read: Result<(), Refusal>) -> Option<()> {
        let Err(refusal) = read else { return Some(()) };
        let mistake = Mistake::new(place.clone(), format!("{what}: {refusal}"));
        self.mistakes.push(mistake.hint("what a bundled component reads is described in plugins/README.md"));
        None
    }

    /// What models answer, of the file that the sealed part names. Where it names none, there is no reply.
    pub(crate) fn replies(&mut self, sealed: Option<&Sealed>, folder: &Folder) -> Option<Arc<Replies>> {
        let Some(file) = sealed.and_then(|sealed| sealed.replies.as_ref()) else {
            let unnamed = format!("the file that `replies` names in {}", folder.shown("judge.toml"));
            return Some(Arc::new(Replies::none(&unnamed)));
        };
        let text = self.mistakes.keep(folder.text_of(file).map_err(Mistakes::from))?;
        self.mistakes.keep(Replies::parse(&folder.shown(&file.path), &text)).map(Arc::new)
    }

    /// Checks what suite and scenarios say of each other, and gives scenarios the weights that the suite has for them.
    pub(crate) fn check_suite(&mut self, folder: &Folder, suite: &Suite, scenarios: &mut [Loaded]) {
        for (loaded, _) in scenarios.iter_mut() {
            if let Some(weight) = suite.usage.weights.get(&loaded.scenario.id) {
                Arc::make_mut(loaded).scenario.weight = *weight;
            }
            self.check_variants(loaded);
            self.check_list(suite, loaded);
        }
        // Where a scenario did not load, nobody knows what it names.
        if !self.mistakes.is_empty() {
            return;
        }
        let scenarios: Vec<_> = scenarios.iter().map(|(loaded, _)| loaded.as_ref()).collect();
        self.check_weights(folder, suite, &scenarios);
        self.check_mutants(suite, &scenarios);
    }

    fn check_variants(&mut self, loaded: &LoadedScenario) {
        let (count, trials) = (loaded.scenario.variants.count(), loaded.seeds.n);
        if count > trials {
            let what = format!("[variants] has {count} combinations, and the scenario {trials} trials");
            let more =
                if loaded.seeds.list.is_some() { "name more seeds" } else { "make `n` in [seeds] larger" };
            let hint = format!("{more}, so that each is tried, or move lists to [draw]");
            self.mistakes.push(Mistake::new(Place::file(loaded.file.clone()), what).hint(hint));
        }
    }

    /// A plan that spreads trials by itself has no use for a list that says how many a scenario has.
    fn check_list(&mut self, suite: &Suite, loaded: &LoadedScenario) {
        let Some(list) = &loaded.scenario.seeds.list else { return };
        if suite.allocation != Allocation::Fixed {
            let plan = suite.allocation.word();
            let what = format!(
                "`list` does not go with the suite's plan = \"{plan}\", which draws or counts trials"
            );
            let hint = "write `n` here; or plan = \"fixed\" and mode = \"fixed\" into suite.toml";
            self.mistakes.push(Mistake::new(list.place.clone(), what).hint(hint));
        }
    }

    fn check_weights(&mut self, folder: &Folder, suite: &Suite, scenarios: &[&LoadedScenario]) {
        let known: BTreeSet<_> = scenarios.iter().map(|loaded| loaded.scenario.id.as_str()).collect();
        for id in suite.usage.weights.keys().filter(|id| !known.contains(id.as_str())) {
            let what = format!("[usage] has a weight for `{id}`, which is no scenario of the suite");
            let place = Place::file(folder.shown("suite.toml"));
            self.mistakes.push(Mistake::new(place, what).hint("name a scenario by its folder"));
        }
        let weight = |loaded: &&LoadedScenario| loaded.scenario.weight;
        let is_equal = scenarios.windows(2).all(|pair| matches!(pair, [a, b] if weight(a) == weight(b)));
        if suite.gate.estimand == GateEstimand::PopulationStrict && !is_equal {
            let what = "estimand = \"population_strict\" in [gate] needs scenarios of one weight";
            let place = Place::file(folder.shown("suite.toml"));
            let hint = "write estimand = \"population\", or leave the weights out";
            self.mistakes.push(Mistake::new(place, what).hint(hint));
        }
    }

    fn check_mutants(&mut self, suite: &Suite, scenarios: &[&LoadedScenario]) {
        let admissions = scenarios.iter().filter_map(|loaded| loaded.sealed.admission.as_ref());
        let named: Vec<&NamedMutant> = admissions.flat_map(|admission| &admission.mutants).collect();
        for mutant in &named {
            if suite.mutants.iter().all(|known| known.component != mutant.component) {
                let what = format!("`{}` is no mutant of the suite", mutant.component);
                let hint = "name it in [admission] of suite.toml, or mend the name";
                self.mistakes.push(Mistake::new(mutant.place.clone(), what).hint(hint));
            }
        }
        for mutant in &suite.mutants {
            if named.iter().all(|known| known.component != mutant.component) {
                let what = format!("no scenario names the mutant `{}`", mutant.component);
                let hint = "name it in [admission] of the judge.toml of a scenario that catches it";
                self.mistakes.push(Mistake::new(mutant.place.clone(), what).hint(hint));
            }
        }
    }
}

/// Checks that every text of a scenario's personas finds what it names among these drawn values.
pub(crate) fn check_personas(loaded: &LoadedScenario, drawn: &Drawn) -> Result<(), Mistakes> {
    let mut mistakes = Mistakes::default();
    for persona in &loaded.scenario.personas {
        let render = || -> Result<(), Unknown> {
            persona.hears.render(drawn)?;
            drawn.render_json(&persona.role)?;
            persona.says.say(drawn, "", None).map(drop)
        };
        if let Err(unknown) = render() {
            let what = format!("in the persona `{}`: {unknown}", persona.id);
            let hint = "name it in [draw] or [variants]; a persona's own are ${persona.message} and ${persona.heard.FIELD}";
            mistakes.push(Mistake::new(persona.place.clone(), what).hint(hint));
        }
    }
    mistakes.finish(Some(()))
}
