//! `POST issue`, `POST issue/bulk` and `createmeta`.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::scalar;
use crate::entities::{Issue, IssueType, Project, Transition};
use crate::errors::Error;
use crate::fields::input::{self, Input, Unfit};
use crate::fields::meta::{Screens, usual_priority};
use crate::state::{FIELDS, PROJECTS, STATUSES, WORKFLOWS};
use crate::webhooks::{self, Event};
use crate::wire;

use super::call::Call;
use super::edit::{self, Refused};
use super::{transition, verbs};

/// How many issues one bulk request may create.
const MOST_AT_ONCE: usize = 50;

/// `POST issue`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let (issue, moved) = create_one(call, &body)?;
    let mut shown = call.show().head(&issue);
    shown.extend(moved.map(|moved| ("transition".to_owned(), moved)));
    Ok(wire::json(201, &Value::Object(shown)))
}

/// `POST issue/bulk`: what can be created is created.
pub(super) fn create_bulk(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let updates = body.get("issueUpdates").and_then(Value::as_array).ok_or_else(Error::bad_payload)?;
    if updates.len() > MOST_AT_ONCE {
        return Err(Error::message(400, format!("Only {MOST_AT_ONCE} issues can be created at once.")));
    }
    let (mut issues, mut errors) = (Vec::new(), Vec::new());
    for (index, update) in updates.iter().enumerate() {
        let made = match update.as_object() {
            Some(body) => create_one(call, body),
            None => Err(Error::bad_payload()),
        };
        match made {
            Ok((issue, moved)) => {
                let mut shown = call.show().head(&issue);
                shown.extend(moved.map(|moved| ("transition".to_owned(), moved)));
                issues.push(Value::Object(shown));
            }
            Err(error) if error.is_internal() => return Err(error),
            Err(error) => errors.push(json!({
                "status": 400, "elementErrors": error.collection(), "failedElementNumber": index,
            })),
        }
    }
    let status = if issues.is_empty() && !errors.is_empty() { 400 } else { 201 };
    Ok(wire::json(status, &json!({"issues": issues, "errors": errors})))
}

/// Creates one issue; the value tells how the step went that the caller asked for, if any.
fn create_one(call: &mut Call<'_, '_>, body: &Map<String, Value>) -> Result<(Issue, Option<Value>), Error> {
    let (fields, given) = edit::parts(body)?;
    let (project, kind) = place(call, &fields)?;
    let screen = screen(call, &project, &kind)?;
    let mut issue = blank(call, &project, &kind)?;
    let mut refused = Refused::new();
    for (id, value) in fields.iter().filter(|(id, _)| !matches!(id.as_str(), "project" | "issuetype")) {
        if screen.iter().any(|known| known == id) {
            edit::set(call, &project, &mut issue, id, value, &mut refused)?;
        } else {
            refused.insert(id.clone(), input::unknown(id));
        }
    }
    let extras = verbs::update(call, &project, &mut issue, &given, &screen, &mut refused)?;
    if issue.summary.is_empty() && !refused.contains_key("summary") {
        refused.insert("summary".to_owned(), "You must specify a summary of the issue.".to_owned());
    }
    if kind.subtask && issue.parent.is_none() && !refused.contains_key("parent") {
        let message = "Issue type is a sub-task but parent issue key or id not specified.";
        refused.insert("parentId".to_owned(), message.to_owned());
    }
    if !refused.is_empty() {
        return Err(Error::fields(refused));
    }
    let issue = number(call, project, issue)?;
    edit::properties(call, &issue, body)?;
    let user = call.user.clone();
    webhooks::issue(call.state, &call.wire, &user, Event::Created, &issue, None)?;
    edit::add(call, &issue, extras)?;
    let moved = match body.get("transition").and_then(|step| step.get("id")).and_then(scalar) {
        None => None,
        Some(step) => Some(move_new(call, &issue, &step)?),
    };
    Ok((issue, moved))
}

