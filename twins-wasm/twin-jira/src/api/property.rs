//! Values that apps keep with issues, projects, comments, work, types, people and dashboards.

use serde_json::{Map, Value, json};
use twin_sdk::{Reply, Response};

use crate::args;
use crate::entities::{Issue, Property};
use crate::errors::Error;
use crate::kept::id_of;
use crate::state::{ISSUE_TYPES, PROPERTIES};
use crate::wire;

use super::call::Call;
use super::dashboard;

/// The longest key, and the longest value in bytes.
const LONGEST_KEY: usize = 255;
const LONGEST_VALUE: usize = 32_768;

/// What a property belongs to: the kind, the id, the address before `/properties`, and which placeholder is its key.
struct Owner {
    kind: &'static str,
    id: String,
    path: String,
    place: usize,
}

fn issue(call: &mut Call<'_, '_>, writes: bool) -> Result<Owner, Error> {
    let issue = call.issue()?;
    if writes {
        call.count_write(&issue.id)?;
    }
    Ok(Owner { kind: "issue", path: format!("issue/{}", issue.key), id: issue.id, place: 1 })
}

fn project(call: &mut Call<'_, '_>, _: bool) -> Result<Owner, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    Ok(Owner { kind: "project", path: format!("project/{}", project.key), id: project.id, place: 1 })
}

fn item(call: &mut Call<'_, '_>, writes: bool) -> Result<Owner, Error> {
    let dashboard = if writes { dashboard::find_to_write(call)? } else { dashboard::find(call)? };
    let (dashboard, item) = (id_of(&dashboard), call.param(1).to_owned());
    let path = format!("dashboard/{dashboard}/items/{item}");
    Ok(Owner { kind: "dashboard", id: format!("{dashboard}/{item}"), path, place: 2 })
}

fn comment(call: &mut Call<'_, '_>, _: bool) -> Result<Owner, Error> {
    let id = call.param(0).to_owned();
    let comment = super::comment::of_id(call, &id)?;
    Ok(Owner { kind: "comment", path: format!("comment/{}", comment.id), id: comment.id, place: 1 })
}

fn worklog(call: &mut Call<'_, '_>, _: bool) -> Result<Owner, Error> {
    let issue = call.issue()?;
    let worklog = super::worklog::find(call, &issue)?;
    let path = format!("issue/{}/worklog/{}", issue.id, worklog.id);
    Ok(Owner { kind: "worklog", path, id: worklog.id, place: 2 })
}

fn issue_type(call: &mut Call<'_, '_>, writes: bool) -> Result<Owner, Error> {
    if writes {
        call.admin("set issue type properties")?;
    }
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, "Issue type with given id not found.");
    let kind = call.state.get(&ISSUE_TYPES, &id)?.ok_or_else(missing)?;
    Ok(Owner { kind: "issuetype", path: format!("issuetype/{id}"), id: kind.id, place: 1 })
}

/// The caller, or whom the query names; those of others are the administrators' business.
fn user(call: &mut Call<'_, '_>, _: bool) -> Result<Owner, Error> {
    let id = call.query.text("accountId").unwrap_or(call.me()).to_owned();
    if id != call.me() {
        call.admin("access the properties of other users")?;
    }
    let missing = || Error::message(404, "The user does not exist or you do not have permission to see it.");
    let user = call.state.user(&id)?.ok_or_else(missing)?;
    Ok(Owner { kind: "user", path: "user".to_owned(), id: user.account_id, place: 0 })
}

/// Keeps a value; says whether there was one before.
pub(super) fn put(
    call: &mut Call<'_, '_>,
    kind: &str,
    id: &str,
    key: &str,
    value: Value,
) -> Result<bool, Error> {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        return Err(Error::message(400, "The property key must be between 1 and 255 characters."));
    }
    if value.to_string().len() > LONGEST_VALUE {
        return Err(Error::message(
            400,
            "The property value is too long. It must not exceed 32768 characters.",
        ));
    }
    let place = format!("{kind}/{id}/{key}");
    let held = call.state.get(&PROPERTIES, &place)?.is_some();
    call.state.put(&PROPERTIES, &place, &Property { key: key.to_owned(), value })?;
    Ok(held)
}

/// The properties of an issue that a caller asks for; `*all` is all.
pub(super) fn of_issue(call: &mut Call<'_, '_>, issue: &Issue, wanted: &[String]) -> Result<Value, Error> {
    let all = wanted.iter().any(|key| key == "*all");
    let mut shown = Map::new();
    for property in call.state.below(&PROPERTIES, &format!("issue/{}", issue.id))? {
        if all || wanted.contains(&property.key) {
            shown.insert(property.key, property.value);
        }
    }
    Ok(Value::Object(shown))
}

fn keys(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let held = call.state.below(&PROPERTIES, &format!("{}/{}", owner.kind, owner.id))?;
    let shown = held.iter().map(|property| {
        let address = call.wire.at(&format!("{}/properties/{}", owner.path, property.key));
        json!({"self": address, "key": property.key})
    });
    let shown: Vec<Value> = shown.collect();
    Ok(wire::json(200, &json!({"keys": shown})))
}

fn get(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let key = call.param(owner.place).to_owned();
    let missing = || Error::message(404, format!("The property with key '{key}' does not exist."));
    let held =
        call.state.get(&PROPERTIES, &format!("{}/{}/{key}", owner.kind, owner.id))?.ok_or_else(missing)?;
    Ok(wire::json(200, &json!({"key": held.key, "value": held.value})))
}

fn set(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let value = args::body(call.incoming)?;
    let key = call.param(owner.place).to_owned();
    let held = put(call, owner.kind, &owner.id, &key, value)?;
    Ok(Reply::of_json_text(if held { 200 } else { 201 }, "").build())
}

fn delete(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let key = call.param(owner.place).to_owned();
    if call.state.delete(&PROPERTIES, &format!("{}/{}/{key}", owner.kind, owner.id)) {
        return Ok(wire::empty());
    }
    Err(Error::message(404, format!("The property with key '{key}' does not exist.")))
}

/// The four operations on the properties of one kind of owner.
macro_rules! operations {
    ($owner:ident, $keys:ident, $get:ident, $set:ident, $delete:ident) => {
        /// The keys.
        pub(super) fn $keys(call: &mut Call<'_, '_>) -> Result<Response, Error> {
            let owner = $owner(call, false)?;
            keys(call, &owner)
        }

        /// One value.
        pub(super) fn $get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
            let owner = $owner(call, false)?;
            get(call, &owner)
        }

        /// Keeps a value.
        pub(super) fn $set(call: &mut Call<'_, '_>) -> Result<Response, Error> {
            let owner = $owner(call, true)?;
            set(call, &owner)
        }

        /// Forgets a value.
        pub(super) fn $delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
            let owner = $owner(call, true)?;
            delete(call, &owner)
        }
    };
}

operations!(issue, issue_keys, issue_get, issue_set, issue_delete);
operations!(project, project_keys, project_get, project_set, project_delete);
operations!(item, item_keys, item_get, item_set, item_delete);
operations!(comment, comment_keys, comment_get, comment_set, comment_delete);
operations!(worklog, worklog_keys, worklog_get, worklog_set, worklog_delete);
operations!(issue_type, type_keys, type_get, type_set, type_delete);
operations!(user, user_keys, user_get, user_set, user_delete);
