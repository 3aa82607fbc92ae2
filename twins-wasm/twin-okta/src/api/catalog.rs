//! Resources that differ in a few lines each: zones, trusted origins, behaviours, CAPTCHAs, device assurance, realms.

use serde_json::{Value, json};
use twin_sdk::Table;

use super::resource::{
    Action, Lifecycle, Order, PLAIN, Resource, Stamps, own_and_lifecycle, own_link, require_object,
    require_text,
};
use super::route::{Operation, of};
use crate::call::{Call, Lengths};
use crate::documents::{Document, change, default, document, set, text, text_at};
use crate::errors::Error;
use crate::search::{Dialect, Filter};

pub(super) const OPERATIONS: &[Operation] = &[
    of("listNetworkZones", "GET", "/api/v1/zones", &ZONES, Action::List),
    of("createNetworkZone", "POST", "/api/v1/zones", &ZONES, Action::Create),
    of("getNetworkZone", "GET", "/api/v1/zones/{id}", &ZONES, Action::Read),
    of("replaceNetworkZone", "PUT", "/api/v1/zones/{id}", &ZONES, Action::Replace),
    of("deleteNetworkZone", "DELETE", "/api/v1/zones/{id}", &ZONES, Action::Delete),
    of("activateNetworkZone", "POST", "/api/v1/zones/{id}/lifecycle/activate", &ZONES, Action::Activate),
    of(
        "deactivateNetworkZone",
        "POST",
        "/api/v1/zones/{id}/lifecycle/deactivate",
        &ZONES,
        Action::Deactivate,
    ),
    of("listTrustedOrigins", "GET", "/api/v1/trustedOrigins", &ORIGINS, Action::List),
    of("createTrustedOrigin", "POST", "/api/v1/trustedOrigins", &ORIGINS, Action::Create),
    of("getTrustedOrigin", "GET", "/api/v1/trustedOrigins/{id}", &ORIGINS, Action::Read),
    of("replaceTrustedOrigin", "PUT", "/api/v1/trustedOrigins/{id}", &ORIGINS, Action::Replace),
    of("deleteTrustedOrigin", "DELETE", "/api/v1/trustedOrigins/{id}", &ORIGINS, Action::Delete),
    of(
        "activateTrustedOrigin",
        "POST",
        "/api/v1/trustedOrigins/{id}/lifecycle/activate",
        &ORIGINS,
        Action::Activate,
    ),
    of(
        "deactivateTrustedOrigin",
        "POST",
        "/api/v1/trustedOrigins/{id}/lifecycle/deactivate",
        &ORIGINS,
        Action::Deactivate,
    ),
    of("listBehaviorDetectionRules", "GET", "/api/v1/behaviors", &BEHAVIOURS, Action::List),
    of("createBehaviorDetectionRule", "POST", "/api/v1/behaviors", &BEHAVIOURS, Action::Create),
    of("getBehaviorDetectionRule", "GET", "/api/v1/behaviors/{id}", &BEHAVIOURS, Action::Read),
    of("replaceBehaviorDetectionRule", "PUT", "/api/v1/behaviors/{id}", &BEHAVIOURS, Action::Replace),
    of("deleteBehaviorDetectionRule", "DELETE", "/api/v1/behaviors/{id}", &BEHAVIOURS, Action::Delete),
    of(
        "activateBehaviorDetectionRule",
        "POST",
        "/api/v1/behaviors/{id}/lifecycle/activate",
        &BEHAVIOURS,
        Action::Activate,
    ),
    of(
        "deactivateBehaviorDetectionRule",
        "POST",
        "/api/v1/behaviors/{id}/lifecycle/deactivate",
        &BEHAVIOURS,
        Action::Deactivate,
    ),
    of("listCaptchaInstances", "GET", "/api/v1/captchas", &CAPTCHAS, Action::List),
    of("createCaptchaInstance", "POST", "/api/v1/captchas", &CAPTCHAS, Action::Create),
    of("getCaptchaInstance", "GET", "/api/v1/captchas/{id}", &CAPTCHAS, Action::Read),
    of("updateCaptchaInstance", "POST", "/api/v1/captchas/{id}", &CAPTCHAS, Action::Update),
    of("replaceCaptchaInstance", "PUT", "/api/v1/captchas/{id}", &CAPTCHAS, Action::Replace),
    of("deleteCaptchaInstance", "DELETE", "/api/v1/captchas/{id}", &CAPTCHAS, Action::Delete),
    of("listDeviceAssurancePolicies", "GET", "/api/v1/device-assurances", &ASSURANCES, Action::List),
    of("createDeviceAssurancePolicy", "POST", "/api/v1/device-assurances", &ASSURANCES, Action::Create),
    of("getDeviceAssurancePolicy", "GET", "/api/v1/device-assurances/{id}", &ASSURANCES, Action::Read),
    of("replaceDeviceAssurancePolicy", "PUT", "/api/v1/device-assurances/{id}", &ASSURANCES, Action::Replace),
    of(
        "deleteDeviceAssurancePolicy",
        "DELETE",
        "/api/v1/device-assurances/{id}",
        &ASSURANCES,
        Action::Delete,
    ),
    of("listRealms", "GET", "/api/v1/realms", &REALMS, Action::List),
    of("createRealm", "POST", "/api/v1/realms", &REALMS, Action::Create),
    of("getRealm", "GET", "/api/v1/realms/{id}", &REALMS, Action::Read),
    of("replaceRealm", "PUT", "/api/v1/realms/{id}", &REALMS, Action::Replace),
    of("deleteRealm", "DELETE", "/api/v1/realms/{id}", &REALMS, Action::Delete),
];

