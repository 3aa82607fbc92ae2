//! Settings and tasks of the org that are rarely used: consents, cases of the service's support, tokens of `YubiKey`, and
//! mail addresses that bounced.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, one};
use crate::documents::{Document, default, document, set, strings, text};
use crate::errors::{Code, Error};
use crate::wire;

const THIRD_PARTY: &str = "/api/v1/org/orgSettings/thirdPartyAdminSetting";
const AUTO_ASSIGN: &str = "/api/v1/org/settings/autoAssignAdminAppSetting";
const PRIVILEGES: &str = "/api/v1/org/settings/clientPrivilegesSetting";
const YUBIKEYS: &str = "/api/v1/org/factors/yubikey_token/tokens";

pub(super) const OPERATIONS: &[Operation] = &[
    own("getThirdPartyAdminSetting", "GET", THIRD_PARTY, third_party),
    own("updateThirdPartyAdminSetting", "POST", THIRD_PARTY, set_third_party),
    own("getAutoAssignAdminAppSetting", "GET", AUTO_ASSIGN, auto_assign),
    own("updateAutoAssignAdminAppSetting", "POST", AUTO_ASSIGN, set_auto_assign),
    own("getClientPrivilegesSetting", "GET", PRIVILEGES, privileges),
    own("assignClientPrivilegesSetting", "PUT", PRIVILEGES, set_privileges),
    own("getAerialConsent", "GET", "/api/v1/org/privacy/aerial", aerial),
    own("grantAerialConsent", "POST", "/api/v1/org/privacy/aerial/grant", grant_aerial),
    own("revokeAerialConsent", "POST", "/api/v1/org/privacy/aerial/revoke", revoke_aerial),
    own("listOktaSupportCases", "GET", "/api/v1/org/privacy/oktaSupport/cases", cases),
    own("updateOktaSupportCase", "PATCH", "/api/v1/org/privacy/oktaSupport/cases/{caseNumber}", change_case),
    own("bulkRemoveEmailAddressBounces", "POST", "/api/v1/org/email/bounces/remove-list", bounces),
    own("listYubikeyOtpTokens", "GET", YUBIKEYS, yubikeys),
    own("uploadYubikeyOtpTokenSeed", "POST", YUBIKEYS, add_yubikey),
    own("getYubikeyOtpTokenById", "GET", "/api/v1/org/factors/yubikey_token/tokens/{tokenId}", yubikey),
    own("createChildOrg", "POST", "/api/v1/orgs", child_org),
];

/// The state of one switch of the org, which the body sets where it is given.
fn switch(call: &mut Call<'_, '_>, field: &str, usual: bool, change: bool) -> Result<Reply, Error> {
    if change {
        let body = call.body()?;
        let on = body.get(field).and_then(Value::as_bool);
        let on = on.ok_or_else(|| Error::field(field, "The field cannot be left blank"))?;
        call.state.put_setting(field, &document(json!({field: on})))?;
    }
    let mut found = call.state.setting(field)?.unwrap_or_default();
    default(&mut found, field, usual);
    one(200, &Value::Object(found))
}

fn third_party(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "thirdPartyAdmin", false, false)
}

fn set_third_party(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "thirdPartyAdmin", false, true)
}

fn auto_assign(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "autoAssignAdminAppSetting", true, false)
}

fn set_auto_assign(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "autoAssignAdminAppSetting", true, true)
}

fn privileges(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "clientPrivilegesSetting", false, false)
}

fn set_privileges(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    switch(call, "clientPrivilegesSetting", false, true)
}

fn aerial_view(call: &Call<'_, '_>, found: &Document) -> Result<Reply, Error> {
    let at = call.href("/api/v1/org/privacy/aerial");
    let links = json!({
        "grant": wire::hinted(&format!("{at}/grant"), &["POST"]), "revoke": wire::hinted(&format!("{at}/revoke"), &["POST"]),
    });
    one(200, &wire::linked(found, links))
}

fn aerial(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let found = call.state.setting("aerial")?;
    aerial_view(call, &found.ok_or_else(|| Error::not_found("aerial", "AerialConsent"))?)
}

fn grant_aerial(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let account = require_text(&body, "accountId")?;
    if call.state.setting("aerial")?.is_some() {
        return Err(Error::invalid("accountId", "The org already has consented to an Aerial account"));
    }
    let now = call.state.stamp();
    let kept = document(json!({"accountId": account, "grantDate": now, "grantedBy": call.caller.user}));
    call.state.put_setting("aerial", &kept)?;
    aerial_view(call, &kept)
}

fn revoke_aerial(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let account = require_text(&body, "accountId")?;
    let found = call.state.setting("aerial")?.filter(|found| text(found, "accountId") == account);
    let found = found.ok_or_else(|| Error::not_found(&account, "AerialConsent"))?;
    call.state.delete_setting("aerial");
    aerial_view(call, &found)
}

/// A trial's org has asked the service's support for nothing.
fn cases(_: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

fn change_case(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Err(Error::not_found(&call.param(0), "OktaSupportCase"))
}

/// No mail of the twin bounces: what is no address is told, the rest is done.
fn bounces(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let all = strings(body.get("emailAddresses"));
    if all.is_empty() {
        return Err(Error::field("emailAddresses", "The field cannot be left blank"));
    }
    let wrong = all.iter().filter(|address| !address.contains('@'));
    let errors: Vec<_> =
        wrong.map(|address| json!({"emailAddress": address, "reason": "Invalid email address. The provided email address is not in a valid format."})).collect();
    one(200, &json!({"errors": errors}))
}

/// Tokens; the key is the id.
static TOKENS: Table<Document> = Table::new("yubikeys");

fn yubikey_view(call: &Call<'_, '_>, token: &Document) -> Value {
    let at = call.href(&format!("{YUBIKEYS}/{}", text(token, "id")));
    wire::linked(token, json!({"self": wire::hinted(&at, &["GET", "DELETE"])}))
}

fn yubikeys(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = call.page(&TOKENS, "", Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.iter().map(|token| yubikey_view(call, token)).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn add_yubikey(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let serial = require_text(&body, "serialNumber")?;
    for field in ["publicId", "privateId", "aesKey"] {
        require_text(&body, field)?;
    }
    let all = call.state.all(&TOKENS, "")?;
    let is_taken =
        all.iter().any(|(_, token)| crate::documents::text_at(token, "profile", "/serial") == serial);
    if is_taken {
        return Err(Error::field("serialNumber", "A token with this serial number already exists"));
    }
    let (now, id) = (call.state.stamp(), call.state.mint("ykk"));
    let mut token = document(json!({
        "id": id, "created": now, "lastVerified": null, "lastUpdated": now, "status": "UNASSIGNED",
        "profile": {"serial": serial},
    }));
    set(&mut token, "_aesKey", text(&body, "aesKey"));
    call.state.put(&TOKENS, &id, &token)?;
    one(200, &yubikey_view(call, &token))
}

fn yubikey(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.param(0);
    let token = call.state.get(&TOKENS, &id)?.ok_or_else(|| Error::not_found(&id, "YubikeyToken"))?;
    one(200, &yubikey_view(call, &token))
}

/// Orgs of developers have no orgs below them.
fn child_org(_: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Err(Code::FeatureMissing.into())
}
