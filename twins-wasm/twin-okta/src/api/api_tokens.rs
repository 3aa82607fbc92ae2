//! `/api/v1/api-tokens`: the tokens of administrators.

use serde_json::Value;
use twin_sdk::Reply;

use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, text};
use crate::errors::Error;
use crate::state::TOKENS;
use crate::wire;
use serde_json::json;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listApiTokens", "GET", "/api/v1/api-tokens", tokens),
    own("getApiToken", "GET", "/api/v1/api-tokens/{id}", token),
    own("revokeApiToken", "DELETE", "/api/v1/api-tokens/{id}", revoke_token),
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
