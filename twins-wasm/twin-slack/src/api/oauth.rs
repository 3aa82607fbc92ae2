//! How apps get tokens: consent, codes, refresh tokens. People consent at once: whoever runs the workspace does, or
//! the person whose token comes along.

use serde_json::{Value, json};
use twin_sdk::{Incoming, Reply};

use crate::args::Args;
use crate::entities::{App, OauthCode, Refresh, Token, User};
use crate::errors::{Code, Error};
use crate::state::State;
use crate::state::tables::{APPS, CODES, REFRESHES, TOKENS};
use crate::wire;

use super::{Call, Open};

/// How long a code is good, in seconds.
const CODE_LIFE: u64 = 600;
/// How long a token that rotates is good, in seconds.
const TOKEN_LIFE: u64 = 43_200;

/// The page on which a person consents: it sends them back to the app with a code.
pub(super) fn authorize(state: &mut State<'_>, incoming: &Incoming<'_>) -> Result<Reply, Error> {
    let args = Args::read(incoming, false)?;
    let page = |status, text: &str| Ok(Reply::of_type(status, "text/html; charset=utf-8", text.to_owned()));
    let Some(app) = state.app_of_client(&args.text("client_id")?.unwrap_or_default())? else {
        return page(400, "Invalid client_id parameter");
    };
    let redirect = match args.text("redirect_uri")? {
        Some(uri) => app.redirect_urls.iter().any(|known| uri.starts_with(known.as_str())).then_some(uri),
        None => app.redirect_urls.first().cloned(),
    };
    let Some(redirect_uri) = redirect else {
        return page(400, "redirect_uri did not match any configured URIs");
    };
    let scopes = args.list("scope")?;
    let user_scopes = args.list("user_scope")?;
    if scopes.is_empty() && user_scopes.is_empty() {
        return page(400, "No scopes requested");
    }
    let Some(user) = state.consenting(&args)? else { return page(400, "Nobody is there to consent") };
    let code = format!("{}.{}", state.now() / 1_000_000, state.mint_secret());
    let expires = state.now_seconds().saturating_add(CODE_LIFE);
    let redirect = redirect_uri.clone();
    let grant =
        OauthCode { app_id: app.id, user: user.id, scopes, user_scopes, redirect_uri, expires, used: false };
    state.put(&CODES, &code, &grant)?;
    let mut back = form_urlencoded::Serializer::new(String::new());
    back.append_pair("code", &code).append_pair("state", &args.text("state")?.unwrap_or_default());
    let sign = if redirect.contains('?') { '&' } else { '?' };
    Ok(Reply::of_type(302, "text/html", "").header("location", format!("{redirect}{sign}{}", back.finish())))
}

/// `oauth.v2.access`.
pub(super) fn v2_access(open: &mut Open<'_, '_>) -> Result<Reply, Error> {
    let app = open.client()?;
    match open.args.text("grant_type")?.as_deref() {
        None | Some("authorization_code") => {
            let grant = open.code(&app)?;
            open.install(app, &grant)
        }
        Some("refresh_token") => open.refresh(&app),
        Some(_) => Err(Code::InvalidGrantType.into()),
    }
}

/// `oauth.access`: the form of the answer before there were bots with tokens of their own.
pub(super) fn access(open: &mut Open<'_, '_>) -> Result<Reply, Error> {
    let app = open.client()?;
    let grant = open.code(&app)?;
    let team = open.state.team()?.ok_or(Code::InvalidClientId)?;
    let scopes = [grant.scopes.clone(), grant.user_scopes.clone()].concat();
    let token = open.state.grant_token("xoxp", &grant.user, scopes.clone(), &app, None)?;
    wire::ok(&json!({
        "access_token": token, "scope": scopes.join(","), "user_id": grant.user, "team_id": team.id,
        "team_name": team.name, "enterprise_id": null,
    }))
}

/// `oauth.v2.exchange`: a token for ever becomes one that rotates.
pub(super) fn exchange(open: &mut Open<'_, '_>) -> Result<Reply, Error> {
    let app = open.client()?;
    if !app.token_rotation {
        return Err(Code::TokenRotationNotEnabled.into());
    }
    let old = open.args.text("token")?.ok_or(Code::InvalidToken)?;
    let meaning = open.state.token(&old)?.filter(|token| !token.revoked).ok_or(Code::InvalidToken)?;
    if meaning.expires.is_some() {
        return Err(Code::TokenAlreadyExchanged.into());
    }
    open.state.delete(&TOKENS, &old);
    open.rotated(&app, &meaning.user, &meaning.user, meaning.scopes)
}

