//! The applications that an administrator role of a user or a group is bound to: all of one kind, or one alone.

use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::apps::{CATALOGUE, logo};
use super::roles::bound;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing};
use crate::documents::{Document, document, set, text};
use crate::errors::{Code, Error};
use crate::state::{APPS, State};
use crate::wire;

const OF_USER: &str = "/api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps";
const OF_GROUP: &str = "/api/v1/groups/{groupId}/roles/{roleId}/targets/catalog/apps";
const KIND_OF_USER: &str = "/api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps/{appName}";
const KIND_OF_GROUP: &str = "/api/v1/groups/{groupId}/roles/{roleId}/targets/catalog/apps/{appName}";
const ONE_OF_USER: &str = "/api/v1/users/{userId}/roles/{roleId}/targets/catalog/apps/{appName}/{appId}";
const ONE_OF_GROUP: &str = "/api/v1/groups/{groupId}/roles/{roleId}/targets/catalog/apps/{appName}/{appId}";
const OF_CLIENT: &str = "/oauth2/v1/clients/{clientId}/roles/{roleId}/targets/catalog/apps";
const KIND_OF_CLIENT: &str = "/oauth2/v1/clients/{clientId}/roles/{roleId}/targets/catalog/apps/{appName}";
const ONE_OF_CLIENT: &str =
    "/oauth2/v1/clients/{clientId}/roles/{roleId}/targets/catalog/apps/{appName}/{appId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listApplicationTargetsForApplicationAdministratorRoleForUser", "GET", OF_USER, list),
    own("assignAllAppsAsTargetToRoleForUser", "PUT", OF_USER, widen),
    own("assignAppTargetToAdminRoleForUser", "PUT", KIND_OF_USER, add_kind),
    own("unassignAppTargetFromAppAdminRoleForUser", "DELETE", KIND_OF_USER, remove),
    own("assignAppInstanceTargetToAppAdminRoleForUser", "PUT", ONE_OF_USER, add_one),
    own("unassignAppInstanceTargetFromAdminRoleForUser", "DELETE", ONE_OF_USER, remove),
    own("listApplicationTargetsForApplicationAdministratorRoleForGroup", "GET", OF_GROUP, list),
    own("assignAppTargetToAdminRoleForGroup", "PUT", KIND_OF_GROUP, add_kind),
    own("unassignAppTargetToAdminRoleForGroup", "DELETE", KIND_OF_GROUP, remove),
    own("assignAppInstanceTargetToAppAdminRoleForGroup", "PUT", ONE_OF_GROUP, add_one),
    own("unassignAppInstanceTargetToAppAdminRoleForGroup", "DELETE", ONE_OF_GROUP, remove),
    own("listAppTargetRoleToClient", "GET", OF_CLIENT, list),
    own("assignAppTargetRoleToClient", "PUT", KIND_OF_CLIENT, add_kind),
    own("removeAppTargetRoleFromClient", "DELETE", KIND_OF_CLIENT, remove),
    own("assignAppTargetInstanceRoleForClient", "PUT", ONE_OF_CLIENT, add_one),
    own("removeAppTargetInstanceRoleForClient", "DELETE", ONE_OF_CLIENT, remove),
];

/// What roles are bound to; the key is `ASSIGNEE/ROLE/NAME`, with `/APP` behind it where it is one application alone.
pub(super) static TARGETS: Table<Document> = Table::new("role_app_targets");

/// Forgets what a role was bound to; the key is `ASSIGNEE/ROLE`, or a part of it that ends with `/`.
pub(super) fn forget(state: &mut State<'_>, key: &str) -> Result<(), Error> {
    Ok(state.clear(&TARGETS, key)?)
}

