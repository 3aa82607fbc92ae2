//! Who administers the org: all who do, bundles of entitlements for the console, and what governance says of a role.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::require_text;
use super::roles::{ROLES, TARGETS, bound};
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, text};
use crate::errors::Error;
use crate::wire;

const BUNDLES: &str = "/api/v1/iam/governance/bundles";
const BUNDLE: &str = "/api/v1/iam/governance/bundles/{bundleId}";
const VALUES: &str = "/api/v1/iam/governance/bundles/{bundleId}/entitlements/{entitlementId}/values";
const OF_ROLE: &str = "/api/v1/users/{userId}/roles/{roleId}/governance";
const GRANT: &str = "/api/v1/users/{userId}/roles/{roleId}/governance/{grantId}";
const RESOURCES: &str = "/api/v1/users/{userId}/roles/{roleId}/governance/{grantId}/resources";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listUsersWithRoleAssignments", "GET", "/api/v1/iam/assignees/users", assignees),
    own("getRoleTargetsByUserIdAndRoleId", "GET", "/api/v1/users/{userId}/roles/{roleId}/targets", targets),
    own("getUserAssignedRoleGovernance", "GET", OF_ROLE, of_role),
    own("getRoleAssignmentGovernanceGrant", "GET", GRANT, grant),
    own("getRoleAssignmentGovernanceGrantResources", "GET", RESOURCES, grant),
    own("getOptInStatus", "GET", "/api/v1/iam/governance/optIn", opted),
    own("optIn", "POST", "/api/v1/iam/governance/optIn", opt_in),
    own("optOut", "POST", "/api/v1/iam/governance/optOut", opt_out),
    own("listGovernanceBundles", "GET", BUNDLES, bundles),
    own("createGovernanceBundle", "POST", BUNDLES, create),
    own("getGovernanceBundle", "GET", BUNDLE, read),
    own("replaceGovernanceBundle", "PUT", BUNDLE, replace),
    own("deleteGovernanceBundle", "DELETE", BUNDLE, delete),
    own(
        "listBundleEntitlements",
        "GET",
        "/api/v1/iam/governance/bundles/{bundleId}/entitlements",
        entitlements,
    ),
    own("listBundleEntitlementValues", "GET", VALUES, values),
];

