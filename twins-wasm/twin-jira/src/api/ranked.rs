//! Priorities and resolutions: an ordered list of names, one of which is the usual one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use twin_sdk::{Response, Table};

use crate::args::{scalar, text, texts};
use crate::entities::{Issue, Priority, Resolution};
use crate::errors::Error;
use crate::fields::meta::usual_priority;
use crate::state::{Doc, PRIORITIES, RESOLUTIONS};
use crate::wire;

use super::call::Call;
use super::catalogue::{priority_shown, resolution_shown};
use super::route::{Family, Route, full};
use super::{edit, task};

/// The operations on priorities and resolutions that change them, and the paged search.
pub(super) const FAMILY: Family = Family { heads: &["priority", "resolution"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createPriority", "POST", "priority", create::<Priority>),
    full("createResolution", "POST", "resolution", create::<Resolution>),
    full("deletePriority", "DELETE", "priority/{id}", delete::<Priority>),
    full("deleteResolution", "DELETE", "resolution/{id}", delete::<Resolution>),
    full("movePriorities", "PUT", "priority/move", reorder::<Priority>),
    full("moveResolutions", "PUT", "resolution/move", reorder::<Resolution>),
    full("searchResolutions", "GET", "resolution/search", search_resolutions),
    full("setDefaultPriority", "PUT", "priority/default", set_usual::<Priority>),
    full("setDefaultResolution", "PUT", "resolution/default", set_usual::<Resolution>),
    full("updatePriority", "PUT", "priority/{id}", update::<Priority>),
    full("updateResolution", "PUT", "resolution/{id}", update::<Resolution>),
];

/// The longest name.
const LONGEST: usize = 60;

/// One of the two.
trait Ranked: Doc + 'static {
    const NOUN: &'static str;
    const PLURAL: &'static str;
    fn table() -> &'static Table<Self>;
    fn all(call: &mut Call<'_, '_>) -> Result<Vec<Self>, Error>;
    fn blank() -> Self;
    fn id(&mut self) -> &mut String;
    fn name(&mut self) -> &mut String;
    fn description(&mut self) -> &mut String;
    fn position(&mut self) -> &mut Option<u64>;
    fn usual(&mut self) -> &mut bool;
    fn of(issue: &mut Issue) -> &mut Option<String>;
    /// Takes what only this kind has from a body.
    fn extra(&mut self, _: &Map<String, Value>, _: bool) -> Result<(), Error> {
        Ok(())
    }
}

macro_rules! members {
    () => {
        fn id(&mut self) -> &mut String {
            &mut self.id
        }

        fn name(&mut self) -> &mut String {
            &mut self.name
        }

        fn description(&mut self) -> &mut String {
            &mut self.description
        }

        fn position(&mut self) -> &mut Option<u64> {
            &mut self.position
        }

        fn usual(&mut self) -> &mut bool {
            &mut self.usual
        }
    };
}

impl Ranked for Priority {
    const NOUN: &'static str = "priority";
    const PLURAL: &'static str = "priorities";

    fn table() -> &'static Table<Self> {
        &PRIORITIES
    }

    fn all(call: &mut Call<'_, '_>) -> Result<Vec<Self>, Error> {
        Ok(call.state.priorities()?)
    }

    fn blank() -> Self {
        let (id, name, description, color) = Default::default();
        Self { id, name, description, color, position: None, usual: false, icon: None }
    }

    fn of(issue: &mut Issue) -> &mut Option<String> {
        &mut issue.priority
    }

    fn extra(&mut self, body: &Map<String, Value>, fresh: bool) -> Result<(), Error> {
        if let Some(color) = text(body, "statusColor") {
            let digits = color.strip_prefix('#').unwrap_or_default();
            let is_color =
                matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            if !is_color {
                return Err(Error::message(
                    400,
                    "The status color must be in 3-digit or 6-digit hexadecimal format.",
                ));
            }
            self.color = color;
        } else if fresh {
            return Err(Error::message(400, "The status color is required."));
        }
        if let Some(icon) = text(body, "iconUrl") {
            self.icon = Some(icon);
        }
        Ok(())
    }

    members!();
}

