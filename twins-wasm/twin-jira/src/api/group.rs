//! Groups of people.

use serde_json::{Value, json};
use twin_sdk::{Response, digest_id};

use crate::args::text;
use crate::entities::Group;
use crate::errors::Error;
use crate::state::GROUPS;
use crate::wire;

use super::call::Call;

/// The groups whose members administer the site.
const ADMINS: &[&str] = &["site-admins", "jira-administrators", "administrators", "org-admins"];

/// Whether somebody administers the site. Where no group of administrators exists everybody does, as every token is good
/// where none is named.
pub(super) fn administers(call: &mut Call<'_, '_>, account_id: &str) -> Result<bool, Error> {
    let groups = call.state.all(&GROUPS)?;
    let mut admins = groups.iter().filter(|group| ADMINS.contains(&group.name.as_str())).peekable();
    let is_member = |held: &String| held == account_id;
    Ok(admins.peek().is_none() || admins.any(|group| group.members.iter().any(is_member)))
}

/// Whether the caller may configure the site.
pub(super) fn may_administer(call: &mut Call<'_, '_>) -> Result<bool, Error> {
    let me = call.me().to_owned();
    administers(call, &me)
}

/// A group by name and id.
pub(super) fn name_shown(call: &Call<'_, '_>, group: &Group) -> Value {
    json!({
        "name": group.name, "groupId": group.id,
        "self": call.wire.at(&format!("group?groupId={}", group.id)),
    })
}

fn find(call: &mut Call<'_, '_>) -> Result<Group, Error> {
    let id = call.query.text("groupId").map(str::to_owned);
    let name = call.query.text("groupname").map(str::to_owned);
    let groups = call.state.all(&GROUPS)?;
    let is_wanted = |group: &Group| match (&id, &name) {
        (Some(id), _) => group.id == *id,
        (None, Some(name)) => group.name.eq_ignore_ascii_case(name),
        (None, None) => false,
    };
    if id.is_none() && name.is_none() {
        return Err(Error::message(400, "The query parameter 'groupname' or 'groupId' is required."));
    }
    let missing = || match id.as_ref().or(name.as_ref()) {
        Some(wanted) if id.is_some() => {
            Error::message(404, format!("The group with id '{wanted}' does not exist."))
        }
        wanted => Error::message(
            404,
            format!("The group named '{}' does not exist.", wanted.cloned().unwrap_or_default()),
        ),
    };
    groups.into_iter().find(is_wanted).ok_or_else(missing)
}

/// `GET group`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let group = find(call)?;
    Ok(wire::json(200, &shown(call, &group)))
}

fn shown(call: &Call<'_, '_>, group: &Group) -> Value {
    let mut shown = name_shown(call, group);
    if let Some(shown) = shown.as_object_mut() {
        let end = group.members.len().saturating_sub(1);
        let users = json!({
            "size": group.members.len(), "items": [], "max-results": 50, "start-index": 0, "end-index": end,
        });
        shown.insert("users".to_owned(), users);
        shown.insert("expand".to_owned(), json!("users"));
    }
    shown
}

/// `POST group`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let name = text(&body, "name").ok_or_else(|| Error::message(400, "The group name is required."))?;
    if call.state.all(&GROUPS)?.iter().any(|group| group.name.eq_ignore_ascii_case(&name)) {
        return Err(Error::message(400, "A group or user with this name already exists."));
    }
    let group = Group { id: group_id(&name), name, members: Vec::new() };
    call.state.put(&GROUPS, &group.id, &group)?;
    Ok(wire::json(201, &shown(call, &group)))
}

/// The id of a group, in the form of a UUID.
pub(crate) fn group_id(name: &str) -> String {
    uuid(&format!("group {name}"))
}

/// An id in the form of a UUID that belongs to a name alone.
pub(super) fn uuid(name: &str) -> String {
    let digest = digest_id("", name, 16);
    let mut digits = digest.bytes().flat_map(|byte| [byte >> 4, byte & 15]).map(u32::from);
    let mut part = |len: usize| {
        let digits = digits.by_ref().take(len);
        digits.filter_map(|digit| char::from_digit(digit, 16)).collect::<String>()
    };
    [part(8), part(4), part(4), part(4), part(12)].join("-")
}

/// `DELETE group`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let group = find(call)?;
    call.state.delete(&GROUPS, &group.id);
    Ok(twin_sdk::Reply::of_json_text(200, "").build())
}

/// `GET group/bulk`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ids = call.query.repeated("groupId").to_vec();
    let names = call.query.repeated("groupName").to_vec();
    let all = ids.is_empty() && names.is_empty();
    let groups = call.state.all(&GROUPS)?;
    let wanted = groups.iter().filter(|group| all || ids.contains(&group.id) || names.contains(&group.name));
    let shown: Vec<Value> = wanted.map(|group| json!({"name": group.name, "groupId": group.id})).collect();
    call.page(&shown)
}

/// `GET group/member`.
pub(super) fn members(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let group = find(call)?;
    let inactive = call.query.flag("includeInactiveUsers") == Some(true);
    let mut shown = Vec::new();
    for member in &group.members {
        if let Some(user) = call.state.user(member)?.filter(|user| user.active || inactive) {
            shown.push(wire::user(&call.wire, &user, &call.user.account_id));
        }
    }
    call.page(&shown)
}

/// `POST group/user`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let mut group = find(call)?;
    let id = text(&body, "accountId").ok_or_else(|| Error::message(400, "accountId must be provided"))?;
    if call.state.user(&id)?.is_none() {
        return Err(Error::message(404, format!("User with account id '{id}' does not exist.")));
    }
    if group.members.contains(&id) {
        return Err(Error::message(
            400,
            format!("Cannot add user. User is already a member of '{}'.", group.name),
        ));
    }
    group.members.push(id);
    call.state.put(&GROUPS, &group.id, &group)?;
    Ok(wire::json(201, &shown(call, &group)))
}

/// `DELETE group/user`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut group = find(call)?;
    let id = call.query.required("accountId")?.to_owned();
    if !group.members.contains(&id) {
        return Err(Error::message(
            400,
            format!("Cannot remove user from group '{}' since user is not a member of it.", group.name),
        ));
    }
    group.members.retain(|member| *member != id);
    call.state.put(&GROUPS, &group.id, &group)?;
    Ok(twin_sdk::Reply::of_json_text(200, "").build())
}

/// `GET groups/picker`.
pub(super) fn pick(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let query = call.query.text("query").unwrap_or_default().to_lowercase();
    let groups = call.state.all(&GROUPS)?;
    let found: Vec<Value> = groups
        .iter()
        .filter(|group| group.name.to_lowercase().contains(&query))
        .map(|group| json!({"name": group.name, "html": group.name, "labels": [], "groupId": group.id}))
        .collect();
    let header = format!("Showing {0} of {0} matching groups", found.len());
    Ok(wire::json(200, &json!({"header": header, "total": found.len(), "groups": found})))
}
