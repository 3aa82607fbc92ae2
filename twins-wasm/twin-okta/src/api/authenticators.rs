//! `/api/v1/authenticators`: ways to prove who one is, and the methods of each.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, Lifecycle, Order, PLAIN, Resource};
use super::route::{Operation, of, own};
use crate::call::{Call, one};
use crate::documents::{Document, change, default, document, object, set, text};
use crate::errors::Error;
use crate::wire;

const METHOD: &str = "/api/v1/authenticators/{id}/methods/{method}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listAuthenticators", "GET", "/api/v1/authenticators", &AUTHENTICATORS, Action::List),
    own("createAuthenticator", "POST", "/api/v1/authenticators", create),
    own("replaceAuthenticator", "PUT", "/api/v1/authenticators/{id}", replace),
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
    own("getAuthenticatorMethod", "GET", METHOD, method),
    own("replaceAuthenticatorMethod", "PUT", METHOD, replace_method),
    own(
        "activateAuthenticatorMethod",
        "POST",
        "/api/v1/authenticators/{id}/methods/{method}/lifecycle/activate",
        activate_method,
    ),
    own(
        "deactivateAuthenticatorMethod",
        "POST",
        "/api/v1/authenticators/{id}/methods/{method}/lifecycle/deactivate",
        deactivate_method,
    ),
];

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

/// What can be added to a new org: key, type, and name.
const MORE: &[(&str, &str, &str)] = &[
    ("custom_app", "app", "Custom Push"),
    ("custom_otp", "security_key", "Custom OTP"),
    ("duo", "app", "Duo Security"),
    ("external_idp", "federated", "IdP Authenticator"),
    ("google_otp", "app", "Google Authenticator"),
    ("onprem_mfa", "security_key", "On-Prem MFA"),
    ("phone_number", "phone", "Phone"),
    ("rsa_token", "security_key", "RSA SecurID"),
    ("security_question", "security_question", "Security Question"),
    ("smart_card_idp", "federated", "Smart Card IdP"),
    ("symantec_vip", "app", "Symantec VIP"),
    ("tac", "tac", "Temporary Access Code"),
    ("webauthn", "security_key", "Security Key or Biometric"),
    ("yubikey_token", "security_key", "YubiKey Authenticator"),
];

/// An org has most authenticators once.
fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut body = call.body()?;
    body.retain(|name, _| !name.starts_with('_') && !matches!(name.as_str(), "id" | "type" | "status"));
    let key = super::resource::require_text(&body, "key")?;
    let known = MORE.iter().find(|(known, ..)| *known == key);
    let (_, kind, name) =
        known.ok_or_else(|| Error::field("key", "The authenticator key is not supported"))?;
    let all = call.state.all(&AUTHENTICATORS.table, "")?;
    let is_single = !matches!(key.as_str(), "custom_app" | "external_idp");
    if is_single && all.iter().any(|(_, other)| text(other, "key") == key) {
        return Err(Error::field("key", "An authenticator with this key already exists in the org"));
    }
    set(&mut body, "type", *kind);
    default(&mut body, "name", *name);
    let is_active = call.flag("activate", true);
    set(&mut body, "status", if is_active { "ACTIVE" } else { "INACTIVE" });
    let (id, found) = AUTHENTICATORS.add(call, "", body)?;
    one(200, &AUTHENTICATORS.view(call, &id, &found))
}

/// The key and the type stay; settings that the body leaves out do too.
fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut found) = AUTHENTICATORS.locate(call)?;
    let body = call.body()?;
    let name = super::resource::require_text(&body, "name")?;
    set(&mut found, "name", name);
    for field in ["settings", "provider", "agreeToTerms"] {
        if let Some(value) = body.get(field) {
            let mut value = value.clone();
            if let Some(old) = found.get(field) {
                crate::documents::fill(&mut value, old);
            }
            set(&mut found, field, value);
        }
    }
    let now = call.state.stamp();
    set(&mut found, "lastUpdated", now);
    call.state.put(&AUTHENTICATORS.table, &id, &found)?;
    one(200, &AUTHENTICATORS.view(call, &id, &found))
}

