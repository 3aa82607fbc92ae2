//! `/api/v1/api-tokens`: the tokens of administrators.

use serde_json::Value;
use twin_sdk::Reply;

use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, set, text};
use crate::errors::Error;
use crate::state::TOKENS;
use crate::wire;
use serde_json::json;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listApiTokens", "GET", "/api/v1/api-tokens", tokens),
    own("getApiToken", "GET", "/api/v1/api-tokens/{id}", token),
    own("revokeApiToken", "DELETE", "/api/v1/api-tokens/{id}", revoke_token),
    own("upsertApiToken", "PUT", "/api/v1/api-tokens/{id}", replace),
    own("revokeCurrentApiToken", "DELETE", "/api/v1/api-tokens/current", revoke_current),
];

fn token_view(call: &Call<'_, '_>, token: &Document) -> Value {
    let own = call.href(&format!("/api/v1/api-tokens/{}", text(token, "id")));
    let user = call.href(&format!("/api/v1/users/{}", text(token, "userId")));
    wire::linked(
        token,
        json!({"self": wire::hinted(&own, &["GET", "DELETE"]), "user": wire::hinted(&user, &["GET"])}),
    )
}

fn tokens(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.all(&TOKENS, "")?;
    found.sort_by_key(|(_, token)| text(token, "name").to_lowercase());
    let views: Vec<_> = found.iter().map(|(_, token)| token_view(call, token)).collect();
    Ok(Reply::json(200, &views)?)
}

fn named_token(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&TOKENS, &id)?.ok_or_else(|| Error::not_found(&id, "Token"))
}

fn token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let token = named_token(call)?;
    one(200, &token_view(call, &token))
}

fn revoke_token(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let token = named_token(call)?;
    call.state.delete(&TOKENS, text(&token, "id"));
    Ok(nothing(204))
}

/// Its name, owner and networks may change; what it stands for stays.
fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut token = named_token(call)?;
    let body = call.body()?;
    set(&mut token, "name", require_text(&body, "name")?);
    if !text(&body, "userId").is_empty() {
        let user = text(&body, "userId").to_owned();
        call.state.user(&user)?.ok_or_else(|| Error::not_found(&user, "User"))?;
        set(&mut token, "userId", user);
    }
    for field in ["network", "clientName"] {
        if let Some(value) = body.get(field) {
            set(&mut token, field, value.clone());
        }
    }
    let now = call.state.stamp();
    set(&mut token, "lastUpdated", now);
    call.state.put(&TOKENS, text(&token, "id"), &token)?;
    one(200, &token_view(call, &token))
}

/// The token that the request itself carries.
fn revoke_current(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let header = call.incoming.header("authorization").unwrap_or_default().trim();
    let secret = header.get(4..).filter(|_| header.to_lowercase().starts_with("ssws")).unwrap_or_default();
    let token = call.state.api_token(secret.trim())?.ok_or(crate::errors::Code::InvalidToken)?;
    call.state.delete(&TOKENS, text(&token, "id"));
    Ok(nothing(204))
}
