//! Components of projects.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::entities::Component;
use crate::errors::Error;
use crate::state::{COMPONENTS, PROJECTS, USERS};
use crate::wire;

use super::call::Call;
use super::edit;
use super::release::{project_in, replace};

/// The components of a project.
pub(super) fn components_of(call: &mut Call<'_, '_>, project: &str) -> Result<Vec<Value>, Error> {
    let mut shown = Vec::new();
    for component in call.state.all(&COMPONENTS)?.iter().filter(|component| component.project == project) {
        shown.push(shown_component(call, component)?);
    }
    Ok(shown)
}

fn shown_component(call: &mut Call<'_, '_>, component: &Component) -> Result<Value, Error> {
    let project = call.state.get(&PROJECTS, &component.project)?;
    let lead = component.lead.clone();
    let assignee = match component.assignee_type.as_str() {
        "COMPONENT_LEAD" => lead.clone(),
        "PROJECT_LEAD" => project.as_ref().map(|project| project.lead.clone()),
        "PROJECT_DEFAULT" => project
            .as_ref()
            .filter(|project| project.assignee_type == "PROJECT_LEAD")
            .map(|project| project.lead.clone()),
        _ => None,
    };
    let mut shown = wire::component_ref(&call.wire, component);
    let lead = match lead {
        Some(lead) => Some(call.shown_user(&lead)?),
        None => None,
    };
    let assignee = match assignee {
        Some(assignee) => Some(call.shown_user(&assignee)?),
        None => None,
    };
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(lead.map(|lead| ("lead".to_owned(), lead)));
        shown.extend(assignee.clone().map(|assignee| ("assignee".to_owned(), assignee)));
        shown.extend(assignee.map(|assignee| ("realAssignee".to_owned(), assignee)));
        shown.insert("assigneeType".to_owned(), json!(component.assignee_type));
        shown.insert("realAssigneeType".to_owned(), json!(component.assignee_type));
        shown.insert("isAssigneeTypeValid".to_owned(), json!(true));
        shown.insert("project".to_owned(), json!(project.map(|project| project.key)));
        shown.insert("projectId".to_owned(), json!(component.project.parse::<u64>().unwrap_or_default()));
    }
    Ok(shown)
}

/// `GET project/{}/components`.
pub(super) fn components(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = components_of(call, &project.id)?;
    Ok(wire::json(200, &json!(shown)))
}

/// `GET project/{}/component`.
pub(super) fn components_page(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let shown = components_of(call, &project.id)?;
    call.page(&shown)
}

fn find_component(call: &mut Call<'_, '_>) -> Result<Component, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The component with id {id} does not exist."));
    call.state.get(&COMPONENTS, &id)?.ok_or_else(missing)
}

/// `GET component/{}`.
pub(super) fn component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let component = find_component(call)?;
    Ok(wire::json(200, &shown_component(call, &component)?))
}

/// `POST component`.
pub(super) fn create_component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let project = project_in(call, &body)?;
    let blank = Component {
        id: String::new(),
        project: project.id,
        name: String::new(),
        description: None,
        lead: None,
        assignee_type: "PROJECT_DEFAULT".to_owned(),
    };
    let mut component = component_filled(call, blank, &body)?;
    component.id = call.state.next_id("component")?;
    call.state.put(&COMPONENTS, &component.id, &component)?;
    Ok(wire::json(201, &shown_component(call, &component)?))
}

fn component_filled(
    call: &mut Call<'_, '_>,
    mut component: Component,
    body: &Map<String, Value>,
) -> Result<Component, Error> {
    if let Some(name) = text(body, "name") {
        let taken = call.state.all(&COMPONENTS)?;
        let own = |held: &&Component| held.project == component.project && held.id != component.id;
        if taken.iter().filter(own).any(|held| held.name.eq_ignore_ascii_case(&name)) {
            return Err(Error::field("name", "A component with the name already exists in this project."));
        }
        component.name = name;
    }
    if component.name.is_empty() {
        return Err(Error::field(
            "name",
            "The component name specified is invalid - cannot be an empty string.",
        ));
    }
    if let Some(description) = text(body, "description") {
        component.description = Some(description);
    }
    if let Some(lead) = text(body, "leadAccountId") {
        if call.state.get(&USERS, &lead)?.is_none() {
            return Err(Error::field("leadAccountId", format!("The user {lead} does not exist.")));
        }
        component.lead = Some(lead);
    }
    if let Some(kind) = text(body, "assigneeType") {
        component.assignee_type = kind;
    }
    Ok(component)
}

/// `PUT component/{}`.
pub(super) fn update_component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = find_component(call)?;
    let component = component_filled(call, held, &body)?;
    call.state.put(&COMPONENTS, &component.id, &component)?;
    Ok(wire::json(200, &shown_component(call, &component)?))
}

/// `DELETE component/{}`.
pub(super) fn delete_component(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let component = find_component(call)?;
    let instead = call.query.text("moveIssuesTo").map(str::to_owned);
    edit::change_all(call, |issue| replace(&mut issue.components, &component.id, instead.as_deref()))?;
    call.state.delete(&COMPONENTS, &component.id);
    Ok(wire::empty())
}
