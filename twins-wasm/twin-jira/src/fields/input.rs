//! Reads the values that a caller sends for an issue's fields, in the words of the service where they do not fit.

use serde_json::{Value, json};

use crate::args::scalar;
use crate::entities::{Field, Issue, IssueType, Project, Rich, User};
use crate::errors::Error;
use crate::moment;
use crate::state::{COMPONENTS, ISSUE_TYPES, SPRINTS, State, USERS, VERSIONS};

use super::catalogue::Family;

/// The longest summary, in characters.
const LONGEST_SUMMARY: usize = 255;
/// The longest label.
const LONGEST_LABEL: usize = 255;
/// The longest rich text.
const LONGEST_TEXT: usize = 32_767;
/// The longest value of a field of a single line.
const LONGEST_LINE: usize = 255;

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
        let kept = match field.family() {
            _ if value.is_null() && !matches!(field.family(), Family::EpicLink | Family::Sprint) => {
                Value::Null
            }
            Family::Text => line(value)?,
            Family::RichText => self.rich(value)?.map_or(Value::Null, |text| json!(text)),
            Family::Number => {
                if !value.is_number() {
                    return Err("Operation value must be a number".into());
                }
                value.clone()
            }
            Family::Date => json!(date(value)?),
            Family::DateTime => {
                let text = value.as_str().ok_or("Operation value must be a string")?;
                let ms = moment::parse(text).ok_or_else(|| datetime_problem(text))?;
                json!(moment::show(ms))
            }
            Family::Labels => json!(labels(value)?),
            Family::Select => json!(choice(field, value)?),
            Family::MultiSelect => {
                let items = value.as_array().ok_or("Operation value must be an array")?;
                let ids: Result<Vec<String>, Unfit> = items.iter().map(|item| choice(field, item)).collect();
                json!(ids?)
            }
            Family::User => self.user(value)?.map_or(Value::Null, |user| json!(user.account_id)),
            Family::MultiUser => {
                let items = value.as_array().ok_or("Operation value must be an array")?;
                let mut ids = Vec::new();
                for item in items {
                    ids.extend(self.user(item)?.map(|user| user.account_id));
                }
                json!(ids)
            }
            Family::EpicLink => return self.epic(issue, value),
            Family::Sprint => return self.sprint(issue, value),
            Family::Rank | Family::TimeInStatus => {
                return Err(format!(
                    "Field '{}' cannot be set. It is not on the appropriate screen, or unknown.",
                    field.id
                )
                .into());
            }
            Family::Raw => value.clone(),
        };
        if kept.is_null() {
            issue.custom.remove(&field.id);
        } else {
            issue.custom.insert(field.id.clone(), kept);
        }
        Ok(())
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

    /// The ids of the components or versions of the project that a list names.
    fn references(&mut self, value: &Value, field: &str) -> Result<Vec<String>, Unfit> {
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

    fn parent(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
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

    fn epic(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
        match value {
            Value::Null => issue.parent = None,
            Value::String(key) => self.parent(issue, &json!({"key": key}))?,
            _ => return Err("Operation value must be a string".into()),
        }
        Ok(())
    }

    fn sprint(&mut self, issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
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

/// What the service says of a field that is not there.
pub(crate) fn unknown(id: &str) -> String {
    format!("Field '{id}' cannot be set. It is not on the appropriate screen, or unknown.")
}

/// How a value names something.
pub(crate) enum Reference {
    Id(String),
    Name(String),
}

impl Reference {
    /// Whether it names that one; names are compared in any case.
    pub(crate) fn names(&self, id: &str, name: &str) -> bool {
        match self {
            Self::Id(given) => given == id,
            Self::Name(given) => given.eq_ignore_ascii_case(name),
        }
    }

    fn problem(&self, kind: &str, by_id: &str) -> String {
        match self {
            Self::Id(_) => by_id.to_owned(),
            Self::Name(name) => format!("{kind} name '{name}' is not valid"),
        }
    }
}

/// The id or name in an object; a bare text is a name.
pub(crate) fn reference(value: &Value) -> Option<Reference> {
    match value {
        Value::Object(fields) => match fields.get("id").and_then(scalar) {
            Some(id) => Some(Reference::Id(id)),
            None => fields.get("name").and_then(scalar).map(Reference::Name),
        },
        Value::String(name) if !name.is_empty() => Some(Reference::Name(name.clone())),
        _ => None,
    }
}

fn summary(value: &Value) -> Result<String, Unfit> {
    let text = match value {
        Value::Null => "",
        Value::String(text) => text.trim(),
        _ => return Err("Operation value must be a string".into()),
    };
    if text.is_empty() {
        return Err("You must specify a summary of the issue.".into());
    }
    if text.contains(['\n', '\r']) {
        return Err("The summary is invalid because it contains newline characters.".into());
    }
    if text.chars().nth(LONGEST_SUMMARY).is_some() {
        return Err("Summary can't exceed 255 characters.".into());
    }
    Ok(text.to_owned())
}

/// A list of labels, each once, in order.
fn labels(value: &Value) -> Result<Vec<String>, Unfit> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    let items = value.as_array().ok_or("Operation value must be an array")?;
    let mut labels = Vec::new();
    for item in items {
        labels.push(label(item)?);
    }
    labels.sort();
    labels.dedup();
    Ok(labels)
}

/// One label.
pub(crate) fn label(value: &Value) -> Result<String, Unfit> {
    let label = value.as_str().ok_or("string expected at index 0")?;
    if label.contains(char::is_whitespace) {
        return Err(format!("The label '{label}' contains spaces which is invalid.").into());
    }
    if label.is_empty() || label.chars().nth(LONGEST_LABEL).is_some() {
        return Err(
            format!("The label '{label}' exceeds the maximum length for a single label of 255.").into()
        );
    }
    Ok(label.to_owned())
}

fn line(value: &Value) -> Result<Value, Unfit> {
    let text = value.as_str().ok_or("Operation value must be a string")?;
    if text.chars().nth(LONGEST_LINE).is_some() {
        return Err("The entered text is too long. It exceeds the allowed limit of 255 characters.".into());
    }
    Ok(if text.is_empty() { Value::Null } else { json!(text) })
}

fn date(value: &Value) -> Result<Option<String>, Unfit> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) if moment::is_date(text) => Ok(Some(text.clone())),
        Value::String(text) => {
            Err(format!("Error parsing date string: {text}. Expected format: yyyy-MM-dd").into())
        }
        _ => Err("Operation value must be a string".into()),
    }
}

