//! `issue/{}/worklog`: work logged, and what it leaves of the estimate.

use serde_json::Value;
use twin_sdk::Response;

use crate::args::scalar;
use crate::entities::{Issue, Rich, Worklog};
use crate::errors::Error;
use crate::state::{WORKLOGS, under};
use crate::text::Text;
use crate::webhooks;
use crate::{args, moment, wire};

use super::call::Call;
use super::edit;

/// The page size of a list that names none.
const PAGE: usize = 5_000;

/// `GET issue/{}/worklog`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let (start, most) = (call.query.number("startAt", 0)?, call.query.number("maxResults", PAGE)?);
    let worklogs = call.state.of_issue(&WORKLOGS, &issue.id)?;
    let mut out = Text::default();
    out.open(b'{');
    out.pair("maxResults", &most)?;
    out.pair("startAt", &start)?;
    out.pair("total", &worklogs.len())?;
    out.member("worklogs");
    out.open(b'[');
    let mut show = call.show();
    for worklog in worklogs.iter().skip(start).take(most) {
        out.item();
        show.worklog(&mut out, worklog)?;
    }
    out.close(b']');
    out.close(b'}');
    Ok(wire::text(200, out.into_bytes()))
}

/// `GET issue/{}/worklog/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let worklog = find(call, &issue)?;
    shown(call, 200, &worklog)
}

fn shown(call: &mut Call<'_, '_>, status: u16, worklog: &Worklog) -> Result<Response, Error> {
    let mut out = Text::default();
    call.show().worklog(&mut out, worklog)?;
    Ok(wire::text(status, out.into_bytes()))
}

/// The work that the second placeholder names.
pub(super) fn find(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Worklog, Error> {
    let id = call.param(1).to_owned();
    let missing = || Error::message(404, format!("Cannot find worklog with id: '{id}'."));
    call.state.get(&WORKLOGS, &under(&issue.id, &id))?.ok_or_else(missing)
}

/// `POST issue/{}/worklog`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = args::body(call.incoming)?;
    let issue = call.issue_to_write()?;
    let worklog = add_to(call, &issue, &body)?;
    shown(call, 201, &worklog)
}

/// Logs work on an issue.
pub(super) fn add_to(call: &mut Call<'_, '_>, issue: &Issue, value: &Value) -> Result<Worklog, Error> {
    let seconds = spent(value)?.ok_or_else(|| {
        Error::field("timeLogged", "You must indicate the time spent in 'timeSpent' or 'timeSpentSeconds'.")
    })?;
    let now = call.state.now();
    let me = call.me().to_owned();
    let worklog = Worklog {
        id: call.state.next_id("worklog")?,
        issue: issue.id.clone(),
        author: me.clone(),
        update_author: me,
        comment: comment(call, value)?,
        started: started(value)?.unwrap_or(now),
        seconds,
        created: now,
        updated: now,
        visibility: super::comment::visibility(call, value)?,
    };
    let adjusted = adjust(call, issue, i128::from(seconds), "reduceBy")?;
    call.state.put(&WORKLOGS, &under(&issue.id, &worklog.id), &worklog)?;
    book(call, issue, adjusted, i128::from(seconds))?;
    webhooks::worklog(call.state, &call.wire, "worklog_created", &worklog)?;
    Ok(worklog)
}

fn spent(value: &Value) -> Result<Option<u64>, Error> {
    if let Some(seconds) =
        value.get("timeSpentSeconds").and_then(Value::as_u64).filter(|seconds| *seconds > 0)
    {
        return Ok(Some(seconds));
    }
    let Some(text) = value.get("timeSpent").and_then(scalar) else { return Ok(None) };
    let seconds = moment::work_seconds(&text).filter(|seconds| *seconds > 0);
    seconds.map(Some).ok_or_else(|| Error::field("timeLogged", "Invalid time duration entered."))
}

