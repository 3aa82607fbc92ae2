//! `/api/v1/groups`: groups, who is in them, and the rules that put people there.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, document, object, set, strings, text, text_at};
use crate::errors::{Code, Error};
use crate::search::{Dialect, Expression, Filter};
use crate::state::{APPS, Event, GROUP_RULES, GROUPS, MEMBERS, Target, USERS};
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    own("listGroups", "GET", "/api/v1/groups", list),
    own("addGroup", "POST", "/api/v1/groups", create),
    own("getGroup", "GET", "/api/v1/groups/{groupId}", read),
    own("replaceGroup", "PUT", "/api/v1/groups/{groupId}", replace),
    own("deleteGroup", "DELETE", "/api/v1/groups/{groupId}", delete),
    own("listGroupUsers", "GET", "/api/v1/groups/{groupId}/users", users),
    own("assignUserToGroup", "PUT", "/api/v1/groups/{groupId}/users/{userId}", join),
    own("unassignUserFromGroup", "DELETE", "/api/v1/groups/{groupId}/users/{userId}", leave),
    own("listAssignedApplicationsForGroup", "GET", "/api/v1/groups/{groupId}/apps", apps),
    own("listGroupRules", "GET", "/api/v1/groups/rules", rules),
    own("createGroupRule", "POST", "/api/v1/groups/rules", create_rule),
    own("getGroupRule", "GET", "/api/v1/groups/rules/{ruleId}", read_rule),
    own("replaceGroupRule", "PUT", "/api/v1/groups/rules/{ruleId}", replace_rule),
    own("deleteGroupRule", "DELETE", "/api/v1/groups/rules/{ruleId}", delete_rule),
    own("activateGroupRule", "POST", "/api/v1/groups/rules/{ruleId}/lifecycle/activate", activate_rule),
    own("deactivateGroupRule", "POST", "/api/v1/groups/rules/{ruleId}/lifecycle/deactivate", deactivate_rule),
];

const LONG: Lengths = Lengths { usual: 10_000, most: 10_000 };
const MEMBERS_A_PAGE: Lengths = Lengths { usual: 1_000, most: 1_000 };
const RULES_A_PAGE: Lengths = Lengths { usual: 50, most: 200 };
const FILTERED: &[&str] = &["id", "type", "lastUpdated", "lastMembershipUpdated", "created", "profile.name"];
const LONGEST_NAME: usize = 255;

/// The group that the path names.
pub(super) fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&GROUPS, &id)?.ok_or_else(|| Error::not_found(&id, "UserGroup"))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let refused = || Error::Search("Invalid search expression.".to_owned());
    let search = match call.query("search") {
        Some(search) => Some(Filter::parse(&search, &Dialect::SEARCH).ok_or_else(refused)?),
        None => None,
    };
    let filter = match call.query("filter") {
        Some(filter) => {
            let dialect = Dialect { operators: Dialect::NARROW, attributes: Some(FILTERED) };
            Some(Filter::parse(&filter, &dialect).ok_or_else(refused)?)
        }
        None => None,
    };
    let prefix = call.query("q").map(|q| q.to_lowercase());
    let keep = |group: &Document| {
        let name = text_at(group, "profile", "/name").to_lowercase();
        prefix.as_deref().is_none_or(|prefix| name.starts_with(prefix))
            && search.as_ref().is_none_or(|search| search.holds(group))
            && filter.as_ref().is_none_or(|filter| filter.holds(group))
    };
    let mut groups: Vec<_> = call.state.all(&GROUPS, "")?.into_iter().map(|(_, group)| group).collect();
    groups.retain(keep);
    let attribute = call.query("sortBy");
    let page = call.sorted(groups, LONG, attribute.as_deref().unwrap_or("profile.name"), "id")?;
    let items: Vec<_> = page.items.iter().map(|group| wire::group(group, call.origin)).collect();
    call.list(&items, page.next.as_deref(), LONG)
}

