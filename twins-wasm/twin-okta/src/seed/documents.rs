//! Documents that a fixture gives as the tables hold them: whatever the org had before and no other key of the fixture
//! makes. They are written last.

use std::collections::BTreeMap;

use serde_json::json;
use twin_sdk::{Order, Range, SeedError, Table};

use super::{refused, wrong};
use crate::api;
use crate::documents::{Document, document, set, text};
use crate::state::{APP_USERS, State, USER_APPS};

/// How many documents are taken away at once.
const BATCH: u32 = 1_000;

/// Documents by table and key.
pub(super) type Documents = BTreeMap<String, BTreeMap<String, Document>>;

/// Tables whose documents carry their own key.
const KEYED: &[&str] = &[
    "api_services",
    "app_service_accounts",
    "authenticators",
    "authorization_server_claims",
    "authorization_server_policies",
    "authorization_server_rules",
    "authorization_server_scopes",
    "authorization_servers",
    "behaviors",
    "brands",
    "captchas",
    "device_assurances",
    "device_posture_checks",
    "email_domains",
    "email_servers",
    "event_hooks",
    "features",
    "hook_keys",
    "idps",
    "inline_hooks",
    "log_streams",
    "okta_service_accounts",
    "policies",
    "policy_rules",
    "principal_rate_limits",
    "push_providers",
    "realm_assignments",
    "realms",
    "resource_sets",
    "roles",
    "security_events_providers",
    "sms_templates",
    "telephony_providers",
    "trusted_origins",
    "ui_schemas",
    "user_types",
    "zones",
];
/// The other tables that a fixture may write to. What follows from their documents (logins, memberships of a user,
/// applications of a user, mappings of an application) is written with them.
const OTHERS: &[&str] = &[
    "app_connections",
    "app_grants",
    "app_groups",
    "app_users",
    "apps",
    "client_secrets",
    "csrs",
    "devices",
    "domains",
    "email_customizations",
    "factors",
    "group_pushes",
    "group_rules",
    "groups",
    "idp_keys",
    "idp_users",
    "linked_objects",
    "linked_values",
    "mappings",
    "members",
    "refresh_tokens",
    "resource_set_bindings",
    "role_app_targets",
    "role_assignments",
    "role_targets",
    "sessions",
    "settings",
    "themes",
    "tokens",
    "users",
    "yubikeys",
];

/// Takes away what a new org has in some tables, so that the fixture alone says what is in them.
pub(super) fn clear(state: &mut State<'_>, tables: &[String]) -> Result<(), SeedError> {
    for (index, table) in tables.iter().enumerate() {
        let table = known(&format!("empty[{index}]"), table)?;
        loop {
            let found = state.host.scan(table, &Range { start: None, end: None }, BATCH, Order::Ascending);
            if found.is_empty() {
                break;
            }
            for entry in found {
                state.host.delete(table, &entry.key);
            }
        }
    }
    Ok(())
}

fn known(at: &str, table: &str) -> Result<&'static str, SeedError> {
    let known = KEYED.iter().chain(OTHERS).find(|known| **known == table).copied();
    known.ok_or_else(|| {
        wrong(at, format!("no table {table}; there are {}, {}", KEYED.join(", "), OTHERS.join(", ")))
    })
}

/// Writes the documents, users and groups before what speaks of them. An application gets its mappings, unless the
/// fixture says alone which mappings there are.
pub(super) fn write(
    state: &mut State<'_>,
    mut documents: Documents,
    empty: &[String],
) -> Result<(), SeedError> {
    if !empty.iter().any(|table| table == "mappings") {
        for (id, app) in documents.get("apps").into_iter().flatten() {
            require_id(app, id).map_err(|error| at(error, &format!("documents.apps.{id}")))?;
            api::connect_app(state, app).map_err(|error| refused("documents.apps", error))?;
        }
    }
    for first in ["users", "groups", "apps"] {
        if let Some(found) = documents.remove(first) {
            write_table(state, first, found)?;
        }
    }
    for (table, found) in documents {
        write_table(state, &table, found)?;
    }
    Ok(())
}

fn write_table(
    state: &mut State<'_>,
    table: &str,
    documents: BTreeMap<String, Document>,
) -> Result<(), SeedError> {
    let known = known(&format!("documents.{table}"), table)?;
    for (key, found) in documents {
        put(state, known, &key, found).map_err(|error| at(error, &format!("documents.{table}.{key}")))?;
    }
    Ok(())
}

/// The same finding at that place.
fn at(error: SeedError, place: &str) -> SeedError {
    match error {
        SeedError::Content { problem, .. } => wrong(place, problem),
        other => other,
    }
}

fn put(state: &mut State<'_>, table: &'static str, key: &str, mut found: Document) -> Result<(), SeedError> {
    found.remove("_links");
    let last = key.rsplit('/').next().unwrap_or(key);
    match table {
        "users" => {
            require_id(&found, key)?;
            let login = crate::documents::text_at(&found, "profile", "/login").to_owned();
            if state.login_owner(&login)?.is_some() {
                return Err(wrong("", format!("{login} is there twice")));
            }
            state.put_user(&found)?;
            let everyone = state.org_id("everyone")?;
            state.join(&everyone, key, None)?;
        }
        "members" => {
            let (group, user) = key.split_once('/').ok_or_else(|| wrong("", "the key is GROUP/USER"))?;
            state.join(group, user, None)?;
        }
        "app_users" => {
            let (app, user) = key.split_once('/').ok_or_else(|| wrong("", "the key is APP/USER"))?;
            state.put(&APP_USERS, key, &found)?;
            let pointer = document(json!({"user": user, "app": app}));
            state.put(&USER_APPS, &format!("{user}/{app}"), &pointer)?;
        }
        _ => {
            if found.contains_key("id") {
                require_id(&found, last)?;
            }
            if KEYED.contains(&table) {
                set(&mut found, "_key", key);
            }
            state.put(&Table::new(table), key, &found)?;
        }
    }
    Ok(())
}

fn require_id(found: &Document, id: &str) -> Result<(), SeedError> {
    match text(found, "id") {
        own if own == id => Ok(()),
        own => Err(wrong("", format!("the document's id is {own:?}, not that of its key"))),
    }
}
