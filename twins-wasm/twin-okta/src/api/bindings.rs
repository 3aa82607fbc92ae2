//! What belongs to a resource set: its resources, and the bindings that give a custom role over them to people and groups.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::iam::{ROLES, SETS, require_resources, resource_view, set_reply};
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, text, texts};
use crate::errors::Error;
use crate::state::{GROUPS, State};
use crate::wire;

const SET: &str = "/api/v1/iam/resource-sets/{id}/resources";
const RESOURCE: &str = "/api/v1/iam/resource-sets/{id}/resources/{resourceId}";
const BINDINGS_PATH: &str = "/api/v1/iam/resource-sets/{id}/bindings";
const BINDING: &str = "/api/v1/iam/resource-sets/{id}/bindings/{role}";
const MEMBERS: &str = "/api/v1/iam/resource-sets/{id}/bindings/{role}/members";
const MEMBER: &str = "/api/v1/iam/resource-sets/{id}/bindings/{role}/members/{memberId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("addResourceSetResources", "PATCH", SET, add_resources),
    own("addResourceSetResource", "POST", SET, add_resource),
    own("getResourceSetResource", "GET", RESOURCE, read_resource),
    own("replaceResourceSetResource", "PUT", RESOURCE, replace_resource),
    own("deleteResourceSetResource", "DELETE", RESOURCE, remove_resource),
    own("listBindings", "GET", BINDINGS_PATH, list),
    own("createResourceSetBinding", "POST", BINDINGS_PATH, create),
    own("getBinding", "GET", BINDING, read),
    own("deleteBinding", "DELETE", BINDING, delete),
    own("listMembersOfBinding", "GET", MEMBERS, members),
    own("addMembersToBinding", "PATCH", MEMBERS, add_members),
    own("getMemberOfBinding", "GET", MEMBER, member),
    own("unassignMemberFromBinding", "DELETE", MEMBER, remove_member),
];

/// Bindings; the key is `SET/ROLE`.
static BINDINGS: Table<Document> = Table::new("resource_set_bindings");

/// Forgets the bindings of a set that is gone.
pub(super) fn forget(state: &mut State<'_>, set: &str) -> Result<(), Error> {
    Ok(state.clear(&BINDINGS, &format!("{set}/"))?)
}

fn items(document: &Document, field: &str) -> Vec<Value> {
    document.get(field).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn has_id(item: &Value, id: &str) -> bool {
    item.get("id").is_some_and(|found| found == id)
}

fn add_resources(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut found) = SETS.locate(call)?;
    let body = call.body()?;
    let added = require_resources(call, texts(&body, "additions"), "additions")?;
    let mut held = items(&found, "_resources");
    let is_new = |resource: &Value| !held.iter().any(|old| old.get("orn") == resource.get("orn"));
    let added: Vec<_> = added.into_iter().filter(is_new).collect();
    held.extend(added);
    set(&mut found, "_resources", held);
    let now = call.state.stamp();
    set(&mut found, "lastUpdated", now);
    call.state.put(&SETS.table, &id, &found)?;
    set_reply(call, &id, &found)
}

fn remove_resource(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut found) = SETS.locate(call)?;
    let resource = call.param(1);
    let mut held = items(&found, "_resources");
    let before = held.len();
    held.retain(|item| !has_id(item, &resource));
    if held.len() == before {
        return Err(Error::not_found(&resource, "ResourceSetResource"));
    }
    set(&mut found, "_resources", held);
    call.state.put(&SETS.table, &id, &found)?;
    Ok(nothing(204))
}

/// One resource, with conditions that leave some of it out.
fn add_resource(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut found) = SETS.locate(call)?;
    let body = call.body()?;
    let name = require_text(&body, "resourceOrn")?;
    let mut held = items(&found, "_resources");
    if held.iter().any(|old| old.get("orn").is_some_and(|old| *old == *name)) {
        return Err(Error::field("resourceOrn", "The resource is in the set already"));
    }
    let mut added = require_resources(call, vec![name], "resourceOrn")?;
    if let Some(added) = added.first_mut().and_then(Value::as_object_mut) {
        set(added, "conditions", body.get("conditions").cloned().unwrap_or_else(|| json!({})));
    }
    let view = added.first().map(|resource| resource_view(call, &id, resource)).unwrap_or_default();
    held.extend(added);
    set(&mut found, "_resources", held);
    call.state.put(&SETS.table, &id, &found)?;
    one(200, &view)
}

fn read_resource(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, found) = SETS.locate(call)?;
    let wanted = call.param(1);
    let resource = items(&found, "_resources").into_iter().find(|item| has_id(item, &wanted));
    let resource = resource.ok_or_else(|| Error::not_found(&wanted, "ResourceSetResource"))?;
    one(200, &resource_view(call, &id, &resource))
}

/// The conditions of a resource are all that changes.
fn replace_resource(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut found) = SETS.locate(call)?;
    let (body, wanted) = (call.body()?, call.param(1));
    let mut held = items(&found, "_resources");
    let now = call.state.stamp();
    let resource = held.iter_mut().find(|item| has_id(item, &wanted)).and_then(Value::as_object_mut);
    let resource = resource.ok_or_else(|| Error::not_found(&wanted, "ResourceSetResource"))?;
    set(resource, "conditions", body.get("conditions").cloned().unwrap_or_else(|| json!({})));
    set(resource, "lastUpdated", now);
    set(&mut found, "_resources", held);
    call.state.put(&SETS.table, &id, &found)?;
    read_resource(call)
}

fn set_address(call: &Call<'_, '_>, set: &str) -> String {
    call.href(&format!("/api/v1/iam/resource-sets/{set}"))
}

