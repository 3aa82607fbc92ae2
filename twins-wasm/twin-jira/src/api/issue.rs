//! `GET`, `DELETE` and the assignee of an issue.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::entities::Issue;
use crate::errors::Error;
use crate::fields::catalogue::{self, SYSTEM};
use crate::fields::input::{Input, Unfit};
use crate::fields::wanted::Wanted;
use crate::state::FIELDS;
use crate::text::Text;
use crate::webhooks::{self, Event};
use crate::wire;

use super::call::Call;
use super::{changelog, edit, property, rendered, transition};

/// `GET issue/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    shown(call, &issue)
}

/// The issue with what the query asks for.
pub(super) fn shown(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Response, Error> {
    let wanted = call.wanted("*all");
    let expand = call.query.list("expand");
    let properties = call.query.list("properties");
    if expand.is_empty() && properties.is_empty() {
        let mut out = Text::default();
        call.show().write(&mut out, issue, &wanted)?;
        return Ok(wire::text(200, out.into_bytes()));
    }
    let value = expanded(call, issue, &wanted, &expand, &properties)?;
    Ok(wire::json(200, &Value::Object(value)))
}

/// The issue with its expansions and properties.
pub(super) fn expanded(
    call: &mut Call<'_, '_>,
    issue: &Issue,
    wanted: &Wanted,
    expand: &[String],
    properties: &[String],
) -> Result<Map<String, Value>, Error> {
    let mut shown = call.show().issue(issue, wanted)?;
    let fields = shown.get("fields").and_then(Value::as_object).cloned().unwrap_or_default();
    for part in expand {
        let value = match part.as_str() {
            "renderedFields" => rendered::fields(call, issue, &fields)?,
            "names" => names(call, &fields)?,
            "schema" => schemas(call, &fields)?,
            "transitions" => transition::shown(call, issue)?,
            "editmeta" => json!({"fields": edit::edit_screen(call, issue)?}),
            "changelog" => changelog::whole(call, issue)?,
            "operations" => json!({"linkGroups": []}),
            "versionedRepresentations" => versioned(&fields),
            _ => continue,
        };
        shown.insert(part.clone(), value);
    }
    if !properties.is_empty() {
        shown.insert("properties".to_owned(), property::of_issue(call, issue, properties)?);
    }
    Ok(shown)
}

fn names(call: &mut Call<'_, '_>, fields: &Map<String, Value>) -> Result<Value, Error> {
    let mut names = Map::new();
    for system in SYSTEM.iter().filter(|system| fields.contains_key(system.id)) {
        names.insert(system.id.to_owned(), json!(system.name));
    }
    for field in call.state.all(&FIELDS)?.into_iter().filter(|field| fields.contains_key(&field.id)) {
        names.insert(field.id, json!(field.name));
    }
    Ok(Value::Object(names))
}

fn schemas(call: &mut Call<'_, '_>, fields: &Map<String, Value>) -> Result<Value, Error> {
    let mut schemas = Map::new();
    for id in fields.keys() {
        if let Some(system) = catalogue::system(id) {
            schemas.insert(id.clone(), system.schema());
        } else if let Some(field) = call.state.get(&FIELDS, id)? {
            schemas.insert(id.clone(), field.schema());
        }
    }
    Ok(Value::Object(schemas))
}

fn versioned(fields: &Map<String, Value>) -> Value {
    fields.iter().map(|(id, value)| (id.clone(), json!({"1": value}))).collect::<Map<_, _>>().into()
}

/// `DELETE issue/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue_to_write()?;
    let with_subtasks = call.query.flag("deleteSubtasks") == Some(true);
    remove(call, &issue, with_subtasks)?;
    Ok(wire::empty())
}

/// Removes an issue, and its subtasks where that is wanted.
pub(super) fn remove(call: &mut Call<'_, '_>, issue: &Issue, with_subtasks: bool) -> Result<(), Error> {
    let mut subtasks = Vec::new();
    for child in &issue.children {
        let Some(mut child) = call.state.issue(child)? else { continue };
        let kind = call.state.get(&crate::state::ISSUE_TYPES, &child.issue_type)?;
        if kind.is_some_and(|kind| kind.subtask) {
            subtasks.push(child);
        } else {
            child.parent = None;
            call.state.put_issue(&child)?;
        }
    }
    if !subtasks.is_empty() && !with_subtasks {
        let message = format!(
            "The issue '{}' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.",
            issue.key
        );
        return Err(Error::message(400, message));
    }
    let user = call.user.clone();
    for gone in subtasks.iter().chain([issue]) {
        webhooks::issue(call.state, &call.wire, &user, Event::Deleted, gone, None)?;
        call.state.delete_issue(gone)?;
    }
    Ok(())
}

/// `PUT issue/{}/assignee`.
pub(super) fn assign(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let before = call.issue_to_write()?;
    let project = edit::project_of(call, &before)?;
    let documents = call.wire.documents();
    let read = Input { state: call.state, project: &project, documents }.user(&Value::Object(body));
    let user = match read {
        Ok(user) => user,
        Err(Unfit::Value(message)) => return Err(Error::field("assignee", message)),
        Err(Unfit::Internal(error)) => return Err(error),
    };
    let after = Issue { assignee: user.map(|user| user.account_id), ..before.clone() };
    edit::save(call, &before, after, Vec::new(), "issue_assigned")?;
    Ok(wire::empty())
}
