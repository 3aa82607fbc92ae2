//! `/api/v1/meta`: the schemas of profiles, user types and form layouts.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::profiles::{BASE, limits};
use super::resource::{Action, Order, PLAIN, Resource, Stamps, own_link, require_object, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, change, document, object, set, text};
use crate::errors::Error;
use crate::state::APPS;

pub(super) const OPERATIONS: &[Operation] = &[
    own("getUserSchema", "GET", "/api/v1/meta/schemas/user/{schemaId}", user_schema),
    own("updateUserProfile", "POST", "/api/v1/meta/schemas/user/{schemaId}", update_user_schema),
    own("getGroupSchema", "GET", "/api/v1/meta/schemas/group/default", group_schema),
    own("updateGroupSchema", "POST", "/api/v1/meta/schemas/group/default", update_group_schema),
    own("getApplicationUserSchema", "GET", "/api/v1/meta/schemas/apps/{appId}/default", app_schema),
    own(
        "updateApplicationUserProfile",
        "POST",
        "/api/v1/meta/schemas/apps/{appId}/default",
        update_app_schema,
    ),
    of("listUserTypes", "GET", "/api/v1/meta/types/user", &TYPES, Action::List),
    of("createUserType", "POST", "/api/v1/meta/types/user", &TYPES, Action::Create),
    of("getUserType", "GET", "/api/v1/meta/types/user/{typeId}", &TYPES, Action::Read),
    of("updateUserType", "POST", "/api/v1/meta/types/user/{typeId}", &TYPES, Action::Update),
    of("replaceUserType", "PUT", "/api/v1/meta/types/user/{typeId}", &TYPES, Action::Replace),
    of("deleteUserType", "DELETE", "/api/v1/meta/types/user/{typeId}", &TYPES, Action::Delete),
    of("listUISchemas", "GET", "/api/v1/meta/uischemas", &LAYOUTS, Action::List),
    of("createUISchema", "POST", "/api/v1/meta/uischemas", &LAYOUTS, Action::Create),
    of("getUISchema", "GET", "/api/v1/meta/uischemas/{id}", &LAYOUTS, Action::Read),
    of("replaceUISchemas", "PUT", "/api/v1/meta/uischemas/{id}", &LAYOUTS, Action::Replace),
    own("deleteUISchemas", "DELETE", "/api/v1/meta/uischemas/{id}", layout_delete),
];

/// User types.
pub(crate) static TYPES: Resource = Resource {
    noun: "UserType",
    path: "/api/v1/meta/types/user/{}",
    table: Table::new("user_types"),
    prefix: "oty",
    order: Order::Names,
    stamps: Stamps::WithPeople,
    alias: |state, name| Ok((name == "default").then_some(state.org_id("userType")?)),
    make: |_, kind, old| {
        let name = require_text(kind, "name")?;
        require_text(kind, "displayName")?;
        if old.is_some_and(|old| text(old, "name") != name) {
            return Err(Error::field("name", "The name of a user type cannot be changed"));
        }
        let default = old.and_then(|old| old.get("default").cloned()).unwrap_or(json!(false));
        set(kind, "default", default);
        Ok(())
    },
    links: |place, kind| {
        let link = |rel: &str, href: &str| json!({"rel": rel, "href": href, "method": "GET"});
        let schema = text(kind, "id").replacen("oty", "osc", 1);
        let schema = format!("{}/api/v1/meta/schemas/user/{schema}", place.origin);
        document(json!({"schema": link("schema", &schema), "self": link("self", place.at)}))
    },
    may_delete: |kind| {
        let is_default = kind.get("default") == Some(&Value::Bool(true));
        if is_default { Err(Error::invalid("id", "The default user type cannot be deleted")) } else { Ok(()) }
    },
    ..PLAIN
};

/// Layouts of enrolment forms.
pub(crate) static LAYOUTS: Resource = Resource {
    noun: "UISchemaEntity",
    path: "/api/v1/meta/uischemas/{}",
    table: Table::new("ui_schemas"),
    prefix: "uis",
    make: |_, layout, _| require_object(layout, "uiSchema"),
    links: |place, _| own_link(place, &["GET", "PUT", "DELETE"]),
    ..PLAIN
};

const DRAFT: &str = "http://json-schema.org/draft-04/schema#";

fn require_schema(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let name = call.param(0);
    let type_id =
        if name == "default" { call.state.org_id("userType")? } else { name.replacen("osc", "oty", 1) };
    match call.state.get(&TYPES.table, &type_id)? {
        Some(_) => Ok(type_id),
        None => Err(Error::not_found(&name, "UserSchema")),
    }
}

