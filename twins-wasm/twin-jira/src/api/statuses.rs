//! Statuses as the newer operations see them: made and changed many at once.

use serde_json::{Value, json};
use twin_sdk::{Reply, Response};

use crate::args::{scalar, text};
use crate::entities::Status;
use crate::errors::Error;
use crate::state::{PROJECTS, STATUSES, WORKFLOWS};
use crate::wire::{self, CATEGORIES};

use super::call::Call;
use super::route::{Family, Route, full};

/// The operations on statuses.
pub(super) const FAMILY: Family = Family { heads: &["statuses", "statuscategory"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createStatuses", "POST", "statuses", create),
    full("deleteStatusesById", "DELETE", "statuses", delete),
    full("getStatusCategory", "GET", "statuscategory/{idOrKey}", category),
    full("getStatusesById", "GET", "statuses", get),
    full("search", "GET", "statuses/search", search),
    full("updateStatuses", "PUT", "statuses", update),
];

/// The longest name.
const LONGEST: usize = 255;
/// The categories as these operations write them.
const NAMES: &[(&str, &str)] = &[("new", "TODO"), ("indeterminate", "IN_PROGRESS"), ("done", "DONE")];

/// `GET statuscategory/{}`, by id or key.
fn category(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let wanted = call.param(0).to_owned();
    let found = CATEGORIES.iter().find(|(key, id, ..)| *key == wanted || id.to_string() == wanted);
    let missing = || Error::message(404, format!("The status category '{wanted}' was not found."));
    let (key, ..) = found.ok_or_else(missing)?;
    Ok(wire::json(200, &wire::category(&call.wire, key)))
}

fn shown(call: &mut Call<'_, '_>, status: &Status, with_usages: bool) -> Result<Value, Error> {
    let name = NAMES.iter().find(|(key, _)| *key == status.category).map_or("TODO", |(_, name)| name);
    let scope = match &status.project {
        Some(project) => json!({"type": "PROJECT", "project": {"id": project}}),
        None => json!({"type": "GLOBAL"}),
    };
    let mut usages = Vec::new();
    if with_usages {
        let workflows = workflows_with(call, &status.id)?;
        for project in call.state.all(&PROJECTS)? {
            if workflows.iter().any(|id| project.uses_workflow(id)) {
                usages.push(json!({"project": {"id": project.id}, "issueTypes": project.issue_types}));
            }
        }
    }
    Ok(json!({
        "id": status.id, "name": status.name, "statusCategory": name, "scope": scope,
        "description": status.description, "usages": usages,
    }))
}

/// The ids of the workflows that a status is in.
fn workflows_with(call: &mut Call<'_, '_>, status: &str) -> Result<Vec<String>, Error> {
    let mut workflows = call.state.all(&WORKFLOWS)?;
    workflows.retain(|workflow| {
        workflow.initial == status || workflow.transitions.iter().any(|step| step.to == status)
    });
    Ok(workflows.into_iter().map(|workflow| workflow.id).collect())
}

fn with_usages(call: &Call<'_, '_>) -> bool {
    call.query.list("expand").iter().any(|part| part == "usages")
}

/// `GET statuses?id=...`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ids = call.query.list("id");
    if ids.is_empty() || ids.len() > 50 {
        return Err(Error::message(400, "Between 1 and 50 status ids must be provided."));
    }
    let usages = with_usages(call);
    let mut all = Vec::new();
    for id in &ids {
        if let Some(status) = call.state.get(&STATUSES, id)? {
            all.push(shown(call, &status, usages)?);
        }
    }
    Ok(wire::json(200, &json!(all)))
}

/// `GET statuses/search`.
fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let needle = call.query.text("searchString").unwrap_or_default().to_lowercase();
    let project = call.query.text("projectId").map(str::to_owned);
    let category = call.query.text("statusCategory").map(str::to_owned);
    if let Some(category) = &category
        && !NAMES.iter().any(|(_, name)| name == category)
    {
        return Err(Error::message(400, format!("The status category '{category}' is not valid.")));
    }
    let usages = with_usages(call);
    let mut all = Vec::new();
    for status in call.state.all(&STATUSES)? {
        let name = NAMES.iter().find(|(key, _)| *key == status.category).map(|(_, name)| (*name).to_owned());
        if status.name.to_lowercase().contains(&needle)
            && (category.is_none() || name == category)
            && status.project == project
        {
            all.push(shown(call, &status, usages)?);
        }
    }
    call.page(&all)
}

