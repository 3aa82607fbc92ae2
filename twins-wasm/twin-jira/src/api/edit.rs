//! Changing an issue: `PUT issue`, and the one way in which every change is written down.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::scalar;
use crate::entities::{ChangeItem, Issue, Project};
use crate::errors::Error;
use crate::fields::input::{self, Input, Unfit};
use crate::fields::meta::Screens;
use crate::state::{FIELDS, ISSUE_TYPES, PROJECTS, State};
use crate::webhooks::{self, Event};
use crate::{history, wire};

use super::call::Call;
use super::{comment, link, verbs, worklog};

/// What an update adds beside the issue's own fields.
#[derive(Default)]
pub(super) struct Extras {
    pub comments: Vec<Value>,
    pub worklogs: Vec<Value>,
    pub links: Vec<Value>,
}

/// What a body has under one of its names.
type Object = Map<String, Value>;

/// Fields that were refused, by name.
pub(super) type Refused = BTreeMap<String, String>;

/// `PUT issue/{}`.
pub(super) fn edit(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let before = call.issue_to_write()?;
    if ["fields", "update", "properties"].iter().all(|name| body.get(*name).is_none_or(Value::is_null)) {
        return Err(Error::message(400, "one of 'fields' or 'update' required"));
    }
    let mut after = before.clone();
    let mut refused = Refused::new();
    let project = project_of(call, &before)?;
    let screen = screen(call, &project, &before)?;
    let (fields, given) = parts(&body)?;
    for (id, value) in &fields {
        if id == "project" {
            stays(call, &before, value, &mut refused)?;
        } else if screen.iter().any(|known| known == id) {
            set(call, &project, &mut after, id, value, &mut refused)?;
        } else {
            refused.insert(id.clone(), input::unknown(id));
        }
    }
    let extras = verbs::update(call, &project, &mut after, &given, &screen, &mut refused)?;
    if !refused.is_empty() {
        return Err(Error::fields(refused));
    }
    let after = save(call, &before, after, Vec::new(), "issue_updated")?;
    add(call, &after, extras)?;
    properties(call, &after, &body)?;
    if call.query.flag("returnIssue") == Some(true) {
        return super::issue::shown(call, &after);
    }
    Ok(wire::empty())
}

/// `GET issue/{}/editmeta`.
pub(super) fn meta(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    Ok(wire::json(200, &json!({"fields": edit_screen(call, &issue)?})))
}

/// The fields of an issue's edit screen.
pub(super) fn edit_screen(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Map<String, Value>, Error> {
    let project = project_of(call, issue)?;
    let kind = call.state.get(&ISSUE_TYPES, &issue.issue_type)?.ok_or_else(Error::no_issue)?;
    Ok(Screens { state: call.state, wire: &call.wire, project: &project }.edit(&kind)?)
}

/// The project of an issue.
pub(super) fn project_of(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Project, Error> {
    call.state.get(&PROJECTS, &issue.project)?.ok_or_else(Error::no_issue)
}

/// The ids of the fields that an edit may set.
fn screen(call: &mut Call<'_, '_>, project: &Project, issue: &Issue) -> Result<Vec<String>, Error> {
    let Some(kind) = call.state.get(&ISSUE_TYPES, &issue.issue_type)? else { return Ok(Vec::new()) };
    let mut ids = Screens { state: call.state, wire: &call.wire, project }.ids(&kind)?;
    ids.extend(["parent", "issuetype"].map(str::to_owned));
    Ok(ids)
}

/// An object in the body; absent and null are empty.
pub(super) fn part(body: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, Error> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields.clone()),
        Some(_) => Err(Error::bad_payload()),
    }
}

/// The fields and the verbs of a body; no field may be in both.
pub(super) fn parts(body: &Object) -> Result<(Object, Object), Error> {
    let (fields, update) = (part(body, "fields")?, part(body, "update")?);
    let twice = update.keys().filter(|id| fields.contains_key(*id));
    let messages: Vec<String> =
        twice.map(|id| format!("Field '{id}' cannot appear in both 'fields' and 'update'")).collect();
    if messages.is_empty() {
        return Ok((fields, update));
    }
    Err(Error::Refused { status: 400, messages, errors: BTreeMap::new() })
}

/// Keeps the properties that a body brings for an issue.
pub(super) fn properties(
    call: &mut Call<'_, '_>,
    issue: &Issue,
    body: &Map<String, Value>,
) -> Result<(), Error> {
    for property in body.get("properties").and_then(Value::as_array).into_iter().flatten() {
        let (Some(key), Some(value)) = (property.get("key").and_then(Value::as_str), property.get("value"))
        else {
            return Err(Error::bad_payload());
        };
        super::property::put(call, "issue", &issue.id, key, value.clone())?;
    }
    Ok(())
}

