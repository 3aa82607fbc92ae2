//! Sprints.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::{Issue, Sprint};
use crate::errors::Error;
use crate::moment;
use crate::state::{BOARDS, SPRINTS, State};
use crate::{webhooks, wire};

use super::call::Call;
use super::{board, edit, search};

/// The longest name.
const LONGEST_NAME: usize = 30;

fn find(call: &mut Call<'_, '_>) -> Result<Sprint, Error> {
    let id = call.param(0).to_owned();
    call.state.get(&SPRINTS, &id)?.ok_or_else(|| Error::message(404, "Sprint does not exist"))
}

fn shown(call: &Call<'_, '_>, sprint: &Sprint) -> Value {
    let mut shown = wire::sprint_ref(sprint);
    if let Some(shown) = shown.as_object_mut() {
        let board = shown.remove("boardId");
        shown.extend(board.map(|board| ("originBoardId".to_owned(), board)));
        shown.insert(
            "self".to_owned(),
            json!(format!("{}/rest/agile/1.0/sprint/{}", call.wire.base, sprint.id)),
        );
    }
    shown
}

/// `GET board/{}/sprint`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let board = board::find(call)?;
    if board.kind != "scrum" {
        return Err(Error::message(400, "The board does not support sprints"));
    }
    let states = call.query.list("state");
    let sprints = call.state.all(&SPRINTS)?.into_iter().filter(|sprint| sprint.board == board.id);
    let sprints = sprints.filter(|sprint| states.is_empty() || states.contains(&sprint.state));
    let list: Vec<Value> = sprints.map(|sprint| shown(call, &sprint)).collect();
    call.agile_page(&list)
}

/// `GET sprint/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let sprint = find(call)?;
    Ok(wire::json(200, &shown(call, &sprint)))
}

/// `POST sprint`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let board = body.get("originBoardId").and_then(scalar).unwrap_or_default();
    let board = call.state.get(&BOARDS, &board)?.filter(|board| board.kind == "scrum");
    let board = board.ok_or_else(|| {
        Error::field("originBoardId", "The board does not exist or does not support sprints.")
    })?;
    let blank = Sprint {
        id: String::new(),
        board: board.id,
        name: String::new(),
        state: "future".to_owned(),
        goal: String::new(),
        start: None,
        end: None,
        complete: None,
    };
    let mut sprint = filled(blank, &body)?;
    if sprint.name.is_empty() {
        return Err(Error::field("name", "The sprint name is required."));
    }
    sprint.id = call.state.next_id("sprint")?;
    call.state.put(&SPRINTS, &sprint.id, &sprint)?;
    webhooks::sprint(call.state, "sprint_created", &sprint)?;
    Ok(wire::json(201, &shown(call, &sprint)))
}

/// A sprint with what a body says of it, but its state.
fn filled(mut sprint: Sprint, body: &Map<String, Value>) -> Result<Sprint, Error> {
    if let Some(name) = text(body, "name") {
        if name.chars().count() > LONGEST_NAME {
            return Err(Error::field(
                "name",
                format!("The sprint name must be shorter than {LONGEST_NAME} characters."),
            ));
        }
        sprint.name = name;
    }
    if let Some(goal) = body.get("goal").and_then(Value::as_str) {
        goal.clone_into(&mut sprint.goal);
    }
    for (name, slot) in [("startDate", &mut sprint.start), ("endDate", &mut sprint.end)] {
        if let Some(date) = text(body, name) {
            let ms = moment::parse(&date);
            let ms = ms.ok_or_else(|| Error::field(name, format!("'{date}' is not a valid date.")))?;
            *slot = Some(written(ms));
        }
    }
    Ok(sprint)
}

/// A moment as the Agile API writes it.
fn written(ms: u64) -> String {
    moment::show(ms).replace("+0000", "Z")
}

