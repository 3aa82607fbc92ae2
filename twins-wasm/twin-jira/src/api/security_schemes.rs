//! Issue security schemes and their levels. They are kept and assigned; the twin hides no issue because of one.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id};
use super::route::{Family, Route, full};
use super::security_levels::{
    add_levels, add_members, level, levels_of, members, read_levels, remove_level, shown_level, update_level,
};
use super::settings::{self, Scheme};
use super::task;

pub(super) static SCHEMES: Kind = Kind::empty("issue_security_schemes");

const ONE: &str = "issuesecurityschemes/{id}";
const LEVELS: &str = "issuesecurityschemes/{schemeId}/level";
const LEVEL: &str = "issuesecurityschemes/{schemeId}/level/{levelId}";
/// The operations.
pub(super) const FAMILY: Family =
    Family { heads: &["issuesecurityschemes", "securitylevel"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addSecurityLevel", "PUT", LEVELS, add_levels),
    full(
        "addSecurityLevelMembers",
        "PUT",
        "issuesecurityschemes/{schemeId}/level/{levelId}/member",
        add_members,
    ),
    full("associateSchemesToProjects", "PUT", "issuesecurityschemes/project", associate),
    full("createIssueSecurityScheme", "POST", "issuesecurityschemes", resource::create::<Schemes>),
    full("deleteSecurityScheme", "DELETE", "issuesecurityschemes/{schemeId}", resource::delete::<Schemes>),
    full("getIssueSecurityLevel", "GET", "securitylevel/{id}", level),
    full(
        "getIssueSecurityLevelMembers",
        "GET",
        "issuesecurityschemes/{issueSecuritySchemeId}/members",
        members,
    ),
    full("getIssueSecurityScheme", "GET", ONE, get),
    full("getIssueSecuritySchemes", "GET", "issuesecurityschemes", resource::list::<Schemes>),
    full("removeLevel", "DELETE", LEVEL, remove_level),
    full("searchProjectsUsingSecuritySchemes", "GET", "issuesecurityschemes/project", mappings),
    full("searchSecuritySchemes", "GET", "issuesecurityschemes/search", search),
    full("setDefaultLevels", "PUT", "issuesecurityschemes/level/default", set_usual),
    full("updateIssueSecurityScheme", "PUT", ONE, resource::update::<Schemes>),
    full("updateSecurityLevel", "PUT", LEVEL, update_level),
];

/// Issue security schemes.
pub(super) struct Schemes;

impl Resource for Schemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "issue security scheme",
        fields: &[("name", Form::Name(60)), ("description", Form::Text(255)), ("levels", Form::List)],
        numeric: true,
        path: Some("issuesecurityschemes"),
        hidden: true,
        taken: 400,
        listed: Listed::Under("issueSecuritySchemes"),
        created: Done::Id(201, "id"),
        updated: Done::Nothing,
    };

    fn shown(call: &mut Call<'_, '_>, document: &Value) -> Result<Value, Error> {
        let mut shown = resource::shown::<Self>(call, document);
        if let Some(usual) = document.get("_default").and_then(scalar) {
            extend(&mut shown, json!({"defaultSecurityLevelId": number(&usual)}));
        }
        Ok(shown)
    }

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        let Some(Value::Array(given)) = document.remove("levels") else { return Ok(()) };
        let mut scheme = Value::Object(document.clone());
        read_levels(call, &mut scheme, &given)?;
        if let Value::Object(scheme) = scheme {
            *document = scheme;
        }
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for Schemes {
    const SETTING: &'static str = "issueSecurityScheme";

    fn usual(_: &mut Call<'_, '_>, _: &Project) -> Result<String, Error> {
        Ok(String::new())
    }
}

/// `GET issuesecurityschemes/{}`, with its levels.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let scheme = find::<Schemes>(call, 0)?;
    let shown = whole(call, &scheme)?;
    Ok(wire::json(200, &shown))
}

fn whole(call: &mut Call<'_, '_>, scheme: &Value) -> Result<Value, Error> {
    let mut shown = Schemes::shown(call, scheme)?;
    let levels: Vec<Value> = levels_of(scheme).iter().map(|level| shown_level(call, level)).collect();
    extend(&mut shown, json!({"levels": levels}));
    Ok(shown)
}

/// `GET issuesecurityschemes/search`.
fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let ids = call.query.list("id");
    let mut all = Vec::new();
    for scheme in SCHEMES.all(call.state)? {
        if ids.is_empty() || ids.contains(&id_of(&scheme)) {
            let projects = settings::projects_of::<Schemes>(call, &id_of(&scheme))?;
            let projects: Vec<Value> = projects.iter().map(|project| number(&project.id)).collect();
            let mut shown = Schemes::shown(call, &scheme)?;
            extend(&mut shown, json!({"projectIds": projects}));
            all.push(shown);
        }
    }
    call.page(&all)
}

/// `PUT issuesecurityschemes/level/default`.
fn set_usual(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    for part in body.get("defaultValues").and_then(Value::as_array).into_iter().flatten() {
        let mut scheme = of_id::<Schemes>(call, &text_of(part, "issueSecuritySchemeId"))?;
        let level = text_of(part, "defaultLevelId");
        if level != "-1" && !levels_of(&scheme).iter().any(|held| id_of(held) == level) {
            return Err(Error::message(404, "The issue security level was not found."));
        }
        extend(&mut scheme, json!({"_default": if level == "-1" { Value::Null } else { json!(level) }}));
        SCHEMES.put(call.state, &scheme)?;
    }
    Ok(wire::empty())
}

/// `GET issuesecurityschemes/project`.
fn mappings(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let ids = call.query.list("issueSecuritySchemeId");
    let mut all = Vec::new();
    for group in settings::grouped::<Schemes>(call)? {
        let scheme = group.get(Schemes::SETTING).map(id_of).unwrap_or_default();
        if ids.is_empty() || ids.contains(&scheme) {
            for project in group.get("projectIds").and_then(Value::as_array).into_iter().flatten() {
                all.push(json!({"issueSecuritySchemeId": scheme, "projectId": project}));
            }
        }
    }
    call.page(&all)
}

/// `PUT issuesecurityschemes/project`.
fn associate(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    let project = settings::project_in(call, &body)?;
    match text(&body, "schemeId") {
        Some(id) => {
            let scheme = of_id::<Schemes>(call, &id)?;
            settings::put::<Schemes>(call, &project, &scheme)?;
        }
        None => settings::set(call, &project.id, json!({Schemes::SETTING: null}))?,
    }
    task::see(call, "Associate issue security scheme", json!(""))
}

fn assigned(call: &mut Call<'_, '_>) -> Result<Option<Value>, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let id = settings::scheme_of::<Schemes>(call, &project)?;
    Ok(SCHEMES.get(call.state, &id)?)
}

/// `GET project/{}/issuesecuritylevelscheme`.
pub(super) fn of_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let missing = || Error::message(404, "The project has no issue security scheme.");
    let scheme = assigned(call)?.ok_or_else(missing)?;
    let shown = whole(call, &scheme)?;
    Ok(wire::json(200, &shown))
}

/// `GET project/{}/securitylevel`.
pub(super) fn levels_of_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let levels = assigned(call)?.map(|scheme| levels_of(&scheme)).unwrap_or_default();
    let levels: Vec<Value> = levels.iter().map(|level| shown_level(call, level)).collect();
    Ok(wire::json(200, &json!({"levels": levels})))
}
