//! `/api/v1/org` and what an org has once: contacts, preferences, features, API tokens, rate limits, authenticators.
//!
//! Long because: many small resources, each a few lines of its own shape.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::catalog::CAPTCHAS;
use super::resource::{Action, Lifecycle, Order, PLAIN, Resource, Stamps, require_text};
use super::route::{Operation, of, own, shape};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, document, set, text, text_at, texts};
use crate::errors::Error;
use crate::search::{Dialect, Filter};
use crate::state::TOKENS;
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
    own("revokeOktaSupport", "POST", "/api/v1/org/privacy/oktaSupport/revoke", revoke_support),
    own("getOrgCaptchaSettings", "GET", "/api/v1/org/captcha", captcha),
    own("replacesOrgCaptchaSettings", "PUT", "/api/v1/org/captcha", set_captcha),
    own("deleteOrgCaptchaSettings", "DELETE", "/api/v1/org/captcha", clear_captcha),
    own("listApiTokens", "GET", "/api/v1/api-tokens", tokens),
    own("getApiToken", "GET", "/api/v1/api-tokens/{id}", token),
    own("revokeApiToken", "DELETE", "/api/v1/api-tokens/{id}", revoke_token),
    of("listFeatures", "GET", "/api/v1/features", &FEATURES, Action::List),
    of("getFeature", "GET", "/api/v1/features/{id}", &FEATURES, Action::Read),
    shape("listFeatureDependencies", "GET", "/api/v1/features/{id}/dependencies", related_features),
    shape("listFeatureDependents", "GET", "/api/v1/features/{id}/dependents", related_features),
    own("getThreatInsightSettings", "GET", "/api/v1/threats/configuration", threats),
    own("updateThreatInsightConfiguration", "POST", "/api/v1/threats/configuration", update_threats),
    own("getRateLimitSettingsPerClient", "GET", "/api/v1/rate-limit-settings/per-client", per_client),
    own("replaceRateLimitSettingsPerClient", "PUT", "/api/v1/rate-limit-settings/per-client", set_per_client),
    own("listPrincipalRateLimitEntities", "GET", "/api/v1/principal-rate-limits", principals),
    own("createPrincipalRateLimitEntity", "POST", "/api/v1/principal-rate-limits", create_principal),
    of("getPrincipalRateLimitEntity", "GET", "/api/v1/principal-rate-limits/{id}", &PRINCIPALS, Action::Read),
    of(
        "replacePrincipalRateLimitEntity",
        "PUT",
        "/api/v1/principal-rate-limits/{id}",
        &PRINCIPALS,
        Action::Replace,
    ),
    of("listAuthenticators", "GET", "/api/v1/authenticators", &AUTHENTICATORS, Action::List),
    of("getAuthenticator", "GET", "/api/v1/authenticators/{id}", &AUTHENTICATORS, Action::Read),
    of(
        "activateAuthenticator",
        "POST",
        "/api/v1/authenticators/{id}/lifecycle/activate",
        &AUTHENTICATORS,
        Action::Activate,
    ),
    of(
        "deactivateAuthenticator",
        "POST",
        "/api/v1/authenticators/{id}/lifecycle/deactivate",
        &AUTHENTICATORS,
        Action::Deactivate,
    ),
    own("listAuthenticatorMethods", "GET", "/api/v1/authenticators/{id}/methods", authenticator_methods),
    own("listRoleSubscriptions", "GET", "/api/v1/roles/{role}/subscriptions", subscriptions),
];

/// Features that an administrator can switch on.
pub(crate) static FEATURES: Resource = Resource {
    noun: "Feature",
    path: "/api/v1/features/{}",
    table: Table::new("features"),
    prefix: "ftr",
    stamps: Stamps::Absent,
    links: |place, feature| {
        let at = |name: &str| wire::bare(&format!("{}/{name}", place.at));
        let mut links = document(
            json!({"self": wire::bare(place.at), "dependents": at("dependents"), "dependencies": at("dependencies")}),
        );
        // What is in beta is not for the taking.
        if text_at(feature, "stage", "/value") != "BETA" {
            let verb = if text(feature, "status") == "ENABLED" { "disable" } else { "enable" };
            set(&mut links, verb, wire::hinted(&format!("{}/{verb}", place.at), &["POST"]));
        }
        links
    },
    ..PLAIN
};

