//! `/api/v1/policies`: the org's policies and their rules.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, Lifecycle, PLAIN, Resource, own_and_lifecycle, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, Lengths, one};
use crate::documents::{Document, default, fill, set, text};
use crate::errors::{Code, Error};
use crate::wire;

const RULE: &str = "/api/v1/policies/{policyId}/rules/{ruleId}";
const MAPPING: &str = "/api/v1/policies/{policyId}/mappings/{mappingId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listPolicies", "GET", "/api/v1/policies", list),
    of("createPolicy", "POST", "/api/v1/policies", &POLICIES, Action::Create),
    own("createPolicySimulation", "POST", "/api/v1/policies/simulate", simulate),
    of("getPolicy", "GET", "/api/v1/policies/{policyId}", &POLICIES, Action::Read),
    of("replacePolicy", "PUT", "/api/v1/policies/{policyId}", &POLICIES, Action::Replace),
    of("deletePolicy", "DELETE", "/api/v1/policies/{policyId}", &POLICIES, Action::Delete),
    of(
        "activatePolicy",
        "POST",
        "/api/v1/policies/{policyId}/lifecycle/activate",
        &POLICIES,
        Action::Activate,
    ),
    of(
        "deactivatePolicy",
        "POST",
        "/api/v1/policies/{policyId}/lifecycle/deactivate",
        &POLICIES,
        Action::Deactivate,
    ),
    own("clonePolicy", "POST", "/api/v1/policies/{policyId}/clone", clone),
    own("listPolicyApps", "GET", "/api/v1/policies/{policyId}/app", apps),
    own("listPolicyMappings", "GET", "/api/v1/policies/{policyId}/mappings", mappings),
    own("mapResourceToPolicy", "POST", "/api/v1/policies/{policyId}/mappings", map),
    own("getPolicyMapping", "GET", MAPPING, mapping),
    own("deletePolicyResourceMapping", "DELETE", MAPPING, unmap),
    of("listPolicyRules", "GET", "/api/v1/policies/{policyId}/rules", &RULES, Action::List),
    of("createPolicyRule", "POST", "/api/v1/policies/{policyId}/rules", &RULES, Action::Create),
    of("getPolicyRule", "GET", RULE, &RULES, Action::Read),
    of("replacePolicyRule", "PUT", RULE, &RULES, Action::Replace),
    of("deletePolicyRule", "DELETE", RULE, &RULES, Action::Delete),
    of(
        "activatePolicyRule",
        "POST",
        "/api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/activate",
        &RULES,
        Action::Activate,
    ),
    of(
        "deactivatePolicyRule",
        "POST",
        "/api/v1/policies/{policyId}/rules/{ruleId}/lifecycle/deactivate",
        &RULES,
        Action::Deactivate,
    ),
];

/// Policy types, what their rules are called, and whether applications are mapped to them.
const TYPES: &[(&str, &str, bool)] = &[
    ("ACCESS_POLICY", "ACCESS_POLICY", true),
    ("DEVICE_SIGNAL_COLLECTION", "DEVICE_SIGNAL_COLLECTION", true),
    ("ENTITY_RISK", "ENTITY_RISK", false),
    ("IDP_DISCOVERY", "IDP_DISCOVERY", false),
    ("MFA_ENROLL", "MFA_ENROLL", false),
    ("OKTA_SIGN_ON", "SIGN_ON", false),
    ("PASSWORD", "PASSWORD", false),
    ("POST_AUTH_SESSION", "POST_AUTH_SESSION", false),
    ("PROFILE_ENROLLMENT", "PROFILE_ENROLLMENT", true),
];

/// Policies of the org.
pub(crate) static POLICIES: Resource = Resource {
    noun: "Policy",
    path: "/api/v1/policies/{}",
    table: Table::new("policies"),
    prefix: "00p",
    children: &[&RULES],
    lifecycle: Lifecycle::Nothing(204),
    event: Some("policy.lifecycle"),
    make: make_policy,
    links: |place, policy| {
        let mut links = own_and_lifecycle(place, policy);
        let both = |name: &str| wire::hinted(&format!("{}/{name}", place.at), &["GET", "POST"]);
        set(&mut links, "rules", both("rules"));
        if is_mapped(text(policy, "type")) {
            set(&mut links, "mappings", both("mappings"));
        }
        links
    },
    may_delete: not_system,
    ..PLAIN
};

/// Rules of those policies.
pub(crate) static RULES: Resource = Resource {
    noun: "PolicyRule",
    path: "/api/v1/policies/{}/rules/{}",
    table: Table::new("policy_rules"),
    prefix: "0pr",
    parent: Some(&POLICIES),
    lifecycle: Lifecycle::Nothing(204),
    event: Some("policy.rule"),
    make: make_rule,
    links: own_and_lifecycle,
    may_delete: not_system,
    ..PLAIN
};

fn is_mapped(kind: &str) -> bool {
    TYPES.iter().any(|(name, _, mapped)| *name == kind && *mapped)
}

