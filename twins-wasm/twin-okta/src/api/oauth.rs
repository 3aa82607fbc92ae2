//! OAuth 2.0 and OpenID Connect: what clients discover, keys, authorization, introspection, revocation and user info.
//! The org's own server has no name in its addresses, the others have theirs.

use serde_json::{Value, json};
use twin_sdk::{Reply, seconds};

use super::app_parts::REFRESH_TOKENS;
use super::route::{Operation, open};
use super::server_parts::SCOPES;
use super::servers::SERVERS;
use super::token;
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, strings, text, text_at, texts};
use crate::errors::Error;
use crate::jwt;
use crate::keys;
use crate::state::{APPS, State};
use crate::times;

pub(super) const OPERATIONS: &[Operation] = &[
    open("getWellKnownOpenIDConfiguration", "GET", "/.well-known/openid-configuration", metadata),
    open("getWellKnownOAuthConfiguration", "GET", "/.well-known/oauth-authorization-server", metadata),
    open(
        "getWellKnownOpenIDConfigurationCustomAS",
        "GET",
        "/oauth2/{server}/.well-known/openid-configuration",
        metadata,
    ),
    open(
        "getWellKnownOAuthConfigurationCustomAS",
        "GET",
        "/oauth2/{server}/.well-known/oauth-authorization-server",
        metadata,
    ),
    open("oauthKeys", "GET", "/oauth2/v1/keys", key_set),
    open("oauthKeysCustomAS", "GET", "/oauth2/{server}/v1/keys", key_set),
    open("authorize", "GET", "/oauth2/v1/authorize", authorize),
    open("authorizeCustomAS", "GET", "/oauth2/{server}/v1/authorize", authorize),
    open("token", "POST", "/oauth2/v1/token", token::token),
    open("tokenCustomAS", "POST", "/oauth2/{server}/v1/token", token::token),
    open("introspect", "POST", "/oauth2/v1/introspect", introspect),
    open("introspectCustomAS", "POST", "/oauth2/{server}/v1/introspect", introspect),
    open("revoke", "POST", "/oauth2/v1/revoke", revoke),
    open("revokeCustomAS", "POST", "/oauth2/{server}/v1/revoke", revoke),
    open("userinfo", "GET", "/oauth2/v1/userinfo", userinfo),
    open("userinfoCustomAS", "GET", "/oauth2/{server}/v1/userinfo", userinfo),
    open("logout", "GET", "/oauth2/v1/logout", logout),
    open("logoutCustomAS", "GET", "/oauth2/{server}/v1/logout", logout),
];

/// The scopes of OpenID Connect that the org's own server knows.
const OIDC: &[&str] = &["openid", "profile", "email", "address", "phone", "offline_access", "groups"];

/// A server as tokens know it.
pub(super) struct Server {
    /// The id of its document, or [`keys::ORG`].
    pub id: String,
    /// The address that its tokens name.
    pub issuer: String,
    /// Whom its access tokens are for.
    pub audience: String,
}

impl Server {
    /// Whether it is the org's own.
    pub(super) fn is_org(&self) -> bool {
        self.id == keys::ORG
    }

    /// The server that the path names.
    pub(super) fn of(call: &mut Call<'_, '_>) -> Result<Self, Error> {
        if call.params.is_empty() {
            let issuer = call.origin.to_owned();
            return Ok(Self { id: keys::ORG.to_owned(), audience: issuer.clone(), issuer });
        }
        let name = call.param(0);
        let (id, server) = SERVERS.locate(call)?;
        if text(&server, "status") != "ACTIVE" {
            return Err(Error::not_found(&name, "AuthorizationServer"));
        }
        let audience = texts(&server, "audiences").into_iter().next().unwrap_or_default();
        let is_default = server.get("default") == Some(&Value::Bool(true));
        let name = if is_default { "default" } else { &id };
        Ok(Self { issuer: call.href(&format!("/oauth2/{name}")), id, audience })
    }

