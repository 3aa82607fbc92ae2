//! What people may be allowed to do, and what the caller is.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::errors::Error;
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::route::{Family, Route, full};
use super::{comment, group};

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["mypermissions", "permissions"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("getAllPermissions", "GET", "permissions", all),
    full("getMyPermissions", "GET", "mypermissions", mine),
];

/// One permission.
struct Permission {
    key: &'static str,
    id: &'static str,
    name: &'static str,
    of_project: bool,
    description: &'static str,
}

const fn project(
    key: &'static str,
    id: &'static str,
    name: &'static str,
    description: &'static str,
) -> Permission {
    Permission { key, id, name, of_project: true, description }
}

const fn global(
    key: &'static str,
    id: &'static str,
    name: &'static str,
    description: &'static str,
) -> Permission {
    Permission { of_project: false, ..project(key, id, name, description) }
}

/// What those alone have who administer the site.
const FOR_ADMINISTRATORS: &[&str] = &["ADMINISTER", "ADMINISTER_PROJECTS", "SYSTEM_ADMIN"];
/// The permissions of a site, ordered by key.
#[rustfmt::skip]
const PERMISSIONS: &[Permission] = &[
    project("ADD_COMMENTS", "15", "Add Comments", "Ability to comment on issues."),
    global("ADMINISTER", "0", "Administer Jira", "Create and administer projects, issue types, fields, workflows, and schemes for all projects. Users with this permission can perform most administration tasks, except: managing users, importing data, and editing system email settings."),
    project("ADMINISTER_PROJECTS", "23", "Administer Projects", "Ability to administer a project in Jira."),
    project("ASSIGNABLE_USER", "17", "Assignable User", "Users with this permission may be assigned to issues."),
    project("ASSIGN_ISSUES", "13", "Assign Issues", "Ability to assign issues to other people."),
    project("BROWSE_PROJECTS", "10", "Browse Projects", "Ability to browse projects and the issues within them."),
    global("BULK_CHANGE", "33", "Make bulk changes", "Modify collections of issues at once. For example, resolve multiple issues in one step."),
    project("CLOSE_ISSUES", "18", "Close Issues", "Ability to close issues. Often useful where your developers resolve issues, and a QA department closes them."),
    project("CREATE_ATTACHMENTS", "19", "Create Attachments", "Users with this permission may create attachments."),
    project("CREATE_ISSUES", "11", "Create Issues", "Ability to create issues."),
    global("CREATE_SHARED_OBJECTS", "22", "Share dashboards and filters", "Share dashboards and filters with other users."),
    project("DELETE_ALL_ATTACHMENTS", "38", "Delete All Attachments", "Users with this permission may delete all attachments."),
    project("DELETE_ALL_COMMENTS", "36", "Delete All Comments", "Ability to delete all comments made on issues."),
    project("DELETE_ALL_WORKLOGS", "43", "Delete All Worklogs", "Ability to delete all worklogs made on issues."),
    project("DELETE_ISSUES", "16", "Delete Issues", "Ability to delete issues."),
    project("DELETE_OWN_ATTACHMENTS", "39", "Delete Own Attachments", "Users with this permission may delete own attachments."),
    project("DELETE_OWN_COMMENTS", "37", "Delete Own Comments", "Ability to delete own comments made on issues."),
    project("DELETE_OWN_WORKLOGS", "42", "Delete Own Worklogs", "Ability to delete own worklogs made on issues."),
    project("EDIT_ALL_COMMENTS", "34", "Edit All Comments", "Ability to edit all comments made on issues."),
    project("EDIT_ALL_WORKLOGS", "41", "Edit All Worklogs", "Ability to edit all worklogs made on issues."),
    project("EDIT_ISSUES", "12", "Edit Issues", "Ability to edit issues."),
    project("EDIT_OWN_COMMENTS", "35", "Edit Own Comments", "Ability to edit own comments made on issues."),
    project("EDIT_OWN_WORKLOGS", "40", "Edit Own Worklogs", "Ability to edit own worklogs made on issues."),
    project("LINK_ISSUES", "21", "Link Issues", "Ability to link issues together and create linked issues. Only useful if issue linking is turned on."),
    global("MANAGE_GROUP_FILTER_SUBSCRIPTIONS", "24", "Manage group filter subscriptions", "Create and delete group filter subscriptions."),
    project("MANAGE_SPRINTS_PERMISSION", "-1", "Manage sprints", "Ability to manage sprints."),
    project("MANAGE_WATCHERS", "32", "Manage Watchers", "Ability to manage the watchers of an issue."),
    project("MODIFY_REPORTER", "30", "Modify Reporter", "Ability to modify the reporter when creating or editing an issue."),
    project("MOVE_ISSUES", "25", "Move Issues", "Ability to move issues between projects or between workflows of the same project (if applicable). Note the user can only move issues to a project they have the create permission for."),
    project("RESOLVE_ISSUES", "14", "Resolve Issues", "Ability to resolve and reopen issues. This includes the ability to set a fix version."),
    project("SCHEDULE_ISSUES", "28", "Schedule Issues", "Ability to view or edit an issue's due date."),
    project("SET_ISSUE_SECURITY", "26", "Set Issue Security", "Ability to set the level of security on an issue so that only people in that security level can see the issue."),
    global("SYSTEM_ADMIN", "44", "Jira System Administrators", "Ability to perform all administration functions."),
    project("TRANSITION_ISSUES", "46", "Transition Issues", "Ability to transition issues."),
    global("USER_PICKER", "27", "Browse users and groups", "View and select users or groups from the user picker, and share issues. Users with this permission can see the names of all users and groups on your site."),
    project("VIEW_DEV_TOOLS", "29", "View Development Tools", "Allows users in a software project to view development-related information on the issue, such as commits, reviews and build information."),
    project("VIEW_READONLY_WORKFLOW", "45", "View Read-Only Workflow", "Users with this permission may view a read-only version of a workflow."),
    project("VIEW_VOTERS_AND_WATCHERS", "31", "View Voters and Watchers", "Ability to view the voters and watchers of an issue."),
    project("WORK_ON_ISSUES", "20", "Work On Issues", "Ability to log work done against an issue. Only useful if Time Tracking is turned on."),
];

