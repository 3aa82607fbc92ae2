//! The keys of an authorization server, and the clients that hold its refresh tokens.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::app_parts::REFRESH_TOKENS;
use super::route::{Operation, own};
use super::servers::{SERVERS, signing};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, text};
use crate::errors::Error;
use crate::keys;
use crate::state::APPS;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own(
        "listAuthorizationServerKeys",
        "GET",
        "/api/v1/authorizationServers/{serverId}/credentials/keys",
        keys_list,
    ),
    own(
        "getAuthorizationServerKey",
        "GET",
        "/api/v1/authorizationServers/{serverId}/credentials/keys/{keyId}",
        key_read,
    ),
    own(
        "rotateAuthorizationServerKeys",
        "POST",
        "/api/v1/authorizationServers/{serverId}/credentials/lifecycle/keyRotate",
        rotate,
    ),
    own(
        "listOAuth2ClientsForAuthorizationServer",
        "GET",
        "/api/v1/authorizationServers/{serverId}/clients",
        clients,
    ),
    own(
        "listRefreshTokensForAuthorizationServerAndClient",
        "GET",
        "/api/v1/authorizationServers/{serverId}/clients/{clientId}/tokens",
        tokens,
    ),
    own(
        "revokeRefreshTokensForAuthorizationServerAndClient",
        "DELETE",
        "/api/v1/authorizationServers/{serverId}/clients/{clientId}/tokens",
        revoke_tokens,
    ),
];

fn key_view(call: &mut Call<'_, '_>, server: &str, key: keys::Key) -> Result<Value, Error> {
    let mut view = document(key.jwk()?);
    set(&mut view, "status", key.status.clone());
    let at = call.href(&format!("/api/v1/authorizationServers/{server}/credentials/keys/{}", key.kid));
    set(&mut view, "_links", json!({"self": wire::hinted(&at, &["GET"])}));
    Ok(Value::Object(view))
}

fn keys_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    keys::active(call.state, &id)?;
    let mut views = Vec::new();
    for key in keys::of(call.state, &id)? {
        views.push(key_view(call, &id, key)?);
    }
    Ok(Reply::json(200, &views)?)
}

fn key_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    let kid = call.param(1);
    let key =
        keys::get(call.state, &id, &kid)?.ok_or_else(|| Error::not_found(&kid, "AuthorizationServerKey"))?;
    one(200, &key_view(call, &id, key)?)
}

fn rotate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut server) = SERVERS.locate(call)?;
    let key = keys::rotate(call.state, &id)?;
    set(&mut server, "credentials", signing(&key));
    call.state.put(&SERVERS.table, &id, &server)?;
    keys_list(call)
}

/// The clients that hold refresh tokens of the server.
fn clients(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (server, _) = SERVERS.locate(call)?;
    let mut views = Vec::new();
    for (id, app) in call.state.all(&APPS, "")? {
        if !held(call, &server, &id)?.is_empty() {
            let client = crate::documents::text_at(&app, "credentials", "/oauthClient/client_id").to_owned();
            views.push(json!({"client_id": client, "client_name": text(&app, "label"), "client_uri": null,
                "logo_uri": null, "_links": {"client": wire::bare(&call.href(&format!("/oauth2/v1/clients/{client}"))),
                "tokens": wire::bare(&call.href(&format!("/api/v1/authorizationServers/{server}/clients/{client}/tokens")))}}));
        }
    }
    Ok(Reply::json(200, &views)?)
}

/// The refresh tokens of a server that an application holds, with their keys.
pub(super) fn held(
    call: &mut Call<'_, '_>,
    server: &str,
    app: &str,
) -> Result<Vec<(String, Document)>, Error> {
    let mut found = call.state.all(&REFRESH_TOKENS, &format!("{app}/"))?;
    found.retain(|(_, token)| text(token, "_server") == server);
    Ok(found)
}

pub(super) fn client(call: &mut Call<'_, '_>) -> Result<(String, String), Error> {
    let (server, _) = SERVERS.locate(call)?;
    let id = call.param(1);
    let app = super::oauth::app_of_client(call.state, &id)?
        .ok_or_else(|| Error::not_found(&id, "PublicClientApp"))?;
    Ok((server, text(&app, "id").to_owned()))
}

fn tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (server, app) = client(call)?;
    let mut views = Vec::new();
    for (_, token) in held(call, &server, &app)? {
        views.push(Value::Object(crate::documents::public(&token)));
    }
    Ok(Reply::json(200, &views)?)
}

fn revoke_tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (server, app) = client(call)?;
    for (key, _) in held(call, &server, &app)? {
        call.state.delete(&REFRESH_TOKENS, &key);
    }
    Ok(nothing(204))
}
