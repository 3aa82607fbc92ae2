//! What belongs to one application: its keys, the consents of its clients, and their refresh tokens.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::apps::named;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, set, text, text_at};
use crate::errors::Error;
use crate::keys::{self, Key};
use crate::state::APPS;
use crate::times;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listApplicationKeys", "GET", "/api/v1/apps/{appId}/credentials/keys", keys_list),
    own("generateApplicationKey", "POST", "/api/v1/apps/{appId}/credentials/keys/generate", key_generate),
    own("getApplicationKey", "GET", "/api/v1/apps/{appId}/credentials/keys/{keyId}", key_read),
    own("listScopeConsentGrants", "GET", "/api/v1/apps/{appId}/grants", grants),
    own("grantConsentToScope", "POST", "/api/v1/apps/{appId}/grants", grant),
    own("getScopeConsentGrant", "GET", "/api/v1/apps/{appId}/grants/{grantId}", grant_read),
    own("revokeScopeConsentGrant", "DELETE", "/api/v1/apps/{appId}/grants/{grantId}", grant_revoke),
    own("listOAuth2TokensForApplication", "GET", "/api/v1/apps/{appId}/tokens", tokens),
    own("revokeOAuth2TokensForApplication", "DELETE", "/api/v1/apps/{appId}/tokens", tokens_revoke),
    own("getOAuth2TokenForApplication", "GET", "/api/v1/apps/{appId}/tokens/{tokenId}", token_read),
    own("revokeOAuth2TokenForApplication", "DELETE", "/api/v1/apps/{appId}/tokens/{tokenId}", token_revoke),
    own("cloneApplicationKey", "POST", "/api/v1/apps/{appId}/credentials/keys/{keyId}/clone", key_clone),
];

/// Consents; the key is `APP/GRANT`.
pub(super) static GRANTS: Table<Document> = Table::new("app_grants");
/// Refresh tokens; the key is `APP/TOKEN`.
pub(super) static REFRESH_TOKENS: Table<Document> = Table::new("refresh_tokens");

/// A key as the credentials API shows it.
pub(super) fn key_view(key: &Key) -> Result<Value, Error> {
    let created = times::stamp(key.created);
    let expires = times::stamp(key.expires);
    let mut view = document(key.jwk()?);
    view.remove("alg");
    for (name, value) in [("created", &created), ("lastUpdated", &created), ("expiresAt", &expires)] {
        set(&mut view, name, value.clone());
    }
    if let Some(certificate) = &key.certificate {
        let der = data_encoding::BASE64.decode(certificate.as_bytes()).unwrap_or_default();
        set(&mut view, "x5c", json!([certificate]));
        set(&mut view, "x5t#S256", crate::jwt::fingerprint(&der));
    }
    Ok(Value::Object(view))
}

/// How long a generated key lives: 2 to 10 years.
pub(super) fn validity(call: &Call<'_, '_>) -> Result<u64, Error> {
    let years: u64 = call.query("validityYears").and_then(|years| years.parse().ok()).unwrap_or_default();
    if !(2..=10).contains(&years) {
        return Err(Error::field("validityYears", "Validity years out of range. It should be 2 - 10 years"));
    }
    Ok(years * 365 * times::DAY)
}

fn keys_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let mut views = Vec::new();
    for key in keys::of(call.state, text(&app, "id"))? {
        views.push(key_view(&key)?);
    }
    Ok(Reply::json(200, &views)?)
}

fn key_generate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let life = validity(call)?;
    let key = keys::create_certified(call.state, text(&app, "id"), life)?;
    let at = call.href(&format!("/api/v1/apps/{}/credentials/keys/{}", text(&app, "id"), key.kid));
    Ok(one(201, &key_view(&key)?)?.header("location", at))
}

fn key_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, kid) = (named(call)?, call.param(1));
    let key = keys::get(call.state, text(&app, "id"), &kid)?;
    let key = key.ok_or_else(|| Error::not_found(&kid, "JsonWebKey"))?;
    one(200, &key_view(&key)?)
}

