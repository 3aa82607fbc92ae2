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
