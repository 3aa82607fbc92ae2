//! `/api/v1/hook-keys`: keys that inline hooks sign in with.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, PLAIN, Resource, require_text};
use super::route::{Operation, of, open, own};
use crate::call::{Call, one};
use crate::documents::{Document, document, set, text};
use crate::errors::{Code, Error};
use crate::keys;

const ONE: &str = "/api/v1/hook-keys/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listHookKeys", "GET", "/api/v1/hook-keys", &HOOK_KEYS, Action::List),
    own("createHookKey", "POST", "/api/v1/hook-keys", create),
    own("getHookKey", "GET", ONE, read),
    of("replaceHookKey", "PUT", ONE, &HOOK_KEYS, Action::Replace),
    of("deleteHookKey", "DELETE", ONE, &HOOK_KEYS, Action::Delete),
    open("getPublicKey", "GET", "/api/v1/hook-keys/public/{keyId}", public_key),
];

/// Keys; the private part is the twin's own.
static HOOK_KEYS: Resource = Resource {
    noun: "HookKey",
    path: "/api/v1/hook-keys/{}",
    table: Table::new("hook_keys"),
    prefix: "HKY",
    make: |call, key, old| {
        let name = require_text(key, "name")?;
        let all = call.state.all(&HOOK_KEYS.table, "")?;
        if all
            .iter()
            .any(|(id, other)| text(other, "name") == name && old.is_none_or(|old| text(old, "id") != id))
        {
            return Err(Error::field(
                "name",
                "An object with this field already exists in the current organization",
            ));
        }
        key.retain(|name, _| name == "name");
        for (field, usual) in [("keyId", Value::Null), ("isUsed", json!("false"))] {
            let kept = old.and_then(|old| old.get(field).cloned());
            set(key, field, kept.unwrap_or(usual));
        }
        Ok(())
    },
    links: |_, _| Document::new(),
    may_delete: |key| {
        let is_used = text(key, "isUsed") == "true";
        if is_used { Err(Code::Forbidden.into()) } else { Ok(()) }
    },
    ..PLAIN
};

fn with_public(call: &mut Call<'_, '_>, id: &str, found: &Document) -> Result<Value, Error> {
    let mut view = document(HOOK_KEYS.view(call, id, found));
    if let Some(key) = keys::get(call.state, id, text(found, "keyId"))? {
        set(&mut view, "_embedded", key.jwk()?);
    }
    Ok(Value::Object(view))
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let (id, mut found) = HOOK_KEYS.add(call, "", body)?;
    let key = keys::create(call.state, &id, "ACTIVE", 10 * 365 * crate::times::DAY)?;
    set(&mut found, "keyId", key.kid);
    call.state.put(&HOOK_KEYS.table, &id, &found)?;
    one(200, &with_public(call, &id, &found)?)
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, found) = HOOK_KEYS.locate(call)?;
    one(200, &with_public(call, &id, &found)?)
}

fn public_key(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let kid = call.param(0);
    let all = call.state.all(&HOOK_KEYS.table, "")?;
    let owner = all.iter().find(|(_, found)| text(found, "keyId") == kid).map(|(id, _)| id.clone());
    let owner = owner.ok_or_else(|| Error::not_found(&kid, "HookKey"))?;
    let key = keys::get(call.state, &owner, &kid)?.ok_or_else(|| Error::not_found(&kid, "HookKey"))?;
    let mut jwk = document(key.jwk()?);
    set(&mut jwk, "use", Value::Null);
    one(200, &json!({"_embedded": jwk}))
}
