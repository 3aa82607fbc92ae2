//! `apps.*`: what an app learns of itself, and its manifest.

use serde_json::{Value, json};
use twin_sdk::{Binding, Reply};

use crate::entities::{App, Command};
use crate::errors::{Code, Error};
use crate::events::Context;
use crate::state::tables::APPS;
use crate::wire::{self, ResponseMetadata};

use super::Call;

/// The longest name of an app, in characters.
const LONGEST_NAME: usize = 35;

/// `apps.event.authorizations.list`: for whom an event was sent.
pub(super) fn event_authorizations(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let context = call.args.required("event_context")?;
    let context = Context::parse(&context).ok_or(Code::InvalidEventContext)?;
    if call.caller.app_id.as_ref() != Some(&context.aid) {
        return Err(Code::InvalidEventContext.into());
    }
    let app = call.state.get(&APPS, &context.aid)?.ok_or(Code::InvalidEventContext)?;
    let binding = Binding::new("apps.event.authorizations.list", &call.caller.user.id, &[]);
    wire::ok(&json!({
        "authorizations": [{
            "enterprise_id": null, "team_id": context.tid, "user_id": app.bot, "is_bot": true,
            "is_enterprise_install": false,
        }],
        "response_metadata": ResponseMetadata::at(None, &binding),
    }))
}

/// `apps.manifest.validate`.
pub(super) fn validate_manifest(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    call.manifest()?;
    wire::ok(&json!({"errors": []}))
}

/// `apps.manifest.create`.
pub(super) fn create_manifest(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let manifest = call.manifest()?;
    let mut app = App {
        id: call.state.mint("A"),
        client_id: format!("{}.{}", call.state.now() / 1_000, call.state.now_seconds()),
        client_secret: call.state.mint_secret(),
        signing_secret: call.state.mint_secret(),
        verification_token: call.state.mint_secret(),
        ..App::default()
    };
    apply(&mut app, &manifest);
    call.put_app(&app)?;
    let team = call.state.team()?.ok_or(Code::TeamNotFound)?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &app.client_id)
        .append_pair("scope", &app.scopes.join(","))
        .append_pair("user_scope", &app.user_scopes.join(","))
        .finish();
    wire::ok(&json!({
        "app_id": app.id,
        "credentials": {
            "client_id": app.client_id, "client_secret": app.client_secret,
            "verification_token": app.verification_token, "signing_secret": app.signing_secret,
        },
        "oauth_authorize_url": format!("https://slack.com/oauth/v2/authorize?{query}"),
        "team_id": team.id, "team_domain": team.domain,
    }))
}

/// `apps.manifest.update`.
pub(super) fn update_manifest(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut app = call.named_app()?;
    let manifest = call.manifest()?;
    let scopes = app.scopes.clone();
    apply(&mut app, &manifest);
    call.put_app(&app)?;
    wire::ok(&json!({"app_id": app.id, "permissions_updated": scopes != app.scopes}))
}

/// `apps.manifest.export`.
pub(super) fn export_manifest(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = call.named_app()?;
    let commands: Vec<Value> = app.commands.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    wire::ok(&json!({"manifest": {
        "display_information": {"name": app.name},
        "features": {"bot_user": {"display_name": app.name, "always_online": true}, "slash_commands": commands},
        "oauth_config": {
            "redirect_urls": app.redirect_urls, "scopes": {"bot": app.scopes, "user": app.user_scopes},
        },
        "settings": {
            "event_subscriptions": {"request_url": app.events_url, "bot_events": app.events},
            "interactivity": {
                "is_enabled": app.interactivity_url.is_some(), "request_url": app.interactivity_url,
            },
            "org_deploy_enabled": false, "socket_mode_enabled": app.socket_mode,
            "token_rotation_enabled": app.token_rotation,
        },
    }}))
}

/// `apps.manifest.delete`.
pub(super) fn delete_manifest(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = call.named_app()?;
    call.state.delete(&APPS, &app.id);
    call.done()
}

impl Call<'_, '_> {
    fn named_app(&mut self) -> Result<App, Error> {
        let id = self.args.required_or("app_id", Code::InvalidAppId)?;
        self.state.get(&APPS, &id)?.ok_or_else(|| Code::InvalidAppId.into())
    }

    /// The manifest of the call, if it can be one.
    fn manifest(&self) -> Result<Value, Error> {
        let manifest = self.args.json("manifest", Code::InvalidManifest)?.ok_or(Code::InvalidManifest)?;
        let mut errors = Vec::new();
        let name = manifest.pointer("/display_information/name").and_then(Value::as_str);
        match name {
            None => errors.push(("/display_information", "missing required property name")),
            Some(name) if name.is_empty() || name.chars().count() > LONGEST_NAME => {
                errors.push(("/display_information/name", "must be 1 to 35 characters"));
            }
            Some(_) => {}
        }
        let events = manifest.pointer("/settings/event_subscriptions/bot_events");
        let url = manifest.pointer("/settings/event_subscriptions/request_url").and_then(Value::as_str);
        let by_socket = manifest.pointer("/settings/socket_mode_enabled") == Some(&Value::Bool(true));
        if events.is_some() && url.is_none() && !by_socket {
            errors.push(("/settings/event_subscriptions", "needs a request_url"));
        }
        if errors.is_empty() {
            return Ok(manifest);
        }
        let shown: Vec<Value> =
            errors.iter().map(|(pointer, message)| json!({"pointer": pointer, "message": message})).collect();
        Err(Error::Detailed { code: Code::InvalidManifest, field: "errors", detail: shown.into() })
    }

    /// Writes an app, and asks the address of its events whether it is the app's own.
    fn put_app(&mut self, app: &App) -> Result<(), Error> {
        let old = self.state.get(&APPS, &app.id)?.and_then(|old| old.events_url);
        self.state.put(&APPS, &app.id, app)?;
        if let Some(url) = app.events_url.as_ref().filter(|url| old.as_ref() != Some(url)) {
            self.state.verify_url(app, url);
        }
        Ok(())
    }
}

/// Takes over what a manifest says.
fn apply(app: &mut App, manifest: &Value) {
    let text = |at: &str| manifest.pointer(at).and_then(Value::as_str).map(str::to_owned);
    let texts = |at: &str| -> Vec<String> {
        let items = manifest.pointer(at).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
    };
    app.name = text("/display_information/name").unwrap_or_default();
    app.events_url = text("/settings/event_subscriptions/request_url");
    app.events = texts("/settings/event_subscriptions/bot_events");
    app.interactivity_url = text("/settings/interactivity/request_url");
    app.redirect_urls = texts("/oauth_config/redirect_urls");
    app.scopes = texts("/oauth_config/scopes/bot");
    app.user_scopes = texts("/oauth_config/scopes/user");
    let flag = |at: &str| manifest.pointer(at).and_then(Value::as_bool).unwrap_or(false);
    app.token_rotation = flag("/settings/token_rotation_enabled");
    app.socket_mode = flag("/settings/socket_mode_enabled");
    let commands = manifest.pointer("/features/slash_commands").and_then(Value::as_array);
    let command = |item: &Value| {
        let url = item["url"].as_str().map(str::to_owned);
        Some(Command { command: item["command"].as_str()?.to_owned(), url })
    };
    app.commands = commands.into_iter().flatten().filter_map(command).collect();
}
