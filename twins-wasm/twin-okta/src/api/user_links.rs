//! `/api/v1/users/{userId}/linkedObjects`: who is whose manager, or what else the org's pairs of relations say.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::linked_objects::linked_named;
use super::route::{Operation, own};
use super::users::named;
use crate::call::{Call, nothing};
use crate::documents::{Document, document, text, text_at};
use crate::errors::Error;
use crate::state::State;
use crate::wire;

const VALUE: &str = "/api/v1/users/{userId}/linkedObjects/{relation}";
const ASSIGNED: &str = "/api/v1/users/{userId}/linkedObjects/{relation}/{primaryId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listLinkedObjectsForUser", "GET", VALUE, list),
    own("deleteLinkedObjectForUser", "DELETE", VALUE, remove),
    own("assignLinkedObjectValueForPrimary", "PUT", ASSIGNED, assign),
];

/// Who stands above whom; the key is `PRIMARY NAME/ASSOCIATED USER`.
static LINKS: Table<Document> = Table::new("linked_values");

/// Forgets what a user who is gone stood in relation to.
pub(super) fn forget(state: &mut State<'_>, user: &str) -> Result<(), Error> {
    for (key, link) in state.all(&LINKS, "")? {
        if text(&link, "primary") == user || text(&link, "associated") == user {
            state.delete(&LINKS, &key);
        }
    }
    Ok(())
}

/// The name of the primary side of the pair that the path names, and whether the path names that side.
fn relation(call: &mut Call<'_, '_>) -> Result<(String, bool), Error> {
    let name = call.param(1);
    let pair = linked_named(call, &name)?;
    let pair = pair.ok_or_else(|| Error::not_found(&name, "LinkedObjectDefinition"))?;
    let primary = text_at(&pair, "primary", "/name").to_owned();
    let is_primary = primary == name;
    Ok((primary, is_primary))
}

fn view(call: &Call<'_, '_>, user: &str) -> Value {
    json!({"_links": {"self": wire::bare(&call.href(&format!("/api/v1/users/{user}")))}})
}

/// By the name of the primary side: who stands above the user. By the other one: whom the user stands above.
fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let (name, is_primary) = relation(call)?;
    let own = text(&user, "id");
    let (mine, other) = if is_primary { ("associated", "primary") } else { ("primary", "associated") };
    let links = call.state.all(&LINKS, &format!("{name}/"))?;
    let found = links.iter().filter(|(_, link)| text(link, mine) == own);
    let views: Vec<_> = found.map(|(_, link)| view(call, text(link, other))).collect();
    Ok(Reply::json(200, &views)?)
}

/// A user has one primary of a kind: a new one takes the place of the old.
fn assign(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let (name, is_primary) = relation(call)?;
    let above = call.param(2);
    let primary = call.state.user_called(&above)?.ok_or_else(|| Error::not_found(&above, "User"))?;
    if !is_primary {
        return Err(Error::field("primaryRelationshipName", "The relationship has to be the primary one"));
    }
    let (own, above) = (text(&user, "id"), text(&primary, "id"));
    if own == above {
        return Err(Error::field("primaryUserId", "A user cannot be linked to itself"));
    }
    let link = document(json!({"primary": above, "associated": own}));
    call.state.put(&LINKS, &format!("{name}/{own}"), &link)?;
    Ok(nothing(204))
}

fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let (name, is_primary) = relation(call)?;
    let own = text(&user, "id");
    let mine = if is_primary { "associated" } else { "primary" };
    for (key, link) in call.state.all(&LINKS, &format!("{name}/"))? {
        if text(&link, mine) == own {
            call.state.delete(&LINKS, &key);
        }
    }
    Ok(nothing(204))
}