/// Two applications share a key from then on.
fn key_clone(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, kid) = (named(call)?, call.param(1));
    let target =
        call.query("targetAid").ok_or_else(|| Error::field("targetAid", "The field cannot be left blank"))?;
    call.state.get(&APPS, &target)?.ok_or_else(|| Error::not_found(&target, "AppInstance"))?;
    let key = keys::get(call.state, text(&app, "id"), &kid)?;
    let key = key.ok_or_else(|| Error::not_found(&kid, "JsonWebKey"))?;
    let at = call.href(&format!("/api/v1/apps/{target}/credentials/keys/{kid}"));
    let copy = keys::copy(call.state, key, &target)?;
    Ok(one(201, &key_view(&copy)?)?.header("location", at))
}

fn grant_view(call: &Call<'_, '_>, app: &Document, grant: &Document) -> Value {
    let (id, label) = (text(app, "id"), text(app, "label"));
    let at = call.href(&format!("/api/v1/apps/{id}"));
    let client = call.href(&format!("/oauth2/v1/clients/{}", text(grant, "clientId")));
    let mut view = grant.clone();
    set(&mut view, "issuer", call.origin);
    wire::linked(
        &view,
        json!({
            "app": {"href": at, "title": label},
            "self": wire::hinted(&format!("{at}/grants/{}", text(grant, "id")), &["GET", "DELETE"]),
            "client": {"href": client, "title": label},
        }),
    )
}

fn grants(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let found = call.state.all(&GRANTS, &format!("{}/", text(&app, "id")))?;
    let views: Vec<_> = found.iter().map(|(_, grant)| grant_view(call, &app, grant)).collect();
    Ok(Reply::json(200, &views)?)
}

fn grant(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let body = call.body()?;
    let scope = require_text(&body, "scopeId")?;
    if require_text(&body, "issuer")?.trim_end_matches('/') != call.origin {
        return Err(Error::field("issuer", "The issuer is not the org's own"));
    }
    let client = text_at(&app, "credentials", "/oauthClient/client_id");
    if client.is_empty() || !scope.starts_with("okta.") {
        return Err(Error::field("scopeId", "The scope cannot be granted to this application"));
    }
    let (now, id) = (call.state.stamp(), call.state.mint("oag"));
    let grant = document(json!({
        "id": id, "status": "ACTIVE", "created": now, "lastUpdated": now, "scopeId": scope, "source": "ADMIN",
        "createdBy": {"id": call.caller.user, "type": "User"}, "clientId": client,
    }));
    call.state.put(&GRANTS, &format!("{}/{id}", text(&app, "id")), &grant)?;
    let mut view = document(grant_view(call, &app, &grant));
    set(&mut view, "_embedded", json!({"scope": {"id": scope}}));
    one(200, &Value::Object(view))
}

fn grant_named(call: &mut Call<'_, '_>, app: &Document) -> Result<(String, Document), Error> {
    let id = call.param(1);
    let key = format!("{}/{id}", text(app, "id"));
    let grant =
        call.state.get(&GRANTS, &key)?.ok_or_else(|| Error::not_found(&id, "OAuth2ScopeConsentGrant"))?;
    Ok((key, grant))
}

fn grant_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let (_, grant) = grant_named(call, &app)?;
    one(200, &grant_view(call, &app, &grant))
}

fn grant_revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let (key, _) = grant_named(call, &app)?;
    call.state.delete(&GRANTS, &key);
    Ok(nothing(204))
}

fn tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let prefix = format!("{}/", text(&app, "id"));
    let page = call.page(&REFRESH_TOKENS, &prefix, Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> =
        page.items.iter().map(|token| Value::Object(crate::documents::public(token))).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn tokens_revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    call.state.clear(&REFRESH_TOKENS, &format!("{}/", text(&app, "id")))?;
    Ok(nothing(204))
}

fn token_named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (app, id) = (named(call)?, call.param(1));
    let key = format!("{}/{id}", text(&app, "id"));
    let token = call.state.get(&REFRESH_TOKENS, &key)?;
    Ok((key, token.ok_or_else(|| Error::not_found(&id, "OAuth2RefreshToken"))?))
}

fn token_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, token) = token_named(call)?;
    one(200, &Value::Object(crate::documents::public(&token)))
}

fn token_revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, _) = token_named(call)?;
    call.state.delete(&REFRESH_TOKENS, &key);
    Ok(nothing(204))
}
