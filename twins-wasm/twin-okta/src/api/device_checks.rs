//! What devices are asked and by whom: posture checks and integrations of device management.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, PLAIN, Resource, Stamps, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, one};
use crate::documents::{Document, default, document, set, text};
use crate::errors::Error;
use crate::wire;

const CHECKS: &str = "/api/v1/device-posture-checks";
const CHECK: &str = "/api/v1/device-posture-checks/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listDevicePostureChecks", "GET", CHECKS, &POSTURE, Action::List),
    of("createDevicePostureCheck", "POST", CHECKS, &POSTURE, Action::Create),
    own("listDefaultDevicePostureChecks", "GET", "/api/v1/device-posture-checks/default", built_in),
    of("getDevicePostureCheck", "GET", CHECK, &POSTURE, Action::Read),
    of("replaceDevicePostureCheck", "PUT", CHECK, &POSTURE, Action::Replace),
    of("deleteDevicePostureCheck", "DELETE", CHECK, &POSTURE, Action::Delete),
    own("listDeviceIntegrations", "GET", "/api/v1/device-integrations", integrations),
    own("getDeviceIntegration", "GET", "/api/v1/device-integrations/{id}", integration),
    own("activateDeviceIntegration", "POST", "/api/v1/device-integrations/{id}/lifecycle/activate", activate),
    own(
        "deactivateDeviceIntegration",
        "POST",
        "/api/v1/device-integrations/{id}/lifecycle/deactivate",
        deactivate,
    ),
];

/// Questions of the org's own.
static POSTURE: Resource = Resource {
    noun: "DevicePostureCheck",
    path: "/api/v1/device-posture-checks/{}",
    table: Table::new("device_posture_checks"),
    prefix: "dch",
    stamps: Stamps::Dates(true),
    make: |_, check, _| {
        for field in ["name", "variableName", "query"] {
            require_text(check, field)?;
        }
        let platform = require_text(check, "platform")?;
        if !matches!(platform.as_str(), "MACOS" | "WINDOWS") {
            return Err(Error::field("platform", "The value must be one of MACOS, WINDOWS"));
        }
        set(check, "type", "CUSTOM");
        default(check, "mappingType", "CHECKBOX");
        default(check, "description", "");
        Ok(())
    },
    ..PLAIN
};

/// Questions that come with the service.
fn built_in(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let created = call.state.org()?.get("created").cloned();
    let check = |name: &str, variable: &str, platform: &str, query: &str| {
        json!({
            "id": format!("dch{variable}"), "name": name, "variableName": variable, "platform": platform, "query": query,
            "type": "BUILTIN", "mappingType": "CHECKBOX", "description": name, "createdDate": created,
            "lastUpdate": created,
        })
    };
    let checks = [
        check("Firewall", "macOSFirewall", "MACOS", "SELECT global_state FROM alf;"),
        check("Firewall", "windowsFirewall", "WINDOWS", "SELECT firewall FROM windows_security_center;"),
    ];
    Ok(Reply::json(200, &checks)?)
}

/// What the service can work with: name, what people read, and the platform.
const INTEGRATIONS: &[(&str, &str, &str)] = &[
    ("com.okta.device.osquery", "OSQuery", "MACOS"),
    ("com.okta.device.integration.windows.security.center", "Windows Security Center", "WINDOWS"),
    ("com.google.dtc", "Device Trust Connector", "CHROMEOS"),
    ("com.androidenterprise.zerotrust", "Android Device Trust", "ANDROID"),
];

fn integration_view(call: &mut Call<'_, '_>, place: usize) -> Result<Option<Value>, Error> {
    let Some((name, label, platform)) = INTEGRATIONS.get(place) else { return Ok(None) };
    let org = call.state.org_id("id")?;
    let id = format!("dit{place}{}", org.get(4..).unwrap_or_default());
    let kept = call.state.setting(&format!("device integration/{id}"))?.unwrap_or_default();
    let status = if text(&kept, "status").is_empty() { "DEACTIVATED" } else { text(&kept, "status") };
    let at = call.href(&format!("/api/v1/device-integrations/{id}"));
    let verb = if status == "ACTIVE" { "deactivate" } else { "activate" };
    let turn = wire::hinted(&format!("{at}/lifecycle/{verb}"), &["POST"]);
    Ok(Some(json!({
        "id": id, "name": name, "displayName": label, "status": status, "platform": platform,
        "metadata": {"type": "DEVICE_POSTURE_IDP"}, "_links": {"self": wire::hinted(&at, &["GET"]), verb: turn},
    })))
}

fn integrations(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut views = Vec::new();
    for place in 0..INTEGRATIONS.len() {
        views.extend(integration_view(call, place)?);
    }
    Ok(Reply::json(200, &views)?)
}

fn named(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let id = call.param(0);
    for place in 0..INTEGRATIONS.len() {
        if let Some(view) =
            integration_view(call, place)?.filter(|view| view.get("id").is_some_and(|own| *own == *id))
        {
            return Ok(view);
        }
    }
    Err(Error::not_found(&id, "DeviceIntegration"))
}

fn integration(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let view = named(call)?;
    one(200, &view)
}

fn turn(call: &mut Call<'_, '_>, status: &str) -> Result<Reply, Error> {
    named(call)?;
    let kept: Document = document(json!({"status": status}));
    let id = call.param(0);
    call.state.put_setting(&format!("device integration/{id}"), &kept)?;
    integration(call)
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, "ACTIVE")
}

fn deactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, "DEACTIVATED")
}
