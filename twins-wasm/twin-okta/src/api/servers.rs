//! `/api/v1/authorizationServers`: servers, their scopes, claims, policies, rules and keys.
//!
//! Long because: five resources that nest in one another and share their path.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, Lifecycle, PLAIN, Resource, Stamps, own_and_lifecycle, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, document, fill, set, strings, text, texts};
use crate::errors::Error;
use crate::keys;
use crate::state::{APPS, State};
use crate::times;
use crate::wire;

const ONE: &str = "/api/v1/authorizationServers/{serverId}";
const POLICY: &str = "/api/v1/authorizationServers/{serverId}/policies/{policyId}";
const RULE: &str = "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules/{ruleId}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listAuthorizationServers", "GET", "/api/v1/authorizationServers", &SERVERS, Action::List),
    of("createAuthorizationServer", "POST", "/api/v1/authorizationServers", &SERVERS, Action::Create),
    of("getAuthorizationServer", "GET", ONE, &SERVERS, Action::Read),
    of("replaceAuthorizationServer", "PUT", ONE, &SERVERS, Action::Replace),
    of("deleteAuthorizationServer", "DELETE", ONE, &SERVERS, Action::Delete),
    of(
        "activateAuthorizationServer",
        "POST",
        "/api/v1/authorizationServers/{serverId}/lifecycle/activate",
        &SERVERS,
        Action::Activate,
    ),
    of(
        "deactivateAuthorizationServer",
        "POST",
        "/api/v1/authorizationServers/{serverId}/lifecycle/deactivate",
        &SERVERS,
        Action::Deactivate,
    ),
    of("listOAuth2Scopes", "GET", "/api/v1/authorizationServers/{serverId}/scopes", &SCOPES, Action::List),
    of(
        "createOAuth2Scope",
        "POST",
        "/api/v1/authorizationServers/{serverId}/scopes",
        &SCOPES,
        Action::Create,
    ),
    of(
        "getOAuth2Scope",
        "GET",
        "/api/v1/authorizationServers/{serverId}/scopes/{scopeId}",
        &SCOPES,
        Action::Read,
    ),
    of(
        "replaceOAuth2Scope",
        "PUT",
        "/api/v1/authorizationServers/{serverId}/scopes/{scopeId}",
        &SCOPES,
        Action::Replace,
    ),
    of(
        "deleteOAuth2Scope",
        "DELETE",
        "/api/v1/authorizationServers/{serverId}/scopes/{scopeId}",
        &SCOPES,
        Action::Delete,
    ),
    of("listOAuth2Claims", "GET", "/api/v1/authorizationServers/{serverId}/claims", &CLAIMS, Action::List),
    of(
        "createOAuth2Claim",
        "POST",
        "/api/v1/authorizationServers/{serverId}/claims",
        &CLAIMS,
        Action::Create,
    ),
    of(
        "getOAuth2Claim",
        "GET",
        "/api/v1/authorizationServers/{serverId}/claims/{claimId}",
        &CLAIMS,
        Action::Read,
    ),
    of(
        "replaceOAuth2Claim",
        "PUT",
        "/api/v1/authorizationServers/{serverId}/claims/{claimId}",
        &CLAIMS,
        Action::Replace,
    ),
    of(
        "deleteOAuth2Claim",
        "DELETE",
        "/api/v1/authorizationServers/{serverId}/claims/{claimId}",
        &CLAIMS,
        Action::Delete,
    ),
    of(
        "listAuthorizationServerPolicies",
        "GET",
        "/api/v1/authorizationServers/{serverId}/policies",
        &POLICIES,
        Action::List,
    ),
    of(
        "createAuthorizationServerPolicy",
        "POST",
        "/api/v1/authorizationServers/{serverId}/policies",
        &POLICIES,
        Action::Create,
    ),
    of("getAuthorizationServerPolicy", "GET", POLICY, &POLICIES, Action::Read),
    of("replaceAuthorizationServerPolicy", "PUT", POLICY, &POLICIES, Action::Replace),
    of("deleteAuthorizationServerPolicy", "DELETE", POLICY, &POLICIES, Action::Delete),
    of(
        "activateAuthorizationServerPolicy",
        "POST",
        "/api/v1/authorizationServers/{serverId}/policies/{policyId}/lifecycle/activate",
        &POLICIES,
        Action::Activate,
    ),
    of(
        "deactivateAuthorizationServerPolicy",
        "POST",
        "/api/v1/authorizationServers/{serverId}/policies/{policyId}/lifecycle/deactivate",
        &POLICIES,
        Action::Deactivate,
    ),
    of(
        "listAuthorizationServerPolicyRules",
        "GET",
        "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules",
        &RULES,
        Action::List,
    ),
    of(
        "createAuthorizationServerPolicyRule",
        "POST",
        "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules",
        &RULES,
        Action::Create,
    ),
    of("getAuthorizationServerPolicyRule", "GET", RULE, &RULES, Action::Read),
    of("replaceAuthorizationServerPolicyRule", "PUT", RULE, &RULES, Action::Replace),
    of("deleteAuthorizationServerPolicyRule", "DELETE", RULE, &RULES, Action::Delete),
    of(
        "activateAuthorizationServerPolicyRule",
        "POST",
        "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules/{ruleId}/lifecycle/activate",
        &RULES,
        Action::Activate,
    ),
    of(
        "deactivateAuthorizationServerPolicyRule",
        "POST",
        "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules/{ruleId}/lifecycle/deactivate",
        &RULES,
        Action::Deactivate,
    ),
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

