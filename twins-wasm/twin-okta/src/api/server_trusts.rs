//! Authorization servers that trust one another, single refresh tokens of their clients, and the public keys of the
//! services that they issue tokens for.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::client_credentials::checked_key;
use super::route::{Operation, own};
use super::server_keys::{client, held};
use super::servers::SERVERS;
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, public, set, strings, text};
use crate::errors::{Code, Error};
use crate::state::State;
use crate::wire;

const ASSOCIATED: &str = "/api/v1/authorizationServers/{serverId}/associatedServers";
const TOKEN: &str = "/api/v1/authorizationServers/{serverId}/clients/{clientId}/tokens/{tokenId}";
const KEYS: &str = "/api/v1/authorizationServers/{serverId}/resourceservercredentials/keys";
const KEY: &str = "/api/v1/authorizationServers/{serverId}/resourceservercredentials/keys/{keyId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listAssociatedServersByTrustedType", "GET", ASSOCIATED, associated),
    own("createAssociatedServers", "POST", ASSOCIATED, associate),
    own(
        "deleteAssociatedServer",
        "DELETE",
        "/api/v1/authorizationServers/{serverId}/associatedServers/{associatedId}",
        dissociate,
    ),
    own("getRefreshTokenForAuthorizationServerAndClient", "GET", TOKEN, token),
    own("revokeRefreshTokenForAuthorizationServerAndClient", "DELETE", TOKEN, revoke),
    own("listOAuth2ResourceServerJsonWebKeys", "GET", KEYS, keys),
    own("addOAuth2ResourceServerJsonWebKey", "POST", KEYS, add_key),
    own("getOAuth2ResourceServerJsonWebKey", "GET", KEY, key),
    own("deleteOAuth2ResourceServerJsonWebKey", "DELETE", KEY, remove_key),
    own(
        "activateOAuth2ResourceServerJsonWebKey",
        "POST",
        "/api/v1/authorizationServers/{serverId}/resourceservercredentials/keys/{keyId}/lifecycle/activate",
        activate_key,
    ),
    own(
        "deactivateOAuth2ResourceServerJsonWebKey",
        "POST",
        "/api/v1/authorizationServers/{serverId}/resourceservercredentials/keys/{keyId}/lifecycle/deactivate",
        deactivate_key,
    ),
];

/// Which server trusts which; the key is `SERVER/TRUSTED SERVER`.
static TRUSTS: Table<Document> = Table::new("server_trusts");
/// Public keys; the key is `SERVER/ID`.
static RESOURCE_KEYS: Table<Document> = Table::new("resource_server_keys");

/// Forgets what a server that is gone had.
pub(super) fn forget(state: &mut State<'_>, server: &str) -> Result<(), Error> {
    state.clear(&RESOURCE_KEYS, &format!("{server}/"))?;
    for (key, _) in state.all(&TRUSTS, "")? {
        if key.split('/').any(|part| part == server) {
            state.delete(&TRUSTS, &key);
        }
    }
    Ok(())
}

/// With `trusted=true` those that the server trusts, otherwise those that trust it.
fn associated(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    let is_trusted = call.flag("trusted", true);
    let mut views = Vec::new();
    for (key, _) in call.state.all(&TRUSTS, "")? {
        let Some((from, to)) = key.split_once('/') else { continue };
        let (own, other) = if is_trusted { (from, to) } else { (to, from) };
        if own == id
            && let Some(server) = call.state.get(&SERVERS.table, other)?
        {
            views.push(SERVERS.view(call, other, &server));
        }
    }
    call.list(&views, None, Lengths { usual: 200, most: 200 })
}

