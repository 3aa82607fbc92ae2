//! Drafts of workflow schemes that projects have: changed beside them and put in their place when they are published.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::errors::Error;
use crate::kept::{id_of, number, text_of};
use crate::{moment, wire};

use super::call::Call;
use super::resource::{Resource, extend, find, may_write};
use super::settings;
use super::workflow_schemes::{Schemes, check_flows, is_active, moves_for};
use super::{edit, task};

const MEMBERS: &[&str] = &["name", "description", "defaultWorkflow", "issueTypeMappings"];

/// Whether a scheme has a draft.
pub(super) fn has(scheme: &Value) -> bool {
    scheme.get("_draft").is_some_and(|draft| !draft.is_null())
}

/// The draft of a scheme.
pub(super) fn of(scheme: &Value) -> Result<Value, Error> {
    let missing = || Error::message(404, "The workflow scheme has no draft.");
    scheme.get("_draft").filter(|draft| !draft.is_null()).cloned().ok_or_else(missing)
}

fn shown(call: &mut Call<'_, '_>, scheme: &Value) -> Result<Response, Error> {
    let draft = of(scheme)?;
    let id = id_of(scheme);
    let modified = draft.get("modified").and_then(Value::as_u64).unwrap_or_default();
    let by = call.shown_user(&text_of(&draft, "by"))?;
    let member = |name: &str| draft.get(name).or_else(|| scheme.get(name));
    Ok(wire::json(
        200,
        &json!({
            "id": number(&id), "name": member("name"), "description": member("description"),
            "defaultWorkflow": member("defaultWorkflow"), "issueTypeMappings": member("issueTypeMappings"),
            "originalDefaultWorkflow": scheme.get("defaultWorkflow"),
            "originalIssueTypeMappings": scheme.get("issueTypeMappings"), "draft": true, "lastModifiedUser": by,
            "lastModified": moment::show(modified), "self": call.wire.at(&format!("workflowscheme/{id}/draft")),
        }),
    ))
}

fn begin(call: &mut Call<'_, '_>, scheme: &mut Value) -> Result<(), Error> {
    let mut draft = json!({"modified": call.state.now(), "by": call.me()});
    for name in MEMBERS {
        extend(&mut draft, json!({*name: scheme.get(*name)}));
    }
    extend(scheme, json!({"_draft": draft}));
    Ok(Schemes::SPEC.kind.put(call.state, scheme)?)
}

/// Changes a draft.
pub(super) fn change(call: &mut Call<'_, '_>, mut scheme: Value, more: Value) -> Result<Response, Error> {
    let mut draft = of(&scheme)?;
    extend(&mut draft, more);
    extend(&mut draft, json!({"modified": call.state.now(), "by": call.me()}));
    check_flows(call, &draft)?;
    extend(&mut scheme, json!({"_draft": draft}));
    Schemes::SPEC.kind.put(call.state, &scheme)?;
    shown(call, &scheme)
}

/// Makes a draft of a scheme in use, where the caller lets that be done.
pub(super) fn needed(call: &mut Call<'_, '_>, body: &Map<String, Value>) -> Result<(), Error> {
    let allowed = body.get("updateDraftIfNeeded") == Some(&json!(true))
        || call.query.flag("updateDraftIfNeeded") == Some(true);
    if !allowed {
        return Err(Error::message(
            400,
            "The workflow scheme is active. Set 'updateDraftIfNeeded' to update its draft.",
        ));
    }
    let mut scheme = find::<Schemes>(call, 0)?;
    if has(&scheme) { Ok(()) } else { begin(call, &mut scheme) }
}

/// `POST workflowscheme/{}/createdraft`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let mut scheme = find::<Schemes>(call, 0)?;
    if has(&scheme) {
        return Err(Error::message(400, "The workflow scheme already has a draft."));
    }
    if !is_active(call, &scheme)? {
        return Err(Error::message(400, "A draft can only be created of an active workflow scheme."));
    }
    begin(call, &mut scheme)?;
    let mut response = shown(call, &scheme)?;
    response.status = 201;
    Ok(response)
}

/// `GET workflowscheme/{}/draft`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let scheme = find::<Schemes>(call, 0)?;
    shown(call, &scheme)
}

/// `PUT workflowscheme/{}/draft`: makes one where there is none.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    let mut scheme = find::<Schemes>(call, 0)?;
    if !has(&scheme) {
        begin(call, &mut scheme)?;
    }
    let given = MEMBERS.iter().filter_map(|name| Some(((*name).to_owned(), body.get(*name)?.clone())));
    let more = Value::Object(given.collect());
    change(call, scheme, more)
}

/// `DELETE workflowscheme/{}/draft`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let mut scheme = find::<Schemes>(call, 0)?;
    of(&scheme)?;
    extend(&mut scheme, json!({"_draft": null}));
    Schemes::SPEC.kind.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// `POST workflowscheme/{}/draft/publish`: issues whose status is no more move to where the body says.
pub(super) fn publish(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = if call.incoming.bytes().is_empty() { Map::new() } else { call.object()? };
    let mut scheme = find::<Schemes>(call, 0)?;
    let draft = of(&scheme)?;
    let mut moves = BTreeMap::new();
    for given in body.get("statusMappings").and_then(Value::as_array).into_iter().flatten() {
        let from = (text_of(given, "issueTypeId"), text_of(given, "statusId"));
        moves.insert(from, text_of(given, "newStatusId"));
    }
    let projects = settings::projects_of::<Schemes>(call, &id_of(&scheme))?;
    let changes = moves_for(call, &draft, &projects, &moves)?;
    if call.query.flag("validateOnly") == Some(true) {
        return Ok(wire::empty());
    }
    for name in MEMBERS {
        extend(&mut scheme, json!({*name: draft.get(*name)}));
    }
    extend(&mut scheme, json!({"_draft": null}));
    settings::keep::<Schemes>(call, &scheme)?;
    let count = changes.len();
    edit::change_all(call, |issue| {
        if let Some(to) = changes.get(&issue.id) {
            issue.status.clone_from(to);
        }
    })?;
    task::see(call, "Publish draft workflow scheme", json!({"issuesChanged": count}))
}
