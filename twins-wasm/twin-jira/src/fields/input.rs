//! Reads the values that a caller sends for an issue's fields, in the words of the service where they do not fit.

mod plain;
mod reference;
mod relation;

use serde_json::{Value, json};

use crate::args::scalar;
use crate::entities::{Field, Issue, IssueType, Project, Rich, User};
use crate::errors::Error;
use crate::moment;
use crate::state::{ISSUE_TYPES, State, USERS};

use super::catalogue::Family;
use plain::{date, datetime_problem, labels, line, summary, timetracking};

pub(crate) use plain::label;
pub(crate) use reference::{Reference, choice, reference};

/// The longest rich text.
const LONGEST_TEXT: usize = 32_767;

/// Why a value is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// In the service's words.
    #[error("{0}")]
    Value(String),
    /// The twin's own state failed it.
    #[error(transparent)]
    Internal(#[from] Error),
}

impl From<twin_sdk::TableError> for Unfit {
    fn from(error: twin_sdk::TableError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<&str> for Unfit {
    fn from(message: &str) -> Self {
        Self::Value(message.to_owned())
    }
}

impl From<String> for Unfit {
    fn from(message: String) -> Self {
        Self::Value(message)
    }
}

/// What a value is read against.
pub(crate) struct Input<'s, 'h> {
    pub state: &'s mut State<'h>,
    pub project: &'s Project,
    /// Whether rich text comes in the document format.
    pub documents: bool,
}

impl Input<'_, '_> {
    /// Sets a field of the system. `project` and `issuetype` of a new issue are read before.
    pub(crate) fn system(&mut self, issue: &mut Issue, id: &str, value: &Value) -> Result<(), Unfit> {
        match id {
            "summary" => issue.summary = summary(value)?,
            "description" => issue.description = self.rich(value)?,
            "environment" => issue.environment = self.rich(value)?,
            "priority" => issue.priority = self.priority(value)?,
            "resolution" => self.resolution(issue, value)?,
            "assignee" => issue.assignee = self.user(value)?.map(|user| user.account_id),
            "reporter" => {
                let user = self.user(value)?.ok_or("Reporter is required.")?;
                issue.reporter = Some(user.account_id);
            }
            "labels" => issue.labels = labels(value)?,
            "components" => issue.components = self.references(value, id)?,
            "fixVersions" => issue.fix_versions = self.references(value, id)?,
            "versions" => issue.versions = self.references(value, id)?,
            "duedate" => issue.due = date(value)?,
            "parent" => self.parent(issue, value)?,
            "timetracking" => timetracking(issue, value)?,
            "issuetype" => {
                let kind = self.issue_type(value)?;
                issue.issue_type = kind.id;
            }
            _ => return Err(unknown(id).into()),
        }
        Ok(())
    }

    /// Sets a custom field.
    pub(crate) fn custom(&mut self, issue: &mut Issue, field: &Field, value: &Value) -> Result<(), Unfit> {
        match field.family() {
            Family::EpicLink => return self.epic(issue, value),
            Family::Sprint => return self.sprint(issue, value),
            _ => {}
        }
        let kept = if value.is_null() { Value::Null } else { self.kept(field, value)? };
        if kept.is_null() {
            issue.custom.remove(&field.id);
        } else {
            issue.custom.insert(field.id.clone(), kept);
        }
        Ok(())
    }

    /// The value of a custom field as it is stored.
    fn kept(&mut self, field: &Field, value: &Value) -> Result<Value, Unfit> {
        let items = || value.as_array().ok_or("Operation value must be an array");
        Ok(match field.family() {
            Family::Text => line(value)?,
            Family::RichText => self.rich(value)?.map_or(Value::Null, |text| json!(text)),
            Family::Number if value.is_number() => value.clone(),
            Family::Number => return Err("Operation value must be a number".into()),
            Family::Date => json!(date(value)?),
            Family::DateTime => {
                let text = value.as_str().ok_or("Operation value must be a string")?;
                json!(moment::show(moment::parse(text).ok_or_else(|| datetime_problem(text))?))
            }
            Family::Labels => json!(labels(value)?),
            Family::Select => json!(choice(field, value)?),
            Family::MultiSelect => {
                let ids: Result<Vec<String>, Unfit> =
                    items()?.iter().map(|item| choice(field, item)).collect();
                json!(ids?)
            }
            Family::User => self.user(value)?.map_or(Value::Null, |user| json!(user.account_id)),
            Family::MultiUser => {
                let mut ids = Vec::new();
                for item in items()? {
                    ids.extend(self.user(item)?.map(|user| user.account_id));
                }
                json!(ids)
            }
            Family::EpicLink | Family::Sprint | Family::Rank | Family::TimeInStatus => {
                return Err(unknown(&field.id).into());
            }
            Family::Raw => value.clone(),
        })
    }

    fn rich(&self, value: &Value) -> Result<Option<Rich>, Unfit> {
        let text = Rich::read(value, self.documents)?;
        if text.as_ref().is_some_and(|text| text.wiki().chars().nth(LONGEST_TEXT).is_some()) {
            return Err(
                "The entered text is too long. It exceeds the allowed limit of 32,767 characters.".into()
            );
        }
        Ok(text)
    }

    /// The type of issue that a value names by id or name; it must be one of the project's.
    pub(crate) fn issue_type(&mut self, value: &Value) -> Result<IssueType, Unfit> {
        let wanted = reference(value).ok_or("Specify an issue type")?;
        for id in &self.project.issue_types {
            if let Some(kind) = self.state.get(&ISSUE_TYPES, id)?
                && wanted.names(&kind.id, &kind.name)
            {
                return Ok(kind);
            }
        }
        Err("Specify a valid issue type".into())
    }

    fn priority(&mut self, value: &Value) -> Result<Option<String>, Unfit> {
        if value.is_null() {
            return Ok(None);
        }
        let wanted = reference(value).ok_or("Could not find valid 'id' or 'name' in priority object.")?;
        let priorities = self.state.priorities()?;
        let found = priorities.into_iter().find(|priority| wanted.names(&priority.id, &priority.name));
        Ok(Some(found.ok_or_else(|| wanted.problem("Priority", "The priority selected is invalid."))?.id))
    }

    fn resolution(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
        if value.is_null() {
            (issue.resolution, issue.resolved) = (None, None);
            return Ok(());
        }
        let wanted = reference(value).ok_or("Could not find valid 'id' or 'name' in resolution object.")?;
        let resolutions = self.state.resolutions()?;
        let found = resolutions.into_iter().find(|resolution| wanted.names(&resolution.id, &resolution.name));
        let found =
            found.ok_or_else(|| wanted.problem("Resolution", "The resolution selected is invalid."))?;
        if issue.resolution.as_ref() != Some(&found.id) {
            issue.resolution = Some(found.id);
            issue.resolved = Some(self.state.now());
        }
        Ok(())
    }

    /// The person that a value names; none for nobody. `-1` asks for the project's usual assignee.
    pub(crate) fn user(&mut self, value: &Value) -> Result<Option<User>, Unfit> {
        let id = match value {
            Value::Null => return Ok(None),
            Value::Object(fields) => match fields.get("accountId").or_else(|| fields.get("id")) {
                Some(Value::Null) => return Ok(None),
                None if fields.get("name").is_some_and(Value::is_null) => return Ok(None),
                None => return Err("accountId must be provided".into()),
                Some(id) => scalar(id),
            },
            other => scalar(other),
        };
        let Some(id) = id else { return Ok(None) };
        if id == "-1" {
            let lead = (self.project.assignee_type == "PROJECT_LEAD").then(|| self.project.lead.clone());
            return Ok(match lead {
                Some(lead) => self.state.get(&USERS, &lead)?,
                None => None,
            });
        }
        let user = self.state.get(&USERS, &id)?.filter(|user| user.active);
        user.map(Some).ok_or_else(|| "Specify a valid value for assignee".into())
    }
}

/// What the service says of a field that is not there.
pub(crate) fn unknown(id: &str) -> String {
    format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.")
}
