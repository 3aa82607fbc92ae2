//! Administrator roles of users and groups, and the groups that they are bound to.

use data_encoding::BASE32_NOPAD;
use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, text};
use crate::errors::{Code, Error};
use crate::state::{Event, GROUPS, State, Target};
use crate::wire;

const CLIENT_GROUPS: &str = "/oauth2/v1/clients/{clientId}/roles/{roleId}/targets/groups";
const CLIENT_GROUP: &str = "/oauth2/v1/clients/{clientId}/roles/{roleId}/targets/groups/{groupId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listAssignedRolesForUser", "GET", "/api/v1/users/{userId}/roles", list),
    own("assignRoleToUser", "POST", "/api/v1/users/{userId}/roles", assign),
    own("getUserAssignedRole", "GET", "/api/v1/users/{userId}/roles/{roleId}", read),
    own("unassignRoleFromUser", "DELETE", "/api/v1/users/{userId}/roles/{roleId}", unassign),
    own("listGroupTargetsForRole", "GET", "/api/v1/users/{userId}/roles/{roleId}/targets/groups", targets),
    own(
        "assignGroupTargetToUserRole",
        "PUT",
        "/api/v1/users/{userId}/roles/{roleId}/targets/groups/{groupId}",
        add_target,
    ),
    own(
        "unassignGroupTargetFromUserAdminRole",
        "DELETE",
        "/api/v1/users/{userId}/roles/{roleId}/targets/groups/{groupId}",
        remove_target,
    ),
    own("listGroupAssignedRoles", "GET", "/api/v1/groups/{groupId}/roles", list),
    own("assignRoleToGroup", "POST", "/api/v1/groups/{groupId}/roles", assign),
    own("getGroupAssignedRole", "GET", "/api/v1/groups/{groupId}/roles/{roleId}", read),
    own("unassignRoleFromGroup", "DELETE", "/api/v1/groups/{groupId}/roles/{roleId}", unassign),
    own(
        "listGroupTargetsForGroupRole",
        "GET",
        "/api/v1/groups/{groupId}/roles/{roleId}/targets/groups",
        targets,
    ),
    own(
        "assignGroupTargetToGroupAdminRole",
        "PUT",
        "/api/v1/groups/{groupId}/roles/{roleId}/targets/groups/{targetId}",
        add_target,
    ),
    own(
        "unassignGroupTargetFromGroupAdminRole",
        "DELETE",
        "/api/v1/groups/{groupId}/roles/{roleId}/targets/groups/{targetId}",
        remove_target,
    ),
    own("listRolesForClient", "GET", "/oauth2/v1/clients/{clientId}/roles", list),
    own("assignRoleToClient", "POST", "/oauth2/v1/clients/{clientId}/roles", assign),
    own("retrieveClientRole", "GET", "/oauth2/v1/clients/{clientId}/roles/{roleId}", read),
    own("deleteRoleFromClient", "DELETE", "/oauth2/v1/clients/{clientId}/roles/{roleId}", unassign),
    own("listGroupTargetRoleForClient", "GET", CLIENT_GROUPS, targets),
    own("assignGroupTargetRoleForClient", "PUT", CLIENT_GROUP, add_target),
    own("removeGroupTargetRoleFromClient", "DELETE", CLIENT_GROUP, remove_target),
];

/// Roles that somebody has; the key is `ASSIGNEE/ROLE`.
pub(super) static ROLES: Table<Document> = Table::new("role_assignments");
/// What roles are bound to; the key is `ASSIGNEE/ROLE/GROUP`.
pub(super) static TARGETS: Table<Document> = Table::new("role_targets");

/// Standard roles: type, label, and whether they can be bound to groups.
const TYPES: &[(&str, &str, bool)] = &[
    ("API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator", false),
    ("APP_ADMIN", "Application Administrator", false),
    ("GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator", true),
    ("HELP_DESK_ADMIN", "Help Desk Administrator", true),
    ("MOBILE_ADMIN", "Mobile Administrator", false),
    ("ORG_ADMIN", "Organization Administrator", false),
    ("READ_ONLY_ADMIN", "Read-only Administrator", false),
    ("REPORT_ADMIN", "Report Administrator", false),
    ("SUPER_ADMIN", "Super Administrator", false),
    ("USER_ADMIN", "Group Administrator", true),
];

/// Whether that is the type of a standard role.
pub(super) fn is_standard(kind: &str) -> bool {
    TYPES.iter().any(|(known, ..)| *known == kind)
}

/// Forgets the roles of a group that is gone, and what is bound to it.
pub(super) fn forget(state: &mut State<'_>, group: &str) -> Result<(), Error> {
    state.clear(&ROLES, &format!("{group}/"))?;
    super::role_apps::forget(state, &format!("{group}/"))?;
    super::group_owners::forget(state, group)?;
    for (key, _) in state.all(&TARGETS, "")? {
        if key.starts_with(&format!("{group}/")) || key.ends_with(&format!("/{group}")) {
            state.delete(&TARGETS, &key);
        }
    }
    Ok(())
}

/// Who the path says has the role: the id, the word for assignments to such, and where they all are.
struct Assignee {
    id: String,
    kind: &'static str,
    above: &'static str,
    target: Target,
}

