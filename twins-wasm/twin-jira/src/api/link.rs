//! Links between issues, their types, and links to things outside.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::{Issue, Link, LinkType, RemoteLink};
use crate::errors::Error;
use crate::fields::input;
use crate::history;
use crate::state::{LINK_TYPES, LINKS, REMOTE_LINKS, under};
use crate::webhooks;
use crate::wire;

use super::call::Call;
use super::{comment, edit};

/// `GET issueLinkType`.
pub(super) fn kinds(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kinds = call.state.all(&LINK_TYPES)?;
    let shown: Vec<Value> = kinds.iter().map(|kind| shown_kind(call, kind)).collect();
    Ok(wire::json(200, &json!({"issueLinkTypes": shown})))
}

/// `GET issueLinkType/{}`.
pub(super) fn kind(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("No issue link type with id '{id}' found."));
    let kind = call.state.get(&LINK_TYPES, &id)?.ok_or_else(missing)?;
    Ok(wire::json(200, &shown_kind(call, &kind)))
}

/// A type of link by itself.
pub(super) fn shown_kind(call: &Call<'_, '_>, kind: &LinkType) -> Value {
    json!({
        "id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward,
        "self": call.wire.at(&format!("issueLinkType/{}", kind.id)),
    })
}

/// `POST issueLink`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let inward = end(call, &body, "inwardIssue")?.ok_or_else(Error::no_issue)?;
    let outward = end(call, &body, "outwardIssue")?.ok_or_else(Error::no_issue)?;
    connect(call, body.get("type"), &inward, &outward)?;
    if let Some(given) = body.get("comment").filter(|given| !given.is_null()) {
        comment::add_to(call, &inward, given)?;
    }
    Ok(twin_sdk::Reply::of_json_text(201, "").build())
}

/// Adds a link by the `issuelinks` verb of an update: the other end is named, this end is the issue.
pub(super) fn add_to(call: &mut Call<'_, '_>, issue: &Issue, value: &Value) -> Result<(), Error> {
    let fields = value.as_object().ok_or_else(Error::bad_payload)?;
    let (outward, inward) = (end(call, fields, "outwardIssue")?, end(call, fields, "inwardIssue")?);
    match (inward, outward) {
        (None, Some(outward)) => connect(call, fields.get("type"), issue, &outward),
        (Some(inward), None) => connect(call, fields.get("type"), &inward, issue),
        _ => Err(Error::field("issuelinks", "Issue link must have either an inward or an outward issue.")),
    }
}

fn end(call: &mut Call<'_, '_>, fields: &Map<String, Value>, name: &str) -> Result<Option<Issue>, Error> {
    let given =
        fields.get(name).and_then(|issue| issue.get("key").or_else(|| issue.get("id"))).and_then(scalar);
    match given {
        None => Ok(None),
        Some(given) => call.state.find_issue(&given)?.map(Some).ok_or_else(Error::no_issue),
    }
}

/// Links the source to the destination; a link that is there already is not made twice.
fn connect(
    call: &mut Call<'_, '_>,
    kind: Option<&Value>,
    source: &Issue,
    other: &Issue,
) -> Result<(), Error> {
    let wanted = kind.and_then(input::reference);
    let kinds = call.state.all(&LINK_TYPES)?;
    let kind =
        wanted.as_ref().and_then(|wanted| kinds.into_iter().find(|kind| wanted.names(&kind.id, &kind.name)));
    let kind = kind.ok_or_else(|| {
        let name = match wanted {
            Some(input::Reference::Id(name) | input::Reference::Name(name)) => name,
            None => String::new(),
        };
        Error::message(404, format!("No issue link type with name '{name}' found."))
    })?;
    if source.id == other.id {
        return Err(Error::message(400, "You cannot link an issue to itself."));
    }
    for id in &source.links {
        let held = call.state.get(&LINKS, id)?;
        if held
            .is_some_and(|link| link.kind == kind.id && link.inward == source.id && link.outward == other.id)
        {
            return Ok(());
        }
    }
    let id = call.state.next_id("link")?;
    let link = Link { id, kind: kind.id.clone(), inward: source.id.clone(), outward: other.id.clone() };
    call.state.put(&LINKS, &link.id, &link)?;
    for (issue, words, to) in [(source, &kind.outward, other), (other, &kind.inward, source)] {
        let Some(before) = call.state.issue(&issue.id)? else { continue };
        let mut after = before.clone();
        after.links.push(link.id.clone());
        let sentence = format!("This issue {words} {}", to.key);
        let item = history::item("Link", "issuelinks", (None, None), (Some(to.key.clone()), Some(sentence)));
        edit::save(call, &before, after, vec![item], "issue_updated")?;
    }
    webhooks::link(call.state, "issuelink_created", &link)?;
    Ok(())
}

/// `GET issueLink/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("No issue link with id '{id}' exists."));
    let link = call.state.get(&LINKS, &id)?.ok_or_else(missing)?;
    let kind = call.state.get(&LINK_TYPES, &link.kind)?.ok_or_else(missing)?;
    let inward = call.state.issue_head(&link.inward)?.ok_or_else(missing)?;
    let outward = call.state.issue_head(&link.outward)?.ok_or_else(missing)?;
    let kind = shown_kind(call, &kind);
    let mut show = call.show();
    let mut mention = |issue| show.tree(|show, out| show.mention(out, issue));
    let (inward, outward) = (mention(&inward)?, mention(&outward)?);
    Ok(wire::json(
        200,
        &json!({
            "id": link.id, "self": call.wire.at(&format!("issueLink/{}", link.id)), "type": kind,
            "inwardIssue": inward, "outwardIssue": outward,
        }),
    ))
}