impl Permission {
    fn shown(&self) -> Value {
        let kind = if self.of_project { "PROJECT" } else { "GLOBAL" };
        json!({"key": self.key, "name": self.name, "type": kind, "description": self.description})
    }
}

fn find(key: &str) -> Option<&'static Permission> {
    PERMISSIONS.iter().find(|permission| permission.key == key)
}

/// Whether a permission has that key.
pub(super) fn is_permission(key: &str) -> bool {
    find(key).is_some()
}

/// Whether a permission is one in a project.
pub(super) fn is_of_project(key: &str) -> bool {
    find(key).is_some_and(|permission| permission.of_project)
}

/// The keys of all permissions in projects.
pub(super) fn of_projects() -> impl Iterator<Item = &'static str> {
    PERMISSIONS.iter().filter(|permission| permission.of_project).map(|permission| permission.key)
}

/// `GET permissions`.
fn all(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    let shown = PERMISSIONS.iter().map(|permission| (permission.key.to_owned(), permission.shown()));
    Ok(wire::json(200, &json!({"permissions": shown.collect::<Map<_, _>>()})))
}

/// Refuses a project, an issue or a comment that is not there.
fn place(call: &mut Call<'_, '_>) -> Result<(), Error> {
    for name in ["projectKey", "projectId"] {
        if let Some(project) = call.query.text(name).map(str::to_owned) {
            call.project(&project)?;
        }
    }
    for name in ["issueKey", "issueId"] {
        if let Some(issue) = call.query.text(name).map(str::to_owned) {
            call.state.find_issue(&issue)?.ok_or_else(Error::no_issue)?;
        }
    }
    if let Some(comment) = call.query.text("commentId").map(str::to_owned) {
        comment::of_id(call, &comment)?;
    }
    Ok(())
}

/// `GET mypermissions`. Everybody on the site may do everything but administer it.
fn mine(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let wanted = call.query.list("permissions");
    if wanted.is_empty() {
        return Err(Error::message(400, "The 'permissions' query parameter is required."));
    }
    place(call)?;
    let is_admin = group::may_administer(call)?;
    let mut shown = Map::new();
    for key in wanted {
        let Some(permission) = find(&key) else {
            return Err(Error::message(400, format!("Unrecognized permission: {key}")));
        };
        let has = is_admin || !FOR_ADMINISTRATORS.contains(&permission.key);
        let mut value = permission.shown();
        extend(&mut value, json!({"id": permission.id, "havePermission": has}));
        shown.insert(key, value);
    }
    Ok(wire::json(200, &json!({"permissions": shown})))
}
