//! The properties of a workflow's steps, and the rules that apps have on them.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::Workflow;
use crate::errors::Error;
use crate::kept::text_of;
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::workflows::{EXTRAS, by_name};

/// The workflow that the query names and its extras, with the properties of the step that the first placeholder names.
fn step(call: &mut Call<'_, '_>) -> Result<(Workflow, Value, Map<String, Value>), Error> {
    call.admin("access transition properties")?;
    let name = call.query.required("workflowName")?.to_owned();
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, "The workflow or the transition was not found.");
    let workflow = by_name(call, &name)?.ok_or_else(missing)?;
    workflow.transitions.iter().find(|step| step.id == id).ok_or_else(missing)?;
    let extras = EXTRAS.get(call.state, &workflow.id)?.unwrap_or_else(|| json!({"id": workflow.id}));
    let held = extras.get("properties").and_then(|held| held.get(&id)).and_then(Value::as_object).cloned();
    Ok((workflow, extras, held.unwrap_or_default()))
}

fn shown_property(key: &str, value: &Value) -> Value {
    json!({"id": key, "key": key, "value": value})
}

/// `GET workflow/transitions/{}/properties`.
pub(super) fn properties(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (_, _, held) = step(call)?;
    let key = call.query.text("key").map(str::to_owned);
    let wanted = held.iter().filter(|(held, _)| key.as_ref().is_none_or(|key| key == *held));
    let all: Vec<Value> = wanted.map(|(key, value)| shown_property(key, value)).collect();
    if all.is_empty() && key.is_some() {
        return Err(Error::message(404, "The transition property was not found."));
    }
    Ok(wire::json(200, &json!(all)))
}

fn keep_properties(
    call: &mut Call<'_, '_>,
    mut extras: Value,
    held: Map<String, Value>,
) -> Result<(), Error> {
    let mut by_step = extras.get("properties").cloned().unwrap_or_else(|| json!({}));
    extend(&mut by_step, json!({call.param(0).to_owned(): held}));
    extend(&mut extras, json!({"properties": by_step}));
    Ok(EXTRAS.put(call.state, &extras)?)
}

fn put_property(call: &mut Call<'_, '_>, fresh: bool) -> Result<Response, Error> {
    let (_, extras, mut held) = step(call)?;
    let key = call.query.required("key")?.to_owned();
    let value = text(&call.object()?, "value").unwrap_or_default();
    if key.starts_with("jira.i18n") {
        return Err(Error::message(400, format!("The property key '{key}' is reserved.")));
    }
    if fresh && held.contains_key(&key) {
        return Err(Error::message(400, "The transition already has a property with this key."));
    }
    held.insert(key.clone(), json!(value));
    keep_properties(call, extras, held)?;
    Ok(wire::json(200, &shown_property(&key, &json!(value))))
}

/// `POST workflow/transitions/{}/properties`.
pub(super) fn add_property(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    put_property(call, true)
}

/// `PUT workflow/transitions/{}/properties`.
pub(super) fn set_property(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    put_property(call, false)
}

/// `DELETE workflow/transitions/{}/properties`.
pub(super) fn remove_property(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (_, extras, mut held) = step(call)?;
    let key = call.query.required("key")?.to_owned();
    if held.remove(&key).is_none() {
        return Err(Error::message(404, "The transition property was not found."));
    }
    keep_properties(call, extras, held)?;
    Ok(twin_sdk::Reply::of_json_text(200, "").build())
}

/// `GET workflow/rule/config`: rules are those of the calling app, and apps have none here.
pub(super) fn rules(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kinds = call.query.list("types");
    if kinds.is_empty()
        || kinds.iter().any(|kind| !["postfunction", "condition", "validator"].contains(&kind.as_str()))
    {
        return Err(Error::message(
            400,
            "The query parameter 'types' must name postfunction, condition or validator.",
        ));
    }
    call.page(&[])
}

/// `PUT workflow/rule/config` and `/delete`: rules that are not there cannot be changed.
pub(super) fn change_rules(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let mut results = Vec::new();
    for given in body.get("workflows").and_then(Value::as_array).into_iter().flatten() {
        let id = given.get("workflowId").cloned().unwrap_or_default();
        let mut errors = Map::new();
        for kind in ["postFunctions", "conditions", "validators", "workflowRuleIds"] {
            for rule in given.get(kind).and_then(Value::as_array).into_iter().flatten() {
                let rule = scalar(rule).unwrap_or_else(|| text_of(rule, "id"));
                errors.insert(rule.clone(), json!([format!("The rule with id '{rule}' does not exist.")]));
            }
        }
        let known = by_name(call, &text_of(&id, "name"))?.is_some();
        let problems = if known { json!([]) } else { json!(["The workflow does not exist."]) };
        results.push(json!({"workflowId": id, "ruleUpdateErrors": errors, "updateErrors": problems}));
    }
    if results.is_empty() {
        return Err(Error::message(400, "The workflows are required."));
    }
    Ok(wire::json(200, &json!({"updateResults": results})))
}