/// An edit may name the project that the issue is in, and no other.
fn stays(call: &mut Call<'_, '_>, issue: &Issue, value: &Value, refused: &mut Refused) -> Result<(), Error> {
    let name = value.get("key").or_else(|| value.get("id")).and_then(scalar).unwrap_or_default();
    if call.state.project(&name)?.is_none_or(|project| project.id != issue.project) {
        refused
            .insert("project".to_owned(), "Issues cannot be moved to another project by an edit.".to_owned());
    }
    Ok(())
}

/// Sets one field; what does not fit is put among the refused.
pub(super) fn set(
    call: &mut Call<'_, '_>,
    project: &Project,
    issue: &mut Issue,
    id: &str,
    value: &Value,
    refused: &mut Refused,
) -> Result<(), Error> {
    let documents = call.wire.documents();
    let custom = if id.starts_with("customfield_") { call.state.get(&FIELDS, id)? } else { None };
    let mut input = Input { state: call.state, project, documents };
    let read = match custom {
        Some(field) => input.custom(issue, &field, value),
        None => input.system(issue, id, value),
    };
    keep(id, read, refused)
}

/// Puts what does not fit among the refused.
pub(super) fn keep(id: &str, read: Result<(), Unfit>, refused: &mut Refused) -> Result<(), Error> {
    match read {
        Ok(()) => Ok(()),
        Err(Unfit::Value(message)) => {
            refused.insert(id.to_owned(), message);
            Ok(())
        }
        Err(Unfit::Internal(error)) => Err(error),
    }
}

/// Adds the comments, work and links of an update.
pub(super) fn add(call: &mut Call<'_, '_>, issue: &Issue, extras: Extras) -> Result<(), Error> {
    for value in &extras.comments {
        comment::add_to(call, issue, value)?;
    }
    for value in &extras.worklogs {
        worklog::add_to(call, issue, value)?;
    }
    for value in &extras.links {
        link::add_to(call, issue, value)?;
    }
    Ok(())
}

/// Writes a changed issue with its history, and tells the webhooks. Nothing is written where nothing differs.
/// `more` are entries that the fields themselves do not show.
pub(super) fn save(
    call: &mut Call<'_, '_>,
    before: &Issue,
    mut after: Issue,
    more: Vec<ChangeItem>,
    event: &str,
) -> Result<Issue, Error> {
    let mut items = history::difference(call.state, before, &after)?;
    items.extend(more);
    if items.is_empty() && *before == after {
        return Ok(after);
    }
    after.updated = call.state.now();
    if before.parent != after.parent {
        adopt(call, before.parent.as_deref(), after.parent.as_deref(), &after.id)?;
    }
    call.state.put_issue(&after)?;
    let author = call.me().to_owned();
    if let Some(change) = history::record(call.state, &after.id, &author, items)? {
        let names_assignee = change.items.iter().all(|item| item.field == "assignee");
        let event = if names_assignee { "issue_assigned" } else { event };
        webhooks::issue(call.state, &call.wire, &call.user, Event::Updated(event), &after, Some(&change))?;
    }
    Ok(after)
}

/// Applies a change to every issue that it changes; says how many that were.
pub(super) fn change_all(call: &mut Call<'_, '_>, change: impl Fn(&mut Issue)) -> Result<usize, Error> {
    let mut issues = State::issues();
    let mut changed = Vec::new();
    while let Some(before) = call.state.step(&mut issues)? {
        let mut after = before.clone();
        change(&mut after);
        if before != after {
            changed.push((before, after));
        }
    }
    let count = changed.len();
    for (before, after) in changed {
        save(call, &before, after, Vec::new(), "issue_updated")?;
    }
    Ok(count)
}

/// Whether an issue is as asked for.
pub(super) fn any(call: &mut Call<'_, '_>, fits: impl Fn(&Issue) -> bool) -> Result<bool, Error> {
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if fits(&issue) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Moves an issue from one parent's children to another's.
pub(super) fn adopt(
    call: &mut Call<'_, '_>,
    from: Option<&str>,
    to: Option<&str>,
    child: &str,
) -> Result<(), Error> {
    if let Some(from) = from
        && let Some(mut parent) = call.state.issue(from)?
    {
        parent.children.retain(|held| held != child);
        call.state.put_issue(&parent)?;
    }
    if let Some(to) = to
        && let Some(mut parent) = call.state.issue(to)?
    {
        parent.children.push(child.to_owned());
        call.state.put_issue(&parent)?;
    }
    Ok(())
}
