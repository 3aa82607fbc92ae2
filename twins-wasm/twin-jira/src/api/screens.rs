//! Screens, their tabs, and the fields on them. The screen of a project is what its issues can be made and edited with.

use serde_json::{Map, Value, json};
use twin_sdk::{Response, TableError};

use crate::args::{text, texts};
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::preset;
use crate::state::{PROJECTS, State};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write};
use super::route::{Family, Route, full};
use super::screen_schemes::{self, has_own};
use super::{screen_fields, settings, type_screen_schemes};

/// The screen of projects that came with none of their own.
pub(super) const DEFAULT: &str = "1";
static SCREENS: Kind = Kind::given("screens", given);

const ONE: &str = "screens/{screenId}";
const TABS: &str = "screens/{screenId}/tabs";
const TAB: &str = "screens/{screenId}/tabs/{tabId}";
const FIELDS_OF: &str = "screens/{screenId}/tabs/{tabId}/fields";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["field", "screens"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addFieldToDefaultScreen", "POST", "screens/addToDefault/{fieldId}", screen_fields::add_to_default),
    full("addScreenTab", "POST", TABS, add_tab),
    full("addScreenTabField", "POST", FIELDS_OF, screen_fields::add_field),
    full("createScreen", "POST", "screens", resource::create::<Screens>),
    full("deleteScreen", "DELETE", ONE, resource::delete::<Screens>),
    full("deleteScreenTab", "DELETE", TAB, delete_tab),
    full("getAllScreenTabFields", "GET", FIELDS_OF, screen_fields::fields),
    full("getAllScreenTabs", "GET", TABS, tabs),
    full("getAvailableScreenFields", "GET", "screens/{screenId}/availableFields", screen_fields::available),
    full("getScreensForField", "GET", "field/{fieldId}/screens", of_field),
    full("getScreens", "GET", "screens", resource::list::<Screens>),
    full("moveScreenTab", "POST", "screens/{screenId}/tabs/{tabId}/move/{pos}", move_tab),
    full(
        "moveScreenTabField",
        "POST",
        "screens/{screenId}/tabs/{tabId}/fields/{id}/move",
        screen_fields::move_field,
    ),
    full(
        "removeScreenTabField",
        "DELETE",
        "screens/{screenId}/tabs/{tabId}/fields/{id}",
        screen_fields::remove_field,
    ),
    full("renameScreenTab", "PUT", TAB, rename_tab),
    full("updateScreen", "PUT", ONE, resource::update::<Screens>),
];

/// Screens.
pub(super) struct Screens;

impl Resource for Screens {
    const SPEC: Spec = Spec {
        kind: &SCREENS,
        noun: "screen",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(255))],
        numeric: true,
        path: None,
        hidden: true,
        taken: 400,
        listed: Listed::Page,
        created: Done::Whole(201),
        updated: Done::Whole(200),
    };

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        document.entry("description").or_insert_with(|| json!(""));
        if !document.contains_key("_tabs") {
            let tab = new_tab(call, "Field Tab")?;
            document.insert("_tabs".to_owned(), json!([tab]));
        }
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        if screen_schemes::uses(call, &id_of(document))? || id_of(document) == DEFAULT {
            return Err(Error::message(
                400,
                "The screen cannot be deleted because it is used by a screen scheme.",
            ));
        }
        Ok(())
    }
}

fn given(state: &mut State<'_>) -> Result<Vec<Value>, TableError> {
    let screen = |id: &str, name: &str, description: &str, fields: &[&str]| {
        let fields: Vec<&str> = fields.iter().copied().filter(|id| *id != "project").collect();
        json!({
            "id": id, "name": name, "description": description,
            "_tabs": [{"id": format!("{}", 10_000 + id.parse::<u64>().unwrap_or_default()), "name": "Field Tab", "fields": fields}],
        })
    };
    let mut screens = vec![
        screen(DEFAULT, "Default Screen", "Allows to update all system fields.", preset::SCREEN),
        screen(
            "2",
            "Workflow Screen",
            "This screen is used in the workflow and enables you to assign issues",
            &["assignee"],
        ),
        screen(
            "3",
            "Resolve Issue Screen",
            "Allows to set resolution, change fix versions and assign an issue.",
            &["resolution", "fixVersions", "assignee"],
        ),
    ];
    for project in state.all(&PROJECTS)? {
        if has_own(state, &project)? {
            let fields: Vec<&str> = project.screen.iter().map(String::as_str).collect();
            let name = format!("{}: Scrum Default Issue Screen", project.key);
            screens.push(screen(&screen_schemes::own_id(&project), &name, "", &fields));
        }
    }
    Ok(screens)
}

fn new_tab(call: &mut Call<'_, '_>, name: &str) -> Result<Value, Error> {
    let id = call.state.next_id_above("screen tab", 10_100)?.to_string();
    Ok(json!({"id": id, "name": name, "fields": []}))
}

