//! Work that the service does behind the caller's back. The twin does it at once: a task is complete as soon as it is
//! known.

use serde_json::{Value, json};
use twin_sdk::{Reply, Response};

use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::route::{Family, Route, full};

static TASKS: Kind = Kind::empty("tasks");

/// The operations on tasks.
pub(super) const FAMILY: Family = Family { heads: &["task"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("cancelTask", "POST", "task/{taskId}/cancel", cancel),
    full("getTask", "GET", "task/{taskId}", get),
];

/// Keeps a task that is done; `result` is what it came to.
pub(super) fn keep(call: &mut Call<'_, '_>, description: &str, result: Value) -> Result<Value, Error> {
    let now = call.state.now();
    let task = json!({
        "id": TASKS.next_id(call.state)?, "description": description, "status": "COMPLETE", "result": result,
        "_by": call.me(), "submittedBy": 10_000, "progress": 100, "elapsedRuntime": 0, "submitted": now,
        "started": now, "finished": now, "lastUpdate": now,
    });
    TASKS.put(call.state, &task)?;
    Ok(task)
}

/// Sends the caller to a task that is done.
pub(super) fn see(call: &mut Call<'_, '_>, description: &str, result: Value) -> Result<Response, Error> {
    let task = keep(call, description, result)?;
    let location = call.wire.at(&format!("task/{}", id_of(&task)));
    let body = shown(call, &task).to_string();
    let reply = Reply::of_json_text(303, body);
    Ok(reply.header("location", location).build())
}

fn shown(call: &Call<'_, '_>, task: &Value) -> Value {
    let mut shown = task.clone();
    if let Some(members) = shown.as_object_mut() {
        members.retain(|name, _| !name.starts_with('_'));
    }
    extend(&mut shown, json!({"self": call.wire.at(&format!("task/{}", id_of(task)))}));
    shown
}

/// The task that the first placeholder names: the caller's own, or for administrators anybody's.
pub(super) fn find(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The task with id '{id}' was not found."));
    let task = TASKS.get(call.state, &id)?.ok_or_else(missing)?;
    if text_of(&task, "_by") != call.me() {
        call.admin("access tasks of other users")?;
    }
    Ok(task)
}

/// `GET task/{}`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let task = find(call)?;
    Ok(wire::json(200, &shown(call, &task)))
}

/// `POST task/{}/cancel`: what is done cannot be stopped.
fn cancel(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    find(call)?;
    Err(Error::message(400, "The task cannot be cancelled because it is already finished."))
}