/// A status with what a body says of it.
fn filled(call: &mut Call<'_, '_>, mut status: Status, body: &Value) -> Result<Status, Error> {
    let bad = |message: String| Err(Error::message(400, message));
    let member = |name: &str| body.get(name).and_then(scalar);
    let Some(name) = member("name").or_else(|| (!status.id.is_empty()).then(|| status.name.clone())) else {
        return bad("The status name is required.".to_owned());
    };
    if name.chars().count() > LONGEST {
        return bad(format!("The status name must not exceed {LONGEST} characters."));
    }
    let is_taken = |held: &Status| {
        held.id != status.id && held.project == status.project && held.name.eq_ignore_ascii_case(&name)
    };
    if call.state.all(&STATUSES)?.iter().any(is_taken) {
        return bad(format!("The status name '{name}' is already in use."));
    }
    status.name = name;
    match member("statusCategory") {
        Some(category) => match NAMES.iter().find(|(_, name)| *name == category) {
            Some((key, _)) => (*key).clone_into(&mut status.category),
            None => return bad(format!("The status category '{category}' is not valid.")),
        },
        None if status.category.is_empty() => return bad("The status category is required.".to_owned()),
        None => {}
    }
    if let Some(description) = body.get("description").and_then(Value::as_str) {
        description.clone_into(&mut status.description);
    }
    Ok(status)
}

fn listed(call: &Call<'_, '_>) -> Result<Vec<Value>, Error> {
    let body = call.object()?;
    match body.get("statuses").and_then(Value::as_array) {
        Some(list) if !list.is_empty() => Ok(list.clone()),
        _ => Err(Error::message(400, "There must be at least one status.")),
    }
}

/// `POST statuses`: all of them, or none where one is wrong.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("create statuses")?;
    let body = call.object()?;
    let scope = body.get("scope").and_then(Value::as_object).cloned().unwrap_or_default();
    let project = match text(&scope, "type").as_deref() {
        Some("GLOBAL") => None,
        Some("PROJECT") => {
            let id = scope.get("project").and_then(|project| project.get("id")).and_then(scalar);
            Some(call.project(&id.unwrap_or_default())?.id)
        }
        _ => return Err(Error::message(400, "The scope must be GLOBAL or PROJECT.")),
    };
    let mut fresh: Vec<Status> = Vec::new();
    for given in listed(call)? {
        let blank = Status {
            id: String::new(),
            name: String::new(),
            description: String::new(),
            category: String::new(),
            project: project.clone(),
        };
        let status = filled(call, blank, &given)?;
        if fresh.iter().any(|held| held.name.eq_ignore_ascii_case(&status.name)) {
            return Err(Error::message(400, format!("The status name '{}' is already in use.", status.name)));
        }
        fresh.push(status);
    }
    let mut all = Vec::new();
    for mut status in fresh {
        status.id = call.state.next_id("status")?;
        call.state.put(&STATUSES, &status.id, &status)?;
        all.push(shown(call, &status, false)?);
    }
    Ok(wire::json(200, &json!(all)))
}

/// `PUT statuses`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("update statuses")?;
    let mut changed = Vec::new();
    for given in listed(call)? {
        let id = given.get("id").and_then(scalar).unwrap_or_default();
        let held = call.state.get(&STATUSES, &id)?;
        let held =
            held.ok_or_else(|| Error::message(400, format!("The status with id '{id}' was not found.")))?;
        changed.push(filled(call, held, &given)?);
    }
    for status in &changed {
        call.state.put(&STATUSES, &status.id, status)?;
    }
    Ok(wire::empty())
}

/// `DELETE statuses?id=...`: those of no workflow.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete statuses")?;
    let ids = call.query.list("id");
    if ids.is_empty() {
        return Err(Error::message(400, "The required query parameter 'id' was missing."));
    }
    for id in &ids {
        if call.state.get(&STATUSES, id)?.is_none() {
            return Err(Error::message(400, format!("The status with id '{id}' was not found.")));
        }
        if !workflows_with(call, id)?.is_empty() {
            return Err(Error::message(400, format!("The status with id '{id}' is in use by a workflow.")));
        }
    }
    for id in &ids {
        call.state.delete(&STATUSES, id);
    }
    Ok(Reply::empty(204).build())
}