/// Everybody who has a role of their own.
fn assignees(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let org = call.state.org_id("id")?;
    let mut ids: Vec<String> = Vec::new();
    for (key, _) in call.state.all(&ROLES, "00u")? {
        let id = key.split('/').next().unwrap_or_default().to_owned();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let begin = match call.query("after") {
        Some(after) => ids.iter().position(|id| *id == after).ok_or(Error::Cursor)? + 1,
        None => 0,
    };
    let limit = call.limit(crate::call::Lengths { usual: 100, most: 100 })?;
    let rest = ids.get(begin..).unwrap_or_default();
    let view = |id: &String| {
        let at = call.href(&format!("/api/v1/users/{id}"));
        json!({"id": id, "orn": format!("orn:okta:directory:{org}:users:{id}"), "_links": {
            "self": wire::bare(&at), "roles": wire::bare(&format!("{at}/roles")),
        }})
    };
    let page: Vec<_> = rest.iter().take(limit).map(view).collect();
    let mut links = Document::new();
    if let Some(last) = rest.get(limit).and_then(|_| rest.get(limit - 1)) {
        let next = format!("/api/v1/iam/assignees/users?after={last}&limit={limit}");
        set(&mut links, "next", wire::bare(&call.href(&next)));
    }
    one(200, &json!({"value": page, "_links": links}))
}

/// What a role of a user is bound to, by resource name.
fn targets(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let role = bound(call)?;
    let org = call.state.org_id("id")?;
    let mut names = Vec::new();
    for (_, target) in call.state.all(&TARGETS, &format!("{role}/"))? {
        let group = text(&target, "group").to_owned();
        names.push((format!("orn:okta:directory:{org}:groups:{group}"), format!("/api/v1/groups/{group}")));
    }
    for (_, target) in call.state.all(&super::role_apps::TARGETS, &format!("{role}/"))? {
        let (name, app) = (text(&target, "name").to_owned(), text(&target, "app").to_owned());
        let (orn, at) = match app.as_str() {
            "" => (format!("orn:okta:idp:{org}:apps:{name}"), format!("/api/v1/catalog/apps/{name}")),
            app => (format!("orn:okta:idp:{org}:apps:{name}:{app}"), format!("/api/v1/apps/{app}")),
        };
        names.push((orn, at));
    }
    let views: Vec<_> = names
        .into_iter()
        .map(|(orn, at)| json!({"orn": orn, "assignmentType": "USER", "_links": {"self": wire::bare(&call.href(&at))}}))
        .collect();
    Ok(Reply::json(200, &views)?)
}

/// Roles are given by hand in the twin: no grant of governance is behind one.
fn of_role(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let role = bound(call)?;
    let (user, id) = role.split_once('/').unwrap_or_default();
    let at = call.href(&format!("/api/v1/users/{user}"));
    let own = wire::bare(&format!("{at}/roles/{id}/governance"));
    one(200, &json!({"grants": [], "_links": {"self": own, "assignee": wire::bare(&at)}}))
}

fn grant(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    bound(call)?;
    Err(Error::not_found(&call.param(2), "Grant"))
}

fn opt(call: &mut Call<'_, '_>, status: Option<&str>) -> Result<Reply, Error> {
    if let Some(status) = status {
        call.state.put_setting("governance", &document(json!({"status": status})))?;
    }
    let kept = call.state.setting("governance")?.unwrap_or_default();
    let status = if text(&kept, "status").is_empty() { "OPTED_OUT" } else { text(&kept, "status") };
    let at = wire::bare(&call.href("/api/v1/iam/governance/optIn"));
    one(200, &json!({"optInStatus": status, "_links": {"optInStatus": at}}))
}

fn opted(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    opt(call, None)
}

fn opt_in(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    opt(call, Some("OPTED_IN"))
}

fn opt_out(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    opt(call, Some("OPTED_OUT"))
}

/// Bundles; the key is the id.
static BUNDLE_TABLE: Table<Document> = Table::new("governance_bundles");

fn view(call: &Call<'_, '_>, bundle: &Document) -> Value {
    let at = call.href(&format!("{BUNDLES}/{}", text(bundle, "id")));
    wire::linked(
        bundle,
        json!({"self": wire::bare(&at), "entitlements": wire::bare(&format!("{at}/entitlements"))}),
    )
}

fn bundles(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let all = call.state.all(&BUNDLE_TABLE, "")?;
    let views: Vec<_> = all.iter().map(|(_, bundle)| view(call, bundle)).collect();
    one(200, &json!({"bundles": views, "_links": {"self": wire::bare(&call.href(BUNDLES))}}))
}

/// A bundle of a body under that id.
fn put(call: &mut Call<'_, '_>, id: String) -> Result<Reply, Error> {
    let body = call.body()?;
    let name = require_text(&body, "name")?;
    let org = call.state.org_id("id")?;
    let bundle = document(json!({
        "id": id, "name": name, "description": text(&body, "description"), "status": "ACTIVE",
        "orn": format!("orn:okta:governance:{org}:entitlement-bundles:{id}"),
        "_entitlements": body.get("entitlements").cloned().unwrap_or_else(|| json!([])),
    }));
    call.state.put(&BUNDLE_TABLE, &id, &bundle)?;
    one(200, &view(call, &bundle))
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.state.mint("enb");
    put(call, id)
}

fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&BUNDLE_TABLE, &id)?.ok_or_else(|| Error::not_found(&id, "GovernanceBundle"))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let bundle = named(call)?;
    one(200, &view(call, &bundle))
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let bundle = named(call)?;
    put(call, text(&bundle, "id").to_owned())
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let bundle = named(call)?;
    call.state.delete(&BUNDLE_TABLE, text(&bundle, "id"));
    Ok(nothing(204))
}

/// The entitlements of a bundle, each with an id made of its place.
fn held(bundle: &Document) -> Vec<Document> {
    let all = bundle.get("_entitlements").and_then(Value::as_array).cloned().unwrap_or_default();
    let with_id = |(place, found): (usize, Value)| {
        let mut found = document(found);
        set(&mut found, "id", format!("ent{place}{}", text(bundle, "id").get(4..).unwrap_or_default()));
        found
    };
    all.into_iter().enumerate().map(with_id).collect()
}

fn entitlements(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let bundle = named(call)?;
    let at = call.href(&format!("{BUNDLES}/{}", text(&bundle, "id")));
    let views: Vec<_> = held(&bundle)
        .iter()
        .map(|found| {
            let (id, role) = (text(found, "id"), text(found, "role"));
            let values = wire::bare(&format!("{at}/entitlements/{id}/values"));
            json!({"id": id, "role": role, "name": role, "description": "", "_links": {"values": values}})
        })
        .collect();
    let links = json!({"self": wire::bare(&format!("{at}/entitlements")), "bundle": wire::bare(&at)});
    one(200, &json!({"entitlements": views, "_links": links}))
}

fn values(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let bundle = named(call)?;
    let wanted = call.param(1);
    let found = held(&bundle).into_iter().find(|found| text(found, "id") == wanted);
    let found = found.ok_or_else(|| Error::not_found(&wanted, "Entitlement"))?;
    let targets: Vec<_> = crate::documents::texts(&found, "targets")
        .iter()
        .map(|target| json!({"id": target, "value": target, "name": target, "_links": {}}))
        .collect();
    let at = call.href(&format!("{BUNDLES}/{}", text(&bundle, "id")));
    let links = json!({
        "self": wire::bare(&format!("{at}/entitlements/{wanted}/values")), "bundle": wire::bare(&at),
        "entitlements": wire::bare(&format!("{at}/entitlements")),
    });
    one(200, &json!({"entitlementValues": targets, "_links": links}))
}
