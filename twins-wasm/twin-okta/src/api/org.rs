//! `/api/v1/org` and what an org has once: its settings, contacts, preferences, CAPTCHA and protection from threats.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::catalog::CAPTCHAS;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, document, set, text, texts};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("getOrgSettings", "GET", "/api/v1/org", settings),
    own("updateOrgSettings", "POST", "/api/v1/org", update_settings),
    own("replaceOrgSettings", "PUT", "/api/v1/org", update_settings),
    own("listOrgContactTypes", "GET", "/api/v1/org/contacts", contacts),
    own("getOrgContactUser", "GET", "/api/v1/org/contacts/{contactType}", contact),
    own("replaceOrgContactUser", "PUT", "/api/v1/org/contacts/{contactType}", set_contact),
    own("getOrgPreferences", "GET", "/api/v1/org/preferences", preferences),
    own("setOrgShowOktaUIFooter", "POST", "/api/v1/org/preferences/showEndUserFooter", show_footer),
    own("setOrgHideOktaUIFooter", "POST", "/api/v1/org/preferences/hideEndUserFooter", hide_footer),
    own("getOktaCommunicationSettings", "GET", "/api/v1/org/privacy/oktaCommunication", communication),
    own("optInUsersToOktaCommunicationEmails", "POST", "/api/v1/org/privacy/oktaCommunication/optIn", opt_in),
    own(
        "optOutUsersFromOktaCommunicationEmails",
        "POST",
        "/api/v1/org/privacy/oktaCommunication/optOut",
        opt_out,
    ),
    own("getOrgOktaSupportSettings", "GET", "/api/v1/org/privacy/oktaSupport", support),
    own("grantOktaSupport", "POST", "/api/v1/org/privacy/oktaSupport/grant", grant_support),
    own("extendOktaSupport", "POST", "/api/v1/org/privacy/oktaSupport/extend", grant_support),
    own("revokeOktaSupport", "POST", "/api/v1/org/privacy/oktaSupport/revoke", revoke_support),
    own("getOrgCaptchaSettings", "GET", "/api/v1/org/captcha", captcha),
    own("replacesOrgCaptchaSettings", "PUT", "/api/v1/org/captcha", set_captcha),
    own("deleteOrgCaptchaSettings", "DELETE", "/api/v1/org/captcha", clear_captcha),
    own("getThreatInsightSettings", "GET", "/api/v1/threats/configuration", threats),
    own("updateThreatInsightConfiguration", "POST", "/api/v1/threats/configuration", update_threats),
];

fn settings_view(call: &Call<'_, '_>, org: &Document) -> Value {
    let mut view = document(json!({
        "address1": null, "address2": null, "city": null, "companyName": text(org, "companyName"), "country": null,
        "endUserSupportHelpURL": null, "phoneNumber": null, "postalCode": null, "state": null,
        "supportPhoneNumber": null, "website": null, "expiresAt": null,
    }));
    for (name, value) in crate::documents::public(org) {
        if !matches!(
            name.as_str(),
            "everyone" | "userType" | "server" | "admin" | "accessPolicy" | "enrollmentPolicy" | "brand"
        ) {
            view.insert(name, value);
        }
    }
    let at = |path: &str| wire::bare(&call.href(path));
    wire::linked(
        &view,
        json!({
            "preferences": at("/api/v1/org/preferences"), "uploadLogo": wire::hinted(&call.href("/api/v1/org/logo"), &["POST"]),
            "oktaCommunication": at("/api/v1/org/privacy/oktaCommunication"), "logo": Value::Null,
            "oktaSupport": at("/api/v1/org/privacy/oktaSupport"), "contacts": at("/api/v1/org/contacts"),
        }),
    )
}

fn settings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let org = call.state.org()?;
    one(200, &settings_view(call, &org))
}

fn update_settings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    const FIELDS: &[&str] = &[
        "address1",
        "address2",
        "city",
        "companyName",
        "country",
        "endUserSupportHelpURL",
        "phoneNumber",
        "postalCode",
        "state",
        "supportPhoneNumber",
        "website",
    ];
    let mut org = call.state.org()?;
    let body = call.body()?;
    for (name, value) in body.into_iter().filter(|(name, _)| FIELDS.contains(&name.as_str())) {
        set(&mut org, &name, value);
    }
    let now = call.state.stamp();
    set(&mut org, "lastUpdated", now);
    call.state.put_org(&org)?;
    one(200, &settings_view(call, &org))
}

const CONTACTS: &[(&str, &str)] = &[("BILLING", "billing"), ("TECHNICAL", "technical")];

fn contacts(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let views: Vec<_> = CONTACTS
        .iter()
        .map(|(kind, name)| {
            let at = wire::bare(&call.href(&format!("/api/v1/org/contacts/{name}")));
            json!({"contactType": kind, "_links": {*name: at}})
        })
        .collect();
    Ok(Reply::json(200, &views)?)
}

fn contact_type(call: &Call<'_, '_>) -> Result<String, Error> {
    let name = call.param(0).to_lowercase();
    if CONTACTS.iter().any(|(_, known)| *known == name) {
        Ok(name)
    } else {
        Err(Error::not_found(&name, "ContactType"))
    }
}

fn contact(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let name = contact_type(call)?;
    let chosen = call.state.setting(&format!("contacts/{name}"))?.unwrap_or_default();
    let admin = call.state.org_id("admin")?;
    let user = if text(&chosen, "userId").is_empty() { &admin } else { text(&chosen, "userId") };
    let at = wire::bare(&call.href(&format!("/api/v1/users/{user}")));
    one(200, &json!({"userId": user, "_links": {"user": at}}))
}

