//! What every org has from its first day: the group of everybody, the default user type, authorization server, brand
//! and policies, the service's own applications, and the rest that nobody made.

mod parts;
mod policies;

use serde_json::{Value, json};
use twin_sdk::Table;

use crate::api::{
    BRANDS, SERVER_POLICIES, SERVER_RULES, SERVERS, TYPES, add_system_scopes, default_brand, signing,
};
use crate::documents::{Document, document, set};
use crate::errors::Error;
use crate::keys;
use crate::state::{APPS, GROUPS, State};

/// Makes the org of that name and company.
pub(crate) fn establish(state: &mut State<'_>, subdomain: &str, company: &str) -> Result<(), Error> {
    let now = state.stamp();
    let id = state.mint("00o");
    let mut org = document(json!({
        "id": id, "subdomain": subdomain, "companyName": company, "status": "ACTIVE", "created": now,
        "lastUpdated": now,
    }));
    state.put_org(&org)?;
    let mut put = |state: &mut State<'_>, slot: &str, id: String| {
        set(&mut org, slot, id);
        state.put_org(&org)
    };
    let everyone = everyone(state)?;
    put(state, "everyone", everyone.clone())?;
    let user_type = user_type(state)?;
    put(state, "userType", user_type)?;
    let brand = state.mint("bnd");
    state.put(&BRANDS.table, &brand, &default_brand(&brand, company))?;
    put(state, "brand", brand)?;
    let server = server(state)?;
    put(state, "server", server)?;
    let (access, enrolment) = policies::add(state, &everyone)?;
    put(state, "accessPolicy", access)?;
    put(state, "enrollmentPolicy", enrolment)?;
    apps(state, &id)?;
    parts::add(state)
}

/// Writes a document that has its id as the key.
fn add(state: &mut State<'_>, table: &Table<Document>, prefix: &str, found: Value) -> Result<String, Error> {
    let (now, id) = (state.stamp(), state.mint(prefix));
    let mut found = document(found);
    for (name, value) in [("id", &id), ("_key", &id), ("created", &now), ("lastUpdated", &now)] {
        set(&mut found, name, value.clone());
    }
    state.put(table, &id, &found)?;
    Ok(id)
}

fn everyone(state: &mut State<'_>) -> Result<String, Error> {
    let now = state.stamp();
    let id = state.mint("00g");
    let group = document(json!({
        "id": id, "created": now, "lastUpdated": now, "lastMembershipUpdated": now,
        "objectClass": ["okta:user_group"], "type": "BUILT_IN",
        "profile": {"name": "Everyone", "description": "All users in your organization"},
    }));
    state.put(&GROUPS, &id, &group)?;
    Ok(id)
}

fn user_type(state: &mut State<'_>) -> Result<String, Error> {
    let kind = json!({
        "displayName": "User", "name": "user", "description": "Okta user profile template with default permission settings",
        "createdBy": "sprz0000000000000000", "lastUpdatedBy": "sprz0000000000000000", "default": true,
    });
    add(state, &TYPES.table, "oty", kind)
}

fn server(state: &mut State<'_>) -> Result<String, Error> {
    let server = json!({
        "name": "default", "description": "Default Authorization Server for your Applications",
        "audiences": ["api://default"], "issuer": "", "issuerMode": "DYNAMIC", "status": "ACTIVE", "default": true,
    });
    let id = add(state, &SERVERS.table, "aus", server)?;
    let key = keys::active(state, &id)?;
    let mut server = state.get(&SERVERS.table, &id)?.unwrap_or_default();
    set(&mut server, "credentials", signing(&key));
    state.put(&SERVERS.table, &id, &server)?;
    add_system_scopes(state, &id)?;
    let policy = below(
        state,
        &SERVER_POLICIES.table,
        &id,
        "00p",
        json!({
            "type": "OAUTH_AUTHORIZATION_POLICY", "status": "ACTIVE", "name": "Default Policy",
            "description": "Default policy for the authorization server", "priority": 1, "system": false,
            "conditions": {"clients": {"include": ["ALL_CLIENTS"]}},
        }),
    )?;
    below(
        state,
        &SERVER_RULES.table,
        &policy,
        "0pr",
        json!({
            "type": "RESOURCE_ACCESS", "status": "ACTIVE", "name": "Default Policy Rule", "priority": 1, "system": false,
            "conditions": {
                "people": {"users": {"exclude": []}, "groups": {"include": ["EVERYONE"]}},
                "grantTypes": {"include": ["implicit", "client_credentials", "authorization_code", "password"]},
                "scopes": {"include": ["*"]},
            },
            "actions": {"token": {
                "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10_080,
            }},
        }),
    )?;
    Ok(id)
}

/// Writes a document that is part of another one, and gives its key.
fn below(
    state: &mut State<'_>,
    table: &Table<Document>,
    above: &str,
    prefix: &str,
    found: Value,
) -> Result<String, Error> {
    let id = add(state, table, prefix, found)?;
    let mut found = state.get(table, &id)?.unwrap_or_default();
    state.delete(table, &id);
    let key = format!("{above}/{id}");
    set(&mut found, "_key", key.clone());
    state.put(table, &key, &found)?;
    Ok(key)
}

/// The service's own applications, which nobody can add or remove.
fn apps(state: &mut State<'_>, org: &str) -> Result<(), Error> {
    let kid = keys::active(state, keys::ORG)?.kid;
    // People see the console alone; nobody chooses whether these open by themselves.
    for (name, label, links) in [
        ("saasure", "Okta Admin Console", json!({"admin": true})),
        ("okta_enduser", "Okta Dashboard", json!({})),
        ("okta_browser_plugin", "Okta Browser Plugin", json!({})),
    ] {
        let id = add(
            state,
            &APPS,
            "0oa",
            json!({
                "name": name, "label": label, "status": "ACTIVE", "signOnMode": "OPENID_CONNECT", "features": [],
                "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
                "visibility": {
                    "autoSubmitToolbar": false, "hide": {"iOS": false, "web": false}, "appLinks": links,
                },
                "credentials": {
                    "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {"kid": kid},
                },
                "universalLogout": null,
                "settings": {
                    "app": {},
                    "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null}},
                    "manualProvisioning": false, "implicitAssignment": false,
                },
            }),
        )?;
        let mut app = state.get(&APPS, &id)?.unwrap_or_default();
        set(&mut app, "orn", format!("orn:okta:idp:{org}:apps:{name}:{id}"));
        app.remove("_key");
        state.put(&APPS, &id, &app)?;
    }
    Ok(())
}
