//! Zones, the default realm, the first sign-up form, authenticators and features of a new org.

use serde_json::{Value, json};

use super::add as write;
use crate::api::{AUTHENTICATORS, FEATURES, LAYOUTS, REALMS, ZONES, connect_app};
use crate::documents::{document, set};
use crate::errors::Error;
use crate::state::State;

/// Writes them all.
pub(super) fn add(state: &mut State<'_>) -> Result<(), Error> {
    zones(state)?;
    let realm = json!({"profile": {"name": "Default Realm", "domains": []}, "isDefault": true});
    write(state, &REALMS.table, "guo", realm)?;
    let control = |name: &str, label: &str| {
        json!({"type": "Control", "scope": format!("#/properties/{name}"), "label": label,
            "options": {"format": "text"}})
    };
    let fields =
        [control("firstName", "First name"), control("lastName", "Last name"), control("email", "Email")];
    let form = json!({"uiSchema": {"type": "Group", "elements": fields}});
    write(state, &LAYOUTS.table, "uis", form)?;
    authenticators(state)?;
    features(state)
}

/// The network zones that nobody can remove.
fn zones(state: &mut State<'_>) -> Result<(), Error> {
    for (name, usage) in [("LegacyIpZone", "POLICY"), ("BlockedIpZone", "BLOCKLIST")] {
        let zone = json!({
            "type": "IP", "name": name, "status": "ACTIVE", "system": true, "gateways": null, "proxies": null,
            "usage": usage,
        });
        write(state, &ZONES.table, "nzo", zone)?;
    }
    let zone = json!({
        "type": "DYNAMIC_V2", "name": "DefaultEnhancedDynamicZone", "status": "ACTIVE", "system": true,
        "usage": "BLOCKLIST", "asns": {"include": [], "exclude": []}, "locations": {"include": [], "exclude": []},
        "ipServiceCategories": {"include": ["ALL_ANONYMIZERS"], "exclude": []},
    });
    write(state, &ZONES.table, "nzo", zone).map(drop)
}

fn authenticators(state: &mut State<'_>) -> Result<(), Error> {
    // Okta Verify is an application whose people get profiles, though no list of applications shows it.
    let verify = state.mint("0oa");
    connect_app(state, &document(json!({"id": verify, "name": "Okta_Authenticator"})))?;
    let verifies = json!({
        "compliance": {"fips": "OPTIONAL"}, "userVerification": "PREFERRED", "appInstanceId": verify,
        "channelBinding": {"style": "NUMBER_CHALLENGE", "required": "NEVER"},
        "userVerificationMethods": ["PIN", "BIOMETRICS"],
    });
    let mails = json!({"allowedFor": "any", "tokenLifetimeInMinutes": 5});
    let recovers = json!({"allowedFor": "recovery"});
    for (kind, key, name, status, settings) in [
        ("email", "okta_email", "Email", "ACTIVE", mails),
        ("app", "okta_verify", "Okta Verify", "ACTIVE", verifies),
        ("password", "okta_password", "Password", "ACTIVE", Value::Null),
        ("phone", "phone_number", "Phone", "INACTIVE", recovers.clone()),
        ("security_key", "webauthn", "Security Key or Biometric", "INACTIVE", Value::Null),
        ("security_question", "security_question", "Security Question", "ACTIVE", recovers),
    ] {
        let mut found = json!({"type": kind, "key": key, "status": status, "name": name});
        if let Some(found) = found.as_object_mut().filter(|_| !settings.is_null()) {
            set(found, "settings", settings);
        }
        write(state, &AUTHENTICATORS.table, "aut", found)?;
    }
    Ok(())
}

fn features(state: &mut State<'_>) -> Result<(), Error> {
    for (name, description, stage) in [
        (
            "Import Monitoring Dashboard",
            "This feature lets you monitor the import jobs that are in progress or were started in the last 24 hours",
            "BETA",
        ),
        ("Custom Admin Roles", "Lets an org make administrator roles of its own", "EA"),
    ] {
        let feature = json!({
            "type": "self-service", "status": "DISABLED", "name": name, "description": description,
            "stage": {"value": stage, "state": "OPEN"},
        });
        let id = write(state, &FEATURES.table, "ftr", feature)?;
        let mut feature = state.get(&FEATURES.table, &id)?.unwrap_or_default();
        feature.retain(|field, _| !matches!(field.as_str(), "created" | "lastUpdated"));
        state.put(&FEATURES.table, &id, &feature)?;
    }
    Ok(())
}
