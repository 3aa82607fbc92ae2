//! Whom filters are shared with, and whose they are.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::entities::Filter;
use crate::errors::Error;
use crate::kept::{Kind, id_of};
use crate::state::FILTERS;
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full};
use super::{columns, filter, share};

/// How a person's new filters are shared.
static SCOPES: Kind = Kind::empty("share_scopes");

/// The operations on parts of filters.
pub(super) const FAMILY: Family = Family { heads: &["filter"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addSharePermission", "POST", "filter/{id}/permission", add),
    full("changeFilterOwner", "PUT", "filter/{id}/owner", give),
    full("deleteSharePermission", "DELETE", "filter/{id}/permission/{permissionId}", remove),
    full("getColumns", "GET", "filter/{id}/columns", columns::filter),
    full("getDefaultShareScope", "GET", "filter/defaultShareScope", scope),
    full("getFilters", "GET", "filter", all),
    full("getSharePermission", "GET", "filter/{id}/permission/{permissionId}", get),
    full("getSharePermissions", "GET", "filter/{id}/permission", list),
    full("resetColumns", "DELETE", "filter/{id}/columns", columns::reset_filter),
    full("setColumns", "PUT", "filter/{id}/columns", columns::set_filter),
    full("setDefaultShareScope", "PUT", "filter/defaultShareScope", set_scope),
];

/// `GET filter`: everything that the caller sees.
fn all(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let all = filter::listed(call, filter::sees)?;
    Ok(wire::json(200, &json!(all)))
}

/// `GET filter/defaultShareScope`.
fn scope(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let me = call.me().to_owned();
    let held = SCOPES.get(call.state, &me)?;
    let scope = held.and_then(|held| held.get("scope").cloned()).unwrap_or_else(|| json!("PRIVATE"));
    Ok(wire::json(200, &json!({"scope": scope})))
}

/// `PUT filter/defaultShareScope`.
fn set_scope(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let scope = text(&body, "scope").unwrap_or_default();
    if !["GLOBAL", "AUTHENTICATED", "PRIVATE"].contains(&scope.as_str()) {
        return Err(Error::message(400, format!("The share scope '{scope}' is not valid.")));
    }
    let me = call.me().to_owned();
    SCOPES.put(call.state, &json!({"id": me, "scope": scope}))?;
    Ok(wire::json(200, &json!({"scope": scope})))
}

/// `PUT filter/{}/owner`: for the owner and for administrators.
fn give(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The filter with id '{id}' does not exist."));
    let mut found = call.state.get(&FILTERS, &id)?.ok_or_else(missing)?;
    if found.owner != call.me() {
        call.admin("change the owner of filters of others")?;
    }
    let owner = text(&body, "accountId").unwrap_or_default();
    if call.state.user(&owner)?.is_none_or(|user| !user.active) {
        return Err(Error::message(400, "The user does not exist or is not active."));
    }
    let theirs = call.state.all(&FILTERS)?;
    let is_taken = |held: &Filter| held.owner == owner && held.id != id && held.name == found.name;
    if theirs.iter().any(is_taken) {
        return Err(Error::message(400, "The new owner has a filter with the same name."));
    }
    found.owner = owner;
    call.state.put(&FILTERS, &id, &found)?;
    Ok(wire::empty())
}

/// `GET filter/{}/permission`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let found = filter::find(call)?;
    let all = share::shown_all(call, &found.share_permissions)?;
    Ok(wire::json(200, &json!(all)))
}

/// `POST filter/{}/permission`. What everybody may see needs no other permission.
fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let mut found = filter::find_own(call)?;
    let permission = share::read(call, &Value::Object(body))?;
    let is_wide = |held: &Value| ["global", "authenticated"].map(Value::from).contains(&held["type"]);
    if is_wide(&permission) && !found.share_permissions.is_empty() {
        let message =
            "A share permission for everybody cannot be added to a filter that has other share permissions.";
        return Err(Error::message(400, message));
    }
    found.share_permissions.push(permission);
    call.state.put(&FILTERS, &found.id, &found)?;
    let all = share::shown_all(call, &found.share_permissions)?;
    Ok(wire::json(201, &json!(all)))
}

fn absent() -> Error {
    Error::message(404, "The share permission does not exist.")
}

/// `GET filter/{}/permission/{}`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let found = filter::find(call)?;
    let id = call.param(1).to_owned();
    let held = found.share_permissions.iter().find(|held| id_of(held) == id).ok_or_else(absent)?;
    Ok(wire::json(200, &share::shown(call, held)?))
}

/// `DELETE filter/{}/permission/{}`.
fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut found = filter::find_own(call)?;
    let id = call.param(1).to_owned();
    let before = found.share_permissions.len();
    found.share_permissions.retain(|held| id_of(held) != id);
    if found.share_permissions.len() == before {
        return Err(absent());
    }
    call.state.put(&FILTERS, &found.id, &found)?;
    Ok(wire::empty())
}
