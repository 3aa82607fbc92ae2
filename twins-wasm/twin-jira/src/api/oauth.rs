//! OAuth 2.0 for apps (3LO): consent, codes, access tokens of an hour, refresh tokens that change with every use, and
//! the tokens of service accounts. Sources: developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps and
//! developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens.

use std::collections::BTreeMap;

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Map, Value, json};
use twin_sdk::{Body, Reply, Response};

use crate::args::scalar;
use crate::entities::{Consent, OauthApp, Token};
use crate::errors::{Error, text};
use crate::state::{APPS, CODES, REFRESHES, State, TOKENS};
use crate::wire;

use super::call::Call;

const SECOND: u64 = 1_000;
/// How long a code is good.
const CODE_LIFE: u64 = 300 * SECOND;
/// How long an access token is good, in seconds.
const TOKEN_LIFE: u64 = 3_600;
/// How long a refresh token is good that is not used.
const REFRESH_LIFE: u64 = 90 * 86_400 * SECOND;
/// The scope that asks for a refresh token.
const OFFLINE: &str = "offline_access";

/// `GET /authorize`: the person consents at once and is sent back to the app with a code.
pub(super) fn authorize(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let asked = |name: &str| call.query.text(name).unwrap_or_default().to_owned();
    let (client, redirect, kind) = (asked("client_id"), asked("redirect_uri"), asked("response_type"));
    let (scope, back) = (asked("scope"), call.query.text("state").map(str::to_owned));
    let Some(app) = call.state.get(&APPS, &client)? else {
        return Ok(text(400, "The app that you want to give access to your data is unknown: client_id."));
    };
    if !app.redirect_urls.contains(&redirect) {
        return Ok(text(400, "redirect_uri is not registered for client."));
    }
    let mut answer = form_urlencoded::Serializer::new(String::new());
    let scopes: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    let problem = refused(&app, &kind, &scopes);
    match problem {
        Some((error, description)) => {
            answer.append_pair("error", error).append_pair("error_description", &description);
        }
        None => {
            let code = mint(call.state);
            let consent = Consent {
                client_id: app.client_id,
                user: app.user,
                scopes,
                redirect_uri: Some(redirect.clone()),
                expires: call.state.now().saturating_add(CODE_LIFE),
            };
            call.state.put(&CODES, &code, &consent)?;
            answer.append_pair("code", &code);
        }
    }
    if let Some(back) = back {
        answer.append_pair("state", &back);
    }
    let sign = if redirect.contains('?') { '&' } else { '?' };
    Ok(Reply::empty(302).header("location", format!("{redirect}{sign}{}", answer.finish())).build())
}

/// What the app may not ask for, in the words of the protocol.
fn refused(app: &OauthApp, kind: &str, scopes: &[String]) -> Option<(&'static str, String)> {
    if kind != "code" {
        return Some(("unsupported_response_type", format!("Unsupported response type: {kind}")));
    }
    let unknown = scopes.iter().find(|scope| *scope != OFFLINE && !app.scopes.contains(scope));
    match unknown {
        Some(scope) => Some(("invalid_scope", format!("The app does not have the scope {scope}"))),
        None if scopes.is_empty() => Some(("invalid_scope", "No scopes were requested".to_owned())),
        None => None,
    }
}