const TEN: Lengths = Lengths { usual: 10, most: 200 };

/// Networks.
pub(crate) static ZONES: Resource = Resource {
    noun: "NetworkZone",
    path: "/api/v1/zones/{}",
    table: Table::new("zones"),
    prefix: "nzo",
    lifecycle: Lifecycle::Document,
    event: Some("zone"),
    make: |_, zone, _| {
        require_text(zone, "name")?;
        one_of(zone, "type", &["IP", "DYNAMIC", "DYNAMIC_V2"])?;
        default(zone, "usage", "POLICY");
        default(zone, "system", false);
        if text(zone, "type") == "IP" {
            default(zone, "gateways", Value::Null);
            default(zone, "proxies", Value::Null);
        }
        Ok(())
    },
    keep: by_filter,
    links: own_and_lifecycle,
    may_delete: |zone| {
        let is_system = zone.get("system") == Some(&Value::Bool(true));
        if is_system { Err(crate::errors::Code::Forbidden.into()) } else { Ok(()) }
    },
    ..PLAIN
};

/// Web origins that may call the org.
pub(crate) static ORIGINS: Resource = Resource {
    noun: "TrustedOrigin",
    path: "/api/v1/trustedOrigins/{}",
    table: Table::new("trusted_origins"),
    prefix: "tos",
    stamps: Stamps::WithPeople,
    lifecycle: Lifecycle::Document,
    make: |_, origin, _| {
        require_text(origin, "name")?;
        let address = require_text(origin, "origin")?;
        if !address.starts_with("http://") && !address.starts_with("https://") {
            return Err(Error::field("origin", "The origin is not a valid URL"));
        }
        if origin.get("scopes").and_then(Value::as_array).is_none_or(Vec::is_empty) {
            return Err(Error::field("scopes", "The field cannot be left blank"));
        }
        Ok(())
    },
    keep: by_filter,
    links: own_and_lifecycle,
    ..PLAIN
};

/// What is unusual in a sign-in.
pub(crate) static BEHAVIOURS: Resource = Resource {
    noun: "BehaviorSettings",
    path: "/api/v1/behaviors/{}",
    table: Table::new("behaviors"),
    prefix: "bhv",
    stamps: Stamps::Spaced,
    lifecycle: Lifecycle::Document,
    lengths: TEN,
    order: Order::Names,
    make: |_, behaviour, _| {
        require_text(behaviour, "name")?;
        one_of(behaviour, "type", &["ANOMALOUS_LOCATION", "ANOMALOUS_DEVICE", "ANOMALOUS_IP", "VELOCITY"])?;
        // A rule is active from its creation on, whatever the body says.
        behaviour.remove("status");
        let usual = match text(behaviour, "type") {
            "VELOCITY" => json!({"velocityKph": 805}),
            "ANOMALOUS_LOCATION" => {
                json!({"minEventsNeededForEvaluation": 0, "maxEventsUsedForEvaluation": 20,
                "granularity": "CITY"})
            }
            _ => json!({"minEventsNeededForEvaluation": 0, "maxEventsUsedForEvaluation": 20}),
        };
        default(behaviour, "settings", usual);
        Ok(())
    },
    links: own_and_lifecycle,
    ..PLAIN
};

/// Proofs of being human; an org has one at most.
pub(crate) static CAPTCHAS: Resource = Resource {
    noun: "Captcha",
    path: "/api/v1/captchas/{}",
    table: Table::new("captchas"),
    prefix: "cap",
    created: 201,
    stamps: Stamps::Absent,
    make: make_captcha,
    links: |place, _| own_link(place, &["GET", "POST", "PUT", "DELETE"]),
    ..PLAIN
};

