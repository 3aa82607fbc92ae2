//! The shapes that the service sends for everything but issues, field by field, with the addresses of the version of
//! the API that the caller speaks.

use serde::Serialize;
use serde_json::{Map, Value, json};
use twin_sdk::{Incoming, Reply, Response, TableError, with_query};

use crate::entities::{
    Choice, Component, IssueType, Priority, Project, Resolution, Sprint, Status, User, Version,
};
use crate::moment;
use crate::shapes;
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
        self.address(&[path])
    }

    /// The same, of several parts.
    pub(crate) fn address(&self, parts: &[&str]) -> String {
        let before = [self.base.as_str(), "/rest/api/", self.version, "/"];
        before.iter().chain(parts).copied().collect()
    }

    /// The address of a picture.
    pub(crate) fn avatar(&self, kind: &str, avatar: u64, size: &str) -> String {
        let avatar = avatar.to_string();
        self.address(&["universal_avatar/view/type/", kind, "/avatar/", &avatar, size])
    }
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &Value) -> Response {
    Reply::of_json_text(status, body.to_string()).build()
}

/// A JSON answer that is text already.
pub(crate) fn text(status: u16, body: Vec<u8>) -> Response {
    Reply::of_json_text(status, body).build()
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

/// A shape as a tree, for answers that put more into it.
fn tree(shape: impl Serialize) -> Value {
    // Every member has a name, so that there is a tree for it.
    serde_json::to_value(shape).unwrap_or_default()
}

/// A person as `viewer` sees them.
pub(crate) fn user(wire: &Wire, user: &User, viewer: &str) -> Value {
    tree(shapes::User::of(wire, user, viewer))
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
    tree(shapes::IssueType::of(wire, kind))
}

/// A priority within an issue.
pub(crate) fn priority(wire: &Wire, priority: &Priority) -> Value {
    tree(shapes::Priority::of(wire, priority))
}

/// A status.
pub(crate) fn status(wire: &Wire, status: &Status) -> Value {
    tree(shapes::Status::of(wire, status))
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
    tree(shapes::Category::of(wire, key))
}

/// A resolution.
pub(crate) fn resolution(wire: &Wire, resolution: &Resolution) -> Value {
    tree(shapes::Described::resolution(wire, resolution))
}

/// The pictures of a project.
pub(crate) fn project_avatars(wire: &Wire, project: &Project) -> Value {
    tree(shapes::project_pictures(wire, project.avatar))
}

/// A project within an issue.
pub(crate) fn project_ref(wire: &Wire, project: &Project) -> Value {
    tree(shapes::Project::of(wire, &project.into()))
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
        shown.insert("userStartDate".to_owned(), json!(moment::day_for_people(start)));
    }
    if let Some(release) = &version.release_date {
        shown.insert("releaseDate".to_owned(), json!(release));
        shown.insert("userReleaseDate".to_owned(), json!(moment::day_for_people(release)));
        if !version.released {
            let today = moment::civil(now).date().to_string();
            shown.insert("overdue".to_owned(), json!(*release < today));
        }
    }
    Value::Object(shown)
}

/// A version within an issue.
pub(crate) fn version_ref(wire: &Wire, version: &Version) -> Value {
    tree(shapes::Version::of(wire, version))
}

/// A component within an issue.
pub(crate) fn component_ref(wire: &Wire, component: &Component) -> Value {
    tree(shapes::Described::component(wire, component))
}

/// A choice of a custom field.
pub(crate) fn choice(wire: &Wire, choice: &Choice) -> Value {
    tree(shapes::Chosen::of(wire, choice))
}

/// A sprint within an issue.
pub(crate) fn sprint_ref(sprint: &Sprint) -> Value {
    tree(shapes::Sprint::of(sprint))
}
