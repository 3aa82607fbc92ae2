//! The levels of issue security schemes, and whom each lets see issues.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::errors::Error;
use crate::kept::{id_of, number, text_of};
use crate::wire;

use super::call::Call;
use super::resource::{extend, find, may_write};
use super::security_schemes::{SCHEMES, Schemes};
use super::task;

/// Whom a level may let see issues.
const MEMBERS: &[&str] = &[
    "reporter",
    "assignee",
    "projectLead",
    "user",
    "group",
    "projectRole",
    "applicationRole",
    "userCustomField",
    "groupCustomField",
];

/// The levels of a scheme.
pub(super) fn levels_of(scheme: &Value) -> Vec<Value> {
    scheme.get("_levels").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// A level as clients see it.
pub(super) fn shown_level(call: &Call<'_, '_>, level: &Value) -> Value {
    let id = id_of(level);
    json!({
        "self": call.wire.at(&format!("securitylevel/{id}")), "id": id, "name": text_of(level, "name"),
        "description": text_of(level, "description"),
    })
}

/// Adds levels to a scheme; `isDefault` marks the one that new issues have.
pub(super) fn read_levels(call: &mut Call<'_, '_>, scheme: &mut Value, given: &[Value]) -> Result<(), Error> {
    let mut levels = levels_of(scheme);
    for part in given {
        let name = text_of(part, "name");
        if name.is_empty() || name.chars().count() > 255 {
            return Err(Error::message(400, "The security level needs a name of at most 255 characters."));
        }
        if levels.iter().any(|held| text_of(held, "name") == name) {
            return Err(Error::message(400, format!("The security level name '{name}' is used twice.")));
        }
        let id = call.state.next_id("security level")?;
        let members = part.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
        let members = read_members(call, &members)?;
        if part.get("isDefault") == Some(&json!(true)) {
            extend(scheme, json!({"_default": id}));
        }
        levels.push(
            json!({"id": id, "name": name, "description": text_of(part, "description"), "members": members}),
        );
    }
    extend(scheme, json!({"_levels": levels}));
    Ok(())
}

fn read_members(call: &mut Call<'_, '_>, given: &[Value]) -> Result<Vec<Value>, Error> {
    let mut members = Vec::new();
    for part in given {
        let kind = text_of(part, "type");
        if !MEMBERS.contains(&kind.as_str()) {
            return Err(Error::message(400, format!("The member type '{kind}' is not valid.")));
        }
        let id = call.state.next_id("security member")?;
        let mut holder = json!({"type": kind});
        if let Some(parameter) = part.get("parameter").and_then(scalar) {
            extend(&mut holder, json!({"parameter": parameter, "value": parameter, "expand": kind}));
        }
        members.push(json!({"id": number(&id), "holder": holder}));
    }
    Ok(members)
}

/// `GET issuesecurityschemes/{}/members`.
pub(super) fn members(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let scheme = find::<Schemes>(call, 0)?;
    let levels = call.query.list("issueSecurityLevelId");
    let mut all = Vec::new();
    for level in levels_of(&scheme) {
        if !levels.is_empty() && !levels.contains(&id_of(&level)) {
            continue;
        }
        for member in level.get("members").and_then(Value::as_array).into_iter().flatten() {
            let mut shown = member.clone();
            extend(&mut shown, json!({"issueSecurityLevelId": number(&id_of(&level))}));
            all.push(shown);
        }
    }
    call.page(&all)
}

/// `GET securitylevel/{}`.
pub(super) fn level(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let levels = SCHEMES.all(call.state)?.iter().flat_map(levels_of).collect::<Vec<_>>();
    let found = levels.iter().find(|level| id_of(level) == id);
    let found = found.ok_or_else(|| Error::message(404, "The issue security level was not found."))?;
    Ok(wire::json(200, &shown_level(call, found)))
}

/// `PUT issuesecurityschemes/{}/level`.
pub(super) fn add_levels(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let given = call.object()?.get("levels").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut scheme = find::<Schemes>(call, 0)?;
    read_levels(call, &mut scheme, &given)?;
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// Changes the level that the second placeholder names; none takes it away.
fn change_level(
    call: &mut Call<'_, '_>,
    change: impl FnOnce(&mut Call<'_, '_>, Value) -> Result<Option<Value>, Error>,
) -> Result<(), Error> {
    may_write::<Schemes>(call)?;
    let mut scheme = find::<Schemes>(call, 0)?;
    let id = call.param(1).to_owned();
    let mut levels = levels_of(&scheme);
    let at = levels.iter().position(|level| id_of(level) == id);
    let at = at.ok_or_else(|| Error::message(404, "The issue security level was not found."))?;
    let level = levels.remove(at);
    if let Some(level) = change(call, level)? {
        levels.insert(at, level);
    }
    extend(&mut scheme, json!({"_levels": levels}));
    Ok(SCHEMES.put(call.state, &scheme)?)
}

/// `PUT issuesecurityschemes/{}/level/{}`.
pub(super) fn update_level(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    change_level(call, |_, mut level| {
        for name in ["name", "description"] {
            if let Some(given) = text(&body, name) {
                extend(&mut level, json!({name: given}));
            }
        }
        Ok(Some(level))
    })?;
    Ok(wire::empty())
}

/// `DELETE issuesecurityschemes/{}/level/{}`.
pub(super) fn remove_level(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    change_level(call, |_, _| Ok(None))?;
    task::see(call, "Delete issue security level", json!(""))
}

/// `PUT issuesecurityschemes/{}/level/{}/member`.
pub(super) fn add_members(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let given = call.object()?.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
    change_level(call, |call, mut level| {
        let mut members = level.get("members").and_then(Value::as_array).cloned().unwrap_or_default();
        members.extend(read_members(call, &given)?);
        extend(&mut level, json!({"members": members}));
        Ok(Some(level))
    })?;
    Ok(wire::empty())
}
