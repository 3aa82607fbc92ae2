//! How the site tracks time, and what it offers at all.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::errors::Error;
use crate::wire;

use super::call::Call;
use super::site_settings::{held, keep};

const TRACKER: &str = "JIRA";

/// `GET configuration/timetracking/list`.
pub(super) fn trackers(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access time tracking")?;
    Ok(wire::json(
        200,
        &json!([{"key": TRACKER, "name": "JIRA provided time tracking", "url": "/secure/admin/TimeTrackingAdmin.jspa"}]),
    ))
}

/// `GET configuration/timetracking`.
pub(super) fn tracker(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access time tracking")?;
    Ok(wire::json(
        200,
        &json!({"key": TRACKER, "name": "JIRA provided time tracking", "url": "/secure/admin/TimeTrackingAdmin.jspa"}),
    ))
}

/// `PUT configuration/timetracking`: there is one provider.
pub(super) fn set_tracker(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("select time tracking")?;
    if text(&call.object()?, "key").as_deref() == Some(TRACKER) {
        return Ok(wire::empty());
    }
    Err(Error::message(400, "The time tracking provider does not exist."))
}

fn the_tracking(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let usual = json!({
        "workingHoursPerDay": 8.0, "workingDaysPerWeek": 5.0, "timeFormat": "pretty", "defaultUnit": "minute",
    });
    held(call, "timetracking", usual)
}

/// `GET configuration/timetracking/options`.
pub(super) fn tracking(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access time tracking")?;
    let tracking = the_tracking(call)?;
    Ok(wire::json(200, &tracking))
}

/// `PUT configuration/timetracking/options`.
pub(super) fn set_tracking(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("set time tracking")?;
    let body = call.object()?;
    for name in ["workingHoursPerDay", "workingDaysPerWeek", "timeFormat", "defaultUnit"] {
        let given = body.get(name).ok_or_else(|| Error::message(400, format!("'{name}' is required.")))?;
        let word = given.as_str().unwrap_or_default();
        let fits = match name {
            "timeFormat" => ["pretty", "days", "hours"].contains(&word),
            "defaultUnit" => ["minute", "hour", "day", "week"].contains(&word),
            _ => given.as_f64().is_some_and(|number| number > 0.0),
        };
        if !fits {
            return Err(Error::message(400, format!("The value of '{name}' is not valid.")));
        }
    }
    keep(call, "timetracking", Value::Object(body))?;
    tracking(call)
}

/// `GET configuration`.
pub(super) fn configuration(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let tracking = the_tracking(call)?;
    Ok(wire::json(
        200,
        &json!({
            "votingEnabled": true, "watchingEnabled": true, "unassignedIssuesAllowed": true, "subTasksEnabled": true,
            "issueLinkingEnabled": true, "timeTrackingEnabled": true, "attachmentsEnabled": true,
            "timeTrackingConfiguration": tracking,
        }),
    ))
}
