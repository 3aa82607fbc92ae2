//! Workflows, where somebody configures them.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text, texts};
use crate::entities::{Transition, Workflow};
use crate::errors::Error;
use crate::kept::{Kind, text_of};
use crate::state::{PROJECTS, STATUSES, WORKFLOWS};
use crate::wire;

use super::call::Call;
use super::group::uuid;
use super::resource::extend;
use super::route::{Family, Route, full, outline};
use super::{screens, workflow_schemes, workflow_steps as steps};

/// What a workflow has beside its steps: when it was made, screens by step, properties by step.
pub(super) static EXTRAS: Kind = Kind::empty("workflow_extras");

const PROPERTIES: &str = "workflow/transitions/{transitionId}/properties";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["workflow", "workflows"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createWorkflow", "POST", "workflow", create),
    full("createWorkflowTransitionProperty", "POST", PROPERTIES, steps::add_property),
    full("deleteInactiveWorkflow", "DELETE", "workflow/{entityId}", delete),
    full("deleteWorkflowTransitionProperty", "DELETE", PROPERTIES, steps::remove_property),
    outline(
        "deleteWorkflowTransitionRuleConfigurations",
        "PUT",
        "workflow/rule/config/delete",
        steps::change_rules,
    ),
    full("getAllWorkflows", "GET", "workflow", list),
    outline("getWorkflowTransitionRuleConfigurations", "GET", "workflow/rule/config", steps::rules),
    full("getWorkflowTransitionProperties", "GET", PROPERTIES, steps::properties),
    full("getWorkflowsPaginated", "GET", "workflow/search", search),
    outline("readWorkflows", "POST", "workflows", read),
    full("updateWorkflowTransitionProperty", "PUT", PROPERTIES, steps::set_property),
    outline("updateWorkflowTransitionRuleConfigurations", "PUT", "workflow/rule/config", steps::change_rules),
];

/// The id by which the service tells workflows apart.
fn entity_id(workflow: &Workflow) -> String {
    if workflow.id.contains('-') { workflow.id.clone() } else { uuid(&format!("workflow {}", workflow.id)) }
}

/// A workflow by its name.
pub(super) fn by_name(call: &mut Call<'_, '_>, name: &str) -> Result<Option<Workflow>, Error> {
    Ok(call.state.all(&WORKFLOWS)?.into_iter().find(|workflow| workflow.name == name))
}

/// The statuses of a workflow, where new issues begin first.
pub(super) fn statuses_of(workflow: &Workflow) -> Vec<String> {
    let mut ids = vec![workflow.initial.clone()];
    for id in workflow.transitions.iter().flat_map(|step| step.from.iter().chain([&step.to])) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// Whether a workflow is the one of new projects.
fn is_usual(call: &mut Call<'_, '_>, workflow: &Workflow) -> Result<bool, Error> {
    Ok(call.state.all(&WORKFLOWS)?.first().is_some_and(|first| first.id == workflow.id))
}

/// `GET workflow`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access workflows")?;
    let name = call.query.text("workflowName").map(str::to_owned);
    let mut all = Vec::new();
    for workflow in call.state.all(&WORKFLOWS)? {
        if name.as_ref().is_none_or(|name| *name == workflow.name) {
            let usual = is_usual(call, &workflow)?;
            all.push(json!({
                "name": workflow.name, "description": workflow.description,
                "steps": statuses_of(&workflow).len(), "default": usual,
            }));
        }
    }
    Ok(wire::json(200, &json!(all)))
}

fn shown_step(call: &mut Call<'_, '_>, workflow: &Workflow, step: &Transition) -> Result<Value, Error> {
    let extras = EXTRAS.get(call.state, &workflow.id)?.unwrap_or_default();
    let kind = if step.from.is_empty() { "global" } else { "directed" };
    let properties = extras.get("properties").and_then(|held| held.get(&step.id)).cloned();
    let mut shown = json!({
        "id": step.id, "name": step.name, "description": "", "from": step.from, "to": step.to, "type": kind,
        "rules": {"validators": [], "postFunctions": []}, "properties": properties.unwrap_or_else(|| json!({})),
    });
    let screen = extras.get("screens").and_then(|held| held.get(&step.id)).and_then(scalar);
    if let Some(screen) = screen {
        let name = screens::by_id(call, &screen)?.map(|held| text_of(&held, "name"));
        extend(&mut shown, json!({"screen": {"id": screen, "name": name}}));
    }
    Ok(shown)
}

