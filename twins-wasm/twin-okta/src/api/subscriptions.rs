//! What administrators are told of by mail: as their role has it, or as they choose for themselves.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{document, text};
use crate::errors::{Code, Error};
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listSubscriptionsRole", "GET", "/api/v1/roles/{role}/subscriptions", list),
    own("getSubscriptionsNotificationTypeRole", "GET", "/api/v1/roles/{role}/subscriptions/{type}", read),
    own(
        "subscribeByNotificationTypeRole",
        "POST",
        "/api/v1/roles/{role}/subscriptions/{type}/subscribe",
        subscribe,
    ),
    own(
        "unsubscribeByNotificationTypeRole",
        "POST",
        "/api/v1/roles/{role}/subscriptions/{type}/unsubscribe",
        unsubscribe,
    ),
    own("listSubscriptionsUser", "GET", "/api/v1/users/{userId}/subscriptions", list),
    own("getSubscriptionsNotificationTypeUser", "GET", "/api/v1/users/{userId}/subscriptions/{type}", read),
    own(
        "subscribeByNotificationTypeUser",
        "POST",
        "/api/v1/users/{userId}/subscriptions/{type}/subscribe",
        subscribe,
    ),
    own(
        "unsubscribeByNotificationTypeUser",
        "POST",
        "/api/v1/users/{userId}/subscriptions/{type}/unsubscribe",
        unsubscribe,
    ),
];

/// What there is to be told of, and whether an administrator is by default.
const NOTICES: &[(&str, bool)] = &[
    ("IWA_AGENT", true),
    ("CONNECTOR_AGENT", true),
    ("USER_LOCKED_OUT", false),
    ("APP_IMPORT", false),
    ("AD_AGENT", true),
    ("LDAP_AGENT", true),
    ("RATELIMIT_NOTIFICATION", true),
    ("OKTA_ANNOUNCEMENT", true),
    ("OKTA_UPDATE", true),
    ("OKTA_ISSUE", false),
    ("USER_DEPROVISION", false),
    ("REPORT_SUSPICIOUS_ACTIVITY", true),
];

/// Whose subscriptions the path names: its address. A user has them only for himself.
fn holder(call: &mut Call<'_, '_>) -> Result<String, Error> {
    if call.incoming.path().starts_with("/api/v1/roles/") {
        return Ok(format!("/api/v1/roles/{}/subscriptions", call.param(0)));
    }
    let user = super::users::named(call)?;
    let id = text(&user, "id");
    if call.caller.user != id {
        return Err(Code::Forbidden.into());
    }
    Ok(format!("/api/v1/users/{id}/subscriptions"))
}

fn view(call: &mut Call<'_, '_>, holder: &str, kind: &str, usual: bool) -> Result<Value, Error> {
    let at = format!("{holder}/{kind}");
    let chosen = call.state.setting(&at)?;
    let on = chosen.and_then(|chosen| chosen.get("on").and_then(Value::as_bool)).unwrap_or(usual);
    let (status, verb) = if on { ("subscribed", "unsubscribe") } else { ("unsubscribed", "subscribe") };
    let at = call.href(&at);
    Ok(json!({
        "notificationType": kind, "channels": ["email"], "status": status,
        "_links": {verb: wire::hinted(&format!("{at}/{verb}"), &["POST"]), "self": wire::bare(&at)},
    }))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let holder = holder(call)?;
    let views: Result<Vec<_>, _> =
        NOTICES.iter().map(|(kind, usual)| view(call, &holder, kind, *usual)).collect();
    Ok(Reply::json(200, &views?)?)
}

/// The kind of notice that the path names, and whether it comes by default.
fn notice(call: &Call<'_, '_>) -> Result<(&'static str, bool), Error> {
    let wanted = call.param(1);
    let known = NOTICES.iter().find(|(kind, _)| *kind == wanted).copied();
    known.ok_or_else(|| Error::not_found(&wanted, "NotificationType"))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (holder, (kind, usual)) = (holder(call)?, notice(call)?);
    one(200, &view(call, &holder, kind, usual)?)
}

fn turn(call: &mut Call<'_, '_>, on: bool) -> Result<Reply, Error> {
    let (holder, (kind, _)) = (holder(call)?, notice(call)?);
    call.state.put_setting(&format!("{holder}/{kind}"), &document(json!({"on": on})))?;
    Ok(nothing(200))
}

fn subscribe(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, true)
}

fn unsubscribe(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, false)
}