/// The binding that the path names: its set, its role's id, and the document.
fn named(call: &mut Call<'_, '_>) -> Result<(String, String, Document), Error> {
    let (set, _) = SETS.locate(call)?;
    let name = call.param(1);
    let role = role_called(call, &name)?;
    let found = call.state.get(&BINDINGS, &format!("{set}/{role}"))?;
    let found = found.ok_or_else(|| Error::not_found(&name, "ResourceSetBinding"))?;
    Ok((set, role, found))
}

/// A role of the org by id or label; a standard one by its type.
fn role_called(call: &mut Call<'_, '_>, name: &str) -> Result<String, Error> {
    if call.state.get(&ROLES.table, name)?.is_some() || super::roles::is_standard(name) {
        return Ok(name.to_owned());
    }
    (ROLES.alias)(call.state, name)?.ok_or_else(|| Error::not_found(name, "CustomRole"))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set, _) = SETS.locate(call)?;
    let at = set_address(call, &set);
    let found = call.state.all(&BINDINGS, &format!("{set}/"))?;
    let roles: Vec<_> = found
        .iter()
        .map(|(_, binding)| {
            let role = text(binding, "role");
            let own = format!("{at}/bindings/{role}");
            json!({"id": role, "_links": {"self": wire::bare(&own), "members": wire::bare(&format!("{own}/members"))}})
        })
        .collect();
    let links = json!({"self": wire::bare(&format!("{at}/bindings")), "resource-set": wire::bare(&at)});
    one(200, &json!({"roles": roles, "_links": links}))
}

fn view(call: &Call<'_, '_>, set: &str, role: &str) -> Value {
    let at = set_address(call, set);
    json!({
        "id": role,
        "_links": {
            "self": wire::bare(&format!("{at}/bindings/{role}")), "bindings": wire::bare(&format!("{at}/bindings")),
            "resource-set": wire::bare(&at),
        },
    })
}

/// Members by the addresses of people and groups, or by their resource names; the last part of either is the id.
fn members_of(call: &mut Call<'_, '_>, names: &[String]) -> Result<Vec<Value>, Error> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let id = name.rsplit(['/', ':']).next().unwrap_or_default();
        let kind = if call.state.user(id)?.is_some() {
            "users"
        } else if call.state.get(&GROUPS, id)?.is_some() {
            "groups"
        } else {
            return Err(Error::not_found(id, "ResourceSetBindingMember"));
        };
        let (now, own) = (call.state.stamp(), call.state.mint("irb"));
        found.push(
            json!({"id": own, "created": now, "lastUpdated": now, "path": format!("/api/v1/{kind}/{id}")}),
        );
    }
    Ok(found)
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set, _) = SETS.locate(call)?;
    let body = call.body()?;
    let role = require_text(&body, "role")?;
    let role = role_called(call, &role)?;
    let names = texts(&body, "members");
    if names.is_empty() {
        return Err(Error::field("members", "The field cannot be left blank"));
    }
    let key = format!("{set}/{role}");
    let mut binding = call.state.get(&BINDINGS, &key)?.unwrap_or_else(|| document(json!({"role": role})));
    join(call, &mut binding, &names)?;
    call.state.put(&BINDINGS, &key, &binding)?;
    one(200, &view(call, &set, &role))
}

/// Adds those who are not members yet.
fn join(call: &mut Call<'_, '_>, binding: &mut Document, names: &[String]) -> Result<(), Error> {
    let mut held = items(binding, "members");
    for member in members_of(call, names)? {
        if !held.iter().any(|old| old.get("path") == member.get("path")) {
            held.push(member);
        }
    }
    set(binding, "members", held);
    Ok(())
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set, role, _) = named(call)?;
    one(200, &view(call, &set, &role))
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set, role, _) = named(call)?;
    call.state.delete(&BINDINGS, &format!("{set}/{role}"));
    Ok(nothing(204))
}

fn member_view(call: &Call<'_, '_>, member: &Value) -> Value {
    let mut view = document(member.clone());
    let path = view.remove("path").unwrap_or_default();
    let own = wire::bare(&call.href(path.as_str().unwrap_or_default()));
    set(&mut view, "_links", json!({"self": own}));
    Value::Object(view)
}

fn members(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set, role, binding) = named(call)?;
    let views: Vec<_> = items(&binding, "members").iter().map(|member| member_view(call, member)).collect();
    let at = format!("{}/bindings/{role}", set_address(call, &set));
    let links = json!({"self": wire::bare(&format!("{at}/members")), "binding": wire::bare(&at)});
    one(200, &json!({"members": views, "_links": links}))
}

fn add_members(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set, role, mut binding) = named(call)?;
    let body = call.body()?;
    join(call, &mut binding, &texts(&body, "additions"))?;
    call.state.put(&BINDINGS, &format!("{set}/{role}"), &binding)?;
    one(200, &view(call, &set, &role))
}

fn member(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, _, binding) = named(call)?;
    let id = call.param(2);
    let found = items(&binding, "members").into_iter().find(|member| has_id(member, &id));
    let found = found.ok_or_else(|| Error::not_found(&id, "ResourceSetBindingMember"))?;
    one(200, &member_view(call, &found))
}

/// A binding without members is none.
fn remove_member(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (set_id, role, mut binding) = named(call)?;
    let id = call.param(2);
    let mut held = items(&binding, "members");
    let before = held.len();
    held.retain(|member| !has_id(member, &id));
    if held.len() == before {
        return Err(Error::not_found(&id, "ResourceSetBindingMember"));
    }
    let key = format!("{set_id}/{role}");
    if held.is_empty() {
        call.state.delete(&BINDINGS, &key);
    } else {
        set(&mut binding, "members", held);
        call.state.put(&BINDINGS, &key, &binding)?;
    }
    Ok(nothing(204))
}
