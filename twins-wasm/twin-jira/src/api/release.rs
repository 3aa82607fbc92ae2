//! Versions and components of projects.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::{Component, Project, Version};
use crate::errors::Error;
use crate::moment;
use crate::state::{COMPONENTS, PROJECTS, State, USERS, VERSIONS};
use crate::{webhooks, wire};

use super::call::Call;
use super::edit;

/// The versions of a project.
pub(super) fn versions_of(call: &mut Call<'_, '_>, project: &str) -> Result<Vec<Value>, Error> {
    let now = call.state.now();
    let versions = call.state.all(&VERSIONS)?;
    let own = versions.iter().filter(|version| version.project == project);
    Ok(own.map(|version| wire::version(&call.wire, version, now)).collect())
}

/// `GET project/{}/versions`.
pub(super) fn versions(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = versions_of(call, &project.id)?;
    Ok(wire::json(200, &json!(shown)))
}

/// `GET project/{}/version`.
pub(super) fn versions_page(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = versions_of(call, &project.id)?;
    call.page(&shown)
}

fn find_version(call: &mut Call<'_, '_>) -> Result<Version, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("Could not find version for id '{id}'"));
    call.state.get(&VERSIONS, &id)?.ok_or_else(missing)
}

/// `GET version/{}`.
pub(super) fn version(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    let now = call.state.now();
    Ok(wire::json(200, &wire::version(&call.wire, &version, now)))
}

/// The project that a body names by `project` or `projectId`.
fn project_in(call: &mut Call<'_, '_>, body: &Map<String, Value>) -> Result<Project, Error> {
    let name = body.get("projectId").and_then(scalar).or_else(|| text(body, "project"));
    let name = name.ok_or_else(|| Error::field("project", "Project must be specified"))?;
    call.project(&name)
}

/// `POST version`.
pub(super) fn create_version(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let project = project_in(call, &body)?;
    let blank = Version {
        id: String::new(),
        project: project.id,
        name: String::new(),
        description: None,
        archived: false,
        released: false,
        start_date: None,
        release_date: None,
    };
    let mut version = filled(call, blank, &body)?;
    version.id = call.state.next_id("version")?;
    call.state.put(&VERSIONS, &version.id, &version)?;
    webhooks::version(call.state, &call.wire, "jira:version_created", &version)?;
    let now = call.state.now();
    Ok(wire::json(201, &wire::version(&call.wire, &version, now)))
}

/// A version with what a body says of it.
fn filled(
    call: &mut Call<'_, '_>,
    mut version: Version,
    body: &Map<String, Value>,
) -> Result<Version, Error> {
    if let Some(name) = text(body, "name") {
        let taken = call.state.all(&VERSIONS)?;
        if taken
            .iter()
            .any(|held| held.project == version.project && held.name == name && held.id != version.id)
        {
            return Err(Error::field("name", "A version with this name already exists in this project."));
        }
        version.name = name;
    }
    if version.name.is_empty() {
        return Err(Error::field("name", "You must specify a valid version name"));
    }
    for (name, slot) in [("startDate", &mut version.start_date), ("releaseDate", &mut version.release_date)] {
        if let Some(date) = text(body, name) {
            if !moment::is_date(&date) {
                return Err(Error::field(name, "Please enter the date in the following format: yyyy-MM-dd"));
            }
            *slot = Some(date);
        }
    }
    if let Some(description) = text(body, "description") {
        version.description = Some(description);
    }
    let flag = |name: &str| body.get(name).and_then(Value::as_bool);
    version.archived = flag("archived").unwrap_or(version.archived);
    version.released = flag("released").unwrap_or(version.released);
    Ok(version)
}

/// `PUT version/{}`.
pub(super) fn update_version(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = find_version(call)?;
    let was_released = held.released;
    let version = filled(call, held, &body)?;
    call.state.put(&VERSIONS, &version.id, &version)?;
    let event = match (was_released, version.released) {
        (false, true) => "jira:version_released",
        (true, false) => "jira:version_unreleased",
        _ => "jira:version_updated",
    };
    webhooks::version(call.state, &call.wire, event, &version)?;
    let now = call.state.now();
    Ok(wire::json(200, &wire::version(&call.wire, &version, now)))
}

