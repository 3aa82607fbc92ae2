//! What belongs to one application: keys, grants, tokens, its connection, features and policies.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::apps::{named, provisions};
use super::resource::require_text;
use super::route::{Operation, own, shape};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, change, document, fill, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::keys::{self, Key};
use crate::state::APPS;
use crate::times;
use crate::wire;

const CLAIM: &str = "/api/v1/apps/{appId}/federated-claims/{claimId}";

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
    own(
        "getDefaultProvisioningConnectionForApplication",
        "GET",
        "/api/v1/apps/{appId}/connections/default",
        connection,
    ),
    own(
        "updateDefaultProvisioningConnectionForApplication",
        "POST",
        "/api/v1/apps/{appId}/connections/default",
        connect,
    ),
    own(
        "activateDefaultProvisioningConnectionForApplication",
        "POST",
        "/api/v1/apps/{appId}/connections/default/lifecycle/activate",
        connection_activate,
    ),
    own(
        "deactivateDefaultProvisioningConnectionForApplication",
        "POST",
        "/api/v1/apps/{appId}/connections/default/lifecycle/deactivate",
        connection_deactivate,
    ),
    own("listFeaturesForApplication", "GET", "/api/v1/apps/{appId}/features", features),
    own("getFeatureForApplication", "GET", "/api/v1/apps/{appId}/features/{name}", feature),
    own("updateFeatureForApplication", "PUT", "/api/v1/apps/{appId}/features/{name}", feature_update),
    own("assignApplicationPolicy", "PUT", "/api/v1/apps/{appId}/policies/{policyId}", assign_policy),
    own("cloneApplicationKey", "POST", "/api/v1/apps/{appId}/credentials/keys/{keyId}/clone", key_clone),
    shape("listFederatedClaims", "GET", "/api/v1/apps/{appId}/federated-claims", federated_claims),
    shape("getFederatedClaim", "GET", CLAIM, federated_claims),
    shape("replaceFederatedClaim", "PUT", CLAIM, federated_claims),
    shape("deleteFederatedClaim", "DELETE", CLAIM, federated_claims),
    shape("createFederatedClaim", "POST", "/api/v1/apps/{appId}/federated-claims", federated_claims),
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

/// Consents; the key is `APP/GRANT`.
pub(super) static GRANTS: Table<Document> = Table::new("app_grants");
/// Refresh tokens; the key is `APP/TOKEN`.
pub(super) static REFRESH_TOKENS: Table<Document> = Table::new("refresh_tokens");
/// Connections between applications; the key is `APP/CONNECTION`.
pub(super) static CROSS: Table<Document> = Table::new("app_connections");

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

fn connection_view(call: &Call<'_, '_>, app: &Document) -> Value {
    let chosen = object(app, "_connection").cloned().unwrap_or_default();
    if !provisions(app) {
        return json!({"status": "UNKNOWN", "profile": {"authScheme": "UNKNOWN"}});
    }
    let at = call.href(&format!("/api/v1/apps/{}/connections/default", text(app, "id")));
    let status = if text(&chosen, "status").is_empty() { "DISABLED" } else { text(&chosen, "status") };
    let verb = if status == "ENABLED" { "deactivate" } else { "activate" };
    json!({
        "authScheme": "TOKEN", "status": status,
        "_links": {
            verb: wire::hinted(&format!("{at}/lifecycle/{verb}"), &["POST"]),
            "self": wire::hinted(&at, &["POST", "GET"]),
        },
    })
}

fn connection(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    one(200, &connection_view(call, &app))
}

fn connect(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut app = named(call)?;
    let body = call.body()?;
    super::resource::require_object(&body, "profile")?;
    if provisions(&app) {
        let token = text_at(&body, "profile", "/token").to_owned();
        if text_at(&body, "profile", "/authScheme") == "TOKEN" && token.is_empty() {
            return Err(Error::field("profile.token", "The field cannot be left blank"));
        }
        let is_active = call.flag("activate", false);
        change(&mut app, "_connection", |found| {
            set(found, "token", token);
            set(found, "status", if is_active { "ENABLED" } else { "DISABLED" });
        });
        call.state.put(&APPS, text(&app, "id"), &app)?;
    }
    one(200, &connection_view(call, &app))
}

