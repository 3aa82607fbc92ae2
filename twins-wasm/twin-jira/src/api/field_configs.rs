//! Field configurations and their schemes: which fields are required or hidden. They are kept; issues do not heed them.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{text, texts};
use crate::entities::Project;
use crate::errors::Error;
use crate::fields::catalogue::SYSTEM;
use crate::kept::{Kind, id_of, text_of};
use crate::state::{FIELDS, ISSUE_TYPES};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id};
use super::route::{Family, Route, full};
use super::settings::{self, Scheme};

const DEFAULT: &str = "10000";
static CONFIGS: Kind = Kind::given("field_configurations", |_| {
    Ok(vec![json!({
        "id": DEFAULT, "name": "Default Field Configuration", "isDefault": true,
        "description": "The default field configuration",
    })])
});
/// The system's own scheme has no id that anybody sees.
static SCHEMES: Kind = Kind::empty("field_configuration_schemes");

const ONE: &str = "fieldconfiguration/{id}";
const SCHEME: &str = "fieldconfigurationscheme/{id}";
/// The operations.
pub(super) const FAMILY: Family =
    Family { heads: &["fieldconfiguration", "fieldconfigurationscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("assignFieldConfigurationSchemeToProject", "PUT", "fieldconfigurationscheme/project", assign),
    full("createFieldConfiguration", "POST", "fieldconfiguration", resource::create::<Configs>),
    full("createFieldConfigurationScheme", "POST", "fieldconfigurationscheme", resource::create::<Schemes>),
    full("deleteFieldConfiguration", "DELETE", ONE, resource::delete::<Configs>),
    full("deleteFieldConfigurationScheme", "DELETE", SCHEME, resource::delete::<Schemes>),
    full("getAllFieldConfigurationSchemes", "GET", "fieldconfigurationscheme", resource::list::<Schemes>),
    full("getAllFieldConfigurations", "GET", "fieldconfiguration", list),
    full("getFieldConfigurationItems", "GET", "fieldconfiguration/{id}/fields", items),
    full("getFieldConfigurationSchemeMappings", "GET", "fieldconfigurationscheme/mapping", mappings),
    full("getFieldConfigurationSchemeProjectMapping", "GET", "fieldconfigurationscheme/project", by_project),
    full(
        "removeIssueTypesFromGlobalFieldConfigurationScheme",
        "POST",
        "fieldconfigurationscheme/{id}/mapping/delete",
        unmap,
    ),
    full("setFieldConfigurationSchemeMapping", "PUT", "fieldconfigurationscheme/{id}/mapping", map),
    full("updateFieldConfiguration", "PUT", ONE, resource::update::<Configs>),
    full("updateFieldConfigurationItems", "PUT", "fieldconfiguration/{id}/fields", set_items),
    full("updateFieldConfigurationScheme", "PUT", SCHEME, resource::update::<Schemes>),
];

/// Field configurations.
struct Configs;

impl Resource for Configs {
    const SPEC: Spec = Spec {
        kind: &CONFIGS,
        noun: "field configuration",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(255))],
        numeric: true,
        path: None,
        hidden: true,
        taken: 400,
        listed: Listed::Page,
        created: Done::Whole(200),
        updated: Done::Nothing,
    };

    fn checked(_: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        document.entry("description").or_insert_with(|| json!(""));
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        let id = id_of(document);
        if id == DEFAULT {
            return Err(Error::message(400, "The default field configuration cannot be deleted."));
        }
        let schemes = SCHEMES.all(call.state)?;
        let mut mapped = schemes.iter().flat_map(mappings_of);
        if mapped.any(|mapping| text_of(&mapping, "fieldConfigurationId") == id) {
            let message = "The field configuration cannot be deleted because it is used by a field configuration scheme.";
            return Err(Error::message(400, message));
        }
        Ok(())
    }
}

/// `GET fieldconfiguration`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let only = call.query.flag("isDefault") == Some(true);
    if !only {
        return resource::list::<Configs>(call);
    }
    may_write::<Configs>(call)?;
    let config = of_id::<Configs>(call, DEFAULT)?;
    let shown = resource::shown::<Configs>(call, &config);
    call.page(&[shown])
}

/// Every field that a configuration is about, with its description.
fn fields(call: &mut Call<'_, '_>) -> Result<Vec<(String, String)>, Error> {
    let system = SYSTEM.iter().filter(|field| !field.operations.is_empty());
    let mut all: Vec<(String, String)> = system.map(|field| (field.id.to_owned(), String::new())).collect();
    all.extend(call.state.all(&FIELDS)?.into_iter().map(|field| (field.id, field.description)));
    Ok(all)
}

/// `GET fieldconfiguration/{}/fields`.
fn items(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Configs>(call)?;
    let config = find::<Configs>(call, 0)?;
    let held = config.get("_items").cloned().unwrap_or_default();
    let mut all = Vec::new();
    for (id, description) in fields(call)? {
        let is_required = ["summary", "issuetype"].contains(&id.as_str());
        let mut item =
            json!({"id": id, "description": description, "isHidden": false, "isRequired": is_required});
        if let Some(kept) = held.get(&id) {
            extend(&mut item, kept.clone());
        }
        all.push(item);
    }
    call.page(&all)
}