    /// Where the endpoints are.
    fn base(&self, call: &Call<'_, '_>) -> String {
        if self.is_org() { call.href("/oauth2/v1") } else { format!("{}/v1", self.issuer) }
    }

    /// The names of the scopes that it knows.
    pub(super) fn scopes(&self, state: &mut State<'_>) -> Result<Vec<String>, Error> {
        if self.is_org() {
            return Ok(OIDC.iter().map(|name| (*name).to_owned()).collect());
        }
        let scopes = state.all(&SCOPES.table, &format!("{}/", self.id))?;
        Ok(scopes.iter().map(|(_, scope)| text(scope, "name").to_owned()).collect())
    }
}

/// The application with that client id.
pub(crate) fn app_of_client(state: &mut State<'_>, client: &str) -> Result<Option<Document>, Error> {
    let is_client = |app: &Document| text_at(app, "credentials", "/oauthClient/client_id") == client;
    if let Some(app) = state.get(&APPS, client)?.filter(is_client) {
        return Ok(Some(app));
    }
    Ok(state.all(&APPS, "")?.into_iter().map(|(_, app)| app).find(|app| !client.is_empty() && is_client(app)))
}

/// Takes every refresh token of a user.
pub(super) fn revoke_all(state: &mut State<'_>, user: &str) -> Result<(), Error> {
    for (key, found) in state.all(&REFRESH_TOKENS, "")? {
        if text(&found, "userId") == user {
            state.delete(&REFRESH_TOKENS, &key);
        }
    }
    Ok(())
}

/// The fields of a form body.
pub(super) fn form(call: &Call<'_, '_>) -> Document {
    let fields = form_urlencoded::parse(&call.request.body);
    let fields = fields.map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())));
    fields.collect()
}

