//! `/api/v1/users/{userId}/authenticator-enrollments`: what a user proves who they are with, and security keys that are
//! registered before they reach their owner.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::authenticators::AUTHENTICATORS;
use super::factors;
use super::resource::{require_object, require_text};
use super::route::{Operation, own};
use super::users::named;
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, object, set, text, text_at};
use crate::errors::Error;
use crate::wire;

const ALL: &str = "/api/v1/users/{userId}/authenticator-enrollments";
const ONE: &str = "/api/v1/users/{userId}/authenticator-enrollments/{enrollmentId}";
const PREREGISTERED: &str = "/webauthn-registration/api/v1/users/{userId}/enrollments";
const PREREGISTERED_ONE: &str = "/webauthn-registration/api/v1/users/{userId}/enrollments/{enrollmentId}";
const MARK: &str = "/webauthn-registration/api/v1/users/{userId}/enrollments/{enrollmentId}/mark-error";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listAuthenticatorEnrollments", "GET", ALL, list),
    own(
        "createAuthenticatorEnrollment",
        "POST",
        "/api/v1/users/{userId}/authenticator-enrollments/phone",
        add_phone,
    ),
    own(
        "createTacAuthenticatorEnrollment",
        "POST",
        "/api/v1/users/{userId}/authenticator-enrollments/tac",
        add_code,
    ),
    own("getAuthenticatorEnrollment", "GET", ONE, read),
    own("deleteAuthenticatorEnrollment", "DELETE", ONE, remove),
    own("enrollPreregistrationEnrollment", "POST", "/webauthn-registration/api/v1/enroll", preregister),
    own("activatePreregistrationEnrollment", "POST", "/webauthn-registration/api/v1/activate", activate),
    own(
        "generateFulfillmentRequest",
        "POST",
        "/webauthn-registration/api/v1/initiate-fulfillment-request",
        fulfil,
    ),
    own("sendPin", "POST", "/webauthn-registration/api/v1/send-pin", send_pin),
    own("listWebAuthnPreregistrationFactors", "GET", PREREGISTERED, preregistered),
    own("deleteWebAuthnPreregistrationFactor", "DELETE", PREREGISTERED_ONE, forget_key),
    own("assignFulfillmentErrorWebAuthnPreregistrationFactor", "POST", MARK, mark),
];

/// Enrolments that administrators made; the key is `USER/ID`.
static ENROLLED: Table<Document> = Table::new("authenticator_enrollments");
/// Security keys on their way; the key is `USER/ID`.
static KEYS: Table<Document> = Table::new("webauthn_preregistrations");

/// The authenticator behind a type of factor: its type, its key and its name.
fn authenticator(kind: &str) -> (&'static str, &'static str, &'static str) {
    match kind {
        "sms" | "call" | "phone" => ("phone", "phone_number", "Phone"),
        "email" => ("email", "okta_email", "Email"),
        "question" => ("security_question", "security_question", "Security Question"),
        "webauthn" => ("security_key", "webauthn", "Security Key or Biometric"),
        "tac" => ("tac", "tac", "Temporary Access Code"),
        "password" => ("password", "okta_password", "Password"),
        _ => ("app", "okta_verify", "Okta Verify"),
    }
}

/// An enrolment as clients see it.
fn view(call: &mut Call<'_, '_>, user: &str, found: &Document) -> Result<Value, Error> {
    let kind = text(found, "factorType");
    let (kind, key, name) = authenticator(if kind.is_empty() { text(found, "type") } else { kind });
    let all = call.state.all(&AUTHENTICATORS.table, "")?;
    let own = all.iter().find(|(_, own)| text(own, "key") == key).map_or("", |(id, _)| id.as_str());
    let person = call.href(&format!("/api/v1/users/{user}"));
    let at = format!("{person}/authenticator-enrollments/{}", text(found, "id"));
    let mut view = document(json!({
        "type": kind, "id": text(found, "id"), "key": key, "status": text(found, "status"), "name": name,
        "nickname": null, "created": text(found, "created"), "lastUpdated": text(found, "lastUpdated"),
    }));
    if let Some(profile) = object(found, "profile") {
        set(&mut view, "profile", Value::Object(profile.clone()));
    }
    set(
        &mut view,
        "_links",
        json!({
            "self": wire::hinted(&at, &["GET", "DELETE"]), "user": wire::hinted(&person, &["GET"]),
            "authenticator": wire::hinted(&call.href(&format!("/api/v1/authenticators/{own}")), &["GET"]),
        }),
    );
    Ok(Value::Object(view))
}

/// A user's factors, and what administrators added.
fn all(call: &mut Call<'_, '_>, user: &str) -> Result<Vec<Document>, Error> {
    let mut found = factors::of(call.state, user)?;
    found.extend(call.state.all(&ENROLLED, &format!("{user}/"))?.into_iter().map(|(_, found)| found));
    Ok(found)
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let id = text(&user, "id").to_owned();
    let mut views = Vec::new();
    for found in all(call, &id)? {
        views.push(view(call, &id, &found)?);
    }
    Ok(Reply::json(200, &views)?)
}

fn located(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let user = named(call)?;
    let (user, id) = (text(&user, "id").to_owned(), call.param(1));
    let found = all(call, &user)?.into_iter().find(|found| text(found, "id") == id);
    Ok((user, found.ok_or_else(|| Error::not_found(&id, "AuthenticatorEnrollment"))?))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, found) = located(call)?;
    let view = view(call, &user, &found)?;
    one(200, &view)
}

fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, found) = located(call)?;
    let key = format!("{user}/{}", text(&found, "id"));
    if !call.state.delete(&ENROLLED, &key) {
        call.state.delete(&factors::FACTORS, &key);
    }
    Ok(nothing(204))
}

fn enrol(call: &mut Call<'_, '_>, kind: &str, prefix: &str, profile: Value) -> Result<Reply, Error> {
    let user = named(call)?;
    let user = text(&user, "id").to_owned();
    let (now, id) = (call.state.stamp(), call.state.mint(prefix));
    let found = document(json!({
        "id": id, "type": kind, "status": "ACTIVE", "created": now, "lastUpdated": now, "profile": profile,
    }));
    call.state.put(&ENROLLED, &format!("{user}/{id}"), &found)?;
    let view = view(call, &user, &found)?;
    one(200, &view)
}

fn add_phone(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    named(call)?;
    let body = call.body()?;
    require_text(&body, "authenticatorId")?;
    require_object(&body, "profile")?;
    let number = text_at(&body, "profile", "/phoneNumber").to_owned();
    if !(7..=15).contains(&number.chars().filter(char::is_ascii_digit).count()) {
        return Err(Error::field("phoneNumber", "Invalid Phone Number."));
    }
    enrol(call, "phone", "sms", json!({"phoneNumber": number}))
}

/// A code that lets a user in for a while.
fn add_code(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    named(call)?;
    let body = call.optional_body()?;
    let minutes = body.get("profile").and_then(|profile| profile.pointer("/ttl")).and_then(Value::as_u64);
    let minutes = minutes.unwrap_or(60).clamp(10, 14_400);
    let (code, end) = (call.state.draw(8), call.state.now());
    let end = crate::times::stamp(end.saturating_add(crate::times::seconds(minutes * 60)));
    let multiple = body.get("profile").and_then(|profile| profile.pointer("/multiUse")).cloned();
    let profile = json!({"tac": code, "expiresAt": end, "multiUse": multiple.unwrap_or(json!(false))});
    enrol(call, "tac", "tac", profile)
}

/// The user that a body names.
fn owner(call: &mut Call<'_, '_>, body: &Document) -> Result<String, Error> {
    let id = require_text(body, "userId")?;
    let user = call.state.user_called(&id)?.ok_or_else(|| Error::not_found(&id, "User"))?;
    Ok(text(&user, "id").to_owned())
}

fn preregister(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let user = owner(call, &body)?;
    let (now, id) = (call.state.stamp(), call.state.mint("fwf"));
    let provider = require_text(&body, "fulfillmentProvider")?;
    let key = document(json!({
        "id": id, "factorType": "webauthn", "provider": "FIDO", "vendorName": "FIDO", "fulfillmentProvider": provider,
        "status": "PENDING_ACTIVATION", "created": now, "lastUpdated": now,
        "profile": {"credentialId": null, "authenticatorName": null, "presetPinAvailable": false},
    }));
    call.state.put(&KEYS, &format!("{user}/{id}"), &key)?;
    let (request, pin) = (call.state.draw(64), call.state.draw(64));
    one(
        200,
        &json!({
            "credRequests": [{"authenticatorEnrollmentId": id, "credRequestJwe": request, "keyId": "transport"}],
            "fulfillmentProvider": provider, "pinRequestJwe": pin, "userId": user,
        }),
    )
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let user = owner(call, &body)?;
    let mut ids = Vec::new();
    for (key, mut found) in call.state.all(&KEYS, &format!("{user}/"))? {
        set(&mut found, "status", "ACTIVE");
        call.state.put(&KEYS, &key, &found)?;
        ids.push(text(&found, "id").to_owned());
    }
    let provider = text(&body, "fulfillmentProvider");
    one(200, &json!({"authenticatorEnrollmentIds": ids, "fulfillmentProvider": provider, "userId": user}))
}

/// The twin has nobody who sends keys out.
fn fulfil(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    owner(call, &body)?;
    Ok(nothing(204))
}

fn send_pin(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let (user, id) = (owner(call, &body)?, require_text(&body, "authenticatorEnrollmentId")?);
    let found = call.state.get(&KEYS, &format!("{user}/{id}"))?;
    found.ok_or_else(|| Error::not_found(&id, "AuthenticatorEnrollment"))?;
    Ok(nothing(204))
}

fn preregistered(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let id = text(&user, "id").to_owned();
    let at = call.href(&format!("/webauthn-registration/api/v1/users/{id}/enrollments"));
    let found = call.state.all(&KEYS, &format!("{id}/"))?;
    let link = |key: &Document| wire::hinted(&format!("{at}/{}", text(key, "id")), &["GET", "DELETE"]);
    let views: Vec<_> = found.iter().map(|(_, key)| wire::linked(key, json!({"self": link(key)}))).collect();
    Ok(Reply::json(200, &views)?)
}

fn key_named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let user = named(call)?;
    let id = call.param(1);
    let place = format!("{}/{id}", text(&user, "id"));
    let key =
        call.state.get(&KEYS, &place)?.ok_or_else(|| Error::not_found(&id, "AuthenticatorEnrollment"))?;
    Ok((place, key))
}

fn forget_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (place, _) = key_named(call)?;
    call.state.delete(&KEYS, &place);
    Ok(nothing(204))
}

fn mark(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (place, mut key) = key_named(call)?;
    set(&mut key, "status", "FULFILLMENT_ERRORED");
    call.state.put(&KEYS, &place, &key)?;
    Ok(nothing(204))
}
