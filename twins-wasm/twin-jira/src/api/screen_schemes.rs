//! Screen schemes, and which of them each type of issue has in a project. A project's issues are edited with the screen of
//! its default mapping, whatever their type.

use serde_json::{Map, Value, json};
use twin_sdk::{Response, TableError};

use crate::args::{scalar, text, texts};
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::preset;
use crate::state::{ISSUE_TYPES, PROJECTS, State};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id, wanted};
use super::route::{Family, Route, full};
use super::screens;
use super::settings::{self, Scheme};

/// The schemes of projects that came with no screen of their own.
const DEFAULT: &str = "1";
static SCREEN_SCHEMES: Kind = Kind::given("screen_schemes", |state| {
    let mut all = vec![json!({
        "id": DEFAULT, "name": "Default Screen Scheme", "description": "Default Screen Scheme",
        "screens": {"default": 1},
    })];
    for project in owners(state)? {
        let id = own_id(&project);
        let name = format!("{}: Scrum Screen Scheme", project.key);
        all.push(json!({"id": id, "name": name, "description": "", "screens": {"default": number(&id)}}));
    }
    Ok(all)
});
static TYPE_SCHEMES: Kind = Kind::given("issue_type_screen_schemes", |state| {
    let mapped = |scheme: &str| json!([{"issueTypeId": "default", "screenSchemeId": scheme}]);
    let mut all = vec![json!({
        "id": DEFAULT, "name": "Default Issue Type Screen Scheme",
        "description": "The default issue type screen scheme", "_mappings": mapped(DEFAULT),
    })];
    for project in owners(state)? {
        let id = own_id(&project);
        let name = format!("{}: Scrum Issue Type Screen Scheme", project.key);
        all.push(json!({"id": id, "name": name, "description": "", "_mappings": mapped(&id)}));
    }
    Ok(all)
});

