//! What a user has let clients do: the clients, their refresh tokens, and the consents behind them.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::app_parts::REFRESH_TOKENS;
use super::route::{Operation, own, shape};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, public, text, text_at};
use crate::errors::Error;
use crate::state::APPS;
use crate::wire;

const TOKENS: &str = "/api/v1/users/{userId}/clients/{clientId}/tokens";
const TOKEN: &str = "/api/v1/users/{userId}/clients/{clientId}/tokens/{tokenId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listUserClients", "GET", "/api/v1/users/{userId}/clients", clients),
    own("listRefreshTokensForUserAndClient", "GET", TOKENS, tokens),
    own("revokeTokensForUserAndClient", "DELETE", TOKENS, revoke_all),
    own("getRefreshTokenForUserAndClient", "GET", TOKEN, token),
    own("revokeTokenForUserAndClient", "DELETE", TOKEN, revoke),
    shape("listUserGrants", "GET", "/api/v1/users/{userId}/grants", grants),
    shape("revokeUserGrants", "DELETE", "/api/v1/users/{userId}/grants", no_grants),
    shape("getUserGrant", "GET", "/api/v1/users/{userId}/grants/{grantId}", no_grant),
    shape("revokeUserGrant", "DELETE", "/api/v1/users/{userId}/grants/{grantId}", no_grant),
    shape("listGrantsForUserAndClient", "GET", "/api/v1/users/{userId}/clients/{clientId}/grants", grants),
    shape(
        "revokeGrantsForUserAndClient",
        "DELETE",
        "/api/v1/users/{userId}/clients/{clientId}/grants",
        no_grants,
    ),
];

/// The refresh tokens that the user of the path gave to anybody, with their keys.
fn given(call: &mut Call<'_, '_>) -> Result<Vec<(String, Document)>, Error> {
    let user = super::users::named(call)?;
    let mut found = call.state.all(&REFRESH_TOKENS, "")?;
    found.retain(|(_, token)| text(token, "userId") == text(&user, "id"));
    Ok(found)
}

fn clients(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (given, user) = (given(call)?, call.param(0));
    let mut views = Vec::new();
    for (_, app) in call.state.all(&APPS, "")? {
        let client = text_at(&app, "credentials", "/oauthClient/client_id");
        if client.is_empty() || !given.iter().any(|(_, token)| text(token, "clientId") == client) {
            continue;
        }
        let at = call.href(&format!("/api/v1/users/{user}/clients/{client}"));
        views.push(json!({
            "client_id": client, "client_name": text(&app, "label"), "client_uri": null, "logo_uri": null,
            "_links": {"grants": wire::bare(&format!("{at}/grants")), "tokens": wire::bare(&format!("{at}/tokens"))},
        }));
    }
    Ok(Reply::json(200, &views)?)
}

/// Those that the user gave to the client of the path.
fn held(call: &mut Call<'_, '_>) -> Result<Vec<(String, Document)>, Error> {
    let client = call.param(1);
    super::oauth::app_of_client(call.state, &client)?
        .ok_or_else(|| Error::not_found(&client, "PublicClientApp"))?;
    let mut found = given(call)?;
    found.retain(|(_, token)| text(token, "clientId") == client);
    Ok(found)
}

fn tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let views: Vec<_> = held(call)?.iter().map(|(_, token)| Value::Object(public(token))).collect();
    Ok(Reply::json(200, &views)?)
}

fn revoke_all(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    for (key, _) in held(call)? {
        call.state.delete(&REFRESH_TOKENS, &key);
    }
    Ok(nothing(204))
}

fn named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let id = call.param(2);
    let found = held(call)?.into_iter().find(|(_, token)| text(token, "id") == id);
    found.ok_or_else(|| Error::not_found(&id, "OAuth2RefreshToken"))
}

fn token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, token) = named(call)?;
    one(200, &Value::Object(public(&token)))
}

fn revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, _) = named(call)?;
    call.state.delete(&REFRESH_TOKENS, &key);
    Ok(nothing(204))
}

/// The twin's clients are trusted: nobody is asked for consent.
fn grants(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    super::users::named(call)?;
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

fn no_grants(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    super::users::named(call)?;
    Ok(nothing(204))
}

fn no_grant(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    super::users::named(call)?;
    Err(Error::not_found(&call.param(1), "OAuth2ScopeConsentGrant"))
}