/// `POST sprint/{}`: what is left out stays.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = find(call)?;
    let mut sprint = filled(held.clone(), &body)?;
    let now = call.state.now();
    let mut event = "sprint_updated";
    if let Some(state) = text(&body, "state").filter(|state| *state != held.state) {
        match (held.state.as_str(), state.as_str()) {
            ("future", "active") => {
                if sprint.start.is_none() || sprint.end.is_none() {
                    return Err(Error::message(
                        400,
                        "A sprint must have a start and an end date to be started.",
                    ));
                }
                event = "sprint_started";
            }
            ("active", "closed") => {
                sprint.complete = Some(written(now));
                event = "sprint_closed";
            }
            (from, to) => {
                return Err(Error::message(
                    400,
                    format!("A sprint cannot go from the state '{from}' to '{to}'."),
                ));
            }
        }
        sprint.state = state;
    } else if held.state == "closed" && body.keys().any(|key| key == "startDate" || key == "endDate") {
        return Err(Error::message(400, "The dates of a closed sprint cannot be changed."));
    }
    call.state.put(&SPRINTS, &sprint.id, &sprint)?;
    if event == "sprint_closed" {
        release(call, &sprint)?;
    }
    webhooks::sprint(call.state, event, &sprint)?;
    Ok(wire::json(200, &shown(call, &sprint)))
}

/// Issues that are not done keep the closed sprint in their past; nothing moves them elsewhere. A sprint that is
/// removed leaves them altogether.
fn release(call: &mut Call<'_, '_>, gone: &Sprint) -> Result<(), Error> {
    if gone.state == "closed" {
        return Ok(());
    }
    let mut issues = State::issues();
    let mut changed = Vec::new();
    while let Some(issue) = call.state.step(&mut issues)? {
        if issue.sprints.contains(&gone.id) {
            changed.push(issue);
        }
    }
    for before in changed {
        let mut after = before.clone();
        after.sprints.retain(|id| *id != gone.id);
        edit::save(call, &before, after, Vec::new(), "issue_updated")?;
    }
    Ok(())
}

/// `DELETE sprint/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let sprint = find(call)?;
    if sprint.state == "closed" {
        return Err(Error::message(400, "A closed sprint cannot be deleted."));
    }
    release(call, &sprint)?;
    call.state.delete(&SPRINTS, &sprint.id);
    webhooks::sprint(call.state, "sprint_deleted", &sprint)?;
    Ok(wire::empty())
}

/// `GET sprint/{}/issue`.
pub(super) fn issues(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let sprint = find(call)?;
    let mut query = format!("sprint = {}", sprint.id);
    if let Some(jql) = call.query.text("jql") {
        query = format!("{query} AND ({jql})");
    }
    let found = search::hits(call, &format!("{query} ORDER BY Rank ASC"))?;
    search::page_of(call, &found)
}

/// `POST sprint/{}/issue`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let sprint = find(call)?;
    if sprint.state == "closed" {
        return Err(Error::message(400, "Issues can only be moved to open or active sprints."));
    }
    for before in board::named(call, &body)? {
        place(call, &before, Some(&sprint.id))?;
    }
    Ok(wire::empty())
}

/// `POST backlog/issue`: out of every sprint that runs or waits.
pub(super) fn to_backlog(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    for before in board::named(call, &body)? {
        place(call, &before, None)?;
    }
    Ok(wire::empty())
}

/// Puts an issue into a sprint; the closed ones that it was in stay.
fn place(call: &mut Call<'_, '_>, before: &Issue, sprint: Option<&str>) -> Result<(), Error> {
    let mut after = before.clone();
    after.sprints.clear();
    for id in &before.sprints {
        if call.state.get(&SPRINTS, id)?.is_some_and(|held| held.state == "closed") {
            after.sprints.push(id.clone());
        }
    }
    after.sprints.extend(sprint.map(str::to_owned));
    edit::save(call, before, after, Vec::new(), "issue_updated")?;
    Ok(())
}
