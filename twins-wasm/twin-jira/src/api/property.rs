//! Values that apps keep with issues and projects.

use serde_json::{Map, Value, json};
use twin_sdk::{Reply, Response};

use crate::args;
use crate::entities::{Issue, Property};
use crate::errors::Error;
use crate::state::PROPERTIES;
use crate::wire;

use super::call::Call;

/// The longest key, and the longest value in bytes.
const LONGEST_KEY: usize = 255;
const LONGEST_VALUE: usize = 32_768;

/// What a property belongs to: the kind, the id, and the address before `/properties`.
struct Owner {
    kind: &'static str,
    id: String,
    path: String,
}

fn issue(call: &mut Call<'_, '_>) -> Result<Owner, Error> {
    let issue = call.issue()?;
    Ok(Owner { kind: "issue", path: format!("issue/{}", issue.key), id: issue.id })
}

fn project(call: &mut Call<'_, '_>) -> Result<Owner, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    Ok(Owner { kind: "project", path: format!("project/{}", project.key), id: project.id })
}

/// Keeps a value; says whether there was one before.
pub(super) fn put(
    call: &mut Call<'_, '_>,
    kind: &str,
    id: &str,
    key: &str,
    value: Value,
) -> Result<bool, Error> {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        return Err(Error::message(400, "The property key must be between 1 and 255 characters."));
    }
    if value.to_string().len() > LONGEST_VALUE {
        return Err(Error::message(
            400,
            "The property value is too long. It must not exceed 32768 characters.",
        ));
    }
    let place = format!("{kind}/{id}/{key}");
    let held = call.state.get(&PROPERTIES, &place)?.is_some();
    call.state.put(&PROPERTIES, &place, &Property { key: key.to_owned(), value })?;
    Ok(held)
}

/// The properties of an issue that a caller asks for; `*all` is all.
pub(super) fn of_issue(call: &mut Call<'_, '_>, issue: &Issue, wanted: &[String]) -> Result<Value, Error> {
    let all = wanted.iter().any(|key| key == "*all");
    let mut shown = Map::new();
    for property in call.state.below(&PROPERTIES, &format!("issue/{}", issue.id))? {
        if all || wanted.contains(&property.key) {
            shown.insert(property.key, property.value);
        }
    }
    Ok(Value::Object(shown))
}

fn keys(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let held = call.state.below(&PROPERTIES, &format!("{}/{}", owner.kind, owner.id))?;
    let shown = held.iter().map(|property| {
        let address = call.wire.at(&format!("{}/properties/{}", owner.path, property.key));
        json!({"self": address, "key": property.key})
    });
    let shown: Vec<Value> = shown.collect();
    Ok(wire::json(200, &json!({"keys": shown})))
}

fn get(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let key = call.param(1).to_owned();
    let missing = || Error::message(404, format!("The property with key '{key}' does not exist."));
    let held =
        call.state.get(&PROPERTIES, &format!("{}/{}/{key}", owner.kind, owner.id))?.ok_or_else(missing)?;
    Ok(wire::json(200, &json!({"key": held.key, "value": held.value})))
}

fn set(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let value = args::body(call.incoming)?;
    let key = call.param(1).to_owned();
    let held = put(call, owner.kind, &owner.id, &key, value)?;
    Ok(Reply::of_json_text(if held { 200 } else { 201 }, "").build())
}

fn delete(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let key = call.param(1).to_owned();
    if call.state.delete(&PROPERTIES, &format!("{}/{}/{key}", owner.kind, owner.id)) {
        return Ok(wire::empty());
    }
    Err(Error::message(404, format!("The property with key '{key}' does not exist.")))
}

/// `GET issue/{}/properties`.
pub(super) fn issue_keys(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = issue(call)?;
    keys(call, &owner)
}

/// `GET issue/{}/properties/{}`.
pub(super) fn issue_get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = issue(call)?;
    get(call, &owner)
}

/// `PUT issue/{}/properties/{}`.
pub(super) fn issue_set(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = issue(call)?;
    call.count_write(&owner.id)?;
    set(call, &owner)
}

/// `DELETE issue/{}/properties/{}`.
pub(super) fn issue_delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = issue(call)?;
    call.count_write(&owner.id)?;
    delete(call, &owner)
}

/// `GET project/{}/properties`.
pub(super) fn project_keys(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = project(call)?;
    keys(call, &owner)
}

/// `GET project/{}/properties/{}`.
pub(super) fn project_get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = project(call)?;
    get(call, &owner)
}

/// `PUT project/{}/properties/{}`.
pub(super) fn project_set(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = project(call)?;
    set(call, &owner)
}

/// `DELETE project/{}/properties/{}`.
pub(super) fn project_delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = project(call)?;
    delete(call, &owner)
}
