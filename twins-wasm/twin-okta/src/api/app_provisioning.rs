//! How an application and the org exchange people, and what else is attached to it: its connection, its features, its
//! policies, and claims about those who sign in.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::apps::{named, provisions};
use super::route::{Operation, own, shape};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, change, fill, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::state::APPS;
use crate::wire;

const CLAIM: &str = "/api/v1/apps/{appId}/federated-claims/{claimId}";

pub(super) const OPERATIONS: &[Operation] = &[
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
    shape("listFederatedClaims", "GET", "/api/v1/apps/{appId}/federated-claims", federated_claims),
    shape("getFederatedClaim", "GET", CLAIM, federated_claims),
    shape("replaceFederatedClaim", "PUT", CLAIM, federated_claims),
    shape("deleteFederatedClaim", "DELETE", CLAIM, federated_claims),
    shape("createFederatedClaim", "POST", "/api/v1/apps/{appId}/federated-claims", federated_claims),
];

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
