//! `/api/v1/users`: people, their status and what they have.

use serde_json::{Value, json};
use twin_sdk::{Reply, weak_etag};

use super::route::{Operation, own};
use super::{credentials, profiles};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, change, document, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::search::{Dialect, Filter};
use crate::state::{APPS, Event, GROUPS, State, Target, USER_APPS, USERS};
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listUsers", "GET", "/api/v1/users", list),
    own("createUser", "POST", "/api/v1/users", create),
    own("getUser", "GET", "/api/v1/users/{userId}", read),
    own("updateUser", "POST", "/api/v1/users/{userId}", update),
    own("replaceUser", "PUT", "/api/v1/users/{userId}", replace),
    own("deleteUser", "DELETE", "/api/v1/users/{userId}", delete),
    own("listUserGroups", "GET", "/api/v1/users/{userId}/groups", groups),
    own("listAppLinks", "GET", "/api/v1/users/{userId}/appLinks", app_links),
    own("activateUser", "POST", "/api/v1/users/{userId}/lifecycle/activate", activate),
    own("reactivateUser", "POST", "/api/v1/users/{userId}/lifecycle/reactivate", reactivate),
    own("deactivateUser", "POST", "/api/v1/users/{userId}/lifecycle/deactivate", deactivate),
    own("suspendUser", "POST", "/api/v1/users/{userId}/lifecycle/suspend", suspend),
    own("unsuspendUser", "POST", "/api/v1/users/{userId}/lifecycle/unsuspend", unsuspend),
    own("unlockUser", "POST", "/api/v1/users/{userId}/lifecycle/unlock", unlock),
];

/// How long pages are: with `q`, and otherwise.
const QUICK: Lengths = Lengths { usual: 10, most: 200 };
const ALL: Lengths = Lengths { usual: 200, most: 200 };
/// The attributes of `filter`.
const FILTERED: &[&str] = &[
    "status",
    "lastUpdated",
    "id",
    "profile.login",
    "profile.email",
    "profile.firstName",
    "profile.lastName",
];

/// The user that the path names: by id, login or the first part of a login; `me` is the caller.
pub(super) fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let name = call.param(0);
    let own = call.caller.user.clone();
    let looked_up = if name == "me" && !own.is_empty() { own } else { name.clone() };
    call.state.user_called(&looked_up)?.ok_or_else(|| Error::not_found(&name, "User"))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if let Some(search) = call.query("search") {
        return found(call, &search);
    }
    let filter = match call.query("filter") {
        Some(filter) => {
            let dialect = Dialect { operators: Dialect::NARROW, attributes: Some(FILTERED) };
            let parsed = Filter::parse(&filter, &dialect);
            Some(parsed.ok_or_else(|| Error::Search("Invalid filter expression.".to_owned()))?)
        }
        None => None,
    };
    let prefix = call.query("q").map(|q| q.to_lowercase());
    let lengths = if prefix.is_some() { QUICK } else { ALL };
    let page = call.page(&USERS, "", lengths, |_, user| {
        let by_status = filter.as_ref().is_some_and(|filter| filter.names("status"));
        let is_listed = by_status || text(user, "status") != "DEPROVISIONED";
        let is_wanted = filter.as_ref().is_none_or(|filter| filter.holds(user));
        Ok(is_listed && is_wanted && prefix.as_deref().is_none_or(|prefix| begins(user, prefix)))
    })?;
    let items: Vec<_> = page.items.iter().map(|user| wire::listed_user(user, call.origin)).collect();
    call.list(&items, page.next.as_deref(), lengths)
}

fn begins(user: &Document, prefix: &str) -> bool {
    ["/firstName", "/lastName", "/email"]
        .iter()
        .any(|field| text_at(user, "profile", field).to_lowercase().starts_with(prefix))
}

