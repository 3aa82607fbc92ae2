//! What belongs to issues beside their fields: properties of comments and work, watching many, picking, archiving.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{object, scalar, texts};
use crate::errors::Error;
use crate::kept::{Kind, id_of, number};
use crate::state::{REMOTE_LINKS, State, WORKLOGS, under};
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full, outline};
use super::{attachment, comment, issue_properties, property};

const COMMENT_KEY: &str = "comment/{commentId}/properties/{propertyKey}";
const WORKLOG_KEYS: &str = "issue/{issueIdOrKey}/worklog/{worklogId}/properties";
const WORKLOG_KEY: &str = "issue/{issueIdOrKey}/worklog/{worklogId}/properties/{propertyKey}";

/// Work that was removed, and when.
static DELETED_WORKLOGS: Kind = Kind::empty("deleted_worklogs");
/// How many a page of changed work has.
const PAGE: usize = 1_000;

/// The operations.
pub(super) const FAMILY: Family =
    Family { heads: &["attachment", "comment", "component", "issue", "worklog"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("bulkDeleteIssueProperty", "DELETE", "issue/properties/{propertyKey}", issue_properties::clear),
    full("bulkSetIssuePropertiesByIssue", "POST", "issue/properties/multi", issue_properties::set_each),
    full("bulkSetIssuePropertiesList", "POST", "issue/properties", issue_properties::set_list),
    full("bulkSetIssueProperty", "PUT", "issue/properties/{propertyKey}", issue_properties::set_one),
    full("deleteCommentProperty", "DELETE", COMMENT_KEY, property::comment_delete),
    full("deleteRemoteIssueLinkByGlobalId", "DELETE", "issue/{issueIdOrKey}/remotelink", unlink),
    full("deleteWorklogProperty", "DELETE", WORKLOG_KEY, property::worklog_delete),
    outline("expandAttachmentForHumans", "GET", "attachment/{id}/expand/human", expand_human),
    outline("expandAttachmentForMachines", "GET", "attachment/{id}/expand/raw", expand_raw),
    outline("getAttachmentThumbnail", "GET", "attachment/thumbnail/{id}", attachment::content),
    full("getCommentProperty", "GET", COMMENT_KEY, property::comment_get),
    full("getCommentPropertyKeys", "GET", "comment/{commentId}/properties", property::comment_keys),
    full("getCommentsByIds", "POST", "comment/list", comment::by_ids),
    full("getComponentRelatedIssues", "GET", "component/{id}/relatedIssueCounts", component_count),
    full("getIdsOfWorklogsDeletedSince", "GET", "worklog/deleted", deleted),
    full("getIdsOfWorklogsModifiedSince", "GET", "worklog/updated", updated),
    full("getIsWatchingIssueBulk", "POST", "issue/watching", watching),
    full("getIssuePickerResource", "GET", "issue/picker", pick),
    full("getWorklogProperty", "GET", WORKLOG_KEY, property::worklog_get),
    full("getWorklogPropertyKeys", "GET", WORKLOG_KEYS, property::worklog_keys),
    full("getWorklogsForIds", "POST", "worklog/list", worklogs),
    outline("notify", "POST", "issue/{issueIdOrKey}/notify", notify),
    full("setCommentProperty", "PUT", COMMENT_KEY, property::comment_set),
    full("setWorklogProperty", "PUT", WORKLOG_KEY, property::worklog_set),
];

/// `GET component/{}/relatedIssueCounts`.
fn component_count(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The component with id {id} does not exist."));
    call.state.get(&crate::state::COMPONENTS, &id)?.ok_or_else(missing)?;
    let mut count = 0_u64;
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        count += u64::from(issue.components.contains(&id));
    }
    let address = call.wire.at(&format!("component/{id}"));
    Ok(wire::json(200, &json!({"self": address, "issueCount": count})))
}

/// `POST issue/watching`.
fn watching(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ids = texts(object(call.incoming)?.get("issueIds"));
    let mut watching = Map::new();
    for id in ids {
        let issue = call.state.issue(&id)?;
        let watches = issue.is_some_and(|issue| issue.watchers.iter().any(|watcher| watcher == call.me()));
        watching.insert(id, json!(watches));
    }
    Ok(wire::json(200, &json!({"issuesIsWatching": watching})))
}

/// `POST issue/{}/notify`: what must be there is checked; no mail is sent.
fn notify(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    call.issue()?;
    let to = body.get("to").and_then(Value::as_object);
    let is_list = |value: &Value| value.as_array().is_some_and(|list| !list.is_empty());
    let has_recipient = to.is_some_and(|to| to.values().any(|value| is_list(value) || *value == json!(true)));
    if !has_recipient {
        return Err(Error::message(400, "No recipients were defined for notification."));
    }
    Ok(wire::empty())
}