/// The profile of a body: a name that no other group has, and a description.
fn profile(call: &mut Call<'_, '_>, own: &str) -> Result<Document, Error> {
    let body = call.body()?;
    let mut profile = object(&body, "profile").cloned().unwrap_or_default();
    let name = text(&profile, "name").trim().to_owned();
    if name.is_empty() {
        return Err(Error::field("name", "The field cannot be left blank"));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Error::field("name", "The field is too long"));
    }
    if call.state.group_named(&name)?.is_some_and(|group| text(&group, "id") != own) {
        return Err(Error::field(
            "name",
            "An object with this field already exists in the current organization",
        ));
    }
    set(&mut profile, "name", name);
    crate::documents::default(&mut profile, "description", Value::Null);
    Ok(profile)
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let profile = profile(call, "")?;
    let (now, id) = (call.state.stamp(), call.state.mint("00g"));
    let group = document(json!({
        "id": id, "created": now, "lastUpdated": now, "lastMembershipUpdated": now,
        "objectClass": ["okta:user_group"], "type": "OKTA_GROUP", "profile": profile,
    }));
    call.state.put(&GROUPS, &id, &group)?;
    call.state.log(&Event::success(
        "group.lifecycle.create",
        "Create Okta group",
        vec![Target::group(&group)],
    ))?;
    one(200, &wire::group(&group, call.origin))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let group = named(call)?;
    one(200, &wire::group(&group, call.origin))
}

/// What may be changed by hand: everything but what is built in or belongs to an application.
fn changeable(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let group = named(call)?;
    if text(&group, "type") == "OKTA_GROUP" { Ok(group) } else { Err(Code::Unsupported.into()) }
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut group = changeable(call)?;
    let profile = profile(call, text(&group, "id"))?;
    set(&mut group, "profile", Value::Object(profile));
    let now = call.state.stamp();
    set(&mut group, "lastUpdated", now);
    call.state.put(&GROUPS, text(&group, "id"), &group)?;
    call.state.log(&Event::success(
        "group.profile.update",
        "Okta group profile update",
        vec![Target::group(&group)],
    ))?;
    one(200, &wire::group(&group, call.origin))
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let group = changeable(call)?;
    call.state.remove_group(text(&group, "id"))?;
    super::roles::forget(call.state, text(&group, "id"))?;
    call.state.log(&Event::success(
        "group.lifecycle.delete",
        "Delete Okta group",
        vec![Target::group(&group)],
    ))?;
    Ok(nothing(204))
}

fn users(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let group = named(call)?;
    let prefix = format!("{}/", text(&group, "id"));
    let page = call.page(&MEMBERS, &prefix, MEMBERS_A_PAGE, |_, _| Ok(true))?;
    let mut items = Vec::with_capacity(page.items.len());
    for member in &page.items {
        if let Some(user) = call.state.get(&USERS, text(member, "user"))? {
            items.push(wire::listed_user(&user, call.origin));
        }
    }
    call.list(&items, page.next.as_deref(), MEMBERS_A_PAGE)
}

/// The user that is to join or to leave.
fn member(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(1);
    call.state.user(&id)?.ok_or_else(|| Error::not_found(&id, "User"))
}

fn join(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (group, user) = (changeable(call)?, member(call)?);
    if call.state.join(text(&group, "id"), text(&user, "id"), None)? {
        let targets = vec![Target::user(&user), Target::group(&group)];
        call.state.log(&Event::success(
            "group.user_membership.add",
            "Add user to group membership",
            targets,
        ))?;
    }
    Ok(nothing(204))
}

fn leave(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (group, user) = (changeable(call)?, member(call)?);
    if call.state.leave(text(&group, "id"), text(&user, "id"))? {
        let targets = vec![Target::user(&user), Target::group(&group)];
        let message = "Remove user from group membership";
        call.state.log(&Event::success("group.user_membership.remove", message, targets))?;
    }
    Ok(nothing(204))
}

fn apps(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let group = named(call)?;
    let mut items = Vec::new();
    for id in call.state.apps_of_group(text(&group, "id"))? {
        if let Some(app) = call.state.get(&APPS, &id)? {
            items.push(super::apps::view(call, &app)?);
        }
    }
    call.list(&items, None, Lengths::USUAL)
}

fn rule_view(call: &Call<'_, '_>, rule: &Document) -> Value {
    let at = call.href(&format!("/api/v1/groups/rules/{}", text(rule, "id")));
    let mut links = Document::new();
    set(&mut links, "self", wire::hinted(&at, &["GET", "PUT", "DELETE"]));
    wire::lifecycle(&mut links, rule, &at, true);
    wire::linked(rule, Value::Object(links))
}

