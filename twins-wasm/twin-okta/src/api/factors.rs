//! `/api/v1/users/{}/factors`: enrolment, activation and verification. Codes come from a shared secret as RFC 6238 has
//! it; messages are not sent, their code waits in the factor's document.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;
use twin_sdk::{Reply, Table, seconds};

use super::factor_choices::{KINDS, words};
use super::route::{Operation, own, shape};
use super::users::named;
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::ids;
use crate::state::{Event, State, Target, digest};
use crate::times;
use crate::wire;

const ONE: &str = "/api/v1/users/{userId}/factors/{factorId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listFactors", "GET", "/api/v1/users/{userId}/factors", list),
    own("enrollFactor", "POST", "/api/v1/users/{userId}/factors", enrol),
    own("getFactor", "GET", ONE, read),
    own("unenrollFactor", "DELETE", ONE, remove),
    own("activateFactor", "POST", "/api/v1/users/{userId}/factors/{factorId}/lifecycle/activate", activate),
    own("verifyFactor", "POST", "/api/v1/users/{userId}/factors/{factorId}/verify", verify),
    shape(
        "getFactorTransactionStatus",
        "GET",
        "/api/v1/users/{userId}/factors/{factorId}/transactions/{transactionId}",
        transaction,
    ),
    own("resendEnrollFactor", "POST", "/api/v1/users/{userId}/factors/{factorId}/resend", resend),
    own("resetFactors", "POST", "/api/v1/users/{userId}/lifecycle/reset_factors", reset),
];

/// Factors; the key is `USER/FACTOR`.
pub(super) static FACTORS: Table<Document> = Table::new("factors");

fn view(call: &Call<'_, '_>, user: &str, factor: &Document) -> Value {
    let person = call.href(&format!("/api/v1/users/{user}"));
    let at = format!("{person}/factors/{}", text(factor, "id"));
    let kind = text(factor, "factorType");
    let is_active = text(factor, "status") == "ACTIVE";
    let allow: &[&str] = if is_active { &["GET", "DELETE"] } else { &["GET"] };
    let mut links = document(json!({
        "self": wire::hinted(&at, allow),
        "user": wire::hinted(&person, &["GET"]),
    }));
    if kind == "question" {
        set(&mut links, "questions", wire::hinted(&format!("{person}/factors/questions"), &["GET"]));
    } else if is_active {
        set(&mut links, "verify", wire::hinted(&format!("{at}/verify"), &["POST"]));
    } else {
        set(&mut links, "activate", wire::hinted(&format!("{at}/lifecycle/activate"), &["POST"]));
        if matches!(kind, "sms" | "call" | "email") {
            let resend =
                json!([{"name": kind, "href": format!("{at}/resend"), "hints": {"allow": ["POST"]}}]);
            set(&mut links, "resend", resend);
        }
    }
    let mut view = wire::linked(factor, Value::Object(links));
    if let (Some(activation), Value::Object(view)) = (factor.get("_activation"), &mut view) {
        set(view, "_embedded", json!({"activation": activation}));
    }
    view
}

/// The factors of a user.
pub(super) fn of(state: &mut State<'_>, user: &str) -> Result<Vec<Document>, Error> {
    Ok(state.all(&FACTORS, &format!("{user}/"))?.into_iter().map(|(_, factor)| factor).collect())
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let factors = of(call.state, text(&user, "id"))?;
    let views: Vec<_> = factors.iter().map(|factor| view(call, text(&user, "id"), factor)).collect();
    Ok(Reply::json(200, &views)?)
}