fn metadata(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let server = Server::of(call)?;
    let base = server.base(call);
    let scopes = server.scopes(call.state)?;
    let at = |name: &str| format!("{base}/{name}");
    let methods = json!(["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]);
    let mut found = document(json!({
        "issuer": server.issuer, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
        "registration_endpoint": call.href("/oauth2/v1/clients"), "jwks_uri": at("keys"),
        "response_types_supported": ["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"],
        "response_modes_supported": ["query", "fragment", "form_post", "okta_post_message"],
        "grant_types_supported": ["authorization_code", "implicit", "refresh_token", "password", "client_credentials"],
        "subject_types_supported": ["public"], "scopes_supported": scopes,
        "token_endpoint_auth_methods_supported": methods, "code_challenge_methods_supported": ["S256"],
        "introspection_endpoint": at("introspect"), "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint": at("revoke"), "revocation_endpoint_auth_methods_supported": methods,
        "end_session_endpoint": at("logout"), "request_parameter_supported": false,
        "dpop_signing_alg_values_supported": ["RS256", "RS384", "RS512"],
    }));
    if call.incoming.path().ends_with("openid-configuration") {
        set(&mut found, "userinfo_endpoint", at("userinfo"));
        set(&mut found, "id_token_signing_alg_values_supported", json!(["RS256"]));
        let claims = [
            "iss",
            "ver",
            "sub",
            "aud",
            "iat",
            "exp",
            "jti",
            "auth_time",
            "amr",
            "idp",
            "nonce",
            "name",
            "nickname",
            "preferred_username",
            "given_name",
            "middle_name",
            "family_name",
            "email",
            "email_verified",
            "profile",
            "zoneinfo",
            "locale",
            "address",
            "phone_number",
            "updated_at",
            "at_hash",
            "c_hash",
        ];
        set(&mut found, "claims_supported", json!(claims));
    }
    one(200, &Value::Object(found))
}

fn key_set(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let server = Server::of(call)?;
    keys::active(call.state, &server.id)?;
    let mut found = Vec::new();
    for key in keys::of(call.state, &server.id)? {
        found.push(key.jwk()?);
    }
    one(200, &json!({"keys": found}))
}

/// The answer goes to the client's own address, as a redirect. A session token proves who the user is; the pages of
/// the service, at which people would sign in, are not there.
fn authorize(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let server = Server::of(call)?;
    let field = |name: &str| call.query(name).unwrap_or_default();
    let (client, redirect, state) = (field("client_id"), field("redirect_uri"), field("state"));
    let (scope, challenge, nonce) = (field("scope"), field("code_challenge"), field("nonce"));
    let (kind, session, method) =
        (field("response_type"), field("sessionToken"), field("code_challenge_method"));
    let app = app_of_client(call.state, &client)?.filter(|app| text(app, "status") == "ACTIVE");
    let Some(app) = app else {
        return Err(token::refused(400, "invalid_client", "Invalid value for 'client_id' parameter."));
    };
    let known = object_list(&app, "redirect_uris");
    if !known.contains(&redirect) {
        let problem = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.";
        return Err(token::refused(400, "invalid_request", problem));
    }
    let back = |error: &str, problem: &str| {
        Ok(redirected(&redirect, &[("state", &state), ("error", error), ("error_description", problem)]))
    };
    if kind != "code" {
        return back(
            "unsupported_response_type",
            "The response type is not supported by the authorization server.",
        );
    }
    if !challenge.is_empty() && method != "S256" {
        return back("invalid_request", "The 'code_challenge_method' must be 'S256'.");
    }
    let needs_proof = app.get("credentials").and_then(|found| found.pointer("/oauthClient/pkce_required"));
    if challenge.is_empty() && needs_proof == Some(&Value::Bool(true)) {
        return back(
            "invalid_request",
            "PKCE code challenge is required when the token endpoint authentication method is 'NONE'.",
        );
    }
    let wanted: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    let all = server.scopes(call.state)?;
    if wanted.iter().any(|scope| !all.contains(scope)) {
        return back(
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        );
    }
    let meaning = super::sessions::redeem(call.state, &session)?;
    let Some(meaning) = meaning else {
        return back("login_required", "The client specified not to prompt, but the user is not logged in.");
    };
    let user = text(&meaning, "user").to_owned();
    if call.state.get(&crate::state::APP_USERS, &format!("{}/{user}", text(&app, "id")))?.is_none() {
        return back("access_denied", "User is not assigned to the client application.");
    }
    let code = call.state.draw(43);
    let ends = seconds(call.state.now()) + 60;
    let grant = document(json!({
        "client": client, "user": user, "scopes": wanted, "redirect": redirect, "challenge": challenge,
        "nonce": nonce, "server": server.id, "ends": ends,
    }));
    call.state.put_setting(&format!("code/{code}"), &grant)?;
    Ok(redirected(&redirect, &[("code", &code), ("state", &state)]))
}

/// The texts of a list in the client's settings.
pub(super) fn object_list(app: &Document, name: &str) -> Vec<String> {
    let client = app.get("settings").and_then(|settings| settings.get("oauthClient"));
    strings(client.and_then(|client| client.get(name)))
}

fn redirected(to: &str, fields: &[(&str, &str)]) -> Reply {
    let kept = fields.iter().filter(|(_, value)| !value.is_empty());
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    let mark = if to.contains('?') { '&' } else { '?' };
    nothing(302).header("location", format!("{to}{mark}{query}"))
}

fn introspect(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let server = Server::of(call)?;
    let fields = form(call);
    let client = super::client_auth::client(call, &fields)?;
    let asked = text(&fields, "token");
    let found = jwt::verify_own(call.state, asked, call.origin)?;
    if let Some(claims) = found.filter(|claims| text(claims, "iss") == server.issuer) {
        let mut view = claims.clone();
        for (name, value) in [("active", json!(true)), ("token_type", json!("Bearer"))] {
            set(&mut view, name, value);
        }
        set(&mut view, "scope", strings(claims.get("scp")).join(" "));
        set(&mut view, "client_id", text(&claims, "cid"));
        set(&mut view, "username", text(&claims, "sub"));
        return one(200, &Value::Object(view));
    }
    match token::refresh_token(call.state, asked)? {
        Some((_, kept))
            if text(&kept, "clientId") == text_at(&client, "credentials", "/oauthClient/client_id") =>
        {
            one(
                200,
                &json!({
                    "active": true, "token_type": "Bearer", "scope": texts(&kept, "scopes").join(" "),
                    "client_id": text(&kept, "clientId"), "uid": text(&kept, "userId"), "iss": server.issuer,
                    "exp": times::parse(text(&kept, "expiresAt")).map(seconds),
                }),
            )
        }
        _ => one(200, &json!({"active": false})),
    }
}

/// Whether there was such a token is nobody's business: the answer is always the same.
fn revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let fields = form(call);
    let client = super::client_auth::client(call, &fields)?;
    let id = text_at(&client, "credentials", "/oauthClient/client_id").to_owned();
    let asked = text(&fields, "token");
    if let Some(claims) = jwt::verify_own(call.state, asked, call.origin)?
        && text(&claims, "cid") == id
    {
        call.state.put_setting(&format!("revoked/{}", text(&claims, "jti")), &Document::new())?;
    }
    if let Some((key, kept)) = token::refresh_token(call.state, asked)?
        && text(&kept, "clientId") == id
    {
        call.state.delete(&REFRESH_TOKENS, &key);
    }
    Ok(nothing(200))
}

fn userinfo(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let server = Server::of(call)?;
    let refused = || token::refused(401, "invalid_token", "The token is invalid.");
    let asked = call.incoming.credential("Bearer").unwrap_or_default();
    let claims = jwt::verify_own(call.state, asked, call.origin)?.ok_or_else(refused)?;
    if text(&claims, "iss") != server.issuer {
        return Err(refused());
    }
    let scopes = strings(claims.get("scp"));
    if !scopes.iter().any(|scope| scope == "openid") {
        return Err(token::refused(
            403,
            "insufficient_scope",
            "The access token must provide access to at least one of these scopes - profile, openid, email, address or phone",
        ));
    }
    let user = call.state.user(text(&claims, "uid"))?.ok_or_else(refused)?;
    one(200, &Value::Object(claims_about(&user, &scopes)))
}

/// What scopes let a client know about a user.
pub(super) fn claims_about(user: &Document, scopes: &[String]) -> Document {
    let part = |name: &str| text_at(user, "profile", name);
    let has = |scope: &str| scopes.iter().any(|held| held == scope);
    let mut claims = document(json!({"sub": text(user, "id")}));
    if has("profile") {
        let updated = times::parse(text(user, "lastUpdated")).map(seconds);
        for (name, value) in [
            ("name", format!("{} {}", part("/firstName"), part("/lastName"))),
            ("given_name", part("/firstName").to_owned()),
            ("family_name", part("/lastName").to_owned()),
            ("preferred_username", part("/login").to_owned()),
            ("zoneinfo", "America/Los_Angeles".to_owned()),
            ("locale", "en_US".to_owned()),
        ] {
            set(&mut claims, name, value);
        }
        set(&mut claims, "updated_at", json!(updated));
    }
    if has("email") {
        set(&mut claims, "email", part("/email"));
        set(&mut claims, "email_verified", true);
    }
    if has("phone") && !part("/mobilePhone").is_empty() {
        set(&mut claims, "phone_number", part("/mobilePhone"));
    }
    claims
}

fn logout(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    Server::of(call)?;
    let hint = call.query("id_token_hint").unwrap_or_default();
    let claims = jwt::verify_own(call.state, &hint, call.origin)?;
    let Some(claims) = claims else {
        return Err(token::refused(400, "invalid_request", "The 'id_token_hint' is invalid."));
    };
    super::sessions::end_all(call.state, text(&claims, "sub"))?;
    let Some(to) = call.query("post_logout_redirect_uri") else { return Ok(nothing(204)) };
    let app = app_of_client(call.state, text(&claims, "aud"))?.unwrap_or_default();
    if !object_list(&app, "post_logout_redirect_uris").contains(&to) {
        let problem = "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.";
        return Err(token::refused(400, "invalid_request", problem));
    }
    let state = call.query("state").unwrap_or_default();
    Ok(redirected(&to, &[("state", &state)]))
}