/// Project and type of a new issue.
fn place(call: &mut Call<'_, '_>, fields: &Map<String, Value>) -> Result<(Project, IssueType), Error> {
    let named = fields.get("project").and_then(|project| project.get("id").or_else(|| project.get("key")));
    let project = match named.and_then(scalar) {
        Some(name) => call.state.project(&name)?,
        None => None,
    };
    let Some(project) = project else {
        return Err(Error::field("project", "Specify a valid project ID or key"));
    };
    let Some(kind) = fields.get("issuetype") else {
        return Err(Error::field("issuetype", "Specify an issue type"));
    };
    let documents = call.wire.documents();
    let kind = Input { state: call.state, project: &project, documents }.issue_type(kind);
    match kind {
        Ok(kind) => Ok((project, kind)),
        Err(Unfit::Value(message)) => Err(Error::field("issuetype", message)),
        Err(Unfit::Internal(error)) => Err(error),
    }
}

fn screen(call: &mut Call<'_, '_>, project: &Project, kind: &IssueType) -> Result<Vec<String>, Error> {
    let mut ids = Screens { state: call.state, wire: &call.wire, project }.ids(kind)?;
    ids.extend(["summary", "parent"].map(str::to_owned));
    Ok(ids)
}

/// An issue as it is before anybody fills it in.
pub(super) fn blank(call: &mut Call<'_, '_>, project: &Project, kind: &IssueType) -> Result<Issue, Error> {
    let now = call.state.now();
    let workflow = call.state.get(&WORKFLOWS, project.workflow_of(&kind.id))?;
    let status = workflow.map(|workflow| workflow.initial).unwrap_or_default();
    let mut custom = std::collections::BTreeMap::new();
    for field in call.state.all(&FIELDS)? {
        if let (true, Some(default)) = (field.applies_to(&kind.id), field.default) {
            custom.insert(field.id, default);
        }
    }
    let me = call.me().to_owned();
    Ok(Issue {
        project: project.id.clone(),
        issue_type: kind.id.clone(),
        status,
        priority: usual_priority(call.state)?.map(|priority| priority.id),
        assignee: (project.assignee_type == "PROJECT_LEAD").then(|| project.lead.clone()),
        reporter: Some(me.clone()),
        creator: me.clone(),
        created: now,
        updated: now,
        category_changed: now,
        watchers: vec![me],
        custom,
        ..Issue::default()
    })
}

/// Gives a new issue its id, key and rank, and writes it.
fn number(call: &mut Call<'_, '_>, mut project: Project, mut issue: Issue) -> Result<Issue, Error> {
    let number = call.state.next_number(&project)?;
    project.last_number = project.last_number.max(number);
    issue.id = call.state.next_id("issue")?;
    issue.key = format!("{}-{number}", project.key);
    issue.rank = call.state.next_rank()?;
    call.state.put(&PROJECTS, &project.id, &project)?;
    edit::adopt(call, None, issue.parent.as_deref(), &issue.id)?;
    call.state.put_issue(&issue)?;
    Ok(issue)
}

/// Takes the step that a new issue should take at once. The issue stays where the step is not possible.
fn move_new(call: &mut Call<'_, '_>, issue: &Issue, step: &str) -> Result<Value, Error> {
    let steps: Vec<Transition> = transition::available(call, issue)?;
    let Some(step) = steps.into_iter().find(|known| known.id == step) else {
        let error = Error::message(400, format!("Transition id '{step}' is not valid for this issue."));
        return Ok(json!({"status": 400, "errorCollection": error.collection()}));
    };
    let mut after = issue.clone();
    transition::enter(call, &mut after, &step)?;
    edit::save(call, issue, after, Vec::new(), "issue_generic")?;
    Ok(json!({"status": 200, "errorCollection": {"errorMessages": [], "errors": {}}}))
}

