//! Types of issue, where somebody configures them; and types of link.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::entities::{IssueType, LinkType};
use crate::errors::Error;
use crate::state::{ISSUE_TYPES, LINK_TYPES, LINKS, PROJECTS};
use crate::wire;

use super::call::Call;
use super::catalogue::shown_kind;
use super::route::{Family, Route, full};
use super::{avatars, edit, issue_type_schemes, link, property};

const PROPERTIES: &str = "issuetype/{issueTypeId}/properties";
const PROPERTY: &str = "issuetype/{issueTypeId}/properties/{propertyKey}";

/// The operations on types.
pub(super) const FAMILY: Family = Family { heads: &["issuetype", "issueLinkType"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createIssueLinkType", "POST", "issueLinkType", create_link),
    full("createIssueType", "POST", "issuetype", create),
    full("createIssueTypeAvatar", "POST", "issuetype/{id}/avatar2", avatars::of_issue_type),
    full("deleteIssueLinkType", "DELETE", "issueLinkType/{issueLinkTypeId}", delete_link),
    full("deleteIssueType", "DELETE", "issuetype/{id}", delete),
    full("deleteIssueTypeProperty", "DELETE", PROPERTY, property::type_delete),
    full("getAlternativeIssueTypes", "GET", "issuetype/{id}/alternatives", alternatives),
    full("getIssueTypeProperty", "GET", PROPERTY, property::type_get),
    full("getIssueTypePropertyKeys", "GET", PROPERTIES, property::type_keys),
    full("getIssueTypesForProject", "GET", "issuetype/project", of_project),
    full("setIssueTypeProperty", "PUT", PROPERTY, property::type_set),
    full("updateIssueLinkType", "PUT", "issueLinkType/{issueLinkTypeId}", update_link),
    full("updateIssueType", "PUT", "issuetype/{id}", update),
];

/// The longest name.
const LONGEST: usize = 60;

fn find(call: &mut Call<'_, '_>) -> Result<IssueType, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, "Issue type with given id not found.");
    call.state.get(&ISSUE_TYPES, &id)?.ok_or_else(missing)
}

fn named(call: &mut Call<'_, '_>, body: &Map<String, Value>, own: &str) -> Result<Option<String>, Error> {
    let Some(name) = text(body, "name") else { return Ok(None) };
    if name.chars().count() > LONGEST {
        let message = format!("The issue type name must not exceed {LONGEST} characters in length.");
        return Err(Error::field("name", message));
    }
    let kinds = call.state.all(&ISSUE_TYPES)?;
    if kinds.iter().any(|kind| kind.id != own && kind.name.eq_ignore_ascii_case(&name)) {
        let message = "An issue type with this name already exists.".to_owned();
        let errors = [("name".to_owned(), message)].into();
        return Err(Error::Refused { status: 409, messages: Vec::new(), errors });
    }
    Ok(Some(name))
}

/// `POST issuetype`: projects with the default scheme have it at once.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("create issue types")?;
    let body = call.object()?;
    let name = named(call, &body, "")?.ok_or_else(|| Error::field("name", "You must specify a name."))?;
    let by_kind = match text(&body, "type").as_deref() {
        None | Some("standard") => 0,
        Some("subtask") => -1,
        Some(_) => return Err(Error::field("type", "The issue type must be 'standard' or 'subtask'.")),
    };
    let level = body.get("hierarchyLevel").and_then(Value::as_i64).unwrap_or(by_kind);
    if !(-1..=1).contains(&level) {
        return Err(Error::field("hierarchyLevel", "The hierarchy level is not valid."));
    }
    let kind = IssueType {
        id: call.state.next_id("issuetype")?,
        name,
        description: text(&body, "description").unwrap_or_default(),
        subtask: level < 0,
        level,
        avatar: Some(if level < 0 { 10_316 } else { 10_300 }),
    };
    issue_type_schemes::joined(call, &kind.id)?;
    call.state.put(&ISSUE_TYPES, &kind.id, &kind)?;
    Ok(wire::json(201, &shown_kind(call, &kind)))
}

/// `PUT issuetype/{}`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("update issue types")?;
    let body = call.object()?;
    let mut kind = find(call)?;
    if let Some(name) = named(call, &body, &kind.id)? {
        kind.name = name;
    }
    if let Some(description) = body.get("description").and_then(Value::as_str) {
        description.clone_into(&mut kind.description);
    }
    if let Some(avatar) = body.get("avatarId").and_then(Value::as_u64) {
        kind.avatar = Some(avatar);
    }
    call.state.put(&ISSUE_TYPES, &kind.id, &kind)?;
    Ok(wire::json(200, &shown_kind(call, &kind)))
}

