//! What is for Connect apps alone: their properties, modules that they register, and the end of a migration. A caller is
//! an app where the account is one.

use serde_json::{Map, Value, json};
use twin_sdk::{Reply, Response};

use crate::args::body;
use crate::errors::Error;
use crate::kept::{Kind, text_of};
use crate::state::PROPERTIES;
use crate::wire;

use super::Root::Connect as N;
use super::call::Call;
use super::property;
use super::route::{Family, Route, outline, shape, to};

static MODULES: Kind = Kind::empty("dynamic_modules");
/// The longest key of an app's property.
const LONGEST_KEY: usize = 127;
const ONE: &str = "addons/{addonKey}/properties/{propertyKey}";

/// The operations below the root of Connect.
pub(super) const FAMILY: Family = Family { heads: &["addons", "app", "migration"], routes: ROUTES };
const ROUTES: &[Route] = &[
    to("AddonPropertiesResource.deleteAddonProperty_delete", "DELETE", N, ONE, delete),
    to("AddonPropertiesResource.getAddonProperties_get", "GET", N, "addons/{addonKey}/properties", keys),
    to("AddonPropertiesResource.getAddonProperty_get", "GET", N, ONE, get),
    to("AddonPropertiesResource.putAddonProperty_put", "PUT", N, ONE, put),
    shape("AppIssueFieldValueUpdateResource.updateIssueFields_put", "PUT", N, "migration/field", migrate),
    shape("DynamicModulesResource.getModules_get", "GET", N, "app/module/dynamic", modules),
    shape("DynamicModulesResource.registerModules_post", "POST", N, "app/module/dynamic", register),
    shape("DynamicModulesResource.removeModules_delete", "DELETE", N, "app/module/dynamic", unregister),
    shape(
        "MigrationResource.updateEntityPropertiesValue_put",
        "PUT",
        N,
        "migration/properties/{entityType}",
        migrate,
    ),
    shape("MigrationResource.workflowRuleSearch_post", "POST", N, "migration/workflow/rule/search", migrate),
];

/// The operation on webhooks of apps that could not be delivered.
pub(super) const WEBHOOKS: Family =
    Family { heads: &["webhook"], routes: &[outline("getFailedWebhooks", "GET", "webhook/failed", failed)] };

fn plain(status: u16, message: &str) -> Error {
    Error::Plain { status, body: json!({"message": message, "statusCode": status}) }
}

fn app(call: &Call<'_, '_>) -> Result<(), Error> {
    if call.user.account_type == "app" {
        return Ok(());
    }
    Err(plain(401, "Access to this resource must be authenticated as an app."))
}

fn owner(call: &Call<'_, '_>) -> Result<String, Error> {
    app(call)?;
    Ok(format!("addon/{}", call.param(0)))
}

/// `GET addons/{}/properties`.
fn keys(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = owner(call)?;
    let addon = call.param(0).to_owned();
    let root = format!("{}/rest/atlassian-connect/1/addons/{addon}/properties", call.wire.base);
    let held = call.state.below(&PROPERTIES, &owner)?;
    let all = held.iter().map(|held| json!({"self": format!("{root}/{}", held.key), "key": held.key}));
    Ok(wire::json(200, &json!({"keys": all.collect::<Vec<Value>>()})))
}

fn missing() -> Error {
    plain(404, "Property with key not found.")
}

/// `GET addons/{}/properties/{}`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (owner, key) = (owner(call)?, call.param(1).to_owned());
    let held = call.state.get(&PROPERTIES, &format!("{owner}/{key}"))?.ok_or_else(missing)?;
    Ok(wire::json(200, &json!({"self": call.here, "key": held.key, "value": held.value})))
}

/// `PUT addons/{}/properties/{}`.
fn put(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    owner(call)?;
    let (addon, key) = (call.param(0).to_owned(), call.param(1).to_owned());
    if key.chars().count() > LONGEST_KEY {
        return Err(plain(400, "The property key cannot be longer than 127 characters."));
    }
    let value = body(call.incoming).map_err(|_| plain(400, "The property value must be valid JSON."))?;
    let held = property::put(call, "addon", &addon, &key, value)?;
    let (status, message) = if held { (200, "Property updated") } else { (201, "Property created") };
    Ok(wire::json(status, &json!({"message": message, "statusCode": status})))
}

/// `DELETE addons/{}/properties/{}`.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (owner, key) = (owner(call)?, call.param(1).to_owned());
    if call.state.delete(&PROPERTIES, &format!("{owner}/{key}")) { Ok(wire::empty()) } else { Err(missing()) }
}

fn module_app(call: &Call<'_, '_>) -> Result<(), Error> {
    let message = "The caller is not a Connect app.";
    app(call).map_err(|_| Error::Plain { status: 401, body: json!({"message": message}) })
}

fn held_modules(call: &mut Call<'_, '_>) -> Result<Map<String, Value>, Error> {
    let me = call.me().to_owned();
    let held = MODULES.get(call.state, &me)?;
    Ok(held.and_then(|held| held.get("modules").and_then(Value::as_object).cloned()).unwrap_or_default())
}

fn keep_modules(call: &mut Call<'_, '_>, modules: Map<String, Value>) -> Result<(), Error> {
    let me = call.me().to_owned();
    Ok(MODULES.put(call.state, &json!({"id": me, "modules": modules}))?)
}

/// `GET app/module/dynamic`.
fn modules(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    module_app(call)?;
    let held = held_modules(call)?;
    Ok(wire::json(200, &Value::Object(held)))
}

/// `POST app/module/dynamic`: modules are kept and do nothing.
fn register(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    module_app(call)?;
    let body = call.object()?;
    let mut held = held_modules(call)?;
    let known: Vec<String> =
        held.values().filter_map(Value::as_array).flatten().map(|module| text_of(module, "key")).collect();
    for (kind, given) in body {
        let mut list = held.get(&kind).and_then(Value::as_array).cloned().unwrap_or_default();
        for module in given.as_array().into_iter().flatten() {
            let key = text_of(module, "key");
            if key.is_empty() || known.contains(&key) {
                let message = format!("Dynamic module with key '{key}' is not valid or already exists.");
                return Err(Error::Plain { status: 400, body: json!({"message": message}) });
            }
            list.push(module.clone());
        }
        held.insert(kind, Value::Array(list));
    }
    keep_modules(call, held)?;
    Ok(Reply::of_json_text(200, "").build())
}

/// `DELETE app/module/dynamic`: those that the query names, or all.
fn unregister(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    module_app(call)?;
    let keys = call.query.list("moduleKey");
    let mut held = held_modules(call)?;
    for list in held.values_mut().filter_map(Value::as_array_mut) {
        list.retain(|module| !keys.is_empty() && !keys.contains(&text_of(module, "key")));
    }
    held.retain(|_, list| list.as_array().is_some_and(|list| !list.is_empty()));
    keep_modules(call, held)?;
    Ok(wire::empty())
}

/// The operations of a migration: none is ever under way on the twin's site.
fn migrate(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    app(call)?;
    if call.incoming.header("atlassian-transfer-id").is_none() {
        return Err(Error::message(400, "The Atlassian-Transfer-Id header is required."));
    }
    Err(Error::message(403, "The transfer ID is not found."))
}

/// `GET webhook/failed`: the host tells a twin nothing of deliveries.
fn failed(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let most = call.query.number("maxResults", 100)?;
    Ok(wire::json(200, &json!({"values": [], "maxResults": most})))
}