fn user_schema(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let type_id = require_schema(call)?;
    let custom = call.state.setting("schema/user")?.unwrap_or_default();
    let org = call.state.org()?;
    let base: Document = BASE
        .iter()
        .map(|(name, title, required, seen)| {
            let mut definition = document(json!({
                "title": title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE",
                "permissions": [{"principal": "SELF", "action": seen}],
                "master": {"type": "PROFILE_MASTER"},
            }));
            definition.extend(document(limits(name)));
            if *required {
                set(&mut definition, "required", true);
            }
            ((*name).to_owned(), Value::Object(definition))
        })
        .collect();
    let required: Vec<_> =
        BASE.iter().filter(|(_, _, required, _)| *required).map(|(name, ..)| *name).collect();
    let osc = type_id.replacen("oty", "osc", 1);
    let at = |path: &str, rel: &str| json!({"rel": rel, "href": call.href(path), "method": "GET"});
    one(
        200,
        &json!({
            "id": call.href(&format!("/meta/schemas/user/{}", call.param(0))), "$schema": DRAFT, "name": "user",
            "title": "User", "description": "Okta user profile template with default permission settings",
            "created": org.get("created"), "lastUpdated": custom.get("lastUpdated").or(org.get("created")),
            "definitions": {
                "custom": {"id": "#custom", "type": "object",
                    "properties": object(&custom, "properties").cloned().unwrap_or_default(), "required": []},
                "base": {"id": "#base", "type": "object", "properties": base, "required": required},
            },
            "type": "object",
            "properties": {"profile": {"allOf": [
                {"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"},
            ]}},
            "_links": {
                "self": at(&format!("/api/v1/meta/schemas/user/{osc}"), "self"),
                "type": at(&format!("/api/v1/meta/types/user/{type_id}"), "type"),
            },
        }),
    )
}

fn update_user_schema(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    require_schema(call)?;
    merge_properties(call, "schema/user")?;
    user_schema(call)
}

/// Takes over custom properties; null removes one.
fn merge_properties(call: &mut Call<'_, '_>, name: &str) -> Result<(), Error> {
    let body = call.body()?;
    let wanted = body.get("definitions").and_then(|found| found.pointer("/custom/properties"));
    let wanted = wanted.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut schema = call.state.setting(name)?.unwrap_or_default();
    let mut refusal = None;
    change(&mut schema, "properties", |properties| {
        for (name, definition) in wanted {
            match definition {
                Value::Null => drop(properties.remove(&name)),
                Value::Object(definition) if definition.contains_key("type") => {
                    properties.insert(name, Value::Object(definition));
                }
                _ => refusal = Some(Error::field(&name, "The type of the property is missing")),
            }
        }
    });
    if let Some(refusal) = refusal {
        return Err(refusal);
    }
    let now = call.state.stamp();
    set(&mut schema, "lastUpdated", now);
    Ok(call.state.put_setting(name, &schema)?)
}

fn simple_schema(
    call: &mut Call<'_, '_>,
    key: &str,
    path: &str,
    names: [&str; 2],
    base: Value,
) -> Result<Reply, Error> {
    let custom = call.state.setting(key)?.unwrap_or_default();
    let org = call.state.org()?;
    let [name, title] = names;
    one(
        200,
        &json!({
            "id": call.href(path), "$schema": DRAFT, "name": name, "title": title, "description": title,
            "created": org.get("created"), "lastUpdated": custom.get("lastUpdated").or(org.get("created")),
            "definitions": {
                "custom": {"id": "#custom", "type": "object",
                    "properties": object(&custom, "properties").cloned().unwrap_or_default(), "required": []},
                "base": base,
            },
            "type": "object",
            "properties": {"profile": {"allOf": [
                {"$ref": "#/definitions/custom"}, {"$ref": "#/definitions/base"},
            ]}},
            "_links": {"self": {"rel": "self", "href": call.href(path), "method": "GET"}},
        }),
    )
}

fn group_schema(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let property = |title: &str| {
        json!({"title": title, "type": "string", "mutability": "READ_WRITE", "scope": "NONE",
            "permissions": [{"principal": "SELF", "action": "READ_ONLY"}], "master": {"type": "PROFILE_MASTER"}})
    };
    let base = json!({"id": "#base", "type": "object", "required": ["name"],
        "properties": {"name": property("Name"), "description": property("Description")}});
    let path = "/api/v1/meta/schemas/group/default";
    simple_schema(call, "schema/group", path, ["group", "Okta group"], base)
}

fn update_group_schema(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    merge_properties(call, "schema/group")?;
    group_schema(call)
}

fn app_schema(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.param(0);
    let app = call.state.get(&APPS, &id)?.ok_or_else(|| Error::not_found(&id, "AppInstance"))?;
    let user_name = json!({"title": "Username", "type": "string", "required": true, "scope": "NONE",
        "maxLength": 100, "permissions": [{"principal": "SELF", "action": "READ_ONLY"}]});
    let base = json!({"id": "#base", "type": "object", "required": ["userName"], "properties": {"userName": user_name}});
    let path = format!("/api/v1/meta/schemas/apps/{id}/default");
    let title = format!("{} User", text(&app, "label"));
    simple_schema(call, &format!("schema/apps/{id}"), &path, [text(&app, "name"), &title], base)
}

fn update_app_schema(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.param(0);
    call.state.get(&APPS, &id)?.ok_or_else(|| Error::not_found(&id, "AppInstance"))?;
    merge_properties(call, &format!("schema/apps/{id}"))?;
    app_schema(call)
}

/// The service does not mind when there is none.
fn layout_delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    match LAYOUTS.answer(Action::Delete, call) {
        Err(Error::NotFound { .. }) => Ok(nothing(204)),
        outcome => outcome,
    }
}