/// `DELETE issuetype/{}`: its issues become of another type of the same level.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete issue types")?;
    let kind = find(call)?;
    let instead = call.query.text("alternativeIssueTypeId").map(str::to_owned);
    if let Some(instead) = &instead {
        let other = call.state.get(&ISSUE_TYPES, instead)?;
        let missing = || Error::message(404, "The alternative issue type was not found.");
        let other = other.ok_or_else(missing)?;
        if other.id == kind.id || other.level != kind.level {
            return Err(Error::message(400, "The alternative issue type cannot replace this one."));
        }
    } else if edit::any(call, |issue| issue.issue_type == kind.id)? {
        return Err(Error::message(409, "The issue type is in use. Provide an alternative issue type."));
    }
    if let Some(instead) = &instead {
        edit::change_all(call, |issue| {
            if issue.issue_type == kind.id {
                issue.issue_type.clone_from(instead);
            }
        })?;
    }
    for mut project in call.state.all(&PROJECTS)? {
        if project.issue_types.contains(&kind.id) {
            project.issue_types.retain(|id| *id != kind.id);
            call.state.put_project(&project)?;
        }
    }
    issue_type_schemes::left(call, &kind.id)?;
    call.state.delete(&ISSUE_TYPES, &kind.id);
    Ok(wire::empty())
}

/// `GET issuetype/{}/alternatives`.
fn alternatives(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kind = find(call)?;
    let all = call.state.all(&ISSUE_TYPES)?;
    let others = all.iter().filter(|other| other.level == kind.level && other.id != kind.id);
    let others: Vec<Value> = others.map(|other| shown_kind(call, other)).collect();
    Ok(wire::json(200, &json!(others)))
}

/// `GET issuetype/project`.
fn of_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.query.required("projectId")?.to_owned();
    let project = call.project(&id)?;
    let level = call.query.text("level").and_then(|level| level.parse::<i64>().ok());
    let mut all = Vec::new();
    for id in &project.issue_types {
        if let Some(kind) = call.state.get(&ISSUE_TYPES, id)?
            && level.is_none_or(|level| level == kind.level)
        {
            all.push(shown_kind(call, &kind));
        }
    }
    Ok(wire::json(200, &json!(all)))
}

fn find_link(call: &mut Call<'_, '_>) -> Result<LinkType, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("No issue link type with id '{id}' found."));
    call.state.get(&LINK_TYPES, &id)?.ok_or_else(missing)
}

fn fill_link(call: &mut Call<'_, '_>, kind: &mut LinkType) -> Result<(), Error> {
    let body = call.object()?;
    let own = kind.id.clone();
    for (member, place) in
        [("name", &mut kind.name), ("inward", &mut kind.inward), ("outward", &mut kind.outward)]
    {
        if let Some(given) = text(&body, member) {
            *place = given;
        }
        if place.is_empty() {
            return Err(Error::message(400, format!("The issue link type must have '{member}'.")));
        }
    }
    let held = call.state.all(&LINK_TYPES)?;
    if held.iter().any(|held| held.id != own && held.name.eq_ignore_ascii_case(&kind.name)) {
        return Err(Error::message(400, "An issue link type with this name already exists."));
    }
    Ok(())
}

/// `POST issueLinkType`.
fn create_link(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("create issue link types")?;
    let (id, name, inward, outward) = Default::default();
    let mut kind = LinkType { id, name, inward, outward };
    fill_link(call, &mut kind)?;
    kind.id = call.state.next_id("link type")?;
    call.state.put(&LINK_TYPES, &kind.id, &kind)?;
    Ok(wire::json(201, &link::shown_kind(call, &kind)))
}

/// `PUT issueLinkType/{}`.
fn update_link(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("update issue link types")?;
    let mut kind = find_link(call)?;
    fill_link(call, &mut kind)?;
    call.state.put(&LINK_TYPES, &kind.id, &kind)?;
    Ok(wire::json(200, &link::shown_kind(call, &kind)))
}

/// `DELETE issueLinkType/{}`, with the links of that type.
fn delete_link(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete issue link types")?;
    let kind = find_link(call)?;
    for link in call.state.all(&LINKS)?.into_iter().filter(|link| link.kind == kind.id) {
        call.state.unlink(&link.id)?;
    }
    call.state.delete(&LINK_TYPES, &kind.id);
    Ok(wire::empty())
}
