//! Roles of people in projects.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::texts;
use crate::errors::Error;
use crate::preset::ROLES;
use crate::state::{GROUPS, ROLE_ACTORS};
use crate::wire;

use super::call::Call;

type Role = (&'static str, &'static str, &'static str);

fn find(id: &str) -> Result<&'static Role, Error> {
    let missing = || {
        Error::message(404, format!("Can not retrieve a role actor for a null project role with id {id}."))
    };
    ROLES.iter().find(|(known, ..)| *known == id).ok_or_else(missing)
}

/// `GET project/{}/role`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = ROLES.iter().map(|(id, name, _)| {
        ((*name).to_owned(), json!(call.wire.at(&format!("project/{}/role/{id}", project.id))))
    });
    let shown: Map<String, Value> = shown.collect();
    Ok(wire::json(200, &Value::Object(shown)))
}

/// `GET role`.
pub(super) fn all(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let shown = ROLES.iter().map(|(id, name, description)| {
        let number = id.parse::<u64>().unwrap_or_default();
        json!({"self": call.wire.at(&format!("role/{id}")), "name": name, "id": number, "description": description})
    });
    let shown: Vec<Value> = shown.collect();
    Ok(wire::json(200, &json!(shown)))
}

/// `GET project/{}/role/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let project = call.project(&name)?;
    shown(call, &project.id, find(&id)?)
}

fn shown(call: &mut Call<'_, '_>, project: &str, (id, name, description): &Role) -> Result<Response, Error> {
    let held = call.state.get(&ROLE_ACTORS, &format!("{project}/{id}"))?.unwrap_or_default();
    let mut actors = Vec::new();
    for account in &held.users {
        let shown = call.state.user(account)?.map(|user| user.display_name);
        actors.push(json!({
            "id": actors.len() + 1, "displayName": shown, "type": "atlassian-user-role-actor",
            "actorUser": {"accountId": account},
        }));
    }
    for group in &held.groups {
        let id = super::group::group_id(group);
        actors.push(json!({
            "id": actors.len() + 1, "displayName": group, "type": "atlassian-group-role-actor", "name": group,
            "actorGroup": {"name": group, "displayName": group, "groupId": id},
        }));
    }
    Ok(wire::json(
        200,
        &json!({
            "self": call.wire.at(&format!("project/{project}/role/{id}")), "name": name,
            "id": id.parse::<u64>().unwrap_or_default(), "description": description, "actors": actors,
        }),
    ))
}

/// `POST project/{}/role/{}`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let project = call.project(&name)?;
    let role = find(&id)?;
    let place = format!("{}/{id}", project.id);
    let mut held = call.state.get(&ROLE_ACTORS, &place)?.unwrap_or_default();
    for user in texts(body.get("user")) {
        if call.state.user(&user)?.is_none() {
            return Err(Error::message(
                404,
                format!("'{user}' was not found and has not been added to the role."),
            ));
        }
        if !held.users.contains(&user) {
            held.users.push(user);
        }
    }
    let groups = call.state.all(&GROUPS)?;
    for group in texts(body.get("group")) {
        if !groups.iter().any(|known| known.name == group) {
            return Err(Error::message(
                404,
                format!("'{group}' was not found and has not been added to the role."),
            ));
        }
        if !held.groups.contains(&group) {
            held.groups.push(group);
        }
    }
    call.state.put(&ROLE_ACTORS, &place, &held)?;
    shown(call, &project.id, role)
}

/// `DELETE project/{}/role/{}`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let (user, group) =
        (call.query.text("user").map(str::to_owned), call.query.text("group").map(str::to_owned));
    let project = call.project(&name)?;
    find(&id)?;
    let place = format!("{}/{id}", project.id);
    let mut held = call.state.get(&ROLE_ACTORS, &place)?.unwrap_or_default();
    held.users.retain(|known| Some(known) != user.as_ref());
    held.groups.retain(|known| Some(known) != group.as_ref());
    call.state.put(&ROLE_ACTORS, &place, &held)?;
    Ok(wire::empty())
}
