//! Properties of many issues at once.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::scalar;
use crate::errors::Error;
use crate::state::{PROPERTIES, State};

use super::call::Call;
use super::issue_parts::ids_in;
use super::{property, task};

/// Sets properties of issues and says so as a task. Issues that are not there are passed over.
fn set(call: &mut Call<'_, '_>, ids: &[String], values: &Map<String, Value>) -> Result<usize, Error> {
    let mut count = 0;
    for id in ids {
        if call.state.issue(id)?.is_some() {
            for (key, value) in values {
                property::put(call, "issue", id, key, value.clone())?;
            }
            count += 1;
        }
    }
    Ok(count)
}

/// `POST issue/properties`: the same values for all.
pub(super) fn set_list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let ids = ids_in(&body, "entitiesIds");
    let values = body.get("properties").and_then(Value::as_object);
    let values = values.filter(|values| !values.is_empty() && values.len() <= 10 && !ids.is_empty());
    let values =
        values.ok_or_else(|| Error::message(400, "Issue ids and up to 10 properties must be provided."))?;
    let count = set(call, &ids, values)?;
    task::see(call, "Bulk set issue properties", json!({"issuesChanged": count}))
}

/// `POST issue/properties/multi`: its own values for each.
pub(super) fn set_each(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let issues = body.get("issues").and_then(Value::as_array).filter(|issues| issues.len() <= 100);
    let issues = issues.ok_or_else(|| Error::message(400, "Up to 100 issues must be provided."))?;
    let mut count = 0;
    for issue in issues {
        let id = issue.get("issueID").and_then(scalar).unwrap_or_default();
        let values = issue.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        count += set(call, &[id], &values)?;
    }
    task::see(call, "Bulk set issue properties by issue", json!({"issuesChanged": count}))
}

/// The issues that a filter in a body is about.
fn filtered(call: &mut Call<'_, '_>, key: &str, filter: &Map<String, Value>) -> Result<Vec<String>, Error> {
    let ids = ids_in(filter, "entityIds");
    let (has, is) = (filter.get("hasProperty").and_then(Value::as_bool), filter.get("currentValue"));
    let mut found = Vec::new();
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if !ids.is_empty() && !ids.contains(&issue.id) {
            continue;
        }
        let held = call.state.get(&PROPERTIES, &format!("issue/{}/{key}", issue.id))?;
        let fits = has.is_none_or(|has| has == held.is_some())
            && is.is_none_or(|value| held.as_ref().is_some_and(|held| held.value == *value));
        if fits {
            found.push(issue.id);
        }
    }
    Ok(found)
}

/// `PUT issue/properties/{}`: one value for those that a filter finds.
pub(super) fn set_one(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let key = call.param(0).to_owned();
    let Some(value) = body.get("value").cloned() else {
        return Err(Error::message(400, "Only a 'value' is supported; expressions are not."));
    };
    let filter = body.get("filter").and_then(Value::as_object).cloned().unwrap_or_default();
    let ids = filtered(call, &key, &filter)?;
    let count = set(call, &ids, &Map::from_iter([(key, value)]))?;
    task::see(call, "Bulk set issue property", json!({"issuesChanged": count}))
}

/// `DELETE issue/properties/{}`.
pub(super) fn clear(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let filter = if call.incoming.bytes().is_empty() { Map::new() } else { call.object()? };
    let key = call.param(0).to_owned();
    let ids = filtered(call, &key, &filter)?;
    let mut count = 0;
    for id in &ids {
        count += usize::from(call.state.delete(&PROPERTIES, &format!("issue/{id}/{key}")));
    }
    task::see(call, "Bulk delete issue property", json!({"issuesChanged": count}))
}