/// Shares of a rate limit.
pub(crate) static PRINCIPALS: Resource = Resource {
    noun: "PrincipalRateLimit",
    path: "/api/v1/principal-rate-limits/{}",
    table: Table::new("principal_rate_limits"),
    prefix: "prl",
    stamps: Stamps::Dates(false),
    make: |call, share, old| {
        default(share, "defaultPercentage", 50);
        default(share, "defaultConcurrencyPercentage", 50);
        for field in ["principalId", "principalType"] {
            if let Some(old) = old {
                set(share, field, text(old, field));
            }
        }
        set(share, "orgId", call.state.org_id("id")?);
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};

/// Ways to prove who one is.
pub(crate) static AUTHENTICATORS: Resource = Resource {
    noun: "Authenticator",
    path: "/api/v1/authenticators/{}",
    table: Table::new("authenticators"),
    prefix: "aut",
    lifecycle: Lifecycle::Document,
    order: Order::Names,
    links: |place, authenticator| {
        let mut links = super::resource::own_link(place, &["GET", "PUT"]);
        if text(authenticator, "key") != "okta_password" {
            wire::lifecycle(&mut links, authenticator, place.at, true);
        }
        set(&mut links, "methods", wire::hinted(&format!("{}/methods", place.at), &["GET"]));
        if text(authenticator, "key") == "okta_verify" {
            let at = format!("{}/idp/authenticators", place.origin);
            set(&mut links, "enroll", wire::hinted(&at, &["POST"]));
        }
        links
    },
    ..PLAIN
};

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

fn token_view(call: &Call<'_, '_>, token: &Document) -> Value {
    let own = call.href(&format!("/api/v1/api-tokens/{}", text(token, "id")));
    let user = call.href(&format!("/api/v1/users/{}", text(token, "userId")));
    wire::linked(
        token,
        json!({"self": wire::hinted(&own, &["GET", "DELETE"]), "user": wire::hinted(&user, &["GET"])}),
    )
}

fn tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.all(&TOKENS, "")?;
    found.sort_by_key(|(_, token)| text(token, "name").to_lowercase());
    let views: Vec<_> = found.iter().map(|(_, token)| token_view(call, token)).collect();
    Ok(Reply::json(200, &views)?)
}

fn named_token(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&TOKENS, &id)?.ok_or_else(|| Error::not_found(&id, "Token"))
}

fn token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let token = named_token(call)?;
    one(200, &token_view(call, &token))
}

fn revoke_token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let token = named_token(call)?;
    call.state.delete(&TOKENS, text(&token, "id"));
    Ok(nothing(204))
}

