//! Which types of issue projects have.

use serde_json::{Map, Value, json};
use twin_sdk::{Response, TableError};

use crate::args::{text, texts};
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::state::{ISSUE_TYPES, PROJECTS, State};
use crate::wire;

use super::call::Call;
use super::edit;
use super::ranked::place;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, shown, wanted};
use super::route::{Family, Route, full};
use super::settings::{self, SETTINGS, Scheme, scheme_of};

/// The scheme that a new project has.
const DEFAULT: &str = "10000";
static SCHEMES: Kind = Kind::given("issue_type_schemes", given);

const ONE: &str = "issuetypescheme/{issueTypeSchemeId}";
type Schemes = IssueTypeSchemes;

/// The operations on schemes of types of issue.
pub(super) const FAMILY: Family = Family { heads: &["issuetypescheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addIssueTypesToIssueTypeScheme", "PUT", "issuetypescheme/{issueTypeSchemeId}/issuetype", add),
    full("assignIssueTypeSchemeToProject", "PUT", "issuetypescheme/project", assign),
    full("createIssueTypeScheme", "POST", "issuetypescheme", resource::create::<Schemes>),
    full("deleteIssueTypeScheme", "DELETE", ONE, delete),
    full("getAllIssueTypeSchemes", "GET", "issuetypescheme", list),
    full("getIssueTypeSchemeForProjects", "GET", "issuetypescheme/project", settings::by_project::<Schemes>),
    full("getIssueTypeSchemesMapping", "GET", "issuetypescheme/mapping", mapping),
    full(
        "removeIssueTypeFromIssueTypeScheme",
        "DELETE",
        "issuetypescheme/{issueTypeSchemeId}/issuetype/{issueTypeId}",
        remove,
    ),
    full(
        "reorderIssueTypesInIssueTypeScheme",
        "PUT",
        "issuetypescheme/{issueTypeSchemeId}/issuetype/move",
        reorder,
    ),
    full("updateIssueTypeScheme", "PUT", ONE, update),
];

/// Schemes of types of issue.
struct IssueTypeSchemes;

impl Resource for IssueTypeSchemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "issue type scheme",
        fields: &[
            ("name", Form::Name(255)),
            ("description", Form::Text(4_000)),
            ("defaultIssueTypeId", Form::Text(255)),
            ("issueTypeIds", Form::List),
        ],
        numeric: false,
        path: None,
        hidden: true,
        taken: 409,
        listed: Listed::Page,
        created: Done::Id(201, "issueTypeSchemeId"),
        updated: Done::Nothing,
    };

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        let ids = match document.remove("issueTypeIds") {
            Some(given) => texts(Some(&given)),
            None => texts(document.get("_types")),
        };
        check_types(call, &ids)?;
        let usual = document.get("defaultIssueTypeId").and_then(Value::as_str);
        if usual.is_some_and(|usual| !ids.iter().any(|id| id == usual)) {
            return Err(Error::message(
                400,
                "The default issue type must be one of the issue types in the scheme.",
            ));
        }
        document.insert("_types".to_owned(), json!(ids));
        Ok(())
    }
}

fn check_types(call: &mut Call<'_, '_>, ids: &[String]) -> Result<(), Error> {
    if ids.is_empty() {
        return Err(Error::message(400, "The issue type scheme must have at least one issue type."));
    }
    let mut is_usual = false;
    for id in ids {
        let Some(kind) = call.state.get(&ISSUE_TYPES, id)? else {
            return Err(Error::message(404, format!("The issue type with ID {id} was not found.")));
        };
        is_usual |= !kind.subtask;
    }
    if is_usual {
        Ok(())
    } else {
        Err(Error::message(400, "The scheme must have at least one standard issue type."))
    }
}

impl Scheme for IssueTypeSchemes {
    const SETTING: &'static str = "issueTypeScheme";

    fn usual(call: &mut Call<'_, '_>, project: &Project) -> Result<String, Error> {
        let usual = SCHEMES.get(call.state, DEFAULT)?.map(|scheme| types_of(&scheme)).unwrap_or_default();
        Ok(if same(&usual, &project.issue_types) { DEFAULT.to_owned() } else { own_id(project) })
    }

