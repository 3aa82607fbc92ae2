//! `/api/v1/idps`: identity providers and their keys.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, Lifecycle, PLAIN, Resource, require_object, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, fill, set, strings, text};
use crate::errors::Error;
use crate::keys;
use crate::times;
use crate::wire;

const ONE: &str = "/api/v1/idps/{idpId}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listIdentityProviders", "GET", "/api/v1/idps", &IDPS, Action::List),
    of("createIdentityProvider", "POST", "/api/v1/idps", &IDPS, Action::Create),
    of("getIdentityProvider", "GET", ONE, &IDPS, Action::Read),
    of("replaceIdentityProvider", "PUT", ONE, &IDPS, Action::Replace),
    of("deleteIdentityProvider", "DELETE", ONE, &IDPS, Action::Delete),
    of(
        "activateIdentityProvider",
        "POST",
        "/api/v1/idps/{idpId}/lifecycle/activate",
        &IDPS,
        Action::Activate,
    ),
    of(
        "deactivateIdentityProvider",
        "POST",
        "/api/v1/idps/{idpId}/lifecycle/deactivate",
        &IDPS,
        Action::Deactivate,
    ),
    own("listIdentityProviderKeys", "GET", "/api/v1/idps/credentials/keys", trusted_list),
    own("createIdentityProviderKey", "POST", "/api/v1/idps/credentials/keys", trusted_add),
    own("getIdentityProviderKey", "GET", "/api/v1/idps/credentials/keys/{keyId}", trusted_read),
    own("deleteIdentityProviderKey", "DELETE", "/api/v1/idps/credentials/keys/{keyId}", trusted_delete),
    own("listIdentityProviderSigningKeys", "GET", "/api/v1/idps/{idpId}/credentials/keys", signing_list),
    own(
        "generateIdentityProviderSigningKey",
        "POST",
        "/api/v1/idps/{idpId}/credentials/keys/generate",
        signing_generate,
    ),
    own(
        "getIdentityProviderSigningKey",
        "GET",
        "/api/v1/idps/{idpId}/credentials/keys/{keyId}",
        signing_read,
    ),
    own("replaceIdentityProviderKey", "PUT", "/api/v1/idps/credentials/keys/{keyId}", trusted_replace),
    own(
        "listActiveIdentityProviderSigningKey",
        "GET",
        "/api/v1/idps/{idpId}/credentials/keys/active",
        signing_active,
    ),
    own(
        "cloneIdentityProviderKey",
        "POST",
        "/api/v1/idps/{idpId}/credentials/keys/{keyId}/clone",
        signing_clone,
    ),
];

/// Certificates of other providers; the key is the id of the key.
static TRUSTED: Table<Document> = Table::new("idp_keys");

/// Who else vouches for people.
pub(crate) static IDPS: Resource = Resource {
    // The service's own word.
    noun: "IdpTrust",
    path: "/api/v1/idps/{}",
    table: Table::new("idps"),
    prefix: "0oa",
    lifecycle: Lifecycle::Document,
    make: make_idp,
    keep: |query, idp| {
        let by_type = query.get("type").is_none_or(|kind| text(idp, "type") == kind);
        let name = text(idp, "name").to_lowercase();
        Ok(by_type && query.get("q").is_none_or(|prefix| name.starts_with(&prefix.to_lowercase())))
    },
    links: |place, idp| {
        let mut links = Document::new();
        if !matches!(text(idp, "type"), "SAML2" | "X509") {
            let authorize = format!(
                "{}/oauth2/v1/authorize?idp={}&client_id={{clientId}}&response_type={{responseType}}\
                 &response_mode={{responseMode}}&scope={{scopes}}&redirect_uri={{redirectUri}}&state={{state}}&nonce={{nonce}}",
                place.origin,
                text(idp, "id")
            );
            set(
                &mut links,
                "authorize",
                json!({"href": authorize, "templated": true, "hints": {"allow": ["GET"]}}),
            );
            let callback = format!("{}/oauth2/v1/authorize/callback", place.origin);
            set(&mut links, "clientRedirectUri", wire::hinted(&callback, &["POST"]));
        }
        links
    },
    after: |call, idp, action| match action {
        Action::Delete => super::idp_users::forget(call.state, text(idp, "id")),
        _ => Ok(()),
    },
    ..PLAIN
};

fn make_idp(_: &mut Call<'_, '_>, idp: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    const TYPES: &[&str] = &["APPLE", "FACEBOOK", "GOOGLE", "LINKEDIN", "MICROSOFT", "OIDC", "SAML2", "X509"];
    require_text(idp, "name")?;
    let kind = require_text(idp, "type")?;
    if !TYPES.contains(&&*kind) {
        return Err(Error::field("type", "The type of the identity provider is not supported"));
    }
    if old.is_some_and(|old| text(old, "type") != kind) {
        return Err(Error::field("type", "The type of an identity provider cannot be changed"));
    }
    require_object(idp, "protocol")?;
    default(idp, "issuerMode", "DYNAMIC");
    let mut policy = idp.remove("policy").unwrap_or_else(|| json!({}));
    fill(
        &mut policy,
        &json!({
            "provisioning": {"action": "AUTO", "profileMaster": false, "groups": {"action": "NONE"},
                "conditions": {"deprovisioned": {"action": "NONE"}, "suspended": {"action": "NONE"}}},
            "accountLink": {"filter": null, "action": "AUTO"},
            "subject": {"userNameTemplate": {"template": "idpuser.email"}, "filter": null, "matchType": "USERNAME",
                "matchAttribute": null},
            "maxClockSkew": 0,
        }),
    );
    set(idp, "policy", policy);
    Ok(())
}