/// `search` sees what was true a moment ago; the order is `sortBy`'s, or the one of ids.
fn found(call: &mut Call<'_, '_>, search: &str) -> Result<Reply, Error> {
    let refused = || Error::Search("Invalid search expression.".to_owned());
    let filter = Filter::parse(search, &Dialect::SEARCH).ok_or_else(refused)?;
    let mut users = Vec::new();
    for (_, user) in call.state.all(&USERS, "")? {
        users.extend(call.state.as_indexed(user)?);
    }
    users.extend(call.state.gone_but_indexed()?);
    users.retain(|user| filter.holds(user));
    users.sort_by(|one, other| text(one, "id").cmp(text(other, "id")));
    let attribute = call.query("sortBy");
    let page = call.sorted(users, ALL, attribute.as_deref().unwrap_or("id"), "id")?;
    let items: Vec<_> = page.items.iter().map(|user| wire::listed_user(user, call.origin)).collect();
    call.list(&items, page.next.as_deref(), ALL)
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let activate = call.flag("activate", true);
    let mut user = build(call, &body)?;
    if call.flag("provider", false)
        && object(&body, "credentials").is_none_or(|found| !found.contains_key("provider"))
    {
        return Err(Error::invalid("credentials.provider", "credentials.provider: The field is required"));
    }
    if call.query("nextLogin").as_deref() == Some("changePassword") && !activate {
        let problem = "nextLogin can only be used with activate=true.";
        return Err(Error::invalid("nextLogin", problem));
    }
    if activate {
        let status = credentials::status_when_activated(&user);
        let expires = call.query("nextLogin").as_deref() == Some("changePassword") && status == "ACTIVE";
        call.state.set_status(&mut user, if expires { "PASSWORD_EXPIRED" } else { status });
    }
    store(call, &user)?;
    let targets = || vec![Target::user(&user)];
    call.state.log(&Event::success("user.lifecycle.create", "Create okta user", targets()))?;
    if activate {
        call.state.log(&Event::success("user.lifecycle.activate", "Activate Okta user", targets()))?;
    }
    let everyone = call.state.org_id("everyone")?;
    call.state.join(&everyone, text(&user, "id"), None)?;
    for group in crate::documents::texts(&body, "groupIds") {
        if call.state.get(&GROUPS, &group)?.is_none() {
            return Err(Error::not_found(&group, "UserGroup"));
        }
        call.state.join(&group, text(&user, "id"), None)?;
    }
    one(200, &wire::user(&user, call.origin))
}

/// A new user in `STAGED`, checked and with a login that nobody has.
pub(super) fn build(call: &mut Call<'_, '_>, body: &Document) -> Result<Document, Error> {
    let profile = object(body, "profile").cloned().unwrap_or_default();
    let profile = profiles::checked_profile(call.state, profile, true)?;
    require_free_login(call.state, &profile, "")?;
    let now = call.state.stamp();
    let id = call.state.mint("00u");
    let asked = object(body, "type").map(|kind| text(kind, "id").to_owned()).filter(|id| !id.is_empty());
    let type_id = match asked {
        Some(id) => id,
        None => call.state.org_id("userType")?,
    };
    let mut user = document(json!({
        "id": id, "status": "STAGED", "created": now, "activated": null, "statusChanged": now,
        "lastLogin": null, "lastUpdated": now, "passwordChanged": null, "type": {"id": type_id},
        "profile": profile,
        "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
    }));
    credentials::apply(call.state, &mut user, object(body, "credentials"))?;
    Ok(user)
}

fn require_free_login(state: &mut State<'_>, profile: &Document, own: &str) -> Result<(), Error> {
    let owner = state.login_owner(text(profile, "login"))?;
    if owner.is_some_and(|owner| owner != own) {
        let problem = "An object with this field already exists in the current organization";
        return Err(Error::Invalid { about: "login".to_owned(), causes: vec![format!("login: {problem}")] });
    }
    Ok(())
}

/// Writes a user and applies the rules of groups.
fn store(call: &mut Call<'_, '_>, user: &Document) -> Result<(), Error> {
    call.state.put_user(user)?;
    Ok(call.state.apply_rules(user)?)
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let view = wire::user(&user, call.origin);
    let tag = weak_etag(view.to_string().as_bytes());
    Ok(one(200, &view)?.header("etag", tag))
}

fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let body = call.body()?;
    let mut profile = object(&user, "profile").cloned().unwrap_or_default();
    profile.extend(object(&body, "profile").cloned().unwrap_or_default());
    write(call, user, &body, profile)
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let body = call.body()?;
    let Some(profile) = object(&body, "profile").cloned() else {
        return Err(Error::field("profile", "The field cannot be left blank"));
    };
    write(call, user, &body, profile)
}

fn write(
    call: &mut Call<'_, '_>,
    mut user: Document,
    body: &Document,
    profile: Document,
) -> Result<Reply, Error> {
    let profile = profiles::checked_profile(call.state, profile, true)?;
    require_free_login(call.state, &profile, text(&user, "id"))?;
    set(&mut user, "profile", Value::Object(profile));
    if let Some(kind) = object(body, "type").map(|kind| text(kind, "id")).filter(|id| !id.is_empty()) {
        let kind = kind.to_owned();
        change(&mut user, "type", |found| set(found, "id", kind));
    }
    credentials::apply(call.state, &mut user, object(body, "credentials"))?;
    let now = call.state.stamp();
    set(&mut user, "lastUpdated", now);
    store(call, &user)?;
    let targets = vec![Target::user(&user)];
    call.state.log(&Event::success(
        "user.account.update_profile",
        "Update user profile for Okta",
        targets,
    ))?;
    one(200, &wire::user(&user, call.origin))
}

