//! `/api/v1/devices` and `/api/v1/agentPools`. Devices enrol themselves with an app that the twin does not have: a
//! fixture brings them.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::authenticators::AUTHENTICATORS;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, set, text, text_at, texts};
use crate::errors::Error;
use crate::search::{Dialect, Filter};
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listDevices", "GET", "/api/v1/devices", list),
    own("getDevice", "GET", "/api/v1/devices/{deviceId}", read),
    own("deleteDevice", "DELETE", "/api/v1/devices/{deviceId}", delete),
    own("listDeviceUsers", "GET", "/api/v1/devices/{deviceId}/users", users),
    own("activateDevice", "POST", "/api/v1/devices/{deviceId}/lifecycle/activate", activate),
    own("deactivateDevice", "POST", "/api/v1/devices/{deviceId}/lifecycle/deactivate", deactivate),
    own("suspendDevice", "POST", "/api/v1/devices/{deviceId}/lifecycle/suspend", suspend),
    own("unsuspendDevice", "POST", "/api/v1/devices/{deviceId}/lifecycle/unsuspend", unsuspend),
    own("listAgentPools", "GET", "/api/v1/agentPools", pools),
    own("listAgentPoolsUpdates", "GET", "/api/v1/agentPools/{poolId}/updates", pool_updates),
    own("createAgentPoolsUpdate", "POST", "/api/v1/agentPools/{poolId}/updates", create_pool_update),
    own("getAgentPoolsUpdateSettings", "GET", "/api/v1/agentPools/{poolId}/updates/settings", pool_missing),
    own(
        "updateAgentPoolsUpdateSettings",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/settings",
        pool_missing,
    ),
    own(
        "getAgentPoolsUpdateInstance",
        "GET",
        "/api/v1/agentPools/{poolId}/updates/{updateId}",
        update_missing,
    ),
    own("updateAgentPoolsUpdate", "POST", "/api/v1/agentPools/{poolId}/updates/{updateId}", update_missing),
    own("deleteAgentPoolsUpdate", "DELETE", "/api/v1/agentPools/{poolId}/updates/{updateId}", update_missing),
    own(
        "activateAgentPoolsUpdate",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/{updateId}/activate",
        update_missing,
    ),
    own(
        "deactivateAgentPoolsUpdate",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/{updateId}/deactivate",
        update_missing,
    ),
    own(
        "pauseAgentPoolsUpdate",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/{updateId}/pause",
        update_missing,
    ),
    own(
        "resumeAgentPoolsUpdate",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/{updateId}/resume",
        update_missing,
    ),
    own(
        "retryAgentPoolsUpdate",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/{updateId}/retry",
        update_missing,
    ),
    own(
        "stopAgentPoolsUpdate",
        "POST",
        "/api/v1/agentPools/{poolId}/updates/{updateId}/stop",
        update_missing,
    ),
];

/// Devices; the key is the id.
pub(crate) static DEVICES: Table<Document> = Table::new("devices");
const LONG: Lengths = Lengths { usual: 200, most: 200 };

/// A device of a fixture, with what every device has.
pub(crate) fn device(id: &str, now: &str, profile: Value, status: &str, users: &[String]) -> Document {
    let name = profile.get("displayName").and_then(Value::as_str).unwrap_or_default().to_owned();
    document(json!({
        "id": id, "status": status, "created": now, "lastUpdated": now, "profile": profile,
        "resourceType": "UDDevice", "resourceDisplayName": {"value": name, "sensitive": false}, "resourceId": id,
        "resourceAlternateId": null, "_users": users,
    }))
}

pub(super) fn view(call: &Call<'_, '_>, device: &Document) -> Value {
    let at = call.href(&format!("/api/v1/devices/{}", text(device, "id")));
    let mut links = Document::new();
    let verbs: &[&str] = match text(device, "status") {
        "ACTIVE" => &["deactivate", "suspend"],
        "SUSPENDED" => &["deactivate", "unsuspend"],
        "DEACTIVATED" => &["activate"],
        _ => &[],
    };
    if text(device, "status") == "DEACTIVATED" {
        set(&mut links, "self", wire::hinted(&at, &["GET", "DELETE"]));
    } else {
        set(&mut links, "self", wire::hinted(&at, &["GET", "PATCH", "PUT"]));
        set(&mut links, "users", wire::hinted(&format!("{at}/users"), &["GET"]));
    }
    for verb in verbs {
        set(&mut links, verb, wire::hinted(&format!("{at}/lifecycle/{verb}"), &["POST"]));
    }
    wire::linked(device, Value::Object(links))
}

