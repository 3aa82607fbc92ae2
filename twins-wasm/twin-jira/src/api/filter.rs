//! Saved searches.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::entities::Filter;
use crate::errors::Error;
use crate::jql;
use crate::state::FILTERS;
use crate::wire;

use super::call::Call;
use super::share;

/// The filter that the first placeholder names.
pub(super) fn find(call: &mut Call<'_, '_>) -> Result<Filter, Error> {
    let id = call.param(0).to_owned();
    let missing = || {
        Error::message(
            400,
            "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.",
        )
    };
    let filter = call.state.get(&FILTERS, &id)?.ok_or_else(missing)?;
    if sees(call, &filter)? { Ok(filter) } else { Err(missing()) }
}

/// Whether the caller may see a filter.
pub(super) fn sees(call: &mut Call<'_, '_>, filter: &Filter) -> Result<bool, Error> {
    Ok(filter.owner == call.me()
        || share::include(call, &filter.share_permissions)?
        || share::include(call, &filter.edit_permissions)?)
}

/// The same, which the call is about to change.
pub(super) fn find_own(call: &mut Call<'_, '_>) -> Result<Filter, Error> {
    let filter = find(call)?;
    if filter.owner != call.me() && !share::include(call, &filter.edit_permissions)? {
        return Err(Error::message(400, "You must own this filter to edit it."));
    }
    Ok(filter)
}

fn shown(call: &mut Call<'_, '_>, filter: &Filter) -> Result<Value, Error> {
    let base = call.wire.base.clone();
    let shares = share::shown_all(call, &filter.share_permissions)?;
    let edits = share::shown_all(call, &filter.edit_permissions)?;
    Ok(json!({
        "self": call.wire.at(&format!("filter/{}", filter.id)),
        "id": filter.id,
        "name": filter.name,
        "description": filter.description,
        "owner": call.shown_user(&filter.owner)?,
        "jql": filter.jql,
        "viewUrl": format!("{base}/issues/?filter={}", filter.id),
        "searchUrl": call.wire.at(&format!("search?jql={}", wire::encoded(&filter.jql))),
        "favourite": filter.favourites.iter().any(|fan| fan == call.me()),
        "favouritedCount": filter.favourites.len(),
        "sharePermissions": shares,
        "editPermissions": edits,
        "isWritable": filter.owner == call.me(),
        "sharedUsers": {"size": 0, "items": [], "max-results": 1_000, "start-index": 0, "end-index": 0},
        "subscriptions": {"size": 0, "items": [], "max-results": 1_000, "start-index": 0, "end-index": 0},
    }))
}

/// A filter with what a body says of it.
fn filled(call: &mut Call<'_, '_>, mut filter: Filter, body: &Map<String, Value>) -> Result<Filter, Error> {
    if let Some(name) = text(body, "name") {
        let taken = call.state.all(&FILTERS)?;
        let own = |held: &&Filter| held.owner == filter.owner && held.id != filter.id;
        if taken.iter().filter(own).any(|held| held.name.eq_ignore_ascii_case(&name)) {
            return Err(Error::field("filterName", "Filter with same name already exists."));
        }
        filter.name = name;
    }
    if filter.name.is_empty() {
        return Err(Error::field("filterName", "You must specify a name to save this filter as."));
    }
    if let Some(description) = body.get("description").and_then(Value::as_str) {
        description.clone_into(&mut filter.description);
    }
    if let Some(jql) = body.get("jql").and_then(Value::as_str) {
        if let Err(problem) = jql::check(call.state, jql, &call.user.account_id)? {
            return Err(Error::message(400, problem));
        }
        jql.clone_into(&mut filter.jql);
    }
    if let Some(shares) = body.get("sharePermissions").and_then(Value::as_array) {
        filter.share_permissions = share::read_all(call, shares)?;
    }
    if let Some(shares) = body.get("editPermissions").and_then(Value::as_array) {
        filter.edit_permissions = share::read_all(call, shares)?;
    }
    Ok(filter)
}

/// `POST filter`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let blank = Filter {
        id: String::new(),
        name: String::new(),
        description: String::new(),
        owner: call.me().to_owned(),
        jql: String::new(),
        favourites: Vec::new(),
        share_permissions: Vec::new(),
        edit_permissions: Vec::new(),
        columns: None,
    };
    let mut filter = filled(call, blank, &body)?;
    filter.id = call.state.next_id("filter")?;
    if body.get("favourite").and_then(Value::as_bool) == Some(true) {
        filter.favourites.push(call.me().to_owned());
    }
    call.state.put(&FILTERS, &filter.id, &filter)?;
    Ok(wire::json(200, &shown(call, &filter)?))
}

/// `GET filter/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let filter = find(call)?;
    Ok(wire::json(200, &shown(call, &filter)?))
}

/// `PUT filter/{}`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = find_own(call)?;
    let filter = filled(call, held, &body)?;
    call.state.put(&FILTERS, &filter.id, &filter)?;
    Ok(wire::json(200, &shown(call, &filter)?))
}

/// `DELETE filter/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let filter = find_own(call)?;
    call.state.delete(&FILTERS, &filter.id);
    Ok(wire::empty())
}

/// The filters that are wanted, as the caller sees them.
pub(super) fn listed(
    call: &mut Call<'_, '_>,
    wanted: impl Fn(&mut Call<'_, '_>, &Filter) -> Result<bool, Error>,
) -> Result<Vec<Value>, Error> {
    let mut list = Vec::new();
    for filter in call.state.all(&FILTERS)? {
        if wanted(call, &filter)? {
            list.push(shown(call, &filter)?);
        }
    }
    Ok(list)
}

/// `GET filter/my`.
pub(super) fn mine(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let list = listed(call, |call, filter| Ok(filter.owner == call.me()))?;
    Ok(wire::json(200, &json!(list)))
}

/// `GET filter/favourite`.
pub(super) fn favourites(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let list = listed(call, |call, filter| Ok(filter.favourites.iter().any(|fan| fan == call.me())))?;
    Ok(wire::json(200, &json!(list)))
}

/// `GET filter/search`.
pub(super) fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let needle = call.query.text("filterName").unwrap_or_default().to_lowercase();
    let owner = call.query.text("accountId").map(str::to_owned);
    let ids = call.query.list("id");
    let list = listed(call, |call, filter| {
        Ok(filter.name.to_lowercase().contains(&needle)
            && owner.as_ref().is_none_or(|owner| filter.owner == *owner)
            && (ids.is_empty() || ids.contains(&filter.id))
            && sees(call, filter)?)
    })?;
    call.page(&list)
}

/// `PUT filter/{}/favourite`.
pub(super) fn favour(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    set_favourite(call, true)
}

/// `DELETE filter/{}/favourite`.
pub(super) fn unfavour(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    set_favourite(call, false)
}

fn set_favourite(call: &mut Call<'_, '_>, favourite: bool) -> Result<Response, Error> {
    let mut filter = find(call)?;
    let me = call.me().to_owned();
    filter.favourites.retain(|fan| *fan != me);
    if favourite {
        filter.favourites.push(me);
    }
    call.state.put(&FILTERS, &filter.id, &filter)?;
    Ok(wire::json(200, &shown(call, &filter)?))
}
