//! What clients prove who they are with: the secrets and the public keys of an application, and the secrets of a service
//! that the catalogue integrates.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::api_services;
use super::apps::named;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, change, default, document, set, text, text_at};
use crate::errors::{Code, Error};
use crate::state::{APPS, State};
use crate::wire;

const KEYS: &str = "/api/v1/apps/{appId}/credentials/jwks";
const KEY: &str = "/api/v1/apps/{appId}/credentials/jwks/{keyId}";
const SECRETS: &str = "/api/v1/apps/{appId}/credentials/secrets";
const SECRET: &str = "/api/v1/apps/{appId}/credentials/secrets/{secretId}";
const SERVICE_SECRETS: &str = "/integrations/api/v1/api-services/{id}/credentials/secrets";
const SERVICE_SECRET: &str = "/integrations/api/v1/api-services/{id}/credentials/secrets/{secretId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listOAuth2ClientSecrets", "GET", SECRETS, secrets),
    own("createOAuth2ClientSecret", "POST", SECRETS, add_secret),
    own("getOAuth2ClientSecret", "GET", SECRET, secret),
    own("deleteOAuth2ClientSecret", "DELETE", SECRET, remove_secret),
    own(
        "activateOAuth2ClientSecret",
        "POST",
        "/api/v1/apps/{appId}/credentials/secrets/{secretId}/lifecycle/activate",
        turn_secret,
    ),
    own(
        "deactivateOAuth2ClientSecret",
        "POST",
        "/api/v1/apps/{appId}/credentials/secrets/{secretId}/lifecycle/deactivate",
        turn_secret,
    ),
    own("listApiServiceIntegrationInstanceSecrets", "GET", SERVICE_SECRETS, secrets),
    own("createApiServiceIntegrationInstanceSecret", "POST", SERVICE_SECRETS, add_secret),
    own("deleteApiServiceIntegrationInstanceSecret", "DELETE", SERVICE_SECRET, remove_secret),
    own(
        "activateApiServiceIntegrationInstanceSecret",
        "POST",
        "/integrations/api/v1/api-services/{id}/credentials/secrets/{secretId}/lifecycle/activate",
        turn_secret,
    ),
    own(
        "deactivateApiServiceIntegrationInstanceSecret",
        "POST",
        "/integrations/api/v1/api-services/{id}/credentials/secrets/{secretId}/lifecycle/deactivate",
        turn_secret,
    ),
    own("listJwk", "GET", KEYS, keys),
    own("addJwk", "POST", KEYS, add_key),
    own("getJwk", "GET", KEY, key),
    own("deletejwk", "DELETE", KEY, remove_key),
    own(
        "activateOAuth2ClientJsonWebKey",
        "POST",
        "/api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/activate",
        turn_key,
    ),
    own(
        "deactivateOAuth2ClientJsonWebKey",
        "POST",
        "/api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/deactivate",
        turn_key,
    ),
];

/// Secrets; the key is `OWNER/ID`.
pub(super) static CLIENT_SECRETS: Table<Document> = Table::new("client_secrets");
/// How many secrets a client has at most.
const MOST: usize = 2;

/// Whether that is a secret of an application which is in use; `first` is the one that it was made with.
pub(super) fn is_secret(state: &mut State<'_>, app: &str, first: &str, wanted: &str) -> Result<bool, Error> {
    let found = state.all(&CLIENT_SECRETS, &format!("{app}/"))?;
    if wanted.is_empty() || found.is_empty() {
        return Ok(!wanted.is_empty() && first == wanted);
    }
    let fits = |found: &Document| text(found, "client_secret") == wanted && text(found, "status") == "ACTIVE";
    Ok(found.iter().any(|(_, found)| fits(found)))
}

/// Whose secrets the path names: the id, and the address of the collection. The secret that an application was made with is
/// one of them.
fn owner(call: &mut Call<'_, '_>) -> Result<(String, String), Error> {
    if call.incoming.path().starts_with("/integrations/") {
        let (id, _) = api_services::SERVICES.locate(call)?;
        let at = call.href(&format!("/integrations/api/v1/api-services/{id}/credentials/secrets"));
        return Ok((id, at));
    }
    let app = named(call)?;
    let id = text(&app, "id").to_owned();
    let first = text_at(&app, "credentials", "/oauthClient/client_secret");
    if !first.is_empty() && call.state.all(&CLIENT_SECRETS, &format!("{id}/"))?.is_empty() {
        keep(call, &id, first.to_owned(), text(&app, "created").to_owned(), "ACTIVE")?;
    }
    let at = call.href(&format!("/api/v1/apps/{id}/credentials/secrets"));
    Ok((id, at))
}

