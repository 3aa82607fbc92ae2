//! `/api/v1/authn`: signing in step by step: a password, a second factor, an expired password, recovery.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::factors;
use super::route::{Operation, open};
use super::sessions::mint_token;
use crate::call::{Call, one};
use crate::documents::{Document, document, set, text, text_at};
use crate::errors::{Code, Error};
use crate::state::{Event, Target};
use crate::times;
use crate::wire;

use super::credentials::{is_answer, is_password, set_password};

pub(super) const OPERATIONS: &[Operation] = &[
    open("createTransaction", "POST", "/api/v1/authn", begin),
    open("cancelTransaction", "POST", "/api/v1/authn/cancel", cancel),
    open("verifyFactorOfTransaction", "POST", "/api/v1/authn/factors/{factorId}/verify", verify),
    open("changePasswordOfTransaction", "POST", "/api/v1/authn/credentials/change_password", change_password),
    open("createRecoveryTransaction", "POST", "/api/v1/authn/recovery/password", recover),
    open("verifyRecoveryToken", "POST", "/api/v1/authn/recovery/token", recovery_token),
    open("answerRecoveryQuestion", "POST", "/api/v1/authn/recovery/answer", recovery_answer),
    open("resetPasswordOfTransaction", "POST", "/api/v1/authn/credentials/reset_password", reset_password),
];

/// Transactions; the key is the state token.
static TRANSACTIONS: Table<Document> = Table::new("authn_transactions");

/// How long a transaction lasts, and how many wrong passwords lock an account.
const LIFE: u64 = times::seconds(5 * 60);
const ATTEMPTS: u64 = 10;

fn person(user: &Document) -> Value {
    let part = |name: &str| text_at(user, "profile", name);
    let or = |found: &str, usual: &str| if found.is_empty() { usual.to_owned() } else { found.to_owned() };
    json!({
        "id": text(user, "id"), "passwordChanged": user.get("passwordChanged"),
        "profile": {
            "login": part("/login"), "firstName": part("/firstName"), "lastName": part("/lastName"),
            "locale": or(part("/locale"), "en_US"), "timeZone": or(part("/timezone"), "America/Los_Angeles"),
        },
    })
}

fn begin(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let (name, password) = (text(&body, "username"), text(&body, "password"));
    if name.is_empty() {
        return Err(Error::field("username", "The field cannot be left blank"));
    }
    let Some(mut user) = call.state.user_called(name)? else { return Err(Code::LoginFailed.into()) };
    let status = text(&user, "status").to_owned();
    if status == "LOCKED_OUT" {
        return Err(Code::LoginFailed.into());
    }
    let may_enter = matches!(status.as_str(), "ACTIVE" | "PASSWORD_EXPIRED" | "RECOVERY");
    if !may_enter || !is_password(&user, password) {
        return fail(call, user);
    }
    user.remove("_failures");
    call.state.put_user(&user)?;
    if status == "PASSWORD_EXPIRED" {
        return pending(call, &user, "PASSWORD_EXPIRED");
    }
    let enrolled = factors::of(call.state, text(&user, "id"))?;
    if enrolled.iter().any(|factor| text(factor, "status") == "ACTIVE") {
        return pending(call, &user, "MFA_REQUIRED");
    }
    succeed(call, &user, &["pwd"])
}

/// Counts a wrong password; too many lock the account.
fn fail(call: &mut Call<'_, '_>, mut user: Document) -> Result<Reply, Error> {
    let failures = user.get("_failures").and_then(Value::as_u64).unwrap_or_default() + 1;
    set(&mut user, "_failures", failures);
    let targets = || vec![Target::user(&user)];
    let event = Event {
        kind: "user.session.start",
        message: "User login to Okta",
        outcome: ("FAILURE", Some("INVALID_CREDENTIALS")),
        targets: targets(),
    };
    call.state.log(&event)?;
    if failures >= ATTEMPTS && text(&user, "status") == "ACTIVE" {
        call.state.log(&Event::success("user.account.lock", "Max sign in attempts exceeded", targets()))?;
        call.state.set_status(&mut user, "LOCKED_OUT");
    }
    call.state.put_user(&user)?;
    Err(Code::LoginFailed.into())
}

fn succeed(call: &mut Call<'_, '_>, user: &Document, methods: &[&str]) -> Result<Reply, Error> {
    let (token, expires) = mint_token(call.state, text(user, "id"), methods)?;
    let cancel = wire::hinted(&call.href("/api/v1/authn/cancel"), &["POST"]);
    one(
        200,
        &json!({
            "expiresAt": times::stamp(expires), "status": "SUCCESS", "sessionToken": token,
            "_embedded": {"user": person(user)}, "_links": {"cancel": cancel},
        }),
    )
}