fn datetime_problem(text: &str) -> Unfit {
    format!("Error parsing time: {text}. Expected format: yyyy-MM-dd'T'HH:mm:ss.SSSZ").into()
}

fn timetracking(issue: &mut Issue, value: &Value) -> Result<(), Unfit> {
    let fields = value.as_object().ok_or("expected Object")?;
    let read = |name: &str| match fields.get(name).and_then(scalar) {
        None => Ok(None),
        Some(text) => moment::work_seconds(&text).map(Some).ok_or_else(|| {
            Unfit::Value(format!(
                "'{text}' is not a valid time duration. The valid format is, for example, 4w 3d 2h 1m."
            ))
        }),
    };
    if let Some(original) = read("originalEstimate")? {
        issue.original_estimate = Some(original);
        if issue.remaining_estimate.is_none() && issue.time_spent.is_none() {
            issue.remaining_estimate = Some(original);
        }
    }
    if let Some(remaining) = read("remainingEstimate")? {
        issue.remaining_estimate = Some(remaining);
    }
    Ok(())
}

/// The id of the choice that a value names by id or by its text.
pub(crate) fn choice(field: &Field, value: &Value) -> Result<String, Unfit> {
    let given =
        value.as_object().ok_or("Could not find valid 'id' or 'value' in the Parent Option object.")?;
    let (id, text) = (given.get("id").and_then(scalar), given.get("value").and_then(scalar));
    let is_wanted = |choice: &&crate::entities::Choice| match (&id, &text) {
        (Some(id), _) => *id == choice.id,
        (None, Some(text)) => *text == choice.value,
        (None, None) => false,
    };
    let found = field.options.iter().filter(|choice| !choice.disabled).find(is_wanted);
    found.map(|choice| choice.id.clone()).ok_or_else(|| match (id, text) {
        (Some(id), _) => format!("Option id '{id}' is not valid").into(),
        (None, Some(text)) => format!("Option value '{text}' is not valid").into(),
        (None, None) => "Could not find valid 'id' or 'value' in the Parent Option object.".into(),
    })
}