impl Ranked for Resolution {
    const NOUN: &'static str = "resolution";
    const PLURAL: &'static str = "resolutions";

    fn table() -> &'static Table<Self> {
        &RESOLUTIONS
    }

    fn all(call: &mut Call<'_, '_>) -> Result<Vec<Self>, Error> {
        Ok(call.state.resolutions()?)
    }

    fn blank() -> Self {
        let (id, name, description) = Default::default();
        Self { id, name, description, position: None, usual: false }
    }

    fn of(issue: &mut Issue) -> &mut Option<String> {
        &mut issue.resolution
    }

    members!();
}

fn missing<R: Ranked>() -> Error {
    Error::message(404, format!("The {} was not found.", R::NOUN))
}

fn find<R: Ranked>(call: &mut Call<'_, '_>) -> Result<R, Error> {
    let id = call.param(0).to_owned();
    call.state.get(R::table(), &id)?.ok_or_else(missing::<R>)
}

fn fill<R: Ranked>(call: &mut Call<'_, '_>, held: &mut R, fresh: bool) -> Result<(), Error> {
    let body = call.object()?;
    match text(&body, "name") {
        Some(name) if name.chars().count() > LONGEST => {
            return Err(Error::message(
                400,
                format!("The {} name must not exceed {LONGEST} characters.", R::NOUN),
            ));
        }
        Some(name) => {
            for mut other in R::all(call)? {
                if other.id() != held.id() && other.name().eq_ignore_ascii_case(&name) {
                    return Err(Error::message(400, format!("A {} with this name already exists.", R::NOUN)));
                }
            }
            *held.name() = name;
        }
        None if fresh => return Err(Error::message(400, format!("The {} name is required.", R::NOUN))),
        None => {}
    }
    if let Some(description) = body.get("description").and_then(Value::as_str) {
        description.clone_into(held.description());
    }
    held.extra(&body, fresh)
}

/// `POST`.
fn create<R: Ranked>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin(&format!("create {}", R::PLURAL))?;
    let mut held = R::blank();
    fill(call, &mut held, true)?;
    *held.id() = call.state.next_id(R::NOUN)?;
    *held.position() = R::all(call)?.last_mut().and_then(|last| *last.position()).map(|last| last + 1);
    let id = held.id().clone();
    call.state.put(R::table(), &id, &held)?;
    Ok(wire::json(201, &json!({"id": id})))
}

/// `PUT`.
fn update<R: Ranked>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin(&format!("update {}", R::PLURAL))?;
    let mut held = find::<R>(call)?;
    fill(call, &mut held, false)?;
    let id = held.id().clone();
    call.state.put(R::table(), &id, &held)?;
    Ok(wire::empty())
}

/// `DELETE`: issues have the replacement from now on.
fn delete<R: Ranked>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin(&format!("delete {}", R::PLURAL))?;
    let id = find::<R>(call)?.id().clone();
    let instead = call.query.text("replaceWith").map(str::to_owned);
    if let Some(instead) = &instead
        && (*instead == id || call.state.get(R::table(), instead)?.is_none())
    {
        return Err(Error::message(
            400,
            format!("The {} '{instead}' to replace it with does not exist.", R::NOUN),
        ));
    }
    if instead.is_none() && edit::any(call, |issue| *R::of(&mut issue.clone()) == Some(id.clone()))? {
        let message = format!("The {} is in use. The 'replaceWith' query parameter is required.", R::NOUN);
        return Err(Error::message(409, message));
    }
    let changed = edit::change_all(call, |issue| {
        let held = R::of(issue);
        if held.as_ref() == Some(&id) {
            held.clone_from(&instead);
        }
    })?;
    call.state.delete(R::table(), &id);
    task::see(call, &format!("Delete {}", R::NOUN), json!({"issuesChanged": changed}))
}