/// A bad cursor is a bad search here.
fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let search = match call.query("search") {
        Some(search) => {
            let refused = || Error::Search("Invalid search expression.".to_owned());
            Some(Filter::parse(&search, &Dialect::SEARCH).ok_or_else(refused)?)
        }
        None => None,
    };
    let page = call
        .page(&DEVICES, "", LONG, |_, device| Ok(search.as_ref().is_none_or(|search| search.holds(device))));
    let page = page.map_err(|error| match error {
        Error::Cursor => Error::Search("Invalid cursor.".to_owned()),
        other => other,
    })?;
    let items: Vec<_> = page.items.iter().map(|device| view(call, device)).collect();
    call.list(&items, page.next.as_deref(), LONG)
}

fn named(call: &mut Call<'_, '_>, noun: &'static str) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&DEVICES, &id)?.ok_or_else(|| Error::not_found(&id, noun))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let device = named(call, "Device")?;
    let mut view = document(view(call, &device));
    // Devices come into an org by way of its Okta Verify.
    let authenticators = call.state.all(&AUTHENTICATORS.table, "")?;
    if let Some((id, verify)) = authenticators.iter().find(|(_, found)| text(found, "key") == "okta_verify") {
        let origin = json!({"id": id, "name": text(verify, "name"), "key": text(verify, "key")});
        set(&mut view, "_embedded", json!({"originatedFrom": [origin]}));
    }
    one(200, &Value::Object(view))
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let device = named(call, "Device")?;
    if text(&device, "status") != "DEACTIVATED" {
        return Err(Error::invalid("status", "The device has to be deactivated before it is deleted"));
    }
    call.state.delete(&DEVICES, text(&device, "id"));
    Ok(nothing(204))
}

fn users(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let device = named(call, "GenericUDObject")?;
    let mut items = Vec::new();
    for id in texts(&device, "_users") {
        if let Some(user) = call.state.user(&id)? {
            items.push(json!({
                "created": text(&device, "created"), "managementStatus": "NOT_MANAGED",
                "user": wire::user(&user, call.origin),
            }));
        }
    }
    Ok(Reply::json(200, &items)?)
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, &["DEACTIVATED", "CREATED"], "ACTIVE")
}

fn deactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, &["ACTIVE", "SUSPENDED"], "DEACTIVATED")
}

fn suspend(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, &["ACTIVE"], "SUSPENDED")
}

fn unsuspend(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, &["SUSPENDED"], "ACTIVE")
}

fn turn(call: &mut Call<'_, '_>, from: &[&str], to: &str) -> Result<Reply, Error> {
    let mut device = named(call, "Device")?;
    if !from.contains(&text(&device, "status")) {
        let problem = format!("The device is {}", text_at(&device, "status", ""));
        return Err(Error::invalid("status", problem));
    }
    let now = call.state.stamp();
    set(&mut device, "status", to);
    set(&mut device, "lastUpdated", now);
    call.state.put(&DEVICES, text(&device, "id"), &device)?;
    Ok(nothing(204))
}

/// Agents run in somebody's own network, where the twin has none.
fn pools(_: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

/// The service does not check the pool here.
fn pool_updates(_: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

fn create_pool_update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let missing: Vec<_> = ["name", "agentType", "agentList"]
        .iter()
        .filter(|field| !body.contains_key(**field))
        .map(|field| format!("errors in the field: {field}"))
        .collect();
    if missing.is_empty() {
        return pool_missing(call);
    }
    let about = missing.first().and_then(|first| first.rsplit(' ').next()).unwrap_or_default().to_owned();
    Err(Error::Invalid { about, causes: missing })
}

fn pool_missing(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Err(Error::not_found(&call.param(0), "AppInstance"))
}

fn update_missing(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Err(Error::not_found(&call.param(1), "AgentPoolUpdate"))
}