fn shown(call: &mut Call<'_, '_>, workflow: &Workflow, expand: &[String]) -> Result<Value, Error> {
    let has = |name: &str| expand.iter().any(|part| part.starts_with(name));
    let mut shown = json!({
        "id": {"name": workflow.name, "entityId": entity_id(workflow)}, "description": workflow.description,
    });
    if let Some(created) = EXTRAS.get(call.state, &workflow.id)?.and_then(|held| held.get("created").cloned())
    {
        extend(&mut shown, json!({"created": created, "updated": created}));
    }
    if has("transitions") {
        let mut steps = vec![json!({
            "id": "1", "name": "Create", "description": "", "from": [], "to": workflow.initial, "type": "initial",
            "rules": {"validators": [], "postFunctions": []}, "properties": {},
        })];
        for step in &workflow.transitions {
            steps.push(shown_step(call, workflow, step)?);
        }
        extend(&mut shown, json!({"transitions": steps}));
    }
    if has("statuses") {
        let mut statuses = Vec::new();
        for id in statuses_of(workflow) {
            let name = call.state.get(&STATUSES, &id)?.map(|status| status.name);
            statuses.push(json!({"id": id, "name": name, "properties": {"issueEditable": true}}));
        }
        extend(&mut shown, json!({"statuses": statuses}));
    }
    if has("default") {
        extend(&mut shown, json!({"isDefault": is_usual(call, workflow)?}));
    }
    if has("schemes") {
        extend(&mut shown, json!({"schemes": workflow_schemes::using(call, &workflow.name)?}));
    }
    if has("projects") {
        let projects = call.state.all(&PROJECTS)?;
        let uses = projects.iter().filter(|project| project.uses_workflow(&workflow.id));
        let uses: Vec<Value> = uses.map(|project| wire::project_ref(&call.wire, project)).collect();
        extend(&mut shown, json!({"projects": uses}));
    }
    if has("hasDraftWorkflow") {
        extend(&mut shown, json!({"hasDraftWorkflow": false}));
    }
    if has("operations") {
        let can_delete = !workflow_schemes::is_used(call, &workflow.name)?;
        extend(&mut shown, json!({"operations": {"canEdit": true, "canDelete": can_delete}}));
    }
    Ok(shown)
}

/// `GET workflow/search`.
fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access workflows")?;
    let names = call.query.repeated("workflowName").to_vec();
    let needle = call.query.text("queryString").unwrap_or_default().to_lowercase();
    let active = call.query.flag("isActive");
    let expand = call.query.list("expand");
    let mut workflows = call.state.all(&WORKFLOWS)?;
    workflows.sort_by_key(|workflow| workflow.name.to_lowercase());
    if call.query.text("orderBy") == Some("-name") {
        workflows.reverse();
    }
    let mut all = Vec::new();
    for workflow in workflows {
        let fits = (names.is_empty() || names.contains(&workflow.name))
            && workflow.name.to_lowercase().contains(&needle);
        let is_used = workflow_schemes::is_used(call, &workflow.name)?;
        if fits && active.is_none_or(|active| active == is_used) {
            all.push(shown(call, &workflow, &expand)?);
        }
    }
    call.page(&all)
}

/// `POST workflows`: the same, asked for by name or id.
fn read(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access workflows")?;
    let body = call.object()?;
    let (names, ids) = (texts(body.get("workflowNames")), texts(body.get("workflowIds")));
    let (mut workflows, mut used) = (Vec::new(), Vec::new());
    for workflow in call.state.all(&WORKFLOWS)? {
        let id = entity_id(&workflow);
        if !names.contains(&workflow.name) && !ids.contains(&id) {
            continue;
        }
        let statuses = statuses_of(&workflow);
        let steps: Vec<Value> = workflow
            .transitions
            .iter()
            .map(|step| {
                let kind = if step.from.is_empty() { "GLOBAL" } else { "DIRECTED" };
                let links: Vec<Value> = step.from.iter().map(|id| json!({"fromStatusReference": id})).collect();
                json!({
                    "id": step.id, "type": kind, "name": step.name, "description": "", "links": links,
                    "toStatusReference": step.to, "actions": [], "validators": [], "triggers": [], "properties": {},
                })
            })
            .collect();
        let references: Vec<Value> =
            statuses.iter().map(|id| json!({"statusReference": id, "properties": {}})).collect();
        workflows.push(json!({
            "id": id, "name": workflow.name, "description": workflow.description, "scope": {"type": "GLOBAL"},
            "version": {"id": id, "versionNumber": 1}, "isEditable": true, "statuses": references, "transitions": steps,
        }));
        used.extend(statuses);
    }
    used.sort();
    used.dedup();
    let mut statuses = Vec::new();
    for id in used {
        if let Some(status) = call.state.get(&STATUSES, &id)? {
            let category = match status.category.as_str() {
                "done" => "DONE",
                "indeterminate" => "IN_PROGRESS",
                _ => "TODO",
            };
            statuses.push(json!({
                "statusReference": id, "id": id, "name": status.name, "statusCategory": category,
                "scope": {"type": "GLOBAL"}, "description": status.description,
            }));
        }
    }
    Ok(wire::json(200, &json!({"workflows": workflows, "statuses": statuses})))
}

