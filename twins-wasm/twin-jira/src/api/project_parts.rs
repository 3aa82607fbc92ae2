//! What belongs to a project beside its fields: category, features, mail, types, pictures, and its end.

use serde_json::{Value, json};
use twin_sdk::{Reply, Response};

use crate::args::text;
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{number, text_of};
use crate::state::ISSUE_TYPES;
use crate::wire;

use super::call::Call;
use super::project::{key_problem, name_problem, sorted};
use super::project_shown::whole;
use super::resource::extend;
use super::route::{Family, Route, full, outline};
use super::{
    avatars, notification_schemes, permission_schemes, project, project_shown, role, security_schemes,
    settings, task,
};

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["project", "projectvalidate"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("archiveProject", "POST", "project/{projectIdOrKey}/archive", archive),
    full(
        "assignPermissionScheme",
        "PUT",
        "project/{projectKeyOrId}/permissionscheme",
        permission_schemes::assign,
    ),
    full("createProjectAvatar", "POST", "project/{projectIdOrKey}/avatar2", avatars::of_project),
    full("deleteProjectAsynchronously", "POST", "project/{projectIdOrKey}/delete", delete),
    full("deleteProjectAvatar", "DELETE", "project/{projectIdOrKey}/avatar/{id}", avatars::project_delete),
    full("getAccessibleProjectTypeByKey", "GET", "project/type/{projectTypeKey}/accessible", kind),
    full("getAllAccessibleProjectTypes", "GET", "project/type/accessible", kinds),
    full("getAllProjectAvatars", "GET", "project/{projectIdOrKey}/avatars", avatars::project_list),
    full("getAllProjectTypes", "GET", "project/type", kinds),
    full(
        "getAssignedPermissionScheme",
        "GET",
        "project/{projectKeyOrId}/permissionscheme",
        permission_schemes::of_project,
    ),
    full("getFeaturesForProject", "GET", "project/{projectIdOrKey}/features", features),
    full("getHierarchy", "GET", "project/{projectId}/hierarchy", hierarchy),
    full(
        "getNotificationSchemeForProject",
        "GET",
        "project/{projectKeyOrId}/notificationscheme",
        notification_schemes::of_project,
    ),
    full("getProjectEmail", "GET", "project/{projectId}/email", email),
    full(
        "getProjectIssueSecurityScheme",
        "GET",
        "project/{projectKeyOrId}/issuesecuritylevelscheme",
        security_schemes::of_project,
    ),
    full("getProjectRoleDetails", "GET", "project/{projectIdOrKey}/roledetails", role::details),
    full("getProjectTypeByKey", "GET", "project/type/{projectTypeKey}", kind),
    full("getRecent", "GET", "project/recent", recent),
    full(
        "getSecurityLevelsForProject",
        "GET",
        "project/{projectKeyOrId}/securitylevel",
        security_schemes::levels_of_project,
    ),
    full("getValidProjectKey", "GET", "projectvalidate/validProjectKey", valid_key),
    full("getValidProjectName", "GET", "projectvalidate/validProjectName", valid_name),
    full("restore", "POST", "project/{projectIdOrKey}/restore", restore),
    full("setActors", "PUT", "project/{projectIdOrKey}/role/{id}", role::set),
    full("toggleFeatureForProject", "PUT", "project/{projectIdOrKey}/features/{featureKey}", toggle),
    full("updateProjectAvatar", "PUT", "project/{projectIdOrKey}/avatar", avatars::project_select),
    outline("updateProjectEmail", "PUT", "project/{projectId}/email", set_email),
    full("updateProjectType", "PUT", "project/{projectIdOrKey}/type/{newProjectTypeKey}", set_kind),
    full("validateProjectKey", "GET", "projectvalidate/key", validate),
];

/// The types of project: key, name for people, colour.
const KINDS: &[(&str, &str, &str)] = &[
    ("business", "Business", "#1D88E5"),
    ("product_discovery", "Product Discovery", "#FFAB00"),
    ("service_desk", "Service Management", "#1D88E5"),
    ("software", "Software", "#AA7CFF"),
];
/// The features of a team-managed project, and whether a new one has them.
const FEATURES: &[(&str, &str, bool)] = &[
    ("jsw.agility.backlog", "Backlog", false),
    ("jsw.agility.board", "Board", true),
    ("jsw.agility.code", "Code", true),
    ("jsw.agility.deployments", "Deployments", false),
    ("jsw.agility.estimation", "Estimation", false),
    ("jsw.agility.issues-list", "Issues", false),
    ("jsw.agility.oncall", "On-call", false),
    ("jsw.agility.pages", "Pages", true),
    ("jsw.agility.releases", "Releases", false),
    ("jsw.agility.reports", "Reports", false),
    ("jsw.agility.roadmap", "Roadmap", true),
    ("jsw.agility.sprints", "Sprints", false),
];

