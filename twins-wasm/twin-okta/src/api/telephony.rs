//! `/api/v1/telephony-providers`: accounts of the org's own that its messages and calls go through.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, PLAIN, Resource, Stamps, require_object, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, set, text};
use crate::errors::Error;

const ALL: &str = "/api/v1/telephony-providers";
const ONE: &str = "/api/v1/telephony-providers/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listAllCustomTelephonyProviderCredentials", "GET", ALL, &PROVIDERS, Action::List),
    of("createCustomTelephonyProviderCredentials", "POST", ALL, &PROVIDERS, Action::Create),
    of("getCustomTelephonyProviderCredential", "GET", ONE, &PROVIDERS, Action::Read),
    of("updateCustomTelephonyProviderCredential", "PATCH", ONE, &PROVIDERS, Action::Update),
    of("deleteCustomTelephonyProviderCredential", "DELETE", ONE, &PROVIDERS, Action::Delete),
    own(
        "activateCustomTelephonyCredential",
        "POST",
        "/api/v1/telephony-providers/{id}/lifecycle/activate",
        activate,
    ),
    own(
        "deactivateCustomTelephonyCredential",
        "POST",
        "/api/v1/telephony-providers/{id}/lifecycle/deactivate",
        deactivate,
    ),
    own(
        "setAsPrimaryCustomTelephonyCredential",
        "POST",
        "/api/v1/telephony-providers/{id}/setAsPrimary",
        make_primary,
    ),
    own("sendTestCustomTelephonyProviderCredential", "POST", "/api/v1/telephony-providers/{id}/test", test),
];

/// Accounts; what they are opened with is never shown.
static PROVIDERS: Resource = Resource {
    noun: "TelephonyProvider",
    path: "/api/v1/telephony-providers/{}",
    table: Table::new("telephony_providers"),
    prefix: "ctp",
    created: 201,
    stamps: Stamps::Absent,
    make: |_, provider, old| {
        let name = require_text(provider, "providerName")?;
        if !matches!(name.as_str(), "TWILIO" | "TELESIGN") {
            return Err(Error::field("providerName", "The value must be one of TWILIO, TELESIGN"));
        }
        require_text(provider, "providerSid")?;
        require_object(provider, "providerSettings")?;
        match provider.remove("providerAuthToken").or_else(|| provider.remove("authToken")) {
            Some(secret) => set(provider, "_secret", secret),
            None if old.is_none() => {
                return Err(Error::field("providerAuthToken", "The field cannot be left blank"));
            }
            None => {}
        }
        default(provider, "providerCapability", "SMS_AND_CALL");
        for name in ["isPrimaryProvider", "enabled"] {
            let kept = old.and_then(|old| old.get(name).cloned());
            set(provider, name, kept.unwrap_or(json!(false)));
        }
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};

fn turn(call: &mut Call<'_, '_>, field: &str, value: bool) -> Result<Reply, Error> {
    let (id, mut provider) = PROVIDERS.locate(call)?;
    set(&mut provider, field, value);
    if field == "enabled" && !value {
        set(&mut provider, "isPrimaryProvider", false);
    }
    call.state.put(&PROVIDERS.table, &id, &provider)?;
    one(200, &PROVIDERS.view(call, &id, &provider))
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, "enabled", true)
}

fn deactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, "enabled", false)
}

/// There is one primary provider at most, and it is in use.
fn make_primary(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (own, provider) = PROVIDERS.locate(call)?;
    if provider.get("enabled") != Some(&Value::Bool(true)) {
        return Err(Error::invalid("enabled", "The provider has to be active"));
    }
    for (id, mut other) in call.state.all(&PROVIDERS.table, "")? {
        set(&mut other, "isPrimaryProvider", id == own);
        call.state.put(&PROVIDERS.table, &id, &other)?;
    }
    turn(call, "isPrimaryProvider", true)
}

fn test(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    PROVIDERS.locate(call)?;
    let body = call.body()?;
    if text(&body, "phoneNumber").is_empty() {
        return Err(Error::field("phoneNumber", "The field cannot be left blank"));
    }
    Ok(nothing(204))
}
