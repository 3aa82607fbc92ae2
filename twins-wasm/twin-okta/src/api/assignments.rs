//! `/api/v1/apps/{}/users` and `/groups`: who may use an application.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::apps::named;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, change, document, set, text, text_at};
use crate::errors::Error;
use crate::state::{APP_GROUPS, APP_USERS, Event, GROUPS, Target};
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listApplicationUsers", "GET", "/api/v1/apps/{appId}/users", users),
    own("assignUserToApplication", "POST", "/api/v1/apps/{appId}/users", assign_user),
    own("getApplicationUser", "GET", "/api/v1/apps/{appId}/users/{userId}", user),
    own("updateApplicationUser", "POST", "/api/v1/apps/{appId}/users/{userId}", update_user),
    own("unassignUserFromApplication", "DELETE", "/api/v1/apps/{appId}/users/{userId}", unassign_user),
    own("listApplicationGroupAssignments", "GET", "/api/v1/apps/{appId}/groups", groups),
    own("getApplicationGroupAssignment", "GET", "/api/v1/apps/{appId}/groups/{groupId}", group),
    own("assignGroupToApplication", "PUT", "/api/v1/apps/{appId}/groups/{groupId}", assign_group),
    own("unassignApplicationFromGroup", "DELETE", "/api/v1/apps/{appId}/groups/{groupId}", unassign_group),
    own("updateGroupAssignmentToApplication", "PATCH", "/api/v1/apps/{appId}/groups/{groupId}", patch_group),
];

const USERS_A_PAGE: Lengths = Lengths { usual: 50, most: 500 };

fn user_view(call: &Call<'_, '_>, app: &str, assignment: &Document) -> Value {
    let user = text(assignment, "id");
    wire::linked(
        assignment,
        json!({
            "app": wire::bare(&call.href(&format!("/api/v1/apps/{app}"))),
            "user": wire::bare(&call.href(&format!("/api/v1/users/{user}"))),
        }),
    )
}

fn group_view(call: &Call<'_, '_>, app: &str, assignment: &Document) -> Value {
    let group = text(assignment, "id");
    let at = call.href(&format!("/api/v1/apps/{app}"));
    wire::linked(
        assignment,
        json!({
            "app": wire::bare(&at),
            "self": wire::bare(&format!("{at}/groups/{group}")),
            "group": wire::bare(&call.href(&format!("/api/v1/groups/{group}"))),
        }),
    )
}

fn users(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let prefix = format!("{}/", text(&app, "id"));
    let wanted = call.query("q").map(|q| q.to_lowercase());
    let page = call.page(&APP_USERS, &prefix, USERS_A_PAGE, |state, assignment| {
        let Some(wanted) = wanted.as_deref() else { return Ok(true) };
        let user = state.user(text(assignment, "id"))?.unwrap_or_default();
        let name = text_at(assignment, "credentials", "/userName").to_lowercase();
        let fields = ["/firstName", "/lastName", "/email"]
            .map(|field| text_at(&user, "profile", field).to_lowercase());
        Ok(name.starts_with(wanted) || fields.iter().any(|field| field.starts_with(wanted)))
    })?;
    let items: Vec<_> = page.items.iter().map(|found| user_view(call, text(&app, "id"), found)).collect();
    call.list(&items, page.next.as_deref(), USERS_A_PAGE)
}

fn assign_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let body = call.body()?;
    let id = super::resource::require_text(&body, "id")?;
    let user = call.state.user(&id)?.ok_or_else(|| Error::not_found(&id, "User"))?;
    if text(&user, "status") == "DEPROVISIONED" {
        return Err(Error::invalid("id", "User assignment failed: the user is deactivated"));
    }
    let assignment = call.state.assign_user(&app, &user, &body, "USER")?;
    let targets = vec![Target::user(&user), Target::app(&app)];
    call.state.log(&Event::success(
        "application.user_membership.add",
        "Add user to application membership",
        targets,
    ))?;
    one(200, &user_view(call, text(&app, "id"), &assignment))
}

fn assigned(call: &mut Call<'_, '_>, app: &Document) -> Result<Document, Error> {
    let id = call.param(1);
    let found = call.state.get(&APP_USERS, &format!("{}/{id}", text(app, "id")))?;
    found.ok_or_else(|| Error::not_found(&id, "AppUser"))
}

fn user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let assignment = assigned(call, &app)?;
    one(200, &user_view(call, text(&app, "id"), &assignment))
}

fn update_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let old = assigned(call, &app)?;
    let body = call.body()?;
    let id = text(&old, "id");
    let user = call.state.user(id)?.ok_or_else(|| Error::not_found(id, "User"))?;
    let scope = if text(&body, "scope").is_empty() { text(&old, "scope") } else { text(&body, "scope") };
    let assignment = call.state.assign_user(&app, &user, &body, scope)?;
    let targets = vec![Target::user(&user), Target::app(&app)];
    let message = "Update user application membership";
    call.state.log(&Event::success("application.user_membership.update", message, targets))?;
    one(200, &user_view(call, text(&app, "id"), &assignment))
}

