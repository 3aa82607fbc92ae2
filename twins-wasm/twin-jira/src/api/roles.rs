//! The roles that people can have in projects, and who has them in a new one.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{text, texts};
use crate::entities::RoleActors;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::preset;
use crate::state::{PROJECTS, ROLE_ACTORS};
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::role;
use super::route::{Family, Route, full};

pub(super) static ROLES: Kind = Kind::given("roles", |_| {
    let role = |(id, name, description): &(&str, &str, &str)| json!({"id": id, "name": name, "description": description});
    Ok(preset::ROLES.iter().map(role).collect())
});

/// The operations on roles.
pub(super) const FAMILY: Family = Family { heads: &["role"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addProjectRoleActorsToRole", "POST", "role/{id}/actors", add_actors),
    full("createProjectRole", "POST", "role", create),
    full("deleteProjectRole", "DELETE", "role/{id}", delete),
    full("deleteProjectRoleActorsFromRole", "DELETE", "role/{id}/actors", remove_actors),
    full("fullyUpdateProjectRole", "PUT", "role/{id}", replace),
    full("getProjectRoleActorsForRole", "GET", "role/{id}/actors", actors),
    full("getProjectRoleById", "GET", "role/{id}", get),
    full("partialUpdateProjectRole", "POST", "role/{id}", update),
];

/// A role by id.
pub(super) fn find(call: &mut Call<'_, '_>, id: &str) -> Result<Option<Value>, Error> {
    Ok(ROLES.get(call.state, id)?)
}

/// The id of a role by its name.
pub(super) fn by_name(call: &mut Call<'_, '_>, name: &str) -> Result<Option<String>, Error> {
    let roles = ROLES.all(call.state)?;
    Ok(roles.iter().find(|role| text_of(role, "name") == name).map(id_of))
}

/// The addresses of a project's roles, by their names.
pub(super) fn addresses(call: &mut Call<'_, '_>, project: &str) -> Result<Map<String, Value>, Error> {
    let roles = ROLES.all(call.state)?;
    let address = |role: &Value| json!(call.wire.at(&format!("project/{project}/role/{}", id_of(role))));
    Ok(roles.iter().map(|role| (text_of(role, "name"), address(role))).collect())
}

/// A role without those who have it.
pub(super) fn brief(call: &Call<'_, '_>, role: &Value) -> Value {
    let id = id_of(role);
    json!({
        "self": call.wire.at(&format!("role/{id}")), "name": text_of(role, "name"), "id": number(&id),
        "description": text_of(role, "description"),
    })
}

fn usual(role: &Value) -> RoleActors {
    RoleActors { users: texts(role.get("_users")), groups: texts(role.get("_groups")) }
}

/// Gives a new project the usual actors of each role.
pub(super) fn appoint(call: &mut Call<'_, '_>, project: &str) -> Result<(), Error> {
    for role in ROLES.all(call.state)? {
        let actors = usual(&role);
        if !actors.users.is_empty() || !actors.groups.is_empty() {
            call.state.put(&ROLE_ACTORS, &format!("{project}/{}", id_of(&role)), &actors)?;
        }
    }
    Ok(())
}

fn shown(call: &mut Call<'_, '_>, role: &Value) -> Result<Value, Error> {
    let mut shown = brief(call, role);
    extend(&mut shown, json!({"actors": role::actors(call, &usual(role))?}));
    Ok(shown)
}

fn the(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("Can not find a project role with the id {id}."));
    ROLES.get(call.state, &id)?.ok_or_else(missing)
}

/// `GET role`.
pub(super) fn all(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let roles = ROLES.all(call.state)?;
    let all: Vec<Value> = roles.iter().map(|role| brief(call, role)).collect();
    Ok(wire::json(200, &json!(all)))
}

/// `GET role/{}`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let role = the(call)?;
    Ok(wire::json(200, &shown(call, &role)?))
}

/// Refuses a name that another role has.
fn free(call: &mut Call<'_, '_>, name: &str, own: &str) -> Result<(), Error> {
    match by_name(call, name)? {
        Some(id) if id != own => {
            Err(Error::message(409, format!("A project role with name '{name}' already exists.")))
        }
        _ => Ok(()),
    }
}