    fn follow(call: &mut Call<'_, '_>, project: &Project, scheme: &Value) -> Result<(), Error> {
        let mut project = project.clone();
        project.issue_types = types_of(scheme);
        Ok(call.state.put_project(&project)?)
    }
}

fn types_of(scheme: &Value) -> Vec<String> {
    texts(scheme.get("_types"))
}

fn same(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|id| other.contains(id))
}

/// The id of the scheme of a project that came with types of its own.
fn own_id(project: &Project) -> String {
    format!("1{:0>6}", project.id)
}

/// The default scheme has all types; each project that has others has a scheme of its own.
fn given(state: &mut State<'_>) -> Result<Vec<Value>, TableError> {
    let all: Vec<String> = state.all(&ISSUE_TYPES)?.into_iter().map(|kind| kind.id).collect();
    let mut schemes = vec![json!({
        "id": DEFAULT, "name": "Default Issue Type Scheme", "isDefault": true, "_types": all,
        "description": "Default issue type scheme is the list of global issue types. All newly created issue types will automatically be added to this scheme.",
    })];
    for project in state.all(&PROJECTS)? {
        let assigned = SETTINGS.get(state, &project.id)?;
        let is_assigned = assigned.is_some_and(|held| held.get(IssueTypeSchemes::SETTING).is_some());
        if !is_assigned && !same(&all, &project.issue_types) {
            let name = format!("{}: Scrum Issue Type Scheme", project.key);
            schemes.push(json!({"id": own_id(&project), "name": name, "_types": project.issue_types}));
        }
    }
    Ok(schemes)
}

/// Adds a new type to the default scheme and to its projects.
pub(super) fn joined(call: &mut Call<'_, '_>, kind: &str) -> Result<(), Error> {
    let Some(mut scheme) = SCHEMES.get(call.state, DEFAULT)? else { return Ok(()) };
    let mut types = types_of(&scheme);
    types.push(kind.to_owned());
    extend(&mut scheme, json!({"_types": types}));
    settings::keep::<IssueTypeSchemes>(call, &scheme)
}

/// Takes a type out of every scheme.
pub(super) fn left(call: &mut Call<'_, '_>, kind: &str) -> Result<(), Error> {
    for mut scheme in SCHEMES.all(call.state)? {
        let mut types = types_of(&scheme);
        if types.iter().any(|id| id == kind) {
            types.retain(|id| id != kind);
            extend(&mut scheme, json!({"_types": types}));
            settings::keep::<IssueTypeSchemes>(call, &scheme)?;
        }
    }
    Ok(())
}

/// `GET issuetypescheme`, with projects and types where the query asks for them.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let expand = call.query.list("expand");
    let has = |name: &str| expand.iter().any(|part| part == name);
    let (with_projects, with_types) = (has("projects"), has("issueTypes"));
    let here = call.here.clone();
    let schemes = SCHEMES.all(call.state)?;
    let mut all = Vec::new();
    for scheme in wanted(call, schemes)? {
        let mut one = shown::<IssueTypeSchemes>(call, &scheme);
        if with_projects {
            let projects = settings::projects_of::<IssueTypeSchemes>(call, &id_of(&scheme))?;
            let projects: Vec<Value> =
                projects.iter().map(|project| wire::project_ref(&call.wire, project)).collect();
            extend(&mut one, json!({"projects": wire::page(&here, &projects, 0, 50)}));
        }
        if with_types {
            let mut kinds = Vec::new();
            for id in types_of(&scheme) {
                kinds.extend(
                    call.state.get(&ISSUE_TYPES, &id)?.map(|kind| wire::issue_type(&call.wire, &kind)),
                );
            }
            extend(&mut one, json!({"issueTypes": wire::page(&here, &kinds, 0, 50)}));
        }
        all.push(one);
    }
    call.page(&all)
}

/// `GET issuetypescheme/mapping`.
fn mapping(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let ids = call.query.list("issueTypeSchemeId");
    let mut all = Vec::new();
    for scheme in SCHEMES.all(call.state)? {
        let id = id_of(&scheme);
        if ids.is_empty() || ids.contains(&id) {
            let types = types_of(&scheme).into_iter();
            all.extend(types.map(|kind| json!({"issueTypeSchemeId": id, "issueTypeId": kind})));
        }
    }
    call.page(&all)
}

