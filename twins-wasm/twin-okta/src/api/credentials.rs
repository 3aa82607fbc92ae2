//! `/api/v1/users/{}/credentials` and the parts of the lifecycle that are about passwords.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::route::{Operation, own};
use super::users::named;
use crate::call::{Call, one};
use crate::documents::{Document, change, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::state::{Event, State, Target, digest};

pub(super) const OPERATIONS: &[Operation] = &[
    own("changePassword", "POST", "/api/v1/users/{userId}/credentials/change_password", change_password),
    own(
        "changeRecoveryQuestion",
        "POST",
        "/api/v1/users/{userId}/credentials/change_recovery_question",
        change_question,
    ),
    own("forgotPassword", "POST", "/api/v1/users/{userId}/credentials/forgot_password", forgot_password),
    own(
        "forgotPasswordSetNewPassword",
        "POST",
        "/api/v1/users/{userId}/credentials/forgot_password_recovery_question",
        answer_question,
    ),
    own("resetPassword", "POST", "/api/v1/users/{userId}/lifecycle/reset_password", reset_password),
    own("expirePassword", "POST", "/api/v1/users/{userId}/lifecycle/expire_password", expire_password),
    own(
        "expirePasswordWithTempPassword",
        "POST",
        "/api/v1/users/{userId}/lifecycle/expire_password_with_temp_password",
        expire_with_temporary,
    ),
];

/// Shortest password and answer of the default policy.
const SHORTEST_PASSWORD: usize = 8;
const SHORTEST_ANSWER: usize = 4;

/// What activation makes of a user: somebody who can log in at once, or who has to set a password first.
pub(super) fn status_when_activated(user: &Document) -> &'static str {
    let is_federated = text_at(user, "credentials", "/provider/type") != "OKTA";
    if user.contains_key("_password") || is_federated { "ACTIVE" } else { "PROVISIONED" }
}

/// Takes over what a body says about credentials. Secrets are kept as digests, out of sight.
pub(super) fn apply(
    state: &mut State<'_>,
    user: &mut Document,
    wanted: Option<&Document>,
) -> Result<(), Error> {
    let email = text_at(user, "profile", "/email").to_owned();
    change(user, "credentials", |found| {
        set(found, "emails", json!([{"value": email, "status": "VERIFIED", "type": "PRIMARY"}]));
    });
    let Some(wanted) = wanted else { return Ok(()) };
    match wanted.get("password") {
        Some(Value::String(password)) => set_password(state, user, password)?,
        Some(Value::Object(password)) => {
            if let Some(value) = password.get("value").and_then(Value::as_str) {
                set_password(state, user, value)?;
            } else if let Some(hash) = object(password, "hash") {
                set_digest(state, user, &Value::Object(hash.clone()).to_string());
            }
        }
        _ => {}
    }
    if let Some(question) = object(wanted, "recovery_question") {
        set_question(user, question)?;
    }
    if let Some(provider) = object(wanted, "provider") {
        let provider = provider.clone();
        change(user, "credentials", |found| set(found, "provider", Value::Object(provider)));
    }
    Ok(())
}

/// Whether a password is the user's.
pub(super) fn is_password(user: &Document, password: &str) -> bool {
    text(user, "_password") == digest(&format!("{}{password}", text(user, "id")))
}

/// Whether an answer is the one to the user's question, in any case.
pub(super) fn is_answer(user: &Document, answer: &str) -> bool {
    !answer.is_empty() && text(user, "_answer") == digest(&answer.trim().to_lowercase())
}

/// Sets a password that the policy allows.
pub(crate) fn set_password(state: &mut State<'_>, user: &mut Document, password: &str) -> Result<(), Error> {
    let login = text_at(user, "profile", "/login").to_lowercase();
    let is_name =
        !login.is_empty() && password.to_lowercase().contains(login.split('@').next().unwrap_or(&login));
    let has = |kind: fn(&char) -> bool| password.chars().any(|character| kind(&character));
    let is_mixed =
        has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase) && has(char::is_ascii_digit);
    if password.chars().count() < SHORTEST_PASSWORD || !is_mixed || is_name {
        let problem = "Password requirements were not met. Password requirements: at least 8 characters, a \
                       lowercase letter, an uppercase letter, a number, no parts of your username.";
        return Err(Error::invalid("password", format!("password: {problem}")));
    }
    let secret = format!("{}{password}", text(user, "id"));
    set_digest(state, user, &secret);
    Ok(())
}

fn set_digest(state: &mut State<'_>, user: &mut Document, secret: &str) {
    let now = state.stamp();
    set(user, "_password", digest(secret));
    set(user, "passwordChanged", now);
    change(user, "credentials", |found| set(found, "password", json!({})));
}

fn set_question(user: &mut Document, question: &Document) -> Result<(), Error> {
    let (asked, answer) = (text(question, "question").to_owned(), text(question, "answer"));
    if asked.is_empty() {
        return Err(Error::field("recovery_question", "The field cannot be left blank"));
    }
    if !answer.is_empty() {
        if answer.chars().count() < SHORTEST_ANSWER {
            let problem = "The security question answer must be at least 4 characters in length";
            return Err(Error::field("recovery_question.answer", problem));
        }
        set(user, "_answer", digest(&answer.trim().to_lowercase()));
    }
    change(user, "credentials", |found| set(found, "recovery_question", json!({"question": asked})));
    Ok(())
}

