//! Proofs of possession (RFC 9449): a token bound to a key is of no use without a proof that the key made.

use rsa::sha2::{Digest, Sha256};
use serde_json::{Value, json};
use twin_sdk::{TableError, seconds};

use crate::documents::{document, text};
use crate::jwt::{Token, thumbprint};
use crate::state::State;

/// How far the clocks may differ, and how long a nonce can be used, in seconds.
const SKEW: u64 = 300;
const NONCE_LIFE: u64 = 86_400;

/// What is wrong with a proof.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no proof, or one for another request.
    Invalid,
    /// It lacks the nonce that the server asks for.
    Nonce,
}

/// The thumbprint of the key that made a proof for this method and address.
pub(crate) fn check(
    state: &mut State<'_>,
    proof: &str,
    method: &str,
    url: &str,
) -> Result<(String, Token), Fault> {
    let token = Token::parse(proof).ok_or(Fault::Invalid)?;
    let jwk = token.header.get("jwk").cloned().ok_or(Fault::Invalid)?;
    let now = seconds(state.now());
    let made = token.claims.get("iat").and_then(Value::as_u64).ok_or(Fault::Invalid)?;
    let address = |url: &str| url.split(['?', '#']).next().unwrap_or_default().to_owned();
    let fits = text(&token.header, "typ") == "dpop+jwt"
        && text(&token.claims, "htm") == method
        && address(text(&token.claims, "htu")) == address(url)
        && now.abs_diff(made) <= SKEW
        && jwk.get("d").is_none()
        && token.is_signed_by(&jwk);
    if fits { Ok((thumbprint(&jwk), token)) } else { Err(Fault::Invalid) }
}

/// Whether a proof carries the nonce of the day.
pub(crate) fn has_nonce(state: &mut State<'_>, token: &Token) -> Result<bool, TableError> {
    let nonce = nonce(state)?;
    Ok(text(&token.claims, "nonce") == nonce)
}

/// The nonce that proofs at the token endpoint have to carry.
pub(crate) fn nonce(state: &mut State<'_>) -> Result<String, TableError> {
    let now = seconds(state.now());
    if let Some(kept) = state.setting("dpop nonce")?
        && kept.get("ends").and_then(Value::as_u64).is_some_and(|end| now < end)
    {
        return Ok(text(&kept, "nonce").to_owned());
    }
    let nonce = state.draw(32);
    state.put_setting("dpop nonce", &document(json!({"nonce": nonce, "ends": now + NONCE_LIFE})))?;
    Ok(nonce)
}

/// The digest of an access token that a proof for its use carries.
pub(crate) fn token_digest(token: &str) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&Sha256::digest(token.as_bytes()))
}
