//! `/api/v1/eventHooks` and `/api/v1/inlineHooks`.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, Lifecycle, PLAIN, Place, Resource, require_object, require_text};
use super::route::{Operation, of, own, shape};
use crate::call::{Call, one};
use crate::documents::{Document, default, document, set, strings, text, text_at};
use crate::errors::Error;
use crate::state::{EVENT_TYPES, hide_secret};
use crate::wire;

const EVENT: &str = "/api/v1/eventHooks/{eventHookId}";
const INLINE: &str = "/api/v1/inlineHooks/{inlineHookId}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listEventHooks", "GET", "/api/v1/eventHooks", &EVENT_HOOKS, Action::List),
    of("createEventHook", "POST", "/api/v1/eventHooks", &EVENT_HOOKS, Action::Create),
    of("getEventHook", "GET", EVENT, &EVENT_HOOKS, Action::Read),
    of("replaceEventHook", "PUT", EVENT, &EVENT_HOOKS, Action::Replace),
    of("deleteEventHook", "DELETE", EVENT, &EVENT_HOOKS, Action::Delete),
    of(
        "activateEventHook",
        "POST",
        "/api/v1/eventHooks/{eventHookId}/lifecycle/activate",
        &EVENT_HOOKS,
        Action::Activate,
    ),
    of(
        "deactivateEventHook",
        "POST",
        "/api/v1/eventHooks/{eventHookId}/lifecycle/deactivate",
        &EVENT_HOOKS,
        Action::Deactivate,
    ),
    own("verifyEventHook", "POST", "/api/v1/eventHooks/{eventHookId}/lifecycle/verify", verify),
    of("listInlineHooks", "GET", "/api/v1/inlineHooks", &INLINE_HOOKS, Action::List),
    of("createInlineHook", "POST", "/api/v1/inlineHooks", &INLINE_HOOKS, Action::Create),
    of("getInlineHook", "GET", INLINE, &INLINE_HOOKS, Action::Read),
    of("updateInlineHook", "POST", INLINE, &INLINE_HOOKS, Action::Update),
    of("replaceInlineHook", "PUT", INLINE, &INLINE_HOOKS, Action::Replace),
    of("deleteInlineHook", "DELETE", INLINE, &INLINE_HOOKS, Action::Delete),
    of(
        "activateInlineHook",
        "POST",
        "/api/v1/inlineHooks/{inlineHookId}/lifecycle/activate",
        &INLINE_HOOKS,
        Action::Activate,
    ),
    of(
        "deactivateInlineHook",
        "POST",
        "/api/v1/inlineHooks/{inlineHookId}/lifecycle/deactivate",
        &INLINE_HOOKS,
        Action::Deactivate,
    ),
    shape("executeInlineHook", "POST", "/api/v1/inlineHooks/{inlineHookId}/execute", execute),
];

/// Who hears of events.
pub(crate) static EVENT_HOOKS: Resource = Resource {
    noun: "EventHook",
    path: "/api/v1/eventHooks/{}",
    table: Table::new("event_hooks"),
    prefix: "who",
    stamps: super::resource::Stamps::Usual,
    lifecycle: Lifecycle::Document,
    make: make_event_hook,
    links: |place, hook| {
        let mut links = hook_links(place, hook);
        if text(hook, "status") == "ACTIVE" {
            let at = format!("{}/lifecycle/verify", place.at);
            set(&mut links, "verify", wire::hinted(&at, &["POST"]));
        }
        links
    },
    may_delete: inactive,
    ..PLAIN
};

/// Who is asked in the middle of a process.
pub(crate) static INLINE_HOOKS: Resource = Resource {
    noun: "InlineHook",
    path: "/api/v1/inlineHooks/{}",
    table: Table::new("inline_hooks"),
    prefix: "cal",
    lifecycle: Lifecycle::Document,
    make: make_inline_hook,
    keep: |query, hook| Ok(query.get("type").is_none_or(|kind| text(hook, "type") == kind)),
    links: |place, hook| {
        let mut links = hook_links(place, hook);
        if text(hook, "status") == "ACTIVE" {
            set(&mut links, "execute", wire::hinted(&format!("{}/execute", place.at), &["POST"]));
        }
        links
    },
    may_delete: inactive,
    ..PLAIN
};

