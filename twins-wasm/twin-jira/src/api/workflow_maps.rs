//! What a workflow scheme, or the draft of one, maps: its default workflow, one type of issue, or one workflow.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::errors::Error;
use crate::kept::text_of;
use crate::wire;

use super::call::Call;
use super::resource::{Resource, extend, find, may_write};
use super::workflow_drafts as drafts;
use super::workflow_schemes::{Schemes, check_flows, is_active, mappings_of, types_in, usual_name};

/// The scheme that the first placeholder names, or its draft.
fn open<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    may_write::<Schemes>(call)?;
    let scheme = find::<Schemes>(call, 0)?;
    let prefers_draft = call.query.flag("returnDraftIfExists") == Some(true) && drafts::has(&scheme);
    if DRAFT || prefers_draft { drafts::of(&scheme) } else { Ok(scheme) }
}

/// Keeps what changed: in the scheme, or in its draft where it is in use.
fn keep<const DRAFT: bool>(
    call: &mut Call<'_, '_>,
    body: &Map<String, Value>,
    more: Value,
) -> Result<Response, Error> {
    let mut scheme = find::<Schemes>(call, 0)?;
    if !DRAFT && !is_active(call, &scheme)? {
        extend(&mut scheme, more);
        check_flows(call, &scheme)?;
        Schemes::SPEC.kind.put(call.state, &scheme)?;
        return Ok(wire::json(200, &Schemes::shown(call, &scheme)?));
    }
    if !DRAFT {
        drafts::needed(call, body)?;
        scheme = find::<Schemes>(call, 0)?;
    }
    drafts::of(&scheme)?;
    drafts::change(call, scheme, more)
}

/// A body that may be left out.
fn body_or_query(call: &Call<'_, '_>) -> Result<Map<String, Value>, Error> {
    if !call.incoming.bytes().is_empty() {
        return call.object();
    }
    let needed = call.query.flag("updateDraftIfNeeded") == Some(true);
    Ok(Map::from_iter([("updateDraftIfNeeded".to_owned(), json!(needed))]))
}

/// `GET .../default`.
pub(super) fn usual<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = open::<DRAFT>(call)?;
    Ok(wire::json(200, &json!({"workflow": scheme.get("defaultWorkflow")})))
}

/// `PUT .../default`.
pub(super) fn set_usual<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    open::<DRAFT>(call)?;
    let body = call.object()?;
    let name = text(&body, "workflow").ok_or_else(|| Error::message(400, "The workflow is required."))?;
    keep::<DRAFT>(call, &body, json!({"defaultWorkflow": name}))
}

/// `DELETE .../default`: the site's first workflow is the default from now on.
pub(super) fn clear_usual<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    open::<DRAFT>(call)?;
    let body = body_or_query(call)?;
    let name = usual_name(call)?;
    keep::<DRAFT>(call, &body, json!({"defaultWorkflow": name}))
}

/// `GET .../issuetype/{}`.
pub(super) fn kind<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = open::<DRAFT>(call)?;
    let kind = call.param(1).to_owned();
    let name = mappings_of(&scheme).remove(&kind);
    let name =
        name.ok_or_else(|| Error::message(404, "The issue type is not mapped in the workflow scheme."))?;
    Ok(wire::json(200, &json!({"issueType": kind, "workflow": name})))
}

/// `PUT .../issuetype/{}`.
pub(super) fn set_type<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut mapped = mappings_of(&open::<DRAFT>(call)?);
    let body = call.object()?;
    let name = text(&body, "workflow").ok_or_else(|| Error::message(400, "The workflow is required."))?;
    mapped.insert(call.param(1).to_owned(), name);
    keep::<DRAFT>(call, &body, json!({"issueTypeMappings": mapped}))
}

/// `DELETE .../issuetype/{}`.
pub(super) fn clear_type<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut mapped = mappings_of(&open::<DRAFT>(call)?);
    let body = body_or_query(call)?;
    if mapped.remove(call.param(1)).is_none() {
        return Err(Error::message(404, "The issue type is not mapped in the workflow scheme."));
    }
    keep::<DRAFT>(call, &body, json!({"issueTypeMappings": mapped}))
}

/// `GET .../workflow`: which types have which workflow.
pub(super) fn flow<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = open::<DRAFT>(call)?;
    let usual = text_of(&scheme, "defaultWorkflow");
    let mapped = mappings_of(&scheme);
    let shown = |name: &str| {
        let kinds = mapped.iter().filter(|(_, held)| *held == name);
        let kinds: Vec<&String> = kinds.map(|(kind, _)| kind).collect();
        json!({"workflow": name, "issueTypes": kinds, "defaultMapping": name == usual})
    };
    if let Some(name) = call.query.text("workflowName") {
        if name != usual && !mapped.values().any(|held| held == name) {
            return Err(Error::message(404, "The workflow is not in the workflow scheme."));
        }
        return Ok(wire::json(200, &shown(name)));
    }
    let mut names = vec![usual.clone()];
    names.extend(mapped.values().filter(|name| **name != usual).cloned());
    names.dedup();
    let all: Vec<Value> = names.iter().map(|name| shown(name)).collect();
    Ok(wire::json(200, &json!(all)))
}

/// `PUT .../workflow`.
pub(super) fn set_flow<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = open::<DRAFT>(call)?;
    let body = call.object()?;
    let name = call.query.required("workflowName")?.to_owned();
    let mut mapped = mappings_of(&scheme);
    mapped.retain(|_, held| *held != name);
    mapped.extend(types_in(&body).into_iter().map(|kind| (kind, name.clone())));
    let mut more = json!({"issueTypeMappings": mapped});
    if body.get("defaultMapping") == Some(&json!(true)) {
        extend(&mut more, json!({"defaultWorkflow": name}));
    }
    keep::<DRAFT>(call, &body, more)
}

/// `DELETE .../workflow`.
pub(super) fn clear_flow<const DRAFT: bool>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = open::<DRAFT>(call)?;
    let body = body_or_query(call)?;
    let name = call.query.required("workflowName")?.to_owned();
    let mut mapped = mappings_of(&scheme);
    mapped.retain(|_, held| *held != name);
    let mut more = json!({"issueTypeMappings": mapped});
    if text_of(&scheme, "defaultWorkflow") == name {
        let usual = usual_name(call)?;
        extend(&mut more, json!({"defaultWorkflow": usual}));
    }
    keep::<DRAFT>(call, &body, more)?;
    Ok(twin_sdk::Reply::of_json_text(200, "").build())
}