fn trusted_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = call.page(&TRUSTED, "", Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.into_iter().map(Value::Object).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn trusted_add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let key = trusted_key(call, &body)?;
    call.state.put(&TRUSTED, text(&key, "kid"), &key)?;
    one(200, &Value::Object(key))
}

/// A certificate as base64 of its DER form. The modulus is read out of it.
fn trusted_key(call: &mut Call<'_, '_>, body: &Document) -> Result<Document, Error> {
    let refused = || Error::field("x5c", "The certificate cannot be read");
    let certificate = strings(body.get("x5c")).into_iter().next().ok_or_else(refused)?;
    let text: String = certificate.chars().filter(|character| !character.is_whitespace()).collect();
    let der = data_encoding::BASE64.decode(text.as_bytes()).map_err(|_| refused())?;
    let modulus = crate::certificate::modulus(&der).ok_or_else(refused)?;
    let (now, instant) = (call.state.stamp(), call.state.now());
    let kid = crate::ids::uuid(call.state.host);
    Ok(crate::documents::document(json!({
        "kty": "RSA", "created": now, "lastUpdated": now, "alg": "RSA", "kid": kid, "use": "sig", "x5c": [certificate],
        "expiresAt": times::stamp(instant.saturating_add(10 * 365 * times::DAY)),
        "x5t#S256": crate::jwt::fingerprint(&der), "e": "AQAB",
        "n": data_encoding::BASE64URL_NOPAD.encode(modulus),
    })))
}

fn trusted(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let kid = call.param(0);
    call.state.get(&TRUSTED, &kid)?.ok_or_else(|| Error::not_found(&kid, "IdpKey"))
}

fn trusted_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let key = trusted(call)?;
    one(200, &Value::Object(key))
}

fn trusted_delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let key = trusted(call)?;
    call.state.delete(&TRUSTED, text(&key, "kid"));
    Ok(nothing(204))
}

fn signing_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = IDPS.locate(call)?;
    let mut views = Vec::new();
    for key in keys::of(call.state, &id)? {
        views.push(super::app_parts::key_view(&key)?);
    }
    Ok(Reply::json(200, &views)?)
}

fn signing_generate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = IDPS.locate(call)?;
    let life = super::app_parts::validity(call)?;
    let key = keys::create_certified(call.state, &id, life)?;
    let at = call.href(&format!("/api/v1/idps/{id}/credentials/keys/{}", key.kid));
    Ok(one(201, &super::app_parts::key_view(&key)?)?.header("location", at))
}

fn signing_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = IDPS.locate(call)?;
    let kid = call.param(1);
    let key = keys::get(call.state, &id, &kid)?.ok_or_else(|| Error::not_found(&kid, "JsonWebKey"))?;
    one(200, &super::app_parts::key_view(&key)?)
}

/// The key that the provider signs with; no answer's body where it has none of its own.
fn signing_active(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, idp) = IDPS.locate(call)?;
    let chosen = idp.get("protocol").and_then(|found| found.pointer("/credentials/signing/kid"));
    let chosen = chosen.and_then(Value::as_str).unwrap_or_default().to_owned();
    match keys::get(call.state, &id, &chosen)? {
        Some(key) => Ok(Reply::json(200, &[super::app_parts::key_view(&key)?])?),
        None => Ok(nothing(204)),
    }
}

/// Two providers share a key from then on.
fn signing_clone(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = IDPS.locate(call)?;
    let kid = call.param(1);
    let target = call.query("targetIdpId");
    let target = target.ok_or_else(|| Error::field("targetIdpId", "The field cannot be left blank"))?;
    call.state.get(&IDPS.table, &target)?.ok_or_else(|| Error::not_found(&target, "IdpTrust"))?;
    let key = keys::get(call.state, &id, &kid)?.ok_or_else(|| Error::not_found(&kid, "JsonWebKey"))?;
    let copy = keys::copy(call.state, key, &target)?;
    let at = call.href(&format!("/api/v1/idps/{target}/credentials/keys/{kid}"));
    Ok(one(201, &super::app_parts::key_view(&copy)?)?.header("location", at))
}

/// Another certificate under the same id.
fn trusted_replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let old = trusted(call)?;
    let body = call.body()?;
    let mut key = trusted_key(call, &body)?;
    for field in ["kid", "created"] {
        set(&mut key, field, text(&old, field));
    }
    call.state.put(&TRUSTED, text(&key, "kid"), &key)?;
    one(200, &Value::Object(key))
}