fn keep(
    call: &mut Call<'_, '_>,
    owner: &str,
    secret: String,
    now: String,
    status: &str,
) -> Result<Document, Error> {
    let id = call.state.mint("ocs");
    let hash = blake3::hash(secret.as_bytes());
    let hash = data_encoding::BASE64URL_NOPAD.encode(hash.as_bytes().get(..16).unwrap_or_default());
    let found = document(json!({
        "id": id, "status": status, "client_secret": secret, "secret_hash": hash, "created": now, "lastUpdated": now,
    }));
    call.state.put(&CLIENT_SECRETS, &format!("{owner}/{id}"), &found)?;
    Ok(found)
}

/// Draws the first secret of a new client.
pub(super) fn first(call: &mut Call<'_, '_>, owner: &str) -> Result<String, Error> {
    let (secret, now) = (call.state.draw(64), call.state.stamp());
    keep(call, owner, secret.clone(), now, "ACTIVE")?;
    Ok(secret)
}

fn secret_view(found: &Document, at: &str) -> Value {
    let mut links = Document::new();
    let at = format!("{at}/{}", text(found, "id"));
    wire::lifecycle(&mut links, found, &at, true);
    if text(found, "status") != "ACTIVE" {
        set(&mut links, "delete", wire::hinted(&at, &["DELETE"]));
    }
    wire::linked(found, Value::Object(links))
}

fn secrets(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (owner, at) = owner(call)?;
    let found = call.state.all(&CLIENT_SECRETS, &format!("{owner}/"))?;
    let views: Vec<_> = found.iter().map(|(_, found)| secret_view(found, &at)).collect();
    Ok(Reply::json(200, &views)?)
}

/// Who has two has to give one up first.
fn add_secret(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (owner, at) = owner(call)?;
    let body = call.optional_body()?;
    if call.state.all(&CLIENT_SECRETS, &format!("{owner}/"))?.len() >= MOST {
        let problem = "You've reached the maximum number of client secrets per client.";
        return Err(Error::invalid("client_secret", problem));
    }
    let status = if text(&body, "status") == "INACTIVE" { "INACTIVE" } else { "ACTIVE" };
    let (drawn, now) = (call.state.draw(64), call.state.stamp());
    let secret = match text(&body, "client_secret") {
        "" => drawn,
        chosen if chosen.len() < 14 => {
            return Err(Error::field("client_secret", "The secret must have between 14 and 100 characters"));
        }
        chosen => chosen.to_owned(),
    };
    let found = keep(call, &owner, secret, now, status)?;
    one(201, &secret_view(&found, &at))
}

/// The secret that the path names: its key, the document, and the address above it.
fn located(call: &mut Call<'_, '_>) -> Result<(String, Document, String), Error> {
    let (owner, at) = owner(call)?;
    let id = call.param(1);
    let key = format!("{owner}/{id}");
    let found = call.state.get(&CLIENT_SECRETS, &key)?;
    Ok((key, found.ok_or_else(|| Error::not_found(&id, "OAuth2ClientSecret"))?, at))
}

fn secret(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, found, at) = located(call)?;
    one(200, &secret_view(&found, &at))
}

fn remove_secret(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, found, _) = located(call)?;
    if text(&found, "status") == "ACTIVE" {
        return Err(Error::Explained(Code::Forbidden, "You can't delete an active client secret".to_owned()));
    }
    call.state.delete(&CLIENT_SECRETS, &key);
    Ok(nothing(204))
}

fn wanted_status(call: &Call<'_, '_>) -> &'static str {
    let is_off = call.incoming.path().trim_end_matches('/').ends_with("/deactivate");
    if is_off { "INACTIVE" } else { "ACTIVE" }
}

/// One secret stays in use.
fn turn_secret(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, mut found, at) = located(call)?;
    let status = wanted_status(call);
    let (owner, _) = key.split_once('/').unwrap_or_default();
    let others = call.state.all(&CLIENT_SECRETS, &format!("{owner}/"))?;
    let is_last = !others.iter().any(|(other, found)| *other != key && text(found, "status") == "ACTIVE");
    if status == "INACTIVE" && is_last {
        let problem = "You can't deactivate the only active client secret";
        return Err(Error::Explained(Code::Forbidden, problem.to_owned()));
    }
    let now = call.state.stamp();
    set(&mut found, "status", status);
    set(&mut found, "lastUpdated", now);
    call.state.put(&CLIENT_SECRETS, &key, &found)?;
    one(200, &secret_view(&found, &at))
}

/// The public keys of an application; each has an id, also those that came with the application's own document.
fn held_keys(call: &mut Call<'_, '_>, app: &Document) -> Vec<Document> {
    let keys = app.get("settings").and_then(|found| found.pointer("/oauthClient/jwks/keys"));
    let keys = keys.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut found = Vec::new();
    for key in keys {
        let mut key = document(key);
        if text(&key, "id").is_empty() {
            let id = call.state.mint("pks");
            set(&mut key, "id", id);
        }
        for (name, value) in
            [("status", "ACTIVE"), ("created", text(app, "created")), ("lastUpdated", text(app, "created"))]
        {
            default(&mut key, name, value);
        }
        found.push(key);
    }
    found
}