fn enrol(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let body = call.body()?;
    let (kind, provider) = (text(&body, "factorType"), text(&body, "provider"));
    let known =
        KINDS.iter().find(|(known, by, _)| *known == kind && (*by == provider || provider.is_empty()));
    let Some((kind, provider, prefix)) = known else {
        return Err(Error::field("factorType", "The factor type or provider is not supported"));
    };
    let id = text(&user, "id").to_owned();
    let is_taken = of(call.state, &id)?.iter().any(|factor| {
        text(factor, "factorType") == *kind
            && text(factor, "provider") == *provider
            && text(factor, "status") == "ACTIVE"
    });
    if is_taken {
        return Err(Error::field("factorType", "A factor of this type is already set up."));
    }
    let (now, factor_id) = (call.state.stamp(), call.state.mint(prefix));
    let mut factor = document(json!({
        "id": factor_id, "factorType": kind, "provider": provider, "vendorName": provider,
        "status": "PENDING_ACTIVATION", "created": now, "lastUpdated": now,
    }));
    let profile = object(&body, "profile").cloned().unwrap_or_default();
    set(&mut factor, "profile", Value::Object(profile_of(&user, kind, &profile)?));
    prepare(call, &mut factor, kind, &profile)?;
    if call.flag("activate", false) && matches!(*kind, "sms" | "call" | "email") {
        set(&mut factor, "status", "ACTIVE");
    }
    call.state.put(&FACTORS, &format!("{id}/{factor_id}"), &factor)?;
    one(200, &view(call, &id, &factor))
}

/// What clients see of a new factor's owner: a number, an address, a question.
fn profile_of(user: &Document, kind: &str, wanted: &Document) -> Result<Document, Error> {
    match kind {
        "sms" | "call" => {
            let number = text(wanted, "phoneNumber");
            let digits = number.chars().filter(char::is_ascii_digit).count();
            if !(7..=15).contains(&digits) {
                return Err(Error::field("phoneNumber", "Invalid Phone Number."));
            }
            Ok(document(json!({"phoneNumber": number})))
        }
        "email" => {
            let asked = text(wanted, "email");
            let email = if asked.is_empty() { text_at(user, "profile", "/email") } else { asked };
            Ok(document(json!({"email": email})))
        }
        "question" => {
            let question = text(wanted, "question");
            let asked =
                words(question).ok_or_else(|| Error::field("question", "The question is not supported"))?;
            if text(wanted, "answer").chars().count() < 4 {
                return Err(Error::field("answer", "The answer must be at least 4 characters in length"));
            }
            Ok(document(json!({"question": question, "questionText": asked})))
        }
        _ => Ok(document(json!({"credentialId": text_at(user, "profile", "/login")}))),
    }
}

/// What proves possession: an answer, a shared secret, or a code that was sent.
fn prepare(
    call: &mut Call<'_, '_>,
    factor: &mut Document,
    kind: &str,
    wanted: &Document,
) -> Result<(), Error> {
    match kind {
        "question" => {
            set(factor, "_answer", digest(&text(wanted, "answer").trim().to_lowercase()));
            set(factor, "status", "ACTIVE");
        }
        "token:software:totp" => {
            let bytes: Vec<u8> = (0..10).map(|_| byte(call.state.host.random())).collect();
            let secret = BASE32_NOPAD.encode(&bytes);
            set(factor, "_secret", secret.clone());
            let length = secret.len();
            let activation =
                json!({"timeStep": 30, "sharedSecret": secret, "encoding": "base32", "keyLength": length});
            set(factor, "_activation", activation);
        }
        _ => send_code(call.state, factor),
    }
    Ok(())
}

/// Draws the code that a message would carry.
fn send_code(state: &mut State<'_>, factor: &mut Document) {
    let code = state.host.random() % 1_000_000;
    set(factor, "_code", format!("{code:06}"));
}

fn find(call: &mut Call<'_, '_>) -> Result<(Document, String, Document), Error> {
    let (user, id) = (named(call)?, call.param(1));
    let key = format!("{}/{id}", text(&user, "id"));
    let factor = call.state.get(&FACTORS, &key)?.ok_or_else(|| Error::not_found(&id, "UserFactor"))?;
    Ok((user, key, factor))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, _, factor) = find(call)?;
    one(200, &view(call, text(&user, "id"), &factor))
}

fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, key, _) = find(call)?;
    call.state.delete(&FACTORS, &key);
    let targets = vec![Target::user(&user)];
    call.state.log(&Event::success("user.mfa.factor.deactivate", "Reset factor for user", targets))?;
    Ok(nothing(204))
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, key, mut factor) = find(call)?;
    let body = call.optional_body()?;
    if !proves(call.state, &factor, &body) {
        return Err(Error::Explained(
            Code::WrongPasscode,
            "Your passcode doesn't match our records. Please try again.".to_owned(),
        ));
    }
    set(&mut factor, "status", "ACTIVE");
    factor.remove("_activation");
    let now = call.state.stamp();
    set(&mut factor, "lastUpdated", now);
    call.state.put(&FACTORS, &key, &factor)?;
    let targets = vec![Target::user(&user)];
    call.state.log(&Event::success("user.mfa.factor.activate", "Activate factor for user", targets))?;
    one(200, &view(call, text(&user, "id"), &factor))
}

/// Whether a body carries what only the owner of the factor knows.
pub(super) fn proves(state: &mut State<'_>, factor: &Document, body: &Document) -> bool {
    let code = text(body, "passCode");
    match text(factor, "factorType") {
        "question" => {
            let answer = text(body, "answer").trim().to_lowercase();
            !answer.is_empty() && text(factor, "_answer") == digest(&answer)
        }
        "token:software:totp" => {
            let now = seconds(state.now());
            let secret = text(factor, "_secret");
            [0, 30].iter().any(|ago| totp(secret, now.saturating_sub(*ago) / 30).as_deref() == Some(code))
        }
        _ => !code.is_empty() && text(factor, "_code") == code,
    }
}

/// The six digits of a time step, from HMAC-SHA-1 (RFC 4226, 5.3).
fn totp(secret: &str, step: u64) -> Option<String> {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).ok()?;
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let offset = usize::from(digest.last()? & 0x0f);
    let four: [u8; 4] = digest.get(offset..offset + 4)?.try_into().ok()?;
    Some(format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000))
}

/// Without a code a message goes out; with one it is checked.
fn verify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, key, mut factor) = find(call)?;
    let body = call.optional_body()?;
    if text(&factor, "status") != "ACTIVE" {
        return Err(Code::StateNotAllowed.into());
    }
    let kind = text(&factor, "factorType").to_owned();
    if text(&body, "passCode").is_empty() && matches!(kind.as_str(), "sms" | "call" | "email") {
        send_code(call.state, &mut factor);
        call.state.put(&FACTORS, &key, &factor)?;
        let expires = times::stamp(call.state.now().saturating_add(times::seconds(300)));
        let at = call.href(&format!("/api/v1/users/{}/factors/{}", text(&user, "id"), text(&factor, "id")));
        return one(
            200,
            &json!({
                "factorResult": "CHALLENGE", "expiresAt": expires, "profile": factor.get("profile"),
                "_links": {
                    "verify": wire::hinted(&format!("{at}/verify"), &["POST"]),
                    "factor": wire::hinted(&at, &["GET"]),
                },
            }),
        );
    }
    if !proves(call.state, &factor, &body) {
        return Err(Error::Explained(
            Code::WrongPasscode,
            "Your passcode doesn't match our records. Please try again.".to_owned(),
        ));
    }
    one(200, &json!({"factorResult": "SUCCESS"}))
}

/// Only pushes are waited for, and none can be enrolled.
fn transaction(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    find(call)?;
    Err(Error::not_found(&call.param(2), "FactorTransaction"))
}

fn resend(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (user, key, mut factor) = find(call)?;
    send_code(call.state, &mut factor);
    call.state.put(&FACTORS, &key, &factor)?;
    one(200, &view(call, text(&user, "id"), &factor))
}

fn reset(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    call.state.clear(&FACTORS, &format!("{}/", text(&user, "id")))?;
    let targets = vec![Target::user(&user)];
    call.state.log(&Event::success("user.mfa.factor.reset_all", "Reset all factors for user", targets))?;
    one(200, &json!({}))
}

/// The id that stands for a step of a transaction.
pub(super) fn state_token(state: &mut State<'_>) -> String {
    format!("00{}", ids::draw(state.host, 40))
}

fn byte(number: u64) -> u8 {
    u8::try_from(number & 0xff).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of RFC 6238, appendix B, cut to six digits.
    #[test]
    fn codes_are_the_standards() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(totp(&secret, time / 30).as_deref(), Some(code));
        }
    }
}