/// `PUT .../default`: null is none.
fn set_usual<R: Ranked>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin(&format!("set the default {}", R::NOUN))?;
    let body = call.object()?;
    let id = match body.get("id") {
        None => return Err(Error::message(400, "The id is required.")),
        Some(id) => scalar(id),
    };
    if let Some(id) = &id
        && call.state.get(R::table(), id)?.is_none()
    {
        return Err(missing::<R>());
    }
    for mut held in R::all(call)? {
        *held.usual() = Some(held.id().clone()) == id;
        let key = held.id().clone();
        call.state.put(R::table(), &key, &held)?;
    }
    Ok(wire::empty())
}

/// `PUT .../move`: puts some behind another one, or to the first or last place.
fn reorder<R: Ranked>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin(&format!("move {}", R::PLURAL))?;
    let body = call.object()?;
    let ids = texts(body.get("ids"));
    let mut by_id: BTreeMap<String, R> = BTreeMap::new();
    let mut order = Vec::new();
    for mut held in R::all(call)? {
        order.push(held.id().clone());
        by_id.insert(held.id().clone(), held);
    }
    place(&mut order, &ids, text(&body, "after").as_deref(), text(&body, "position").as_deref())?;
    for (position, id) in (0..).zip(&order) {
        let Some(held) = by_id.get_mut(id) else { return Err(missing::<R>()) };
        *held.position() = Some(position);
        call.state.put(R::table(), id, held)?;
    }
    Ok(wire::empty())
}

/// Moves ids within an order: behind one of them, or to its beginning or end.
pub(super) fn place(
    order: &mut Vec<String>,
    ids: &[String],
    after: Option<&str>,
    position: Option<&str>,
) -> Result<(), Error> {
    if let Some(unknown) = ids.iter().find(|id| !order.contains(id)) {
        return Err(Error::message(404, format!("'{unknown}' was not found.")));
    }
    if ids.is_empty() {
        return Err(Error::message(400, "There must be at least one id to move."));
    }
    order.retain(|id| !ids.contains(id));
    let at = match (after, position) {
        (Some(after), None) => {
            let found = order.iter().position(|id| id == after);
            found.map(|at| at + 1).ok_or_else(|| Error::message(404, format!("'{after}' was not found.")))?
        }
        (None, Some("First")) => 0,
        (None, Some("Last")) => order.len(),
        _ => {
            return Err(Error::message(
                400,
                "Either 'after' or 'position' (First or Last) must be provided.",
            ));
        }
    };
    order.splice(at..at, ids.iter().cloned());
    Ok(())
}

/// `GET priority/search`.
pub(super) fn search_priorities(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let usual = usual_priority(call.state)?.map(|priority| priority.id);
    let (ids, only) = (call.query.list("id"), call.query.flag("onlyDefault") == Some(true));
    let needle = call.query.text("priorityName").unwrap_or_default().to_lowercase();
    let mut shown = Vec::new();
    for found in call.state.priorities()? {
        let is_usual = Some(&found.id) == usual.as_ref();
        if (ids.is_empty() || ids.contains(&found.id))
            && (!only || is_usual)
            && found.name.to_lowercase().contains(&needle)
        {
            shown.push(priority_shown(call, &found, Some(is_usual)));
        }
    }
    call.page(&shown)
}

/// `GET resolution/search`.
fn search_resolutions(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (ids, only) = (call.query.list("id"), call.query.flag("onlyDefault") == Some(true));
    let mut shown = Vec::new();
    for found in call.state.resolutions()? {
        if (ids.is_empty() || ids.contains(&found.id)) && (!only || found.usual) {
            let mut one = resolution_shown(call, &found);
            super::resource::extend(&mut one, json!({"isDefault": found.usual}));
            shown.push(one);
        }
    }
    call.page(&shown)
}