fn the(call: &mut Call<'_, '_>) -> Result<Project, Error> {
    let name = call.param(0).to_owned();
    call.project(&name)
}

fn shown_kind((key, formatted, color): &(&str, &str, &str)) -> Value {
    json!({
        "key": key, "formattedKey": formatted, "descriptionI18nKey": format!("jira.project.type.{key}.description"),
        "icon": "", "color": color,
    })
}

/// `GET project/type`, and of those that the site may use.
fn kinds(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    Ok(wire::json(200, &json!(KINDS.iter().map(shown_kind).collect::<Vec<Value>>())))
}

/// `GET project/type/{}`.
fn kind(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let found = KINDS.iter().find(|(key, ..)| *key == call.param(0));
    let found = found.ok_or_else(|| Error::message(404, "The project type was not found."))?;
    Ok(wire::json(200, &shown_kind(found)))
}

/// `PUT project/{}/type/{}`.
fn set_kind(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("update project types")?;
    let mut project = the(call)?;
    let kind = call.param(1).to_owned();
    if !KINDS.iter().any(|(key, ..)| *key == kind) {
        return Err(Error::message(400, "The project type is not valid."));
    }
    project.type_key = kind;
    call.state.put_project(&project)?;
    Ok(wire::json(200, &whole(call, &project)?))
}

/// `GET project/recent`: nobody counts visits, so the newest come first.
fn recent(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut projects = sorted(call)?;
    projects.sort_by_key(|project| std::cmp::Reverse(project.id.parse::<u64>().unwrap_or_default()));
    projects.truncate(20);
    let all: Vec<Value> = projects.iter().map(|project| project_shown::brief(call, project)).collect();
    Ok(wire::json(200, &json!(all)))
}

/// `POST project/{}/archive`.
fn archive(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("archive projects")?;
    let project = the(call)?;
    if settings::get(call, &project.id, "archived")?.is_some() {
        return Err(Error::message(400, "The project is already archived."));
    }
    let archived = json!({"at": call.state.now(), "by": call.me()});
    settings::set(call, &project.id, json!({"archived": archived}))?;
    Ok(wire::empty())
}

/// `POST project/{}/restore`.
fn restore(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("restore projects")?;
    let project = the(call)?;
    if settings::get(call, &project.id, "archived")?.is_none() {
        return Err(Error::message(400, "The project is neither archived nor in the recycle bin."));
    }
    settings::set(call, &project.id, json!({"archived": null}))?;
    Ok(wire::json(200, &whole(call, &project)?))
}

/// `POST project/{}/delete`.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete projects")?;
    let key = the(call)?.key;
    project::delete(call)?;
    task::see(call, &format!("Delete project {key}"), json!(""))
}

fn shown_features(call: &mut Call<'_, '_>, project: &Project) -> Result<Vec<Value>, Error> {
    let kept = settings::get(call, &project.id, "features")?.unwrap_or_else(|| json!({}));
    let shown = FEATURES.iter().map(|(key, name, usual)| {
        let usual = if *usual { "ENABLED" } else { "DISABLED" };
        let state = kept.get(*key).cloned().unwrap_or_else(|| json!(usual));
        json!({
            "projectId": number(&project.id), "state": state, "toggleLocked": false, "feature": key,
            "prerequisites": [], "localisedName": name, "localisedDescription": name, "imageUri": "",
        })
    });
    Ok(shown.collect())
}

/// `GET project/{}/features`.
fn features(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let project = the(call)?;
    let features = if project.simplified { shown_features(call, &project)? } else { Vec::new() };
    Ok(wire::json(200, &json!({"features": features})))
}

