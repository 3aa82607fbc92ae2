//! `/api/v1/iam`: custom roles with their permissions, and resource sets.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table, link};

use super::resource::{Action, PLAIN, Resource, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, text, texts};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listRoles", "GET", "/api/v1/iam/roles", list_roles),
    own("createRole", "POST", "/api/v1/iam/roles", create_role),
    own("getRole", "GET", "/api/v1/iam/roles/{roleId}", read_role),
    own("replaceRole", "PUT", "/api/v1/iam/roles/{roleId}", replace_role),
    of("deleteRole", "DELETE", "/api/v1/iam/roles/{roleId}", &ROLES, Action::Delete),
    own("listRolePermissions", "GET", "/api/v1/iam/roles/{roleId}/permissions", permissions),
    own("getRolePermission", "GET", "/api/v1/iam/roles/{roleId}/permissions/{permission}", permission),
    own(
        "createRolePermission",
        "POST",
        "/api/v1/iam/roles/{roleId}/permissions/{permission}",
        add_permission,
    ),
    own(
        "replaceRolePermission",
        "PUT",
        "/api/v1/iam/roles/{roleId}/permissions/{permission}",
        replace_permission,
    ),
    own(
        "deleteRolePermission",
        "DELETE",
        "/api/v1/iam/roles/{roleId}/permissions/{permission}",
        remove_permission,
    ),
    own("listResourceSets", "GET", "/api/v1/iam/resource-sets", list_sets),
    own("createResourceSet", "POST", "/api/v1/iam/resource-sets", create_set),
    own("getResourceSet", "GET", "/api/v1/iam/resource-sets/{id}", read_set),
    of("deleteResourceSet", "DELETE", "/api/v1/iam/resource-sets/{id}", &SETS, Action::Delete),
    of("replaceResourceSet", "PUT", "/api/v1/iam/resource-sets/{id}", &SETS, Action::Replace),
    own("listResourceSetResources", "GET", "/api/v1/iam/resource-sets/{id}/resources", resources),
];

/// Roles of the org's own making; a label stands for an id.
pub(crate) static ROLES: Resource = Resource {
    noun: "CustomRole",
    path: "/api/v1/iam/roles/{}",
    table: Table::new("roles"),
    prefix: "cr0",
    alias: |state, label| {
        let roles = state.all(&ROLES.table, "")?;
        Ok(roles.into_iter().find(|(_, role)| text(role, "label") == label).map(|(id, _)| id))
    },
    make: |call, role, old| {
        let label = require_text(role, "label")?;
        require_text(role, "description")?;
        let taken =
            call.state.all(&ROLES.table, "")?.into_iter().any(|(id, other)| {
                text(&other, "label") == label && old.is_none_or(|old| text(old, "id") != id)
            });
        if taken {
            return Err(Error::field(
                "label",
                "An object with this field already exists in the current organization",
            ));
        }
        set(role, "isCloneable", false);
        Ok(())
    },
    links: |place, _| {
        document(
            json!({"permissions": wire::bare(&format!("{}/permissions", place.at)), "self": wire::bare(place.at)}),
        )
    },
    ..PLAIN
};

/// Sets of resources that roles are bound to.
pub(crate) static SETS: Resource = Resource {
    noun: "ResourceSet",
    path: "/api/v1/iam/resource-sets/{}",
    table: Table::new("resource_sets"),
    prefix: "iam",
    make: |_, found, _| {
        require_text(found, "label")?;
        require_text(found, "description").map(drop)
    },
    alias: |state, label| {
        let sets = state.all(&SETS.table, "")?;
        Ok(sets.into_iter().find(|(_, found)| text(found, "label") == label).map(|(id, _)| id))
    },
    after: |call, found, action| match action {
        Action::Delete => super::bindings::forget(call.state, text(found, "id")),
        _ => Ok(()),
    },
    links: |place, _| {
        document(json!({
            "bindings": wire::bare(&format!("{}/bindings", place.at)), "self": wire::bare(place.at),
            "resources": wire::bare(&format!("{}/resources", place.at)),
        }))
    },
    ..PLAIN
};

