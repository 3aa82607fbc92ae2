//! The shapes that the service sends for everything but issues, field by field, with the addresses of the version of
//! the API that the caller speaks.

use serde_json::{Map, Value, json};
use twin_sdk::{Incoming, Reply, Response, TableError, digest_id, with_query};

use crate::entities::{
    Attachment, Choice, Comment, Component, IssueType, Priority, Project, Resolution, Sprint, Status, User,
    Version, Worklog,
};
use crate::moment;
use crate::state::{State, USERS};

/// How addresses are written in an answer.
#[derive(Debug, Clone)]
pub(crate) struct Wire {
    /// Scheme and host, and what stands before `/rest`.
    pub base: String,
    /// `2` or `3`.
    pub version: &'static str,
}

impl Wire {
    /// As the request asks: behind a proxy that says so, the proxy's own address.
    pub(crate) fn of(incoming: &Incoming<'_>, origin: &str, prefix: &str, version: &'static str) -> Self {
        let origin = match incoming.header("x-forwarded-host") {
            Some(host) => format!("{}://{host}", incoming.header("x-forwarded-proto").unwrap_or("https")),
            None => origin.to_owned(),
        };
        Self { base: format!("{origin}{prefix}"), version }
    }

    /// Whether rich text is in the document format.
    pub(crate) fn documents(&self) -> bool {
        self.version == "3"
    }

    /// The address of something under this version of the API.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}/rest/api/{}/{path}", self.base, self.version)
    }

    fn avatar(&self, kind: &str, avatar: u64, size: &str) -> String {
        self.at(&format!("universal_avatar/view/type/{kind}/avatar/{avatar}{size}"))
    }
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &Value) -> Response {
    Reply::of_json_text(status, body.to_string()).build()
}

/// An answer without a body.
pub(crate) fn empty() -> Response {
    Reply::empty(204).build()
}

/// One page of a list that is there as a whole, in the older form of paging.
pub(crate) fn page(url: &str, items: &[Value], start: usize, most: usize) -> Value {
    let at = |start: usize| {
        let (start, most) = (start.to_string(), most.to_string());
        with_query(url, &[("startAt", Some(&start)), ("maxResults", Some(&most))])
    };
    let total = items.len();
    let shown: Vec<&Value> = items.iter().skip(start).take(most).collect();
    let end = start.saturating_add(shown.len());
    let mut body = Map::from_iter([
        ("self".to_owned(), json!(at(start))),
        ("maxResults".to_owned(), json!(most)),
        ("startAt".to_owned(), json!(start)),
        ("total".to_owned(), json!(total)),
        ("isLast".to_owned(), json!(end >= total)),
        ("values".to_owned(), json!(shown)),
    ]);
    if end < total {
        body.insert("nextPage".to_owned(), json!(at(end)));
    }
    Value::Object(body)
}

/// A text as one part of a query.
pub(crate) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A person as `viewer` sees them.
pub(crate) fn user(wire: &Wire, user: &User, viewer: &str) -> Value {
    let mut shown = json!({
        "self": wire.at(&format!("user?accountId={}", encoded(&user.account_id))),
        "accountId": user.account_id,
        "avatarUrls": user_avatars(user),
        "displayName": user.display_name,
        "active": user.active,
        "timeZone": user.time_zone,
        "accountType": user.account_type,
    });
    let shows_email = !user.email.is_empty() && (user.email_visible || user.account_id == viewer);
    if shows_email && let Some(shown) = shown.as_object_mut() {
        shown.insert("emailAddress".to_owned(), json!(user.email));
    }
    shown
}

fn user_avatars(user: &User) -> Value {
    let digest = digest_id("", &user.account_id, 32).to_lowercase();
    let url = format!("https://secure.gravatar.com/avatar/{digest}");
    json!({"48x48": url, "24x24": url, "16x16": url, "32x32": url})
}

/// The person with an account id; null for nobody and for somebody who is gone.
pub(crate) fn user_by_id(
    state: &mut State<'_>,
    wire: &Wire,
    id: Option<&str>,
    viewer: &str,
) -> Result<Value, TableError> {
    let Some(id) = id else { return Ok(Value::Null) };
    Ok(state.get(&USERS, id)?.map_or(Value::Null, |found| user(wire, &found, viewer)))
}

