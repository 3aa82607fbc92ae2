//! Projects as clients see them: in a list, by themselves, and with what they ask for.

use serde_json::{Value, json};

use crate::entities::Project;
use crate::errors::Error;
use crate::state::{ISSUE_TYPES, State};
use crate::{moment, wire};

use super::call::Call;
use super::resource::extend;
use super::{component, project_parts, release, roles};

/// A project in a list.
pub(super) fn brief(call: &Call<'_, '_>, project: &Project) -> Value {
    let mut shown = wire::project_ref(&call.wire, project);
    if let Some(shown) = shown.as_object_mut() {
        let style = if project.simplified { "next-gen" } else { "classic" };
        shown.insert(
            "expand".to_owned(),
            json!("description,lead,issueTypes,url,projectKeys,permissions,insight"),
        );
        shown.insert("style".to_owned(), json!(style));
        shown.insert("isPrivate".to_owned(), json!(false));
        shown.insert("properties".to_owned(), json!({}));
    }
    shown
}

/// A project by itself.
pub(super) fn whole(call: &mut Call<'_, '_>, project: &Project) -> Result<Value, Error> {
    let mut shown = brief(call, project);
    let components = component::components_of(call, &project.id)?;
    let versions = release::versions_of(call, &project.id)?;
    let kinds = kinds(call, project)?;
    let roles = roles::addresses(call, &project.id)?;
    let lead = call.shown_user(&project.lead)?;
    extend(&mut shown, project_parts::extras(call, project)?);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("description".to_owned(), json!(project.description));
        shown.insert("lead".to_owned(), lead);
        shown.insert("components".to_owned(), json!(components));
        shown.insert("versions".to_owned(), json!(versions));
        shown.insert("issueTypes".to_owned(), json!(kinds));
        shown.insert("assigneeType".to_owned(), json!(project.assignee_type));
        shown.insert("roles".to_owned(), Value::Object(roles));
    }
    Ok(shown)
}

fn kinds(call: &mut Call<'_, '_>, project: &Project) -> Result<Vec<Value>, Error> {
    let mut kinds = Vec::new();
    for id in &project.issue_types {
        kinds.extend(call.state.get(&ISSUE_TYPES, id)?.map(|kind| wire::issue_type(&call.wire, &kind)));
    }
    Ok(kinds)
}

/// Adds what the query asks for by `expand`.
pub(super) fn expand(call: &mut Call<'_, '_>, project: &Project, shown: &mut Value) -> Result<(), Error> {
    for part in call.query.list("expand") {
        let more = match part.as_str() {
            "description" => json!({"description": project.description}),
            "lead" => json!({"lead": call.shown_user(&project.lead)?}),
            "issueTypes" => json!({"issueTypes": kinds(call, project)?}),
            "projectKeys" => json!({"projectKeys": [project.key]}),
            "insight" => json!({"insight": insight(call, project)?}),
            _ => continue,
        };
        extend(shown, more);
    }
    Ok(())
}

/// How many issues a project has, and when the last of them changed.
fn insight(call: &mut Call<'_, '_>, project: &Project) -> Result<Value, Error> {
    let (mut count, mut last) = (0_u64, None);
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if issue.project == project.id {
            count += 1;
            last = last.max(Some(issue.updated));
        }
    }
    let mut insight = json!({"totalIssueCount": count});
    if let Some(last) = last {
        extend(&mut insight, json!({"lastIssueUpdateTime": moment::show(last)}));
    }
    Ok(insight)
}
