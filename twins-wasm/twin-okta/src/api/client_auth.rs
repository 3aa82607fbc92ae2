//! How clients prove who they are at the token endpoint and beside it: with a secret, with an assertion, and with the key
//! that their tokens are bound to.

use data_encoding::BASE64;
use serde_json::Value;
use twin_sdk::seconds;

use super::client_credentials::is_secret;
use super::oauth::app_of_client;
use super::token::{HOUR, refused};
use crate::call::Call;
use crate::documents::{Document, strings, text, text_at};
use crate::dpop::{self, Fault};
use crate::errors::Error;
use crate::jwt::Token;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The client that the request proves to be, by the method that its application asks for.
pub(super) fn client(call: &mut Call<'_, '_>, fields: &Document) -> Result<Document, Error> {
    let invalid = || {
        refused(
            401,
            "invalid_client",
            "Client authentication failed. Either the client or the client credentials are invalid.",
        )
    };
    if !text(fields, "client_assertion").is_empty() {
        return by_assertion(call, fields);
    }
    let basic = call.incoming.credential("Basic").and_then(|found| BASE64.decode(found.as_bytes()).ok());
    let basic = basic.and_then(|found| String::from_utf8(found).ok());
    let (id, secret, method) = match basic.as_deref().and_then(|found| found.split_once(':')) {
        Some((id, secret)) => (id.to_owned(), secret.to_owned(), "client_secret_basic"),
        None => (
            text(fields, "client_id").to_owned(),
            text(fields, "client_secret").to_owned(),
            "client_secret_post",
        ),
    };
    if id.is_empty() {
        return Err(refused(400, "invalid_request", "The 'client_id' parameter is missing."));
    }
    let app =
        app_of_client(call.state, &id)?.filter(|app| text(app, "status") == "ACTIVE").ok_or_else(invalid)?;
    let asked = text_at(&app, "credentials", "/oauthClient/token_endpoint_auth_method");
    let kept = text_at(&app, "credentials", "/oauthClient/client_secret");
    let is_proven = match asked {
        "none" => secret.is_empty(),
        "client_secret_basic" | "client_secret_post" if asked == method => {
            is_secret(call.state, text(&app, "id"), kept, &secret)?
        }
        _ => false,
    };
    if is_proven { Ok(app) } else { Err(invalid()) }
}

/// RFC 7523: the client signs with a key of its own, which the application holds the public part of.
fn by_assertion(call: &mut Call<'_, '_>, fields: &Document) -> Result<Document, Error> {
    let invalid = |problem: &str| refused(401, "invalid_client", problem);
    if text(fields, "client_assertion_type") != ASSERTION {
        return Err(invalid("The client_assertion_type is not supported."));
    }
    let token = Token::parse(text(fields, "client_assertion"));
    let token = token.ok_or_else(|| invalid("The client_assertion token could not be parsed."))?;
    let id = text(&token.claims, "sub");
    let app = app_of_client(call.state, id)?.filter(|app| text(app, "status") == "ACTIVE");
    let app = app.ok_or_else(|| invalid("The client_assertion's subject is not a known client."))?;
    let method = text_at(&app, "credentials", "/oauthClient/token_endpoint_auth_method");
    let now = seconds(call.state.now());
    let ends = token.claims.get("exp").and_then(Value::as_u64).unwrap_or_default();
    if method != "private_key_jwt" || text(&token.claims, "iss") != id {
        return Err(invalid("The client_assertion is not allowed for this client."));
    }
    if ends <= now || ends > now + HOUR {
        return Err(invalid(
            "The client_assertion token has an expiration too far into the future or has expired.",
        ));
    }
    let url = format!("{}{}", call.origin, call.incoming.path());
    let audiences = match token.claims.get("aud") {
        Some(Value::String(one)) => vec![one.clone()],
        other => strings(other),
    };
    if !audiences
        .iter()
        .any(|audience| audience.starts_with(call.origin) && url.starts_with(audience.as_str()))
    {
        return Err(invalid(&format!(
            "The audience claim for client_assertion must be the endpoint invoked for the request: {url}."
        )));
    }
    let known = app
        .get("settings")
        .and_then(|found| found.pointer("/oauthClient/jwks/keys"))
        .and_then(Value::as_array);
    let kid = token.header.get("kid");
    let is_signed = known.into_iter().flatten().any(|jwk| {
        let is_meant = kid.is_none() || jwk.get("kid").is_none() || jwk.get("kid") == kid;
        is_meant && jwk.get("status").is_none_or(|status| status == "ACTIVE") && token.is_signed_by(jwk)
    });
    if is_signed { Ok(app) } else { Err(invalid("The client_assertion signature is invalid.")) }
}

/// The thumbprint of the key that the tokens will be bound to; none where they will not.
pub(super) fn proof(call: &mut Call<'_, '_>, app: &Document) -> Result<Option<String>, Error> {
    let wants = app.get("settings").and_then(|found| found.pointer("/oauthClient/dpop_bound_access_tokens"));
    let Some(header) = call.incoming.header("dpop") else {
        if wants == Some(&Value::Bool(true)) {
            return Err(refused(400, "invalid_dpop_proof", "The DPoP proof JWT header is missing."));
        }
        return Ok(None);
    };
    let url = format!("{}{}", call.origin, call.incoming.path());
    let outcome = dpop::check(call.state, header, "POST", &url).and_then(|(thumbprint, token)| {
        if dpop::has_nonce(call.state, &token).unwrap_or_default() {
            Ok(thumbprint)
        } else {
            Err(Fault::Nonce)
        }
    });
    match outcome {
        Ok(thumbprint) => Ok(Some(thumbprint)),
        Err(Fault::Invalid) => Err(refused(400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.")),
        Err(Fault::Nonce) => Err(Error::Oauth {
            status: 400,
            error: "use_dpop_nonce",
            description: "Authorization server requires nonce in DPoP proof.".to_owned(),
            nonce: Some(dpop::nonce(call.state)?),
        }),
    }
}
