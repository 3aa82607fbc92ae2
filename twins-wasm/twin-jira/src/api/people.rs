//! People where they are picked, made, and asked what they may do.

use serde_json::{Value, json};
use twin_sdk::{Response, digest_id};

use crate::args::text;
use crate::entities::User;
use crate::errors::Error;
use crate::state::{GROUPS, USERS};
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full};
use super::{columns, group, permissions, property, user};

const PROPERTY: &str = "user/properties/{propertyKey}";

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["groupuserpicker", "user", "users"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("bulkGetUsersMigration", "GET", "user/bulk/migration", migration),
    full("createUser", "POST", "user", create),
    full("deleteUserProperty", "DELETE", PROPERTY, property::user_delete),
    full("findBulkAssignableUsers", "GET", "user/assignable/multiProjectSearch", assignable),
    full("findUserKeysByQuery", "GET", "user/search/query/key", query_keys),
    full("findUsersAndGroups", "GET", "groupuserpicker", pick_both),
    full("findUsersByQuery", "GET", "user/search/query", query),
    full("findUsersForPicker", "GET", "user/picker", pick),
    full("findUsersWithAllPermissions", "GET", "user/permission/search", permitted),
    full("findUsersWithBrowsePermission", "GET", "user/viewissue/search", browsing),
    full("getAllUsersDefault", "GET", "users", user::all),
    full("getUserDefaultColumns", "GET", "user/columns", columns::user),
    full("getUserEmail", "GET", "user/email", email),
    full("getUserEmailBulk", "GET", "user/email/bulk", emails),
    full("getUserProperty", "GET", PROPERTY, property::user_get),
    full("getUserPropertyKeys", "GET", "user/properties", property::user_keys),
    full("removeUser", "DELETE", "user", remove),
    full("resetUserColumns", "DELETE", "user/columns", columns::reset_user),
    full("setUserColumns", "PUT", "user/columns", columns::set_user),
    full("setUserProperty", "PUT", PROPERTY, property::user_set),
];

/// `POST user`: the account of an address that has one already is returned.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("create users")?;
    let body = call.object()?;
    let email = text(&body, "emailAddress").unwrap_or_default();
    if !email.contains('@') {
        return Err(Error::field("emailAddress", "You must specify a valid email address."));
    }
    let held = call.state.all(&USERS)?.into_iter().find(|user| user.email.eq_ignore_ascii_case(&email));
    if let Some(held) = held {
        return Ok(wire::json(201, &user::detailed(call, &held)?));
    }
    let made = User {
        account_id: digest_id("", &format!("user {email}"), 24).to_lowercase(),
        display_name: text(&body, "displayName").unwrap_or_else(|| email.clone()),
        email,
        email_visible: true,
        active: true,
        time_zone: "Etc/UTC".to_owned(),
        account_type: "atlassian".to_owned(),
    };
    call.state.put(&USERS, &made.account_id, &made)?;
    Ok(wire::json(201, &user::detailed(call, &made)?))
}

/// `DELETE user`: the person leaves the site and its groups; what they did stays.
fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete users")?;
    let id = call.query.required("accountId")?.to_owned();
    let missing = || Error::message(404, "The user was not found.");
    let mut gone = call.state.user(&id)?.ok_or_else(missing)?;
    gone.active = false;
    call.state.put(&USERS, &id, &gone)?;
    for mut group in call.state.all(&GROUPS)? {
        if group.members.contains(&id) {
            group.members.retain(|member| *member != id);
            call.state.put(&GROUPS, &group.id, &group)?;
        }
    }
    Ok(wire::empty())
}

/// `GET user/bulk/migration`: on this site a person's name and key are the account id.
fn migration(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut names = call.query.repeated("username").to_vec();
    names.extend_from_slice(call.query.repeated("key"));
    if names.is_empty() {
        return Err(Error::message(400, "At least one username or key must be provided."));
    }
    let mut all = Vec::new();
    for name in names {
        if let Some(found) = call.state.user(&name)? {
            all.push(json!({"key": name, "username": name, "accountId": found.account_id}));
        }
    }
    Ok(wire::json(200, &json!(all)))
}

/// The active people whom a query names.
fn found(call: &mut Call<'_, '_>, names: &[&str]) -> Result<Vec<User>, Error> {
    let needle = names.iter().find_map(|name| call.query.text(name)).unwrap_or_default().to_owned();
    let id = call.query.text("accountId").map(str::to_owned);
    let mut users = call.state.all(&USERS)?;
    users.retain(|held| {
        held.active && id.as_ref().is_none_or(|id| *id == held.account_id) && user::fits(held, &needle)
    });
    Ok(users)
}

/// `GET user/assignable/multiProjectSearch`.
fn assignable(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let keys = call.query.required("projectKeys")?.to_owned();
    for key in keys.split(',') {
        call.project(key.trim())?;
    }
    let mut users = found(call, &["query", "username"])?;
    users.retain(|user| user.account_type == "atlassian");
    user::listed(call, &users)
}

/// Whether somebody has all permissions of a list.
fn has_all(call: &mut Call<'_, '_>, user: &User, permissions: &[String]) -> Result<bool, Error> {
    if !permissions.iter().any(|key| key.starts_with("ADMINISTER")) {
        return Ok(true);
    }
    group::administers(call, &user.account_id)
}

