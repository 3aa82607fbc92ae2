//! What belongs to one authorization server: scopes, claims, policies and their rules.

use serde_json::{Value, json};
use twin_sdk::Table;

use super::resource::{Action, Lifecycle, PLAIN, Resource, Stamps, own_and_lifecycle, require_text};
use super::route::{Operation, of};
use super::servers::{LONG, SERVERS};
use crate::call::Call;
use crate::documents::{Document, default, document, fill, set, strings, text};
use crate::errors::Error;
use crate::state::State;
use crate::wire;

const POLICY: &str = "/api/v1/authorizationServers/{serverId}/policies/{policyId}";
const RULE: &str = "/api/v1/authorizationServers/{serverId}/policies/{policyId}/rules/{ruleId}";

pub(super) const OPERATIONS: &[Operation] = &[
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
];

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
    make: |call, scope, old| {
        let name = require_text(scope, "name")?;
        if name.contains(char::is_whitespace) || name.starts_with("okta") {
            return Err(Error::field("name", "Scope name must not contain whitespaces, or start with okta"));
        }
        new_scope_name(call, &name, old)?;
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
    make: |_, claim, old| {
        require_text(claim, "name")?;
        let system = old.and_then(|old| old.get("system").cloned()).unwrap_or(json!(false));
        default(claim, "status", "ACTIVE");
        default(claim, "claimType", "RESOURCE");
        default(claim, "valueType", "EXPRESSION");
        default(claim, "conditions", json!({"scopes": []}));
        default(claim, "alwaysIncludeInToken", true);
        set(claim, "system", system);
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

/// A server has one scope of a name.
fn new_scope_name(call: &mut Call<'_, '_>, name: &str, old: Option<&Document>) -> Result<(), Error> {
    let server = SCOPES.above(call)?;
    let others = call.state.all(&SCOPES.table, &format!("{server}/"))?;
    let own = old.map(|old| text(old, "id"));
    if others.iter().any(|(_, other)| text(other, "name") == name && own != Some(text(other, "id"))) {
        return Err(Error::field(
            "name",
            "An object with this field already exists in the current organization",
        ));
    }
    Ok(())
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

/// Gives a new server its system scopes, and the claim that says whom a token is about.
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
    let id = state.mint("ocl");
    let key = format!("{server}/{id}");
    let subject = document(json!({
        "id": id, "name": "sub", "status": "ACTIVE", "claimType": "RESOURCE", "valueType": "EXPRESSION",
        "value": "(appuser != null) ? appuser.userName : app.clientId", "conditions": {"scopes": []}, "system": true,
        "alwaysIncludeInToken": true, "_key": key,
    }));
    state.put(&CLAIMS.table, &key, &subject)?;
    Ok(())
}