/// The first call deactivates, a second one removes.
fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    if text(&user, "status") == "DEPROVISIONED" {
        call.state.remove_user(&user)?;
        super::user_links::forget(call.state, text(&user, "id"))?;
        let targets = vec![Target::user(&user)];
        call.state.log(&Event::success("user.lifecycle.delete.initiated", "Delete Okta user", targets))?;
    } else {
        end(call, user)?;
    }
    Ok(nothing(204))
}

fn groups(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let groups = call.state.groups_of(text(&user, "id"))?;
    let items: Vec<_> = groups.iter().map(|group| wire::group(group, call.origin)).collect();
    call.list(&items, None, ALL)
}

fn app_links(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    let mut links = Vec::new();
    for (place, (_, assigned)) in
        call.state.all(&USER_APPS, &format!("{}/", text(&user, "id")))?.iter().enumerate()
    {
        let id = text(assigned, "app");
        let Some(app) = call.state.get(&APPS, id)? else { continue };
        if text(&app, "status") != "ACTIVE" {
            continue;
        }
        let name = text(&app, "name");
        links.push(json!({
            "id": format!("{}{}", text(&user, "id"), id), "label": text(&app, "label"),
            "linkUrl": call.href(&format!("/{}/{name}/{id}/{}", super::apps::DASHBOARD, super::apps::link_id(name))),
            "logoUrl": super::apps::logo(name), "appName": name, "appInstanceId": id,
            "appAssignmentId": format!("0ua{}", id.get(3..).unwrap_or_default()),
            "credentialsSetup": false, "hidden": false, "sortOrder": place,
        }));
    }
    Ok(Reply::json(200, &links)?)
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut user = named(call)?;
    if !matches!(text(&user, "status"), "STAGED" | "DEPROVISIONED") {
        return Err(Code::AlreadyActive.into());
    }
    let status = credentials::status_when_activated(&user);
    call.state.set_status(&mut user, status);
    activated(call, user, "user.lifecycle.activate", "Activate Okta user")
}

fn reactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    if !matches!(text(&user, "status"), "PROVISIONED" | "RECOVERY") {
        return Err(Code::StatusNotAllowed.into());
    }
    activated(call, user, "user.lifecycle.reactivate", "Reactivate Okta user")
}

/// Without mail the answer carries the token that the mail would have carried.
fn activated(call: &mut Call<'_, '_>, mut user: Document, kind: &str, message: &str) -> Result<Reply, Error> {
    let token = call.state.draw(20);
    set(&mut user, "_activationToken", token.clone());
    store(call, &user)?;
    call.state.log(&Event::success(kind, message, vec![Target::user(&user)]))?;
    if call.flag("sendEmail", true) {
        return one(200, &json!({}));
    }
    let url = call.href(&format!("/tokens/{token}/verify"));
    one(200, &json!({"activationUrl": url, "activationToken": token}))
}

fn deactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = named(call)?;
    if text(&user, "status") == "DEPROVISIONED" {
        return Err(Code::StatusNotAllowed.into());
    }
    end(call, user)?;
    one(200, &json!({}))
}

/// Takes a user out of service: sessions end, applications are gone, the groups stay.
fn end(call: &mut Call<'_, '_>, mut user: Document) -> Result<(), Error> {
    let id = text(&user, "id").to_owned();
    call.state.set_status(&mut user, "DEPROVISIONED");
    for (_, assigned) in call.state.all(&USER_APPS, &format!("{id}/"))? {
        call.state.unassign_user(text(&assigned, "app"), &id);
    }
    super::sessions::end_all(call.state, &id)?;
    store(call, &user)?;
    let targets = vec![Target::user(&user)];
    call.state.log(&Event::success("user.lifecycle.deactivate", "Deactivate Okta user", targets))
}

fn suspend(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let refusal = Error::invalid("suspendUser", "Cannot suspend a user that is not active");
    turn(call, "ACTIVE", "SUSPENDED", refusal, ("user.lifecycle.suspend", "Suspend Okta user"))
}

fn unsuspend(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let refusal = Error::invalid("unsuspendUser", "Cannot unsuspend a user that is not suspended");
    turn(call, "SUSPENDED", "ACTIVE", refusal, ("user.lifecycle.unsuspend", "Unsuspend Okta user"))
}

fn unlock(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let refusal = Code::UnlockNotAllowed.into();
    turn(call, "LOCKED_OUT", "ACTIVE", refusal, ("user.account.unlock", "Unlock user account"))
}

fn turn(
    call: &mut Call<'_, '_>,
    from: &str,
    to: &str,
    refusal: Error,
    (kind, message): (&str, &str),
) -> Result<Reply, Error> {
    let mut user = named(call)?;
    if text(&user, "status") != from {
        return Err(refusal);
    }
    call.state.set_status(&mut user, to);
    user.remove("_failures");
    store(call, &user)?;
    call.state.log(&Event::success(kind, message, vec![Target::user(&user)]))?;
    one(200, &json!({}))
}
