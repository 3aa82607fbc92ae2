//! Projects.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::entities::Project;
use crate::errors::Error;
use crate::preset;
use crate::state::{COMPONENTS, ISSUE_TYPES, PROJECTS, State, USERS, VERSIONS, WORKFLOWS};
use crate::{webhooks, wire};

use super::call::Call;
use super::edit::Refused;
use super::project_shown::{brief, expand, whole};
use super::resource::extend;
use super::settings;

/// The longest key and name.
const LONGEST_KEY: usize = 10;
const LONGEST_NAME: usize = 80;

/// `GET project`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let projects = sorted(call)?;
    let shown = listed(call, &projects, false)?;
    Ok(wire::json(200, &json!(shown)))
}

/// `GET project/search`.
pub(super) fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (ids, keys) = (call.query.repeated("id").to_vec(), call.query.repeated("keys").to_vec());
    let needle = call.query.text("query").unwrap_or_default().to_lowercase();
    let kinds = call.query.list("typeKey");
    let mut projects = sorted(call)?;
    projects.retain(|project| {
        (ids.is_empty() || ids.contains(&project.id))
            && (keys.is_empty() || keys.contains(&project.key))
            && (kinds.is_empty() || kinds.contains(&project.type_key))
            && (project.key.to_lowercase().contains(&needle) || project.name.to_lowercase().contains(&needle))
    });
    match call.query.text("orderBy").unwrap_or("key") {
        "key" | "+key" => {}
        "-key" => projects.reverse(),
        "name" | "+name" => projects.sort_by_key(|project| project.name.to_lowercase()),
        "-name" => projects.sort_by_key(|project| std::cmp::Reverse(project.name.to_lowercase())),
        other => return Err(Error::message(400, format!("The 'orderBy' value '{other}' is not supported."))),
    }
    let statuses = call.query.list("status");
    let has = |status: &str| statuses.iter().any(|given| given == status);
    let mut shown =
        if statuses.is_empty() || has("live") { listed(call, &projects, false)? } else { Vec::new() };
    if has("archived") {
        shown.extend(listed(call, &projects, true)?);
    }
    call.page(&shown)
}

/// Projects in a list, each with its category: those in the archive, or those that are not.
fn listed(call: &mut Call<'_, '_>, projects: &[Project], archived: bool) -> Result<Vec<Value>, Error> {
    let mut all = Vec::new();
    for project in projects {
        let extras = super::project_parts::extras(call, project)?;
        if extras.get("archived").is_some() == archived {
            let mut shown = brief(call, project);
            extend(&mut shown, extras);
            expand(call, project, &mut shown)?;
            all.push(shown);
        }
    }
    Ok(all)
}

/// All projects, by key.
pub(super) fn sorted(call: &mut Call<'_, '_>) -> Result<Vec<Project>, Error> {
    let mut projects = call.state.all(&PROJECTS)?;
    projects.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(projects)
}

/// `GET project/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let mut shown = whole(call, &project)?;
    expand(call, &project, &mut shown)?;
    Ok(wire::json(200, &shown))
}

/// `POST project`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let mut refused = Refused::new();
    let key = text(&body, "key").unwrap_or_default();
    let name = text(&body, "name").unwrap_or_default();
    if let Some(problem) = key_problem(call, &key)? {
        refused.insert("projectKey".to_owned(), problem);
    }
    if let Some(problem) = name_problem(call, &name, None)? {
        refused.insert("projectName".to_owned(), problem);
    }
    let lead = text(&body, "leadAccountId").or_else(|| text(&body, "lead")).unwrap_or_default();
    if call.state.get(&USERS, &lead)?.is_none() {
        refused.insert("projectLead".to_owned(), "You must specify a valid project lead.".to_owned());
    }
    let template = text(&body, "projectTemplateKey").unwrap_or_default();
    let kind = text(&body, "projectTypeKey").unwrap_or_else(|| kind_of(&template).to_owned());
    if !["software", "business", "service_desk"].contains(&kind.as_str()) {
        refused.insert("projectType".to_owned(), "An invalid project type was specified. Make sure it matches one of the project types available in Jira.".to_owned());
    }
    if !refused.is_empty() {
        return Err(Error::fields(refused));
    }
    let simplified = template.contains("simplified") || template.contains("next-gen");
    let project = Project {
        id: call.state.next_id("project")?,
        key,
        name,
        description: text(&body, "description").unwrap_or_default(),
        type_key: kind,
        simplified,
        lead,
        assignee_type: text(&body, "assigneeType").unwrap_or_else(|| "UNASSIGNED".to_owned()),
        avatar: body.get("avatarId").and_then(Value::as_u64).unwrap_or(10_400),
        issue_types: call.state.all(&ISSUE_TYPES)?.into_iter().map(|kind| kind.id).collect(),
        screen: preset::SCREEN.iter().map(|id| (*id).to_owned()).collect(),
        workflow: call.state.all(&WORKFLOWS)?.into_iter().next().map(|flow| flow.id).unwrap_or_default(),
        workflows: std::collections::BTreeMap::new(),
        last_number: 0,
    };
    configured(call, &project.id, &body)?;
    call.state.put_project(&project)?;
    super::roles::appoint(call, &project.id)?;
    webhooks::project(call.state, &call.wire, "project_created", &project)?;
    Ok(wire::json(
        201,
        &json!({
            "self": call.wire.at(&format!("project/{}", project.id)),
            "id": project.id.parse::<u64>().unwrap_or_default(),
            "key": project.key,
        }),
    ))
}

