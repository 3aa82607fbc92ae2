//! `/api/v1/identity-sources`: people and groups that another system of record brings in, in sessions or one by one.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{require_object, require_text};
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, strings, text};
use crate::errors::Error;
use crate::state::APPS;

const SESSIONS: &str = "/api/v1/identity-sources/{sourceId}/sessions";
const SESSION: &str = "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}";
const USERS: &str = "/api/v1/identity-sources/{sourceId}/users";
const USER: &str = "/api/v1/identity-sources/{sourceId}/users/{externalId}";
const GROUP: &str = "/api/v1/identity-sources/{sourceId}/groups/{groupId}";
const MEMBERSHIP: &str = "/api/v1/identity-sources/{sourceId}/groups/{groupId}/membership";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listIdentitySourceSessions", "GET", SESSIONS, sessions),
    own("createIdentitySourceSession", "POST", SESSIONS, open),
    own("getIdentitySourceSession", "GET", SESSION, session),
    own("deleteIdentitySourceSession", "DELETE", SESSION, close),
    own(
        "uploadIdentitySourceDataForUpsert",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/bulk-upsert",
        upload,
    ),
    own(
        "uploadIdentitySourceDataForDelete",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/bulk-delete",
        upload,
    ),
    own(
        "uploadIdentitySourceGroupsForUpsert",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/bulk-groups-upsert",
        upload,
    ),
    own(
        "uploadIdentitySourceGroupsDataForDelete",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/bulk-groups-delete",
        upload,
    ),
    own(
        "uploadIdentitySourceGroupMembershipsForUpsert",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/bulk-group-memberships-upsert",
        upload,
    ),
    own(
        "uploadIdentitySourceGroupMembershipsForDelete",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/bulk-group-memberships-delete",
        upload,
    ),
    own(
        "startImportFromIdentitySource",
        "POST",
        "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}/start-import",
        start,
    ),
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

/// Imports on their way; the key is `SOURCE/ID`.
static IMPORTS: Table<Document> = Table::new("identity_source_sessions");
/// People and groups as the source has them; the key is `SOURCE/EXTERNAL ID`.
static PEOPLE: Table<Document> = Table::new("identity_source_users");
static GROUPS: Table<Document> = Table::new("identity_source_groups");

/// The source that the path names: an application of the org.
fn source(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let id = call.param(0);
    call.state.get(&APPS, &id)?.ok_or_else(|| Error::not_found(&id, "IdentitySource"))?;
    Ok(id)
}

fn sessions(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let source = source(call)?;
    let found = call.state.all(&IMPORTS, &format!("{source}/"))?;
    let found: Vec<_> = found.into_iter().map(|(_, found)| crate::documents::public(&found)).collect();
    Ok(Reply::json(200, &found)?)
}

/// A source has one session that waits for data.
fn open(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let source = source(call)?;
    let found = call.state.all(&IMPORTS, &format!("{source}/"))?;
    if found.iter().any(|(_, found)| text(found, "status") == "CREATED") {
        return Err(Error::invalid("identitySourceId", "There is a session in progress for this source"));
    }
    let (now, id) = (call.state.stamp(), call.state.mint("uij"));
    let session = document(json!({
        "id": id, "identitySourceId": source, "status": "CREATED", "importType": "INCREMENTAL", "created": now,
        "lastUpdated": now,
    }));
    call.state.put(&IMPORTS, &format!("{source}/{id}"), &session)?;
    one(200, &Value::Object(session))
}

fn session_named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (source, id) = (source(call)?, call.param(1));
    let key = format!("{source}/{id}");
    let found = call.state.get(&IMPORTS, &key)?;
    Ok((key, found.ok_or_else(|| Error::not_found(&id, "IdentitySourceSession"))?))
}

/// A session that still takes data.
fn waiting(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (key, found) = session_named(call)?;
    if text(&found, "status") == "CREATED" {
        return Ok((key, found));
    }
    Err(Error::invalid("sessionId", "The session is no longer in the CREATED status"))
}

fn session(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, found) = session_named(call)?;
    one(200, &Value::Object(crate::documents::public(&found)))
}

fn close(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, _) = waiting(call)?;
    call.state.delete(&IMPORTS, &key);
    Ok(nothing(204))
}

/// What is uploaded takes effect when the import starts.
fn upload(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, mut found) = waiting(call)?;
    let body = call.body()?;
    let last = call.incoming.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let items = body.get("profiles").or_else(|| body.get("memberships")).and_then(Value::as_array).cloned();
    let items = items.ok_or_else(|| Error::field("profiles", "The field cannot be left blank"))?;
    if items.is_empty() || items.len() > 200 {
        return Err(Error::field("profiles", "The number of items must be between 1 and 200"));
    }
    let mut uploads = found.get("_uploads").and_then(Value::as_array).cloned().unwrap_or_default();
    uploads.push(json!({"kind": last, "items": items}));
    set(&mut found, "_uploads", uploads);
    call.state.put(&IMPORTS, &key, &found)?;
    Ok(nothing(202))
}

/// The import is over at once.
fn start(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, mut found) = waiting(call)?;
    let source = call.param(0);
    let uploads = found.get("_uploads").and_then(Value::as_array).cloned().unwrap_or_default();
    for upload in &uploads {
        let upload = document(upload.clone());
        let items = upload.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        for item in items {
            import(call, &source, text(&upload, "kind"), &document(item))?;
        }
    }
    let now = call.state.stamp();
    set(&mut found, "status", "COMPLETED");
    set(&mut found, "lastUpdated", now);
    found.remove("_uploads");
    call.state.put(&IMPORTS, &key, &found)?;
    one(200, &Value::Object(found))
}

fn import(call: &mut Call<'_, '_>, source: &str, kind: &str, item: &Document) -> Result<(), Error> {
    let external = if text(item, "externalId").is_empty() {
        text(item, "groupExternalId")
    } else {
        text(item, "externalId")
    };
    let key = format!("{source}/{external}");
    let members = strings(item.get("memberExternalIds"));
    match kind {
        "bulk-upsert" => keep(call, &PEOPLE, &key, external, item.get("profile")).map(drop),
        "bulk-groups-upsert" => keep(call, &GROUPS, &key, external, item.get("profile")).map(drop),
        "bulk-delete" => {
            call.state.delete(&PEOPLE, &key);
            Ok(())
        }
        "bulk-groups-delete" => {
            call.state.delete(&GROUPS, &key);
            Ok(())
        }
        _ => {
            let Some(group) = call.state.get(&GROUPS, &key)? else { return Ok(()) };
            enlist(call, &key, group, &members, kind.ends_with("upsert"))
        }
    }
}

/// Writes somebody or some group as the source has it.
fn keep(
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

fn enlist(
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
