//! What the org holds of a user beside the profile: risk, classification, blocks and devices.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::devices::{DEVICES, view as device_view};
use super::resource::require_text;
use super::route::{Operation, own};
use super::users::named;
use crate::call::{Call, one};
use crate::documents::{document, set, text, texts};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("getUserRisk", "GET", "/api/v1/users/{userId}/risk", risk),
    own("upsertUserRisk", "PUT", "/api/v1/users/{userId}/risk", set_risk),
    own("getUserClassification", "GET", "/api/v1/users/{userId}/classification", classification),
    own("replaceUserClassification", "PUT", "/api/v1/users/{userId}/classification", classify),
    own("listUserBlocks", "GET", "/api/v1/users/{userId}/blocks", blocks),
    own("listUserDevices", "GET", "/api/v1/users/{userId}/devices", devices),
];

fn risk_view(call: &mut Call<'_, '_>, user: &str) -> Result<Value, Error> {
    let mut found = call.state.setting(&format!("risk/{user}"))?.unwrap_or_default();
    crate::documents::default(&mut found, "riskLevel", "NONE");
    let at = call.href(&format!("/api/v1/users/{user}"));
    let links = json!({
        "self": wire::hinted(&format!("{at}/risk"), &["GET", "PUT"]), "user": wire::hinted(&at, &["GET"]),
    });
    Ok(wire::linked(&found, links))
}

fn risk(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    one(200, &risk_view(call, text(&user, "id"))?)
}

/// 201 where an administrator says so for the first time.
fn set_risk(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let body = call.body()?;
    let level = require_text(&body, "riskLevel")?;
    if !matches!(level.as_str(), "HIGH" | "MEDIUM" | "LOW") {
        return Err(Error::field("riskLevel", "The value must be one of HIGH, MEDIUM, LOW"));
    }
    let key = format!("risk/{}", text(&user, "id"));
    let is_new = call.state.setting(&key)?.is_none();
    let kept = document(json!({"riskLevel": level, "reason": "Admin override risk"}));
    call.state.put_setting(&key, &kept)?;
    one(if is_new { 201 } else { 200 }, &risk_view(call, text(&user, "id"))?)
}

fn classification(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let found = call.state.setting(&format!("classification/{}", text(&user, "id")))?;
    let usual = || document(json!({"type": "STANDARD", "lastUpdated": text(&user, "created")}));
    one(200, &Value::Object(found.unwrap_or_else(usual)))
}

fn classify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let body = call.body()?;
    let kind = require_text(&body, "type")?;
    if !matches!(kind.as_str(), "LITE" | "STANDARD") {
        return Err(Error::field("type", "The value must be one of LITE, STANDARD"));
    }
    let now = call.state.stamp();
    let kept = document(json!({"type": kind, "lastUpdated": now}));
    call.state.put_setting(&format!("classification/{}", text(&user, "id")), &kept)?;
    one(200, &Value::Object(kept))
}

/// Who is locked out is so on every device.
fn blocks(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let block = json!({"type": "DEVICE_BASED", "appliesTo": "ANY_DEVICES"});
    let found = if text(&user, "status") == "LOCKED_OUT" { vec![block] } else { Vec::new() };
    Ok(Reply::json(200, &found)?)
}

fn devices(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let id = text(&user, "id");
    let mut views = Vec::new();
    for (_, device) in call.state.all(&DEVICES, "")? {
        if texts(&device, "_users").iter().any(|holder| holder == id) {
            let mut view = document(json!({
                "created": text(&device, "created"), "deviceUserId": format!("dvu{}", id.get(3..).unwrap_or_default()),
            }));
            set(&mut view, "device", device_view(call, &device));
            views.push(Value::Object(view));
        }
    }
    Ok(Reply::json(200, &views)?)
}