/// `POST role`.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("create project roles")?;
    let body = call.object()?;
    let name = text(&body, "name").ok_or_else(|| Error::message(400, "The role name is required."))?;
    free(call, &name, "")?;
    let description = text(&body, "description").unwrap_or_default();
    let role = json!({"id": ROLES.next_id(call.state)?, "name": name, "description": description});
    ROLES.put(call.state, &role)?;
    Ok(wire::json(200, &brief(call, &role)))
}

/// `PUT role/{}`: name and description must be there.
fn replace(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    change(call, true)
}

/// `POST role/{}`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    change(call, false)
}

fn change(call: &mut Call<'_, '_>, whole: bool) -> Result<Response, Error> {
    call.admin("update project roles")?;
    let body = call.object()?;
    let mut role = the(call)?;
    let (name, description) = (text(&body, "name"), body.get("description").and_then(Value::as_str));
    if whole && (name.is_none() || description.is_none()) {
        return Err(Error::message(400, "The role name and description are required."));
    }
    if !whole && name.is_none() && description.is_none() {
        return Err(Error::message(400, "Either the role name or the description is required."));
    }
    if let Some(name) = name {
        free(call, &name, &id_of(&role))?;
        extend(&mut role, json!({"name": name}));
    }
    if let Some(description) = description {
        extend(&mut role, json!({"description": description}));
    }
    ROLES.put(call.state, &role)?;
    Ok(wire::json(200, &shown(call, &role)?))
}

/// `DELETE role/{}`: `swap` names the role that its actors have instead.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete project roles")?;
    let id = id_of(&the(call)?);
    let swap = call.query.text("swap").map(str::to_owned);
    if let Some(swap) = &swap
        && (*swap == id || find(call, swap)?.is_none())
    {
        return Err(Error::message(400, format!("The project role '{swap}' cannot be swapped in.")));
    }
    for project in call.state.all(&PROJECTS)? {
        let place = format!("{}/{id}", project.id);
        let Some(held) = call.state.get(&ROLE_ACTORS, &place)? else { continue };
        let Some(swap) = &swap else {
            if held.users.is_empty() && held.groups.is_empty() {
                continue;
            }
            return Err(Error::message(
                409,
                "The project role is in use. Provide a role to replace it with.",
            ));
        };
        let other = format!("{}/{swap}", project.id);
        let mut actors = call.state.get(&ROLE_ACTORS, &other)?.unwrap_or_default();
        role::join(call, &mut actors, held.users, held.groups)?;
        call.state.put(&ROLE_ACTORS, &other, &actors)?;
        call.state.delete(&ROLE_ACTORS, &place);
    }
    ROLES.remove(call.state, &id)?;
    Ok(wire::empty())
}

fn actors_shown(call: &mut Call<'_, '_>, role: &Value) -> Result<Response, Error> {
    let actors = role::actors(call, &usual(role))?;
    Ok(wire::json(200, &json!({"actors": actors})))
}

/// `GET role/{}/actors`.
fn actors(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access the default actors of project roles")?;
    let role = the(call)?;
    actors_shown(call, &role)
}

fn keep(call: &mut Call<'_, '_>, mut role: Value, actors: &RoleActors) -> Result<Response, Error> {
    extend(&mut role, json!({"_users": actors.users, "_groups": actors.groups}));
    ROLES.put(call.state, &role)?;
    actors_shown(call, &role)
}

/// `POST role/{}/actors`.
fn add_actors(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("change the default actors of project roles")?;
    let body = call.object()?;
    let role = the(call)?;
    let mut actors = usual(&role);
    role::join(call, &mut actors, texts(body.get("user")), role::groups_in(&body))?;
    keep(call, role, &actors)
}

/// `DELETE role/{}/actors`.
fn remove_actors(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("change the default actors of project roles")?;
    let role = the(call)?;
    let user = call.query.text("user").map(str::to_owned);
    let group = call.query.text("group").map(str::to_owned);
    let group_id = call.query.text("groupId").map(str::to_owned);
    if user.is_none() && group.is_none() && group_id.is_none() {
        return Err(Error::message(400, "A user or a group must be specified."));
    }
    let mut actors = usual(&role);
    actors.users.retain(|held| Some(held) != user.as_ref());
    actors
        .groups
        .retain(|held| Some(held) != group.as_ref() && Some(super::group::group_id(held)) != group_id);
    keep(call, role, &actors)
}
