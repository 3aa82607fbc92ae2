//! Watchers and votes.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::{self, scalar};
use crate::entities::Issue;
use crate::errors::Error;
use crate::wire;

use super::call::Call;

/// `GET issue/{}/watchers`.
pub(super) fn watchers(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let mut shown = Vec::new();
    for watcher in &issue.watchers {
        shown.push(call.shown_user(watcher)?);
    }
    Ok(wire::json(
        200,
        &json!({
            "self": call.wire.at(&format!("issue/{}/watchers", issue.key)),
            "isWatching": issue.watchers.iter().any(|watcher| watcher == call.me()),
            "watchCount": shown.len(),
            "watchers": shown,
        }),
    ))
}

/// `POST issue/{}/watchers`: the body is an account id, or empty for the caller.
pub(super) fn watch(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let account = match args::body(call.incoming) {
        Ok(Value::Null) | Err(Error::Refused { .. }) => call.me().to_owned(),
        Ok(value) => scalar(&value).ok_or_else(Error::bad_payload)?,
        Err(error) => return Err(error),
    };
    let mut issue = call.issue_to_write()?;
    if call.state.user(&account)?.is_none() {
        return Err(Error::message(404, format!("The user with the account id '{account}' does not exist.")));
    }
    if !issue.watchers.contains(&account) {
        issue.watchers.push(account);
        call.state.put_issue(&issue)?;
    }
    Ok(wire::empty())
}

/// `DELETE issue/{}/watchers`.
pub(super) fn unwatch(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let account = call.query.text("accountId").or_else(|| call.query.text("username"));
    let account = account.ok_or_else(|| Error::message(400, "accountId must be provided"))?.to_owned();
    let mut issue = call.issue_to_write()?;
    issue.watchers.retain(|watcher| *watcher != account);
    call.state.put_issue(&issue)?;
    Ok(wire::empty())
}

/// `GET issue/{}/votes`.
pub(super) fn votes(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let mut shown = Vec::new();
    for voter in &issue.voters {
        shown.push(call.shown_user(voter)?);
    }
    Ok(wire::json(
        200,
        &json!({
            "self": call.wire.at(&format!("issue/{}/votes", issue.key)),
            "votes": shown.len(),
            "hasVoted": issue.voters.iter().any(|voter| voter == call.me()),
            "voters": shown,
        }),
    ))
}

/// `POST issue/{}/votes`. Nobody votes for their own issue, nor for one that is done.
pub(super) fn vote(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut issue = votable(call)?;
    let me = call.me().to_owned();
    if !issue.voters.contains(&me) {
        issue.voters.push(me);
        call.state.put_issue(&issue)?;
    }
    Ok(wire::empty())
}

/// `DELETE issue/{}/votes`.
pub(super) fn unvote(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut issue = votable(call)?;
    let me = call.me().to_owned();
    if !issue.voters.contains(&me) {
        return Err(Error::message(
            404,
            "Cannot remove a vote for an issue that the user has not already voted for.",
        ));
    }
    issue.voters.retain(|voter| *voter != me);
    call.state.put_issue(&issue)?;
    Ok(wire::empty())
}

fn votable(call: &mut Call<'_, '_>) -> Result<Issue, Error> {
    let issue = call.issue_to_write()?;
    if issue.reporter.as_deref() == Some(call.me()) {
        return Err(Error::message(404, "You cannot vote for an issue you have reported."));
    }
    if issue.resolution.is_some() {
        return Err(Error::message(404, "You cannot vote on an issue that has been resolved."));
    }
    Ok(issue)
}