fn put_keys(call: &mut Call<'_, '_>, app: &mut Document, keys: Vec<Document>) -> Result<(), Error> {
    let keys: Vec<_> = keys.into_iter().map(Value::Object).collect();
    change(app, "settings", |settings| {
        change(settings, "oauthClient", |client| {
            change(client, "jwks", |jwks| set(jwks, "keys", keys));
        });
    });
    Ok(call.state.put(&APPS, text(app, "id"), app)?)
}

/// The application and its keys, whose ids are kept from now on.
fn app_keys(call: &mut Call<'_, '_>) -> Result<(Document, Vec<Document>), Error> {
    let mut app = named(call)?;
    let keys = held_keys(call, &app);
    if !keys.is_empty() {
        put_keys(call, &mut app, keys.clone())?;
    }
    Ok((app, keys))
}

fn key_view(call: &Call<'_, '_>, app: &Document, key: &Document) -> Value {
    let at = call.href(&format!("/api/v1/apps/{}/credentials/jwks/{}", text(app, "id"), text(key, "id")));
    let mut links = Document::new();
    wire::lifecycle(&mut links, key, &at, true);
    if text(key, "status") != "ACTIVE" {
        set(&mut links, "delete", wire::hinted(&at, &["DELETE"]));
    }
    wire::linked(key, Value::Object(links))
}

fn keys(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, keys) = app_keys(call)?;
    let views: Vec<_> = keys.iter().map(|key| key_view(call, &app, key)).collect();
    one(200, &json!({"jwks": {"keys": views}}))
}

/// A public key with what it needs; `use` is `sig` where nothing is said.
pub(super) fn checked_key(call: &mut Call<'_, '_>, usual: &str) -> Result<Document, Error> {
    let mut key = call.body()?;
    key.retain(|name, _| !matches!(name.as_str(), "id" | "created" | "lastUpdated" | "_links"));
    match require_text(&key, "kty")?.as_str() {
        "RSA" => {
            for field in ["e", "n"] {
                require_text(&key, field)?;
            }
        }
        "EC" => {
            for field in ["crv", "x", "y"] {
                require_text(&key, field)?;
            }
        }
        _ => return Err(Error::field("kty", "The value must be one of RSA, EC")),
    }
    if ["d", "p", "q"].iter().any(|part| key.contains_key(*part)) {
        return Err(Error::field("jwk", "The key must not contain private parts"));
    }
    let (id, now, kid) = (call.state.mint("pks"), call.state.stamp(), call.state.draw(43));
    for (name, value) in [("id", &id), ("created", &now), ("lastUpdated", &now)] {
        set(&mut key, name, value.clone());
    }
    default(&mut key, "kid", kid);
    default(&mut key, "use", usual);
    default(&mut key, "status", "ACTIVE");
    Ok(key)
}

fn add_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (mut app, mut keys) = app_keys(call)?;
    let key = checked_key(call, "sig")?;
    if keys.iter().any(|other| text(other, "kid") == text(&key, "kid")) {
        return Err(Error::field("kid", "Each key must have a unique kid"));
    }
    let view = key_view(call, &app, &key);
    keys.push(key);
    put_keys(call, &mut app, keys)?;
    one(201, &view)
}

/// The place of the key that the path names among the application's own.
fn key_place(call: &Call<'_, '_>, keys: &[Document]) -> Result<usize, Error> {
    let id = call.param(1);
    let place = keys.iter().position(|key| text(key, "id") == id || text(key, "kid") == id);
    place.ok_or_else(|| Error::not_found(&id, "OAuth2ClientJsonWebKey"))
}

fn key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, mut keys) = app_keys(call)?;
    let place = key_place(call, &keys)?;
    let key = keys.swap_remove(place);
    one(200, &key_view(call, &app, &key))
}

fn remove_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (mut app, mut keys) = app_keys(call)?;
    let place = key_place(call, &keys)?;
    let key = keys.remove(place);
    if text(&key, "status") == "ACTIVE" {
        return Err(Error::Explained(Code::Forbidden, "You can't delete an active key".to_owned()));
    }
    put_keys(call, &mut app, keys)?;
    Ok(nothing(204))
}

fn turn_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (mut app, mut keys) = app_keys(call)?;
    let place = key_place(call, &keys)?;
    let (status, now) = (wanted_status(call), call.state.stamp());
    let mut key = keys.remove(place);
    set(&mut key, "status", status);
    set(&mut key, "lastUpdated", now);
    let view = key_view(call, &app, &key);
    keys.insert(place, key);
    put_keys(call, &mut app, keys)?;
    one(200, &view)
}
