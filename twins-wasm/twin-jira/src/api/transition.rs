//! `issue/{}/transitions`: the steps of the workflow.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::scalar;
use crate::entities::{Issue, Transition};
use crate::errors::Error;
use crate::fields::meta::Screens;
use crate::state::{ISSUE_TYPES, STATUSES, WORKFLOWS};
use crate::text::Text;
use crate::{shapes, wire};

use super::call::Call;
use super::create::category;
use super::edit::{self, Refused};
use super::verbs;

/// The steps that an issue can take from where it is.
pub(super) fn available(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Vec<Transition>, Error> {
    let project = edit::project_of(call, issue)?;
    let workflow = call.state.get(&WORKFLOWS, project.workflow_of(&issue.issue_type))?;
    let Some(workflow) = workflow else { return Ok(Vec::new()) };
    let from_here = |step: &Transition| step.from.is_empty() || step.from.contains(&issue.status);
    Ok(workflow.transitions.into_iter().filter(from_here).collect())
}

/// `GET issue/{}/transitions`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let wanted = call.query.text("transitionId").map(str::to_owned);
    let with_fields = call.query.list("expand").iter().any(|part| part == "transitions.fields");
    let mut out = Text::default();
    out.open(b'{');
    out.pair("expand", "transitions")?;
    out.member("transitions");
    write(call, &mut out, &issue, wanted.as_deref(), with_fields)?;
    out.close(b'}');
    Ok(wire::text(200, out.into_bytes()))
}

/// Every step as clients see it.
pub(super) fn shown(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Value, Error> {
    let mut out = Text::default();
    write(call, &mut out, issue, None, false)?;
    Ok(out.tree()?)
}

fn write(
    call: &mut Call<'_, '_>,
    out: &mut Text,
    issue: &Issue,
    wanted: Option<&str>,
    with_fields: bool,
) -> Result<(), Error> {
    out.open(b'[');
    for step in available(call, issue)? {
        if wanted.is_some_and(|wanted| wanted != step.id) {
            continue;
        }
        out.item();
        out.open(b'{');
        if with_fields {
            out.pair("fields", &fields(call, issue, &step)?)?;
        }
        out.pair("hasScreen", &!step.screen.is_empty())?;
        out.pair("id", &step.id)?;
        out.pair("isAvailable", &true)?;
        out.pair("isConditional", &false)?;
        out.pair("isGlobal", &step.from.is_empty())?;
        out.pair("isInitial", &false)?;
        out.pair("isLooped", &(step.to == issue.status))?;
        out.pair("name", &step.name)?;
        let to = call.state.get(&STATUSES, &step.to)?;
        out.pair("to", &to.as_ref().map(|status| shapes::Status::of(&call.wire, status)))?;
        out.close(b'}');
    }
    out.close(b']');
    Ok(())
}

fn fields(call: &mut Call<'_, '_>, issue: &Issue, step: &Transition) -> Result<Value, Error> {
    let project = edit::project_of(call, issue)?;
    let Some(kind) = call.state.get(&ISSUE_TYPES, &issue.issue_type)? else { return Ok(json!({})) };
    let mut screens = Screens { state: call.state, wire: &call.wire, project: &project };
    let mut shown = serde_json::Map::new();
    for id in &step.screen {
        if let Some(mut meta) = screens.field(id, &kind)? {
            if let Some(meta) = meta.as_object_mut() {
                meta.insert("required".to_owned(), json!(step.required.contains(id)));
            }
            shown.insert(id.clone(), meta);
        }
    }
    Ok(Value::Object(shown))
}

/// `POST issue/{}/transitions`.
pub(super) fn take(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let before = call.issue_to_write()?;
    let id = body.get("transition").and_then(|step| step.get("id")).and_then(scalar);
    let id = id.ok_or_else(|| Error::message(400, "Missing 'transition' identifier"))?;
    if id.parse::<i64>().is_err() {
        return Err(Error::message(400, "'transition' identifier must be an integer"));
    }
    let step = available(call, &before)?.into_iter().find(|step| step.id == id);
    let step = step
        .ok_or_else(|| Error::message(400, format!("Transition id '{id}' is not valid for this issue.")))?;
    let project = edit::project_of(call, &before)?;
    let (fields, update) = edit::parts(&body)?;
    let mut after = before.clone();
    let mut refused = Refused::new();
    for (field, value) in &fields {
        if step.screen.contains(field) {
            edit::set(call, &project, &mut after, field, value, &mut refused)?;
        } else {
            refused.insert(field.clone(), crate::fields::input::unknown(field));
        }
    }
    for field in &step.required {
        let given = fields.get(field).is_some_and(|value| !value.is_null()) || update.contains_key(field);
        if !given && !refused.contains_key(field) {
            refused.insert(field.clone(), required(call, field)?);
        }
    }
    let extras = verbs::update(call, &project, &mut after, &update, &step.screen, &mut refused)?;
    if !refused.is_empty() {
        return Err(Error::fields(refused));
    }
    enter(call, &mut after, &step)?;
    let after = edit::save(call, &before, after, Vec::new(), "issue_generic")?;
    edit::add(call, &after, extras)?;
    edit::properties(call, &after, &body)?;
    Ok(wire::empty())
}

fn required(call: &mut Call<'_, '_>, field: &str) -> Result<String, Error> {
    let custom = call.state.get(&crate::state::FIELDS, field)?.map(|field| field.name);
    let system = crate::fields::catalogue::system(field).map(|field| field.name.to_owned());
    Ok(format!("{} is required.", custom.or(system).unwrap_or_else(|| field.to_owned())))
}

/// Puts an issue where a step leads, with the resolution that belongs there.
pub(super) fn enter(call: &mut Call<'_, '_>, issue: &mut Issue, step: &Transition) -> Result<(), Error> {
    let now = call.state.now();
    let (from, to) = (category(call, &issue.status)?, category(call, &step.to)?);
    if from != to {
        issue.category_changed = now;
    }
    issue.status.clone_from(&step.to);
    if to != "done" {
        (issue.resolution, issue.resolved) = (None, None);
    } else if issue.resolution.is_none() {
        issue.resolution = match &step.resolution {
            Some(resolution) => Some(resolution.clone()),
            None => call.state.usual_resolution()?,
        };
        issue.resolved = Some(now);
    }
    Ok(())
}