/// What roles can permit: the families, each with `.read` and `.manage`, and finer ones below them.
const FAMILIES: &[&str] = &[
    "users",
    "groups",
    "apps",
    "authzServers",
    "customizations",
    "identityProviders",
    "policies",
    "profilesources",
    "devices",
    "iam",
    "realms",
    "workflows",
    "governance",
    "support",
];

fn require_permission(name: &str) -> Result<(), Error> {
    let family = name.strip_prefix("okta.").and_then(|rest| rest.split('.').next());
    if family.is_some_and(|family| FAMILIES.contains(&family)) && name.split('.').count() > 2 {
        return Ok(());
    }
    Err(Error::field("permissions", &format!("The permission {name} is not valid")))
}

fn self_link(call: &Call<'_, '_>, reply: Reply, path: &str) -> Reply {
    reply.header("link", link(&call.href(path), "self"))
}

fn list_roles(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let roles = call.state.all(&ROLES.table, "")?;
    let views: Vec<_> = roles.iter().map(|(id, role)| ROLES.view(call, id, role)).collect();
    one(200, &json!({"roles": views, "_links": {"self": wire::bare(&call.href("/api/v1/iam/roles"))}}))
}

fn create_role(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut body = call.body()?;
    let mut wanted = texts(&body, "permissions");
    // What is given at once comes in the order of the service's own hash set.
    wanted.sort_by_key(|name| bucket(name));
    wanted.iter().try_for_each(|name| require_permission(name))?;
    body.remove("permissions");
    let (id, mut role) = ROLES.add(call, "", body)?;
    let now = call.state.stamp();
    let held: Vec<_> =
        wanted.iter().map(|name| json!({"label": name, "created": now, "lastUpdated": now})).collect();
    set(&mut role, "_permissions", held);
    call.state.put(&ROLES.table, &id, &role)?;
    role_reply(call, &id, &role)
}

fn role_reply(call: &Call<'_, '_>, id: &str, role: &Document) -> Result<Reply, Error> {
    let reply = one(200, &ROLES.view(call, id, role))?;
    Ok(self_link(call, reply, &format!("/api/v1/iam/roles/{id}")))
}

fn read_role(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, role) = ROLES.locate(call)?;
    role_reply(call, &id, &role)
}

fn replace_role(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut role) = ROLES.locate(call)?;
    let body = call.body()?;
    for field in ["label", "description"] {
        set(&mut role, field, require_text(&body, field)?);
    }
    let now = call.state.stamp();
    set(&mut role, "lastUpdated", now);
    call.state.put(&ROLES.table, &id, &role)?;
    role_reply(call, &id, &role)
}

/// What a role permits, the newest first.
fn held(role: &Document) -> Vec<Value> {
    role.get("_permissions").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Where a text is in a small hash set of the Java library, which the service is written with.
fn bucket(text: &str) -> u32 {
    let hash =
        text.encode_utf16().fold(0_u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(u32::from(unit)));
    (hash ^ (hash >> 16)) & 15
}

fn permission_view(call: &Call<'_, '_>, role: &str, permission: &Value) -> Value {
    let at = call.href(&format!("/api/v1/iam/roles/{role}"));
    let mut view = document(permission.clone());
    set(&mut view, "conditions", permission.get("conditions").cloned().unwrap_or_default());
    let label = text(&view, "label").to_owned();
    set(
        &mut view,
        "_links",
        json!({
            "role": wire::bare(&at), "self": wire::bare(&format!("{at}/permissions/{label}")),
        }),
    );
    Value::Object(view)
}

fn permissions(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, role) = ROLES.locate(call)?;
    let views: Vec<_> = held(&role).iter().map(|found| permission_view(call, &id, found)).collect();
    one(200, &json!({"permissions": views}))
}

fn permission(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, role) = ROLES.locate(call)?;
    let name = call.param(1);
    let found = held(&role).into_iter().find(|found| found.get("label").is_some_and(|label| *label == *name));
    let found = found.ok_or_else(|| Error::not_found(&name, "Permission"))?;
    let reply = one(200, &permission_view(call, &id, &found))?;
    Ok(self_link(call, reply, &format!("/api/v1/iam/roles/{id}/permissions/{name}")))
}