fn set_contact(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let name = contact_type(call)?;
    let body = call.body()?;
    let user = require_text(&body, "userId")?;
    call.state.user(&user)?.ok_or_else(|| Error::not_found(&user, "User"))?;
    call.state.put_setting(&format!("contacts/{name}"), &document(json!({"userId": user})))?;
    contact(call)
}

/// A switch of the org and the link that turns it the other way.
fn switch(call: &mut Call<'_, '_>, name: &str, turn: Option<bool>, usual: bool) -> Result<bool, Error> {
    if let Some(on) = turn {
        call.state.put_setting(name, &document(json!({"on": on})))?;
    }
    let found = call.state.setting(name)?;
    Ok(found.and_then(|found| found.get("on").and_then(Value::as_bool)).unwrap_or(usual))
}

fn footer(call: &mut Call<'_, '_>, turn: Option<bool>) -> Result<Reply, Error> {
    let on = switch(call, "footer", turn, true)?;
    let other = if on { "hideEndUserFooter" } else { "showEndUserFooter" };
    let link = wire::hinted(&call.href(&format!("/api/v1/org/preferences/{other}")), &["POST"]);
    one(200, &json!({"showEndUserFooter": on, "_links": {other: link}}))
}

fn preferences(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    footer(call, None)
}

fn show_footer(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    footer(call, Some(true))
}

fn hide_footer(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    footer(call, Some(false))
}

fn mails(call: &mut Call<'_, '_>, turn: Option<bool>) -> Result<Reply, Error> {
    let out = switch(call, "opt out", turn, false)?;
    let other = if out { "optIn" } else { "optOut" };
    let link = wire::hinted(&call.href(&format!("/api/v1/org/privacy/oktaCommunication/{other}")), &["POST"]);
    one(200, &json!({"optOutEmailUsers": out, "_links": {other: link}}))
}

fn communication(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    mails(call, None)
}

fn opt_in(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    mails(call, Some(false))
}

fn opt_out(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    mails(call, Some(true))
}

fn supported(call: &mut Call<'_, '_>, turn: Option<bool>) -> Result<Reply, Error> {
    const DAY: u64 = crate::times::DAY;
    let on = switch(call, "support", turn, false)?;
    let other = if on { "revoke" } else { "grant" };
    let end = call.state.now().saturating_add(DAY);
    let expiration = if on { Value::from(crate::times::stamp(end)) } else { Value::Null };
    let link = wire::hinted(&call.href(&format!("/api/v1/org/privacy/oktaSupport/{other}")), &["POST"]);
    one(
        200,
        &json!({
            "support": if on { "ENABLED" } else { "DISABLED" }, "expiration": expiration, "_links": {other: link},
        }),
    )
}

fn support(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    supported(call, None)
}

fn grant_support(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    supported(call, Some(true))
}

fn revoke_support(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    supported(call, Some(false))
}

fn captcha(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let chosen = call.state.setting("captcha")?.unwrap_or_default();
    let id = text(&chosen, "captchaId").to_owned();
    let own = wire::hinted(&call.href("/api/v1/org/captcha"), &["GET", "PUT"]);
    if id.is_empty() {
        return one(200, &json!({"captchaId": null, "enabledPages": null, "_links": {"self": own}}));
    }
    let at = call.href(&format!("/api/v1/captchas/{id}"));
    one(
        200,
        &json!({
            "captchaId": id, "enabledPages": chosen.get("enabledPages"),
            "_links": {"captcha": wire::hinted(&at, &["GET", "POST", "PUT", "DELETE"]), "self": own},
        }),
    )
}

/// Pages are answered in the service's own order.
fn set_captcha(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    const PAGES: &[&str] = &["SSPR", "SIGN_IN", "SSR"];
    let body = call.body()?;
    let id = require_text(&body, "captchaId")?;
    call.state.get(&CAPTCHAS.table, &id)?.ok_or_else(|| Error::not_found(&id, "Captcha"))?;
    let asked = texts(&body, "enabledPages");
    if let Some(unknown) = asked.iter().find(|page| !PAGES.contains(&page.as_str())) {
        return Err(Error::field("enabledPages", &format!("Unknown page {unknown}")));
    }
    let pages: Vec<_> = PAGES.iter().filter(|page| asked.iter().any(|asked| asked == *page)).collect();
    call.state.put_setting("captcha", &document(json!({"captchaId": id, "enabledPages": pages})))?;
    captcha(call)
}

fn clear_captcha(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    call.state.delete_setting("captcha");
    Ok(nothing(204))
}

fn threats(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let org = call.state.org()?;
    let stamp =
        crate::times::parse(text(&org, "created")).map(crate::times::spaced_stamp).unwrap_or_default();
    let mut found = call.state.setting("threats")?.unwrap_or_default();
    let stamp = stamp.trim_end_matches(".0");
    for (name, value) in [
        ("action", json!("audit")),
        ("excludeZones", json!([])),
        ("created", json!(stamp)),
        ("lastUpdated", json!(stamp)),
    ] {
        default(&mut found, name, value);
    }
    let at = call.href("/api/v1/threats/configuration");
    one(200, &wire::linked(&found, json!({"self": wire::hinted(&at, &["GET", "POST"])})))
}

fn update_threats(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let action = require_text(&body, "action")?;
    if !matches!(action.as_str(), "none" | "audit" | "block") {
        return Err(Error::field("action", "The action must be one of none, audit, block"));
    }
    let mut found = call.state.setting("threats")?.unwrap_or_default();
    set(&mut found, "action", action);
    set(&mut found, "excludeZones", texts(&body, "excludeZones"));
    let now = call.state.now();
    set(&mut found, "lastUpdated", crate::times::spaced_stamp(now).trim_end_matches(".0"));
    call.state.put_setting("threats", &found)?;
    threats(call)
}
