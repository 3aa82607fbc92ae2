//! `/api/v1/meta/schemas/user/linkedObjects`: pairs of relations between users.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, text_at};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listLinkedObjectDefinitions", "GET", "/api/v1/meta/schemas/user/linkedObjects", linked_list),
    own("createLinkedObjectDefinition", "POST", "/api/v1/meta/schemas/user/linkedObjects", linked_create),
    own("getLinkedObjectDefinition", "GET", "/api/v1/meta/schemas/user/linkedObjects/{name}", linked_read),
    own(
        "deleteLinkedObjectDefinition",
        "DELETE",
        "/api/v1/meta/schemas/user/linkedObjects/{name}",
        linked_delete,
    ),
];

/// Pairs of relations between users; the key is the primary name.
static LINKED: Table<Document> = Table::new("linked_objects");

fn linked_view(call: &Call<'_, '_>, pair: &Document) -> Value {
    let name = text_at(pair, "primary", "/name");
    let at = call.href(&format!("/api/v1/meta/schemas/user/linkedObjects/{name}"));
    wire::linked(pair, json!({"self": wire::bare(&at)}))
}

fn linked_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let pairs = call.state.all(&LINKED, "")?;
    let views: Vec<_> = pairs.iter().map(|(_, pair)| linked_view(call, pair)).collect();
    Ok(Reply::json(200, &views)?)
}

fn linked_create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    for side in ["primary", "associated"] {
        for field in ["/name", "/title", "/type"] {
            if text_at(&body, side, field).is_empty() {
                return Err(Error::field(
                    &format!("{side}{}", field.replace('/', ".")),
                    "The field cannot be left blank",
                ));
            }
        }
        let name = text_at(&body, side, "/name").to_owned();
        if linked_named(call, &name)?.is_some() {
            return Err(Error::field(
                "name",
                "An object with this field already exists in the current organization",
            ));
        }
    }
    call.state.put(&LINKED, text_at(&body, "primary", "/name"), &body)?;
    one(201, &linked_view(call, &body))
}

/// The pair of which that is one side.
pub(super) fn linked_named(call: &mut Call<'_, '_>, name: &str) -> Result<Option<Document>, Error> {
    let pairs = call.state.all(&LINKED, "")?;
    let found = pairs.into_iter().find(|(_, pair)| {
        text_at(pair, "primary", "/name") == name || text_at(pair, "associated", "/name") == name
    });
    Ok(found.map(|(_, pair)| pair))
}

fn linked_required(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let name = call.param(0);
    linked_named(call, &name)?.ok_or_else(|| Error::not_found(&name, "LinkedObjectDefinition"))
}

fn linked_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let pair = linked_required(call)?;
    one(200, &linked_view(call, &pair))
}

fn linked_delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let pair = linked_required(call)?;
    call.state.delete(&LINKED, text_at(&pair, "primary", "/name"));
    Ok(nothing(204))
}
