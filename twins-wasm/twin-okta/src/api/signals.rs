//! Signals about risk from and to others: providers of security events, and the one stream that the org sends.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{
    Action, Lifecycle, PLAIN, Resource, Stamps, own_and_lifecycle, require_object, require_text,
};
use super::route::{Operation, of, open, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, document, strings, text, text_at};
use crate::errors::Error;

const ALL: &str = "/api/v1/security-events-providers";
const ONE: &str = "/api/v1/security-events-providers/{id}";
const STREAM: &str = "/api/v1/ssf/stream";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listSecurityEventsProviderInstances", "GET", ALL, &PROVIDERS, Action::List),
    of("createSecurityEventsProviderInstance", "POST", ALL, &PROVIDERS, Action::Create),
    of("getSecurityEventsProviderInstance", "GET", ONE, &PROVIDERS, Action::Read),
    of("replaceSecurityEventsProviderInstance", "PUT", ONE, &PROVIDERS, Action::Replace),
    of("deleteSecurityEventsProviderInstance", "DELETE", ONE, &PROVIDERS, Action::Delete),
    of(
        "activateSecurityEventsProviderInstance",
        "POST",
        "/api/v1/security-events-providers/{id}/lifecycle/activate",
        &PROVIDERS,
        Action::Activate,
    ),
    of(
        "deactivateSecurityEventsProviderInstance",
        "POST",
        "/api/v1/security-events-providers/{id}/lifecycle/deactivate",
        &PROVIDERS,
        Action::Deactivate,
    ),
    own("getSsfStreams", "GET", STREAM, streams),
    own("createSsfStream", "POST", STREAM, create_stream),
    own("replaceSsfStream", "PUT", STREAM, replace_stream),
    own("updateSsfStream", "PATCH", STREAM, update_stream),
    own("deleteSsfStream", "DELETE", STREAM, delete_stream),
    own("getSsfStreamStatus", "GET", "/api/v1/ssf/stream/status", stream_status),
    own("verifySsfStream", "POST", "/api/v1/ssf/stream/verification", verify_stream),
    open("publishSecurityEventTokens", "POST", "/security/api/v1/security-events", publish),
];

/// Who may tell the org of risks.
static PROVIDERS: Resource = Resource {
    noun: "SecurityEventsProvider",
    path: "/api/v1/security-events-providers/{}",
    table: Table::new("security_events_providers"),
    prefix: "sse",
    stamps: Stamps::Absent,
    lifecycle: Lifecycle::Document,
    make: |_, provider, _| {
        for field in ["name", "type"] {
            require_text(provider, field)?;
        }
        require_object(provider, "settings")?;
        let at = |pointer: &str| !text_at(provider, "settings", pointer).is_empty();
        if !(at("/well_known_url") || at("/issuer") && at("/jwks_url")) {
            return Err(Error::field("settings.well_known_url", "The field cannot be left blank"));
        }
        Ok(())
    },
    links: own_and_lifecycle,
    ..PLAIN
};

/// What the stream can tell.
const EVENTS: &[&str] = &[
    "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
    "https://schemas.openid.net/secevent/caep/event-type/credential-change",
];
/// The stream's place among what an org has once.
const KEY: &str = "ssf stream";

fn streams(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let found = call.state.setting(KEY)?;
    if let Some(id) = call.query("stream_id") {
        let found = found.filter(|stream| text(stream, "stream_id") == id);
        return one(200, &Value::Object(found.ok_or_else(|| Error::not_found(&id, "Stream"))?));
    }
    Ok(Reply::json(200, &found.into_iter().collect::<Vec<_>>())?)
}

/// A stream of a body and what the service adds.
fn made(call: &mut Call<'_, '_>, body: &Document, id: String) -> Result<Document, Error> {
    require_object(body, "delivery")?;
    if text_at(body, "delivery", "/endpoint_url").is_empty() {
        return Err(Error::field("delivery.endpoint_url", "The field cannot be left blank"));
    }
    let wanted = strings(body.get("events_requested"));
    if wanted.is_empty() {
        return Err(Error::field("events_requested", "The field cannot be left blank"));
    }
    let given: Vec<_> = wanted.iter().filter(|event| EVENTS.contains(&event.as_str())).collect();
    let format = if text(body, "format").is_empty() { "iss_sub" } else { text(body, "format") };
    let stream = document(json!({
        "aud": text_at(body, "delivery", "/endpoint_url"), "delivery": body.get("delivery"), "events_delivered": given,
        "events_requested": wanted, "events_supported": EVENTS, "format": format, "iss": call.origin,
        "min_verification_interval": 0, "stream_id": id,
    }));
    call.state.put_setting(KEY, &stream)?;
    Ok(stream)
}

fn create_stream(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.state.setting(KEY)?.is_some() {
        let summary = "A stream already exists for this client.";
        return Err(Error::Ruled { status: 409, code: "E0000138", summary, causes: json!([]) });
    }
    let (body, id) = (call.body()?, call.state.mint("esc"));
    let stream = made(call, &body, id)?;
    one(201, &Value::Object(stream))
}

/// The stream, if it is the one that the request names or the request names none.
fn stream(call: &mut Call<'_, '_>, id: &str) -> Result<Document, Error> {
    let found = call.state.setting(KEY)?.filter(|found| id.is_empty() || text(found, "stream_id") == id);
    found.ok_or_else(|| Error::not_found(id, "Stream"))
}

fn replace_stream(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let old = stream(call, text(&body, "stream_id"))?;
    let stream = made(call, &body, text(&old, "stream_id").to_owned())?;
    one(200, &Value::Object(stream))
}

fn update_stream(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut body = call.body()?;
    let old = stream(call, text(&body, "stream_id"))?;
    for (name, value) in &old {
        default(&mut body, name, value.clone());
    }
    let stream = made(call, &body, text(&old, "stream_id").to_owned())?;
    one(200, &Value::Object(stream))
}

fn delete_stream(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.query("stream_id").unwrap_or_default();
    stream(call, &id)?;
    call.state.delete_setting(KEY);
    Ok(nothing(204))
}

fn stream_status(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.query("stream_id");
    let id = id.ok_or_else(|| Error::field("stream_id", "The field cannot be left blank"))?;
    stream(call, &id)?;
    one(200, &json!({"stream_id": id, "status": "enabled"}))
}

/// The twin sends no event to the receiver.
fn verify_stream(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    stream(call, &require_text(&body, "stream_id")?)?;
    Ok(nothing(204))
}

/// A signed event of a provider. It is checked for its form alone; nothing follows from it.
fn publish(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let token = std::str::from_utf8(&call.request.body).unwrap_or_default().trim();
    let parsed = crate::jwt::Token::parse(token);
    let refused = |error: &'static str, description: &str| {
        let description = description.to_owned();
        Error::Oauth { status: 400, error, description, nonce: None }
    };
    let parsed =
        parsed.ok_or_else(|| refused("invalid_request", "The security event token cannot be parsed"))?;
    let issuer = text(&parsed.claims, "iss").to_owned();
    let all = call.state.all(&PROVIDERS.table, "")?;
    let is_known = all.iter().any(|(_, provider)| {
        text(provider, "status") == "ACTIVE" && text_at(provider, "settings", "/issuer") == issuer
    });
    if !is_known {
        return Err(refused("invalid_issuer", "The issuer is not a provider of this org"));
    }
    Ok(nothing(202))
}