/// `POST /oauth/token`.
pub(super) fn token(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = body(call)?;
    let given = |name: &str| body.get(name).and_then(scalar).unwrap_or_default();
    let app = call.state.get(&APPS, &given("client_id"))?;
    let Some(app) = app.filter(|app| app.client_secret == given("client_secret")) else {
        return Err(refusal(401, "access_denied", "Unauthorized"));
    };
    match given("grant_type").as_str() {
        "authorization_code" => {
            let consent = call.state.get(&CODES, &given("code"))?;
            let consent = live(call, &app, consent)
                .ok_or_else(|| refusal(403, "invalid_grant", "Invalid authorization code"))?;
            call.state.delete(&CODES, &given("code"));
            if consent.redirect_uri.as_deref() != Some(&given("redirect_uri")) {
                return Err(refusal(403, "invalid_grant", "The redirect URI is wrong."));
            }
            granted(call, &consent)
        }
        "refresh_token" => {
            let consent = call.state.get(&REFRESHES, &given("refresh_token"))?;
            let consent = live(call, &app, consent)
                .ok_or_else(|| refusal(403, "invalid_grant", "Unknown or invalid refresh token."))?;
            call.state.delete(&REFRESHES, &given("refresh_token"));
            granted(call, &consent)
        }
        "client_credentials" if app.service_account => {
            let scopes = app.scopes.iter().filter(|scope| *scope != OFFLINE).cloned().collect();
            let consent =
                Consent { client_id: app.client_id, user: app.user, scopes, redirect_uri: None, expires: 0 };
            granted(call, &consent)
        }
        "client_credentials" => Err(refusal(
            403,
            "unauthorized_client",
            "Grant type 'client_credentials' not allowed for the client.",
        )),
        other => Err(refusal(403, "unsupported_grant_type", &format!("Unsupported grant type: {other}"))),
    }
}

/// The fields of a JSON or form body.
fn body(call: &Call<'_, '_>) -> Result<Map<String, Value>, Error> {
    match call.incoming.body() {
        Ok(Body::Json(Value::Object(fields))) => Ok(fields),
        Ok(Body::Form(fields)) => Ok(fields.into_iter().map(|(name, value)| (name, json!(value))).collect()),
        _ => Err(refusal(400, "invalid_request", "The body is not the JSON that is expected.")),
    }
}

/// A consent that was given to the app and has not run out.
fn live(call: &mut Call<'_, '_>, app: &OauthApp, consent: Option<Consent>) -> Option<Consent> {
    let now = call.state.now();
    consent.filter(|consent| consent.client_id == app.client_id && consent.expires > now)
}

/// A token for what was consented to, and what renews it where that was asked for.
fn granted(call: &mut Call<'_, '_>, consent: &Consent) -> Result<Response, Error> {
    let now = call.state.now();
    let access = mint(call.state);
    let (mut scopes, expires) = (consent.scopes.clone(), now.saturating_add(TOKEN_LIFE * SECOND));
    let mut answer = BTreeMap::from([
        ("access_token", json!(access)),
        ("expires_in", json!(TOKEN_LIFE)),
        ("scope", json!(scopes.join(" "))),
        ("token_type", json!("Bearer")),
    ]);
    if scopes.iter().any(|scope| scope == OFFLINE) {
        let refresh = mint(call.state);
        let renewed =
            Consent { expires: now.saturating_add(REFRESH_LIFE), redirect_uri: None, ..consent.clone() };
        call.state.put(&REFRESHES, &refresh, &renewed)?;
        answer.insert("refresh_token", json!(refresh));
    }
    scopes.retain(|scope| scope != OFFLINE);
    let token = Token { user: consent.user.clone(), scopes: Some(scopes), expires: Some(expires) };
    call.state.put(&TOKENS, &access, &token)?;
    Ok(wire::json(200, &json!(answer)))
}

/// A secret that nobody can guess.
fn mint(state: &mut State<'_>) -> String {
    let bytes: Vec<u8> = (0..6).flat_map(|_| state.random().to_le_bytes()).collect();
    BASE64URL_NOPAD.encode(&bytes)
}

fn refusal(status: u16, error: &str, description: &str) -> Error {
    Error::Plain { status, body: json!({"error": error, "error_description": description}) }
}

/// `GET /oauth/token/accessible-resources`: the sites that a token opens.
pub(super) fn accessible_resources(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let site = call.state.site()?;
    let own = match call.incoming.credential("Bearer") {
        Some(token) => call.state.get(&TOKENS, token)?.and_then(|token| token.scopes),
        None => None,
    };
    let usual = || json!(["read:jira-work", "write:jira-work", "read:jira-user", "manage:jira-webhook"]);
    Ok(wire::json(
        200,
        &json!([{
            "id": site.cloud_id,
            "name": site.name,
            "url": format!("https://{}.atlassian.net", site.name),
            "scopes": own.map_or_else(usual, |scopes| json!(scopes)),
            "avatarUrl": format!("https://site-admin-avatar-cdn.prod.public.atl-paas.net/avatars/240/{}.png", site.name),
        }]),
    ))
}
