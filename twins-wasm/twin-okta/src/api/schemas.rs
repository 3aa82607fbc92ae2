//! `/api/v1/meta`: the schemas of profiles, user types, form layouts and linked objects, and the check of a profile
//! against its schema.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, Order, PLAIN, Resource, Stamps, own_link, require_object, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, change, document, object, set, text, text_at};
use crate::errors::Error;
use crate::state::{APPS, State};
use crate::wire;

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
    own("listLinkedObjectDefinitions", "GET", "/api/v1/meta/schemas/user/linkedObjects", linked_list),
    own("createLinkedObjectDefinition", "POST", "/api/v1/meta/schemas/user/linkedObjects", linked_create),
    own("getLinkedObjectDefinition", "GET", "/api/v1/meta/schemas/user/linkedObjects/{name}", linked_read),
    own(
        "deleteLinkedObjectDefinition",
        "DELETE",
        "/api/v1/meta/schemas/user/linkedObjects/{name}",
        linked_delete,
    ),
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

/// Pairs of relations between users; the key is the primary name.
static LINKED: Table<Document> = Table::new("linked_objects");

/// The attributes of every user: name, title, whether it is required, and who sees it.
const BASE: &[(&str, &str, bool, &str)] = &[
    ("login", "Username", true, "READ_ONLY"),
    ("firstName", "First name", true, "READ_WRITE"),
    ("lastName", "Last name", true, "READ_WRITE"),
    ("middleName", "Middle name", false, "READ_ONLY"),
    ("honorificPrefix", "Honorific prefix", false, "READ_ONLY"),
    ("honorificSuffix", "Honorific suffix", false, "READ_ONLY"),
    ("email", "Primary email", true, "READ_WRITE"),
    ("title", "Title", false, "READ_ONLY"),
    ("displayName", "Display name", false, "READ_ONLY"),
    ("nickName", "Nickname", false, "READ_ONLY"),
    ("profileUrl", "Profile Url", false, "READ_ONLY"),
    ("secondEmail", "Secondary email", false, "READ_WRITE"),
    ("mobilePhone", "Mobile phone", false, "READ_WRITE"),
    ("primaryPhone", "Primary phone", false, "READ_ONLY"),
    ("streetAddress", "Street address", false, "HIDE"),
    ("city", "City", false, "HIDE"),
    ("state", "State", false, "HIDE"),
    ("zipCode", "Zip code", false, "HIDE"),
    ("countryCode", "Country code", false, "HIDE"),
    ("postalAddress", "Postal Address", false, "HIDE"),
    ("preferredLanguage", "Preferred language", false, "READ_ONLY"),
    ("locale", "Locale", false, "READ_ONLY"),
    ("timezone", "Time zone", false, "READ_ONLY"),
    ("userType", "User type", false, "READ_ONLY"),
    ("employeeNumber", "Employee number", false, "READ_ONLY"),
    ("costCenter", "Cost center", false, "READ_ONLY"),
    ("organization", "Organization", false, "READ_ONLY"),
    ("division", "Division", false, "READ_ONLY"),
    ("department", "Department", false, "READ_ONLY"),
    ("managerId", "ManagerId", false, "READ_ONLY"),
    ("manager", "Manager", false, "READ_ONLY"),
];
/// The lengths and the format of an attribute of every user.
fn limits(name: &str) -> Value {
    match name {
        "login" => json!({"minLength": 5, "maxLength": 100}),
        "firstName" | "lastName" => json!({"minLength": 1, "maxLength": 50}),
        "mobilePhone" | "primaryPhone" => json!({"maxLength": 100}),
        "email" | "secondEmail" => json!({"format": "email"}),
        "profileUrl" => json!({"format": "uri"}),
        "countryCode" => json!({"format": "country-code"}),
        "preferredLanguage" => json!({"format": "language-code"}),
        "locale" | "timezone" => json!({"format": name}),
        _ => json!({}),
    }
}

const DRAFT: &str = "http://json-schema.org/draft-04/schema#";