/// A type of issue.
pub(crate) fn issue_type(wire: &Wire, kind: &IssueType) -> Value {
    let mut shown = json!({
        "self": wire.at(&format!("issuetype/{}", kind.id)),
        "id": kind.id,
        "description": kind.description,
        "iconUrl": kind.avatar.map_or_else(
            || format!("{}/images/icons/issuetypes/{}.svg", wire.base, kind.name.to_lowercase()),
            |avatar| wire.avatar("issuetype", avatar, "?size=medium"),
        ),
        "name": kind.name,
        "subtask": kind.subtask,
        "hierarchyLevel": kind.level,
    });
    if let (Some(avatar), Some(shown)) = (kind.avatar, shown.as_object_mut()) {
        shown.insert("avatarId".to_owned(), json!(avatar));
    }
    shown
}

/// A priority within an issue.
pub(crate) fn priority(wire: &Wire, priority: &Priority) -> Value {
    json!({
        "self": wire.at(&format!("priority/{}", priority.id)),
        "iconUrl": format!("{}/images/icons/priorities/{}.svg", wire.base, priority.name.to_lowercase()),
        "name": priority.name,
        "id": priority.id,
    })
}

/// A status.
pub(crate) fn status(wire: &Wire, status: &Status) -> Value {
    json!({
        "self": wire.at(&format!("status/{}", status.id)),
        "description": status.description,
        "iconUrl": format!("{}/", wire.base),
        "name": status.name,
        "id": status.id,
        "statusCategory": category(wire, &status.category),
    })
}

/// The categories of statuses: key, id, colour and name.
pub(crate) const CATEGORIES: &[(&str, u64, &str, &str)] = &[
    ("undefined", 1, "medium-gray", "No Category"),
    ("new", 2, "blue-gray", "To Do"),
    ("indeterminate", 4, "yellow", "In Progress"),
    ("done", 3, "green", "Done"),
];

/// A category of statuses by its key.
pub(crate) fn category(wire: &Wire, key: &str) -> Value {
    let known = CATEGORIES.iter().find(|(known, ..)| *known == key).or_else(|| CATEGORIES.first());
    let Some((key, id, color, name)) = known else { return Value::Null };
    json!({
        "self": wire.at(&format!("statuscategory/{id}")), "id": id, "key": key, "colorName": color, "name": name,
    })
}

/// A resolution.
pub(crate) fn resolution(wire: &Wire, resolution: &Resolution) -> Value {
    json!({
        "self": wire.at(&format!("resolution/{}", resolution.id)),
        "id": resolution.id,
        "description": resolution.description,
        "name": resolution.name,
    })
}

/// The pictures of a project.
pub(crate) fn project_avatars(wire: &Wire, project: &Project) -> Value {
    let url = |size| wire.avatar("project", project.avatar, size);
    json!({
        "48x48": url(""), "24x24": url("?size=small"), "16x16": url("?size=xsmall"), "32x32": url("?size=medium"),
    })
}

/// A project within an issue.
pub(crate) fn project_ref(wire: &Wire, project: &Project) -> Value {
    json!({
        "self": wire.at(&format!("project/{}", project.id)),
        "id": project.id,
        "key": project.key,
        "name": project.name,
        "projectTypeKey": project.type_key,
        "simplified": project.simplified,
        "avatarUrls": project_avatars(wire, project),
    })
}

/// A version of a project. `overdue` is told for those that are not out yet.
pub(crate) fn version(wire: &Wire, version: &Version, now: u64) -> Value {
    let mut shown = Map::from_iter([
        ("self".to_owned(), json!(wire.at(&format!("version/{}", version.id)))),
        ("id".to_owned(), json!(version.id)),
        ("name".to_owned(), json!(version.name)),
        ("archived".to_owned(), json!(version.archived)),
        ("released".to_owned(), json!(version.released)),
        ("projectId".to_owned(), json!(version.project.parse::<u64>().unwrap_or_default())),
    ]);
    if let Some(description) = &version.description {
        shown.insert("description".to_owned(), json!(description));
    }
    if let Some(start) = &version.start_date {
        shown.insert("startDate".to_owned(), json!(start));
    }
    if let Some(release) = &version.release_date {
        shown.insert("releaseDate".to_owned(), json!(release));
        if !version.released {
            let today = moment::civil(now).date().to_string();
            shown.insert("overdue".to_owned(), json!(*release < today));
        }
    }
    Value::Object(shown)
}