const LONG: Lengths = Lengths { usual: 200, most: 200 };
/// How long a server signs with one key.
const ROTATION: u64 = 90 * times::DAY;

/// Authorization servers.
pub(crate) static SERVERS: Resource = Resource {
    noun: "AuthorizationServer",
    path: "/api/v1/authorizationServers/{}",
    table: Table::new("authorization_servers"),
    prefix: "aus",
    children: &[&SCOPES, &CLAIMS, &POLICIES],
    alias: |state, name| Ok(if name == "default" { Some(state.org_id("server")?) } else { None }),
    created: 201,
    lifecycle: Lifecycle::Nothing(204),
    lengths: LONG,
    event: Some("oauth2.as"),
    make: make_server,
    keep: |query, server| {
        let wanted = query.get("q").map(str::to_lowercase);
        let fits = |wanted: &str| {
            let audiences = texts(server, "audiences").join(" ").to_lowercase();
            text(server, "name").to_lowercase().starts_with(wanted) || audiences.contains(wanted)
        };
        Ok(wanted.as_deref().is_none_or(fits))
    },
    links: server_links,
    may_delete: |server| {
        if server.get("default") == Some(&Value::Bool(true)) {
            return Err(Error::invalid(
                "authorizationServer",
                "The default authorization server cannot be deleted",
            ));
        }
        Ok(())
    },
    after: |call, server, action| {
        if action != Action::Create {
            return Ok(());
        }
        add_system_scopes(call.state, text(server, "id"))
    },
    ..PLAIN
};

/// What access can be asked for.
pub(crate) static SCOPES: Resource = Resource {
    noun: "OAuth2Scope",
    path: "/api/v1/authorizationServers/{}/scopes/{}",
    table: Table::new("authorization_server_scopes"),
    prefix: "scp",
    parent: Some(&SERVERS),
    created: 201,
    stamps: Stamps::Absent,
    lengths: LONG,
    make: |_, scope, old| {
        let name = require_text(scope, "name")?;
        if name.contains(char::is_whitespace) || name.starts_with("okta") {
            return Err(Error::field("name", "Scope name must not contain whitespaces, or start with okta"));
        }
        let system = old.and_then(|old| old.get("system").cloned()).unwrap_or(json!(false));
        set(scope, "system", system);
        default(scope, "description", Value::Null);
        default(scope, "metadataPublish", "NO_CLIENTS");
        default(scope, "default", false);
        Ok(())
    },
    may_delete: not_system,
    ..PLAIN
};

/// What tokens say.
pub(crate) static CLAIMS: Resource = Resource {
    noun: "OAuth2Claim",
    path: "/api/v1/authorizationServers/{}/claims/{}",
    table: Table::new("authorization_server_claims"),
    prefix: "ocl",
    parent: Some(&SERVERS),
    created: 201,
    stamps: Stamps::Absent,
    lengths: LONG,
    make: |_, claim, _| {
        require_text(claim, "name")?;
        default(claim, "status", "ACTIVE");
        default(claim, "claimType", "RESOURCE");
        default(claim, "valueType", "EXPRESSION");
        default(claim, "conditions", json!({"scopes": []}));
        default(claim, "alwaysIncludeInToken", true);
        set(claim, "system", false);
        Ok(())
    },
    may_delete: not_system,
    ..PLAIN
};

