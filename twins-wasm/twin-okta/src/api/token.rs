//! The token endpoint: clients that prove who they are, the grants, and the tokens that come of them.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table, seconds};

use super::app_parts::{GRANTS, REFRESH_TOKENS};
use super::client_auth::{client, proof};
use super::credentials::is_password;
use super::oauth::{Server, form, object_list};
use super::server_parts::{POLICIES, RULES};
use super::token_claims::{add_own, identity};
use crate::call::{Call, one};
use crate::documents::{Document, document, set, strings, text, text_at, texts};
use crate::errors::Error;
use crate::ids;
use crate::jwt;
use crate::keys;
use crate::state::{State, digest};
use crate::times;

/// The key of each refresh token in its table; the key is a digest of the token.
static REFRESH_KEYS: Table<String> = Table::new("refresh_token_keys");

/// How long tokens live, in seconds.
pub(super) const HOUR: u64 = 3_600;
const REFRESH_LIFE: u64 = 100 * 86_400;

/// A refusal in the form of OAuth.
pub(super) fn refused(status: u16, error: &'static str, description: &str) -> Error {
    Error::Oauth { status, error, description: description.to_owned(), nonce: None }
}

/// `POST .../token`.
pub(super) fn token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let server = Server::of(call)?;
    let fields = form(call);
    let app = client(call, &fields)?;
    let thumbprint = proof(call, &app)?;
    let grant = text(&fields, "grant_type").to_owned();
    let allowed = object_list(&app, "grant_types");
    if !matches!(grant.as_str(), "authorization_code" | "refresh_token" | "password" | "client_credentials") {
        return Err(refused(
            400,
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        ));
    }
    if !allowed.contains(&grant) {
        let problem = "The client is not authorized to use the provided grant type. Configured grant types: ";
        return Err(refused(400, "unauthorized_client", &format!("{problem}[{}].", allowed.join(", "))));
    }
    let mut issue = match grant.as_str() {
        "client_credentials" => of_client(call, &server, &app, &fields)?,
        "authorization_code" => of_code(call, &server, &app, &fields)?,
        "refresh_token" => of_refresh(call, &server, &app, &fields)?,
        _ => of_password(call, &server, &app, &fields)?,
    };
    issue.thumbprint = thumbprint;
    let minutes = lifetime(call.state, &server, &app, &grant, &issue.scopes)?;
    answer(call, &server, &app, &issue, minutes)
}

/// What is to be issued.
pub(super) struct Issue {
    /// Who it speaks of; none for a service.
    pub user: Option<Document>,
    /// What it is good for.
    pub scopes: Vec<String>,
    /// What the client wants to find again in the id token.
    pub nonce: String,
    thumbprint: Option<String>,
    /// The refresh token that goes on, if there is one already.
    refresh: Option<String>,
}

fn wanted(fields: &Document) -> Vec<String> {
    text(fields, "scope").split_whitespace().map(str::to_owned).collect()
}

fn bad_scope() -> Error {
    refused(
        400,
        "invalid_scope",
        "One or more scopes are not configured for the authorization server resource.",
    )
}

/// At the org's own server a service gets the scopes that were granted to it, and none of OpenID Connect.
fn of_client(
    call: &mut Call<'_, '_>,
    server: &Server,
    app: &Document,
    fields: &Document,
) -> Result<Issue, Error> {
    let scopes = wanted(fields);
    let known = if server.is_org() {
        let granted = call.state.all(&GRANTS, &format!("{}/", text(app, "id")))?;
        granted.iter().map(|(_, grant)| text(grant, "scopeId").to_owned()).collect()
    } else {
        server.scopes(call.state)?
    };
    if scopes.is_empty() || scopes.iter().any(|scope| scope == "openid" || !known.contains(scope)) {
        return Err(bad_scope());
    }
    Ok(Issue { user: None, scopes, nonce: String::new(), thumbprint: None, refresh: None })
}

