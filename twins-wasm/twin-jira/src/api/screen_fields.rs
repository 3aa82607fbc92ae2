//! The fields on the tabs of screens.

use serde_json::{Value, json};
use twin_sdk::{Reply, Response};

use crate::args::{text, texts};
use crate::errors::Error;
use crate::fields::catalogue::{self, SYSTEM};
use crate::state::FIELDS;
use crate::wire;

use super::call::Call;
use super::resource::{self, extend, find, may_write};
use super::screens::{DEFAULT, Screens, Tab, fields_of, keep, tab, tabs_of};

fn name_of(call: &mut Call<'_, '_>, id: &str) -> Result<Option<String>, Error> {
    if let Some(field) = catalogue::system(id) {
        return Ok(Some(field.name.to_owned()));
    }
    Ok(call.state.get(&FIELDS, id)?.map(|field| field.name))
}

/// `GET screens/{}/tabs/{}/fields`.
pub(super) fn fields(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (_, tabs, at) = tab(call)?;
    let mut all = Vec::new();
    for id in tabs.get(at).map(|tab| texts(tab.get("fields"))).unwrap_or_default() {
        all.push(json!({"id": id, "name": name_of(call, &id)?.unwrap_or_else(|| id.clone())}));
    }
    Ok(wire::json(200, &json!(all)))
}

/// `GET screens/{}/availableFields`.
pub(super) fn available(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Screens>(call)?;
    let held = fields_of(&find::<Screens>(call, 0)?);
    let system = SYSTEM.iter().filter(|field| !field.operations.is_empty());
    let mut all: Vec<(String, String)> =
        system.map(|field| (field.id.to_owned(), field.name.to_owned())).collect();
    all.extend(call.state.all(&FIELDS)?.into_iter().map(|field| (field.id, field.name)));
    all.retain(|(id, _)| !held.contains(id));
    let all: Vec<Value> = all.iter().map(|(id, name)| json!({"id": id, "name": name})).collect();
    Ok(wire::json(200, &json!(all)))
}

/// Puts a field on a tab.
fn put_field(
    call: &mut Call<'_, '_>,
    screen: Value,
    mut tabs: Vec<Value>,
    at: usize,
    id: &str,
) -> Result<Value, Error> {
    let missing = || Error::message(400, format!("The field with id '{id}' does not exist."));
    let name = name_of(call, id)?.ok_or_else(missing)?;
    if fields_of(&screen).iter().any(|held| held == id) {
        return Err(Error::message(400, format!("The field with id '{id}' already exists on the screen.")));
    }
    let Some(tab) = tabs.get_mut(at) else { return Err(Error::bad_payload()) };
    let mut fields = texts(tab.get("fields"));
    fields.push(id.to_owned());
    extend(tab, json!({"fields": fields}));
    keep(call, screen, &tabs)?;
    Ok(json!({"id": id, "name": name}))
}

/// `POST screens/{}/tabs/{}/fields`.
pub(super) fn add_field(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (screen, tabs, at) = tab(call)?;
    let id = text(&call.object()?, "fieldId").unwrap_or_default();
    let shown = put_field(call, screen, tabs, at, &id)?;
    Ok(wire::json(200, &shown))
}

/// `POST screens/addToDefault/{}`.
pub(super) fn add_to_default(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Screens>(call)?;
    let id = call.param(0).to_owned();
    if name_of(call, &id)?.is_none() {
        return Err(Error::message(404, "The field was not found."));
    }
    let screen = resource::of_id::<Screens>(call, DEFAULT)?;
    let tabs = tabs_of(&screen);
    put_field(call, screen, tabs, 0, &id)?;
    Ok(Reply::of_json_text(200, "{}").build())
}

/// The tab, and the place on it of the field that the third placeholder names.
fn field(call: &mut Call<'_, '_>) -> Result<(Tab, Vec<String>, usize), Error> {
    let (screen, tabs, at) = tab(call)?;
    let id = call.param(2).to_owned();
    let fields = tabs.get(at).map(|tab| texts(tab.get("fields"))).unwrap_or_default();
    let place = fields.iter().position(|held| *held == id);
    let place = place.ok_or_else(|| Error::message(404, "The field was not found on the screen tab."))?;
    Ok(((screen, tabs, at), fields, place))
}

/// `DELETE screens/{}/tabs/{}/fields/{}`.
pub(super) fn remove_field(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ((screen, mut tabs, at), mut fields, place) = field(call)?;
    fields.remove(place);
    if let Some(tab) = tabs.get_mut(at) {
        extend(tab, json!({"fields": fields}));
    }
    keep(call, screen, &tabs)?;
    Ok(wire::empty())
}

/// `POST screens/{}/tabs/{}/fields/{}/move`.
pub(super) fn move_field(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let ((screen, mut tabs, at), mut fields, place) = field(call)?;
    let moved = fields.remove(place);
    let after = text(&body, "after").map(|after| after.rsplit('/').next().unwrap_or_default().to_owned());
    let to = match (after, text(&body, "position").as_deref()) {
        (Some(after), _) => fields.iter().position(|held| *held == after).map(|at| at + 1),
        (None, Some("First")) => Some(0),
        (None, Some("Last")) => Some(fields.len()),
        (None, Some("Earlier")) => Some(place.saturating_sub(1)),
        (None, Some("Later")) => Some((place + 1).min(fields.len())),
        _ => None,
    };
    let to =
        to.ok_or_else(|| Error::message(400, "Either a valid 'after' or 'position' must be provided."))?;
    fields.insert(to, moved);
    if let Some(tab) = tabs.get_mut(at) {
        extend(tab, json!({"fields": fields}));
    }
    keep(call, screen, &tabs)?;
    Ok(wire::empty())
}
