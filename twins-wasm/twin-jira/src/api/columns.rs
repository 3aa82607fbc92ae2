//! The columns of lists of issues: of a filter, of a person, of the site.

use serde_json::{Value, json};
use twin_sdk::{Body, Reply, Response};

use crate::args::texts;
use crate::errors::Error;
use crate::fields::catalogue;
use crate::kept::Kind;
use crate::state::{FIELDS, FILTERS};
use crate::wire;

use super::call::Call;
use super::filter;
use super::route::{Family, Route, full};

/// The columns of a new site.
const USUAL: &[&str] = &[
    "issuetype",
    "issuekey",
    "summary",
    "assignee",
    "reporter",
    "priority",
    "status",
    "resolution",
    "created",
    "updated",
    "duedate",
];
static COLUMNS: Kind = Kind::given("columns", |_| Ok(vec![json!({"id": "site", "columns": USUAL})]));

/// The operations on the columns of the site. Those of people and filters stand with these.
pub(super) const FAMILY: Family = Family { heads: &["settings"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("getIssueNavigatorDefaultColumns", "GET", "settings/columns", site),
    full("setIssueNavigatorDefaultColumns", "PUT", "settings/columns", set_site),
];

/// The columns in the body: JSON, a form or parts.
fn given(call: &mut Call<'_, '_>) -> Result<Vec<String>, Error> {
    let ids = match call.incoming.body() {
        Ok(Body::Json(Value::Object(fields))) => texts(fields.get("columns")),
        Ok(Body::Json(list)) => texts(Some(&list)),
        Ok(Body::Form(fields)) => {
            fields.into_iter().filter(|(name, _)| name == "columns").map(|(_, id)| id).collect()
        }
        Ok(Body::Multipart(fields)) => {
            let columns = fields.into_iter().filter(|field| field.name == "columns");
            columns.map(|field| String::from_utf8_lossy(&field.content).into_owned()).collect()
        }
        Ok(Body::Empty) => Vec::new(),
        Err(_) => return Err(Error::WrongType),
    };
    for id in &ids {
        if label(call, id)?.is_none() {
            return Err(Error::message(400, format!("The column '{id}' is not a navigable field.")));
        }
    }
    Ok(ids)
}

fn label(call: &mut Call<'_, '_>, id: &str) -> Result<Option<String>, Error> {
    if id == "issuekey" {
        return Ok(Some("Key".to_owned()));
    }
    if let Some(field) = catalogue::system(id) {
        return Ok(field.navigable.then(|| field.name.to_owned()));
    }
    Ok(call.state.get(&FIELDS, id)?.map(|field| field.name))
}

fn shown(call: &mut Call<'_, '_>, ids: &[String]) -> Result<Response, Error> {
    let mut all = Vec::new();
    for id in ids {
        all.extend(label(call, id)?.map(|label| json!({"label": label, "value": id})));
    }
    Ok(wire::json(200, &json!(all)))
}

fn kept(call: &mut Call<'_, '_>, owner: &str) -> Result<Option<Vec<String>>, Error> {
    let held = COLUMNS.get(call.state, owner)?;
    Ok(held.map(|held| texts(held.get("columns"))))
}

fn done() -> Response {
    Reply::of_json_text(200, "").build()
}

/// `GET settings/columns`.
fn site(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access the default columns")?;
    let ids = kept(call, "site")?.unwrap_or_default();
    shown(call, &ids)
}

/// `PUT settings/columns`.
fn set_site(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("set the default columns")?;
    let ids = given(call)?;
    COLUMNS.put(call.state, &json!({"id": "site", "columns": ids}))?;
    Ok(done())
}

/// Whose columns a call is about: the caller's own, or for administrators those of anybody.
fn whose(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let id = call.query.text("accountId").unwrap_or(call.me()).to_owned();
    if id != call.me() {
        call.admin("access the columns of other users")?;
    }
    if call.state.user(&id)?.is_none() {
        return Err(Error::message(404, format!("The user with account id '{id}' does not exist.")));
    }
    Ok(id)
}

/// `GET user/columns`: the site's own where there are none.
pub(super) fn user(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = whose(call)?;
    let ids = match kept(call, &owner)? {
        Some(ids) => ids,
        None => kept(call, "site")?.unwrap_or_default(),
    };
    shown(call, &ids)
}

/// `PUT user/columns`.
pub(super) fn set_user(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = whose(call)?;
    let ids = given(call)?;
    COLUMNS.put(call.state, &json!({"id": owner, "columns": ids}))?;
    Ok(done())
}

/// `DELETE user/columns`.
pub(super) fn reset_user(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = whose(call)?;
    COLUMNS.remove(call.state, &owner)?;
    Ok(wire::empty())
}

/// `GET filter/{}/columns`.
pub(super) fn filter(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let found = filter::find(call)?;
    let missing = || Error::message(404, "The filter has no columns of its own.");
    let ids = found.columns.ok_or_else(missing)?;
    shown(call, &ids)
}

/// `PUT filter/{}/columns`.
pub(super) fn set_filter(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut found = filter::find_own(call)?;
    found.columns = Some(given(call)?);
    call.state.put(&FILTERS, &found.id, &found)?;
    Ok(done())
}

/// `DELETE filter/{}/columns`.
pub(super) fn reset_filter(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut found = filter::find_own(call)?;
    found.columns = None;
    call.state.put(&FILTERS, &found.id, &found)?;
    Ok(wire::empty())
}
