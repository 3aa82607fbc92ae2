//! `issue/{}/comment`.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::entities::{Comment, Issue, Rich};
use crate::errors::Error;
use crate::state::{COMMENTS, GROUPS, ROLE_ACTORS, under};
use crate::text::Text;
use crate::webhooks;
use crate::{args, wire};

use super::call::Call;

/// The page size of a list that names none.
const PAGE: usize = 100;

/// `GET issue/{}/comment`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let (start, most) = (call.query.number("startAt", 0)?, call.query.number("maxResults", PAGE)?);
    let mut comments = Vec::new();
    for comment in call.state.of_issue(&COMMENTS, &issue.id)? {
        if is_visible(call, &issue, &comment)? {
            comments.push(comment);
        }
    }
    match call.query.text("orderBy") {
        Some("-created") => comments.reverse(),
        None | Some("created" | "+created") => {}
        Some(_) => return Err(Error::message(400, "Cannot order by given field.")),
    }
    let with_html = wants_html(call);
    let mut out = Text::default();
    out.open(b'{');
    out.member("comments");
    out.open(b'[');
    let mut show = call.show();
    for comment in comments.iter().skip(start).take(most) {
        out.item();
        let html = with_html.then(|| comment.body.html());
        show.comment(&mut out, comment, html.as_deref())?;
    }
    out.close(b']');
    out.pair("maxResults", &most)?;
    out.pair("startAt", &start)?;
    out.pair("total", &comments.len())?;
    out.close(b'}');
    Ok(wire::text(200, out.into_bytes()))
}

fn wants_html(call: &Call<'_, '_>) -> bool {
    call.query.list("expand").iter().any(|part| part == "renderedBody")
}

fn shown(call: &mut Call<'_, '_>, status: u16, comment: &Comment) -> Result<Response, Error> {
    let html = wants_html(call).then(|| comment.body.html());
    let mut out = Text::default();
    call.show().comment(&mut out, comment, html.as_deref())?;
    Ok(wire::text(status, out.into_bytes()))
}

/// Whether the caller is in the group or role that a comment is for.
fn is_visible(call: &mut Call<'_, '_>, issue: &Issue, comment: &Comment) -> Result<bool, Error> {
    let Some(visibility) = &comment.visibility else { return Ok(true) };
    if comment.author == call.me() {
        return Ok(true);
    }
    let text = |name| visibility.get(name).and_then(Value::as_str).unwrap_or_default();
    let (kind, value, id) = (text("type"), text("value"), text("identifier"));
    let me = call.me().to_owned();
    let groups = call.state.all(&GROUPS)?;
    if kind == "group" {
        let is_named = |group: &&crate::entities::Group| group.name == value || group.id == id;
        return Ok(groups.iter().filter(is_named).any(|group| group.members.contains(&me)));
    }
    let Some(role) = super::roles::by_name(call, value)? else { return Ok(false) };
    let actors = call.state.get(&ROLE_ACTORS, &format!("{}/{role}", issue.project))?.unwrap_or_default();
    let by_group =
        groups.iter().any(|group| actors.groups.contains(&group.name) && group.members.contains(&me));
    Ok(by_group || actors.users.contains(&me))
}

/// `GET issue/{}/comment/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let comment = find(call, &issue)?;
    shown(call, 200, &comment)
}

/// The comment that the second placeholder names.
fn find(call: &mut Call<'_, '_>, issue: &Issue) -> Result<Comment, Error> {
    let id = call.param(1).to_owned();
    let missing = || Error::message(404, format!("Can not find a comment for the id: {id}."));
    let comment = call.state.get(&COMMENTS, &under(&issue.id, &id))?.ok_or_else(missing)?;
    if !is_visible(call, issue, &comment)? {
        return Err(missing());
    }
    Ok(comment)
}

/// The comment of that id, whatever issue it is on.
pub(super) fn of_id(call: &mut Call<'_, '_>, id: &str) -> Result<Comment, Error> {
    let missing = || Error::message(404, format!("Can not find a comment for the id: {id}."));
    let comment =
        call.state.all(&COMMENTS)?.into_iter().find(|comment| comment.id == id).ok_or_else(missing)?;
    let issue = call.state.issue(&comment.issue)?.ok_or_else(missing)?;
    if is_visible(call, &issue, &comment)? { Ok(comment) } else { Err(missing()) }
}