fn not_system(document: &Document) -> Result<(), Error> {
    if document.get("system") == Some(&Value::Bool(true)) { Err(Code::Forbidden.into()) } else { Ok(()) }
}

fn make_policy(call: &mut Call<'_, '_>, policy: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    let name = require_text(policy, "name")?;
    let kind = match old {
        Some(old) => text(old, "type").to_owned(),
        None => text(policy, "type").to_owned(),
    };
    if !TYPES.iter().any(|(known, ..)| *known == kind) {
        return Err(Error::field("type", "Invalid policy type"));
    }
    set(policy, "type", kind.clone());
    let mut last = 0;
    for (id, other) in call.state.all(&POLICIES.table, "")? {
        let is_other = text(&other, "type") == kind && old.is_none_or(|old| text(old, "id") != id);
        if is_other && text(&other, "name") == name {
            return Err(Error::field("name", "Policy name already in use"));
        }
        let is_system = other.get("system") == Some(&Value::Bool(true));
        if is_other && !is_system && !is_mapped(&kind) {
            last = last.max(other.get("priority").and_then(Value::as_u64).unwrap_or_default());
        }
    }
    let kept = old.and_then(|old| old.get("priority").cloned());
    set(policy, "priority", kept.unwrap_or_else(|| json!(last + 1)));
    set(policy, "system", false);
    default(policy, "description", Value::Null);
    default(policy, "conditions", Value::Null);
    if kind == "PASSWORD" {
        let mut settings = policy.remove("settings").unwrap_or_else(|| json!({}));
        fill(&mut settings, &password_settings());
        set(policy, "settings", settings);
    }
    if old.is_none() && is_mapped(&kind) {
        let id = call.state.mint("rst");
        set(policy, "id", id);
    }
    Ok(())
}

/// What a password policy says where the body does not.
pub(crate) fn password_settings() -> Value {
    json!({
        "password": {
            "complexity": {
                "minLength": 8, "minLowerCase": 1, "minUpperCase": 1, "minNumber": 1, "minSymbol": 0,
                "excludeUsername": true, "dictionary": {"common": {"exclude": false}}, "excludeAttributes": [],
            },
            "age": {"maxAgeDays": 0, "expireWarnDays": 0, "minAgeMinutes": 0, "historyCount": 4},
            "lockout": {"maxAttempts": 10, "autoUnlockMinutes": 0, "userLockoutNotificationChannels": [],
                "showLockoutFailures": false},
        },
        "recovery": {"factors": {
            "recovery_question": {"status": "ACTIVE", "properties": {"complexity": {"minLength": 4}}},
            "okta_email": {"status": "ACTIVE",
                "properties": {"recoveryToken": {"tokenLifetimeMinutes": 10_080}}},
            "okta_sms": {"status": "INACTIVE"}, "okta_call": {"status": "INACTIVE"},
        }},
        "delegation": {"options": {"skipUnlock": false}},
    })
}

fn make_rule(call: &mut Call<'_, '_>, rule: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    require_text(rule, "name")?;
    let (_, policy) = policy_above(call)?;
    let kind =
        TYPES.iter().find(|(kind, ..)| *kind == text(&policy, "type")).map_or("", |(_, rule, _)| *rule);
    set(rule, "type", kind);
    let priority = super::server_parts::next_priority(call, &RULES, old)?;
    set(rule, "priority", priority);
    set(rule, "system", false);
    let (conditions, actions) = match kind {
        "SIGN_ON" => (
            json!({"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"},
                "authContext": {"authType": "ANY"}}),
            json!({"signon": {
                "access": "ALLOW", "requireFactor": false, "primaryFactor": "PASSWORD_IDP",
                "rememberDeviceByDefault": false,
                "session": {"usePersistentCookie": false, "maxSessionIdleMinutes": 120,
                    "maxSessionLifetimeMinutes": 0},
            }}),
        ),
        "PASSWORD" => (
            json!({"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"}}),
            json!({"passwordChange": {"access": "ALLOW"}, "selfServicePasswordReset": {"access": "ALLOW"},
                "selfServiceUnlock": {"access": "DENY"}}),
        ),
        _ => (Value::Null, json!({})),
    };
    let mut fill_in = |name: &str, usual: Value| {
        let mut found = rule.remove(name).unwrap_or(Value::Null);
        if found.is_null() {
            found = usual;
        } else {
            fill(&mut found, &usual);
        }
        set(rule, name, found);
    };
    fill_in("conditions", conditions);
    fill_in("actions", actions);
    Ok(())
}

fn policy_above(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let id = call.param(0);
    let found = call.state.get(&POLICIES.table, &id)?.ok_or_else(|| Error::not_found(&id, "Policy"))?;
    Ok((id, found))
}

