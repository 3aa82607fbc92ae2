//! Workflow schemes: which workflow each type of issue has in a project, and the drafts of schemes in use.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use twin_sdk::{Response, TableError};

use crate::args::{text, texts};
use crate::entities::{Project, Workflow};
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::state::{ISSUE_TYPES, PROJECTS, State, WORKFLOWS};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write};
use super::route::{Family, Route, full};
use super::screen_schemes::own_id;
use super::settings::{self, SETTINGS, Scheme};
use super::workflow_drafts as drafts;
use super::workflows::{by_name, statuses_of};
use super::{edit, workflow_maps as maps};

const DEFAULT: &str = "10000";
static SCHEMES: Kind = Kind::given("workflow_schemes", given);

const ONE: &str = "workflowscheme/{id}";
const USUAL: &str = "workflowscheme/{id}/default";
const TYPE: &str = "workflowscheme/{id}/issuetype/{issueType}";
const FLOW: &str = "workflowscheme/{id}/workflow";
const DRAFT: &str = "workflowscheme/{id}/draft";
const DRAFT_USUAL: &str = "workflowscheme/{id}/draft/default";
const DRAFT_TYPE: &str = "workflowscheme/{id}/draft/issuetype/{issueType}";
const DRAFT_FLOW: &str = "workflowscheme/{id}/draft/workflow";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["workflowscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("assignSchemeToProject", "PUT", "workflowscheme/project", assign),
    full("createWorkflowScheme", "POST", "workflowscheme", resource::create::<Schemes>),
    full("createWorkflowSchemeDraftFromParent", "POST", "workflowscheme/{id}/createdraft", drafts::create),
    full("deleteDefaultWorkflow", "DELETE", USUAL, maps::clear_usual::<false>),
    full("deleteDraftDefaultWorkflow", "DELETE", DRAFT_USUAL, maps::clear_usual::<true>),
    full("deleteDraftWorkflowMapping", "DELETE", DRAFT_FLOW, maps::clear_flow::<true>),
    full("deleteWorkflowMapping", "DELETE", FLOW, maps::clear_flow::<false>),
    full("deleteWorkflowScheme", "DELETE", ONE, resource::delete::<Schemes>),
    full("deleteWorkflowSchemeDraft", "DELETE", DRAFT, drafts::delete),
    full("deleteWorkflowSchemeDraftIssueType", "DELETE", DRAFT_TYPE, maps::clear_type::<true>),
    full("deleteWorkflowSchemeIssueType", "DELETE", TYPE, maps::clear_type::<false>),
    full("getAllWorkflowSchemes", "GET", "workflowscheme", resource::list::<Schemes>),
    full("getDefaultWorkflow", "GET", USUAL, maps::usual::<false>),
    full("getDraftDefaultWorkflow", "GET", DRAFT_USUAL, maps::usual::<true>),
    full("getDraftWorkflow", "GET", DRAFT_FLOW, maps::flow::<true>),
    full("getWorkflow", "GET", FLOW, maps::flow::<false>),
    full("getWorkflowScheme", "GET", ONE, get),
    full("getWorkflowSchemeDraft", "GET", DRAFT, drafts::get),
    full("getWorkflowSchemeDraftIssueType", "GET", DRAFT_TYPE, maps::kind::<true>),
    full("getWorkflowSchemeIssueType", "GET", TYPE, maps::kind::<false>),
    full("getWorkflowSchemeProjectAssociations", "GET", "workflowscheme/project", by_project),
    full("publishDraftWorkflowScheme", "POST", "workflowscheme/{id}/draft/publish", drafts::publish),
    full("setWorkflowSchemeDraftIssueType", "PUT", DRAFT_TYPE, maps::set_type::<true>),
    full("setWorkflowSchemeIssueType", "PUT", TYPE, maps::set_type::<false>),
    full("updateDefaultWorkflow", "PUT", USUAL, maps::set_usual::<false>),
    full("updateDraftDefaultWorkflow", "PUT", DRAFT_USUAL, maps::set_usual::<true>),
    full("updateDraftWorkflowMapping", "PUT", DRAFT_FLOW, maps::set_flow::<true>),
    full("updateWorkflowMapping", "PUT", FLOW, maps::set_flow::<false>),
    full("updateWorkflowScheme", "PUT", ONE, update),
    full("updateWorkflowSchemeDraft", "PUT", DRAFT, drafts::update),
];

/// Workflow schemes.
pub(super) struct Schemes;