impl Assignee {
    fn of(call: &mut Call<'_, '_>) -> Result<Self, Error> {
        let path = call.incoming.path();
        if path.starts_with("/api/v1/groups/") {
            let group = super::groups::named(call)?;
            let (id, target) = (text(&group, "id").to_owned(), Target::group(&group));
            return Ok(Self { id, kind: "GROUP", above: "/api/v1/groups", target });
        }
        if path.starts_with("/oauth2/v1/clients/") {
            let id = call.param(0);
            let app = super::oauth::app_of_client(call.state, &id)?;
            let app = app.ok_or_else(|| Error::not_found(&id, "PublicClientApp"))?;
            return Ok(Self { id, kind: "CLIENT", above: "/oauth2/v1/clients", target: Target::app(&app) });
        }
        let user = super::users::named(call)?;
        let (id, target) = (text(&user, "id").to_owned(), Target::user(&user));
        Ok(Self { id, kind: "USER", above: "/api/v1/users", target })
    }

    fn view(&self, call: &Call<'_, '_>, role: &Document) -> Value {
        let at = call.href(&format!("{}/{}", self.above, self.id));
        wire::linked(role, json!({"assignee": wire::bare(&at)}))
    }

    fn role(&self, call: &mut Call<'_, '_>) -> Result<Document, Error> {
        let id = call.param(1);
        let found = call.state.get(&ROLES, &format!("{}/{id}", self.id))?;
        found.ok_or_else(|| Error::not_found(&id, "Role"))
    }
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let assignee = Assignee::of(call)?;
    let roles = call.state.all(&ROLES, &format!("{}/", assignee.id))?;
    let views: Vec<_> = roles.iter().map(|(_, role)| assignee.view(call, role)).collect();
    Ok(Reply::json(200, &views)?)
}

/// The id of a group's role, and of a bindable one of a user, is its type in base32, as the service has it.
fn assign(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let assignee = Assignee::of(call)?;
    let body = call.body()?;
    let kind = text(&body, "type");
    let known = TYPES.iter().find(|(known, ..)| *known == kind);
    let (kind, label, _) = known.ok_or_else(|| Error::field("type", "Invalid role type"))?;
    let id = BASE32_NOPAD.encode(kind.as_bytes());
    let key = format!("{}/{id}", assignee.id);
    if call.state.get(&ROLES, &key)?.is_some() {
        let summary = "The role specified is already assigned to the user.";
        return Err(Error::Ruled { status: 409, code: "E0000090", summary, causes: json!([]) });
    }
    let now = call.state.stamp();
    let role = document(json!({
        "id": id, "label": label, "type": kind, "status": "ACTIVE", "created": now, "lastUpdated": now,
        "assignmentType": assignee.kind,
    }));
    call.state.put(&ROLES, &key, &role)?;
    let view = assignee.view(call, &role);
    let message = "Grant user privilege";
    let status = if assignee.kind == "CLIENT" { 200 } else { 201 };
    call.state.log(&Event::success("user.account.privilege.grant", message, vec![assignee.target]))?;
    one(status, &view)
}

/// Makes a user a super administrator.
pub(crate) fn appoint(state: &mut State<'_>, user: &str) -> Result<(), Error> {
    let (now, kind) = (state.stamp(), "SUPER_ADMIN");
    let id = BASE32_NOPAD.encode(kind.as_bytes());
    let role = document(json!({
        "id": id, "label": "Super Administrator", "type": kind, "status": "ACTIVE", "created": now,
        "lastUpdated": now, "assignmentType": "USER",
    }));
    Ok(state.put(&ROLES, &format!("{user}/{id}"), &role)?)
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let assignee = Assignee::of(call)?;
    let role = assignee.role(call)?;
    one(200, &assignee.view(call, &role))
}

fn unassign(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let assignee = Assignee::of(call)?;
    let role = assignee.role(call)?;
    let key = format!("{}/{}", assignee.id, text(&role, "id"));
    call.state.delete(&ROLES, &key);
    call.state.clear(&TARGETS, &format!("{key}/"))?;
    super::role_apps::forget(call.state, &format!("{key}/"))?;
    let message = "Revoke user privilege";
    call.state.log(&Event::success("user.account.privilege.revoke", message, vec![assignee.target]))?;
    Ok(nothing(204))
}

/// The key of the role that the path names: `ASSIGNEE/ROLE`.
pub(super) fn bound(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let assignee = Assignee::of(call)?;
    let role = assignee.role(call)?;
    Ok(format!("{}/{}", assignee.id, text(&role, "id")))
}

fn targets(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let key = bound(call)?;
    let page = call.page(&TARGETS, &format!("{key}/"), Lengths::USUAL, |_, _| Ok(true))?;
    let mut items = Vec::new();
    for target in &page.items {
        if let Some(group) = call.state.get(&GROUPS, text(target, "group"))? {
            items.push(wire::group(&group, call.origin));
        }
    }
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn target_group(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let id = call.param(2);
    call.state.get(&GROUPS, &id)?.ok_or_else(|| Error::not_found(&id, "UserGroup"))?;
    Ok(id)
}

fn add_target(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let key = bound(call)?;
    let kind = BASE32_NOPAD.decode(call.param(1).as_bytes()).unwrap_or_default();
    if !TYPES.iter().any(|(known, _, bindable)| *bindable && known.as_bytes() == kind) {
        return Err(Error::invalid("roleId", "The role cannot be bound to groups"));
    }
    let group = target_group(call)?;
    call.state.put(&TARGETS, &format!("{key}/{group}"), &document(json!({"group": group})))?;
    Ok(nothing(204))
}

/// The last target stays: without any the role would reach everybody.
fn remove_target(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let key = bound(call)?;
    let group = target_group(call)?;
    let all = call.state.all(&TARGETS, &format!("{key}/"))?;
    let is_last = all.len() == 1 && all.iter().any(|(_, target)| text(target, "group") == group);
    if is_last {
        return Err(Error::Explained(
            Code::Forbidden,
            "The last group target of a role cannot be removed".to_owned(),
        ));
    }
    call.state.delete(&TARGETS, &format!("{key}/{group}"));
    Ok(nothing(204))
}
