//! `/api/v1/apps/{appId}/cwo/connections`: which applications may ask for one another's data on behalf of people.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::apps::named;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, set, text};
use crate::errors::Error;
use crate::state::APPS;

pub(super) const OPERATIONS: &[Operation] = &[
    own("getAllCrossAppAccessConnections", "GET", "/api/v1/apps/{appId}/cwo/connections", cross_list),
    own("createCrossAppAccessConnection", "POST", "/api/v1/apps/{appId}/cwo/connections", cross_create),
    own("getCrossAppAccessConnection", "GET", "/api/v1/apps/{appId}/cwo/connections/{id}", cross_read),
    own("updateCrossAppAccessConnection", "PATCH", "/api/v1/apps/{appId}/cwo/connections/{id}", cross_update),
    own(
        "deleteCrossAppAccessConnection",
        "DELETE",
        "/api/v1/apps/{appId}/cwo/connections/{id}",
        cross_delete,
    ),
];

/// Connections between applications; the key is `APP/CONNECTION`.
pub(super) static CROSS: Table<Document> = Table::new("app_connections");

fn cross_key(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (app, id) = (named(call)?, call.param(1));
    let key = format!("{}/{id}", text(&app, "id"));
    let found = call.state.get(&CROSS, &key)?.ok_or_else(|| Error::not_found(&id, "Connection"))?;
    Ok((key, found))
}

fn cross_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let prefix = format!("{}/", text(&app, "id"));
    let page = call.page(&CROSS, &prefix, Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.into_iter().map(Value::Object).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn cross_create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let body = call.body()?;
    let mut side = |field: &str| -> Result<String, Error> {
        match text(&body, field) {
            "" => Ok(text(&app, "id").to_owned()),
            id => {
                call.state.get(&APPS, id)?.ok_or_else(|| Error::not_found(id, "AppInstance"))?;
                Ok(id.to_owned())
            }
        }
    };
    let (requesting, resource) = (side("requestingAppInstanceId")?, side("resourceAppInstanceId")?);
    let (now, id) = (call.state.stamp(), call.state.mint("con"));
    let connection = document(json!({
        "id": id, "requestingAppInstanceId": requesting, "resourceAppInstanceId": resource, "status": "ACTIVE",
        "created": now, "lastUpdated": now,
    }));
    call.state.put(&CROSS, &format!("{}/{id}", text(&app, "id")), &connection)?;
    one(201, &Value::Object(connection))
}

fn cross_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, connection) = cross_key(call)?;
    one(200, &Value::Object(connection))
}

fn cross_update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, mut connection) = cross_key(call)?;
    let body = call.body()?;
    match text(&body, "status") {
        status @ ("ACTIVE" | "INACTIVE") => set(&mut connection, "status", status),
        _ => return Err(Error::field("status", "The value is not one of ACTIVE, INACTIVE")),
    }
    let now = call.state.stamp();
    set(&mut connection, "lastUpdated", now);
    call.state.put(&CROSS, &key, &connection)?;
    one(200, &Value::Object(connection))
}

fn cross_delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, _) = cross_key(call)?;
    call.state.delete(&CROSS, &key);
    Ok(nothing(204))
}