/// `apps.uninstall`: by the app itself.
pub(super) fn uninstall(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required_or("client_id", Code::InvalidClientId)?;
    let secret = call.args.required_or("client_secret", Code::BadClientSecret)?;
    let app = call.state.app_of_client(&id)?.ok_or(Code::InvalidClientId)?;
    if app.client_secret != secret {
        return Err(Code::BadClientSecret.into());
    }
    if call.caller.app_id.as_ref() != Some(&app.id) {
        return Err(Code::ClientIdTokenMismatch.into());
    }
    let event = json!({"type": "app_uninstalled"});
    call.state.announce("app_uninstalled", crate::events::Audience::App(&app.id), event)?;
    call.state.revoke_all_of(&app)?;
    call.done()
}

impl Open<'_, '_> {
    /// The app whose client id and secret come in the call or in a Basic credential.
    fn client(&mut self) -> Result<App, Error> {
        let basic = self.incoming.credential("Basic").and_then(|credential| {
            let bytes = data_encoding::BASE64.decode(credential.as_bytes()).ok()?;
            let text = String::from_utf8(bytes).ok()?;
            text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
        });
        let (id, secret) = match basic {
            Some((id, secret)) => (Some(id), Some(secret)),
            None => (self.args.text("client_id")?, self.args.text("client_secret")?),
        };
        let app = self.state.app_of_client(&id.unwrap_or_default())?.ok_or(Code::InvalidClientId)?;
        if secret.as_ref() == Some(&app.client_secret) { Ok(app) } else { Err(Code::BadClientSecret.into()) }
    }

    /// The consent behind a code, which is good once.
    fn code(&mut self, app: &App) -> Result<OauthCode, Error> {
        let code = self.args.required_or("code", Code::InvalidCode)?;
        let grant = self.state.get(&CODES, &code)?.filter(|grant| grant.app_id == app.id);
        let grant = grant.ok_or(Code::InvalidCode)?;
        if grant.used || grant.expires <= self.state.now_seconds() {
            return Err(Code::InvalidCode.into());
        }
        if self.args.text("redirect_uri")?.is_some_and(|uri| uri != grant.redirect_uri) {
            return Err(Code::BadRedirectUri.into());
        }
        self.state.put(&CODES, &code, &OauthCode { used: true, ..grant.clone() })?;
        Ok(grant)
    }

    /// Gives the app its bot's token, and the person's where it asked for one.
    fn install(&mut self, app: App, grant: &OauthCode) -> Result<Reply, Error> {
        let team = self.state.team()?.ok_or(Code::InvalidClientId)?;
        let mut answer = json!({
            "app_id": app.id, "authed_user": {"id": grant.user}, "team": {"id": team.id, "name": team.name},
            "enterprise": null, "is_enterprise_install": false,
        });
        if !grant.user_scopes.is_empty() {
            let issued = self.issue("xoxp", &grant.user, grant, &grant.user_scopes, &app)?;
            if let Some(person) = answer.get_mut("authed_user") {
                merge(person, issued, "user");
            }
        }
        if !grant.scopes.is_empty() {
            let bot = self.state.bot_of(app.clone(), &team.id)?;
            let issued = self.issue("xoxb", &bot.id, grant, &grant.scopes, &app)?;
            merge(&mut answer, issued, "bot");
            if let Some(fields) = answer.as_object_mut() {
                fields.insert("bot_user_id".to_owned(), bot.id.into());
            }
        }
        wire::ok(&answer)
    }

    fn issue(
        &mut self,
        kind: &str,
        user: &str,
        grant: &OauthCode,
        scopes: &[String],
        app: &App,
    ) -> Result<Value, Error> {
        if !app.token_rotation {
            let token = self.state.grant_token(kind, user, scopes.to_vec(), app, None)?;
            return Ok(json!({"access_token": token, "scope": scopes.join(",")}));
        }
        self.state.rotating(app, user, &grant.user, scopes.to_vec())
    }

    /// A new pair for a refresh token, which is good once.
    fn refresh(&mut self, app: &App) -> Result<Reply, Error> {
        let sent = self.args.required_or("refresh_token", Code::InvalidRefreshToken)?;
        let refresh = self.state.get(&REFRESHES, &sent)?.filter(|refresh| refresh.app_id == app.id);
        let refresh = refresh.ok_or(Code::InvalidRefreshToken)?;
        self.state.delete(&REFRESHES, &sent);
        self.rotated(app, &refresh.user, &refresh.installer, refresh.scopes)
    }

    fn rotated(
        &mut self,
        app: &App,
        user: &str,
        installer: &str,
        scopes: Vec<String>,
    ) -> Result<Reply, Error> {
        let team = self.state.team()?.ok_or(Code::InvalidClientId)?;
        let is_bot = self.state.user(user)?.is_some_and(|user| user.is_bot);
        let mut answer = self.state.rotating(app, user, installer, scopes)?;
        let more = json!({
            "app_id": app.id, "token_type": if is_bot { "bot" } else { "user" },
            "team": {"id": team.id, "name": team.name}, "enterprise": null, "is_enterprise_install": false,
        });
        let kind = if is_bot { "bot" } else { "user" };
        merge(&mut answer, more, kind);
        if let Some(fields) = answer.as_object_mut().filter(|_| is_bot) {
            fields.insert("bot_user_id".to_owned(), user.into());
        }
        wire::ok(&answer)
    }
}