fn of_code(
    call: &mut Call<'_, '_>,
    server: &Server,
    app: &Document,
    fields: &Document,
) -> Result<Issue, Error> {
    let invalid = || refused(400, "invalid_grant", "The authorization code is invalid or has expired.");
    let name = format!("code/{}", text(fields, "code"));
    let grant = call.state.setting(&name)?.ok_or_else(invalid)?;
    // A code works once, whatever comes of it.
    call.state.delete_setting(&name);
    let now = seconds(call.state.now());
    let is_live = grant.get("ends").and_then(Value::as_u64).is_some_and(|end| now < end);
    let is_own = text(&grant, "client") == text_at(app, "credentials", "/oauthClient/client_id");
    if !is_live
        || !is_own
        || text(&grant, "server") != server.id
        || text(&grant, "redirect") != text(fields, "redirect_uri")
    {
        return Err(invalid());
    }
    let challenge = text(&grant, "challenge");
    if !challenge.is_empty() && jwt::s256(text(fields, "code_verifier")) != challenge {
        return Err(refused(400, "invalid_grant", "PKCE verification failed."));
    }
    let user = call.state.user(text(&grant, "user"))?.ok_or_else(invalid)?;
    let (scopes, nonce) = (texts(&grant, "scopes"), text(&grant, "nonce").to_owned());
    Ok(Issue { user: Some(user), scopes, nonce, thumbprint: None, refresh: None })
}

fn of_password(
    call: &mut Call<'_, '_>,
    server: &Server,
    app: &Document,
    fields: &Document,
) -> Result<Issue, Error> {
    let invalid = || refused(400, "invalid_grant", "The credentials provided were invalid.");
    let user = call.state.user_called(text(fields, "username"))?.ok_or_else(invalid)?;
    if text(&user, "status") != "ACTIVE" || !is_password(&user, text(fields, "password")) {
        return Err(invalid());
    }
    let key = format!("{}/{}", text(app, "id"), text(&user, "id"));
    if call.state.get(&crate::state::APP_USERS, &key)?.is_none() {
        return Err(refused(400, "access_denied", "User is not assigned to the client application."));
    }
    let (scopes, known) = (wanted(fields), server.scopes(call.state)?);
    if scopes.is_empty() || scopes.iter().any(|scope| !known.contains(scope)) {
        return Err(bad_scope());
    }
    Ok(Issue { user: Some(user), scopes, nonce: String::new(), thumbprint: None, refresh: None })
}

/// A refresh token with the key of its document.
pub(super) fn refresh_token(state: &mut State<'_>, token: &str) -> Result<Option<(String, Document)>, Error> {
    let Some(key) = REFRESH_KEYS.get(state.host, &digest(token))? else { return Ok(None) };
    let now = state.now();
    let found = state.get(&REFRESH_TOKENS, &key)?;
    let is_live = |found: &Document| times::parse(text(found, "expiresAt")).is_some_and(|end| now < end);
    Ok(found.filter(is_live).map(|found| (key, found)))
}

fn of_refresh(
    call: &mut Call<'_, '_>,
    server: &Server,
    app: &Document,
    fields: &Document,
) -> Result<Issue, Error> {
    let invalid = || refused(400, "invalid_grant", "The refresh token is invalid or expired.");
    let sent = text(fields, "refresh_token");
    let (_, kept) = refresh_token(call.state, sent)?.ok_or_else(invalid)?;
    if text(&kept, "clientId") != text_at(app, "credentials", "/oauthClient/client_id")
        || text(&kept, "_server") != server.id
    {
        return Err(invalid());
    }
    let user = call.state.user(text(&kept, "userId"))?.filter(|user| text(user, "status") == "ACTIVE");
    let all = texts(&kept, "scopes");
    let asked = wanted(fields);
    if asked.iter().any(|scope| !all.contains(scope)) {
        return Err(bad_scope());
    }
    let scopes = if asked.is_empty() { all } else { asked };
    let refresh = Some(sent.to_owned());
    Ok(Issue {
        user: Some(user.ok_or_else(invalid)?),
        scopes,
        nonce: String::new(),
        thumbprint: None,
        refresh,
    })
}

