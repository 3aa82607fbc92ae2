//! Priority schemes: which priorities a project has, and which of them is its default. They are kept and assigned; issues
//! may have any priority of the site.

use serde_json::{Map, Value, json};
use twin_sdk::{Response, TableError};

use crate::args::{scalar, text, texts};
use crate::entities::Project;
use crate::errors::Error;
use crate::fields::meta::usual_priority;
use crate::kept::{Kind, id_of, text_of};
use crate::state::{PRIORITIES, State};
use crate::wire;

use super::call::Call;
use super::catalogue::priority_shown;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id, wanted};
use super::route::{Family, Route, full};
use super::settings::{self, Scheme};
use super::task;

const DEFAULT: &str = "1";
static SCHEMES: Kind = Kind::given("priority_schemes", given);

const ONE: &str = "priorityscheme/{schemeId}";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["priorityscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createPriorityScheme", "POST", "priorityscheme", resource::create::<Schemes>),
    full("deletePriorityScheme", "DELETE", ONE, resource::delete::<Schemes>),
    full("getPrioritiesByPriorityScheme", "GET", "priorityscheme/{schemeId}/priorities", priorities),
    full("getPrioritySchemes", "GET", "priorityscheme", list),
    full("getProjectsByPriorityScheme", "GET", "priorityscheme/{schemeId}/projects", projects),
    full("updatePriorityScheme", "PUT", ONE, update),
];

/// The default scheme has all priorities.
fn given(state: &mut State<'_>) -> Result<Vec<Value>, TableError> {
    let ids: Vec<String> = state.priorities()?.into_iter().map(|priority| priority.id).collect();
    let usual = usual_priority(state)?.map(|priority| priority.id);
    Ok(vec![json!({
        "id": DEFAULT, "name": "Default priority scheme", "isDefault": true, "defaultPriorityId": usual,
        "description": "This is default priority scheme used by all projects without any other scheme assigned",
        "_priorities": ids,
    })])
}

/// Priority schemes.
struct Schemes;

impl Resource for Schemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "priority scheme",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(4_000)), ("priorityIds", Form::List)],
        numeric: false,
        path: Some("priorityscheme"),
        hidden: false,
        taken: 409,
        listed: Listed::Page,
        created: Done::Id(201, "id"),
        updated: Done::Nothing,
    };

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        let ids = match document.remove("priorityIds") {
            Some(given) => texts(Some(&given)),
            None => texts(document.get("_priorities")),
        };
        let usual = call.object()?.get("defaultPriorityId").and_then(scalar);
        let usual = usual.or_else(|| document.get("defaultPriorityId").and_then(scalar));
        check(call, &ids, usual.as_deref())?;
        document.insert("defaultPriorityId".to_owned(), json!(usual));
        document.insert("_priorities".to_owned(), json!(ids));
        Ok(())
    }

    fn kept(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        for id in texts(call.object()?.get("projectIds")) {
            let project = call.project(&id)?;
            settings::put::<Self>(call, &project, document)?;
        }
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for Schemes {
    const SETTING: &'static str = "priorityScheme";

    fn usual(_: &mut Call<'_, '_>, _: &Project) -> Result<String, Error> {
        Ok(DEFAULT.to_owned())
    }
}

/// Refuses priorities that are not there, and a default that is not among them.
fn check(call: &mut Call<'_, '_>, ids: &[String], usual: Option<&str>) -> Result<(), Error> {
    for id in ids {
        if call.state.get(&PRIORITIES, id)?.is_none() {
            return Err(Error::message(400, format!("The priority with ID {id} was not found.")));
        }
    }
    if ids.is_empty() || !usual.is_some_and(|usual| ids.iter().any(|id| id == usual)) {
        return Err(Error::message(400, "The default priority must be one of the priorities of the scheme."));
    }
    Ok(())
}

/// `GET priorityscheme`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (ids, only) = (call.query.list("schemeId"), call.query.flag("onlyDefault") == Some(true));
    let needle = call.query.text("schemeName").unwrap_or_default().to_lowercase();
    let schemes = SCHEMES.all(call.state)?;
    let mut all = Vec::new();
    for scheme in wanted(call, schemes)? {
        let fits = (ids.is_empty() || ids.contains(&id_of(&scheme)))
            && text_of(&scheme, "name").to_lowercase().contains(&needle);
        if fits && (!only || scheme.get("isDefault").is_some()) {
            let mut shown = resource::shown::<Schemes>(call, &scheme);
            extend(&mut shown, json!({"isDefault": scheme.get("isDefault").is_some()}));
            all.push(shown);
        }
    }
    call.page(&all)
}

/// `GET priorityscheme/{}/priorities`.
fn priorities(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = find::<Schemes>(call, 0)?;
    let usual = text_of(&scheme, "defaultPriorityId");
    let mut all = Vec::new();
    for id in texts(scheme.get("_priorities")) {
        if let Some(found) = call.state.get(&PRIORITIES, &id)? {
            all.push(priority_shown(call, &found, Some(found.id == usual)));
        }
    }
    call.page(&all)
}

/// `GET priorityscheme/{}/projects`.
fn projects(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = id_of(&find::<Schemes>(call, 0)?);
    let found = settings::projects_of::<Schemes>(call, &id)?;
    let all: Vec<Value> = found.iter().map(|project| wire::project_ref(&call.wire, project)).collect();
    call.page(&all)
}

/// `PUT priorityscheme/{}`: priorities and projects are added and removed by lists of ids.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    let mut scheme = find::<Schemes>(call, 0)?;
    if id_of(&scheme) == DEFAULT {
        return Err(Error::message(400, "The default priority scheme cannot be updated."));
    }
    for name in ["name", "description", "defaultPriorityId"] {
        if let Some(given) = text(&body, name) {
            extend(&mut scheme, json!({name: given}));
        }
    }
    let ids = |part: &str, verb: &str| {
        texts(body.get(part).and_then(|part| part.get(verb)).and_then(|verb| verb.get("ids")))
    };
    let mut held = texts(scheme.get("_priorities"));
    held.retain(|id| !ids("priorities", "remove").contains(id));
    held.extend(ids("priorities", "add"));
    held.dedup();
    check(call, &held, Some(&text_of(&scheme, "defaultPriorityId")))?;
    extend(&mut scheme, json!({"_priorities": held}));
    SCHEMES.put(call.state, &scheme)?;
    for (verb, to) in [("add", id_of(&scheme)), ("remove", DEFAULT.to_owned())] {
        for project in ids("projects", verb) {
            let project = call.project(&project)?;
            let assigned = of_id::<Schemes>(call, &to)?;
            settings::put::<Schemes>(call, &project, &assigned)?;
        }
    }
    let task = task::keep(call, "Update priority scheme", json!(""))?;
    let shown = resource::shown::<Schemes>(call, &scheme);
    Ok(wire::json(202, &json!({"priorityScheme": shown, "task": {"id": id_of(&task), "status": "COMPLETE"}})))
}