/// `PUT issuetypescheme/{}`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = find::<IssueTypeSchemes>(call, 0)?;
    if id_of(&scheme) == DEFAULT && call.object()?.contains_key("name") {
        return Err(Error::message(400, "The default issue type scheme cannot be renamed."));
    }
    resource::update::<IssueTypeSchemes>(call)
}

/// `DELETE issuetypescheme/{}`: its projects have the default scheme from now on.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let id = id_of(&find::<IssueTypeSchemes>(call, 0)?);
    if id == DEFAULT {
        return Err(Error::message(400, "The default issue type scheme cannot be deleted."));
    }
    let Some(usual) = SCHEMES.get(call.state, DEFAULT)? else { return Ok(wire::empty()) };
    for project in settings::projects_of::<IssueTypeSchemes>(call, &id)? {
        fits(call, &project, &types_of(&usual))?;
        settings::put::<IssueTypeSchemes>(call, &project, &usual)?;
    }
    SCHEMES.remove(call.state, &id)?;
    Ok(wire::empty())
}

/// Refuses a scheme that lacks a type which issues of the project have.
fn fits(call: &mut Call<'_, '_>, project: &Project, types: &[String]) -> Result<(), Error> {
    if edit::any(call, |issue| issue.project == project.id && !types.contains(&issue.issue_type))? {
        let message = "The issue type scheme cannot be assigned: issues of the project use issue types that are not in it.";
        return Err(Error::message(400, message));
    }
    Ok(())
}

/// `PUT issuetypescheme/project`.
fn assign(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let body = call.object()?;
    let project = settings::project_in(call, &body)?;
    let scheme = resource::of_id::<Schemes>(call, &text(&body, "issueTypeSchemeId").unwrap_or_default())?;
    if scheme_of::<Schemes>(call, &project)? != id_of(&scheme) {
        fits(call, &project, &types_of(&scheme))?;
        settings::put::<IssueTypeSchemes>(call, &project, &scheme)?;
    }
    Ok(wire::empty())
}

/// `PUT issuetypescheme/{}/issuetype`.
fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let more = texts(call.object()?.get("issueTypeIds"));
    let mut scheme = find::<IssueTypeSchemes>(call, 0)?;
    check_types(call, &more)?;
    let mut types = types_of(&scheme);
    if let Some(id) = more.iter().find(|id| types.contains(id)) {
        return Err(Error::message(400, format!("The issue type with ID {id} is already in the scheme.")));
    }
    types.extend(more);
    extend(&mut scheme, json!({"_types": types}));
    settings::keep::<IssueTypeSchemes>(call, &scheme)?;
    Ok(wire::empty())
}

/// `DELETE issuetypescheme/{}/issuetype/{}`.
fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let mut scheme = find::<IssueTypeSchemes>(call, 0)?;
    let kind = call.param(1).to_owned();
    let mut types = types_of(&scheme);
    if !types.contains(&kind) {
        return Err(Error::message(404, "The issue type was not found in the issue type scheme."));
    }
    if id_of(&scheme) == DEFAULT || text_of(&scheme, "defaultIssueTypeId") == kind {
        return Err(Error::message(400, "The issue type cannot be removed from this issue type scheme."));
    }
    types.retain(|id| *id != kind);
    check_types(call, &types)?;
    for project in settings::projects_of::<IssueTypeSchemes>(call, &id_of(&scheme))? {
        fits(call, &project, &types)?;
    }
    extend(&mut scheme, json!({"_types": types}));
    settings::keep::<IssueTypeSchemes>(call, &scheme)?;
    Ok(wire::empty())
}

/// `PUT issuetypescheme/{}/issuetype/move`.
fn reorder(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<IssueTypeSchemes>(call)?;
    let body = call.object()?;
    let mut scheme = find::<IssueTypeSchemes>(call, 0)?;
    let mut types = types_of(&scheme);
    let ids = texts(body.get("issueTypeIds"));
    place(&mut types, &ids, text(&body, "after").as_deref(), text(&body, "position").as_deref())?;
    extend(&mut scheme, json!({"_types": types}));
    settings::keep::<IssueTypeSchemes>(call, &scheme)?;
    Ok(wire::empty())
}
