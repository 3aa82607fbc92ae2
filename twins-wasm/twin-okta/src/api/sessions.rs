//! `/api/v1/sessions`, and the sessions of a user.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, text, text_at};
use crate::errors::{Code, Error};
use crate::ids;
use crate::state::{Event, State, Target};
use crate::times;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("createSession", "POST", "/api/v1/sessions", create),
    own("getCurrentSession", "GET", "/api/v1/sessions/me", read),
    own("closeCurrentSession", "DELETE", "/api/v1/sessions/me", close),
    own("refreshCurrentSession", "POST", "/api/v1/sessions/me/lifecycle/refresh", refresh),
    own("getSession", "GET", "/api/v1/sessions/{sessionId}", read),
    own("revokeSession", "DELETE", "/api/v1/sessions/{sessionId}", close),
    own("refreshSession", "POST", "/api/v1/sessions/{sessionId}/lifecycle/refresh", refresh),
    own("revokeUserSessions", "DELETE", "/api/v1/users/{userId}/sessions", revoke),
];

/// Sessions; the key is the id.
static SESSIONS: Table<Document> = Table::new("sessions");
/// Session tokens that nobody used yet; the key is the token.
static SESSION_TOKENS: Table<Document> = Table::new("session_tokens");

/// How long a session lasts, and how long a session token can be used.
const LIFE: u64 = times::seconds(2 * 3_600);
const TOKEN_LIFE: u64 = times::seconds(5 * 60);

/// A token that can be made a session once, for somebody who has just proved who they are.
pub(super) fn mint_token(
    state: &mut State<'_>,
    user: &str,
    methods: &[&str],
) -> Result<(String, u64), Error> {
    let token = format!("20111{}", ids::draw(state.host, 40));
    let expires = state.now().saturating_add(TOKEN_LIFE);
    let meaning = document(json!({"user": user, "expires": expires, "amr": methods}));
    state.put(&SESSION_TOKENS, &token, &meaning)?;
    Ok((token, expires))
}

/// What a token stands for; it works once.
pub(super) fn redeem(state: &mut State<'_>, token: &str) -> Result<Option<Document>, Error> {
    let found = state.get(&SESSION_TOKENS, token)?;
    state.delete(&SESSION_TOKENS, token);
    let now = state.now();
    let is_live =
        |found: &Document| found.get("expires").and_then(Value::as_u64).is_some_and(|end| now < end);
    Ok(found.filter(is_live))
}

/// Ends every session of a user.
pub(super) fn end_all(state: &mut State<'_>, user: &str) -> Result<(), Error> {
    for (id, session) in state.all(&SESSIONS, "")? {
        if text(&session, "userId") == user {
            state.delete(&SESSIONS, &id);
        }
    }
    Ok(())
}

/// A session for the owner of a session token.
pub(super) fn begin(state: &mut State<'_>, meaning: &Document) -> Result<Document, Error> {
    let user_id = text(meaning, "user");
    let user = state.user(user_id)?.ok_or(Code::LoginFailed)?;
    let (now, instant) = (state.stamp(), state.now());
    let id = format!("102{}", ids::draw(state.host, 22));
    let org = state.org()?;
    let session = document(json!({
        "id": id, "userId": user_id, "login": text_at(&user, "profile", "/login"), "createdAt": now,
        "expiresAt": times::stamp(instant.saturating_add(LIFE)), "status": "ACTIVE",
        "lastPasswordVerification": now, "lastFactorVerification": null, "amr": meaning.get("amr"),
        "idp": {"id": text(&org, "id"), "type": "OKTA"}, "mfaActive": false,
        "_name": format!("{} {}", text_at(&user, "profile", "/firstName"), text_at(&user, "profile", "/lastName")),
        "_expires": instant.saturating_add(LIFE),
    }));
    state.put(&SESSIONS, &id, &session)?;
    let mut seen = user.clone();
    set(&mut seen, "lastLogin", now);
    state.put_user(&seen)?;
    state.log(&Event::success("user.session.start", "User login to Okta", vec![Target::user(&user)]))?;
    Ok(session)
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let token = super::resource::require_text(&body, "sessionToken")?;
    let meaning = redeem(call.state, &token)?.ok_or(Code::LoginFailed)?;
    let session = begin(call.state, &meaning)?;
    one(200, &view(call, &session, "me"))
}

fn view(call: &Call<'_, '_>, session: &Document, name: &str) -> Value {
    let at = call.href(&format!("/api/v1/sessions/{name}"));
    let user = if name == "me" { "me" } else { text(session, "userId") };
    wire::linked(
        session,
        json!({
            "self": wire::hinted(&at, &["GET", "DELETE"]),
            "refresh": wire::hinted(&format!("{at}/lifecycle/refresh"), &["POST"]),
            "user": {
                "name": text(session, "_name"), "href": call.href(&format!("/api/v1/users/{user}")),
                "hints": {"allow": ["GET"]},
            },
        }),
    )
}

/// The session that the path names, or the one of the `sid` cookie.
fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let cookie = || {
        let header = call.incoming.header("cookie").unwrap_or_default();
        header.split(';').find_map(|pair| pair.trim().strip_prefix("sid=").map(str::to_owned))
    };
    let id = match call.params.first() {
        Some(id) => id.clone(),
        None => cookie().unwrap_or_else(|| "me".to_owned()),
    };
    let now = call.state.now();
    let found = call.state.get(&SESSIONS, &id)?;
    let is_live =
        |found: &Document| found.get("_expires").and_then(Value::as_u64).is_some_and(|end| now < end);
    found.filter(is_live).ok_or_else(|| Error::not_found(&id, "AppSession"))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let session = named(call)?;
    one(200, &view(call, &session, text(&session, "id")))
}

fn refresh(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut session = named(call)?;
    let end = call.state.now().saturating_add(LIFE);
    set(&mut session, "_expires", end);
    set(&mut session, "expiresAt", times::stamp(end));
    let id = text(&session, "id").to_owned();
    call.state.put(&SESSIONS, &id, &session)?;
    one(200, &view(call, &session, &id))
}

fn close(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let session = named(call)?;
    call.state.delete(&SESSIONS, text(&session, "id"));
    if let Some(user) = call.state.user(text(&session, "userId"))? {
        call.state.log(&Event::success(
            "user.session.end",
            "User logout from Okta",
            vec![Target::user(&user)],
        ))?;
    }
    Ok(nothing(204))
}

fn revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = super::users::named(call)?;
    end_all(call.state, text(&user, "id"))?;
    if call.flag("oauthTokens", false) {
        super::oauth::revoke_all(call.state, text(&user, "id"))?;
    }
    Ok(nothing(204))
}
