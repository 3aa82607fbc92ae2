//! `/api/v1/identity-sources`: people and groups as another system of record has them, one by one.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{require_object, require_text};
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, strings, text};
use crate::errors::Error;
use crate::state::APPS;

const USERS: &str = "/api/v1/identity-sources/{sourceId}/users";
const USER: &str = "/api/v1/identity-sources/{sourceId}/users/{externalId}";
const GROUP: &str = "/api/v1/identity-sources/{sourceId}/groups/{groupId}";
const MEMBERSHIP: &str = "/api/v1/identity-sources/{sourceId}/groups/{groupId}/membership";

pub(super) const OPERATIONS: &[Operation] = &[
    own("createIdentitySourceUser", "POST", USERS, add_user),
    own("getIdentitySourceUser", "GET", USER, user),
    own("replaceExistingIdentitySourceUser", "PUT", USER, replace_user),
    own("updateIdentitySourceUsers", "PATCH", USER, update_user),
    own("deleteIdentitySourceUser", "DELETE", USER, remove_user),
    own("createIdentitySourceGroups", "POST", "/api/v1/identity-sources/{sourceId}/groups", add_group),
    own("getIdentitySourceGroup", "GET", GROUP, group),
    own("updateIdentitySourceGroups", "POST", GROUP, change_group),
    own("deleteIdentitySourceGroup", "DELETE", GROUP, remove_group),
    own("getIdentitySourceGroupMemberships", "GET", MEMBERSHIP, members),
    own("createIdentitySourceGroupsMemberships", "POST", MEMBERSHIP, add_members),
    own(
        "deleteIdentitySourceGroupMemberships",
        "DELETE",
        "/api/v1/identity-sources/{sourceId}/groups/{groupId}/membership/{memberId}",
        remove_member,
    ),
];

/// People and groups as the source has them; the key is `SOURCE/EXTERNAL ID`.
pub(super) static PEOPLE: Table<Document> = Table::new("identity_source_users");
pub(super) static GROUPS: Table<Document> = Table::new("identity_source_groups");

/// The source that the path names: an application of the org.
pub(super) fn source(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let id = call.param(0);
    call.state.get(&APPS, &id)?.ok_or_else(|| Error::not_found(&id, "IdentitySource"))?;
    Ok(id)
}

/// Writes somebody or some group as the source has it.
pub(super) fn keep(
    call: &mut Call<'_, '_>,
    table: &'static Table<Document>,
    key: &str,
    external: &str,
    profile: Option<&Value>,
) -> Result<Document, Error> {
    let old = call.state.get(table, key)?.unwrap_or_default();
    let now = call.state.stamp();
    let prefix = "uso";
    let id = if text(&old, "id").is_empty() { call.state.mint(prefix) } else { text(&old, "id").to_owned() };
    let created =
        if text(&old, "created").is_empty() { now.clone() } else { text(&old, "created").to_owned() };
    let mut found = document(json!({
        "id": id, "externalId": external, "created": created, "lastUpdated": now, "profile": profile,
    }));
    if let Some(members) = old.get("_members") {
        set(&mut found, "_members", members.clone());
    }
    call.state.put(table, key, &found)?;
    Ok(found)
}

pub(super) fn enlist(
    call: &mut Call<'_, '_>,
    key: &str,
    mut group: Document,
    members: &[String],
    add: bool,
) -> Result<(), Error> {
    let mut held = strings(group.get("_members"));
    held.retain(|member| !members.contains(member));
    if add {
        held.extend_from_slice(members);
    }
    set(&mut group, "_members", held);
    Ok(call.state.put(&GROUPS, key, &group)?)
}

fn found(
    call: &mut Call<'_, '_>,
    table: &'static Table<Document>,
    noun: &'static str,
) -> Result<(String, Document), Error> {
    let (source, id) = (source(call)?, call.param(1));
    let key = format!("{source}/{id}");
    if let Some(found) = call.state.get(table, &key)? {
        return Ok((key, found));
    }
    let all = call.state.all(table, &format!("{source}/"))?;
    all.into_iter().find(|(_, found)| text(found, "id") == id).ok_or_else(|| Error::not_found(&id, noun))
}

/// A new person or group of a body with `externalId` and `profile`.
fn added(call: &mut Call<'_, '_>, table: &'static Table<Document>) -> Result<Reply, Error> {
    let source = source(call)?;
    let body = call.body()?;
    let external = require_text(&body, "externalId")?;
    require_object(&body, "profile")?;
    let key = format!("{source}/{external}");
    if call.state.get(table, &key)?.is_some() {
        return Err(Error::field("externalId", "The external id is already in use"));
    }
    let made = keep(call, table, &key, &external, body.get("profile"))?;
    one(200, &Value::Object(made))
}

/// Another profile; what is absent stays where `partial`.
fn changed(
    call: &mut Call<'_, '_>,
    table: &'static Table<Document>,
    noun: &'static str,
    partial: bool,
) -> Result<Reply, Error> {
    let (key, old) = found(call, table, noun)?;
    let body = call.body()?;
    require_object(&body, "profile")?;
    let mut profile = body.get("profile").cloned().unwrap_or_default();
    if let (true, Some(old)) = (partial, old.get("profile")) {
        crate::documents::fill(&mut profile, old);
    }
    let external = text(&old, "externalId").to_owned();
    let made = keep(call, table, &key, &external, Some(&profile))?;
    one(200, &Value::Object(crate::documents::public(&made)))
}

fn removed(
    call: &mut Call<'_, '_>,
    table: &'static Table<Document>,
    noun: &'static str,
) -> Result<Reply, Error> {
    let (key, _) = found(call, table, noun)?;
    call.state.delete(table, &key);
    Ok(nothing(204))
}

fn shown(
    call: &mut Call<'_, '_>,
    table: &'static Table<Document>,
    noun: &'static str,
) -> Result<Reply, Error> {
    let (_, found) = found(call, table, noun)?;
    one(200, &Value::Object(crate::documents::public(&found)))
}

fn add_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    added(call, &PEOPLE)
}

fn user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    shown(call, &PEOPLE, "IdentitySourceUser")
}

fn replace_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    changed(call, &PEOPLE, "IdentitySourceUser", false)
}

fn update_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    changed(call, &PEOPLE, "IdentitySourceUser", true)
}

fn remove_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    removed(call, &PEOPLE, "IdentitySourceUser")
}

fn add_group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    added(call, &GROUPS)
}

fn group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    shown(call, &GROUPS, "IdentitySourceGroup")
}

fn change_group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    changed(call, &GROUPS, "IdentitySourceGroup", true)
}

fn remove_group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    removed(call, &GROUPS, "IdentitySourceGroup")
}

fn members(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, group) = found(call, &GROUPS, "IdentitySourceGroup")?;
    one(200, &json!({"memberExternalIds": strings(group.get("_members"))}))
}

fn add_members(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, group) = found(call, &GROUPS, "IdentitySourceGroup")?;
    let body = call.body()?;
    let wanted = strings(body.get("memberExternalIds"));
    if wanted.is_empty() {
        return Err(Error::field("memberExternalIds", "The field cannot be left blank"));
    }
    enlist(call, &key, group, &wanted, true)?;
    Ok(nothing(204))
}

fn remove_member(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, group) = found(call, &GROUPS, "IdentitySourceGroup")?;
    let member = call.param(2);
    if !strings(group.get("_members")).contains(&member) {
        return Err(Error::not_found(&member, "IdentitySourceUser"));
    }
    enlist(call, &key, group, &[member], false)?;
    Ok(nothing(204))
}