fn associate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    let body = call.body()?;
    let wanted = strings(body.get("trusted"));
    if wanted.is_empty() {
        return Err(Error::field("trusted", "The field cannot be left blank"));
    }
    let mut views = Vec::new();
    for other in wanted {
        let server = call.state.get(&SERVERS.table, &other)?;
        let server = server.ok_or_else(|| Error::not_found(&other, "AuthorizationServer"))?;
        if other == id {
            return Err(Error::field("trusted", "A server cannot trust itself"));
        }
        call.state.put(&TRUSTS, &format!("{id}/{other}"), &document(json!({"trusted": other})))?;
        views.push(SERVERS.view(call, &other, &server));
    }
    Ok(Reply::json(200, &views)?)
}

fn dissociate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    let other = call.param(1);
    if call.state.delete(&TRUSTS, &format!("{id}/{other}")) {
        return Ok(nothing(204));
    }
    Err(Error::not_found(&other, "AuthorizationServer"))
}

fn token_named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (server, app) = client(call)?;
    let id = call.param(2);
    let found = held(call, &server, &app)?.into_iter().find(|(_, token)| text(token, "id") == id);
    found.ok_or_else(|| Error::not_found(&id, "OAuth2RefreshToken"))
}

fn token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, token) = token_named(call)?;
    one(200, &Value::Object(public(&token)))
}

fn revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, _) = token_named(call)?;
    call.state.delete(&super::app_parts::REFRESH_TOKENS, &key);
    Ok(nothing(204))
}

fn key_view(call: &Call<'_, '_>, server: &str, key: &Document) -> Value {
    let at = call.href(&format!(
        "/api/v1/authorizationServers/{server}/resourceservercredentials/keys/{}",
        text(key, "id")
    ));
    let mut links = document(json!({"self": wire::hinted(&at, &["GET"])}));
    wire::lifecycle(&mut links, key, &at, true);
    if text(key, "status") != "ACTIVE" {
        set(&mut links, "delete", wire::hinted(&at, &["DELETE"]));
    }
    wire::linked(key, Value::Object(links))
}

fn keys(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    let found = call.state.all(&RESOURCE_KEYS, &format!("{id}/"))?;
    let views: Vec<_> = found.iter().map(|(_, key)| key_view(call, &id, key)).collect();
    Ok(Reply::json(200, &views)?)
}

/// Tokens are encrypted for one key at a time.
fn add_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = SERVERS.locate(call)?;
    let key = checked_key(call, "enc")?;
    let others = call.state.all(&RESOURCE_KEYS, &format!("{id}/"))?;
    if text(&key, "status") == "ACTIVE" && others.iter().any(|(_, other)| text(other, "status") == "ACTIVE") {
        return Err(Error::field("status", "There can be only one active encryption key"));
    }
    call.state.put(&RESOURCE_KEYS, &format!("{id}/{}", text(&key, "id")), &key)?;
    one(201, &key_view(call, &id, &key))
}

fn key_named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (server, _) = SERVERS.locate(call)?;
    let id = call.param(1);
    let found = call.state.get(&RESOURCE_KEYS, &format!("{server}/{id}"))?;
    Ok((server, found.ok_or_else(|| Error::not_found(&id, "OAuth2ResourceServerJsonWebKey"))?))
}

fn key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (server, key) = key_named(call)?;
    one(200, &key_view(call, &server, &key))
}

fn remove_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (server, key) = key_named(call)?;
    if text(&key, "status") == "ACTIVE" {
        return Err(Error::Explained(Code::Forbidden, "You can't delete an active key".to_owned()));
    }
    call.state.delete(&RESOURCE_KEYS, &format!("{server}/{}", text(&key, "id")));
    Ok(nothing(204))
}

fn activate_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn_key(call, "ACTIVE")
}

fn deactivate_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn_key(call, "INACTIVE")
}

fn turn_key(call: &mut Call<'_, '_>, status: &str) -> Result<Reply, Error> {
    let (server, mut key) = key_named(call)?;
    let now = call.state.stamp();
    set(&mut key, "status", status);
    set(&mut key, "lastUpdated", now);
    call.state.put(&RESOURCE_KEYS, &format!("{server}/{}", text(&key, "id")), &key)?;
    one(200, &key_view(call, &server, &key))
}
