//! Values that name what an issue belongs to: components and versions of its project, a parent, a sprint.

use serde_json::{Value, json};

use crate::args::scalar;
use crate::entities::Issue;
use crate::state::{COMPONENTS, ISSUE_TYPES, SPRINTS, VERSIONS};

use super::reference::{Reference, reference};
use super::{Input, Unfit};

impl Input<'_, '_> {
    /// The ids of the components or versions of the project that a list names.
    pub(super) fn references(&mut self, value: &Value, field: &str) -> Result<Vec<String>, Unfit> {
        if value.is_null() {
            return Ok(Vec::new());
        }
        let items = value.as_array().ok_or("Operation value must be an array")?;
        let mut ids = Vec::new();
        for item in items {
            let id = self.reference(item, field)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        Ok(ids)
    }

    /// The id of one of the project's components or versions.
    pub(crate) fn reference(&mut self, value: &Value, field: &str) -> Result<String, Unfit> {
        let wanted = reference(value).ok_or("expected Object")?;
        let of_project = |project: &String| *project == self.project.id;
        let known: Vec<(String, String)> = if field == "components" {
            let all = self.state.all(&COMPONENTS)?;
            all.into_iter()
                .filter(|item| of_project(&item.project))
                .map(|item| (item.id, item.name))
                .collect()
        } else {
            let all = self.state.all(&VERSIONS)?;
            all.into_iter()
                .filter(|item| of_project(&item.project))
                .map(|item| (item.id, item.name))
                .collect()
        };
        let found = known.into_iter().find(|(id, name)| wanted.names(id, name));
        let (kind, id) =
            if field == "components" { ("Component", "Component id") } else { ("Version", "Version id") };
        let problem = || match &wanted {
            Reference::Id(given) => Unfit::Value(format!("{id} '{given}' is not valid")),
            Reference::Name(given) => Unfit::Value(format!("{kind} name '{given}' is not valid")),
        };
        found.map(|(id, _)| id).ok_or_else(problem)
    }

    pub(super) fn parent(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
        let kind = self.state.get(&ISSUE_TYPES, &issue.issue_type)?;
        let level = kind.map_or(0, |kind| kind.level);
        let wanted = match value {
            Value::Null => None,
            Value::Object(fields) => fields.get("key").or_else(|| fields.get("id")).and_then(scalar),
            _ => return Err("data was not an object".into()),
        };
        let Some(wanted) = wanted else {
            if level < 0 {
                return Err("Issue type is a sub-task but parent issue key or id not specified.".into());
            }
            issue.parent = None;
            return Ok(());
        };
        let parent = self.state.find_issue(&wanted)?.ok_or("Could not find issue by id or key.")?;
        let above = self.state.get(&ISSUE_TYPES, &parent.issue_type)?.map_or(0, |kind| kind.level);
        if above != level + 1 || parent.id == issue.id {
            return Err("Given parent work item does not belong to appropriate hierarchy.".into());
        }
        issue.parent = Some(parent.id);
        Ok(())
    }

    pub(super) fn epic(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
        match value {
            Value::Null => issue.parent = None,
            Value::String(key) => self.parent(issue, &json!({"key": key}))?,
            _ => return Err("Operation value must be a string".into()),
        }
        Ok(())
    }

    pub(super) fn sprint(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
        let mut ended = Vec::new();
        for id in &issue.sprints {
            if self.state.get(&SPRINTS, id)?.is_some_and(|sprint| sprint.state == "closed") {
                ended.push(id.clone());
            }
        }
        if !value.is_null() {
            let id = scalar(value).ok_or("Number value expected as the Sprint id.")?;
            let sprint = self.state.get(&SPRINTS, &id)?;
            let sprint = sprint.ok_or_else(|| format!("Sprint with id '{id}' does not exist."))?;
            if sprint.state == "closed" {
                return Err("Sprint is closed".into());
            }
            ended.push(sprint.id);
        }
        issue.sprints = ended;
        Ok(())
    }
}