/// Whom a server serves.
pub(crate) static POLICIES: Resource = Resource {
    noun: "Policy",
    path: "/api/v1/authorizationServers/{}/policies/{}",
    table: Table::new("authorization_server_policies"),
    prefix: "00p",
    parent: Some(&SERVERS),
    children: &[&RULES],
    created: 201,
    lifecycle: Lifecycle::Nothing(204),
    lengths: LONG,
    make: |call, policy, old| {
        require_text(policy, "name")?;
        set(policy, "type", "OAUTH_AUTHORIZATION_POLICY");
        default(policy, "description", "");
        let place = next_priority(call, &POLICIES, old)?;
        set(policy, "priority", place);
        default(policy, "system", false);
        let mut conditions = policy.remove("conditions").unwrap_or_else(|| json!({}));
        fill(&mut conditions, &json!({"clients": {"include": []}}));
        set(policy, "conditions", conditions);
        Ok(())
    },
    links: |place, policy| {
        let mut links = own_and_lifecycle(place, policy);
        set(&mut links, "rules", wire::hinted(&format!("{}/rules", place.at), &["GET"]));
        links
    },
    ..PLAIN
};

/// How long the tokens of a policy live.
pub(crate) static RULES: Resource = Resource {
    noun: "PolicyRule",
    path: "/api/v1/authorizationServers/{}/policies/{}/rules/{}",
    table: Table::new("authorization_server_rules"),
    prefix: "0pr",
    parent: Some(&POLICIES),
    created: 201,
    lifecycle: Lifecycle::Nothing(204),
    lengths: LONG,
    make: |call, rule, old| {
        require_text(rule, "name")?;
        set(rule, "type", "RESOURCE_ACCESS");
        let place = next_priority(call, &RULES, old)?;
        set(rule, "priority", place);
        default(rule, "system", false);
        let mut conditions = rule.remove("conditions").unwrap_or_else(|| json!({}));
        if strings(conditions.pointer("/grantTypes/include")).is_empty() {
            return Err(Error::field("conditions.grantTypes", "The field cannot be left blank"));
        }
        fill(
            &mut conditions,
            &json!({"people": {"users": {"exclude": []}, "groups": {"include": []}}, "scopes": {"include": ["*"]}}),
        );
        order_grants(&mut conditions);
        set(rule, "conditions", conditions);
        let mut actions = rule.remove("actions").unwrap_or_else(|| json!({}));
        fill(
            &mut actions,
            &json!({"token": {
                "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10_080,
            }}),
        );
        set(rule, "actions", actions);
        Ok(())
    },
    links: own_and_lifecycle,
    ..PLAIN
};

/// The service answers with grant types in an order of its own.
fn order_grants(conditions: &mut Value) {
    const ORDER: &[&str] = &["implicit", "client_credentials", "authorization_code", "password"];
    let place = |grant: &Value| ORDER.iter().position(|known| grant == known).unwrap_or(ORDER.len());
    if let Some(Value::Array(grants)) = conditions.pointer_mut("/grantTypes/include") {
        grants.sort_by_key(place);
    }
}

fn not_system(document: &Document) -> Result<(), Error> {
    if document.get("system") == Some(&Value::Bool(true)) {
        return Err(Error::invalid("system", "A system object cannot be deleted"));
    }
    Ok(())
}

/// Where a new policy or rule comes: after those that are there. A change of place is no part of replacing.
pub(super) fn next_priority(
    call: &mut Call<'_, '_>,
    resource: &'static Resource,
    old: Option<&Document>,
) -> Result<Value, Error> {
    if let Some(old) = old {
        return Ok(old.get("priority").cloned().unwrap_or(json!(1)));
    }
    let above = resource.above(call)?;
    let others = call.state.all(&resource.table, &format!("{above}/"))?;
    let last = others
        .iter()
        .filter_map(|(_, other)| other.get("priority")?.as_u64())
        .filter(|place| *place < 99)
        .max();
    Ok(json!(last.unwrap_or(0) + 1))
}