fn connection_activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn_connection(call, "ENABLED")
}

fn connection_deactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn_connection(call, "DISABLED")
}

fn turn_connection(call: &mut Call<'_, '_>, status: &str) -> Result<Reply, Error> {
    let mut app = named(call)?;
    if provisions(&app) {
        change(&mut app, "_connection", |found| set(found, "status", status));
        call.state.put(&APPS, text(&app, "id"), &app)?;
    }
    Ok(nothing(204))
}

const FEATURES: &[&str] = &["USER_PROVISIONING", "INBOUND_PROVISIONING"];

fn feature_view(call: &Call<'_, '_>, app: &Document, name: &str) -> Value {
    let chosen = object(app, "_features").and_then(|found| found.get(name)).cloned();
    let is_on = text_at(app, "_connection", "/status") == "ENABLED";
    let off = json!({"status": "DISABLED"});
    let usual = if name == "USER_PROVISIONING" {
        json!({
            "create": {"lifecycleCreate": off},
            "update": {"lifecycleDeactivate": off, "profile": off,
                "password": {"change": "KEEP_EXISTING", "seed": "OKTA", "status": "DISABLED"}},
        })
    } else {
        json!({"importSettings": {"username": {"userNameFormat": "EMAIL"}, "schedule": {"status": "DISABLED"}}})
    };
    let at = call.href(&format!("/api/v1/apps/{}/features/{name}", text(app, "id")));
    json!({
        "name": name, "status": if is_on { "ENABLED" } else { "DISABLED" },
        "description": "User provisioning settings from Okta to a downstream application",
        "capabilities": chosen.unwrap_or(usual), "_links": {"self": wire::hinted(&at, &["GET", "PUT"])},
    })
}

fn provisioned(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let app = named(call)?;
    if provisions(&app) {
        return Ok(app);
    }
    Err(Error::invalid("Provisioning is not supported.", "Provisioning is not supported."))
}

fn features(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = provisioned(call)?;
    let views: Vec<_> = FEATURES.iter().map(|name| feature_view(call, &app, name)).collect();
    Ok(Reply::json(200, &views)?)
}

fn feature(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, name) = (provisioned(call)?, call.param(1));
    if !FEATURES.contains(&&*name) {
        return Err(Error::not_found(&name, "ApplicationFeature"));
    }
    one(200, &feature_view(call, &app, &name))
}

fn feature_update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (mut app, name) = (provisioned(call)?, call.param(1));
    if !FEATURES.contains(&&*name) {
        return Err(Error::not_found(&name, "ApplicationFeature"));
    }
    let mut wanted = Value::Object(call.body()?);
    let known = feature_view(call, &app, &name).get("capabilities").cloned().unwrap_or_default();
    fill(&mut wanted, &known);
    change(&mut app, "_features", |found| set(found, &name, wanted));
    call.state.put(&APPS, text(&app, "id"), &app)?;
    one(200, &feature_view(call, &app, &name))
}

fn assign_policy(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (mut app, id) = (named(call)?, call.param(1));
    let policy = call.state.get(&super::policies::POLICIES.table, &id)?;
    let policy = policy.ok_or_else(|| Error::not_found(&id, "Policy"))?;
    let slot = match text(&policy, "type") {
        "ACCESS_POLICY" => "_accessPolicy",
        "PROFILE_ENROLLMENT" => "_enrollmentPolicy",
        _ => return Err(Error::invalid("policyId", "The policy cannot be assigned to an application")),
    };
    set(&mut app, slot, id);
    call.state.put(&APPS, text(&app, "id"), &app)?;
    Ok(nothing(204))
}

/// A feature that orgs do not have unless it is sold to them.
fn federated_claims(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    named(call)?;
    Err(Code::FeatureMissing.into())
}

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
