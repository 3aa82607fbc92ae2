//! `/api/v1/idps/{idpId}/users`: people whom another provider vouches for.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::idps::IDPS;
use super::resource::require_text;
use super::route::{Operation, own};
use super::users::named;
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, document, text};
use crate::errors::Error;
use crate::state::State;
use crate::wire;

const USER: &str = "/api/v1/idps/{idpId}/users/{userId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listIdentityProviderApplicationUsers", "GET", "/api/v1/idps/{idpId}/users", list),
    own("getIdentityProviderApplicationUser", "GET", USER, read),
    own("linkUserToIdentityProvider", "POST", USER, link),
    own("unlinkUserFromIdentityProvider", "DELETE", USER, unlink),
    own("listSocialAuthTokens", "GET", "/api/v1/idps/{idpId}/users/{userId}/credentials/tokens", tokens),
    own("listUserIdentityProviders", "GET", "/api/v1/users/{userId}/idps", of_user),
];

/// Who is known to whom; the key is `IDP/USER`.
static LINKS: Table<Document> = Table::new("idp_users");

/// Forgets whom a provider that is gone knew.
pub(super) fn forget(state: &mut State<'_>, idp: &str) -> Result<(), Error> {
    Ok(state.clear(&LINKS, &format!("{idp}/"))?)
}

fn view(call: &Call<'_, '_>, idp: &str, found: &Document) -> Value {
    let at = call.href(&format!("/api/v1/idps/{idp}"));
    let user = text(found, "id");
    wire::linked(
        found,
        json!({
            "self": wire::hinted(&format!("{at}/users/{user}"), &["GET", "DELETE"]), "idp": wire::bare(&at),
            "user": wire::bare(&call.href(&format!("/api/v1/users/{user}"))),
        }),
    )
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (idp, _) = IDPS.locate(call)?;
    let page = call.page(&LINKS, &format!("{idp}/"), Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.iter().map(|found| view(call, &idp, found)).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn located(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (idp, _) = IDPS.locate(call)?;
    let id = call.param(1);
    let found = call.state.get(&LINKS, &format!("{idp}/{id}"))?;
    Ok((idp, found.ok_or_else(|| Error::not_found(&id, "User"))?))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (idp, found) = located(call)?;
    one(200, &view(call, &idp, &found))
}

fn link(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (idp, _) = IDPS.locate(call)?;
    let id = call.param(1);
    let user = call.state.user_called(&id)?.ok_or_else(|| Error::not_found(&id, "User"))?;
    let body = call.body()?;
    let external = require_text(&body, "externalId")?;
    let now = call.state.stamp();
    let mut found = document(json!({
        "id": text(&user, "id"), "externalId": external, "created": now, "lastUpdated": now,
    }));
    let none = json!({
        "profileUrl": null, "firstName": null, "lastName": null, "honorificSuffix": null, "displayName": null,
        "honorificPrefix": null, "middleName": null, "email": null,
    });
    default(&mut found, "profile", none);
    call.state.put(&LINKS, &format!("{idp}/{}", text(&user, "id")), &found)?;
    one(200, &view(call, &idp, &found))
}

fn unlink(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (idp, found) = located(call)?;
    call.state.delete(&LINKS, &format!("{idp}/{}", text(&found, "id")));
    Ok(nothing(204))
}

/// Nobody signs in at another provider in the twin: none of its tokens are there.
fn tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    located(call)?;
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

fn of_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let mut views = Vec::new();
    for (id, idp) in call.state.all(&IDPS.table, "")? {
        if call.state.get(&LINKS, &format!("{id}/{}", text(&user, "id")))?.is_some() {
            views.push(IDPS.view(call, &id, &idp));
        }
    }
    Ok(Reply::json(200, &views)?)
}