/// A profile with what every profile has; unknown attributes, wrong types and what is missing are refused.
pub(crate) fn checked_profile(
    state: &mut State<'_>,
    mut profile: Document,
    required: bool,
) -> Result<Document, Error> {
    let custom = custom_properties(state, "schema/user")?;
    let mut causes = Vec::new();
    for (name, _, is_required, _) in BASE {
        if *is_required && required && text(&profile, name).is_empty() {
            causes.push(format!("{name}: The field cannot be left blank"));
        }
    }
    for (name, value) in &profile {
        let is_base = BASE.iter().any(|(known, ..)| known == name);
        match custom.get(name) {
            _ if is_base => {
                if !value.is_null() && !value.is_string() {
                    causes.push(format!("{name}: The value is not a string"));
                }
            }
            Some(definition) => causes.extend(wrong_value(name, value, definition)),
            None => causes.push(format!("{name}: The property is not defined in the user profile schema")),
        }
    }
    let login = text(&profile, "login").to_owned();
    if !login.is_empty() && !is_address(&login) {
        causes.push("login: Username must be in the form of an email address".to_owned());
    }
    let email = text(&profile, "email");
    if !email.is_empty() && !is_address(email) {
        causes.push("email: Does not match required pattern".to_owned());
    }
    if let Some(first) = causes.first() {
        let about = first.split(':').next().unwrap_or_default().to_owned();
        return Err(Error::Invalid { about, causes });
    }
    for name in ["mobilePhone", "secondEmail"] {
        crate::documents::default(&mut profile, name, Value::Null);
    }
    Ok(profile)
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !text.contains(char::is_whitespace)
    })
}

fn wrong_value(name: &str, value: &Value, definition: &Value) -> Option<String> {
    let wanted = definition.get("type").and_then(Value::as_str).unwrap_or("string");
    let fits = match wanted {
        _ if value.is_null() => true,
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        _ => value.is_string(),
    };
    if !fits {
        return Some(format!("{name}: The value is not of type {wanted}"));
    }
    let allowed = definition.get("enum").and_then(Value::as_array);
    let is_allowed =
        value.is_null() || value.is_array() || allowed.is_none_or(|allowed| allowed.contains(value));
    (!is_allowed).then(|| format!("{name}: The value is not one of the enumerated values"))
}

fn custom_properties(state: &mut State<'_>, name: &str) -> Result<Document, Error> {
    Ok(state.setting(name)?.and_then(|schema| object(&schema, "properties").cloned()).unwrap_or_default())
}

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

fn linked_view(call: &Call<'_, '_>, pair: &Document) -> Value {
    let name = text_at(pair, "primary", "/name");
    let at = call.href(&format!("/api/v1/meta/schemas/user/linkedObjects/{name}"));
    wire::linked(pair, json!({"self": wire::bare(&at)}))
}

fn linked_list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let pairs = call.state.all(&LINKED, "")?;
    let views: Vec<_> = pairs.iter().map(|(_, pair)| linked_view(call, pair)).collect();
    Ok(Reply::json(200, &views)?)
}

fn linked_create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    for side in ["primary", "associated"] {
        for field in ["/name", "/title", "/type"] {
            if text_at(&body, side, field).is_empty() {
                return Err(Error::field(
                    &format!("{side}{}", field.replace('/', ".")),
                    "The field cannot be left blank",
                ));
            }
        }
        let name = text_at(&body, side, "/name").to_owned();
        if linked_named(call, &name)?.is_some() {
            return Err(Error::field(
                "name",
                "An object with this field already exists in the current organization",
            ));
        }
    }
    call.state.put(&LINKED, text_at(&body, "primary", "/name"), &body)?;
    one(201, &linked_view(call, &body))
}

/// The pair of which that is one side.
fn linked_named(call: &mut Call<'_, '_>, name: &str) -> Result<Option<Document>, Error> {
    let pairs = call.state.all(&LINKED, "")?;
    let found = pairs.into_iter().find(|(_, pair)| {
        text_at(pair, "primary", "/name") == name || text_at(pair, "associated", "/name") == name
    });
    Ok(found.map(|(_, pair)| pair))
}

fn linked_required(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let name = call.param(0);
    linked_named(call, &name)?.ok_or_else(|| Error::not_found(&name, "LinkedObjectDefinition"))
}

fn linked_read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let pair = linked_required(call)?;
    one(200, &linked_view(call, &pair))
}

fn linked_delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let pair = linked_required(call)?;
    call.state.delete(&LINKED, text_at(&pair, "primary", "/name"));
    Ok(nothing(204))
}