/// `DELETE issue/{}/remotelink`.
fn unlink(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let wanted = call.query.required("globalId")?.to_owned();
    let issue = call.issue_to_write()?;
    let links = call.state.of_issue(&REMOTE_LINKS, &issue.id)?;
    let found = links.iter().find(|link| link.global_id.as_ref() == Some(&wanted));
    let found = found.ok_or_else(|| Error::message(404, "The remote link does not exist."))?;
    call.state.delete(&REMOTE_LINKS, &under(&issue.id, &found.id));
    Ok(wire::empty())
}

/// Archives are not looked into: each has no entries that the twin knows of.
fn archive(call: &mut Call<'_, '_>) -> Result<crate::entities::Attachment, Error> {
    let found = attachment::find(call)?;
    if found.mime_type.contains("zip") {
        return Err(Error::message(409, "The contents of the archive cannot be shown."));
    }
    Err(Error::message(409, "The attachment is not an archive."))
}

fn expand_human(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let found = archive(call)?;
    Ok(wire::json(200, &json!({"id": number(&found.id), "entries": [], "totalEntryCount": 0})))
}

fn expand_raw(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    archive(call)?;
    Ok(wire::json(200, &json!({"entries": [], "totalEntryCount": 0})))
}

/// Remembers that work was removed.
pub(super) fn note_deleted(call: &mut Call<'_, '_>, worklog: &str) -> Result<(), Error> {
    let now = call.state.now();
    Ok(DELETED_WORKLOGS.put(call.state, &json!({"id": worklog, "updatedTime": now}))?)
}

/// A page of work that changed, oldest first.
fn changed(call: &Call<'_, '_>, path: &str, mut all: Vec<(String, u64)>) -> Result<Response, Error> {
    let since = u64::try_from(call.query.number("since", 0)?).unwrap_or_default();
    all.retain(|(_, at)| *at >= since);
    all.sort_by_key(|(_, at)| *at);
    let is_last = all.len() <= PAGE;
    all.truncate(PAGE);
    let until = all.last().map_or(since, |(_, at)| *at);
    let values: Vec<Value> = all
        .iter()
        .map(|(id, at)| json!({"worklogId": number(id), "updatedTime": at, "properties": []}))
        .collect();
    let at = |since: u64| call.wire.at(&format!("worklog/{path}?since={since}"));
    let mut body =
        json!({"values": values, "since": since, "until": until, "self": at(since), "lastPage": is_last});
    if !is_last {
        super::resource::extend(&mut body, json!({"nextPage": at(until)}));
    }
    Ok(wire::json(200, &body))
}

/// `GET worklog/updated`.
fn updated(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let all = call.state.all(&WORKLOGS)?;
    let all = all.into_iter().map(|worklog| (worklog.id, worklog.updated)).collect();
    changed(call, "updated", all)
}

/// `GET worklog/deleted`.
fn deleted(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let all = DELETED_WORKLOGS.all(call.state)?;
    let at = |held: &Value| held.get("updatedTime").and_then(Value::as_u64).unwrap_or_default();
    let all = all.iter().map(|held| (id_of(held), at(held))).collect();
    changed(call, "deleted", all)
}

/// `POST worklog/list`.
fn worklogs(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ids = texts(object(call.incoming)?.get("ids"));
    if ids.is_empty() || ids.len() > PAGE {
        return Err(Error::message(400, "Between 1 and 1000 worklog ids must be provided."));
    }
    let all = call.state.all(&WORKLOGS)?;
    let mut shown = Vec::new();
    for worklog in all.iter().filter(|worklog| ids.contains(&worklog.id)) {
        shown.push(call.show().tree(|show, out| show.worklog(out, worklog))?);
    }
    Ok(wire::json(200, &json!(shown)))
}

/// `GET issue/picker`: issues whose key or summary has what was typed.
fn pick(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let needle = call.query.text("query").unwrap_or_default().to_lowercase();
    let project = call.query.text("currentProjectId").map(str::to_owned);
    let current = call.query.text("currentIssueKey").map(str::to_owned);
    let jql = call.query.text("currentJQL").unwrap_or_default().to_owned();
    let mut found = Vec::new();
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        let fits =
            issue.key.to_lowercase().contains(&needle) || issue.summary.to_lowercase().contains(&needle);
        if fits
            && Some(&issue.key) != current.as_ref()
            && project.as_ref().is_none_or(|id| *id == issue.project)
        {
            found.push(issue);
        }
    }
    let me = call.me().to_owned();
    let mut shown = Vec::new();
    for issue in found {
        if shown.len() < 20 && (jql.is_empty() || crate::jql::matches(call.state, &jql, &issue, &me)?) {
            shown.push(json!({
                "id": number(&issue.id), "key": issue.key, "keyHtml": issue.key, "summary": issue.summary,
                "summaryText": issue.summary, "img": "/images/icons/issuetypes/task.svg",
            }));
        }
    }
    let sub = format!("Showing {0} of {0} matching issues", shown.len());
    let section = json!({"label": "History Search", "id": "hs", "sub": sub, "issues": shown});
    Ok(wire::json(200, &json!({"sections": [section]})))
}

/// The ids of a list of numbers in a body.
pub(super) fn ids_in(body: &Map<String, Value>, name: &str) -> Vec<String> {
    body.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(scalar).collect()
}