/// `PUT project/{}/features/{}`.
fn toggle(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let project = the(call)?;
    let key = call.param(1).to_owned();
    if !project.simplified || !FEATURES.iter().any(|(known, ..)| *known == key) {
        return Err(Error::message(404, "The project feature was not found."));
    }
    let state = text(&body, "state").unwrap_or_default();
    if !["ENABLED", "DISABLED", "COMING_SOON"].contains(&state.as_str()) {
        return Err(Error::message(400, "The state of the feature is not valid."));
    }
    let mut kept = settings::get(call, &project.id, "features")?.unwrap_or_else(|| json!({}));
    extend(&mut kept, json!({key: state}));
    settings::set(call, &project.id, json!({"features": kept}))?;
    let features = shown_features(call, &project)?;
    Ok(wire::json(200, &json!({"features": features})))
}

/// `GET project/{}/email`.
fn email(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let project = the(call)?;
    let kept = settings::get(call, &project.id, "email")?;
    let site = call.state.site()?.name;
    let usual = json!(format!("jira@{site}.atlassian.net"));
    let address = kept.unwrap_or(usual);
    Ok(wire::json(200, &json!({"emailAddress": address, "emailAddressStatus": ["Email address OK"]})))
}

/// `PUT project/{}/email`: the address is kept, and no mail is ever sent from it.
fn set_email(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let project = the(call)?;
    let address = text(&body, "emailAddress");
    if address.as_ref().is_some_and(|address| !address.contains('@')) {
        return Err(Error::message(400, "The email address is not valid."));
    }
    settings::set(call, &project.id, json!({"email": address}))?;
    Ok(wire::empty())
}

/// `GET project/{}/hierarchy`: the levels of a team-managed project's types.
fn hierarchy(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let project = the(call)?;
    let mut kinds = Vec::new();
    for id in &project.issue_types {
        kinds.extend(call.state.get(&ISSUE_TYPES, id)?);
    }
    let levels = [(-1, "Subtask"), (0, "Base"), (1, "Epic")].map(|(level, name)| {
        let of_level = kinds.iter().filter(|kind| kind.level == level);
        let shown: Vec<Value> = of_level
            .map(|kind| json!({"id": number(&kind.id), "name": kind.name, "avatarId": kind.avatar}))
            .collect();
        json!({"level": level, "name": name, "issueTypes": shown})
    });
    Ok(wire::json(200, &json!({"projectId": number(&project.id), "hierarchy": levels})))
}

/// `GET projectvalidate/key`.
fn validate(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let key = call.query.text("key").unwrap_or_default().to_owned();
    let errors = match key_problem(call, &key)? {
        Some(problem) => json!({"projectKey": problem}),
        None => json!({}),
    };
    Ok(wire::json(200, &json!({"errorMessages": [], "errors": errors})))
}

/// `GET projectvalidate/validProjectKey`: the key, or one like it that is free.
fn valid_key(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let wanted = call.query.text("key").unwrap_or_default().to_uppercase();
    let stem: String = wanted.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let stem = stem.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
    for candidate in std::iter::once(stem.clone()).chain((2..100).map(|number| format!("{stem}{number}"))) {
        if !stem.is_empty() && key_problem(call, &candidate)?.is_none() {
            return Ok(wire::json(200, &json!(candidate)));
        }
    }
    Ok(Reply::of_json_text(200, "\"\"").build())
}

/// `GET projectvalidate/validProjectName`: the name, or one like it that is free.
fn valid_name(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let wanted = call.query.required("name")?.to_owned();
    for candidate in
        std::iter::once(wanted.clone()).chain((2..100).map(|number| format!("{wanted} {number}")))
    {
        if name_problem(call, &candidate, None)?.is_none() {
            return Ok(wire::json(200, &json!(candidate)));
        }
    }
    Err(Error::message(404, "A valid project name could not be generated."))
}

/// What a project's own page adds from its settings: its category, and whether it is archived.
pub(super) fn extras(call: &mut Call<'_, '_>, project: &Project) -> Result<Value, Error> {
    let mut extras = json!({});
    let Some(held) = settings::SETTINGS.get(call.state, &project.id)? else { return Ok(extras) };
    let category = text_of(&held, "category");
    if let Some(category) = super::categories::shown_by_id(call, &category)? {
        extend(&mut extras, json!({"projectCategory": category}));
    }
    if let Some(archived) = held.get("archived").filter(|archived| !archived.is_null()) {
        let at = archived.get("at").and_then(Value::as_u64).unwrap_or_default();
        let by = call.shown_user(&text_of(archived, "by"))?;
        let more = json!({"archived": true, "archivedDate": crate::moment::show(at), "archivedBy": by});
        extend(&mut extras, more);
    }
    Ok(extras)
}