/// A method as the org has it: as an authenticator has it from the first day, with what was changed since.
fn method_view(call: &Call<'_, '_>, authenticator: &Document, (name, is_on, settings): Method) -> Document {
    let id = text(authenticator, "id");
    let at = call.href(&format!("/api/v1/authenticators/{id}/methods/{name}"));
    let chosen = object(authenticator, "_methods").and_then(|found| found.get(name)).cloned();
    let mut view = document(chosen.unwrap_or_default());
    default(&mut view, "type", name);
    default(&mut view, "status", if is_on { text(authenticator, "status") } else { "INACTIVE" });
    if !settings.is_null() {
        default(&mut view, "settings", settings);
    }
    let mut links = document(json!({"self": wire::hinted(&at, &["GET", "PUT"])}));
    // What an authenticator cannot do without is not switched.
    if !is_on || text(authenticator, "key") == "phone_number" {
        wire::lifecycle(&mut links, &view, &at, true);
    }
    set(&mut view, "_links", links);
    view
}

fn authenticator_methods(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, authenticator) = AUTHENTICATORS.locate(call)?;
    let known = methods(text(&authenticator, "key")).into_iter();
    let views: Vec<_> = known.map(|method| method_view(call, &authenticator, method)).collect();
    Ok(Reply::json(200, &views)?)
}

/// The authenticator and the method that the path names.
fn named(call: &mut Call<'_, '_>) -> Result<(Document, Method), Error> {
    let (_, authenticator) = AUTHENTICATORS.locate(call)?;
    let wanted = call.param(1);
    let found = methods(text(&authenticator, "key")).into_iter().find(|(name, ..)| *name == wanted);
    Ok((authenticator, found.ok_or_else(|| Error::not_found(&wanted, "AuthenticatorMethod"))?))
}

fn method(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (authenticator, method) = named(call)?;
    one(200, &Value::Object(method_view(call, &authenticator, method)))
}

fn change_method(call: &mut Call<'_, '_>, alter: impl FnOnce(&mut Document)) -> Result<Reply, Error> {
    let (mut authenticator, method) = named(call)?;
    let mut kept = method_view(call, &authenticator, method.clone());
    kept.remove("_links");
    alter(&mut kept);
    change(&mut authenticator, "_methods", |found| set(found, method.0, kept));
    let id = text(&authenticator, "id").to_owned();
    call.state.put(&AUTHENTICATORS.table, &id, &authenticator)?;
    one(200, &Value::Object(method_view(call, &authenticator, method)))
}

fn replace_method(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    change_method(call, |kept| {
        if let Some(settings) = body.get("settings") {
            set(kept, "settings", settings.clone());
        }
    })
}

fn activate_method(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    change_method(call, |kept| set(kept, "status", "ACTIVE"))
}

fn deactivate_method(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    change_method(call, |kept| set(kept, "status", "INACTIVE"))
}

/// A method: its name, whether it is on from the first day, and its settings.
type Method = (&'static str, bool, Value);

/// What an authenticator can do.
fn methods(key: &str) -> Vec<Method> {
    let plain = |name| vec![(name, true, Value::Null)];
    match key {
        "okta_email" => plain("email"),
        "okta_password" => plain("password"),
        "phone_number" => vec![("sms", true, Value::Null), ("voice", true, Value::Null)],
        "security_question" => plain("security_question"),
        "webauthn" => plain("webauthn"),
        "duo" => plain("duo"),
        "external_idp" | "smart_card_idp" => plain("idp"),
        "google_otp" | "custom_otp" | "onprem_mfa" | "rsa_token" | "symantec_vip" | "yubikey_token" => {
            plain("otp")
        }
        "custom_app" => plain("push"),
        "tac" => plain("tac"),
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
