//! What tokens say: the claims of OpenID Connect, and those that the administrators of a server ask for.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use twin_sdk::seconds;

use super::oauth::{Server, claims_about};
use super::server_parts::CLAIMS;
use super::token::{HOUR, Issue};
use crate::call::Call;
use crate::documents::{Document, object, set, strings, text, text_at};
use crate::dpop;
use crate::errors::Error;
use crate::ids;
use crate::state::State;

/// Adds the claims of a server for access tokens (`RESOURCE`) or id tokens (`IDENTITY`): fixed texts, attributes of the user
/// and names of the user's groups.
pub(super) fn add_own(
    state: &mut State<'_>,
    server: &Server,
    claims: &mut Document,
    kind: &str,
    issue: &Issue,
) -> Result<(), Error> {
    if server.is_org() {
        return Ok(());
    }
    for (_, claim) in state.all(&CLAIMS.table, &format!("{}/", server.id))? {
        let is_system = claim.get("system") == Some(&Value::Bool(true));
        if text(&claim, "status") != "ACTIVE" || text(&claim, "claimType") != kind || is_system {
            continue;
        }
        let only = strings(claim.get("conditions").and_then(|found| found.get("scopes")));
        if !only.is_empty() && !only.iter().any(|scope| issue.scopes.contains(scope)) {
            continue;
        }
        let value = match text(&claim, "valueType") {
            "GROUPS" => groups(state, &claim, issue)?,
            _ => expression(text(&claim, "value"), issue),
        };
        if !value.is_null() {
            set(claims, text(&claim, "name"), value);
        }
    }
    Ok(())
}

/// A text in quotation marks, or an attribute of the user.
fn expression(value: &str, issue: &Issue) -> Value {
    let fixed = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let profile = issue.user.as_ref().and_then(|user| object(user, "profile"));
    match (fixed, value.strip_prefix("user.")) {
        (Some(fixed), _) => Value::from(fixed),
        (None, Some(field)) => profile.and_then(|profile| profile.get(field)).cloned().unwrap_or_default(),
        (None, None) => Value::Null,
    }
}

/// The names of the user's groups that the claim's filter lets through; none is no claim. Of regular expressions only
/// `.*` is known.
fn groups(state: &mut State<'_>, claim: &Document, issue: &Issue) -> Result<Value, Error> {
    let Some(user) = &issue.user else { return Ok(Value::Null) };
    let wanted = text(claim, "value");
    let fits = |name: &str| match text(claim, "group_filter_type") {
        "EQUALS" => name == wanted,
        "CONTAINS" => name.contains(wanted),
        "REGEX" => wanted == ".*" || wanted == name,
        _ => name.starts_with(wanted),
    };
    let all = state.groups_of(text(user, "id"))?;
    let names = all.iter().map(|group| text_at(group, "profile", "/name"));
    let names: Vec<_> = names.filter(|name| fits(name)).collect();
    Ok(if names.is_empty() { Value::Null } else { json!(names) })
}

/// The claims of an id token.
pub(super) fn identity(
    call: &mut Call<'_, '_>,
    server: &Server,
    client: &str,
    issue: &Issue,
    user: &Document,
    access: &str,
) -> Result<Value, Error> {
    let now = seconds(call.state.now());
    let mut claims = claims_about(user, &issue.scopes);
    let jti = ids::draw(call.state.host, 43);
    let org = call.state.org_id("id")?;
    // Half of the digest of the access token (OpenID Connect Core, 3.1.3.6).
    let whole = BASE64URL_NOPAD.decode(dpop::token_digest(access).as_bytes()).unwrap_or_default();
    let half = whole.get(..16).map(|half| BASE64URL_NOPAD.encode(half)).unwrap_or_default();
    for (name, value) in [
        ("ver", json!(1)),
        ("iss", json!(server.issuer)),
        ("aud", json!(client)),
        ("iat", json!(now)),
        ("exp", json!(now + HOUR)),
        ("jti", json!(format!("ID.{jti}"))),
        ("amr", json!(["pwd"])),
        ("idp", json!(org)),
        ("auth_time", json!(now)),
        ("at_hash", json!(half)),
    ] {
        set(&mut claims, name, value);
    }
    add_own(call.state, server, &mut claims, "IDENTITY", issue)?;
    if !issue.nonce.is_empty() {
        set(&mut claims, "nonce", issue.nonce.clone());
    }
    Ok(Value::Object(claims))
}