/// The steps of a body; the one that makes issues apart, because it names where they begin.
fn read_steps(
    call: &mut Call<'_, '_>,
    body: &Map<String, Value>,
    screens_by_step: &mut Map<String, Value>,
) -> Result<(String, Vec<Transition>), Error> {
    let known: Vec<String> = body
        .get("statuses")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|status| text_of(status, "id"))
        .collect();
    for id in &known {
        if call.state.get(&STATUSES, id)?.is_none() {
            return Err(Error::message(404, format!("The status with ID {id} was not found.")));
        }
    }
    let bad = |message: String| Err(Error::message(400, message));
    let (mut initial, mut steps) = (None, Vec::new());
    for given in body.get("transitions").and_then(Value::as_array).into_iter().flatten() {
        let (name, to, from) = (text_of(given, "name"), text_of(given, "to"), texts(given.get("from")));
        if name.is_empty() || name.chars().count() > 60 {
            return bad("The transition name must have between 1 and 60 characters.".to_owned());
        }
        if let Some(id) = from.iter().chain([&to]).find(|id| !known.contains(id)) {
            return bad(format!(
                "The transition '{name}' uses the status '{id}', which is not in the workflow."
            ));
        }
        match (text_of(given, "type").as_str(), from.is_empty()) {
            ("initial", true) if initial.is_none() => initial = Some(to),
            ("initial", _) => return bad("The workflow must have exactly one initial transition.".to_owned()),
            ("global", true) | ("directed", false) => {
                let id = format!("{}", 11 + steps.len() * 10);
                let mut fields = Vec::new();
                if let Some(screen) = given.get("screen").and_then(|screen| screen.get("id")).and_then(scalar)
                {
                    let held = screens::by_id(call, &screen)?;
                    let missing =
                        || Error::message(404, format!("The screen with ID {screen} was not found."));
                    fields = screens::fields_of(&held.ok_or_else(missing)?);
                    screens_by_step.insert(id.clone(), json!(screen));
                }
                let (required, resolution) = (Vec::new(), None);
                steps.push(Transition { id, name, from, to, screen: fields, required, resolution });
            }
            (kind, _) => return bad(format!("The transition type '{kind}' does not fit its statuses.")),
        }
    }
    match initial {
        Some(initial) => Ok((initial, steps)),
        None => bad("The workflow must have exactly one initial transition.".to_owned()),
    }
}

/// `POST workflow`.
fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("create workflows")?;
    let body = call.object()?;
    let name = text(&body, "name").unwrap_or_default();
    if name.trim().is_empty() || name.chars().count() > 255 {
        return Err(Error::message(400, "The workflow name must have between 1 and 255 characters."));
    }
    if by_name(call, &name)?.is_some() {
        return Err(Error::message(400, format!("A workflow with the name '{name}' already exists.")));
    }
    let mut screens_by_step = Map::new();
    let (initial, transitions) = read_steps(call, &body, &mut screens_by_step)?;
    let description = text(&body, "description").unwrap_or_default();
    let id = uuid(&format!("workflow {name} {}", call.state.now()));
    let workflow = Workflow { id: id.clone(), name: name.clone(), description, initial, transitions };
    call.state.put(&WORKFLOWS, &id, &workflow)?;
    let created = crate::moment::show(call.state.now());
    let extras = json!({"id": id, "created": created, "screens": screens_by_step});
    EXTRAS.put(call.state, &extras)?;
    Ok(wire::json(201, &json!({"name": name, "entityId": id})))
}

/// `DELETE workflow/{}`.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete workflows")?;
    let wanted = call.param(0).to_owned();
    let found = call.state.all(&WORKFLOWS)?.into_iter().find(|workflow| entity_id(workflow) == wanted);
    let found = found.ok_or_else(|| Error::message(404, "The workflow was not found."))?;
    let is_used = workflow_schemes::is_used(call, &found.name)?
        || call.state.all(&PROJECTS)?.iter().any(|project| project.uses_workflow(&found.id));
    if is_used || is_usual(call, &found)? {
        return Err(Error::message(400, "Cannot delete an active workflow."));
    }
    call.state.delete(&WORKFLOWS, &found.id);
    EXTRAS.remove(call.state, &found.id)?;
    Ok(wire::empty())
}
