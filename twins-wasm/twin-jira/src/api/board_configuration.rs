//! How a board is set up. A board has no filter of its own: it holds the issues of its project.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::entities::{Field, Project};
use crate::errors::Error;
use crate::fields::catalogue::Family;
use crate::state::{FIELDS, PROJECTS, STATUSES, WORKFLOWS};
use crate::wire;

use super::board;
use super::call::Call;
use super::resource::extend;

/// The columns of a new board, each with the categories of the statuses in it.
const COLUMNS: &[(&str, &[&str])] =
    &[("To Do", &["new", "undefined"]), ("In Progress", &["indeterminate"]), ("Done", &["done"])];

/// `GET board/{}/configuration`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = board::find(call)?;
    let fields = call.state.all(&FIELDS)?;
    let project = call.state.get(&PROJECTS, &board.project)?;
    let mut shown = json!({
        "id": board.id.parse::<u64>().unwrap_or_default(), "name": board.name, "type": board.kind,
        "self": format!("{}/rest/agile/1.0/board/{}/configuration", call.wire.base, board.id),
        "filter": {"id": board.id, "self": format!("{}/rest/api/2/filter/{}", call.wire.base, board.id)},
        "columnConfig": {"columns": columns(call, project.as_ref())?, "constraintType": "issueCount"},
    });
    if let Some(project) = &project {
        let address = format!("{}/rest/api/2/project/{}", call.wire.base, project.id);
        extend(
            &mut shown,
            json!({"location": {
                "type": "project", "id": project.id, "key": project.key, "name": project.name,
                "self": address,
            }}),
        );
    }
    if board.kind == "kanban" {
        let query = "fixVersion in unreleasedVersions() OR fixVersion is EMPTY";
        extend(&mut shown, json!({"subQuery": {"query": query}}));
    } else if let Some(points) = fields.iter().find(|field| field.name == "Story point estimate") {
        let field = json!({"fieldId": points.id, "displayName": points.name});
        extend(&mut shown, json!({"estimation": {"type": "field", "field": field}}));
    }
    if let Some(rank) = fields.iter().find(|field| field.family() == Family::Rank) {
        extend(&mut shown, json!({"ranking": {"rankCustomFieldId": Field::number(rank)}}));
    }
    Ok(wire::json(200, &shown))
}

/// The columns, with the statuses of the project's workflows.
fn columns(call: &mut Call<'_, '_>, project: Option<&Project>) -> Result<Vec<Value>, Error> {
    let mut used = Vec::new();
    for id in project.into_iter().flat_map(|project| project.workflows.values().chain([&project.workflow])) {
        if let Some(workflow) = call.state.get(&WORKFLOWS, id)? {
            used.push(workflow.initial);
            used.extend(workflow.transitions.into_iter().map(|step| step.to));
        }
    }
    let statuses = call.state.all(&STATUSES)?;
    let column = |(name, categories): &(&str, &[&str])| {
        let inside = statuses
            .iter()
            .filter(|status| used.contains(&status.id) && categories.contains(&status.category.as_str()));
        let entry =
            |id: &str| json!({"id": id, "self": format!("{}/rest/api/2/status/{id}", call.wire.base)});
        let entries: Vec<Value> = inside.map(|status| entry(&status.id)).collect();
        json!({"name": name, "statuses": entries})
    };
    Ok(COLUMNS.iter().map(column).collect())
}
