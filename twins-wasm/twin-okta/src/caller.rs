//! Who calls: an administrator's API token, or an access token that the org's own server signed.

use serde_json::Value;
use twin_sdk::Incoming;

use crate::documents::{Document, text};
use crate::dpop;
use crate::errors::{Code, Error};
use crate::jwt;
use crate::state::State;

/// An authenticated caller, or nobody at an endpoint that is open.
pub(crate) struct Caller {
    /// The user on whose behalf it is; empty for a service.
    pub user: String,
    /// The client of an access token; empty for an API token.
    pub client: String,
    /// The user's document, where the token is only good for a user in good standing.
    pub document: Option<Document>,
    /// What an access token allows; none for an API token, which allows everything.
    scopes: Option<Vec<String>>,
}

impl Caller {
    /// Nobody.
    pub(crate) fn nobody() -> Self {
        Self { user: String::new(), client: String::new(), document: None, scopes: Some(Vec::new()) }
    }

    /// The caller that the `Authorization` header names. `SSWS` is taken with and without a space behind it: one
    /// release of the Python SDK leaves it out.
    pub(crate) fn of(state: &mut State<'_>, incoming: &Incoming<'_>, origin: &str) -> Result<Self, Error> {
        let header = incoming.header("authorization").unwrap_or_default().trim();
        if let Some(token) = strip_scheme(header, "ssws") {
            return Self::of_token(state, token.trim());
        }
        let bearer = strip_scheme(header, "bearer").or_else(|| strip_scheme(header, "dpop"));
        let Some(token) = bearer else { return Err(Code::InvalidToken.into()) };
        let token = token.trim();
        let claims = jwt::verify_own(state, token, origin)?.ok_or(Code::InvalidToken)?;
        if let Some(bound) = claims.get("cnf").and_then(|found| found.get("jkt")).and_then(Value::as_str) {
            let url = format!("{origin}{}", incoming.path());
            let proof = incoming.header("dpop").unwrap_or_default();
            let checked = dpop::check(state, proof, incoming.method(), &url).ok();
            let is_owner = checked.is_some_and(|(thumbprint, proof)| {
                thumbprint == bound && text(&proof.claims, "ath") == dpop::token_digest(token)
            });
            if !is_owner {
                return Err(Code::InvalidToken.into());
            }
        }
        Self::of_claims(&claims)
    }

    fn of_token(state: &mut State<'_>, token: &str) -> Result<Self, Error> {
        let meaning = state.api_token(token)?.ok_or(Code::InvalidToken)?;
        let user = text(&meaning, "userId").to_owned();
        let document = state.user(&user)?.ok_or(Code::InvalidToken)?;
        if text(&document, "status") == "DEPROVISIONED" || text(&document, "status") == "SUSPENDED" {
            return Err(Code::InvalidToken.into());
        }
        Ok(Self { user, client: String::new(), document: Some(document), scopes: None })
    }

    fn of_claims(claims: &Document) -> Result<Self, Error> {
        let scopes = claims.get("scp").and_then(Value::as_array).ok_or(Code::InvalidToken)?;
        let scopes = scopes.iter().filter_map(|scope| scope.as_str().map(str::to_owned)).collect();
        Ok(Self {
            user: text(claims, "uid").to_owned(),
            client: text(claims, "cid").to_owned(),
            document: None,
            scopes: Some(scopes),
        })
    }

    /// Refuses a caller whose access token has neither the scope to read nor, where it is not enough, the one to
    /// change.
    pub(crate) fn require(&self, family: &str, reads: bool) -> Result<(), Error> {
        let Some(scopes) = &self.scopes else { return Ok(()) };
        let held = |verb: &str| scopes.iter().any(|scope| *scope == format!("okta.{family}.{verb}"));
        if held("manage") || (reads && held("read")) { Ok(()) } else { Err(Code::Forbidden.into()) }
    }
}

/// What follows a scheme, which is in any case.
fn strip_scheme<'h>(header: &'h str, scheme: &str) -> Option<&'h str> {
    let (found, rest) = header.split_at_checked(scheme.len())?;
    (found.eq_ignore_ascii_case(scheme) && !rest.is_empty()).then_some(rest)
}
