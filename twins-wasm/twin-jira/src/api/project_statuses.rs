//! The statuses of a project's types of issue.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::errors::Error;
use crate::state::{ISSUE_TYPES, STATUSES, WORKFLOWS};
use crate::wire;

use super::call::Call;

/// `GET project/{}/statuses`: the statuses of each type of issue.
pub(super) fn statuses(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let mut shown = Vec::new();
    for id in &project.issue_types {
        if let Some(kind) = call.state.get(&ISSUE_TYPES, id)? {
            let statuses = statuses_in(call, project.workflow_of(id))?;
            shown.push(json!({
                "self": call.wire.at(&format!("issuetype/{id}")), "id": id, "name": kind.name,
                "subtask": kind.subtask, "statuses": statuses,
            }));
        }
    }
    Ok(wire::json(200, &json!(shown)))
}

/// The statuses of a workflow, in the order of its steps.
fn statuses_in(call: &mut Call<'_, '_>, workflow: &str) -> Result<Vec<Value>, Error> {
    let workflow = call.state.get(&WORKFLOWS, workflow)?;
    let mut ids: Vec<String> = Vec::new();
    for step in workflow.iter().flat_map(|workflow| &workflow.transitions) {
        if !ids.contains(&step.to) {
            ids.push(step.to.clone());
        }
    }
    let mut statuses = Vec::new();
    for id in &ids {
        statuses.extend(call.state.get(&STATUSES, id)?.map(|status| wire::status(&call.wire, &status)));
    }
    Ok(statuses)
}