fn started(value: &Value) -> Result<Option<u64>, Error> {
    let Some(text) = value.get("started").and_then(Value::as_str) else { return Ok(None) };
    let problem = || {
        Error::message(
            400,
            format!("Cannot deserialize value of type `java.util.Date` from String \"{text}\""),
        )
    };
    moment::parse(text).map(Some).ok_or_else(problem)
}

fn comment(call: &Call<'_, '_>, value: &Value) -> Result<Option<Rich>, Error> {
    let Some(given) = value.get("comment") else { return Ok(None) };
    Rich::read(given, call.wire.documents())
        .map_err(|_| Error::field("comment", "Worklog comment is not valid!"))
}

/// What remains of the estimate after `change` seconds more were spent, as `adjustEstimate` says.
fn adjust(call: &Call<'_, '_>, issue: &Issue, change: i128, reduce: &str) -> Result<Option<u64>, Error> {
    let remaining = issue.remaining_estimate;
    let duration = |name: &str| {
        let problem =
            || Error::field("adjustEstimate", format!("You must supply a valid value for '{name}'."));
        call.query.text(name).and_then(moment::work_seconds).ok_or_else(problem)
    };
    Ok(match call.query.text("adjustEstimate").unwrap_or("auto") {
        "leave" => remaining,
        "new" => Some(duration("newEstimate")?),
        "manual" => {
            let by = duration(reduce)?;
            let rest = remaining.unwrap_or(0);
            Some(if change < 0 { rest.saturating_add(by) } else { rest.saturating_sub(by) })
        }
        "auto" => remaining.map(|rest| u64::try_from(i128::from(rest) - change).unwrap_or(0)),
        other => {
            return Err(Error::field(
                "adjustEstimate",
                format!("'{other}' is not a valid value for 'adjustEstimate'."),
            ));
        }
    })
}

/// Writes the time on the issue.
fn book(call: &mut Call<'_, '_>, issue: &Issue, remaining: Option<u64>, change: i128) -> Result<(), Error> {
    let Some(before) = call.state.issue(&issue.id)? else { return Ok(()) };
    let spent = i128::from(before.time_spent.unwrap_or(0)) + change;
    let after = Issue {
        remaining_estimate: remaining.or(Some(0)),
        time_spent: Some(u64::try_from(spent).unwrap_or(0)),
        ..before.clone()
    };
    edit::save(call, &before, after, Vec::new(), "issue_worklog_updated")?;
    Ok(())
}

/// `PUT issue/{}/worklog/{}`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = args::body(call.incoming)?;
    let issue = call.issue_to_write()?;
    let mut worklog = find(call, &issue)?;
    let seconds = spent(&body)?.unwrap_or(worklog.seconds);
    let change = i128::from(seconds) - i128::from(worklog.seconds);
    let adjusted = adjust(call, &issue, change, "reduceBy")?;
    worklog.seconds = seconds;
    if let Some(comment) = comment(call, &body)? {
        worklog.comment = Some(comment);
    }
    if let Some(started) = started(&body)? {
        worklog.started = started;
    }
    if body.get("visibility").is_some() {
        worklog.visibility = super::comment::visibility(call, &body)?;
    }
    call.me().clone_into(&mut worklog.update_author);
    worklog.updated = call.state.now();
    call.state.put(&WORKLOGS, &under(&issue.id, &worklog.id), &worklog)?;
    book(call, &issue, adjusted, change)?;
    webhooks::worklog(call.state, &call.wire, "worklog_updated", &worklog)?;
    shown(call, 200, &worklog)
}

/// `DELETE issue/{}/worklog/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue_to_write()?;
    let worklog = find(call, &issue)?;
    let change = -i128::from(worklog.seconds);
    let adjusted = adjust(call, &issue, change, "increaseBy")?;
    call.state.delete(&WORKLOGS, &under(&issue.id, &worklog.id));
    super::issue_parts::note_deleted(call, &worklog.id)?;
    book(call, &issue, adjusted, change)?;
    webhooks::worklog(call.state, &call.wire, "worklog_deleted", &worklog)?;
    Ok(wire::empty())
}