const SCREEN_SCHEME: &str = "screenscheme/{screenSchemeId}";
const TYPE_SCHEME: &str = "issuetypescreenscheme/{issueTypeScreenSchemeId}";
const MAPPING: &str = "issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping";
/// The operations.
pub(super) const FAMILY: Family =
    Family { heads: &["issuetypescreenscheme", "screenscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("appendMappingsForIssueTypeScreenScheme", "PUT", MAPPING, map),
    full(
        "assignIssueTypeScreenSchemeToProject",
        "PUT",
        "issuetypescreenscheme/project",
        settings::assign::<TypeSchemes>,
    ),
    full("createIssueTypeScreenScheme", "POST", "issuetypescreenscheme", resource::create::<TypeSchemes>),
    full("createScreenScheme", "POST", "screenscheme", resource::create::<ScreenSchemes>),
    full("deleteIssueTypeScreenScheme", "DELETE", TYPE_SCHEME, resource::delete::<TypeSchemes>),
    full("deleteScreenScheme", "DELETE", SCREEN_SCHEME, resource::delete::<ScreenSchemes>),
    full("getIssueTypeScreenSchemeMappings", "GET", "issuetypescreenscheme/mapping", mappings),
    full(
        "getIssueTypeScreenSchemeProjectAssociations",
        "GET",
        "issuetypescreenscheme/project",
        settings::by_project::<TypeSchemes>,
    ),
    full("getIssueTypeScreenSchemes", "GET", "issuetypescreenscheme", resource::list::<TypeSchemes>),
    full(
        "getProjectsForIssueTypeScreenScheme",
        "GET",
        "issuetypescreenscheme/{issueTypeScreenSchemeId}/project",
        projects,
    ),
    full("getScreenSchemes", "GET", "screenscheme", list),
    full(
        "removeMappingsFromIssueTypeScreenScheme",
        "POST",
        "issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/remove",
        unmap,
    ),
    full(
        "updateDefaultScreenScheme",
        "PUT",
        "issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping/default",
        map_default,
    ),
    full("updateIssueTypeScreenScheme", "PUT", TYPE_SCHEME, resource::update::<TypeSchemes>),
    full("updateScreenScheme", "PUT", SCREEN_SCHEME, resource::update::<ScreenSchemes>),
];

/// The id of what belongs to one project alone.
pub(super) fn own_id(project: &Project) -> String {
    format!("1{:0>6}", project.id)
}

/// Whether a project came with a screen of its own.
pub(super) fn has_own(state: &mut State<'_>, project: &Project) -> Result<bool, TableError> {
    let is_usual = project.screen.len() == preset::SCREEN.len()
        && project.screen.iter().all(|id| preset::SCREEN.contains(&id.as_str()));
    Ok(!is_usual && !screens::is_assigned(state, project)?)
}

fn owners(state: &mut State<'_>) -> Result<Vec<Project>, TableError> {
    let mut found = Vec::new();
    for project in state.all(&PROJECTS)? {
        if has_own(state, &project)? {
            found.push(project);
        }
    }
    Ok(found)
}

/// Screen schemes: which screen is for which operation.
struct ScreenSchemes;

impl Resource for ScreenSchemes {
    const SPEC: Spec = Spec {
        kind: &SCREEN_SCHEMES,
        noun: "screen scheme",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(255)), ("screens", Form::Object)],
        numeric: true,
        path: None,
        hidden: true,
        taken: 400,
        listed: Listed::Page,
        created: Done::Id(201, "id"),
        updated: Done::Nothing,
    };

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        let given = document.get("screens").and_then(Value::as_object).cloned().unwrap_or_default();
        if !given.contains_key("default") {
            return Err(Error::message(400, "The default screen is required."));
        }
        for (name, id) in &given {
            if !["default", "create", "edit", "view"].contains(&name.as_str()) {
                return Err(Error::message(400, format!("The screen '{name}' is not valid.")));
            }
            if screens::by_id(call, &scalar(id).unwrap_or_default())?.is_none() {
                return Err(Error::message(
                    404,
                    "The screen used as one of the screen types in the screen scheme was not found.",
                ));
            }
        }
        Ok(())
    }

    fn kept(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        let id = id_of(document);
        for scheme in TYPE_SCHEMES.all(call.state)? {
            if default_of(&scheme) == Some(id.clone()) && is_assigned(call, &scheme)? {
                settings::keep::<TypeSchemes>(call, &scheme)?;
            }
        }
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        let id = id_of(document);
        let schemes = TYPE_SCHEMES.all(call.state)?;
        let is_used =
            schemes.iter().flat_map(mappings_of).any(|mapping| text_of(&mapping, "screenSchemeId") == id);
        if is_used {
            let message =
                "The screen scheme cannot be deleted because it is used by an issue type screen scheme.";
            return Err(Error::message(400, message));
        }
        Ok(())
    }
}

fn is_assigned(call: &mut Call<'_, '_>, scheme: &Value) -> Result<bool, Error> {
    Ok(!settings::projects_of::<TypeSchemes>(call, &id_of(scheme))?.is_empty())
}

/// Whether a screen is in a scheme.
pub(super) fn uses(call: &mut Call<'_, '_>, screen: &str) -> Result<bool, Error> {
    let schemes = SCREEN_SCHEMES.all(call.state)?;
    let of = |scheme: &Value| scheme.get("screens").and_then(Value::as_object).cloned().unwrap_or_default();
    Ok(schemes.iter().map(of).any(|held| held.values().any(|id| scalar(id).as_deref() == Some(screen))))
}

/// `GET screenscheme`, with the schemes that use them where the query asks for those.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<ScreenSchemes>(call)?;
    let with = call.query.list("expand").iter().any(|part| part == "issueTypeScreenSchemes");
    let here = call.here.clone();
    let types = TYPE_SCHEMES.all(call.state)?;
    let schemes = SCREEN_SCHEMES.all(call.state)?;
    let mut all = Vec::new();
    for scheme in wanted(call, schemes)? {
        let mut shown = resource::shown::<ScreenSchemes>(call, &scheme);
        if with {
            let id = id_of(&scheme);
            let uses = types.iter().filter(|held| {
                mappings_of(held).iter().any(|mapping| text_of(mapping, "screenSchemeId") == id)
            });
            let uses: Vec<Value> = uses.map(settings::named).collect();
            extend(&mut shown, json!({"issueTypeScreenSchemes": wire::page(&here, &uses, 0, 50)}));
        }
        all.push(shown);
    }
    call.page(&all)
}

