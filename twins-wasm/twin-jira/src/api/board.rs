//! Boards of the Agile API, the order of issues on them, and epics.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{text, texts};
use crate::entities::{Board, Issue};
use crate::errors::Error;
use crate::jql::Hit;
use crate::state::{BOARDS, ISSUE_TYPES, PROJECTS, SPRINTS};
use crate::wire;

use super::call::Call;
use super::{edit, search};

/// How many issues one request may move or rank.
const MOST: usize = 50;

/// The board that the first placeholder names.
pub(super) fn find(call: &mut Call<'_, '_>) -> Result<Board, Error> {
    let id = call.param(0).to_owned();
    let missing = || {
        Error::message(
            404,
            "Requested board cannot be viewed because it either does not exist or you do not have permission to view it.",
        )
    };
    call.state.get(&BOARDS, &id)?.ok_or_else(missing)
}

/// A board as clients see it.
pub(super) fn shown(call: &mut Call<'_, '_>, board: &Board) -> Result<Value, Error> {
    let mut shown = json!({
        "id": board.id.parse::<u64>().unwrap_or_default(),
        "self": format!("{}/rest/agile/1.0/board/{}", call.wire.base, board.id),
        "name": board.name,
        "type": board.kind,
        "isPrivate": false,
    });
    if let (Some(project), Some(shown)) = (call.state.get(&PROJECTS, &board.project)?, shown.as_object_mut())
    {
        let location = json!({
            "projectId": project.id.parse::<u64>().unwrap_or_default(),
            "displayName": format!("{} ({})", project.name, project.key),
            "projectName": project.name, "projectKey": project.key, "projectTypeKey": project.type_key,
            "name": format!("{} ({})", project.name, project.key),
        });
        shown.insert("location".to_owned(), location);
    }
    Ok(shown)
}

/// `GET board`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kind = call.query.text("type").map(str::to_owned);
    let needle = call.query.text("name").unwrap_or_default().to_lowercase();
    let project = match call.query.text("projectKeyOrId").map(str::to_owned) {
        Some(name) => Some(call.project(&name)?.id),
        None => None,
    };
    let mut list = Vec::new();
    for board in call.state.all(&BOARDS)? {
        let fits = kind.as_ref().is_none_or(|kind| *kind == board.kind)
            && project.as_ref().is_none_or(|project| *project == board.project)
            && board.name.to_lowercase().contains(&needle);
        if fits {
            list.push(shown(call, &board)?);
        }
    }
    call.agile_page(&list)
}

/// `GET board/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = find(call)?;
    Ok(wire::json(200, &shown(call, &board)?))
}

/// `POST board`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let name = text(&body, "name").ok_or_else(|| Error::message(400, "The board name is required."))?;
    let kind = text(&body, "type").unwrap_or_default();
    if !["scrum", "kanban"].contains(&kind.as_str()) {
        return Err(Error::message(400, "The board type must be 'scrum' or 'kanban'."));
    }
    let place =
        body.get("location").and_then(|place| place.get("projectKeyOrId")).and_then(crate::args::scalar);
    let place = place.ok_or_else(|| Error::message(400, "The board location is required."))?;
    let project = call.project(&place)?;
    let board = Board { id: call.state.next_id("board")?, name, kind, project: project.id };
    call.state.put(&BOARDS, &board.id, &board)?;
    Ok(wire::json(201, &shown(call, &board)?))
}

/// `DELETE board/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = find(call)?;
    call.state.delete(&BOARDS, &board.id);
    Ok(wire::empty())
}

/// The issues of a board that a further query finds, by rank unless it says otherwise.
fn issues_of(call: &mut Call<'_, '_>, board: &Board, condition: &str) -> Result<Vec<Hit>, Error> {
    let given = call.query.text("jql").unwrap_or_default().to_owned();
    let lower = given.to_lowercase();
    let (filter, order) = match lower.find("order by") {
        Some(at) => given.split_at_checked(at).unwrap_or((&given, "")),
        None => (given.as_str(), "ORDER BY Rank ASC"),
    };
    let mut query = format!("project = {}{condition}", board.project);
    if !filter.trim().is_empty() {
        query = format!("{query} AND ({filter})");
    }
    search::hits(call, &format!("{query} {order}"))
}

/// `GET board/{}/issue`.
pub(super) fn issues(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = find(call)?;
    let found = issues_of(call, &board, "")?;
    search::page_of(call, &found)
}

/// `GET board/{}/backlog`: what is not done and in no sprint that runs or waits on this board.
pub(super) fn backlog(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = find(call)?;
    let mut busy = Vec::new();
    for sprint in call.state.all(&SPRINTS)? {
        if sprint.state == "active" {
            busy.push(sprint.id);
        }
    }
    let mut found = Vec::new();
    for hit in issues_of(call, &board, " AND statusCategory != Done AND issuetype in standardIssueTypes()")? {
        let issue = hit.whole(call.state)?.ok_or_else(Error::no_issue)?;
        if !issue.sprints.iter().any(|sprint| busy.contains(sprint)) {
            found.push(hit);
        }
    }
    search::page_of(call, &found)
}

/// `GET board/{}/epic`.
pub(super) fn epics(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = find(call)?;
    let mut list = Vec::new();
    for hit in issues_of(call, &board, "")? {
        let issue = hit.whole(call.state)?.ok_or_else(Error::no_issue)?;
        if is_epic(call, &issue)? {
            list.push(epic_shown(call, &issue)?);
        }
    }
    call.agile_page(&list)
}

fn is_epic(call: &mut Call<'_, '_>, issue: &Issue) -> Result<bool, Error> {
    Ok(call.state.get(&ISSUE_TYPES, &issue.issue_type)?.is_some_and(|kind| kind.level > 0))
}