/// A step that is not the last: the client comes back with the state token.
fn pending(call: &mut Call<'_, '_>, user: &Document, status: &str) -> Result<Reply, Error> {
    let token = factors::state_token(call.state);
    let expires = call.state.now().saturating_add(LIFE);
    let transaction = document(json!({"user": text(user, "id"), "status": status, "expires": expires}));
    call.state.put(&TRANSACTIONS, &token, &transaction)?;
    let mut embedded = document(json!({"user": person(user)}));
    let mut links = document(json!({"cancel": wire::hinted(&call.href("/api/v1/authn/cancel"), &["POST"])}));
    let mut next = |name: &str, path: &str| {
        let link = json!({"name": name, "href": call.href(path), "hints": {"allow": ["POST"]}});
        set(&mut links, "next", link);
    };
    match status {
        "PASSWORD_EXPIRED" => next("changePassword", "/api/v1/authn/credentials/change_password"),
        "PASSWORD_RESET" => next("resetPassword", "/api/v1/authn/credentials/reset_password"),
        "RECOVERY" => next("answer", "/api/v1/authn/recovery/answer"),
        _ => {
            let enrolled = factors::of(call.state, text(user, "id"))?;
            let views: Vec<_> = enrolled
                .iter()
                .filter(|factor| text(factor, "status") == "ACTIVE")
                .map(|factor| {
                    let at = call.href(&format!("/api/v1/authn/factors/{}/verify", text(factor, "id")));
                    json!({
                        "id": text(factor, "id"), "factorType": text(factor, "factorType"),
                        "provider": text(factor, "provider"), "vendorName": text(factor, "vendorName"),
                        "profile": factor.get("profile"),
                        "_links": {"verify": wire::hinted(&at, &["POST"])},
                    })
                })
                .collect();
            set(&mut embedded, "factors", views);
        }
    }
    one(
        200,
        &json!({
            "stateToken": token, "expiresAt": times::stamp(expires), "status": status, "_embedded": embedded,
            "_links": links,
        }),
    )
}

/// The transaction of the body's state token with its user, if it is in one of these states.
fn transaction(call: &mut Call<'_, '_>, body: &Document, states: &[&str]) -> Result<Document, Error> {
    let token = text(body, "stateToken");
    let now = call.state.now();
    let found = call.state.get(&TRANSACTIONS, token)?;
    let is_live =
        |found: &Document| found.get("expires").and_then(Value::as_u64).is_some_and(|end| now < end);
    let found = found.filter(is_live).ok_or(Code::InvalidToken)?;
    if !states.contains(&text(&found, "status")) {
        return Err(Code::StateNotAllowed.into());
    }
    call.state.user(text(&found, "user"))?.ok_or_else(|| Code::InvalidToken.into())
}

fn end(call: &mut Call<'_, '_>, body: &Document) {
    call.state.delete(&TRANSACTIONS, text(body, "stateToken"));
}

fn cancel(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    if !call.state.delete(&TRANSACTIONS, text(&body, "stateToken")) {
        return Err(Code::InvalidToken.into());
    }
    one(200, &json!({}))
}

fn verify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let user = transaction(call, &body, &["MFA_REQUIRED"])?;
    let id = call.param(0);
    let enrolled = factors::of(call.state, text(&user, "id"))?;
    let factor =
        enrolled.into_iter().find(|factor| text(factor, "id") == id && text(factor, "status") == "ACTIVE");
    let factor = factor.ok_or_else(|| Error::not_found(&id, "UserFactor"))?;
    if !factors::proves(call.state, &factor, &body) {
        let problem = "Your passcode doesn't match our records. Please try again.";
        return Err(Error::Explained(Code::WrongPasscode, problem.to_owned()));
    }
    end(call, &body);
    let method = if text(&factor, "factorType") == "question" { "kba" } else { "otp" };
    succeed(call, &user, &["pwd", "mfa", method])
}

fn change_password(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let mut user = transaction(call, &body, &["PASSWORD_EXPIRED"])?;
    if !is_password(&user, text(&body, "oldPassword")) {
        return Err(Error::Explained(
            Code::CredentialsNotUpdated,
            "oldPassword: Old Password is not correct".to_owned(),
        ));
    }
    finish(call, &body, &mut user)
}

/// Sets the new password of a transaction and lets its user in.
fn finish(call: &mut Call<'_, '_>, body: &Document, user: &mut Document) -> Result<Reply, Error> {
    set_password(call.state, user, text(body, "newPassword"))?;
    call.state.set_status(user, "ACTIVE");
    user.remove("_recoveryToken");
    call.state.put_user(user)?;
    end(call, body);
    let targets = vec![Target::user(user)];
    call.state.log(&Event::success(
        "user.account.update_password",
        "User update password for Okta",
        targets,
    ))?;
    succeed(call, user, &["pwd"])
}

/// Always the same answer, so that nobody learns who has an account.
fn recover(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let name = super::resource::require_text(&body, "username")?;
    let token = call.state.draw(20);
    if let Some(mut user) = call.state.user_called(&name)?.filter(|user| text(user, "status") == "ACTIVE") {
        set(&mut user, "_recoveryToken", token);
        call.state.put_user(&user)?;
    }
    one(
        200,
        &json!({"status": "RECOVERY_CHALLENGE", "factorResult": "WAITING", "factorType": "EMAIL", "recoveryType": "PASSWORD"}),
    )
}

fn recovery_token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let token = super::resource::require_text(&body, "recoveryToken")?;
    let users = call.state.all(&crate::state::USERS, "")?;
    let found = users.into_iter().find(|(_, user)| text(user, "_recoveryToken") == token);
    let (_, user) = found.ok_or(Code::InvalidToken)?;
    let status = if user.contains_key("_answer") { "RECOVERY" } else { "PASSWORD_RESET" };
    pending(call, &user, status)
}

fn recovery_answer(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let user = transaction(call, &body, &["RECOVERY"])?;
    if !is_answer(&user, text(&body, "answer")) {
        return Err(Code::WrongAnswer.into());
    }
    end(call, &body);
    pending(call, &user, "PASSWORD_RESET")
}

fn reset_password(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let mut user = transaction(call, &body, &["PASSWORD_RESET"])?;
    finish(call, &body, &mut user)
}
