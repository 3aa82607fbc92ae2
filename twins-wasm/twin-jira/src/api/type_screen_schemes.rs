//! Which screen scheme each type of issue has in a project. A project's issues are edited with the screen of the default
//! mapping, whatever their type.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text, texts};
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::state::ISSUE_TYPES;
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id};
use super::route::{Family, Route, full};
use super::screen_schemes::{DEFAULT, SCREEN_SCHEMES, ScreenSchemes, has_own, own_id, owners};
use super::screens;
use super::settings::{self, Scheme};

pub(super) static TYPE_SCHEMES: Kind = Kind::given("issue_type_screen_schemes", |state| {
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

const TYPE_SCHEME: &str = "issuetypescreenscheme/{issueTypeScreenSchemeId}";
const MAPPING: &str = "issuetypescreenscheme/{issueTypeScreenSchemeId}/mapping";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["issuetypescreenscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("appendMappingsForIssueTypeScreenScheme", "PUT", MAPPING, map),
    full(
        "assignIssueTypeScreenSchemeToProject",
        "PUT",
        "issuetypescreenscheme/project",
        settings::assign::<TypeSchemes>,
    ),
    full("createIssueTypeScreenScheme", "POST", "issuetypescreenscheme", resource::create::<TypeSchemes>),
    full("deleteIssueTypeScreenScheme", "DELETE", TYPE_SCHEME, resource::delete::<TypeSchemes>),
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
];

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

pub(super) fn mappings_of(scheme: &Value) -> Vec<Value> {
    scheme.get("_mappings").and_then(Value::as_array).cloned().unwrap_or_default()
}

pub(super) fn default_of(scheme: &Value) -> Option<String> {
    let mappings = mappings_of(scheme);
    let found = mappings.iter().find(|mapping| text_of(mapping, "issueTypeId") == "default");
    found.map(|mapping| text_of(mapping, "screenSchemeId"))
}

pub(super) fn screen_in(call: &mut Call<'_, '_>, scheme: &Value) -> Result<Option<String>, Error> {
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