fn add_permission(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut role) = ROLES.locate(call)?;
    let name = call.param(1);
    require_permission(&name)?;
    let body = call.optional_body()?;
    let now = call.state.stamp();
    let mut all = held(&role);
    all.retain(|found| found.get("label").is_none_or(|label| *label != *name));
    let added =
        json!({"label": name, "created": now, "lastUpdated": now, "conditions": body.get("conditions")});
    all.insert(0, added);
    set(&mut role, "_permissions", all);
    call.state.put(&ROLES.table, &id, &role)?;
    Ok(nothing(204))
}

fn replace_permission(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    add_permission(call)?;
    permission(call)
}

fn remove_permission(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut role) = ROLES.locate(call)?;
    let name = call.param(1);
    let mut all = held(&role);
    let before = all.len();
    all.retain(|found| found.get("label").is_none_or(|label| *label != *name));
    if all.len() == before {
        return Err(Error::not_found(&name, "Permission"));
    }
    set(&mut role, "_permissions", all);
    call.state.put(&ROLES.table, &id, &role)?;
    Ok(nothing(204))
}

fn list_sets(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let path = "/api/v1/iam/resource-sets";
    let sets = call.state.all(&SETS.table, "")?;
    let views: Vec<_> = sets.iter().map(|(id, found)| SETS.view(call, id, found)).collect();
    let reply = one(200, &json!({"resource-sets": views, "_links": {"self": wire::bare(&call.href(path))}}))?;
    Ok(self_link(call, reply, path))
}

fn create_set(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut body = call.body()?;
    let held = require_resources(call, texts(&body, "resources"), "resources")?;
    body.remove("resources");
    let (id, mut found) = SETS.add(call, "", body)?;
    set(&mut found, "_resources", held);
    call.state.put(&SETS.table, &id, &found)?;
    set_reply(call, &id, &found)
}

/// Resources of those names, at least one.
pub(super) fn require_resources(
    call: &mut Call<'_, '_>,
    names: Vec<String>,
    field: &str,
) -> Result<Vec<Value>, Error> {
    if names.is_empty() {
        return Err(Error::field(field, "The field cannot be left blank"));
    }
    let now = call.state.stamp();
    let resource =
        |name| json!({"id": call.state.mint("ire"), "orn": name, "created": now, "lastUpdated": now});
    Ok(names.into_iter().map(resource).collect())
}

/// A set with its links.
pub(super) fn set_reply(call: &Call<'_, '_>, id: &str, found: &Document) -> Result<Reply, Error> {
    let reply = one(200, &SETS.view(call, id, found))?;
    Ok(self_link(call, reply, &format!("/api/v1/iam/resource-sets/{id}")))
}

fn read_set(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, found) = SETS.locate(call)?;
    set_reply(call, &id, &found)
}

/// A resource of a set with its links.
pub(super) fn resource_view(call: &Call<'_, '_>, set_id: &str, resource: &Value) -> Value {
    let at = call.href(&format!("/api/v1/iam/resource-sets/{set_id}"));
    let mut view = document(resource.clone());
    let (own, name) = (text(&view, "id").to_owned(), text(&view, "orn").to_owned());
    // A resource name ends with an id.
    let last = name.rsplit(':').next().unwrap_or_default();
    let collection = if name.contains(":apps:") {
        "apps"
    } else if name.contains(":groups") {
        "groups"
    } else {
        "users"
    };
    set(
        &mut view,
        "_links",
        json!({
            "self": wire::bare(&call.href(&format!("/api/v1/{collection}/{last}"))),
            "resource": wire::bare(&format!("{at}/resources/{own}")),
        }),
    );
    Value::Object(view)
}

fn resources(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, found) = SETS.locate(call)?;
    let at = call.href(&format!("/api/v1/iam/resource-sets/{id}"));
    let held = found.get("_resources").and_then(Value::as_array).cloned().unwrap_or_default();
    let views: Vec<_> = held.iter().map(|resource| resource_view(call, &id, resource)).collect();
    let links = json!({"resource-set": wire::bare(&at), "self": wire::bare(&format!("{at}/resources"))});
    let reply = one(200, &json!({"resources": views, "_links": links}))?;
    Ok(self_link(call, reply, &format!("/api/v1/iam/resource-sets/{id}/resources")))
}