fn hook_links(place: &Place<'_>, hook: &Document) -> Document {
    let mut links = document(json!({"self": wire::bare(place.at)}));
    wire::lifecycle(&mut links, hook, place.at, true);
    if text(hook, "status") != "ACTIVE" {
        set(&mut links, "delete", wire::hinted(place.at, &["DELETE"]));
    }
    links
}

fn inactive(hook: &Document) -> Result<(), Error> {
    if text(hook, "status") == "ACTIVE" {
        return Err(Error::invalid("status", "Only an inactive hook can be deleted. Deactivate it first."));
    }
    Ok(())
}

/// The channel of a hook: HTTP, with an `https` address.
fn check_channel(hook: &mut Document) -> Result<(), Error> {
    require_text(hook, "name")?;
    require_object(hook, "channel")?;
    if text_at(hook, "channel", "/type") != "HTTP" {
        return Err(Error::field("channel.type", "The channel type is not supported"));
    }
    if text_at(hook, "channel", "/version").is_empty() {
        return Err(Error::field("channel.version", "The field cannot be left blank"));
    }
    if !text_at(hook, "channel", "/config/uri").starts_with("https://") {
        return Err(Error::field("channel.config.uri", "The URI must begin with https://"));
    }
    if let Some(Value::Object(channel)) = hook.get_mut("channel")
        && let Some(Value::Object(config)) = channel.get_mut("config")
    {
        default(config, "method", "POST");
        default(config, "headers", json!([]));
    }
    hide_secret(hook);
    Ok(())
}

fn make_event_hook(
    call: &mut Call<'_, '_>,
    hook: &mut Document,
    old: Option<&Document>,
) -> Result<(), Error> {
    check_channel(hook)?;
    let items = strings(hook.get("events").and_then(|events| events.get("items")));
    if text_at(hook, "events", "/type") != "EVENT_TYPE" || items.is_empty() {
        return Err(Error::field("events", "At least one event type is required"));
    }
    let is_known = |item: &String| {
        let family = item.split('.').next().unwrap_or_default();
        EVENT_TYPES.contains(&item.as_str())
            || EVENT_TYPES.iter().any(|known| known.starts_with(&format!("{family}.")))
    };
    if let Some(unknown) = items.iter().find(|item| !is_known(item)) {
        return Err(Error::field("events.items", &format!("Event type {unknown} is not supported")));
    }
    // A hook that goes elsewhere has to prove itself again.
    let is_same = old.is_some_and(|old| {
        text_at(old, "channel", "/config/uri") == text_at(hook, "channel", "/config/uri")
            && text(old, "verificationStatus") == "VERIFIED"
    });
    set(hook, "verificationStatus", if is_same { "VERIFIED" } else { "UNVERIFIED" });
    let creator = old.map_or(call.caller.user.clone(), |old| text(old, "createdBy").to_owned());
    set(hook, "createdBy", creator);
    set(hook, "_origin", call.origin);
    Ok(())
}

fn make_inline_hook(_: &mut Call<'_, '_>, hook: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    const TYPES: &[&str] = &[
        "com.okta.import.transform",
        "com.okta.oauth2.tokens.transform",
        "com.okta.saml.tokens.transform",
        "com.okta.telephony.provider",
        "com.okta.user.credential.password.import",
        "com.okta.user.pre-registration",
    ];
    check_channel(hook)?;
    let kind = require_text(hook, "type")?;
    if !TYPES.contains(&&*kind) {
        return Err(Error::field("type", "The inline hook type is not supported"));
    }
    if old.is_some_and(|old| text(old, "type") != kind) {
        return Err(Error::field("type", "The type of an inline hook cannot be changed"));
    }
    require_text(hook, "version").map(drop)
}

/// Sends the one-time challenge. The host does not tell a twin what a receiver answers, so the twin counts on the
/// echo.
fn verify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, mut hook) = EVENT_HOOKS.locate(call)?;
    call.state.challenge(&hook)?;
    set(&mut hook, "verificationStatus", "VERIFIED");
    let now = call.state.stamp();
    set(&mut hook, "lastUpdated", now);
    call.state.put(&EVENT_HOOKS.table, &key, &hook)?;
    one(200, &EVENT_HOOKS.view(call, &key, &hook))
}

/// A preview needs the receiver's answer, which the host does not give to a twin.
fn execute(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, hook) = INLINE_HOOKS.locate(call)?;
    if text(&hook, "status") != "ACTIVE" {
        return Err(Error::invalid("status", "Only an active hook can be executed"));
    }
    Err(crate::errors::Code::Unsupported.into())
}