impl Resource for Schemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "workflow scheme",
        fields: &[
            ("name", Form::Name(255)),
            ("description", Form::Text(4_000)),
            ("defaultWorkflow", Form::Text(255)),
            ("issueTypeMappings", Form::Object),
        ],
        numeric: true,
        path: Some("workflowscheme"),
        hidden: true,
        taken: 400,
        listed: Listed::Page,
        created: Done::Whole(201),
        updated: Done::Whole(200),
    };

    fn shown(call: &mut Call<'_, '_>, document: &Value) -> Result<Value, Error> {
        let mut shown = resource::shown::<Self>(call, document);
        if call.incoming.method() != "GET" || !call.params.is_empty() {
            extend(&mut shown, json!({"draft": false}));
        }
        Ok(shown)
    }

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        let usual = usual_name(call)?;
        document.entry("description").or_insert_with(|| json!(""));
        document.entry("defaultWorkflow").or_insert_with(|| json!(usual));
        document.entry("issueTypeMappings").or_insert_with(|| json!({}));
        check_flows(call, &Value::Object(document.clone()))
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        if id_of(document) == DEFAULT {
            return Err(Error::message(400, "The default workflow scheme cannot be deleted."));
        }
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for Schemes {
    const SETTING: &'static str = "workflowScheme";

    fn usual(call: &mut Call<'_, '_>, project: &Project) -> Result<String, Error> {
        let own = own_id(project);
        Ok(if SCHEMES.get(call.state, &own)?.is_some() { own } else { DEFAULT.to_owned() })
    }

    fn follow(call: &mut Call<'_, '_>, project: &Project, scheme: &Value) -> Result<(), Error> {
        let mut project = project.clone();
        if let Some(workflow) = by_name(call, &text_of(scheme, "defaultWorkflow"))? {
            project.workflow = workflow.id;
        }
        project.workflows = BTreeMap::new();
        for (kind, name) in mappings_of(scheme) {
            if let Some(workflow) = by_name(call, &name)? {
                project.workflows.insert(kind, workflow.id);
            }
        }
        Ok(call.state.put_project(&project)?)
    }
}

/// The default scheme has the site's first workflow; each project that came with another has a scheme of its own.
fn given(state: &mut State<'_>) -> Result<Vec<Value>, TableError> {
    let workflows = state.all(&WORKFLOWS)?;
    let Some(first) = workflows.first() else { return Ok(Vec::new()) };
    let mut all = vec![json!({
        "id": DEFAULT, "name": "Default Workflow Scheme", "description": "", "isDefault": true,
        "defaultWorkflow": first.name, "issueTypeMappings": {},
    })];
    for project in state.all(&PROJECTS)? {
        let held = SETTINGS.get(state, &project.id)?;
        let is_assigned = held.is_some_and(|held| held.get(Schemes::SETTING).is_some());
        let found =
            workflows.iter().find(|workflow| workflow.id == project.workflow && workflow.id != first.id);
        if let (false, Some(workflow)) = (is_assigned, found) {
            all.push(json!({
                "id": own_id(&project), "name": format!("{}: Software Simplified Workflow Scheme", project.key),
                "description": "", "defaultWorkflow": workflow.name, "issueTypeMappings": {},
            }));
        }
    }
    Ok(all)
}

/// The name of the workflow of schemes that name none.
pub(super) fn usual_name(call: &mut Call<'_, '_>) -> Result<String, Error> {
    Ok(call.state.all(&WORKFLOWS)?.into_iter().next().map(|workflow| workflow.name).unwrap_or_default())
}

/// The names of workflows by type of issue.
pub(super) fn mappings_of(scheme: &Value) -> BTreeMap<String, String> {
    let held = scheme.get("issueTypeMappings").and_then(Value::as_object).cloned().unwrap_or_default();
    held.into_iter().filter_map(|(kind, name)| Some((kind, name.as_str()?.to_owned()))).collect()
}

/// Refuses types and workflows that are not there.
pub(super) fn check_flows(call: &mut Call<'_, '_>, scheme: &Value) -> Result<(), Error> {
    let mut names = vec![text_of(scheme, "defaultWorkflow")];
    for (kind, name) in mappings_of(scheme) {
        if call.state.get(&ISSUE_TYPES, &kind)?.is_none() {
            return Err(Error::message(400, format!("The issue type with ID '{kind}' does not exist.")));
        }
        names.push(name);
    }
    for name in names {
        if by_name(call, &name)?.is_none() {
            return Err(Error::message(400, format!("The workflow '{name}' does not exist.")));
        }
    }
    Ok(())
}