fn make_server(call: &mut Call<'_, '_>, server: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    let name = require_text(server, "name")?;
    if texts(server, "audiences").len() != 1 {
        return Err(Error::field("audiences", "The field must contain exactly one audience"));
    }
    let taken = call
        .state
        .all(&SERVERS.table, "")?
        .into_iter()
        .any(|(id, other)| text(&other, "name") == name && old.is_none_or(|old| text(old, "id") != id));
    if taken {
        return Err(Error::field(
            "name",
            "An object with this field already exists in the current organization",
        ));
    }
    default(server, "description", Value::Null);
    default(server, "issuerMode", "DYNAMIC");
    let Some(old) = old else {
        let id = call.state.mint("aus");
        let key = keys::create(call.state, &id, "ACTIVE", ROTATION)?;
        set(server, "credentials", signing(&key));
        set(server, "default", false);
        set(server, "issuer", "");
        set(server, "id", id);
        return Ok(());
    };
    for name in ["credentials", "default", "issuer"] {
        set(server, name, old.get(name).cloned().unwrap_or_default());
    }
    Ok(())
}

/// The part of a server's document that tells its key.
pub(crate) fn signing(key: &keys::Key) -> Value {
    json!({"signing": {
        "kid": key.kid, "rotationMode": "AUTO", "lastRotated": times::stamp(key.created),
        "nextRotation": times::stamp(key.expires),
    }})
}

fn server_links(place: &super::resource::Place<'_>, server: &Document) -> Document {
    // The default server goes by its name in addresses.
    let is_default = server.get("default") == Some(&Value::Bool(true));
    let id = if is_default { "default" } else { text(server, "id") };
    let at = format!("{}/api/v1/authorizationServers/{id}", place.origin);
    let metadata = |name: &str| {
        let href = format!("{}/oauth2/{id}/.well-known/{name}", place.origin);
        json!({"name": name, "href": href, "hints": {"allow": ["GET"]}})
    };
    let both = |name: &str| wire::hinted(&format!("{at}/{name}"), &["GET", "POST"]);
    let mut links = document(json!({
        "rotateKey": wire::hinted(&format!("{at}/credentials/lifecycle/keyRotate"), &["POST"]),
        "metadata": [metadata("oauth-authorization-server"), metadata("openid-configuration")],
        "keys": wire::hinted(&format!("{at}/credentials/keys"), &["GET"]),
        "claims": both("claims"), "policies": both("policies"), "scopes": both("scopes"),
        "self": wire::hinted(&at, &["GET", "DELETE", "PUT"]),
    }));
    wire::lifecycle(&mut links, server, &at, true);
    links
}

/// What every server knows from its first day: name, description, and whether metadata lists it.
const SYSTEM_SCOPES: &[(&str, &str)] = &[
    ("openid", "Signals that a request is an OpenID request."),
    (
        "profile",
        "The exact data varies based on what profile information you have provided, such as: name, time zone, picture, or birthday.",
    ),
    ("email", "This allows the app to view your email address."),
    (
        "address",
        "This allows the app to view your address, such as: street address, city, state, and zip code.",
    ),
    ("phone", "This allows the app to view your phone number."),
    ("offline_access", "This keeps you signed in to the app, even when you are not using it."),
    ("device_sso", "This allows the app to share a session with other apps of the device."),
];

/// Gives a new server its system scopes.
pub(crate) fn add_system_scopes(state: &mut State<'_>, server: &str) -> Result<(), Error> {
    for (name, description) in SYSTEM_SCOPES {
        let id = state.mint("scp");
        let key = format!("{server}/{id}");
        let scope = document(json!({
            "id": id, "name": name, "description": description, "system": true, "default": false,
            "metadataPublish": "ALL_CLIENTS", "_key": key,
        }));
        state.put(&SCOPES.table, &key, &scope)?;
    }
    Ok(())
}

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
fn held(call: &mut Call<'_, '_>, server: &str, app: &str) -> Result<Vec<(String, Document)>, Error> {
    let mut found = call.state.all(&super::app_parts::REFRESH_TOKENS, &format!("{app}/"))?;
    found.retain(|(_, token)| text(token, "_server") == server);
    Ok(found)
}

fn client(call: &mut Call<'_, '_>) -> Result<(String, String), Error> {
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
        call.state.delete(&super::app_parts::REFRESH_TOKENS, &key);
    }
    Ok(nothing(204))
}