/// `DELETE issueLink/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("No issue link with id '{id}' exists."));
    let link = call.state.unlink(&id)?.ok_or_else(missing)?;
    let Some(kind) = call.state.get(&LINK_TYPES, &link.kind)? else { return Ok(wire::empty()) };
    let ends = [(&link.inward, &kind.outward, &link.outward), (&link.outward, &kind.inward, &link.inward)];
    for (issue, words, other) in ends {
        let (Some(issue), Some(other)) = (call.state.issue(issue)?, call.state.issue(other)?) else {
            continue;
        };
        let sentence = format!("This issue {words} {}", other.key);
        let item = history::item("Link", "issuelinks", (Some(other.key), Some(sentence)), (None, None));
        edit::save(call, &issue, issue.clone(), vec![item], "issue_updated")?;
    }
    webhooks::link(call.state, "issuelink_deleted", &link)?;
    Ok(wire::empty())
}

/// `GET issue/{}/remotelink`.
pub(super) fn remote_list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let wanted = call.query.text("globalId").map(str::to_owned);
    let links = call.state.of_issue(&REMOTE_LINKS, &issue.id)?;
    if let Some(wanted) = wanted {
        let found = links.iter().find(|link| link.global_id.as_ref() == Some(&wanted));
        let found = found.ok_or_else(|| Error::message(404, "The remote link does not exist."))?;
        return Ok(wire::json(200, &shown_remote(call, &issue, found)));
    }
    let shown: Vec<Value> = links.iter().map(|link| shown_remote(call, &issue, link)).collect();
    Ok(wire::json(200, &json!(shown)))
}

fn shown_remote(call: &Call<'_, '_>, issue: &Issue, link: &RemoteLink) -> Value {
    let mut shown = Map::from_iter([
        ("id".to_owned(), json!(link.id.parse::<u64>().unwrap_or_default())),
        ("self".to_owned(), json!(call.wire.at(&format!("issue/{}/remotelink/{}", issue.id, link.id)))),
        ("application".to_owned(), link.application.clone().unwrap_or_else(|| json!({}))),
        ("object".to_owned(), link.object.clone()),
    ]);
    shown.extend(link.global_id.as_ref().map(|id| ("globalId".to_owned(), json!(id))));
    shown.extend(link.relationship.as_ref().map(|name| ("relationship".to_owned(), json!(name))));
    Value::Object(shown)
}

/// `POST issue/{}/remotelink`: a link with a global id that is there is replaced.
pub(super) fn remote_put(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let issue = call.issue_to_write()?;
    let global_id = text(&body, "globalId");
    let links = call.state.of_issue(&REMOTE_LINKS, &issue.id)?;
    let held = links.into_iter().find(|link| global_id.is_some() && link.global_id == global_id);
    let status = if held.is_some() { 200 } else { 201 };
    let id = match held {
        Some(held) => held.id,
        None => call.state.next_id("remote link")?,
    };
    let link = read_remote(&body, &issue, id, global_id)?;
    call.state.put(&REMOTE_LINKS, &under(&issue.id, &link.id), &link)?;
    let address = call.wire.at(&format!("issue/{}/remotelink/{}", issue.id, link.id));
    let id = link.id.parse::<u64>().unwrap_or_default();
    Ok(wire::json(status, &json!({"id": id, "self": address})))
}

fn read_remote(
    body: &Map<String, Value>,
    issue: &Issue,
    id: String,
    global_id: Option<String>,
) -> Result<RemoteLink, Error> {
    let object = body.get("object").cloned().unwrap_or_else(|| json!({}));
    let mut refused = edit::Refused::new();
    for name in ["title", "url"] {
        if object.get(name).and_then(scalar).is_none() {
            refused.insert(name.to_owned(), format!("'{name}' is required."));
        }
    }
    if !refused.is_empty() {
        return Err(Error::fields(refused));
    }
    Ok(RemoteLink {
        id,
        issue: issue.id.clone(),
        global_id,
        application: body.get("application").filter(|given| !given.is_null()).cloned(),
        relationship: text(body, "relationship"),
        object,
    })
}

/// The link that the second placeholder names.
fn remote(call: &mut Call<'_, '_>, issue: &Issue) -> Result<RemoteLink, Error> {
    let id = call.param(1).to_owned();
    let missing = || Error::message(404, format!("The remote link with id '{id}' does not exist."));
    call.state.get(&REMOTE_LINKS, &under(&issue.id, &id))?.ok_or_else(missing)
}

/// `GET issue/{}/remotelink/{}`.
pub(super) fn remote_get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue()?;
    let link = remote(call, &issue)?;
    Ok(wire::json(200, &shown_remote(call, &issue, &link)))
}

/// `PUT issue/{}/remotelink/{}`.
pub(super) fn remote_update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let issue = call.issue_to_write()?;
    let held = remote(call, &issue)?;
    let global_id = text(&body, "globalId").or(held.global_id);
    let link = read_remote(&body, &issue, held.id, global_id)?;
    call.state.put(&REMOTE_LINKS, &under(&issue.id, &link.id), &link)?;
    Ok(wire::empty())
}

/// `DELETE issue/{}/remotelink/{}`.
pub(super) fn remote_delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let issue = call.issue_to_write()?;
    let link = remote(call, &issue)?;
    call.state.delete(&REMOTE_LINKS, &under(&issue.id, &link.id));
    Ok(wire::empty())
}