/// How many minutes the access token lives: an hour at the org's own server; elsewhere as the first rule says that
/// fits the client, the grant and the scopes. Where none fits nothing is issued.
fn lifetime(
    state: &mut State<'_>,
    server: &Server,
    app: &Document,
    grant: &str,
    scopes: &[String],
) -> Result<u64, Error> {
    if server.is_org() {
        return Ok(60);
    }
    let client = text_at(app, "credentials", "/oauthClient/client_id").to_owned();
    let list = |found: &Document, pointer: &str| {
        strings(found.get("conditions").and_then(|found| found.pointer(pointer)))
    };
    let mut policies = state.all(&POLICIES.table, &format!("{}/", server.id))?;
    policies.sort_by_key(|(_, policy)| policy.get("priority").and_then(Value::as_u64));
    for (key, policy) in policies.iter().filter(|(_, policy)| text(policy, "status") == "ACTIVE") {
        let clients = list(policy, "/clients/include");
        if !clients.iter().any(|one| one == "ALL_CLIENTS" || *one == client) {
            continue;
        }
        let mut rules = state.all(&RULES.table, &format!("{key}/"))?;
        rules.sort_by_key(|(_, rule)| rule.get("priority").and_then(Value::as_u64));
        for (_, rule) in rules.iter().filter(|(_, rule)| text(rule, "status") == "ACTIVE") {
            let allowed = list(rule, "/scopes/include");
            let fits =
                grant == "refresh_token" || list(rule, "/grantTypes/include").iter().any(|one| one == grant);
            if fits && scopes.iter().all(|scope| allowed.iter().any(|one| one == "*" || one == scope)) {
                let minutes =
                    rule.get("actions").and_then(|found| found.pointer("/token/accessTokenLifetimeMinutes"));
                return Ok(minutes.and_then(Value::as_u64).unwrap_or(60));
            }
        }
    }
    Err(refused(
        400,
        "access_denied",
        "Policy evaluation failed for this request, please check the policy configurations.",
    ))
}

fn answer(
    call: &mut Call<'_, '_>,
    server: &Server,
    app: &Document,
    issue: &Issue,
    minutes: u64,
) -> Result<Reply, Error> {
    let now = seconds(call.state.now());
    let client = text_at(app, "credentials", "/oauthClient/client_id").to_owned();
    let key = keys::active(call.state, &server.id)?;
    let jti = ids::draw(call.state.host, 43);
    let subject = match &issue.user {
        Some(user) => text_at(user, "profile", "/login").to_owned(),
        None => client.clone(),
    };
    let mut claims = document(json!({
        "ver": 1, "jti": format!("AT.{jti}"), "iss": server.issuer, "aud": server.audience, "iat": now,
        "exp": now + minutes * 60, "cid": client, "scp": issue.scopes, "sub": subject,
    }));
    if let Some(user) = &issue.user {
        set(&mut claims, "uid", text(user, "id"));
        set(&mut claims, "auth_time", now);
    }
    if let Some(thumbprint) = &issue.thumbprint {
        set(&mut claims, "cnf", json!({"jkt": thumbprint}));
    }
    add_own(call.state, server, &mut claims, "RESOURCE", issue)?;
    let access = jwt::sign(&key, &Value::Object(claims))?;
    let mut body = document(json!({
        "token_type": if issue.thumbprint.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": minutes * 60, "access_token": access, "scope": issue.scopes.join(" "),
    }));
    let has = |scope: &str| issue.scopes.iter().any(|held| held == scope);
    if let Some(user) = issue.user.as_ref().filter(|_| has("openid")) {
        let id = identity(call, server, &client, issue, user, &access)?;
        set(&mut body, "id_token", jwt::sign(&key, &id)?);
    }
    if let Some(user) = issue.user.as_ref().filter(|_| has("offline_access")) {
        let refresh = match &issue.refresh {
            Some(refresh) => refresh.clone(),
            None => keep_refresh(call, server, app, user, &issue.scopes)?,
        };
        set(&mut body, "refresh_token", refresh);
    }
    Ok(one(200, &Value::Object(body))?.header("pragma", "no-cache"))
}

fn keep_refresh(
    call: &mut Call<'_, '_>,
    server: &Server,
    app: &Document,
    user: &Document,
    scopes: &[String],
) -> Result<String, Error> {
    let secret = call.state.draw(43);
    let (now, id) = (call.state.stamp(), call.state.mint("oar"));
    let end = times::stamp(call.state.now().saturating_add(times::seconds(REFRESH_LIFE)));
    let kept = document(json!({
        "id": id, "status": "ACTIVE", "created": now, "lastUpdated": now, "expiresAt": end, "issuer": server.issuer,
        "clientId": text_at(app, "credentials", "/oauthClient/client_id"), "userId": text(user, "id"), "scopes": scopes,
        "_server": server.id,
    }));
    let key = format!("{}/{id}", text(app, "id"));
    call.state.put(&REFRESH_TOKENS, &key, &kept)?;
    REFRESH_KEYS.put(call.state.host, &digest(&secret), &key)?;
    Ok(secret)
}