/// `DELETE version/{}`: issues lose it, or get another one in its place.
pub(super) fn delete_version(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    let fix = call.query.text("moveFixIssuesTo").map(str::to_owned);
    let affected = call.query.text("moveAffectedIssuesTo").map(str::to_owned);
    retire(call, &version, fix, affected)
}

/// `POST version/{}/removeAndSwap`: the same with a body. The site has no custom fields of versions to be named in it.
pub(super) fn swap_version(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    let body = call.object()?;
    if body.get("customFieldReplacementList").and_then(Value::as_array).is_some_and(|list| !list.is_empty()) {
        return Err(Error::field("customFieldReplacementList", "There is no custom field of versions."));
    }
    let fix = body.get("moveFixIssuesTo").and_then(scalar);
    let affected = body.get("moveAffectedIssuesTo").and_then(scalar);
    retire(call, &version, fix, affected)
}

/// Takes a version out of the project and of all issues, which get the other versions where there are some.
fn retire(
    call: &mut Call<'_, '_>,
    version: &Version,
    fix: Option<String>,
    affected: Option<String>,
) -> Result<Response, Error> {
    for (field, id) in [("moveFixIssuesTo", &fix), ("moveAffectedIssuesTo", &affected)] {
        let Some(id) = id else { continue };
        let other = call.state.get(&VERSIONS, id)?;
        if !other.is_some_and(|other| other.project == version.project && other.id != version.id) {
            return Err(Error::field(field, format!("Version with id '{id}' cannot take its issues.")));
        }
    }
    edit::change_all(call, |issue| {
        replace(&mut issue.fix_versions, &version.id, fix.as_deref());
        replace(&mut issue.versions, &version.id, affected.as_deref());
    })?;
    call.state.delete(&VERSIONS, &version.id);
    webhooks::version(call.state, &call.wire, "jira:version_deleted", version)?;
    Ok(wire::empty())
}

fn replace(ids: &mut Vec<String>, gone: &str, instead: Option<&str>) {
    if ids.iter().any(|id| id == gone) {
        ids.retain(|id| id != gone);
        if let Some(instead) = instead.filter(|instead| !ids.iter().any(|id| id == instead)) {
            ids.push(instead.to_owned());
        }
    }
}

/// How many issues have a version, and how many of those are not resolved.
pub(super) fn version_counts(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    let (mut fixed, mut affected) = (0, 0);
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        fixed += u64::from(issue.fix_versions.contains(&version.id));
        affected += u64::from(issue.versions.contains(&version.id));
    }
    Ok(wire::json(
        200,
        &json!({
            "self": call.wire.at(&format!("version/{}", version.id)),
            "issuesFixedCount": fixed, "issuesAffectedCount": affected,
            "issueCountWithCustomFieldsShowingVersion": 0, "customFieldUsage": [],
        }),
    ))
}

/// The components of a project.
pub(super) fn components_of(call: &mut Call<'_, '_>, project: &str) -> Result<Vec<Value>, Error> {
    let mut shown = Vec::new();
    for component in call.state.all(&COMPONENTS)?.iter().filter(|component| component.project == project) {
        shown.push(shown_component(call, component)?);
    }
    Ok(shown)
}

