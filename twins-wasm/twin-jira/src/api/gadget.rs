//! What is on a dashboard.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::wire;

use super::call::Call;
use super::dashboard;
use super::resource::extend;

static GADGETS: Kind = Kind::empty("gadgets");
/// How many a dashboard takes.
const MOST: usize = 20;
const COLORS: &[&str] = &["blue", "red", "yellow", "green", "cyan", "purple", "gray", "white"];
/// What can be put on a dashboard: the key of the module and its title.
const AVAILABLE: &[(&str, &str)] = &[
    (
        "com.atlassian.plugins.atlassian-connect-plugin:com.atlassian.connect.node.sample-addon__sample-dashboard-item",
        "Issue statistics",
    ),
    ("com.atlassian.jira.gadgets:assigned-to-me-gadget", "Assigned to Me"),
    ("com.atlassian.jira.gadgets:filter-results-gadget", "Filter Results"),
    ("com.atlassian.jira.gadgets:pie-chart-gadget", "Pie Chart"),
    ("com.atlassian.jira.gadgets:two-dimensional-stats-gadget", "Two Dimensional Filter Statistics"),
    ("com.atlassian.jira.gadgets:created-vs-resolved-issues-chart-gadget", "Created vs. Resolved Chart"),
    ("com.atlassian.jira.gadgets:heat-map-gadget", "Heat Map"),
    ("com.atlassian.jira.gadgets:introduction-dashboard-item", "Introduction"),
    ("com.atlassian.jira.gadgets:activity-stream-dashboard-item", "Activity Streams"),
    ("com.atlassian.jira.gadgets:favourite-filters-gadget", "Favorite Filters"),
];

/// `GET dashboard/gadgets`.
pub(super) fn available(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    let all = AVAILABLE.iter().map(|(key, title)| json!({"moduleKey": key, "title": title}));
    let all: Vec<Value> = all.collect();
    Ok(wire::json(200, &json!({"gadgets": all})))
}

fn shown(gadget: &Value) -> Value {
    let mut shown = gadget.clone();
    if let Some(members) = shown.as_object_mut() {
        members.remove("_dashboard");
        members.insert("id".to_owned(), number(&id_of(gadget)));
    }
    shown
}

fn on(call: &mut Call<'_, '_>, dashboard: &str) -> Result<Vec<Value>, Error> {
    let mut all = GADGETS.all(call.state)?;
    all.retain(|gadget| text_of(gadget, "_dashboard") == dashboard);
    Ok(all)
}

/// `GET dashboard/{}/gadget`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let dashboard = dashboard::find(call)?;
    let (ids, keys) = (call.query.list("gadgetId"), call.query.list("moduleKey"));
    let uris = call.query.list("uri");
    let mut all = on(call, &id_of(&dashboard))?;
    all.retain(|gadget| {
        (ids.is_empty() || ids.contains(&id_of(gadget)))
            && (keys.is_empty() || keys.contains(&text_of(gadget, "moduleKey")))
            && (uris.is_empty() || uris.contains(&text_of(gadget, "uri")))
    });
    let all: Vec<Value> = all.iter().map(shown).collect();
    Ok(wire::json(200, &json!({"gadgets": all})))
}

fn find(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let dashboard = id_of(&dashboard::find_to_write(call)?);
    let id = call.param(1).to_owned();
    let missing = || Error::message(404, format!("The gadget with ID {id} was not found on the dashboard."));
    let found = GADGETS.get(call.state, &id)?;
    found.filter(|gadget| text_of(gadget, "_dashboard") == dashboard).ok_or_else(missing)
}

/// A gadget with what a body says of its looks and place.
fn placed(mut gadget: Value, body: &Map<String, Value>) -> Result<Value, Error> {
    if let Some(color) = text(body, "color") {
        if !COLORS.contains(&color.as_str()) {
            return Err(Error::message(400, format!("The color '{color}' is not valid.")));
        }
        extend(&mut gadget, json!({"color": color}));
    }
    if let Some(title) = text(body, "title") {
        extend(&mut gadget, json!({"title": title}));
    }
    if let Some(position) = body.get("position").filter(|position| !position.is_null()) {
        let at = |name: &str| position.get(name).and_then(Value::as_u64);
        let (Some(row), Some(column)) = (at("row"), at("column")) else {
            return Err(Error::message(400, "The position must have a row and a column."));
        };
        if column > 2 {
            return Err(Error::message(400, "The column of the position is outside of the dashboard."));
        }
        extend(&mut gadget, json!({"position": {"row": row, "column": column}}));
    }
    Ok(gadget)
}

/// `POST dashboard/{}/gadget`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let dashboard = id_of(&dashboard::find_to_write(call)?);
    let held = on(call, &dashboard)?;
    if held.len() >= MOST {
        return Err(Error::message(400, "The dashboard already has the maximum number of gadgets."));
    }
    let (name, value) = match (text(&body, "moduleKey"), text(&body, "uri")) {
        (Some(key), None) => ("moduleKey", key),
        (None, Some(uri)) => ("uri", uri),
        _ => {
            return Err(Error::message(
                400,
                "Either the moduleKey or the uri must be provided, and not both.",
            ));
        }
    };
    let known = AVAILABLE.iter().find(|(key, _)| *key == value);
    if name == "moduleKey"
        && known.is_none()
        && body.get("ignoreUriAndModuleKeyValidation") != Some(&json!(true))
    {
        return Err(Error::message(400, format!("The module key '{value}' was not found.")));
    }
    let title = known.map_or("Gadget", |(_, title)| title);
    let gadget = json!({
        "id": GADGETS.next_id(call.state)?, "_dashboard": dashboard, name: value, "color": "blue",
        "position": {"row": held.len(), "column": 0}, "title": title,
    });
    let gadget = placed(gadget, &body)?;
    GADGETS.put(call.state, &gadget)?;
    Ok(wire::json(200, &shown(&gadget)))
}

/// `PUT dashboard/{}/gadget/{}`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let gadget = find(call)?;
    let gadget = placed(gadget, &body)?;
    GADGETS.put(call.state, &gadget)?;
    Ok(wire::empty())
}

/// `DELETE dashboard/{}/gadget/{}`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let gadget = find(call)?;
    GADGETS.remove(call.state, &id_of(&gadget))?;
    Ok(wire::empty())
}

/// Puts the same gadgets on another dashboard.
pub(super) fn copy(call: &mut Call<'_, '_>, from: &str, to: &str) -> Result<(), Error> {
    for mut gadget in on(call, from)? {
        extend(&mut gadget, json!({"id": GADGETS.next_id(call.state)?, "_dashboard": to}));
        GADGETS.put(call.state, &gadget)?;
    }
    Ok(())
}

/// Takes everything off a dashboard.
pub(super) fn clear(call: &mut Call<'_, '_>, dashboard: &str) -> Result<(), Error> {
    for gadget in on(call, dashboard)? {
        GADGETS.remove(call.state, &id_of(&gadget))?;
    }
    Ok(())
}
