//! Versions of projects.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::{Project, Version};
use crate::errors::Error;
use crate::moment;
use crate::state::{State, VERSIONS};
use crate::{webhooks, wire};

use super::call::Call;
use super::create::category;
use super::edit;
use super::resource::extend;

/// The versions of a project.
pub(super) fn versions_of(call: &mut Call<'_, '_>, project: &str) -> Result<Vec<Value>, Error> {
    let versions = versions_in(call, project)?;
    let mut list = Vec::new();
    for version in &versions {
        list.push(shown(call, version)?);
    }
    Ok(list)
}

/// A version, with how far its issues are where that is asked for.
fn shown(call: &mut Call<'_, '_>, version: &Version) -> Result<Value, Error> {
    let now = call.state.now();
    let mut shown = wire::version(&call.wire, version, now);
    if call.query.list("expand").iter().any(|part| part == "issuesstatus") {
        extend(&mut shown, json!({"issuesStatusForFixVersion": progress(call, version)?}));
    }
    Ok(shown)
}

/// How many issues of a version are in each category of statuses.
fn progress(call: &mut Call<'_, '_>, version: &Version) -> Result<Value, Error> {
    let (mut unmapped, mut to_do, mut in_progress, mut done) = (0, 0, 0, 0);
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if issue.fix_versions.contains(&version.id) {
            match category(call, &issue.status)?.as_str() {
                "new" => to_do += 1,
                "indeterminate" => in_progress += 1,
                "done" => done += 1,
                _ => unmapped += 1,
            }
        }
    }
    Ok(json!({"unmapped": unmapped, "toDo": to_do, "inProgress": in_progress, "done": done}))
}

/// The same, as they are kept, in their order.
pub(super) fn versions_in(call: &mut Call<'_, '_>, project: &str) -> Result<Vec<Version>, Error> {
    let mut versions = call.state.all(&VERSIONS)?;
    versions.retain(|version| version.project == project);
    versions.sort_by_key(|version| version.position.unwrap_or(u64::MAX));
    Ok(versions)
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

/// The version that the first placeholder names.
pub(super) fn find_version(call: &mut Call<'_, '_>) -> Result<Version, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("Could not find version for id '{id}'"));
    call.state.get(&VERSIONS, &id)?.ok_or_else(missing)
}

/// `GET version/{}`.
pub(super) fn version(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    Ok(wire::json(200, &shown(call, &version)?))
}

/// The project that a body names by `project` or `projectId`.
pub(super) fn project_in(call: &mut Call<'_, '_>, body: &Map<String, Value>) -> Result<Project, Error> {
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
        position: None,
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
pub(super) fn retire(
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

/// Puts one id in the place of another, or takes it out.
pub(super) fn replace(ids: &mut Vec<String>, gone: &str, instead: Option<&str>) {
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
