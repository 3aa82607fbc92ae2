//! What a scenario's `[capabilities]` name, loaded: tools, folders and recorded replies.

use crate::folder::Folder;
use crate::granted_model::LoadedModel;
use crate::load::Loader;
use crate::tools::{LoadedTool, LoadedTools};
use glasshouse_model::policy::{ToolGrant, WorkspaceGrant};
use glasshouse_model::{Mistake, Mistakes, SCENARIO, Scenario, ToolUse};
use glasshouse_sandbox::tool_grant::{ArgumentSchema, ToolGate};
use glasshouse_sandbox::workspace::FolderCopies;
use glasshouse_sandbox::{Limits, RandomStream, Replies, ToolDefinition};
use std::sync::Arc;

/// All that a scenario grants beyond requests.
#[derive(Clone)]
pub(crate) struct LoadedGrants {
    pub(crate) tools: Arc<LoadedTools>,
    pub(crate) files: FolderCopies,
    pub(crate) model: LoadedModel,
}

impl Loader<'_> {
    pub(crate) fn grants(&mut self, scenario: &Scenario, folder: &Folder) -> Option<LoadedGrants> {
        let tools = self.tools(&scenario.capabilities.tools, folder);
        let files = self.files(&scenario.capabilities.files, folder);
        let model = self.granted_model(scenario, folder);
        Some(LoadedGrants { tools: Arc::new(tools?), files: files?, model: model? })
    }

    fn tools(&mut self, used: &[ToolUse], folder: &Folder) -> Option<LoadedTools> {
        // Once with the places that the user knows, for mistakes, and once with those that guests are told.
        let grants: Vec<_> = used.iter().map(|used| used.grant.clone()).collect();
        let gate = self.mistakes.keep(ToolGate::new(&grants));
        let gate = gate
            .and_then(|_| self.mistakes.keep(ToolGate::new(&grants.iter().map(as_told).collect::<Vec<_>>())));
        let tools: Vec<_> = used.iter().map(|used| self.granted_tool(used, folder)).collect();
        let tools: Option<Vec<_>> = tools.into_iter().collect();
        let tools = tools?.into_iter().map(|tool| (tool.definition.name.clone(), tool)).collect();
        Some(LoadedTools { tools, gate: gate? })
    }

    fn granted_tool(&mut self, used: &ToolUse, folder: &Folder) -> Option<LoadedTool> {
        let component = self.tool(&used.component.value, &used.component.place, folder)?;
        if used.files && component.is_on_wasi() {
            let what = format!(
                "`{}` cannot work on the subject's files: it is built on WASI, which knows folders of the machine only",
                used.component.value
            );
            let hint = "take `files` out, or use a component that imports the contract's `workspace`";
            self.mistakes.push(Mistake::new(used.place().clone(), what).hint(hint));
            return None;
        }
        let asked = component.definitions(RandomStream::new([0; 32]), Limits::default());
        let definitions = match asked {
            Ok((definitions, _)) => definitions,
            Err(error) => {
                let what = format!("`{}` does not say what it offers: {error}", used.component.value);
                self.mistakes.push(Mistake::new(used.component.place.clone(), what));
                return None;
            }
        };
        let name = used.function();
        let Some(definition) = definitions.iter().find(|definition| definition.name == name) else {
            let known: Vec<_> = definitions.iter().map(|definition| definition.name.as_str()).collect();
            let what = format!("`{}` has no function `{name}`", used.component.value);
            let hint = format!("its functions are {}", known.join(", "));
            self.mistakes.push(Mistake::new(used.place().clone(), what).hint(hint));
            return None;
        };
        let schema = ArgumentSchema::compile(&definition.input_schema);
        let definition = ToolDefinition { name: used.grant.name.clone(), ..definition.clone() };
        Some(LoadedTool { used: used.clone(), component, definition, schema })
    }

    fn files(&mut self, grants: &[WorkspaceGrant], folder: &Folder) -> Option<FolderCopies> {
        let mut copies = FolderCopies::default();
        let mut all = true;
        for grant in grants {
            let read = folder.files_below(&grant.dir).map_err(|mut mistake| {
                // The line that grants it is where the user looks first.
                mistake.what = format!("{}: {}", mistake.place, mistake.what);
                Mistake { place: grant.place.clone(), ..mistake }
            });
            let added = read.and_then(|files| {
                copies.add(folder_as_told(grant), files).map_err(|error| {
                    let what = format!("the files of `{}` cannot be granted: {error}", grant.dir);
                    Mistake::new(grant.place.clone(), what).hint("make `quota` larger, or the files fewer")
                })
            });
            all &= self.mistakes.keep(added.map_err(Mistakes::from)).is_some();
        }
        all.then_some(copies)
    }

    fn granted_model(&mut self, scenario: &Scenario, folder: &Folder) -> Option<LoadedModel> {
        let Some(used) = &scenario.capabilities.model else { return Some(None) };
        let text = self.mistakes.keep(folder.text_of(&used.replies).map_err(Mistakes::from))?;
        let replies = self.mistakes.keep(Replies::parse(&folder.shown(&used.replies.path), &text))?;
        Some(Some((used.clone(), Arc::new(replies.called(&used.replies.path)))))
    }
}

/// A grant as guests are told of it: records name no path of the machine.
fn as_told(grant: &ToolGrant) -> ToolGrant {
    let mut told = grant.clone();
    told.place = told.place.called(SCENARIO);
    if let Some(when) = &mut told.when {
        when.place = when.place.called(SCENARIO);
    }
    told
}

fn folder_as_told(grant: &WorkspaceGrant) -> WorkspaceGrant {
    let mut told = grant.clone();
    told.place = told.place.called(SCENARIO);
    if let Some(quota) = &mut told.quota {
        quota.place = quota.place.called(SCENARIO);
    }
    told
}
