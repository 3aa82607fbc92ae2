//! The history of issues.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::texts;
use crate::entities::{Change, Issue};
use crate::errors::Error;
use crate::state::CHANGES;
use crate::{moment, wire};

use super::call::Call;

/// The page size of an issue's history, and the most that one page may have.
const PAGE: usize = 100;
/// The page size of histories in bulk.
const BULK_PAGE: usize = 1_000;

/// `GET issue/{}/changelog`: oldest first.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let start = call.query.number("startAt", 0)?;
    let most = call.query.number("maxResults", PAGE)?.min(PAGE);
    let mut shown = Vec::new();
    for change in call.state.of_issue(&CHANGES, &issue.id)? {
        shown.push(shown_change(call, &change)?);
    }
    Ok(wire::json(200, &wire::page(&call.here, &shown, start, most)))
}

/// `POST issue/{}/changelog/list`.
pub(super) fn by_ids(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let issue = call.issue()?;
    let ids = texts(body.get("changelogIds"));
    let mut shown = Vec::new();
    for change in call.state.of_issue(&CHANGES, &issue.id)? {
        if ids.contains(&change.id) {
            shown.push(shown_change(call, &change)?);
        }
    }
    let total = shown.len();
    let body = json!({"startAt": 0, "maxResults": total, "total": total, "histories": shown});
    Ok(wire::json(200, &body))
}

/// `POST changelog/bulkfetch`.
pub(super) fn bulk(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let names = texts(body.get("issueIdsOrKeys"));
    if names.is_empty() || names.len() > BULK_PAGE {
        return Err(Error::message(400, "The number of issue IDs or keys must be between 1 and 1000."));
    }
    let fields = texts(body.get("fieldIds"));
    let most = body.get("maxResults").and_then(Value::as_u64).and_then(|most| usize::try_from(most).ok());
    let most = most.unwrap_or(BULK_PAGE).clamp(1, 10_000);
    let binding = twin_sdk::Binding::new(
        "changelog",
        call.me(),
        &[("of", &names.join(",")), ("in", &fields.join(","))],
    );
    let start = match body.get("nextPageToken").and_then(Value::as_str) {
        None => 0,
        Some(token) => binding
            .read(token)
            .ok()
            .and_then(|start| start.parse().ok())
            .ok_or_else(|| Error::message(400, "The provided nextPageToken is not valid."))?,
    };
    let all = changes_of(call, &names, &fields)?;
    let logs = by_issue(call, all.iter().skip(start).take(most))?;
    let mut answer = json!({"issueChangeLogs": logs});
    let end = start.saturating_add(most);
    if end < all.len()
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("nextPageToken".to_owned(), json!(binding.mint(&end.to_string())));
    }
    Ok(wire::json(200, &answer))
}

/// The changes of some issues in some fields, in all where none is named.
fn changes_of(call: &mut Call<'_, '_>, names: &[String], fields: &[String]) -> Result<Vec<Change>, Error> {
    let mut all = Vec::new();
    for name in names {
        let Some(issue) = call.state.find_issue(name)? else { continue };
        for mut change in call.state.of_issue(&CHANGES, &issue.id)? {
            change.items.retain(|item| {
                fields.is_empty() || item.field_id.as_ref().is_some_and(|id| fields.contains(id))
            });
            if !change.items.is_empty() {
                all.push(change);
            }
        }
    }
    Ok(all)
}

/// Changes under the issues that they are of.
fn by_issue<'c>(
    call: &mut Call<'_, '_>,
    changes: impl Iterator<Item = &'c Change>,
) -> Result<Vec<Value>, Error> {
    let mut logs: Vec<(String, Vec<Value>)> = Vec::new();
    for change in changes {
        let shown = shown_change(call, change)?;
        match logs.last_mut().filter(|(issue, _)| *issue == change.issue) {
            Some((_, histories)) => histories.push(shown),
            None => logs.push((change.issue.clone(), vec![shown])),
        }
    }
    let shown = logs.into_iter();
    Ok(shown.map(|(issue, histories)| json!({"issueId": issue, "changeHistories": histories})).collect())
}

/// The history within an issue: newest first.
pub(super) fn whole(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Value, Error> {
    let mut shown = Vec::new();
    for change in call.state.of_issue(&CHANGES, &issue.id)?.iter().rev().take(PAGE) {
        shown.push(shown_change(call, change)?);
    }
    let total = shown.len();
    Ok(json!({"startAt": 0, "maxResults": total, "total": total, "histories": shown}))
}

fn shown_change(call: &mut Call<'_, '_>, change: &Change) -> Result<Value, Error> {
    Ok(json!({
        "id": change.id,
        "author": call.shown_user(&change.author)?,
        "created": moment::show(change.created),
        "items": change.items,
    }))
}