fn rules(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let wanted = call.query("search").map(|search| search.to_lowercase());
    let page = call.page(&GROUP_RULES, "", RULES_A_PAGE, |_, rule| {
        let name = text(rule, "name").to_lowercase();
        Ok(wanted.as_deref().is_none_or(|wanted| name.contains(wanted)))
    })?;
    let items: Vec<_> = page.items.iter().map(|rule| rule_view(call, rule)).collect();
    call.list(&items, page.next.as_deref(), RULES_A_PAGE)
}

fn rule_named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&GROUP_RULES, &id)?.ok_or_else(|| Error::not_found(&id, "GroupRule"))
}

/// A rule of a body, checked: a name, an expression that can be read, and groups that exist.
fn checked_rule(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let body = call.body()?;
    let name = super::resource::require_text(&body, "name")?;
    if name.chars().count() > 50 {
        return Err(Error::field("name", "The field is too long"));
    }
    let expression = text_at(&body, "conditions", "/expression/value");
    if Expression::parse(expression).is_err() {
        return Err(Error::field("conditions.expression.value", "Invalid expression"));
    }
    let actions = body.get("actions").and_then(|actions| actions.pointer("/assignUserToGroups/groupIds"));
    let groups = strings(actions);
    if groups.is_empty() {
        return Err(Error::field("actions.assignUserToGroups.groupIds", "The field cannot be left blank"));
    }
    for group in &groups {
        let found = call.state.get(&GROUPS, group)?.ok_or_else(|| Error::not_found(group, "UserGroup"))?;
        if text(&found, "type") != "OKTA_GROUP" {
            return Err(Error::field(
                "actions.assignUserToGroups.groupIds",
                "The group cannot be assigned by a rule",
            ));
        }
    }
    let people = json!({"users": {"exclude": []}, "groups": {"exclude": []}});
    let mut conditions = body.get("conditions").cloned().unwrap_or_else(|| json!({}));
    crate::documents::fill(
        &mut conditions,
        &json!({"people": people, "expression": {"type": "urn:okta:expression:1.0"}}),
    );
    Ok(document(json!({
        "type": "group_rule", "name": name, "conditions": conditions, "allGroupsValid": true,
        "actions": body.get("actions"),
    })))
}

fn create_rule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut rule = checked_rule(call)?;
    let (now, id) = (call.state.stamp(), call.state.mint("0pr"));
    for (name, value) in [("id", &*id), ("status", "INACTIVE"), ("created", &*now), ("lastUpdated", &*now)] {
        set(&mut rule, name, value);
    }
    call.state.put(&GROUP_RULES, &id, &rule)?;
    one(200, &rule_view(call, &rule))
}

fn read_rule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let rule = rule_named(call)?;
    one(200, &rule_view(call, &rule))
}

/// Only an inactive rule may be changed, and its action never.
fn replace_rule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let old = rule_named(call)?;
    let mut rule = checked_rule(call)?;
    if text(&old, "status") == "ACTIVE" {
        return Err(Error::invalid("status", "Cannot update a rule that is active"));
    }
    if rule.get("actions") != old.get("actions") {
        return Err(Error::invalid("actions", "The action of a rule cannot be changed"));
    }
    for name in ["id", "status", "created"] {
        set(&mut rule, name, old.get(name).cloned().unwrap_or_default());
    }
    let now = call.state.stamp();
    set(&mut rule, "lastUpdated", now);
    call.state.put(&GROUP_RULES, text(&rule, "id"), &rule)?;
    one(200, &rule_view(call, &rule))
}

/// Removal is taken on, not done: 202. With `removeUsers` the memberships of the rule end.
fn delete_rule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut rule = rule_named(call)?;
    if call.flag("removeUsers", false) {
        set(&mut rule, "status", "INACTIVE");
        call.state.apply_rule_to_all(&rule)?;
    }
    call.state.delete(&GROUP_RULES, text(&rule, "id"));
    Ok(nothing(202))
}

fn activate_rule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn_rule(call, "ACTIVE")
}

/// People stay in the groups; the rule puts nobody more there.
fn deactivate_rule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn_rule(call, "INACTIVE")
}

fn turn_rule(call: &mut Call<'_, '_>, status: &str) -> Result<Reply, Error> {
    let mut rule = rule_named(call)?;
    set(&mut rule, "status", status);
    let now = call.state.stamp();
    set(&mut rule, "lastUpdated", now);
    call.state.put(&GROUP_RULES, text(&rule, "id"), &rule)?;
    if status == "ACTIVE" {
        call.state.apply_rule_to_all(&rule)?;
    }
    Ok(nothing(204))
}