/// Takes the category and the schemes that a body names.
fn configured(call: &mut Call<'_, '_>, project: &str, body: &Map<String, Value>) -> Result<(), Error> {
    if let Some(category) = text(body, "categoryId") {
        let category = if category == "-1" { None } else { Some(category) };
        if let Some(id) = &category
            && super::categories::shown_by_id(call, id)?.is_none()
        {
            return Err(Error::field("categoryId", "The project category does not exist."));
        }
        settings::set(call, project, json!({"category": category}))?;
    }
    for (member, setting) in [
        ("permissionScheme", "permissionScheme"),
        ("notificationScheme", "notificationScheme"),
        ("issueSecurityScheme", "issueSecurityScheme"),
    ] {
        if let Some(id) = text(body, member) {
            settings::set(call, project, json!({setting: id}))?;
        }
    }
    Ok(())
}

/// The type of project that a template makes.
fn kind_of(template: &str) -> &'static str {
    if template.contains("servicedesk") {
        "service_desk"
    } else if template.contains("greenhopper") || template.contains("software") {
        "software"
    } else {
        "business"
    }
}

/// What is wrong with the key of a new project.
pub(super) fn key_problem(call: &mut Call<'_, '_>, key: &str) -> Result<Option<String>, Error> {
    if key.is_empty() {
        return Ok(Some("You must specify a valid project key.".to_owned()));
    }
    let starts_well = key.starts_with(|c: char| c.is_ascii_uppercase());
    let is_plain = key.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if !starts_well || !is_plain || key.len() < 2 {
        let message = "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.";
        return Ok(Some(message.to_owned()));
    }
    if key.len() > LONGEST_KEY {
        return Ok(Some(format!("The project key must not exceed {LONGEST_KEY} characters in length.")));
    }
    let held = call.state.project(key)?.filter(|project| project.key == key);
    Ok(held.map(|project| format!("Project '{}' uses this project key.", project.name)))
}

/// What is wrong with a name; `own` is the id of the project that has it already.
pub(super) fn name_problem(
    call: &mut Call<'_, '_>,
    name: &str,
    own: Option<&str>,
) -> Result<Option<String>, Error> {
    if name.is_empty() {
        return Ok(Some("You must specify a valid project name.".to_owned()));
    }
    if name.chars().count() > LONGEST_NAME {
        return Ok(Some(format!("The project name must not exceed {LONGEST_NAME} characters in length.")));
    }
    let projects = call.state.all(&PROJECTS)?;
    let is_taken = projects.iter().any(|held| held.name.eq_ignore_ascii_case(name) && own != Some(&held.id));
    Ok(is_taken.then(|| "A project with that name already exists.".to_owned()))
}

/// `PUT project/{}`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let name = call.param(0).to_owned();
    let mut project = call.project(&name)?;
    let mut refused = Refused::new();
    if let Some(name) = text(&body, "name") {
        if let Some(problem) = name_problem(call, &name, Some(&project.id))? {
            refused.insert("projectName".to_owned(), problem);
        }
        project.name = name;
    }
    if let Some(lead) = text(&body, "leadAccountId") {
        if call.state.get(&USERS, &lead)?.is_none() {
            refused.insert("projectLead".to_owned(), "You must specify a valid project lead.".to_owned());
        }
        project.lead = lead;
    }
    if let Some(key) = text(&body, "key").filter(|key| *key != project.key) {
        match key_problem(call, &key)? {
            Some(problem) => drop(refused.insert("projectKey".to_owned(), problem)),
            None => rename(call, &mut project, &key)?,
        }
    }
    if !refused.is_empty() {
        return Err(Error::fields(refused));
    }
    if let Some(description) = body.get("description").and_then(Value::as_str) {
        description.clone_into(&mut project.description);
    }
    if let Some(assignee) = text(&body, "assigneeType") {
        project.assignee_type = assignee;
    }
    configured(call, &project.id, &body)?;
    call.state.put_project(&project)?;
    webhooks::project(call.state, &call.wire, "project_updated", &project)?;
    Ok(wire::json(200, &whole(call, &project)?))
}

/// Gives a project another key. Its issues are renamed; the keys that they had lead to them all the same.
fn rename(call: &mut Call<'_, '_>, project: &mut Project, key: &str) -> Result<(), Error> {
    key.clone_into(&mut project.key);
    let mut issues = State::issues();
    let mut renamed = Vec::new();
    while let Some(mut issue) = call.state.step(&mut issues)? {
        if issue.project == project.id
            && let Some((_, number)) = issue.key.rsplit_once('-')
        {
            issue.key = format!("{key}-{number}");
            renamed.push(issue);
        }
    }
    for issue in &renamed {
        call.state.put_issue(issue)?;
    }
    Ok(())
}

/// `DELETE project/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let mut gone = Vec::new();
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if issue.project == project.id {
            gone.push(issue);
        }
    }
    for issue in &gone {
        call.state.delete_issue(issue)?;
    }
    for version in call.state.all(&VERSIONS)?.into_iter().filter(|version| version.project == project.id) {
        call.state.delete(&VERSIONS, &version.id);
    }
    for component in call.state.all(&COMPONENTS)?.into_iter().filter(|held| held.project == project.id) {
        call.state.delete(&COMPONENTS, &component.id);
    }
    call.state.delete_project(&project);
    webhooks::project(call.state, &call.wire, "project_deleted", &project)?;
    Ok(wire::empty())
}