/// A version within an issue.
pub(crate) fn version_ref(wire: &Wire, version: &Version) -> Value {
    let mut shown = json!({
        "self": wire.at(&format!("version/{}", version.id)),
        "id": version.id,
        "description": version.description.clone().unwrap_or_default(),
        "name": version.name,
        "archived": version.archived,
        "released": version.released,
    });
    if let (Some(date), Some(shown)) = (&version.release_date, shown.as_object_mut()) {
        shown.insert("releaseDate".to_owned(), json!(date));
    }
    shown
}

/// A component within an issue.
pub(crate) fn component_ref(wire: &Wire, component: &Component) -> Value {
    let mut shown = json!({
        "self": wire.at(&format!("component/{}", component.id)), "id": component.id, "name": component.name,
    });
    if let (Some(description), Some(shown)) = (&component.description, shown.as_object_mut()) {
        shown.insert("description".to_owned(), json!(description));
    }
    shown
}

/// A choice of a custom field.
pub(crate) fn choice(wire: &Wire, choice: &Choice) -> Value {
    json!({
        "self": wire.at(&format!("customFieldOption/{}", choice.id)), "value": choice.value, "id": choice.id,
    })
}

/// A comment.
pub(crate) fn comment(
    state: &mut State<'_>,
    wire: &Wire,
    comment: &Comment,
    viewer: &str,
) -> Result<Value, TableError> {
    let mut shown = json!({
        "self": wire.at(&format!("issue/{}/comment/{}", comment.issue, comment.id)),
        "id": comment.id,
        "author": user_by_id(state, wire, Some(&comment.author), viewer)?,
        "body": comment.body.show(wire.documents()),
        "updateAuthor": user_by_id(state, wire, Some(&comment.update_author), viewer)?,
        "created": moment::show(comment.created),
        "updated": moment::show(comment.updated),
        "jsdPublic": true,
    });
    if let (Some(visibility), Some(shown)) = (&comment.visibility, shown.as_object_mut()) {
        shown.insert("visibility".to_owned(), visibility.clone());
    }
    Ok(shown)
}

/// Logged work.
pub(crate) fn worklog(
    state: &mut State<'_>,
    wire: &Wire,
    worklog: &Worklog,
    viewer: &str,
) -> Result<Value, TableError> {
    let mut shown = json!({
        "self": wire.at(&format!("issue/{}/worklog/{}", worklog.issue, worklog.id)),
        "author": user_by_id(state, wire, Some(&worklog.author), viewer)?,
        "updateAuthor": user_by_id(state, wire, Some(&worklog.update_author), viewer)?,
        "created": moment::show(worklog.created),
        "updated": moment::show(worklog.updated),
        "started": moment::show(worklog.started),
        "timeSpent": moment::show_work(worklog.seconds),
        "timeSpentSeconds": worklog.seconds,
        "id": worklog.id,
        "issueId": worklog.issue,
    });
    if let Some(shown) = shown.as_object_mut() {
        if let Some(comment) = &worklog.comment {
            shown.insert("comment".to_owned(), comment.show(wire.documents()));
        }
        if let Some(visibility) = &worklog.visibility {
            shown.insert("visibility".to_owned(), visibility.clone());
        }
    }
    Ok(shown)
}

/// A file on an issue. Its id is a text within an issue; the attachment's own address shows it as a number.
pub(crate) fn attachment(
    state: &mut State<'_>,
    wire: &Wire,
    attachment: &Attachment,
    viewer: &str,
) -> Result<Value, TableError> {
    Ok(json!({
        "self": wire.at(&format!("attachment/{}", attachment.id)),
        "id": attachment.id,
        "filename": attachment.filename,
        "author": user_by_id(state, wire, Some(&attachment.author), viewer)?,
        "created": moment::show(attachment.created),
        "size": attachment.size,
        "mimeType": attachment.mime_type,
        "content": wire.at(&format!("attachment/content/{}", attachment.id)),
    }))
}

/// A sprint within an issue.
pub(crate) fn sprint_ref(sprint: &Sprint) -> Value {
    let mut shown = json!({
        "id": sprint.id.parse::<u64>().unwrap_or_default(),
        "name": sprint.name,
        "state": sprint.state,
        "boardId": sprint.board.parse::<u64>().unwrap_or_default(),
        "goal": sprint.goal,
    });
    let dates = [("startDate", &sprint.start), ("endDate", &sprint.end), ("completeDate", &sprint.complete)];
    if let Some(shown) = shown.as_object_mut() {
        for (name, date) in dates {
            if let Some(date) = date {
                shown.insert(name.to_owned(), json!(date));
            }
        }
    }
    shown
}