fn unassign_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let assignment = assigned(call, &app)?;
    let id = text(&assignment, "id");
    call.state.unassign_user(text(&app, "id"), id);
    let user = call.state.user(id)?.unwrap_or_default();
    let targets = vec![Target::user(&user), Target::app(&app)];
    let message = "Remove user's application membership";
    call.state.log(&Event::success("application.user_membership.remove", message, targets))?;
    Ok(nothing(204))
}

fn groups(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let mut found = call.state.all(&APP_GROUPS, &format!("{}/", text(&app, "id")))?;
    found.sort_by_key(|(_, assignment)| priority(assignment));
    let begin = match call.position()? {
        Some(position) => found.iter().position(|(key, _)| *key == position).unwrap_or(found.len()),
        None => 0,
    };
    let limit = call.limit(Lengths::USUAL)?;
    let next = found.get(begin + limit).map(|(key, _)| key.clone());
    let page = found.iter().skip(begin).take(limit);
    let items: Vec<_> = page.map(|(_, found)| group_view(call, text(&app, "id"), found)).collect();
    call.list(&items, next.as_deref(), Lengths::USUAL)
}

fn priority(assignment: &Document) -> u64 {
    assignment.get("priority").and_then(Value::as_u64).unwrap_or_default()
}

fn group_assigned(call: &mut Call<'_, '_>, app: &Document) -> Result<Document, Error> {
    let id = call.param(1);
    let found = call.state.get(&APP_GROUPS, &format!("{}/{id}", text(app, "id")))?;
    found.ok_or_else(|| Error::not_found(&id, "GroupApplicationAssignment"))
}

fn group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let assignment = group_assigned(call, &app)?;
    one(200, &group_view(call, text(&app, "id"), &assignment))
}

/// A body may be left out. Without a priority a new group comes before those that are there. Whoever had the priority
/// moves behind, with all that follow.
fn assign_group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, id) = (named(call)?, call.param(1));
    let group = call.state.get(&GROUPS, &id)?.ok_or_else(|| Error::not_found(&id, "UserGroup"))?;
    let body = call.optional_body()?;
    let prefix = format!("{}/", text(&app, "id"));
    let others = call.state.all(&APP_GROUPS, &prefix)?;
    let own = others.iter().find(|(_, found)| text(found, "id") == id).map(|(_, found)| priority(found));
    let wanted = body.get("priority").and_then(Value::as_u64).or(own).unwrap_or_default();
    let is_taken = others.iter().any(|(_, found)| text(found, "id") != id && priority(found) == wanted);
    for (key, mut other) in others {
        let place = priority(&other);
        if is_taken && place >= wanted && text(&other, "id") != id {
            set(&mut other, "priority", place.saturating_add(1));
            call.state.put(&APP_GROUPS, &key, &other)?;
        }
    }
    let now = call.state.stamp();
    let mut assignment = document(json!({"id": id, "lastUpdated": now, "priority": wanted, "profile": {}}));
    if let Some(profile) = body.get("profile").filter(|profile| profile.is_object()) {
        set(&mut assignment, "profile", profile.clone());
    }
    call.state.assign_group(text(&app, "id"), &assignment)?;
    let targets = vec![Target::group(&group), Target::app(&app)];
    let message = "Add group to application membership";
    call.state.log(&Event::success("group.application_assignment.add", message, targets))?;
    one(200, &group_view(call, text(&app, "id"), &assignment))
}

/// The body is a JSON patch (RFC 6902) of which the service knows `add` and `replace`, at the priority and the profile.
fn patch_group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let mut assignment = group_assigned(call, &app)?;
    let Some(Value::Array(steps)) = call.value()? else { return Err(crate::errors::Code::Malformed.into()) };
    for step in &steps {
        let field = |name: &str| step.get(name).and_then(Value::as_str).unwrap_or_default();
        let value = step.get("value").cloned().unwrap_or_default();
        match (field("op"), field("path")) {
            ("add" | "replace", "/priority") if value.is_u64() => set(&mut assignment, "priority", value),
            ("add" | "replace", "/profile") if value.is_object() => set(&mut assignment, "profile", value),
            ("add" | "replace", path) if path.starts_with("/profile/") => {
                let name = path.trim_start_matches("/profile/").to_owned();
                change(&mut assignment, "profile", |profile| set(profile, &name, value));
            }
            _ => return Err(Error::invalid("patch", "The operation or the path is not supported")),
        }
    }
    let now = call.state.stamp();
    set(&mut assignment, "lastUpdated", now);
    call.state.assign_group(text(&app, "id"), &assignment)?;
    one(200, &group_view(call, text(&app, "id"), &assignment))
}

fn unassign_group(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, id) = (named(call)?, call.param(1));
    group_assigned(call, &app)?;
    call.state.unassign_group(text(&app, "id"), &id)?;
    let group = call.state.get(&GROUPS, &id)?.unwrap_or_default();
    let targets = vec![Target::group(&group), Target::app(&app)];
    let message = "Remove group from application membership";
    call.state.log(&Event::success("group.application_assignment.remove", message, targets))?;
    Ok(nothing(204))
}
