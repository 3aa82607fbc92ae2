//! `/api/v1/authorizationServers`: the servers themselves.

use serde_json::{Value, json};
use twin_sdk::Table;

use super::resource::{Action, Lifecycle, PLAIN, Resource, require_text};
use super::route::{Operation, of};
use super::server_parts::{CLAIMS, POLICIES, SCOPES, add_system_scopes};
use crate::call::{Call, Lengths};
use crate::documents::{Document, default, document, set, text, texts};
use crate::errors::Error;
use crate::keys;
use crate::times;
use crate::wire;

const ONE: &str = "/api/v1/authorizationServers/{serverId}";
/// The lists of servers and their parts are long.
pub(super) const LONG: Lengths = Lengths { usual: 200, most: 200 };

pub(super) const OPERATIONS: &[Operation] = &[
    of("listAuthorizationServers", "GET", "/api/v1/authorizationServers", &SERVERS, Action::List),
    of("createAuthorizationServer", "POST", "/api/v1/authorizationServers", &SERVERS, Action::Create),
    of("getAuthorizationServer", "GET", ONE, &SERVERS, Action::Read),
    of("replaceAuthorizationServer", "PUT", ONE, &SERVERS, Action::Replace),
    of("deleteAuthorizationServer", "DELETE", ONE, &SERVERS, Action::Delete),
    of(
        "activateAuthorizationServer",
        "POST",
        "/api/v1/authorizationServers/{serverId}/lifecycle/activate",
        &SERVERS,
        Action::Activate,
    ),
    of(
        "deactivateAuthorizationServer",
        "POST",
        "/api/v1/authorizationServers/{serverId}/lifecycle/deactivate",
        &SERVERS,
        Action::Deactivate,
    ),
];

/// How long a server signs with one key.
const ROTATION: u64 = 90 * times::DAY;

/// Authorization servers.
pub(crate) static SERVERS: Resource = Resource {
    noun: "AuthorizationServer",
    path: "/api/v1/authorizationServers/{}",
    table: Table::new("authorization_servers"),
    prefix: "aus",
    children: &[&SCOPES, &CLAIMS, &POLICIES],
    alias: |state, name| Ok(if name == "default" { Some(state.org_id("server")?) } else { None }),
    created: 201,
    lifecycle: Lifecycle::Nothing(204),
    lengths: LONG,
    event: Some("oauth2.as"),
    make: make_server,
    keep: |query, server| {
        let wanted = query.get("q").map(str::to_lowercase);
        let fits = |wanted: &str| {
            let audiences = texts(server, "audiences").join(" ").to_lowercase();
            text(server, "name").to_lowercase().starts_with(wanted) || audiences.contains(wanted)
        };
        Ok(wanted.as_deref().is_none_or(fits))
    },
    links: server_links,
    may_delete: |server| {
        if server.get("default") == Some(&Value::Bool(true)) {
            return Err(Error::invalid(
                "authorizationServer",
                "The default authorization server cannot be deleted",
            ));
        }
        Ok(())
    },
    after: |call, server, action| match action {
        Action::Create => add_system_scopes(call.state, text(server, "id")),
        Action::Delete => super::server_trusts::forget(call.state, text(server, "id")),
        _ => Ok(()),
    },
    ..PLAIN
};

fn make_server(call: &mut Call<'_, '_>, server: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    let name = require_text(server, "name")?;
    if texts(server, "audiences").len() != 1 {
        return Err(Error::field("audiences", "The field must contain exactly one audience"));
    }
    let taken = call
        .state
        .all(&SERVERS.table, "")?
        .into_iter()
        .any(|(id, other)| text(&other, "name") == name && old.is_none_or(|old| text(old, "id") != id));
    if taken {
        return Err(Error::field(
            "name",
            "An object with this field already exists in the current organization",
        ));
    }
    default(server, "description", Value::Null);
    default(server, "issuerMode", "DYNAMIC");
    let Some(old) = old else {
        let id = call.state.mint("aus");
        let key = keys::create(call.state, &id, "ACTIVE", ROTATION)?;
        set(server, "credentials", signing(&key));
        set(server, "default", false);
        set(server, "issuer", "");
        set(server, "id", id);
        return Ok(());
    };
    for name in ["credentials", "default", "issuer"] {
        set(server, name, old.get(name).cloned().unwrap_or_default());
    }
    Ok(())
}

/// The part of a server's document that tells its key.
pub(crate) fn signing(key: &keys::Key) -> Value {
    json!({"signing": {
        "kid": key.kid, "rotationMode": "AUTO", "lastRotated": times::stamp(key.created),
        "nextRotation": times::stamp(key.expires),
    }})
}

fn server_links(place: &super::resource::Place<'_>, server: &Document) -> Document {
    // The default server goes by its name in addresses.
    let is_default = server.get("default") == Some(&Value::Bool(true));
    let id = if is_default { "default" } else { text(server, "id") };
    let at = format!("{}/api/v1/authorizationServers/{id}", place.origin);
    let metadata = |name: &str| {
        let href = format!("{}/oauth2/{id}/.well-known/{name}", place.origin);
        json!({"name": name, "href": href, "hints": {"allow": ["GET"]}})
    };
    let both = |name: &str| wire::hinted(&format!("{at}/{name}"), &["GET", "POST"]);
    let mut links = document(json!({
        "rotateKey": wire::hinted(&format!("{at}/credentials/lifecycle/keyRotate"), &["POST"]),
        "metadata": [metadata("oauth-authorization-server"), metadata("openid-configuration")],
        "keys": wire::hinted(&format!("{at}/credentials/keys"), &["GET"]),
        "claims": both("claims"), "policies": both("policies"), "scopes": both("scopes"),
        "self": wire::hinted(&at, &["GET", "DELETE", "PUT"]),
    }));
    wire::lifecycle(&mut links, server, &at, true);
    links
}