/// No feature of the twin depends on another one.
fn related_features(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    FEATURES.locate(call)?;
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

fn threats(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let org = call.state.org()?;
    let stamp =
        crate::times::parse(text(&org, "created")).map(crate::times::spaced_stamp).unwrap_or_default();
    let mut found = call.state.setting("threats")?.unwrap_or_default();
    let stamp = stamp.trim_end_matches(".0");
    for (name, value) in [
        ("action", json!("none")),
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

fn per_client(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.setting("per client")?.unwrap_or_default();
    default(&mut found, "defaultMode", "ENFORCE");
    one(200, &Value::Object(found))
}

fn set_per_client(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let mode = require_text(&body, "defaultMode")?;
    if !matches!(mode.as_str(), "ENFORCE" | "DISABLE" | "PREVIEW") {
        return Err(Error::field("defaultMode", "The mode must be one of ENFORCE, DISABLE, PREVIEW"));
    }
    let mut kept = document(json!({"defaultMode": mode}));
    if let Some(overrides) = body.get("useCaseModeOverrides").filter(|found| !found.is_null()) {
        set(&mut kept, "useCaseModeOverrides", overrides.clone());
    }
    call.state.put_setting("per client", &kept)?;
    per_client(call)
}

/// The list has to be asked for by the type of principal.
fn principals(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let missing = || {
        let problem =
            "The provided filter parameter did not contain the required attribute filter \"principalType\"";
        Error::invalid("principalRateLimitMediated", problem)
    };
    let filter = call.query("filter").ok_or_else(missing)?;
    let dialect = Dialect { operators: Dialect::NARROW, attributes: Some(&["principalType", "principalId"]) };
    let refused = || Error::Search("Invalid filter expression.".to_owned());
    let filter = Filter::parse(&filter, &dialect).ok_or_else(refused)?;
    if !filter.names("principalType") {
        return Err(missing());
    }
    let page = call.page(&PRINCIPALS.table, "", Lengths::USUAL, |_, share| Ok(filter.holds(share)))?;
    let items: Vec<_> =
        page.items.iter().map(|share| PRINCIPALS.view(call, text(share, "_key"), share)).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn create_principal(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let id = require_text(&body, "principalId")?;
    if call.state.all(&PRINCIPALS.table, "")?.iter().any(|(_, share)| text(share, "principalId") == id) {
        return Err(Error::Invalid { about: "principalRateLimitMediated".to_owned(), causes: Vec::new() });
    }
    match text(&body, "principalType") {
        "SSWS_TOKEN" => {
            call.state.get(&TOKENS, &id)?.ok_or_else(|| Error::not_found(&id, "Token"))?;
        }
        "OAUTH_CLIENT" => {
            let found = super::oauth::app_of_client(call.state, &id)?;
            found.ok_or_else(|| Error::not_found(&id, "PublicClientApp"))?;
        }
        _ => return Err(Error::field("principalType", "The type must be one of SSWS_TOKEN, OAUTH_CLIENT")),
    }
    let (key, share) = PRINCIPALS.add(call, "", body)?;
    one(200, &PRINCIPALS.view(call, &key, &share))
}

fn authenticator_methods(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, authenticator) = AUTHENTICATORS.locate(call)?;
    let views: Vec<_> = methods(text(&authenticator, "key"))
        .into_iter()
        .map(|(method, is_on, settings)| {
            let at = call.href(&format!("/api/v1/authenticators/{id}/methods/{method}"));
            let status = if is_on { text(&authenticator, "status") } else { "INACTIVE" };
            let mut links = document(json!({"self": wire::hinted(&at, &["GET", "PUT"])}));
            if !is_on {
                let at = format!("{at}/lifecycle/activate");
                set(&mut links, "activate", wire::hinted(&at, &["POST"]));
            }
            let mut view = document(json!({"type": method, "status": status, "_links": links}));
            if !settings.is_null() {
                set(&mut view, "settings", settings);
            }
            view
        })
        .collect();
    Ok(Reply::json(200, &views)?)
}

/// What an authenticator can do: each method with whether it is on from the first day, and its settings.
fn methods(key: &str) -> Vec<(&'static str, bool, Value)> {
    let plain = |name| vec![(name, true, Value::Null)];
    match key {
        "okta_email" => plain("email"),
        "okta_password" => plain("password"),
        "phone_number" => vec![("sms", true, Value::Null), ("voice", true, Value::Null)],
        "security_question" => plain("security_question"),
        "webauthn" => plain("webauthn"),
        "okta_verify" => {
            let keys = json!({"algorithms": ["ES256", "RS256"], "keyProtection": "ANY"});
            let with = |name: &str, value: Value| {
                let mut settings = keys.clone();
                if let Some(settings) = settings.as_object_mut() {
                    set(settings, name, value);
                }
                settings
            };
            vec![
                (
                    "totp",
                    true,
                    json!({"timeIntervalInSeconds": 30, "encoding": "Base32", "algorithm": "HMACSHA1",
                        "passCodeLength": 6}),
                ),
                ("push", false, with("transactionTypes", json!(["LOGIN"]))),
                ("signed_nonce", false, with("showSignInWithOV", json!("NEVER"))),
            ]
        }
        _ => Vec::new(),
    }
}

/// What administrators are told of by mail, and whether a role is by default.
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

fn subscriptions(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let role = call.param(0);
    let views: Vec<_> = NOTICES
        .iter()
        .map(|(kind, subscribed)| {
            let at = call.href(&format!("/api/v1/roles/{role}/subscriptions/{kind}"));
            let (status, verb) =
                if *subscribed { ("subscribed", "unsubscribe") } else { ("unsubscribed", "subscribe") };
            json!({
                "notificationType": kind, "channels": ["email"], "status": status,
                "_links": {verb: wire::hinted(&format!("{at}/{verb}"), &["POST"]), "self": wire::bare(&at)},
            })
        })
        .collect();
    Ok(Reply::json(200, &views)?)
}