/// What a device has to be like.
pub(crate) static ASSURANCES: Resource = Resource {
    noun: "DeviceAssuranceRuleManagerImpl",
    path: "/api/v1/device-assurances/{}",
    table: Table::new("device_assurances"),
    prefix: "dae",
    stamps: Stamps::Dates(true),
    make: make_assurance,
    ..PLAIN
};

/// Partitions of the org's people.
pub(crate) static REALMS: Resource = Resource {
    noun: "Realm",
    path: "/api/v1/realms/{}",
    table: Table::new("realms"),
    prefix: "guo",
    lengths: TEN,
    order: Order::Asked,
    make: |_, realm, old| {
        require_object(realm, "profile")?;
        if text_at(realm, "profile", "/name").is_empty() {
            return Err(Error::field("profile.name", "The field cannot be left blank"));
        }
        change(realm, "profile", |profile| default(profile, "domains", json!([])));
        let is_default = old.and_then(|old| old.get("isDefault").cloned()).unwrap_or(json!(false));
        set(realm, "isDefault", is_default);
        Ok(())
    },
    keep: |query, realm| match query.get("search") {
        Some(search) => {
            let filter = Filter::parse(search, &Dialect::SEARCH);
            Ok(filter.ok_or_else(|| Error::Search("Invalid search expression.".to_owned()))?.holds(realm))
        }
        None => Ok(true),
    },
    links: |place, _| document(json!({"self": {"rel": "self", "href": place.at, "method": "GET"}})),
    may_delete: |realm| {
        let is_default = realm.get("isDefault") == Some(&Value::Bool(true));
        if is_default { Err(Error::invalid("realm", "The default realm cannot be deleted")) } else { Ok(()) }
    },
    ..PLAIN
};

/// A field that has to be one of some texts.
pub(super) fn one_of(found: &Document, field: &str, known: &[&str]) -> Result<(), Error> {
    let value = require_text(found, field)?;
    if known.contains(&&*value) {
        return Ok(());
    }
    Err(Error::field(field, &format!("The value must be one of {}", known.join(", "))))
}

fn by_filter(query: &super::resource::Query, found: &Document) -> Result<bool, Error> {
    let Some(filter) = query.get("filter") else { return Ok(true) };
    let dialect = Dialect { operators: Dialect::NARROW, attributes: None };
    let filter = Filter::parse(filter, &dialect);
    Ok(filter.ok_or_else(|| Error::Search("Invalid filter expression.".to_owned()))?.holds(found))
}

fn make_captcha(
    call: &mut Call<'_, '_>,
    captcha: &mut Document,
    old: Option<&Document>,
) -> Result<(), Error> {
    if old.is_none() && CAPTCHAS.table.count(call.state.host) > 0 {
        let summary = "CAPTCHA count limit reached. At most one CAPTCHA instance is allowed per Org. Please remove \
                       existing CAPTCHA to create a new one.";
        let cause = json!([{"errorSummary": summary, "reason": "EXCEEDS_MAX_VALUE", "locationType": "url",
            "domain": "captcha"}]);
        return Err(Error::Ruled { status: 403, code: "E0000166", summary, causes: cause });
    }
    require_text(captcha, "name")?;
    require_text(captcha, "siteKey")?;
    one_of(captcha, "type", &["HCAPTCHA", "RECAPTCHA_V2"])?;
    match captcha.remove("secretKey") {
        Some(secret) => set(captcha, "_secret", secret),
        None if old.is_none() => return Err(Error::field("secretKey", "The field cannot be left blank")),
        None => {}
    }
    Ok(())
}

/// A policy without a condition would let every device pass.
fn make_assurance(
    call: &mut Call<'_, '_>,
    policy: &mut Document,
    old: Option<&Document>,
) -> Result<(), Error> {
    const CONDITIONS: &[&str] = &[
        "diskEncryptionType",
        "jailbreak",
        "osVersion",
        "osVersionConstraints",
        "screenLockType",
        "secureHardwarePresent",
        "thirdPartySignalProviders",
        "devicePostureChecks",
    ];
    let name = require_text(policy, "name")?;
    one_of(policy, "platform", &["ANDROID", "CHROMEOS", "IOS", "MACOS", "WINDOWS"])?;
    if !CONDITIONS.iter().any(|condition| policy.get(*condition).is_some_and(|found| !found.is_null())) {
        let problem = "Please select at least one device condition before saving";
        return Err(Error::invalid("deviceAssuranceMediated", problem));
    }
    let id = old.map_or_else(|| call.state.mint("dae"), |old| text(old, "id").to_owned());
    set(policy, "id", id.clone());
    set(policy, "resourceId", id);
    set(policy, "resourceType", "DeviceAssurancePolicyEntity");
    set(policy, "resourceDisplayName", json!({"value": name, "sensitive": false}));
    Ok(())
}
