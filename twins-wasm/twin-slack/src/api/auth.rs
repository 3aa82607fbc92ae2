//! `auth.*` and `api.test`: who the token is.

use serde_json::{Map, Value, json};
use twin_sdk::Reply;

use crate::entities::Token;
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::state::tables::TOKENS;
use crate::wire;

use super::{Call, Open};

/// `auth.test`.
pub(super) fn test(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let team = call.state.team()?.ok_or(Code::InvalidAuth)?;
    let user = &call.caller.user;
    wire::ok(&wire::Identity {
        url: format!("https://{}.slack.com/", team.domain),
        team: &team.name,
        user: &user.name,
        team_id: &team.id,
        user_id: &user.id,
        bot_id: user.bot_id.as_deref(),
        is_enterprise_install: false,
    })
}

/// `auth.revoke`.
pub(super) fn revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.args.flag("test")? {
        return wire::ok(&json!({"revoked": false}));
    }
    let token = call.caller.token.clone();
    let meaning = call.state.token(&token)?.ok_or(Code::InvalidAuth)?;
    call.state.put(&TOKENS, &token, &Token { revoked: true, ..meaning })?;
    if let Some(app) = call.caller.app_id.clone() {
        let me = &call.caller.user;
        let kind = if me.is_bot { "bot" } else { "oauth" };
        let event = json!({"type": "tokens_revoked", "tokens": {kind: [me.id]}});
        call.state.announce("tokens_revoked", Audience::App(&app), event)?;
    }
    wire::ok(&json!({"revoked": true}))
}

/// `auth.teams.list`.
pub(super) fn teams(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let team = call.state.team()?.ok_or(Code::InvalidAuth)?;
    wire::ok(&json!({
        "teams": [{"id": team.id, "name": team.name}], "response_metadata": {"next_cursor": ""},
    }))
}

/// `api.test`: says what it was told; `error` makes it fail.
pub(super) fn api_test(open: &mut Open<'_, '_>) -> Result<Reply, Error> {
    let args: Map<String, Value> = open
        .args
        .all()
        .filter(|(name, _)| *name != "token")
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(error) = open.args.text("error")? {
        return Ok(Reply::json(200, &json!({"ok": false, "error": error, "args": args}))?);
    }
    if args.is_empty() {
        return wire::ok(&json!({}));
    }
    wire::ok(&json!({"args": args}))
}
