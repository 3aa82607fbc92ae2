//! Roles of people in projects.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::texts;
use crate::entities::RoleActors;
use crate::errors::Error;
use crate::kept::{id_of, number, text_of};
use crate::state::{GROUPS, ROLE_ACTORS};
use crate::wire;

use super::call::Call;

fn find(call: &mut Call<'_, '_>, id: &str) -> Result<Value, Error> {
    let missing = || {
        Error::message(404, format!("Can not retrieve a role actor for a null project role with id {id}."))
    };
    super::roles::find(call, id)?.ok_or_else(missing)
}

/// `GET project/{}/role`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = super::roles::addresses(call, &project.id)?;
    Ok(wire::json(200, &Value::Object(shown)))
}

/// `GET project/{}/roledetails`.
pub(super) fn details(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let mut shown = Vec::new();
    for role in super::roles::ROLES.all(call.state)? {
        let (id, name) = (id_of(&role), text_of(&role, "name"));
        shown.push(json!({
            "self": call.wire.at(&format!("project/{}/role/{id}", project.id)), "name": name, "id": number(&id),
            "description": text_of(&role, "description"), "admin": name == "Administrators", "default": false,
            "roleConfigurable": true, "translatedName": name,
        }));
    }
    Ok(wire::json(200, &json!(shown)))
}

/// `GET project/{}/role/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let project = call.project(&name)?;
    let role = find(call, &id)?;
    shown(call, &project.id, &role)
}

fn shown(call: &mut Call<'_, '_>, project: &str, role: &Value) -> Result<Response, Error> {
    let id = id_of(role);
    let held = call.state.get(&ROLE_ACTORS, &format!("{project}/{id}"))?.unwrap_or_default();
    let actors = actors(call, &held)?;
    Ok(wire::json(
        200,
        &json!({
            "self": call.wire.at(&format!("project/{project}/role/{id}")), "name": text_of(role, "name"),
            "id": number(&id), "description": text_of(role, "description"), "actors": actors,
        }),
    ))
}

/// The people and groups that have a role.
pub(super) fn actors(call: &mut Call<'_, '_>, held: &RoleActors) -> Result<Vec<Value>, Error> {
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
    Ok(actors)
}

/// Adds the people and groups of a body, each under the name that it has there.
pub(super) fn join(
    call: &mut Call<'_, '_>,
    held: &mut RoleActors,
    users: Vec<String>,
    groups: Vec<String>,
) -> Result<(), Error> {
    let absent = |name: &str| {
        Error::message(404, format!("'{name}' was not found and has not been added to the role."))
    };
    for user in users {
        if call.state.user(&user)?.is_none() {
            return Err(absent(&user));
        }
        if !held.users.contains(&user) {
            held.users.push(user);
        }
    }
    let known = call.state.all(&GROUPS)?;
    for group in groups {
        let found = known.iter().find(|known| known.name == group || known.id == group);
        let found = found.ok_or_else(|| absent(&group))?;
        if !held.groups.contains(&found.name) {
            held.groups.push(found.name.clone());
        }
    }
    Ok(())
}

/// The groups of a body, by name or id.
pub(super) fn groups_in(body: &Map<String, Value>) -> Vec<String> {
    texts(body.get("group")).into_iter().chain(texts(body.get("groupId"))).collect()
}

/// `POST project/{}/role/{}`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let project = call.project(&name)?;
    let role = find(call, &id)?;
    let place = format!("{}/{id}", project.id);
    let mut held = call.state.get(&ROLE_ACTORS, &place)?.unwrap_or_default();
    join(call, &mut held, texts(body.get("user")), groups_in(&body))?;
    call.state.put(&ROLE_ACTORS, &place, &held)?;
    shown(call, &project.id, &role)
}

/// `PUT project/{}/role/{}`: the actors are those of the body and no others.
pub(super) fn set(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let project = call.project(&name)?;
    let role = find(call, &id)?;
    let actors = body.get("categorisedActors");
    let of = |kind: &str| texts(actors.and_then(|actors| actors.get(kind)));
    let groups = of("atlassian-group-role-actor").into_iter().chain(of("atlassian-group-role-actor-id"));
    let (users, groups) = (of("atlassian-user-role-actor"), groups.collect());
    let mut held = RoleActors::default();
    join(call, &mut held, users, groups)?;
    call.state.put(&ROLE_ACTORS, &format!("{}/{id}", project.id), &held)?;
    shown(call, &project.id, &role)
}

/// `DELETE project/{}/role/{}`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (name, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    let (user, group) =
        (call.query.text("user").map(str::to_owned), call.query.text("group").map(str::to_owned));
    let project = call.project(&name)?;
    find(call, &id)?;
    let place = format!("{}/{id}", project.id);
    let mut held = call.state.get(&ROLE_ACTORS, &place)?.unwrap_or_default();
    held.users.retain(|known| Some(known) != user.as_ref());
    held.groups.retain(|known| Some(known) != group.as_ref());
    call.state.put(&ROLE_ACTORS, &place, &held)?;
    Ok(wire::empty())
}