/// The schemes that a workflow is in, by id and name.
pub(super) fn using(call: &mut Call<'_, '_>, workflow: &str) -> Result<Vec<Value>, Error> {
    let schemes = SCHEMES.all(call.state)?;
    let has = |scheme: &&Value| {
        text_of(scheme, "defaultWorkflow") == workflow
            || mappings_of(scheme).values().any(|name| name == workflow)
    };
    let found = schemes.iter().filter(has);
    Ok(found.map(|scheme| json!({"id": id_of(scheme), "name": text_of(scheme, "name")})).collect())
}

/// Whether a workflow is in a scheme.
pub(super) fn is_used(call: &mut Call<'_, '_>, workflow: &str) -> Result<bool, Error> {
    Ok(!using(call, workflow)?.is_empty())
}

/// Whether a project has a scheme.
pub(super) fn is_active(call: &mut Call<'_, '_>, scheme: &Value) -> Result<bool, Error> {
    Ok(!settings::projects_of::<Schemes>(call, &id_of(scheme))?.is_empty())
}

/// `GET workflowscheme/{}`, or its draft where the query asks for that one.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let scheme = find::<Schemes>(call, 0)?;
    if call.query.flag("returnDraftIfExists") == Some(true) && drafts::has(&scheme) {
        return drafts::get(call);
    }
    Ok(wire::json(200, &Schemes::shown(call, &scheme)?))
}

/// `PUT workflowscheme/{}`: a scheme in use is changed by way of a draft.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let scheme = find::<Schemes>(call, 0)?;
    let body = call.object()?;
    let changes_flows = body.contains_key("defaultWorkflow") || body.contains_key("issueTypeMappings");
    if changes_flows && is_active(call, &scheme)? {
        drafts::needed(call, &body)?;
        return drafts::update(call);
    }
    resource::update::<Schemes>(call)
}

/// `GET workflowscheme/project`.
fn by_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let ids = call.query.list("projectId");
    if ids.is_empty() {
        let errors = BTreeMap::from([("projectId".to_owned(), "The project ID is required.".to_owned())]);
        return Err(Error::fields(errors));
    }
    let all = settings::grouped::<Schemes>(call)?;
    Ok(wire::json(200, &json!({"values": all})))
}

/// `PUT workflowscheme/project`: only for projects without issues.
fn assign(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    let project = settings::project_in(call, &body)?;
    if edit::any(call, |issue| issue.project == project.id)? {
        return Err(Error::message(
            400,
            "The workflow scheme cannot be assigned to a project that has issues.",
        ));
    }
    let id = text(&body, "workflowSchemeId").unwrap_or_else(|| DEFAULT.to_owned());
    let scheme = resource::of_id::<Schemes>(call, &id)?;
    settings::put::<Schemes>(call, &project, &scheme)?;
    Ok(wire::empty())
}

/// The workflow of each type of a project's issues under a scheme.
pub(super) fn flow_for(
    call: &mut Call<'_, '_>,
    scheme: &Value,
    kind: &str,
) -> Result<Option<Workflow>, Error> {
    let name = mappings_of(scheme).remove(kind).unwrap_or_else(|| text_of(scheme, "defaultWorkflow"));
    by_name(call, &name)
}

/// Refuses a scheme in which issues of a project would have a status that their workflow lacks, unless `moves` says where
/// each goes; returns the new statuses by issue.
pub(super) fn moves_for(
    call: &mut Call<'_, '_>,
    scheme: &Value,
    projects: &[Project],
    moves: &BTreeMap<(String, String), String>,
) -> Result<BTreeMap<String, String>, Error> {
    let ids: Vec<&String> = projects.iter().map(|project| &project.id).collect();
    let mut found = Vec::new();
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if ids.contains(&&issue.project) {
            found.push(issue);
        }
    }
    let mut changes = BTreeMap::new();
    for issue in found {
        let Some(workflow) = flow_for(call, scheme, &issue.issue_type)? else { continue };
        let statuses = statuses_of(&workflow);
        if statuses.contains(&issue.status) {
            continue;
        }
        match moves.get(&(issue.issue_type.clone(), issue.status.clone())) {
            Some(to) if statuses.contains(to) => drop(changes.insert(issue.id, to.clone())),
            _ => {
                let message = format!(
                    "The status mapping for the issue type '{}' and the status '{}' is missing.",
                    issue.issue_type, issue.status
                );
                return Err(Error::message(400, message));
            }
        }
    }
    Ok(changes)
}

/// The types of issue in a body.
pub(super) fn types_in(body: &Map<String, Value>) -> Vec<String> {
    texts(body.get("issueTypes"))
}
