//! `/api/v1/mappings`: how attributes of one profile become attributes of another. Every application has one mapping
//! in each direction.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::route::{Operation, own};
use crate::call::{Call, Lengths, one};
use crate::documents::{Document, change, document, set, text, text_at};
use crate::errors::Error;
use crate::state::State;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listProfileMappings", "GET", "/api/v1/mappings", list),
    own("getProfileMapping", "GET", "/api/v1/mappings/{mappingId}", read),
    own("updateProfileMapping", "POST", "/api/v1/mappings/{mappingId}", update),
];

/// Mappings; the key is the id.
static MAPPINGS: Table<Document> = Table::new("mappings");

/// The attributes that a mapping to the org can write.
const USER_FIELDS: &[&str] = &[
    "city",
    "costCenter",
    "countryCode",
    "department",
    "displayName",
    "division",
    "email",
    "employeeNumber",
    "firstName",
    "honorificPrefix",
    "honorificSuffix",
    "lastName",
    "locale",
    "login",
    "manager",
    "managerId",
    "middleName",
    "mobilePhone",
    "nickName",
    "organization",
    "postalAddress",
    "preferredLanguage",
    "primaryPhone",
    "profileUrl",
    "secondEmail",
    "state",
    "streetAddress",
    "timezone",
    "title",
    "userType",
    "zipCode",
];

/// Gives a new application its two mappings.
pub(crate) fn connect_app(state: &mut State<'_>, app: &Document) -> Result<(), Error> {
    let user_type = state.org_id("userType")?;
    let own = json!({"id": text(app, "id"), "name": text(app, "name"), "type": "appuser"});
    let user = json!({"id": user_type, "name": "user", "type": "user"});
    let login = json!({"email": {"expression": "appuser.userName", "pushStatus": "DONT_PUSH"}});
    for (source, target, properties) in [(&own, &user, login), (&user, &own, json!({}))] {
        let id = state.mint("prm");
        let mapping =
            document(json!({"id": id, "source": source, "target": target, "properties": properties}));
        state.put(&MAPPINGS, &id, &mapping)?;
    }
    Ok(())
}

/// Removes the mappings of an application that is gone.
pub(crate) fn disconnect_app(state: &mut State<'_>, app: &str) -> Result<(), Error> {
    for (id, mapping) in state.all(&MAPPINGS, "")? {
        if ["source", "target"].iter().any(|side| text_at(&mapping, side, "/id") == app) {
            state.delete(&MAPPINGS, &id);
        }
    }
    Ok(())
}

fn view(call: &Call<'_, '_>, mapping: &Document, whole: bool) -> Value {
    let mut view = mapping.clone();
    for side in ["source", "target"] {
        let id = text_at(mapping, side, "/id");
        let links = if text_at(mapping, side, "/type") == "user" {
            let schema = id.replacen("oty", "osc", 1);
            json!({"self": wire::bare(&call.href(&format!("/api/v1/meta/types/user/{id}"))),
                "schema": wire::bare(&call.href(&format!("/api/v1/meta/schemas/user/{schema}")))})
        } else {
            json!({"self": wire::bare(&call.href(&format!("/api/v1/apps/{id}"))),
                "schema": wire::bare(&call.href(&format!("/api/v1/meta/schemas/apps/{id}/default")))})
        };
        change(&mut view, side, |found| set(found, "_links", links));
    }
    if !whole {
        view.remove("properties");
    }
    let at = call.href(&format!("/api/v1/mappings/{}", text(mapping, "id")));
    set(&mut view, "_links", json!({"self": wire::bare(&at)}));
    Value::Object(view)
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (source, target) = (call.query("sourceId"), call.query("targetId"));
    let page = call.page(&MAPPINGS, "", Lengths::USUAL, |_, mapping| {
        let fits = |side: &str, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| text_at(mapping, side, "/id") == wanted)
        };
        Ok(fits("source", &source) && fits("target", &target))
    })?;
    let items: Vec<_> = page.items.iter().map(|mapping| view(call, mapping, false)).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&MAPPINGS, &id)?.ok_or_else(|| Error::not_found(&id, "ProfileMapping"))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mapping = named(call)?;
    one(200, &view(call, &mapping, true))
}

/// Takes over what the body names; null or an object without an expression removes a mapping.
fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut mapping = named(call)?;
    let body = call.body()?;
    let Some(Value::Object(wanted)) = body.get("properties").cloned() else {
        return Err(Error::field("properties", "The field cannot be left blank"));
    };
    let (kind, id) =
        (text_at(&mapping, "target", "/type").to_owned(), text_at(&mapping, "target", "/id").to_owned());
    let schema = if kind == "user" { "schema/user".to_owned() } else { format!("schema/apps/{id}") };
    let custom = call.state.setting(&schema)?.unwrap_or_default();
    for name in wanted.keys() {
        let is_base = if kind == "user" { USER_FIELDS.contains(&name.as_str()) } else { name == "userName" };
        let is_custom = custom.get("properties").is_some_and(|properties| properties.get(name).is_some());
        if !is_base && !is_custom {
            return Err(Error::invalid("updateMapping", format!("Invalid target field {name}")));
        }
    }
    change(&mut mapping, "properties", |properties| {
        for (name, definition) in wanted {
            if definition.get("expression").is_none_or(Value::is_null) {
                properties.remove(&name);
            } else {
                let mut definition = document(definition);
                crate::documents::default(&mut definition, "pushStatus", "DONT_PUSH");
                properties.insert(name, Value::Object(definition));
            }
        }
    });
    call.state.put(&MAPPINGS, text(&mapping, "id"), &mapping)?;
    one(200, &view(call, &mapping, true))
}
