//! `/api/v1/groups/{id}/owners`: who answers for a group: users, or groups.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, text, text_at};
use crate::errors::Error;
use crate::state::{GROUPS, State};

pub(super) const OPERATIONS: &[Operation] = &[
    own("listGroupOwners", "GET", "/api/v1/groups/{groupId}/owners", list),
    own("assignGroupOwner", "POST", "/api/v1/groups/{groupId}/owners", assign),
    own("deleteGroupOwner", "DELETE", "/api/v1/groups/{groupId}/owners/{ownerId}", remove),
];

/// Owners; the key is `GROUP/OWNER`.
static OWNERS: Table<Document> = Table::new("group_owners");

/// Forgets the owners of a group that is gone.
pub(super) fn forget(state: &mut State<'_>, group: &str) -> Result<(), Error> {
    Ok(state.clear(&OWNERS, &format!("{group}/"))?)
}

fn group(call: &mut Call<'_, '_>) -> Result<String, Error> {
    Ok(text(&super::groups::named(call)?, "id").to_owned())
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let group = group(call)?;
    let page = call.page(&OWNERS, &format!("{group}/"), Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.into_iter().map(Value::Object).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn assign(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let group = group(call)?;
    let body = call.body()?;
    let id = require_text(&body, "id")?;
    let kind = require_text(&body, "type")?;
    let name = match kind.as_str() {
        "USER" => {
            let user = call.state.user(&id)?.ok_or_else(|| Error::not_found(&id, "User"))?;
            format!("{} {}", text_at(&user, "profile", "/firstName"), text_at(&user, "profile", "/lastName"))
        }
        "GROUP" => {
            let owner = call.state.get(&GROUPS, &id)?.ok_or_else(|| Error::not_found(&id, "UserGroup"))?;
            text_at(&owner, "profile", "/name").to_owned()
        }
        _ => return Err(Error::field("type", "The type must be one of USER, GROUP")),
    };
    let key = format!("{group}/{id}");
    if call.state.get(&OWNERS, &key)?.is_some() {
        return Err(Error::field("id", "Provided owner is already assigned to this group"));
    }
    let now = call.state.stamp();
    let owner = document(json!({
        "id": id, "type": kind, "resolved": true, "originId": null, "originType": "OKTA_DIRECTORY", "displayName": name,
        "lastUpdated": now,
    }));
    call.state.put(&OWNERS, &key, &owner)?;
    one(201, &Value::Object(owner))
}

fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (group, id) = (group(call)?, call.param(1));
    if !call.state.delete(&OWNERS, &format!("{group}/{id}")) {
        return Err(Error::not_found(&id, "GroupOwner"));
    }
    Ok(nothing(204))
}