fn shown_component(call: &mut Call<'_, '_>, component: &Component) -> Result<Value, Error> {
    let project = call.state.get(&PROJECTS, &component.project)?;
    let lead = component.lead.clone();
    let assignee = match component.assignee_type.as_str() {
        "COMPONENT_LEAD" => lead.clone(),
        "PROJECT_LEAD" => project.as_ref().map(|project| project.lead.clone()),
        "PROJECT_DEFAULT" => project
            .as_ref()
            .filter(|project| project.assignee_type == "PROJECT_LEAD")
            .map(|project| project.lead.clone()),
        _ => None,
    };
    let mut shown = wire::component_ref(&call.wire, component);
    let lead = match lead {
        Some(lead) => Some(call.shown_user(&lead)?),
        None => None,
    };
    let assignee = match assignee {
        Some(assignee) => Some(call.shown_user(&assignee)?),
        None => None,
    };
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(lead.map(|lead| ("lead".to_owned(), lead)));
        shown.extend(assignee.clone().map(|assignee| ("assignee".to_owned(), assignee)));
        shown.extend(assignee.map(|assignee| ("realAssignee".to_owned(), assignee)));
        shown.insert("assigneeType".to_owned(), json!(component.assignee_type));
        shown.insert("realAssigneeType".to_owned(), json!(component.assignee_type));
        shown.insert("isAssigneeTypeValid".to_owned(), json!(true));
        shown.insert("project".to_owned(), json!(project.map(|project| project.key)));
        shown.insert("projectId".to_owned(), json!(component.project.parse::<u64>().unwrap_or_default()));
    }
    Ok(shown)
}

/// `GET project/{}/components`.
pub(super) fn components(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = components_of(call, &project.id)?;
    Ok(wire::json(200, &json!(shown)))
}

/// `GET project/{}/component`.
pub(super) fn components_page(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = components_of(call, &project.id)?;
    call.page(&shown)
}

fn find_component(call: &mut Call<'_, '_>) -> Result<Component, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The component with id {id} does not exist."));
    call.state.get(&COMPONENTS, &id)?.ok_or_else(missing)
}

/// `GET component/{}`.
pub(super) fn component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let component = find_component(call)?;
    Ok(wire::json(200, &shown_component(call, &component)?))
}

/// `POST component`.
pub(super) fn create_component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let project = project_in(call, &body)?;
    let blank = Component {
        id: String::new(),
        project: project.id,
        name: String::new(),
        description: None,
        lead: None,
        assignee_type: "PROJECT_DEFAULT".to_owned(),
    };
    let mut component = component_filled(call, blank, &body)?;
    component.id = call.state.next_id("component")?;
    call.state.put(&COMPONENTS, &component.id, &component)?;
    Ok(wire::json(201, &shown_component(call, &component)?))
}

fn component_filled(
    call: &mut Call<'_, '_>,
    mut component: Component,
    body: &Map<String, Value>,
) -> Result<Component, Error> {
    if let Some(name) = text(body, "name") {
        let taken = call.state.all(&COMPONENTS)?;
        let own = |held: &&Component| held.project == component.project && held.id != component.id;
        if taken.iter().filter(own).any(|held| held.name.eq_ignore_ascii_case(&name)) {
            return Err(Error::field("name", "A component with the name already exists in this project."));
        }
        component.name = name;
    }
    if component.name.is_empty() {
        return Err(Error::field(
            "name",
            "The component name specified is invalid - cannot be an empty string.",
        ));
    }
    if let Some(description) = text(body, "description") {
        component.description = Some(description);
    }
    if let Some(lead) = text(body, "leadAccountId") {
        if call.state.get(&USERS, &lead)?.is_none() {
            return Err(Error::field("leadAccountId", format!("The user {lead} does not exist.")));
        }
        component.lead = Some(lead);
    }
    if let Some(kind) = text(body, "assigneeType") {
        component.assignee_type = kind;
    }
    Ok(component)
}

/// `PUT component/{}`.
pub(super) fn update_component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = find_component(call)?;
    let component = component_filled(call, held, &body)?;
    call.state.put(&COMPONENTS, &component.id, &component)?;
    Ok(wire::json(200, &shown_component(call, &component)?))
}

/// `DELETE component/{}`.
pub(super) fn delete_component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let component = find_component(call)?;
    let instead = call.query.text("moveIssuesTo").map(str::to_owned);
    edit::change_all(call, |issue| replace(&mut issue.components, &component.id, instead.as_deref()))?;
    call.state.delete(&COMPONENTS, &component.id);
    Ok(wire::empty())
}