/// `GET user/permission/search`.
fn permitted(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let wanted = call.query.required("permissions")?.to_owned();
    let wanted: Vec<String> = wanted.split(',').map(|key| key.trim().to_owned()).collect();
    if let Some(unknown) = wanted.iter().find(|key| !permissions::is_permission(key)) {
        return Err(Error::message(400, format!("Unrecognized permission: {unknown}")));
    }
    if let Some(project) = call.query.text("projectKey").map(str::to_owned) {
        call.project(&project)?;
    }
    if let Some(issue) = call.query.text("issueKey").map(str::to_owned) {
        call.state.find_issue(&issue)?.ok_or_else(Error::no_issue)?;
    }
    let mut users = Vec::new();
    for held in found(call, &["query", "username"])? {
        if has_all(call, &held, &wanted)? {
            users.push(held);
        }
    }
    user::listed(call, &users)
}

/// `GET user/viewissue/search`.
fn browsing(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    match (call.query.text("issueKey").map(str::to_owned), call.query.text("projectKey").map(str::to_owned)) {
        (Some(issue), _) => drop(call.state.find_issue(&issue)?.ok_or_else(Error::no_issue)?),
        (None, Some(project)) => drop(call.project(&project)?),
        (None, None) => {
            return Err(Error::message(400, "Either 'issueKey' or 'projectKey' must be specified."));
        }
    }
    let users = found(call, &["query", "username"])?;
    user::listed(call, &users)
}

/// A name with what was looked for in bold.
fn marked(name: &str, needle: &str) -> String {
    let at = name.to_lowercase().find(&needle.to_lowercase()).filter(|_| !needle.is_empty());
    let parts = at.and_then(|at| {
        Some((name.get(..at)?, name.get(at..at + needle.len())?, name.get(at + needle.len()..)?))
    });
    parts.map_or_else(
        || name.to_owned(),
        |(before, hit, after)| format!("{before}<strong>{hit}</strong>{after}"),
    )
}

fn picked(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let needle = call.query.required("query")?.to_owned();
    let most = call.query.number("maxResults", 50)?;
    let exclude = call.query.list("excludeAccountIds");
    let mut users = found(call, &["query"])?;
    users.retain(|user| !exclude.contains(&user.account_id));
    let total = users.len();
    let shown: Vec<Value> = users
        .iter()
        .take(most)
        .map(|user| {
            json!({
                "accountId": user.account_id, "accountType": user.account_type,
                "html": marked(&user.display_name, &needle), "displayName": user.display_name,
            })
        })
        .collect();
    let header = format!("Showing {} of {total} matching users", shown.len());
    Ok(json!({"users": shown, "total": total, "header": header}))
}

/// `GET user/picker`.
fn pick(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let picked = picked(call)?;
    Ok(wire::json(200, &picked))
}

/// `GET groupuserpicker`.
fn pick_both(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let users = picked(call)?;
    let needle = call.query.required("query")?.to_owned();
    let mut groups = call.state.all(&GROUPS)?;
    groups.retain(|group| group.name.to_lowercase().contains(&needle.to_lowercase()));
    let shown: Vec<Value> = groups
        .iter()
        .map(|group| json!({"name": group.name, "html": marked(&group.name, &needle), "groupId": group.id}))
        .collect();
    let header = format!("Showing {0} of {0} matching groups", shown.len());
    let groups = json!({"header": header, "total": shown.len(), "groups": shown});
    Ok(wire::json(200, &json!({"users": users, "groups": groups})))
}

/// `GET user/email`: for apps alone.
fn email(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.query.required("accountId")?.to_owned();
    let missing = || Error::message(404, "The user was not found.");
    let found = call.state.user(&id)?.ok_or_else(missing)?;
    Ok(wire::json(200, &json!({"accountId": found.account_id, "email": found.email})))
}

/// `GET user/email/bulk`.
fn emails(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut all = Vec::new();
    for id in call.query.list("accountId") {
        if let Some(found) = call.state.user(&id)? {
            all.push(json!({"accountId": found.account_id, "email": found.email}));
        }
    }
    Ok(wire::json(200, &json!(all)))
}

/// The people whom a structured query finds: `is assignee of KEY`, `is reporter of (KEY, KEY)`, and so on.
fn queried(call: &mut Call<'_, '_>) -> Result<Vec<User>, Error> {
    let text = call.query.required("query")?.to_owned();
    let problem = || Error::message(400, format!("The query '{text}' cannot be read or is not supported."));
    let (role, keys) =
        text.trim().strip_prefix("is ").and_then(|rest| rest.split_once(" of ")).ok_or_else(problem)?;
    let mut ids: Vec<String> = Vec::new();
    for key in keys.trim_matches(['(', ')', ' ']).split(',') {
        let issue = call.state.find_issue(key.trim())?.ok_or_else(problem)?;
        match role {
            "assignee" => ids.extend(issue.assignee),
            "reporter" => ids.extend(issue.reporter),
            "watcher" => ids.extend(issue.watchers),
            "voter" => ids.extend(issue.voters),
            _ => return Err(problem()),
        }
    }
    ids.sort();
    ids.dedup();
    let mut users = Vec::new();
    for id in &ids {
        users.extend(call.state.user(id)?);
    }
    Ok(users)
}

/// `GET user/search/query`.
fn query(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let users = queried(call)?;
    let shown: Vec<Value> = users.iter().map(|user| wire::user(&call.wire, user, call.me())).collect();
    call.page(&shown)
}

/// `GET user/search/query/key`.
fn query_keys(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let users = queried(call)?;
    let shown: Vec<Value> =
        users.iter().map(|user| json!({"accountId": user.account_id, "key": user.account_id})).collect();
    call.page(&shown)
}
