//! Issues in the archive: they can be looked at, and are neither found nor changed.

use serde_json::{Map, Value, json};
use twin_sdk::{Reply, Response};

use crate::args::{text, texts};
use crate::entities::Issue;
use crate::errors::Error;
use crate::jql::{self, Search};
use crate::kept::id_of;
use crate::state::ISSUE_TYPES;
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full};
use super::task;

/// How many issues one call takes.
const MOST: usize = 1_000;

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["issue"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("archiveIssues", "PUT", "issue/archive", archive),
    full("archiveIssuesAsync", "POST", "issue/archive", archive_found),
    full("unarchiveIssues", "PUT", "issue/unarchive", restore),
];

/// What went wrong, by kind, with the issues that it went wrong with.
#[derive(Default)]
struct Problems(Map<String, Value>);

impl Problems {
    fn note(&mut self, kind: &str, message: &str, issue: &str) {
        let held = self
            .0
            .entry(kind)
            .or_insert_with(|| json!({"count": 0, "issueIdsOrKeys": [], "message": message}));
        let mut ids = texts(held.get("issueIdsOrKeys"));
        ids.push(issue.to_owned());
        super::resource::extend(held, json!({"count": ids.len(), "issueIdsOrKeys": ids}));
    }
}

/// Puts an issue with its subtasks into the archive, or takes them out.
fn set(call: &mut Call<'_, '_>, mut issue: Issue, archived: Option<u64>) -> Result<(), Error> {
    for child in issue.children.clone() {
        let Some(mut child) = call.state.issue(&child)? else { continue };
        if call.state.get(&ISSUE_TYPES, &child.issue_type)?.is_some_and(|kind| kind.subtask) {
            child.archived = archived;
            call.state.put_issue(&child)?;
        }
    }
    issue.archived = archived;
    Ok(call.state.put_issue(&issue)?)
}

fn change(call: &mut Call<'_, '_>, archived: Option<u64>) -> Result<Response, Error> {
    call.admin("archive and restore issues")?;
    let names = texts(call.object()?.get("issueIdsOrKeys"));
    if names.is_empty() || names.len() > MOST {
        return Err(Error::message(400, format!("Between 1 and {MOST} issues must be provided.")));
    }
    let (mut count, mut problems) = (0, Problems::default());
    for name in names {
        let Some(issue) = call.state.find_issue(&name)? else {
            problems.note("issuesNotFound", "Issues not found", &name);
            continue;
        };
        if call.state.get(&ISSUE_TYPES, &issue.issue_type)?.is_some_and(|kind| kind.subtask) {
            problems.note("issueIsSubtask", "Issue is subtask", &name);
        } else if issue.archived.is_some() != archived.is_some() {
            set(call, issue, archived)?;
            count += 1;
        }
    }
    Ok(wire::json(200, &json!({"numberOfIssuesUpdated": count, "errors": problems.0})))
}

/// `PUT issue/archive`.
fn archive(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let now = call.state.now();
    change(call, Some(now))
}

/// `PUT issue/unarchive`.
fn restore(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    change(call, None)
}

/// `POST issue/archive`: what a query finds.
fn archive_found(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("archive and restore issues")?;
    let jql = text(&call.object()?, "jql").unwrap_or_default();
    let query = jql::parse(&jql).map_err(|problem| Error::message(400, problem))?;
    let caller = call.me().to_owned();
    let found = jql::search(call.state, &Search { query: &query, caller: &caller, reconciled: &[] })?;
    let now = call.state.now();
    let count = found.len();
    for hit in found {
        if let Some(issue) = call.state.issue(&hit.id)? {
            set(call, issue, Some(now))?;
        }
    }
    let task = task::keep(call, "Archive issues", json!({"numberOfIssuesUpdated": count}))?;
    let address = call.wire.at(&format!("task/{}", id_of(&task)));
    Ok(Reply::of_json_text(202, json!(address).to_string()).build())
}
