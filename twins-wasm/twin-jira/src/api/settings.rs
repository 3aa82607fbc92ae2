//! Which schemes a project has. What nobody assigned is what a new project has.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::state::PROJECTS;
use crate::wire;

use super::call::Call;
use super::resource::{Resource, extend, may_write, of_id};

/// What was set for a project; by its id.
pub(super) static SETTINGS: Kind = Kind::empty("project_settings");

/// A kind of scheme that each project has one of.
pub(super) trait Scheme: Resource {
    /// Its name in answers; with `Id` behind it, in bodies.
    const SETTING: &'static str;

    /// The scheme of a project for which nobody assigned one.
    fn usual(call: &mut Call<'_, '_>, project: &Project) -> Result<String, Error>;

    /// Makes a project what its scheme says.
    fn follow(_: &mut Call<'_, '_>, _: &Project, _: &Value) -> Result<(), Error> {
        Ok(())
    }
}

/// One setting of a project.
pub(super) fn get(call: &mut Call<'_, '_>, project: &str, name: &str) -> Result<Option<Value>, Error> {
    let held = SETTINGS.get(call.state, project)?;
    Ok(held.and_then(|held| held.get(name).cloned()).filter(|held| !held.is_null()))
}

/// Sets some of them; null takes one away.
pub(super) fn set(call: &mut Call<'_, '_>, project: &str, more: Value) -> Result<(), Error> {
    let held = SETTINGS.get(call.state, project)?;
    let mut held = held.unwrap_or_else(|| json!({"id": project}));
    extend(&mut held, more);
    Ok(SETTINGS.put(call.state, &held)?)
}

/// The id of a project's scheme.
pub(super) fn scheme_of<S: Scheme>(call: &mut Call<'_, '_>, project: &Project) -> Result<String, Error> {
    match get(call, &project.id, S::SETTING)?.and_then(|held| held.as_str().map(str::to_owned)) {
        Some(id) => Ok(id),
        None => S::usual(call, project),
    }
}

/// The projects that have a scheme.
pub(super) fn projects_of<S: Scheme>(call: &mut Call<'_, '_>, id: &str) -> Result<Vec<Project>, Error> {
    let mut found = Vec::new();
    for project in call.state.all(&PROJECTS)? {
        if scheme_of::<S>(call, &project)? == id {
            found.push(project);
        }
    }
    Ok(found)
}

/// Gives a project a scheme.
pub(super) fn put<S: Scheme>(
    call: &mut Call<'_, '_>,
    project: &Project,
    scheme: &Value,
) -> Result<(), Error> {
    set(call, &project.id, json!({S::SETTING: id_of(scheme)}))?;
    S::follow(call, project, scheme)
}

/// Keeps a scheme that changed, and makes its projects follow it.
pub(super) fn keep<S: Scheme>(call: &mut Call<'_, '_>, scheme: &Value) -> Result<(), Error> {
    let projects = projects_of::<S>(call, &id_of(scheme))?;
    S::SPEC.kind.put(call.state, scheme)?;
    for project in &projects {
        put::<S>(call, project, scheme)?;
    }
    Ok(())
}

/// Refuses to remove a scheme that a project has.
pub(super) fn unused<S: Scheme>(call: &mut Call<'_, '_>, scheme: &Value) -> Result<(), Error> {
    if scheme.get("isDefault") == Some(&json!(true)) {
        return Err(Error::message(400, format!("The default {} cannot be deleted.", S::SPEC.noun)));
    }
    if projects_of::<S>(call, &id_of(scheme))?.is_empty() {
        return Ok(());
    }
    let message =
        format!("The {} cannot be deleted because it is used by one or more projects.", S::SPEC.noun);
    Err(Error::message(400, message))
}

/// `GET .../project`: the schemes, each with the projects that have it.
pub(super) fn by_project<S: Scheme>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<S>(call)?;
    let all = grouped::<S>(call)?;
    call.page(&all)
}

/// The same, of the projects that the query names.
pub(super) fn grouped<S: Scheme>(call: &mut Call<'_, '_>) -> Result<Vec<Value>, Error> {
    let ids = call.query.list("projectId");
    let mut by_scheme: Vec<(String, Vec<String>)> = Vec::new();
    for project in call.state.all(&PROJECTS)? {
        if !ids.is_empty() && !ids.contains(&project.id) {
            continue;
        }
        let scheme = scheme_of::<S>(call, &project)?;
        match by_scheme.iter_mut().find(|(held, _)| *held == scheme) {
            Some((_, projects)) => projects.push(project.id),
            None => by_scheme.push((scheme, vec![project.id])),
        }
    }
    let mut all = Vec::new();
    for (scheme, projects) in by_scheme {
        if let Some(scheme) = S::SPEC.kind.get(call.state, &scheme)? {
            all.push(json!({S::SETTING: S::shown(call, &scheme)?, "projectIds": projects}));
        }
    }
    Ok(all)
}

/// The project that a body names.
pub(super) fn project_in(call: &mut Call<'_, '_>, body: &Map<String, Value>) -> Result<Project, Error> {
    let id = text(body, "projectId").ok_or_else(|| Error::message(400, "The project ID is required."))?;
    let missing = || Error::message(404, "The project was not found.");
    let project = call.state.project(&id)?.filter(|project| project.id == id).ok_or_else(missing)?;
    if project.simplified {
        return Err(Error::message(400, "The scheme can only be assigned to classic projects."));
    }
    Ok(project)
}

/// `PUT .../project`.
pub(super) fn assign<S: Scheme>(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<S>(call)?;
    let body = call.object()?;
    let project = project_in(call, &body)?;
    let name = format!("{}Id", S::SETTING);
    let id = text(&body, &name);
    let id = id.ok_or_else(|| Error::message(400, format!("The {} ID is required.", S::SPEC.noun)))?;
    let scheme = of_id::<S>(call, &id)?;
    put::<S>(call, &project, &scheme)?;
    Ok(wire::empty())
}

/// A scheme as projects are told of it.
pub(super) fn named(scheme: &Value) -> Value {
    json!({"id": id_of(scheme), "name": text_of(scheme, "name"), "description": text_of(scheme, "description")})
}