/// `POST comment/list`: those of the ids that the caller may see.
pub(super) fn by_ids(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let ids = args::texts(body.get("ids"));
    if ids.is_empty() || ids.len() > 1_000 {
        return Err(Error::message(400, "Between 1 and 1000 comment ids must be provided."));
    }
    let mut shown = Vec::new();
    for id in &ids {
        let Ok(comment) = of_id(call, id) else { continue };
        let html = wants_html(call).then(|| comment.body.html());
        shown.push(call.show().tree(|show, out| show.comment(out, &comment, html.as_deref()))?);
    }
    call.page(&shown)
}

/// `POST issue/{}/comment`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = args::body(call.incoming)?;
    let issue = call.issue_to_write()?;
    let comment = add_to(call, &issue, &body)?;
    shown(call, 201, &comment)
}

/// Adds a comment to an issue.
pub(super) fn add_to(call: &mut Call<'_, '_>, issue: &Issue, value: &Value) -> Result<Comment, Error> {
    let body = read_body(call, value)?;
    let visibility = visibility(call, value)?;
    let now = call.state.now();
    let me = call.me().to_owned();
    let comment = Comment {
        id: call.state.next_id("comment")?,
        issue: issue.id.clone(),
        author: me.clone(),
        update_author: me,
        body,
        created: now,
        updated: now,
        visibility,
    };
    call.state.put(&COMMENTS, &under(&issue.id, &comment.id), &comment)?;
    touch(call, issue)?;
    webhooks::comment(call.state, &call.wire, &call.user, "comment_created", issue, &comment)?;
    Ok(comment)
}

fn read_body(call: &Call<'_, '_>, value: &Value) -> Result<Rich, Error> {
    let given = value.get("body").unwrap_or(&Value::Null);
    let empty = || Error::field("comment", "Comment body can not be empty!");
    let read = Rich::read(given, call.wire.documents());
    let text = read.map_err(|_| Error::field("comment", "Comment body is not valid!"))?.ok_or_else(empty)?;
    let has_media = matches!(&text, Rich::Document(node) if node.to_string().contains("\"media"));
    if text.wiki().trim().is_empty() && !has_media {
        return Err(empty());
    }
    Ok(text)
}

/// Who may see a comment or logged work: a group by its id, or by the name that it may lose, or a role by its name.
/// What is not on the site is kept as it was sent.
pub(super) fn visibility(call: &mut Call<'_, '_>, value: &Value) -> Result<Option<Value>, Error> {
    let Some(given) = value.get("visibility").filter(|given| !given.is_null()) else { return Ok(None) };
    let text = |name| given.get(name).and_then(Value::as_str);
    let (kind, value) = (text("type"), text("value"));
    let named = text("identifier").or(value).unwrap_or_default();
    match kind {
        Some("group") => {
            let groups = call.state.all(&GROUPS)?;
            let by_id = groups.iter().find(|group| group.id == named);
            let found = by_id.or_else(|| groups.iter().find(|group| Some(group.name.as_str()) == value));
            let (id, name) = found.map_or((named, value.unwrap_or(named)), |group| (&group.id, &group.name));
            Ok(Some(json!({"identifier": id, "type": "group", "value": name})))
        }
        Some("role") => {
            let name = value.unwrap_or(named);
            Ok(Some(json!({"identifier": name, "type": "role", "value": name})))
        }
        _ => Err(Error::field("commentLevel", "The visibility type must be 'group' or 'role'.")),
    }
}

/// An issue counts as updated when something on it changes.
pub(super) fn touch(call: &mut Call<'_, '_>, issue: &Issue) -> Result<(), Error> {
    if let Some(mut issue) = call.state.issue(&issue.id)? {
        issue.updated = call.state.now();
        call.state.put_issue(&issue)?;
    }
    Ok(())
}

/// `PUT issue/{}/comment/{}`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = args::body(call.incoming)?;
    let issue = call.issue_to_write()?;
    let mut comment = find(call, &issue)?;
    comment.body = read_body(call, &body)?;
    if body.get("visibility").is_some() {
        comment.visibility = visibility(call, &body)?;
    }
    call.me().clone_into(&mut comment.update_author);
    comment.updated = call.state.now();
    call.state.put(&COMMENTS, &under(&issue.id, &comment.id), &comment)?;
    touch(call, &issue)?;
    webhooks::comment(call.state, &call.wire, &call.user, "comment_updated", &issue, &comment)?;
    shown(call, 200, &comment)
}

/// `DELETE issue/{}/comment/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue_to_write()?;
    let comment = find(call, &issue)?;
    call.state.delete(&COMMENTS, &under(&issue.id, &comment.id));
    touch(call, &issue)?;
    webhooks::comment(call.state, &call.wire, &call.user, "comment_deleted", &issue, &comment)?;
    Ok(wire::empty())
}