fn epic_shown(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Value, Error> {
    let done = super::create::category(call, &issue.status)? == "done";
    Ok(json!({
        "id": issue.id.parse::<u64>().unwrap_or_default(), "key": issue.key,
        "self": format!("{}/rest/agile/1.0/epic/{}", call.wire.base, issue.id),
        "name": issue.custom.get("customfield_10011").cloned().unwrap_or_else(|| json!(issue.summary)),
        "summary": issue.summary, "color": {"key": "color_1"}, "done": done,
    }))
}

/// The epic that the first placeholder names; none for `none`.
fn epic(call: &mut Call<'_, '_>) -> Result<Option<Issue>, Error> {
    if call.param(0) == "none" {
        return Ok(None);
    }
    let issue = call.issue()?;
    if !is_epic(call, &issue)? {
        return Err(Error::message(
            404,
            "The requested epic does not exist or you do not have permission to view it.",
        ));
    }
    Ok(Some(issue))
}

/// `GET epic/{}`.
pub(super) fn epic_get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let epic = epic(call)?.ok_or_else(Error::no_issue)?;
    Ok(wire::json(200, &epic_shown(call, &epic)?))
}

/// `GET epic/{}/issue`.
pub(super) fn epic_issues(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let condition = match epic(call)? {
        Some(epic) => format!("parent = {}", epic.key),
        None => "parent is EMPTY".to_owned(),
    };
    let found = search::hits(call, &format!("{condition} ORDER BY Rank ASC"))?;
    search::page_of(call, &found)
}

/// `POST epic/{}/issue`: `none` takes issues out of their epics.
pub(super) fn epic_add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let epic = epic(call)?.map(|epic| epic.id);
    for before in named(call, &body)? {
        let after = Issue { parent: epic.clone(), ..before.clone() };
        edit::save(call, &before, after, Vec::new(), "issue_updated")?;
    }
    Ok(wire::empty())
}

/// The issues that a body names, 50 at most.
pub(super) fn named(call: &mut Call<'_, '_>, body: &Map<String, Value>) -> Result<Vec<Issue>, Error> {
    let names = texts(body.get("issues"));
    if names.len() > MOST {
        return Err(Error::message(
            400,
            format!("The maximum number of issues that can be moved in one operation is {MOST}."),
        ));
    }
    let mut issues = Vec::new();
    for name in &names {
        let issue = call.state.find_issue(name)?;
        issues.push(issue.ok_or_else(|| {
            Error::message(
                404,
                format!("Issue '{name}' does not exist or you do not have permission to see it."),
            )
        })?);
    }
    Ok(issues)
}

/// `GET issue/{}` of the Agile API.
pub(super) fn issue(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    super::issue::get(call)
}

/// `PUT issue/rank`: issues take their place right before or after another one.
pub(super) fn rank(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let moved = named(call, &body)?;
    let (before, after) = (text(&body, "rankBeforeIssue"), text(&body, "rankAfterIssue"));
    let other = match (&before, &after) {
        (Some(name), None) | (None, Some(name)) => {
            call.state.find_issue(name)?.ok_or_else(Error::no_issue)?
        }
        _ => {
            return Err(Error::message(
                400,
                "Exactly one of 'rankBeforeIssue' and 'rankAfterIssue' must be specified.",
            ));
        }
    };
    let mut all = search::find(call, "created is not EMPTY ORDER BY Rank ASC")?;
    all.retain(|issue| !moved.iter().any(|moved| moved.id == issue.id));
    let place = all.iter().position(|issue| issue.id == other.id).unwrap_or(all.len());
    let place = if before.is_some() { place } else { place + 1 };
    let low = place.checked_sub(1).and_then(|at| all.get(at)).map(|issue| issue.rank.clone());
    let high = all.get(place).map(|issue| issue.rank.clone());
    let mut low = low.unwrap_or_else(|| "0|".to_owned());
    for before in moved {
        let rank = between(&low, high.as_deref());
        low.clone_from(&rank);
        let after = Issue { rank, ..before.clone() };
        edit::save(call, &before, after, Vec::new(), "issue_updated")?;
    }
    Ok(wire::empty())
}

/// A text that sorts between two others. The lower one is never a whole beginning of the higher one with `:` after it.
fn between(low: &str, high: Option<&str>) -> String {
    let Some(high) = high else { return format!("{low}i") };
    let mut rank = String::new();
    let mut low = low.chars();
    let mut bound = Some(high.chars());
    loop {
        let from = low.next().filter(|c| c.is_ascii_alphanumeric() || *c == '|' || *c == ':');
        let to = bound.as_mut().and_then(Iterator::next);
        let (start, end) = (from.map_or(u32::from('/'), u32::from), to.map_or(u32::from('{'), u32::from));
        if from.is_some() && from == to {
            rank.extend(from);
            continue;
        }
        if end > start + 1 {
            let middle = start.midpoint(end);
            rank.extend(char::from_u32(middle));
            return rank;
        }
        // Nothing fits between the two here: stay with the lower one and look behind it.
        rank.push(from.unwrap_or('/'));
        bound = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_lies_between_its_neighbours() {
        for (low, high) in
            [("0|i00001:", "0|i00002:"), ("0|", "0|i00001:"), ("0|i00001:", "0|i00001:i"), ("a", "b")]
        {
            let rank = between(low, Some(high));
            assert!(*low < *rank && *rank < *high, "{low} {rank} {high}");
        }
        assert!(between("0|i00001:", None).as_str() > "0|i00001:");
    }
}