/// `GET issue/createmeta`.
pub(super) fn meta(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (ids, keys) = (call.query.list("projectIds"), call.query.list("projectKeys"));
    let kinds = (call.query.list("issuetypeIds"), call.query.repeated("issuetypeNames").to_vec());
    let with_fields = call.query.list("expand").iter().any(|part| part == "projects.issuetypes.fields");
    let mut shown = Vec::new();
    for project in call.state.all(&PROJECTS)? {
        let all = ids.is_empty() && keys.is_empty();
        if all || ids.contains(&project.id) || keys.iter().any(|key| key.eq_ignore_ascii_case(&project.key)) {
            shown.push(meta_project(call, &project, &kinds, with_fields)?);
        }
    }
    Ok(wire::json(200, &json!({"expand": "projects", "projects": shown})))
}

fn meta_project(
    call: &mut Call<'_, '_>,
    project: &Project,
    (ids, names): &(Vec<String>, Vec<String>),
    with_fields: bool,
) -> Result<Value, Error> {
    let mut kinds = Vec::new();
    let wire = call.wire.clone();
    let mut screens = Screens { state: call.state, wire: &wire, project };
    for kind in screens.kinds()? {
        let named = names.iter().flat_map(|names| names.split(',')).any(|name| name.trim() == kind.name)
            || names.contains(&kind.name);
        let any = ids.is_empty() && names.is_empty();
        if !any && !named && !ids.contains(&kind.id) {
            continue;
        }
        let mut shown = meta_kind(&wire, &kind);
        if with_fields && let Some(shown) = shown.as_object_mut() {
            shown.insert("expand".to_owned(), json!("fields"));
            shown.insert("fields".to_owned(), Value::Object(screens.create(&kind)?));
        }
        kinds.push(shown);
    }
    Ok(json!({
        "expand": "issuetypes",
        "self": wire.at(&format!("project/{}", project.id)),
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "avatarUrls": wire::project_avatars(&wire, project),
        "issuetypes": kinds,
    }))
}

fn meta_kind(wire: &wire::Wire, kind: &IssueType) -> Value {
    let mut shown = wire::issue_type(wire, kind);
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("avatarId");
        shown.insert("untranslatedName".to_owned(), json!(kind.name));
    }
    shown
}

/// `GET issue/createmeta/{}/issuetypes`.
pub(super) fn meta_kinds(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let wire = call.wire.clone();
    let kinds = Screens { state: call.state, wire: &wire, project: &project }.kinds()?;
    let shown: Vec<Value> = kinds.iter().map(|kind| meta_kind(&wire, kind)).collect();
    listed(call, "issueTypes", &shown)
}

/// `GET issue/createmeta/{}/issuetypes/{}`.
pub(super) fn meta_fields(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let project = call.project(&name)?;
    let wire = call.wire.clone();
    let mut screens = Screens { state: call.state, wire: &wire, project: &project };
    let kind = screens.kinds()?.into_iter().find(|kind| kind.id == id);
    let kind = kind.ok_or_else(|| Error::message(404, "Issue type with given id not found."))?;
    let mut shown = Vec::new();
    for (id, mut meta) in screens.create(&kind)? {
        if let Some(meta) = meta.as_object_mut() {
            meta.insert("fieldId".to_owned(), json!(id));
        }
        shown.push(meta);
    }
    listed(call, "fields", &shown)
}

/// The list under its own name, and under `values` as the older answer had it.
fn listed(call: &Call<'_, '_>, name: &str, items: &[Value]) -> Result<Response, Error> {
    let start = call.query.number("startAt", 0)?;
    let most = call.query.number("maxResults", 50)?;
    let shown: Vec<&Value> = items.iter().skip(start).take(most).collect();
    Ok(wire::json(200, &json!({"maxResults": most, "startAt": start, "total": items.len(), name: shown})))
}

/// The category of a status.
pub(super) fn category(call: &mut Call<'_, '_>, status: &str) -> Result<String, Error> {
    Ok(call.state.get(&STATUSES, status)?.map(|status| status.category).unwrap_or_default())
}