/// The tabs of a screen.
pub(super) fn tabs_of(screen: &Value) -> Vec<Value> {
    screen.get("_tabs").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The fields on a screen, tab by tab.
pub(super) fn fields_of(screen: &Value) -> Vec<String> {
    tabs_of(screen).iter().flat_map(|tab| texts(tab.get("fields"))).collect()
}

/// A screen by id.
pub(super) fn by_id(call: &mut Call<'_, '_>, id: &str) -> Result<Option<Value>, Error> {
    Ok(SCREENS.get(call.state, id)?)
}

/// The screens that a field is on, each with its tab.
pub(super) fn with_field(call: &mut Call<'_, '_>, field: &str) -> Result<Vec<Value>, Error> {
    let mut found = Vec::new();
    for screen in SCREENS.all(call.state)? {
        let tabs = tabs_of(&screen);
        if let Some(tab) = tabs.iter().find(|tab| texts(tab.get("fields")).iter().any(|id| id == field)) {
            let mut shown = resource::shown::<Screens>(call, &screen);
            extend(&mut shown, json!({"tab": shown_tab(tab)}));
            found.push(shown);
        }
    }
    Ok(found)
}

/// Keeps a screen, and what the issues of its projects can be edited with.
pub(super) fn keep(call: &mut Call<'_, '_>, mut screen: Value, tabs: &[Value]) -> Result<(), Error> {
    let id = id_of(&screen);
    let mut projects: Vec<Project> = Vec::new();
    for project in call.state.all(&PROJECTS)? {
        if type_screen_schemes::screen_of(call, &project)?.as_ref() == Some(&id) {
            projects.push(project);
        }
    }
    extend(&mut screen, json!({"_tabs": tabs}));
    SCREENS.put(call.state, &screen)?;
    for project in projects {
        type_screen_schemes::settle(call, &project)?;
        set_screen(call, project, &screen)?;
    }
    Ok(())
}

/// Makes a screen that of a project; `project` itself is on every screen.
pub(super) fn set_screen(call: &mut Call<'_, '_>, mut project: Project, screen: &Value) -> Result<(), Error> {
    project.screen = fields_of(screen);
    project.screen.push("project".to_owned());
    Ok(call.state.put_project(&project)?)
}

fn shown_tab(tab: &Value) -> Value {
    json!({"id": number(&id_of(tab)), "name": text_of(tab, "name")})
}

/// A screen, its tabs, and the place of one of them.
pub(super) type Tab = (Value, Vec<Value>, usize);

/// The tab that the second placeholder names.
pub(super) fn tab(call: &mut Call<'_, '_>) -> Result<Tab, Error> {
    may_write::<Screens>(call)?;
    let screen = find::<Screens>(call, 0)?;
    let id = call.param(1).to_owned();
    let tabs = tabs_of(&screen);
    let at = tabs.iter().position(|tab| id_of(tab) == id);
    let at = at.ok_or_else(|| Error::message(404, "The screen tab was not found."))?;
    Ok((screen, tabs, at))
}

/// `GET screens/{}/tabs`.
fn tabs(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let screen = find::<Screens>(call, 0)?;
    let all: Vec<Value> = tabs_of(&screen).iter().map(shown_tab).collect();
    Ok(wire::json(200, &json!(all)))
}

/// A name that no other tab of the screen has.
fn tab_name(call: &Call<'_, '_>, tabs: &[Value], own: &str) -> Result<String, Error> {
    let name = text(&call.object()?, "name").unwrap_or_default();
    if name.is_empty() || name.chars().count() > 255 {
        return Err(Error::message(400, "The tab name must have between 1 and 255 characters."));
    }
    if tabs.iter().any(|tab| text_of(tab, "name") == name && id_of(tab) != own) {
        return Err(Error::message(400, format!("The tab name '{name}' is already used on the screen.")));
    }
    Ok(name)
}

/// `POST screens/{}/tabs`.
fn add_tab(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Screens>(call)?;
    let screen = find::<Screens>(call, 0)?;
    let mut tabs = tabs_of(&screen);
    let name = tab_name(call, &tabs, "")?;
    let tab = new_tab(call, &name)?;
    let shown = shown_tab(&tab);
    tabs.push(tab);
    keep(call, screen, &tabs)?;
    Ok(wire::json(200, &shown))
}

/// `PUT screens/{}/tabs/{}`.
fn rename_tab(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (screen, mut tabs, at) = tab(call)?;
    let id = call.param(1).to_owned();
    let name = tab_name(call, &tabs, &id)?;
    let Some(tab) = tabs.get_mut(at) else { return Err(Error::bad_payload()) };
    extend(tab, json!({"name": name}));
    let shown = shown_tab(tab);
    keep(call, screen, &tabs)?;
    Ok(wire::json(200, &shown))
}

/// `DELETE screens/{}/tabs/{}`.
fn delete_tab(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (screen, mut tabs, at) = tab(call)?;
    tabs.remove(at);
    keep(call, screen, &tabs)?;
    Ok(wire::empty())
}

/// `POST screens/{}/tabs/{}/move/{}`.
fn move_tab(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (screen, mut tabs, at) = tab(call)?;
    let to = call.param(2).parse::<usize>().ok().filter(|to| *to < tabs.len());
    let to = to.ok_or_else(|| Error::message(400, "The position of the tab is not valid."))?;
    let moved = tabs.remove(at);
    tabs.insert(to, moved);
    keep(call, screen, &tabs)?;
    Ok(wire::empty())
}

/// `GET field/{}/screens`.
pub(super) fn of_field(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Screens>(call)?;
    let id = call.param(0).to_owned();
    let found = with_field(call, &id)?;
    call.page(&found)
}

/// The scheme of screens that a project has, kept as its own from now on.
pub(super) fn is_assigned(state: &mut State<'_>, project: &Project) -> Result<bool, TableError> {
    let held = settings::SETTINGS.get(state, &project.id)?;
    Ok(held.is_some_and(|held| held.get("issueTypeScreenScheme").is_some()))
}
