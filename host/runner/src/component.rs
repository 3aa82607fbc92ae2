//! The components of a suite: found by name, loaded once each however many scenarios use them.

use crate::bundled::{Bundled, ComponentUse, find};
use crate::folder::Folder;
use crate::load::Loader;
use glasshouse_model::{Digest, Mistake, Mistakes, Place};
use glasshouse_sandbox::{
    AgentComponent, ComponentError, JudgeComponent, PersonaComponent, Role, ToolComponent,
};
use glasshouse_universe::{Twin, TwinError};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What has been found and loaded so far.
pub(crate) struct Components<'l> {
    bundled: &'l dyn Bundled,
    /// Of bundled components by name: they are large, and every scenario names the same ones.
    digests: BTreeMap<String, Digest>,
    twins: BTreeMap<Digest, Arc<Twin>>,
    judges: BTreeMap<Digest, Arc<JudgeComponent>>,
    personas: BTreeMap<Digest, Arc<PersonaComponent>>,
    tools: BTreeMap<Digest, Arc<ToolComponent>>,
    used: Vec<ComponentUse>,
}

/// A component's bytes and their digest.
struct Found<'l> {
    bytes: Cow<'l, [u8]>,
    digest: Digest,
}

impl<'l> Components<'l> {
    pub(crate) fn new(bundled: &'l dyn Bundled) -> Self {
        Self {
            bundled,
            digests: BTreeMap::new(),
            twins: BTreeMap::new(),
            judges: BTreeMap::new(),
            personas: BTreeMap::new(),
            tools: BTreeMap::new(),
            used: Vec::new(),
        }
    }

    /// Every component that the suite uses, in order.
    pub(crate) fn take_used(&mut self) -> Vec<ComponentUse> {
        self.used.sort();
        std::mem::take(&mut self.used)
    }

    fn find(&mut self, name: &str, place: &Place, folder: &Folder, role: Role) -> Result<Found<'l>, Mistake> {
        let bytes = find(name, place, folder, self.bundled)?;
        let digest = match &bytes {
            Cow::Borrowed(bytes) => match self.digests.get(name) {
                Some(digest) => *digest,
                None => *self.digests.entry(name.to_owned()).or_insert(Digest::of(bytes)),
            },
            Cow::Owned(bytes) => Digest::of(bytes),
        };
        let used = ComponentUse { name: name.to_owned(), role, digest };
        if !self.used.contains(&used) {
            self.used.push(used);
        }
        Ok(Found { bytes, digest })
    }
}

impl<'l> Loader<'l> {
    pub(crate) fn agent(&mut self, name: &str, place: &Place, folder: &Folder) -> Option<AgentComponent> {
        let found = self.find(name, place, folder, Role::Agent)?;
        let loaded = self.sandbox.load_agent(&found.bytes);
        self.loaded(name, place, loaded)
    }

    pub(crate) fn judge(
        &mut self,
        name: &str,
        place: &Place,
        folder: &Folder,
    ) -> Option<Arc<JudgeComponent>> {
        let found = self.find(name, place, folder, Role::Judge)?;
        let load = |loader: &mut Self| {
            let loaded = loader.sandbox.load_judge(&found.bytes);
            loader.loaded(name, place, loaded)
        };
        self.once(found.digest, |components| &mut components.judges, load)
    }

    pub(crate) fn persona(
        &mut self,
        name: &str,
        place: &Place,
        folder: &Folder,
    ) -> Option<Arc<PersonaComponent>> {
        let found = self.find(name, place, folder, Role::Persona)?;
        let load = |loader: &mut Self| {
            let loaded = loader.sandbox.load_persona(&found.bytes);
            loader.loaded(name, place, loaded)
        };
        self.once(found.digest, |components| &mut components.personas, load)
    }

    pub(crate) fn tool(&mut self, name: &str, place: &Place, folder: &Folder) -> Option<Arc<ToolComponent>> {
        let found = self.find(name, place, folder, Role::Tool)?;
        let load = |loader: &mut Self| {
            let loaded = loader.sandbox.load_tool_of_trials(&found.bytes);
            loader.loaded(name, place, loaded)
        };
        self.once(found.digest, |components| &mut components.tools, load)
    }

    pub(crate) fn twin(&mut self, name: &str, place: &Place, folder: &Folder) -> Option<Arc<Twin>> {
        let found = self.find(name, place, folder, Role::Twin)?;
        let load = |loader: &mut Self| match Twin::load(loader.sandbox, &found.bytes) {
            Ok(twin) => Some(twin),
            Err(TwinError::Component(error)) => loader.loaded(name, place, Err(error)),
            Err(other) => {
                loader.mistakes.push(Mistake::new(place.clone(), format!("`{name}`: {other}")));
                None
            }
        };
        self.once(found.digest, |components| &mut components.twins, load)
    }

    /// What was loaded of these bytes before, or is now and is kept.
    fn once<T>(
        &mut self,
        digest: Digest,
        of_kind: impl for<'c> Fn(&'c mut Components<'l>) -> &'c mut BTreeMap<Digest, Arc<T>>,
        load: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Arc<T>> {
        if let Some(kept) = of_kind(&mut self.components).get(&digest) {
            return Some(kept.clone());
        }
        let loaded = Arc::new(load(self)?);
        of_kind(&mut self.components).insert(digest, loaded.clone());
        Some(loaded)
    }

    fn find(&mut self, name: &str, place: &Place, folder: &Folder, role: Role) -> Option<Found<'l>> {
        let found = self.components.find(name, place, folder, role);
        self.mistakes.keep(found.map_err(Mistakes::from))
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
}