/// `PUT fieldconfiguration/{}/fields`.
fn set_items(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Configs>(call)?;
    let body = call.object()?;
    let mut config = find::<Configs>(call, 0)?;
    let known = fields(call)?;
    let mut held = config.get("_items").cloned().unwrap_or_else(|| json!({}));
    for item in body.get("fieldConfigurationItems").and_then(Value::as_array).into_iter().flatten() {
        let id = text_of(item, "id");
        if !known.iter().any(|(known, _)| *known == id) {
            return Err(Error::message(404, format!("The field with id '{id}' was not found.")));
        }
        let is = |name: &str| item.get(name) == Some(&json!(true));
        if is("isHidden") && is("isRequired") {
            return Err(Error::message(400, "A hidden field cannot be required."));
        }
        let mut kept = json!({});
        for name in ["description", "isHidden", "isRequired", "renderer"] {
            if let Some(given) = item.get(name) {
                extend(&mut kept, json!({name: given}));
            }
        }
        extend(&mut held, json!({id: kept}));
    }
    extend(&mut config, json!({"_items": held}));
    CONFIGS.put(call.state, &config)?;
    Ok(wire::empty())
}

/// Field configuration schemes.
struct Schemes;

impl Resource for Schemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "field configuration scheme",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(1_024))],
        numeric: false,
        path: None,
        hidden: true,
        taken: 400,
        listed: Listed::Page,
        created: Done::Whole(201),
        updated: Done::Nothing,
    };

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for Schemes {
    const SETTING: &'static str = "fieldConfigurationScheme";

    fn usual(_: &mut Call<'_, '_>, _: &Project) -> Result<String, Error> {
        Ok(String::new())
    }
}

/// What a scheme maps; a new one has the default configuration for every type.
fn mappings_of(scheme: &Value) -> Vec<Value> {
    let usual = || vec![json!({"issueTypeId": "default", "fieldConfigurationId": DEFAULT})];
    scheme.get("_mappings").and_then(Value::as_array).cloned().unwrap_or_else(usual)
}

/// `GET fieldconfigurationscheme/mapping`.
fn mappings(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let ids = call.query.list("fieldConfigurationSchemeId");
    let mut all = Vec::new();
    for scheme in SCHEMES.all(call.state)? {
        let id = id_of(&scheme);
        if ids.is_empty() || ids.contains(&id) {
            for mut mapping in mappings_of(&scheme) {
                extend(&mut mapping, json!({"fieldConfigurationSchemeId": id}));
                all.push(mapping);
            }
        }
    }
    call.page(&all)
}

/// `PUT fieldconfigurationscheme/{}/mapping`.
fn map(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let given = call.object()?.get("mappings").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut scheme = find::<Schemes>(call, 0)?;
    if given.is_empty() {
        return Err(Error::message(400, "The mappings are required."));
    }
    let mut mapped = mappings_of(&scheme);
    for part in given {
        let (kind, config) = (text_of(&part, "issueTypeId"), text_of(&part, "fieldConfigurationId"));
        if kind != "default" && call.state.get(&ISSUE_TYPES, &kind)?.is_none() {
            return Err(Error::message(404, "The issue type was not found."));
        }
        of_id::<Configs>(call, &config)?;
        mapped.retain(|held| text_of(held, "issueTypeId") != kind);
        mapped.push(json!({"issueTypeId": kind, "fieldConfigurationId": config}));
    }
    extend(&mut scheme, json!({"_mappings": mapped}));
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// `POST fieldconfigurationscheme/{}/mapping/delete`.
fn unmap(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let ids = texts(call.object()?.get("issueTypeIds"));
    let mut scheme = find::<Schemes>(call, 0)?;
    if ids.is_empty() {
        return Err(Error::message(400, "The issue type IDs are required."));
    }
    let mut mapped = mappings_of(&scheme);
    mapped.retain(|held| !ids.contains(&text_of(held, "issueTypeId")));
    extend(&mut scheme, json!({"_mappings": mapped}));
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// `GET fieldconfigurationscheme/project`: projects with the system's own scheme stand in an entry without one.
fn by_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let ids = call.query.list("projectId");
    if ids.is_empty() {
        return Err(Error::message(400, "The required query parameter 'projectId' was missing."));
    }
    let mut all = settings::grouped::<Schemes>(call)?;
    let mut plain = Vec::new();
    for id in ids {
        let project = call.project(&id)?;
        if settings::scheme_of::<Schemes>(call, &project)?.is_empty() {
            plain.push(project.id);
        }
    }
    if !plain.is_empty() {
        all.push(json!({"projectIds": plain}));
    }
    call.page(&all)
}

/// `PUT fieldconfigurationscheme/project`: without a scheme, the project has the system's own.
fn assign(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    if text(&body, "fieldConfigurationSchemeId").is_some() {
        return settings::assign::<Schemes>(call);
    }
    let project = settings::project_in(call, &body)?;
    settings::set(call, &project.id, json!({Schemes::SETTING: null}))?;
    Ok(wire::empty())
}
