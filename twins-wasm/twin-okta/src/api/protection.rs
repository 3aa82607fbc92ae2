//! What an org has once and few change: protection from attacks and bots, how long the service's own applications keep
//! people signed in, disaster recovery, and what people may take along into an account of their own.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::resource::require_text;
use super::route::{Operation, own, shape};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, document, set, text, texts};
use crate::errors::{Code, Error};
use crate::wire;

const AUTHENTICATORS: &str = "/attack-protection/api/v1/authenticator-settings";
const LOCKOUT: &str = "/attack-protection/api/v1/user-lockout-settings";
const BOTS: &str = "/api/v1/bot-protection/configuration";
const FIRST_PARTY: &str = "/api/v1/first-party-app-settings/{appName}";
const BLOCKED: &str = "/okta-personal-settings/api/v1/export-blocklists";

pub(super) const OPERATIONS: &[Operation] = &[
    own("getAuthenticatorSettings", "GET", AUTHENTICATORS, authenticator_settings),
    own("replaceAuthenticatorSettings", "PUT", AUTHENTICATORS, set_authenticator_settings),
    own("getUserLockoutSettings", "GET", LOCKOUT, lockout),
    own("replaceUserLockoutSettings", "PUT", LOCKOUT, set_lockout),
    own("getBotProtectionConfiguration", "GET", BOTS, bots),
    own("updateBotProtectionConfiguration", "POST", BOTS, set_bots),
    own("getFirstPartyAppSettings", "GET", FIRST_PARTY, first_party),
    own("replaceFirstPartyAppSettings", "PUT", FIRST_PARTY, set_first_party),
    own("listPersonalAppsExportBlockList", "GET", BLOCKED, blocked),
    own("replaceBlockedEmailDomains", "PUT", BLOCKED, set_blocked),
    own(
        "replaceOktaPersonalAdminSettings",
        "PUT",
        "/okta-personal-settings/api/v1/edit-feature",
        set_personal,
    ),
    shape("getDRStatus", "GET", "/api/v1/dr/status", no_recovery),
    shape("getDRStatusForDomain", "GET", "/api/v1/dr/status/{domain}", no_recovery),
    shape("startOrgFailover", "POST", "/api/v1/dr/failover", no_recovery),
    shape("startOrgFailback", "POST", "/api/v1/dr/failback", no_recovery),
];

/// A part of the org with one switch. Both lists have one item, as the service has it.
fn switch(call: &mut Call<'_, '_>, key: &str, field: &str) -> Result<Reply, Error> {
    let mut found = call.state.setting(key)?.unwrap_or_default();
    default(&mut found, field, false);
    Ok(Reply::json(200, &[found])?)
}

fn set_switch(call: &mut Call<'_, '_>, key: &str, field: &str) -> Result<Reply, Error> {
    let body = call.body()?;
    let on = body.get(field).and_then(Value::as_bool);
    let on = on.ok_or_else(|| Error::field(field, "The field cannot be left blank"))?;
    let kept = document(json!({field: on}));
    call.state.put_setting(key, &kept)?;
    one(200, &Value::Object(kept))
}

fn authenticator_settings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "attack protection", "verifyKnowledgeSecondWhen2faRequired")
}

fn set_authenticator_settings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    set_switch(call, "attack protection", "verifyKnowledgeSecondWhen2faRequired")
}

fn lockout(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "user lockout", "preventBruteForceLockoutFromUnknownDevices")
}

fn set_lockout(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    set_switch(call, "user lockout", "preventBruteForceLockoutFromUnknownDevices")
}

fn bots(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.setting("bots")?.unwrap_or_default();
    for (name, value) in
        [("level", json!("MEDIUM")), ("mode", json!("LOG_ONLY")), ("supportedFlows", json!(["SIGN_IN"]))]
    {
        default(&mut found, name, value);
    }
    let at = call.href(BOTS);
    one(200, &wire::linked(&found, json!({"self": wire::hinted(&at, &["GET", "POST"])})))
}

fn set_bots(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    for (field, known) in
        [("level", &["LOW", "MEDIUM", "HIGH"][..]), ("mode", &["LOG_ONLY", "ENFORCE", "DISABLED"][..])]
    {
        let value = require_text(&body, field)?;
        if !known.contains(&&*value) {
            return Err(Error::field(field, &format!("The value must be one of {}", known.join(", "))));
        }
    }
    let flows = texts(&body, "supportedFlows");
    let kept = document(
        json!({"level": text(&body, "level"), "mode": text(&body, "mode"), "supportedFlows": flows}),
    );
    call.state.put_setting("bots", &kept)?;
    bots(call)
}

/// Only the console has such settings.
fn console(call: &Call<'_, '_>) -> Result<(), Error> {
    let name = call.param(0);
    if name == "admin-console" { Ok(()) } else { Err(Error::not_found(&name, "FirstPartyApp")) }
}

fn first_party(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    console(call)?;
    let mut found = call.state.setting("admin console")?.unwrap_or_default();
    default(&mut found, "sessionMaxLifetimeMinutes", 720);
    default(&mut found, "sessionIdleTimeoutMinutes", 15);
    one(200, &Value::Object(found))
}

fn set_first_party(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    console(call)?;
    let body = call.body()?;
    let mut kept = Document::new();
    for (field, least, most) in
        [("sessionIdleTimeoutMinutes", 5, 120), ("sessionMaxLifetimeMinutes", 5, 1_440)]
    {
        let minutes = body.get(field).and_then(Value::as_u64);
        let minutes = minutes.filter(|minutes| (least..=most).contains(minutes));
        let problem = format!("The value must be between {least} and {most}");
        set(&mut kept, field, minutes.ok_or_else(|| Error::field(field, &problem))?);
    }
    call.state.put_setting("admin console", &kept)?;
    first_party(call)
}

fn blocked(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let found = call.state.setting("personal blocklist")?.unwrap_or_default();
    one(200, &json!({"domains": texts(&found, "domains")}))
}

fn set_blocked(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    if !body.get("domains").is_some_and(Value::is_array) {
        return Err(Error::field("domains", "The field cannot be left blank"));
    }
    let kept = document(json!({"domains": texts(&body, "domains")}));
    call.state.put_setting("personal blocklist", &kept)?;
    Ok(nothing(204))
}

fn set_personal(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    call.state.put_setting("personal", &body)?;
    Ok(nothing(204))
}

/// A feature that orgs do not have unless it is sold to them.
fn no_recovery(_: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Err(Code::FeatureMissing.into())
}
