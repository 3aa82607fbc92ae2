//! Screen schemes: which screen is for which operation.

use serde_json::{Map, Value, json};
use twin_sdk::{Response, TableError};

use crate::args::scalar;
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::preset;
use crate::state::{PROJECTS, State};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, may_write, wanted};
use super::route::{Family, Route, full};
use super::screens;
use super::settings;
use super::type_screen_schemes::{TYPE_SCHEMES, TypeSchemes, default_of, mappings_of};

/// The schemes of projects that came with no screen of their own.
pub(super) const DEFAULT: &str = "1";
pub(super) static SCREEN_SCHEMES: Kind = Kind::given("screen_schemes", |state| {
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
const SCREEN_SCHEME: &str = "screenscheme/{screenSchemeId}";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["screenscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createScreenScheme", "POST", "screenscheme", resource::create::<ScreenSchemes>),
    full("deleteScreenScheme", "DELETE", SCREEN_SCHEME, resource::delete::<ScreenSchemes>),
    full("getScreenSchemes", "GET", "screenscheme", list),
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

pub(super) fn owners(state: &mut State<'_>) -> Result<Vec<Project>, TableError> {
    let mut found = Vec::new();
    for project in state.all(&PROJECTS)? {
        if has_own(state, &project)? {
            found.push(project);
        }
    }
    Ok(found)
}

/// Screen schemes: which screen is for which operation.
pub(super) struct ScreenSchemes;

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