/// The type is not optional: `GET /policies` without it is refused.
fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    const LONG: Lengths = Lengths { usual: 200, most: 200 };
    let Some(kind) = call.query("type") else {
        return Err(Error::field("type", "The type of the policies is required"));
    };
    if !TYPES.iter().any(|(known, ..)| *known == kind) {
        return Err(Error::field("type", "Invalid policy type"));
    }
    let status = call.query("status");
    let mut policies = call.page(&POLICIES.table, "", LONG, |_, policy| {
        Ok(text(policy, "type") == kind
            && status.as_deref().is_none_or(|status| text(policy, "status") == status))
    })?;
    policies.items.sort_by_key(|policy| policy.get("priority").and_then(Value::as_u64));
    let items: Vec<_> =
        policies.items.iter().map(|item| POLICIES.view(call, text(item, "id"), item)).collect();
    call.list(&items, policies.next.as_deref(), LONG)
}

/// Which policies apply to a user of an application. The body is one object, not a list of them.
fn simulate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let app = require_text(&body, "appInstance")?;
    call.state.get(&crate::state::APPS, &app)?.ok_or_else(|| Error::not_found(&app, "AppInstance"))?;
    let wanted = crate::documents::texts(&body, "policyTypes");
    let mut evaluation = Vec::new();
    for (_, policy) in call.state.all(&POLICIES.table, "")? {
        let kind = text(&policy, "type");
        if text(&policy, "status") == "ACTIVE"
            && (wanted.is_empty() || wanted.iter().any(|wanted| wanted == kind))
        {
            evaluation.push(json!({"policyType": [kind], "status": null, "result": {"policies": [{
                "id": text(&policy, "id"), "name": text(&policy, "name"), "status": "MATCH", "conditions": [],
                "rules": [],
            }]}, "undefined": {"policies": []}, "evaluated": {"policies": []}}));
        }
    }
    one(200, &json!({"evaluation": evaluation}))
}

/// Only policies that applications are mapped to can be cloned.
fn clone(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, policy) = policy_above(call)?;
    if text(&policy, "type") != "ACCESS_POLICY" {
        return Err(Error::invalid("type", "Only authentication policies can be cloned"));
    }
    let mut copy = policy.clone();
    set(&mut copy, "name", format!("[cloned] {}", text(&policy, "name")));
    let (key, copy) = POLICIES.add(call, "", copy)?;
    for (_, rule) in call.state.all(&RULES.table, &format!("{id}/"))? {
        let new = call.state.mint("0pr");
        let mut rule = rule;
        set(&mut rule, "id", new.clone());
        set(&mut rule, "_key", format!("{key}/{new}"));
        call.state.put(&RULES.table, &format!("{key}/{new}"), &rule)?;
    }
    one(200, &POLICIES.view(call, &key, &copy))
}

fn apps(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, policy) = policy_above(call)?;
    let mut items = Vec::new();
    for (_, app) in call.state.all(&crate::state::APPS, "")? {
        if text(&app, slot(&policy)) == id {
            items.push(super::apps::view(call, &app)?);
        }
    }
    call.list(&items, None, Lengths::USUAL)
}

/// Where an application keeps the id of its policy of a kind, where it is not the org's own.
fn slot(policy: &Document) -> &'static str {
    if text(policy, "type") == "ACCESS_POLICY" { "_accessPolicy" } else { "_enrollmentPolicy" }
}

/// A mapping goes by the id of its application.
fn mapping_view(call: &Call<'_, '_>, policy: &str, app: &str) -> Value {
    let above = call.href(&format!("/api/v1/policies/{policy}"));
    let at = format!("{above}/mappings/{app}");
    json!({"id": app, "_links": {
        "self": wire::hinted(&at, &["GET", "DELETE"]), "policy": wire::hinted(&above, &["GET"]),
        "application": wire::hinted(&call.href(&format!("/api/v1/apps/{app}")), &["GET"]),
    }})
}

fn mappings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, policy) = policy_above(call)?;
    let mut items = Vec::new();
    for (app, found) in call.state.all(&crate::state::APPS, "")? {
        if text(&found, slot(&policy)) == id {
            items.push(mapping_view(call, &id, &app));
        }
    }
    Ok(Reply::json(200, &items)?)
}

fn mapped(call: &mut Call<'_, '_>) -> Result<(String, Document, &'static str), Error> {
    let (id, policy) = policy_above(call)?;
    let (app, slot) = (call.param(1), slot(&policy));
    let found = call.state.get(&crate::state::APPS, &app)?.filter(|found| text(found, slot) == id);
    Ok((id, found.ok_or_else(|| Error::not_found(&app, "PolicyMapping"))?, slot))
}

fn mapping(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, app, _) = mapped(call)?;
    one(200, &mapping_view(call, &id, text(&app, "id")))
}

/// The application comes under the org's own policy again.
fn unmap(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, mut app, slot) = mapped(call)?;
    app.remove(slot);
    call.state.put(&crate::state::APPS, text(&app, "id"), &app)?;
    Ok(crate::call::nothing(204))
}

fn map(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    policy_above(call)?;
    let problem = "Policy mappings are no longer supported on this endpoint.";
    Err(Error::Invalid { about: problem.to_owned(), causes: Vec::new() })
}
