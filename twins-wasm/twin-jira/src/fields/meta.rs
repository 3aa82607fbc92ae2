//! Which fields the create and edit screens of a project have, and what may be put into them.

use serde_json::{Map, Value, json};
use twin_sdk::TableError;

use crate::entities::{Field, IssueType, Project};
use crate::state::{COMPONENTS, FIELDS, ISSUE_TYPES, State, VERSIONS};
use crate::wire::{self, Wire};

use super::catalogue::{self, Family};

/// The fields that an issue cannot be without.
const REQUIRED: &[&str] = &["summary", "issuetype", "project"];

/// Writes the screens of one project.
pub(crate) struct Screens<'s, 'h> {
    pub state: &'s mut State<'h>,
    pub wire: &'s Wire,
    pub project: &'s Project,
}

impl Screens<'_, '_> {
    /// The fields of the create screen for a type of issue, by id.
    pub(crate) fn create(&mut self, kind: &IssueType) -> Result<Map<String, Value>, TableError> {
        let mut fields = Map::new();
        for id in self.ids(kind)? {
            if let Some(meta) = self.field(&id, kind)? {
                fields.insert(id, meta);
            }
        }
        Ok(fields)
    }

    /// The fields of the edit screen, by id. An issue keeps its project, and gets comments there.
    pub(crate) fn edit(&mut self, kind: &IssueType) -> Result<Map<String, Value>, TableError> {
        let mut fields = self.create(kind)?;
        fields.remove("project");
        if let Some(meta) = self.field("comment", kind)? {
            fields.insert("comment".to_owned(), meta);
        }
        Ok(fields)
    }

    /// The ids of the fields on the project's screens that a type of issue has.
    pub(crate) fn ids(&mut self, kind: &IssueType) -> Result<Vec<String>, TableError> {
        let mut ids = Vec::new();
        for id in &self.project.screen {
            let applies = match catalogue::system(id) {
                Some(_) => !(id == "parent" && kind.level > 0),
                None => self.state.get(&FIELDS, id)?.is_some_and(|field| {
                    field.applies_to(&kind.id)
                        && !(kind.level > 0 && field.family() == Family::EpicLink && kind.subtask)
                }),
            };
            if applies {
                ids.push(id.clone());
            }
        }
        Ok(ids)
    }

    /// One field.
    pub(crate) fn field(&mut self, id: &str, kind: &IssueType) -> Result<Option<Value>, TableError> {
        let Some(system) = catalogue::system(id) else {
            return Ok(self.state.get(&FIELDS, id)?.map(|field| self.custom(&field)));
        };
        let mut meta = json!({
            "required": REQUIRED.contains(&id) || (id == "parent" && kind.subtask),
            "schema": system.schema(),
            "name": system.name,
            "key": id,
            "hasDefaultValue": false,
            "operations": system.operations,
        });
        let allowed = self.allowed(id, kind)?;
        let complete = self.auto_complete(id);
        if let Some(meta) = meta.as_object_mut() {
            if let Some(allowed) = allowed {
                meta.insert("allowedValues".to_owned(), allowed);
            }
            if let Some(url) = complete {
                meta.insert("autoCompleteUrl".to_owned(), json!(url));
            }
            if id == "priority"
                && let Some(usual) = usual_priority(self.state)?
            {
                meta.insert("hasDefaultValue".to_owned(), json!(true));
                meta.insert("defaultValue".to_owned(), wire::priority(self.wire, &usual));
            }
        }
        Ok(Some(meta))
    }

    fn custom(&self, field: &Field) -> Value {
        let mut meta = json!({
            "required": false,
            "schema": field.schema(),
            "name": field.name,
            "key": field.id,
            "hasDefaultValue": false,
            "operations": field.operations(),
        });
        let offers = matches!(field.family(), Family::Select | Family::MultiSelect);
        if let (true, Some(meta)) = (offers, meta.as_object_mut()) {
            let choices = field.options.iter().filter(|choice| !choice.disabled);
            let choices: Vec<Value> = choices.map(|choice| wire::choice(self.wire, choice)).collect();
            meta.insert("allowedValues".to_owned(), json!(choices));
        }
        meta
    }

    fn allowed(&mut self, id: &str, kind: &IssueType) -> Result<Option<Value>, TableError> {
        let own = |project: &String| *project == self.project.id;
        Ok(Some(match id {
            "issuetype" => json!([wire::issue_type(self.wire, kind)]),
            "project" => json!([wire::project_ref(self.wire, self.project)]),
            "priority" => {
                self.state.priorities()?.iter().map(|priority| wire::priority(self.wire, priority)).collect()
            }
            "resolution" => {
                self.state.resolutions()?.iter().map(|found| wire::resolution(self.wire, found)).collect()
            }
            "components" => {
                let all = self.state.all(&COMPONENTS)?;
                let own = all.iter().filter(|component| own(&component.project));
                own.map(|component| wire::component_ref(self.wire, component)).collect()
            }
            "fixVersions" | "versions" => {
                let all = self.state.all(&VERSIONS)?;
                let own = all.iter().filter(|version| own(&version.project) && !version.archived);
                own.map(|version| wire::version_ref(self.wire, version)).collect()
            }
            _ => return Ok(None),
        }))
    }

    fn auto_complete(&self, id: &str) -> Option<String> {
        Some(match id {
            "labels" => format!("{}/rest/api/1.0/labels/suggest?query=", self.wire.base),
            "issuelinks" => self.wire.at(
                "issue/picker?currentProjectId=&showSubTaskParent=true&showSubTasks=true&currentIssueKey=null&query=",
            ),
            "assignee" => self.wire.at(&format!("user/assignable/search?project={}&query=", self.project.key)),
            "reporter" => self.wire.at("user/recommend?context=Reporter&issueKey="),
            _ => return None,
        })
    }

    /// The types of issue of the project, in its order.
    pub(crate) fn kinds(&mut self) -> Result<Vec<IssueType>, TableError> {
        let mut kinds = Vec::new();
        for id in &self.project.issue_types {
            kinds.extend(self.state.get(&ISSUE_TYPES, id)?);
        }
        Ok(kinds)
    }
}

/// The priority of an issue that names none: the usual one, or else the one in the middle.
pub(crate) fn usual_priority(state: &mut State<'_>) -> Result<Option<crate::entities::Priority>, TableError> {
    let mut priorities = state.priorities()?;
    if let Some(at) = priorities.iter().position(|priority| priority.usual) {
        return Ok(Some(priorities.swap_remove(at)));
    }
    let middle = priorities.len() / 2;
    Ok((middle < priorities.len()).then(|| priorities.swap_remove(middle)))
}