/// The credentials as they are answered: without addresses.
fn view(user: &Document) -> Value {
    let mut found = object(user, "credentials").cloned().unwrap_or_default();
    found.remove("emails");
    Value::Object(found)
}

fn store(call: &mut Call<'_, '_>, user: &mut Document, event: (&str, &str)) -> Result<(), Error> {
    let now = call.state.stamp();
    set(user, "lastUpdated", now);
    call.state.put_user(user)?;
    call.state.log(&Event::success(event.0, event.1, vec![Target::user(user)]))
}

fn change_password(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = named(call)?;
    let body = call.body()?;
    if !matches!(text(&user, "status"), "ACTIVE" | "PASSWORD_EXPIRED" | "STAGED" | "RECOVERY") {
        return Err(Code::ChangePasswordNotAllowed.into());
    }
    if !is_password(&user, text_at(&body, "oldPassword", "/value")) {
        return Err(Error::Explained(
            Code::CredentialsNotUpdated,
            "oldPassword: Old Password is not correct".to_owned(),
        ));
    }
    set_password(call.state, &mut user, text_at(&body, "newPassword", "/value"))?;
    if matches!(text(&user, "status"), "PASSWORD_EXPIRED" | "RECOVERY") {
        call.state.set_status(&mut user, "ACTIVE");
    }
    if call.flag("revokeSessions", false) {
        super::sessions::end_all(call.state, text(&user, "id"))?;
    }
    store(call, &mut user, ("user.account.update_password", "User update password for Okta"))?;
    one(200, &view(&user))
}

fn change_question(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = named(call)?;
    let body = call.body()?;
    if !matches!(text(&user, "status"), "ACTIVE" | "STAGED" | "RECOVERY") {
        return Err(Code::ChangeQuestionNotAllowed.into());
    }
    if !is_password(&user, text_at(&body, "password", "/value")) {
        return Err(Error::Explained(
            Code::CredentialsNotUpdated,
            "password: Password is not correct".to_owned(),
        ));
    }
    let question = object(&body, "recovery_question").cloned().unwrap_or_default();
    set_question(&mut user, &question)?;
    let kind = "user.account.update_secret_question_answer";
    store(call, &mut user, (kind, "User update security question for Okta"))?;
    one(200, &view(&user))
}

fn forgot_password(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = named(call)?;
    if text(&user, "status") != "ACTIVE" || !user.contains_key("_answer") {
        return Err(Code::ForgotPasswordNotAllowed.into());
    }
    let token = call.state.draw(20);
    set(&mut user, "_recoveryToken", token.clone());
    store(call, &mut user, ("user.account.reset_password", "Fired when the user's Okta password is reset"))?;
    if call.flag("sendEmail", true) {
        return one(200, &json!({}));
    }
    one(200, &json!({"resetPasswordUrl": call.href(&format!("/signin/reset-password/{token}"))}))
}

fn answer_question(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = named(call)?;
    let body = call.body()?;
    if text(&user, "status") != "ACTIVE" || !user.contains_key("_answer") {
        return Err(Code::ForgotPasswordNotAllowed.into());
    }
    if !is_answer(&user, text_at(&body, "recovery_question", "/answer")) {
        return Err(Code::WrongAnswer.into());
    }
    set_password(call.state, &mut user, text_at(&body, "password", "/value"))?;
    store(call, &mut user, ("user.account.update_password", "User update password for Okta"))?;
    one(200, &view(&user))
}

fn reset_password(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = named(call)?;
    if !matches!(
        text(&user, "status"),
        "ACTIVE" | "PROVISIONED" | "RECOVERY" | "PASSWORD_EXPIRED" | "LOCKED_OUT"
    ) {
        return Err(Code::ResetFailed.into());
    }
    let token = call.state.draw(20);
    set(&mut user, "_recoveryToken", token.clone());
    call.state.set_status(&mut user, "RECOVERY");
    if call.flag("revokeSessions", false) {
        super::sessions::end_all(call.state, text(&user, "id"))?;
    }
    store(call, &mut user, ("user.account.reset_password", "Fired when the user's Okta password is reset"))?;
    if call.flag("sendEmail", true) {
        return one(200, &json!({}));
    }
    one(200, &json!({"resetPasswordUrl": call.href(&format!("/reset_password/{token}"))}))
}

fn expire(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let mut user = named(call)?;
    if !matches!(
        text(&user, "status"),
        "ACTIVE" | "PASSWORD_EXPIRED" | "STAGED" | "PROVISIONED" | "LOCKED_OUT" | "RECOVERY"
    ) {
        return Err(Code::StatusNotAllowed.into());
    }
    call.state.set_status(&mut user, "PASSWORD_EXPIRED");
    Ok(user)
}

fn expire_password(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = expire(call)?;
    store(call, &mut user, ("user.account.expire_password", "Expire user password"))?;
    one(200, &crate::wire::user(&user, call.origin))
}

fn expire_with_temporary(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = expire(call)?;
    let temporary = format!("{}aA1", call.state.draw(9));
    set_password(call.state, &mut user, &temporary)?;
    store(call, &mut user, ("user.account.expire_password", "Expire user password"))?;
    one(200, &json!({"tempPassword": temporary}))
}
