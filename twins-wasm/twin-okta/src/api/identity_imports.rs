//! Sessions in which another system of record brings in people, groups and memberships, many at a time.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::identity_sources::{GROUPS, PEOPLE, enlist, keep, source};
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, strings, text};
use crate::errors::Error;

const SESSIONS: &str = "/api/v1/identity-sources/{sourceId}/sessions";
const SESSION: &str = "/api/v1/identity-sources/{sourceId}/sessions/{sessionId}";

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
];

/// Imports on their way; the key is `SOURCE/ID`.
static IMPORTS: Table<Document> = Table::new("identity_source_sessions");

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
