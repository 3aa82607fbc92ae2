//! UI modifications: what apps change in the views of issues. They are kept; the twin has no views.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::state::{ISSUE_TYPES, PROJECTS};
use crate::wire;

use super::call::Call;
use super::group::uuid;
use super::resource::extend;
use super::route::{Family, Route, full};

static MODIFICATIONS: Kind = Kind::empty("ui_modifications");
const ONE: &str = "uiModifications/{uiModificationId}";

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["uiModifications"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createUiModification", "POST", "uiModifications", create),
    full("deleteUiModification", "DELETE", ONE, delete),
    full("getUiModifications", "GET", "uiModifications", list),
    full("updateUiModification", "PUT", ONE, update),
];

/// `GET uiModifications`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let expand = call.query.list("expand");
    let has = |name: &str| expand.iter().any(|part| part == name);
    let mut all = Vec::new();
    for held in MODIFICATIONS.all(call.state)? {
        let id = id_of(&held);
        let mut shown = json!({
            "id": id, "name": held.get("name"), "description": held.get("description"),
            "self": call.wire.at(&format!("uiModifications/{id}")),
        });
        for member in ["data", "contexts"] {
            if has(member) {
                extend(&mut shown, json!({member: held.get(member)}));
            }
        }
        all.push(shown);
    }
    call.page(&all)
}

/// A modification with what a body says of it.
fn filled(call: &mut Call<'_, '_>, mut held: Value, body: &Map<String, Value>) -> Result<Value, Error> {
    for (name, most) in [("name", 255), ("description", 255), ("data", 50_000)] {
        let Some(given) = text(body, name) else { continue };
        if given.chars().count() > most {
            return Err(Error::message(400, format!("'{name}' cannot be longer than {most} characters.")));
        }
        extend(&mut held, json!({name: given}));
    }
    if text_of(&held, "name").is_empty() {
        return Err(Error::message(400, "The name is required."));
    }
    let Some(given) = body.get("contexts").and_then(Value::as_array) else { return Ok(held) };
    let mut contexts = Vec::new();
    for part in given {
        let (project, kind, view) =
            (text_of(part, "projectId"), text_of(part, "issueTypeId"), text_of(part, "viewType"));
        if !["GIC", "IssueView", "IssueTransition"].contains(&view.as_str()) {
            return Err(Error::message(400, format!("The view type '{view}' is not valid.")));
        }
        if call.state.get(&PROJECTS, &project)?.is_none() || call.state.get(&ISSUE_TYPES, &kind)?.is_none() {
            return Err(Error::message(404, "The project or the issue type of the context was not found."));
        }
        let id = uuid(&format!("context {project} {kind} {view}"));
        contexts.push(json!({"id": id, "projectId": project, "issueTypeId": kind, "viewType": view, "isAvailable": true}));
    }
    extend(&mut held, json!({"contexts": contexts}));
    Ok(held)
}

/// `POST uiModifications`.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = filled(call, json!({"contexts": []}), &body)?;
    let count = MODIFICATIONS.next_id(call.state)?;
    let id = uuid(&format!("ui modification {count}"));
    let mut held = held;
    extend(&mut held, json!({"id": id}));
    MODIFICATIONS.put(call.state, &held)?;
    let address = call.wire.at(&format!("uiModifications/{id}"));
    Ok(wire::json(201, &json!({"id": id, "self": address})))
}

fn find(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let id = call.param(0).to_owned();
    MODIFICATIONS
        .get(call.state, &id)?
        .ok_or_else(|| Error::message(404, "The UI modification was not found."))
}

/// `PUT uiModifications/{}`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = find(call)?;
    let held = filled(call, held, &body)?;
    MODIFICATIONS.put(call.state, &held)?;
    Ok(wire::empty())
}

/// `DELETE uiModifications/{}`.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let held = find(call)?;
    MODIFICATIONS.remove(call.state, &id_of(&held))?;
    Ok(wire::empty())
}
