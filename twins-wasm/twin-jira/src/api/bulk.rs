//! Changes to many issues at once: deleted, moved through the workflow, watched. They are done when they are asked for; the
//! queue tells how they went.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{text, texts};
use crate::entities::Issue;
use crate::errors::Error;
use crate::kept::{id_of, number, text_of};
use crate::state::STATUSES;
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full};
use super::{edit, issue, task, transition};

/// How many issues one call takes.
const MOST: usize = 1_000;

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["bulk"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("getAvailableTransitions", "GET", "bulk/issues/transition", transitions),
    full("getBulkOperationProgress", "GET", "bulk/queue/{taskId}", progress),
    full("submitBulkDelete", "POST", "bulk/issues/delete", delete),
    full("submitBulkTransition", "POST", "bulk/issues/transition", take),
    full("submitBulkUnwatch", "POST", "bulk/issues/unwatch", unwatch),
    full("submitBulkWatch", "POST", "bulk/issues/watch", watch),
];

/// The issues that a list names, and how many names lead to none.
fn named(call: &mut Call<'_, '_>, names: &[String]) -> Result<(Vec<Issue>, usize), Error> {
    if names.is_empty() || names.len() > MOST {
        return Err(Error::message(400, format!("Between 1 and {MOST} issues must be selected.")));
    }
    let mut found = Vec::new();
    for name in names {
        found.extend(call.state.find_issue(name)?);
    }
    let unknown = names.len() - found.len();
    Ok((found, unknown))
}

/// How a bulk operation went.
#[derive(Default)]
struct Outcome {
    done: Vec<Value>,
    failed: Map<String, Value>,
    unknown: usize,
}

impl Outcome {
    fn note(&mut self, issue: &Issue, result: Result<(), Error>) -> Result<(), Error> {
        match result {
            Ok(()) => self.done.push(number(&issue.id)),
            Err(Error::Refused { messages, errors, .. }) => {
                let problems: Vec<String> = messages.into_iter().chain(errors.into_values()).collect();
                self.failed.insert(issue.id.clone(), json!(problems));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn queued(self, call: &mut Call<'_, '_>, what: &str) -> Result<Response, Error> {
        let total = self.done.len() + self.failed.len() + self.unknown;
        let result = json!({
            "totalIssueCount": total, "processedAccessibleIssues": self.done, "failedAccessibleIssues": self.failed,
            "invalidOrInaccessibleIssueCount": self.unknown,
        });
        let task = task::keep(call, what, result)?;
        Ok(wire::json(201, &json!({"taskId": id_of(&task)})))
    }
}

/// `GET bulk/queue/{}`.
fn progress(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let task = task::find(call)?;
    let mut shown = json!({
        "taskId": id_of(&task), "status": "COMPLETE", "progressPercent": 100,
        "submittedBy": {"accountId": text_of(&task, "_by")}, "created": task.get("submitted"),
        "started": task.get("started"), "updated": task.get("lastUpdate"),
    });
    super::resource::extend(&mut shown, task.get("result").cloned().unwrap_or_default());
    Ok(wire::json(200, &shown))
}

fn selected(body: &Map<String, Value>) -> Vec<String> {
    texts(body.get("selectedIssueIdsOrKeys"))
}

/// `POST bulk/issues/delete`, with the subtasks.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (issues, unknown) = named(call, &selected(&call.object()?))?;
    let mut outcome = Outcome { unknown, ..Outcome::default() };
    for found in issues {
        let result = issue::remove(call, &found, true);
        outcome.note(&found, result)?;
    }
    outcome.queued(call, "Bulk delete")
}

/// `POST bulk/issues/watch`.
fn watch(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    set_watching(call, true)
}

/// `POST bulk/issues/unwatch`.
fn unwatch(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    set_watching(call, false)
}

fn set_watching(call: &mut Call<'_, '_>, watches: bool) -> Result<Response, Error> {
    let (issues, unknown) = named(call, &selected(&call.object()?))?;
    let mut outcome = Outcome { unknown, ..Outcome::default() };
    let me = call.me().to_owned();
    for mut found in issues {
        found.watchers.retain(|watcher| *watcher != me);
        if watches {
            found.watchers.push(me.clone());
        }
        let result = call.state.put_issue(&found).map_err(Error::from);
        outcome.note(&found, result)?;
    }
    outcome.queued(call, if watches { "Bulk watch" } else { "Bulk unwatch" })
}

/// `GET bulk/issues/transition`: the steps of each workflow that the issues are in.
fn transitions(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (issues, _) = named(call, &call.query.list("issueIdsOrKeys"))?;
    let mut groups: Vec<(Value, Vec<String>)> = Vec::new();
    for found in issues {
        let mut steps = Vec::new();
        for step in transition::available(call, &found)? {
            let name = call.state.get(&STATUSES, &step.to)?.map(|status| status.name);
            let to = json!({"statusId": number(&step.to), "statusName": name});
            steps.push(json!({"transitionId": number(&step.id), "transitionName": step.name, "to": to}));
        }
        let steps = json!(steps);
        match groups.iter_mut().find(|(held, _)| *held == steps) {
            Some((_, keys)) => keys.push(found.key),
            None => groups.push((steps, vec![found.key])),
        }
    }
    let shown: Vec<Value> = groups
        .into_iter()
        .map(|(steps, keys)| json!({"isTransitionsFiltered": false, "issues": keys, "transitions": steps}))
        .collect();
    Ok(wire::json(200, &json!({"availableTransitions": shown})))
}

fn step(call: &mut Call<'_, '_>, before: &Issue, id: &str) -> Result<(), Error> {
    let found = transition::available(call, before)?.into_iter().find(|step| step.id == id);
    let missing = || Error::message(400, format!("Transition id '{id}' is not valid for this issue."));
    let found = found.ok_or_else(missing)?;
    let mut after = before.clone();
    transition::enter(call, &mut after, &found)?;
    edit::save(call, before, after, Vec::new(), "issue_generic")?;
    Ok(())
}

/// `POST bulk/issues/transition`.
fn take(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let inputs = body.get("bulkTransitionInputs").and_then(Value::as_array).filter(|list| !list.is_empty());
    let inputs = inputs.ok_or_else(|| Error::message(400, "The transition inputs are required."))?;
    let mut outcome = Outcome::default();
    for input in inputs.iter().filter_map(Value::as_object) {
        let id = text(input, "transitionId").unwrap_or_default();
        let (issues, unknown) = named(call, &selected(input))?;
        outcome.unknown += unknown;
        for before in issues {
            let result = step(call, &before, &id);
            outcome.note(&before, result)?;
        }
    }
    outcome.queued(call, "Bulk transition")
}