fn view(call: &mut Call<'_, '_>, target: &Document) -> Result<Option<Value>, Error> {
    let (name, id) = (text(target, "name"), text(target, "app"));
    let app = if id.is_empty() { None } else { call.state.get(&APPS, id)? };
    if !id.is_empty() && app.is_none() {
        return Ok(None);
    }
    let label = app.as_ref().map_or(name, |app| text(app, "label"));
    let known = CATALOGUE.iter().find(|(known, ..)| *known == name);
    let mode = app.as_ref().map(|app| text(app, "signOnMode")).or(known.map(|(_, mode, _)| *mode));
    let mut view = document(json!({
        "name": name, "displayName": label, "description": "", "status": "ACTIVE", "lastUpdated": text(target, "since"),
        "category": "", "verificationStatus": "OKTA_VERIFIED", "website": "", "signOnModes": mode.map(|mode| vec![mode]),
        "features": [],
    }));
    let mut own = call.href(&format!("/api/v1/catalog/apps/{name}"));
    if app.is_some() {
        set(&mut view, "id", id);
        own = call.href(&format!("/api/v1/apps/{id}"));
    }
    let picture = json!([{"name": "medium", "href": logo(name), "type": "image/png"}]);
    Ok(Some(wire::linked(&view, json!({"logo": picture, "self": wire::bare(&own)}))))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let role = bound(call)?;
    let page = call.page(&TARGETS, &format!("{role}/"), Lengths::USUAL, |_, _| Ok(true))?;
    let mut items = Vec::new();
    for target in &page.items {
        items.extend(view(call, target)?);
    }
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

/// The role, if it is one that can be bound to applications.
fn bindable(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let role = bound(call)?;
    if BASE32_NOPAD.decode(call.param(1).as_bytes()).is_ok_and(|kind| kind == b"APP_ADMIN") {
        return Ok(role);
    }
    Err(Error::invalid("roleId", "The role cannot be bound to applications"))
}

/// Binds the role to all applications again.
fn widen(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let role = bindable(call)?;
    forget(call.state, &format!("{role}/"))?;
    Ok(nothing(200))
}

/// Binding to a kind takes the place of bindings to single ones of it.
fn add_kind(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (role, name) = (bindable(call)?, call.param(2));
    let is_known = CATALOGUE.iter().any(|(known, ..)| *known == name);
    if !is_known && !call.state.all(&APPS, "")?.iter().any(|(_, app)| text(app, "name") == name) {
        return Err(Error::not_found(&name, "App"));
    }
    forget(call.state, &format!("{role}/{name}/"))?;
    let now = call.state.stamp();
    let target = document(json!({"name": name, "since": now}));
    call.state.put(&TARGETS, &format!("{role}/{name}"), &target)?;
    let is_group = call.incoming.path().starts_with("/api/v1/groups/");
    Ok(nothing(if is_group { 200 } else { 204 }))
}

fn add_one(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (role, name, id) = (bindable(call)?, call.param(2), call.param(3));
    let app = call.state.get(&APPS, &id)?.filter(|app| text(app, "name") == name);
    app.ok_or_else(|| Error::not_found(&id, "AppInstance"))?;
    call.state.delete(&TARGETS, &format!("{role}/{name}"));
    let now = call.state.stamp();
    let target = document(json!({"name": name, "app": id, "since": now}));
    call.state.put(&TARGETS, &format!("{role}/{name}/{id}"), &target)?;
    Ok(nothing(204))
}

/// The last target stays: without any the role would reach every application.
fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let role = bound(call)?;
    let (name, id) = (call.param(2), call.param(3));
    let key = if id.is_empty() { format!("{role}/{name}") } else { format!("{role}/{name}/{id}") };
    let all = call.state.all(&TARGETS, &format!("{role}/"))?;
    if !all.iter().any(|(found, _)| *found == key) {
        let missing = if id.is_empty() { &name } else { &id };
        return Err(Error::not_found(missing, if id.is_empty() { "App" } else { "AppInstance" }));
    }
    if all.len() == 1 {
        let problem = "The last application target of a role cannot be removed".to_owned();
        return Err(Error::Explained(Code::Forbidden, problem));
    }
    call.state.delete(&TARGETS, &key);
    Ok(nothing(204))
}