/// Issue type screen schemes.
pub(super) struct TypeSchemes;

impl Resource for TypeSchemes {
    const SPEC: Spec = Spec {
        kind: &TYPE_SCHEMES,
        noun: "issue type screen scheme",
        fields: &[
            ("name", Form::Name(255)),
            ("description", Form::Text(255)),
            ("issueTypeMappings", Form::List),
        ],
        numeric: false,
        path: None,
        hidden: true,
        taken: 409,
        listed: Listed::Page,
        created: Done::Id(201, "id"),
        updated: Done::Nothing,
    };

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        if let Some(Value::Array(given)) = document.remove("issueTypeMappings") {
            let mapped = read_mappings(call, &given)?;
            document.insert("_mappings".to_owned(), json!(mapped));
        }
        if default_of(&Value::Object(document.clone())).is_none() {
            return Err(Error::message(400, "The issue type screen scheme must have a default mapping."));
        }
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        if id_of(document) == DEFAULT {
            return Err(Error::message(400, "The default issue type screen scheme cannot be deleted."));
        }
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for TypeSchemes {
    const SETTING: &'static str = "issueTypeScreenScheme";

    fn usual(call: &mut Call<'_, '_>, project: &Project) -> Result<String, Error> {
        Ok(if has_own(call.state, project)? { own_id(project) } else { DEFAULT.to_owned() })
    }

    fn follow(call: &mut Call<'_, '_>, project: &Project, scheme: &Value) -> Result<(), Error> {
        let Some(id) = screen_in(call, scheme)? else { return Ok(()) };
        let Some(screen) = screens::by_id(call, &id)? else { return Ok(()) };
        screens::set_screen(call, project.clone(), &screen)
    }
}

fn mappings_of(scheme: &Value) -> Vec<Value> {
    scheme.get("_mappings").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn default_of(scheme: &Value) -> Option<String> {
    let mappings = mappings_of(scheme);
    let found = mappings.iter().find(|mapping| text_of(mapping, "issueTypeId") == "default");
    found.map(|mapping| text_of(mapping, "screenSchemeId"))
}

fn screen_in(call: &mut Call<'_, '_>, scheme: &Value) -> Result<Option<String>, Error> {
    let Some(id) = default_of(scheme) else { return Ok(None) };
    let scheme = SCREEN_SCHEMES.get(call.state, &id)?;
    let held = scheme.and_then(|scheme| scheme.get("screens").cloned()).unwrap_or_default();
    Ok(["edit", "default"].iter().find_map(|name| held.get(*name)).and_then(scalar))
}

/// The id of the screen of a project.
pub(super) fn screen_of(call: &mut Call<'_, '_>, project: &Project) -> Result<Option<String>, Error> {
    let id = settings::scheme_of::<TypeSchemes>(call, project)?;
    let Some(scheme) = TYPE_SCHEMES.get(call.state, &id)? else { return Ok(None) };
    screen_in(call, &scheme)
}

/// Writes down which schemes a project has, so that they stay when its screen changes.
pub(super) fn settle(call: &mut Call<'_, '_>, project: &Project) -> Result<(), Error> {
    let id = settings::scheme_of::<TypeSchemes>(call, project)?;
    if id == own_id(project) && !screens::is_assigned(call.state, project)? {
        for kind in [&SCREEN_SCHEMES, &TYPE_SCHEMES] {
            if let Some(own) = kind.get(call.state, &id)? {
                kind.put(call.state, &own)?;
            }
        }
    }
    settings::set(call, &project.id, json!({TypeSchemes::SETTING: id}))
}

fn read_mappings(call: &mut Call<'_, '_>, given: &[Value]) -> Result<Vec<Value>, Error> {
    let mut mapped: Vec<Value> = Vec::new();
    for part in given {
        let (kind, scheme) = (text_of(part, "issueTypeId"), text_of(part, "screenSchemeId"));
        if kind != "default" && call.state.get(&ISSUE_TYPES, &kind)?.is_none() {
            return Err(Error::message(404, "The issue type was not found."));
        }
        of_id::<ScreenSchemes>(call, &scheme)?;
        if mapped.iter().any(|held| text_of(held, "issueTypeId") == kind) {
            return Err(Error::message(400, "An issue type can be mapped only once."));
        }
        mapped.push(json!({"issueTypeId": kind, "screenSchemeId": scheme}));
    }
    Ok(mapped)
}

/// `GET issuetypescreenscheme/mapping`.
fn mappings(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<TypeSchemes>(call)?;
    let ids = call.query.list("issueTypeScreenSchemeId");
    let mut all = Vec::new();
    for scheme in TYPE_SCHEMES.all(call.state)? {
        let id = id_of(&scheme);
        if ids.is_empty() || ids.contains(&id) {
            for mut mapping in mappings_of(&scheme) {
                extend(&mut mapping, json!({"issueTypeScreenSchemeId": id}));
                all.push(mapping);
            }
        }
    }
    call.page(&all)
}

fn remap(call: &mut Call<'_, '_>, mut scheme: Value, mapped: &[Value]) -> Result<Response, Error> {
    extend(&mut scheme, json!({"_mappings": mapped}));
    settings::keep::<TypeSchemes>(call, &scheme)?;
    Ok(wire::empty())
}

/// `PUT issuetypescreenscheme/{}/mapping`.
fn map(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<TypeSchemes>(call)?;
    let given =
        call.object()?.get("issueTypeMappings").and_then(Value::as_array).cloned().unwrap_or_default();
    let scheme = find::<TypeSchemes>(call, 0)?;
    let more = read_mappings(call, &given)?;
    let mut mapped = mappings_of(&scheme);
    let is_held = |new: &Value| mapped.iter().any(|held| held.get("issueTypeId") == new.get("issueTypeId"));
    if more.iter().any(is_held) {
        return Err(Error::message(409, "The issue type is already mapped in the issue type screen scheme."));
    }
    mapped.extend(more);
    remap(call, scheme, &mapped)
}

/// `PUT issuetypescreenscheme/{}/mapping/default`.
fn map_default(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<TypeSchemes>(call)?;
    let id = text(&call.object()?, "screenSchemeId").unwrap_or_default();
    let scheme = find::<TypeSchemes>(call, 0)?;
    of_id::<ScreenSchemes>(call, &id)?;
    let mut mapped = mappings_of(&scheme);
    mapped.retain(|held| text_of(held, "issueTypeId") != "default");
    mapped.push(json!({"issueTypeId": "default", "screenSchemeId": id}));
    remap(call, scheme, &mapped)
}

/// `POST issuetypescreenscheme/{}/mapping/remove`.
fn unmap(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<TypeSchemes>(call)?;
    let ids = texts(call.object()?.get("issueTypeIds"));
    let scheme = find::<TypeSchemes>(call, 0)?;
    let mut mapped = mappings_of(&scheme);
    if ids.is_empty() || ids.iter().any(|id| id == "default") {
        return Err(Error::message(400, "The default mapping cannot be removed."));
    }
    mapped.retain(|held| !ids.contains(&text_of(held, "issueTypeId")));
    remap(call, scheme, &mapped)
}

/// `GET issuetypescreenscheme/{}/project`.
fn projects(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<TypeSchemes>(call)?;
    let id = id_of(&find::<TypeSchemes>(call, 0)?);
    let found = settings::projects_of::<TypeSchemes>(call, &id)?;
    let all: Vec<Value> = found.iter().map(|project| wire::project_ref(&call.wire, project)).collect();
    call.page(&all)
}