impl State<'_> {
    fn app_of_client(&mut self, client_id: &str) -> Result<Option<App>, Error> {
        let apps = self.all(&APPS, "")?;
        Ok(apps.into_iter().find(|app| !client_id.is_empty() && app.client_id == client_id))
    }

    /// The person whose token comes along, or whoever runs the workspace, or its first person.
    fn consenting(&mut self, args: &Args) -> Result<Option<User>, Error> {
        if let Some(token) = args.text("token")? {
            let meaning = self.token(&token)?;
            return Ok(meaning.map(|token| self.user(&token.user)).transpose()?.flatten());
        }
        let (mut first, mut scan) = (None, State::users(None));
        while let Some((_, user)) = self.step(&mut scan)? {
            if user.is_bot || user.deleted || user.is_restricted {
                continue;
            }
            if user.profile.is_admin || user.profile.is_owner || user.profile.is_primary_owner {
                return Ok(Some(user));
            }
            first.get_or_insert(user);
        }
        Ok(first)
    }

    /// The app's bot, who joins the workspace with the first installation.
    fn bot_of(&mut self, mut app: App, team: &str) -> Result<User, Error> {
        if let Some(bot) = app.bot.as_ref().map(|bot| self.user(bot)).transpose()?.flatten() {
            return Ok(bot);
        }
        let handle = app.name.to_lowercase().replace(' ', "_");
        let bot = User {
            id: self.mint("U"),
            team_id: team.to_owned(),
            name: handle,
            real_name: app.name.clone(),
            email: None,
            title: String::new(),
            tz: crate::zones::DEFAULT.to_owned(),
            deleted: false,
            is_bot: true,
            is_restricted: false,
            bot_id: Some(self.mint("B")),
            app_id: Some(app.id.clone()),
            updated: self.now_seconds(),
            profile: crate::entities::Profile::default(),
        };
        self.put_user(&bot)?;
        app.bot = Some(bot.id.clone());
        self.put(&APPS, &app.id.clone(), &app)?;
        Ok(bot)
    }

    fn grant_token(
        &mut self,
        kind: &str,
        user: &str,
        scopes: Vec<String>,
        app: &App,
        expires: Option<u64>,
    ) -> Result<String, Error> {
        let token = format!("{kind}-{}", self.mint_secret());
        let app_id = Some(app.id.clone());
        let rate_limits = Some(self.team()?.is_some_and(|team| team.rate_limits));
        let meaning = Token { user: user.to_owned(), scopes, rate_limits, expires, revoked: false, app_id };
        self.put_token(&token, &meaning)?;
        Ok(token)
    }

    /// A token for twelve hours, and what renews it.
    fn rotating(
        &mut self,
        app: &App,
        user: &str,
        installer: &str,
        scopes: Vec<String>,
    ) -> Result<Value, Error> {
        let is_bot = self.user(user)?.is_some_and(|user| user.is_bot);
        let kind = if is_bot { "xoxe.xoxb-1" } else { "xoxe.xoxp-1" };
        let expires = self.now_seconds().saturating_add(TOKEN_LIFE);
        let token = self.grant_token(kind, user, scopes.clone(), app, Some(expires))?;
        let refresh_token = format!("xoxe-1-{}", self.mint_secret());
        let answer = json!({
            "access_token": token, "scope": scopes.join(","), "refresh_token": refresh_token,
            "expires_in": TOKEN_LIFE,
        });
        let refresh = Refresh {
            app_id: app.id.clone(),
            user: user.to_owned(),
            installer: installer.to_owned(),
            scopes,
        };
        self.put(&REFRESHES, &refresh_token, &refresh)?;
        Ok(answer)
    }

    /// Ends every token that an app was given.
    fn revoke_all_of(&mut self, app: &App) -> Result<(), Error> {
        let mut scan = TOKENS.scan(twin_sdk::Range { start: None, end: None }, twin_sdk::Order::Ascending);
        let mut held = Vec::new();
        while let Some((key, token)) = self.step(&mut scan)? {
            if token.app_id.as_ref() == Some(&app.id) || app.bot.as_ref() == Some(&token.user) {
                held.push((key, token));
            }
        }
        for (key, token) in held {
            self.put_token(&key, &Token { revoked: true, ..token })?;
        }
        Ok(())
    }
}

/// Adds fields, and the kind of the token.
fn merge(object: &mut Value, more: Value, token_type: &str) {
    if let (Some(fields), Value::Object(more)) = (object.as_object_mut(), more) {
        fields.extend(more);
        fields.insert("token_type".to_owned(), token_type.into());
    }
}
