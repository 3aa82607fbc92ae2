//! Dashboards.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::route::{Family, Route, full};
use super::{gadget, property, share};

/// The dashboard that everybody has before making one.
const DEFAULT: &str = "10000";
pub(super) static DASHBOARDS: Kind = Kind::given("dashboards", |_| {
    Ok(vec![
        json!({"id": DEFAULT, "name": "Default dashboard", "sharePermissions": [], "editPermissions": []}),
    ])
});

const ITEM: &str = "dashboard/{dashboardId}/items/{itemId}/properties";
const ITEM_KEY: &str = "dashboard/{dashboardId}/items/{itemId}/properties/{propertyKey}";

/// The operations on dashboards and what is on them.
pub(super) const FAMILY: Family = Family { heads: &["dashboard"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addGadget", "POST", "dashboard/{dashboardId}/gadget", gadget::add),
    full("copyDashboard", "POST", "dashboard/{id}/copy", copy),
    full("createDashboard", "POST", "dashboard", create),
    full("deleteDashboard", "DELETE", "dashboard/{id}", delete),
    full("deleteDashboardItemProperty", "DELETE", ITEM_KEY, property::item_delete),
    full("getAllAvailableDashboardGadgets", "GET", "dashboard/gadgets", gadget::available),
    full("getAllDashboards", "GET", "dashboard", list),
    full("getAllGadgets", "GET", "dashboard/{dashboardId}/gadget", gadget::list),
    full("getDashboard", "GET", "dashboard/{id}", get),
    full("getDashboardItemProperty", "GET", ITEM_KEY, property::item_get),
    full("getDashboardItemPropertyKeys", "GET", ITEM, property::item_keys),
    full("getDashboardsPaginated", "GET", "dashboard/search", search),
    full("removeGadget", "DELETE", "dashboard/{dashboardId}/gadget/{gadgetId}", gadget::remove),
    full("setDashboardItemProperty", "PUT", ITEM_KEY, property::item_set),
    full("updateDashboard", "PUT", "dashboard/{id}", update),
    full("updateGadget", "PUT", "dashboard/{dashboardId}/gadget/{gadgetId}", gadget::update),
];

fn permissions<'d>(dashboard: &'d Value, name: &str) -> &'d [Value] {
    dashboard.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn sees(call: &mut Call<'_, '_>, dashboard: &Value) -> Result<bool, Error> {
    let owner = text_of(dashboard, "_owner");
    Ok(owner.is_empty()
        || owner == call.me()
        || share::include(call, permissions(dashboard, "sharePermissions"))?
        || share::include(call, permissions(dashboard, "editPermissions"))?)
}

fn may_write(call: &mut Call<'_, '_>, dashboard: &Value) -> Result<bool, Error> {
    let owner = text_of(dashboard, "_owner");
    if owner.is_empty() {
        return super::group::may_administer(call);
    }
    Ok(owner == call.me() || share::include(call, permissions(dashboard, "editPermissions"))?)
}

/// The dashboard that the first placeholder names.
pub(super) fn find(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The dashboard with id '{id}' does not exist."));
    let dashboard = DASHBOARDS.get(call.state, &id)?.ok_or_else(missing)?;
    if sees(call, &dashboard)? { Ok(dashboard) } else { Err(missing()) }
}

/// The same, which the call is about to change.
pub(super) fn find_to_write(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let dashboard = find(call)?;
    if may_write(call, &dashboard)? {
        return Ok(dashboard);
    }
    Err(Error::message(400, "You do not have permission to edit this dashboard."))
}

fn shown(call: &mut Call<'_, '_>, dashboard: &Value) -> Result<Value, Error> {
    let id = id_of(dashboard);
    let owner = text_of(dashboard, "_owner");
    let fans = permissions(dashboard, "_fans");
    let is_favourite = fans.iter().any(|fan| fan.as_str() == Some(call.me()));
    let mut shown = json!({
        "id": id, "isFavourite": is_favourite, "name": text_of(dashboard, "name"), "popularity": fans.len(),
        "self": call.wire.at(&format!("dashboard/{id}")),
        "sharePermissions": share::shown_all(call, permissions(dashboard, "sharePermissions"))?,
        "editPermissions": share::shown_all(call, permissions(dashboard, "editPermissions"))?,
        "view": format!("{}/jira/dashboards/{id}", call.wire.base),
        "isWritable": may_write(call, dashboard)?, "systemDashboard": owner.is_empty(),
    });
    if !owner.is_empty() {
        let more =
            json!({"description": text_of(dashboard, "description"), "owner": call.shown_user(&owner)?});
        extend(&mut shown, more);
    }
    Ok(shown)
}

fn seen(call: &mut Call<'_, '_>) -> Result<Vec<Value>, Error> {
    let mut seen = Vec::new();
    for dashboard in DASHBOARDS.all(call.state)? {
        if sees(call, &dashboard)? {
            seen.push(dashboard);
        }
    }
    Ok(seen)
}

/// `GET dashboard`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (start, most) = (call.query.number("startAt", 0)?, call.query.number("maxResults", 20)?);
    let mut dashboards = seen(call)?;
    let me = json!(call.me());
    match call.query.text("filter") {
        None => {}
        Some("my") => dashboards.retain(|held| held.get("_owner") == Some(&me)),
        Some("favourite") => dashboards.retain(|held| permissions(held, "_fans").contains(&me)),
        Some(other) => return Err(Error::message(400, format!("Invalid filter: {other}"))),
    }
    let total = dashboards.len();
    let page: Vec<Value> = dashboards.into_iter().skip(start).take(most).collect();
    let mut all = Vec::new();
    for dashboard in &page {
        all.push(shown(call, dashboard)?);
    }
    let at = |start: usize| call.wire.at(&format!("dashboard?startAt={start}&maxResults={most}"));
    let next = start.saturating_add(all.len());
    let mut body = json!({"startAt": start, "maxResults": most, "total": total, "dashboards": all});
    if next < total {
        extend(&mut body, json!({"next": at(next)}));
    }
    if start > 0 {
        extend(&mut body, json!({"prev": at(start.saturating_sub(most))}));
    }
    Ok(wire::json(200, &body))
}

/// `GET dashboard/search`.
fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let needle = call.query.text("dashboardName").unwrap_or_default().to_lowercase();
    let owner = call.query.text("accountId").or_else(|| call.query.text("owner")).map(str::to_owned);
    let ids = call.query.list("id");
    let mut dashboards = seen(call)?;
    dashboards.retain(|held| {
        text_of(held, "name").to_lowercase().contains(&needle)
            && owner.as_ref().is_none_or(|owner| text_of(held, "_owner") == *owner)
            && (ids.is_empty() || ids.contains(&id_of(held)))
    });
    let order = call.query.text("orderBy").unwrap_or("name").to_owned();
    match order.trim_start_matches(['+', '-', ' ']) {
        "name" => dashboards.sort_by_cached_key(|held| text_of(held, "name").to_lowercase()),
        "description" => dashboards.sort_by_cached_key(|held| text_of(held, "description")),
        "owner" => dashboards.sort_by_cached_key(|held| text_of(held, "_owner")),
        "favourite_count" => dashboards.sort_by_key(|held| permissions(held, "_fans").len()),
        "id" | "is_favourite" => {}
        other => return Err(Error::message(400, format!("The 'orderBy' value '{other}' is not supported."))),
    }
    if order.starts_with('-') {
        dashboards.reverse();
    }
    let mut all = Vec::new();
    for dashboard in &dashboards {
        all.push(shown(call, dashboard)?);
    }
    call.page(&all)
}

/// `GET dashboard/{}`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let dashboard = find(call)?;
    Ok(wire::json(200, &shown(call, &dashboard)?))
}

/// A dashboard with what a body says of it.
fn filled(call: &mut Call<'_, '_>, mut dashboard: Value, body: &Map<String, Value>) -> Result<Value, Error> {
    let name = text(body, "name").filter(|name| !name.trim().is_empty());
    let name =
        name.ok_or_else(|| Error::field("name", "You must specify a name to save this dashboard as."))?;
    if name.chars().count() > 255 {
        return Err(Error::field("name", "The dashboard name must not exceed 255 characters in length."));
    }
    extend(&mut dashboard, json!({"name": name}));
    if let Some(description) = body.get("description") {
        extend(&mut dashboard, json!({"description": description}));
    }
    for part in ["sharePermissions", "editPermissions"] {
        if let Some(given) = body.get(part).and_then(Value::as_array) {
            extend(&mut dashboard, json!({part: share::read_all(call, given)?}));
        }
    }
    DASHBOARDS.put(call.state, &dashboard)?;
    Ok(dashboard)
}

fn fresh(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let id = DASHBOARDS.next_id(call.state)?;
    Ok(json!({"id": id, "_owner": call.me(), "sharePermissions": [], "editPermissions": []}))
}

/// `POST dashboard`.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let blank = fresh(call)?;
    let dashboard = filled(call, blank, &body)?;
    Ok(wire::json(200, &shown(call, &dashboard)?))
}

/// `POST dashboard/{}/copy`: with all that is on it.
fn copy(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let from = find(call)?;
    let mut blank = fresh(call)?;
    extend(&mut blank, json!({"description": from.get("description")}));
    let dashboard = filled(call, blank, &body)?;
    gadget::copy(call, &id_of(&from), &id_of(&dashboard))?;
    Ok(wire::json(200, &shown(call, &dashboard)?))
}

/// `PUT dashboard/{}`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let dashboard = find_to_write(call)?;
    let dashboard = filled(call, dashboard, &body)?;
    Ok(wire::json(200, &shown(call, &dashboard)?))
}

/// `DELETE dashboard/{}`.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let dashboard = find_to_write(call)?;
    if text_of(&dashboard, "_owner").is_empty() {
        return Err(Error::message(400, "The default dashboard cannot be deleted."));
    }
    gadget::clear(call, &id_of(&dashboard))?;
    DASHBOARDS.remove(call.state, &id_of(&dashboard))?;
    Ok(wire::empty())
}
