//! How the service shows things, as types that are written straight into an answer. Members stand in the order of their
//! names, as in every answer.

use serde::Serialize;
use twin_sdk::digest_id;

use crate::entities::{self, Choice, Resolution};
use crate::moment;
use crate::wire::{CATEGORIES, Wire, encoded};

/// The same picture in four sizes.
#[derive(Serialize)]
pub(crate) struct Pictures<T> {
    #[serde(rename = "16x16")]
    tiny: T,
    #[serde(rename = "24x24")]
    small: T,
    #[serde(rename = "32x32")]
    medium: T,
    #[serde(rename = "48x48")]
    large: T,
}

/// A person.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User<'a> {
    account_id: &'a str,
    account_type: &'a str,
    active: bool,
    avatar_urls: Pictures<String>,
    display_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_address: Option<&'a str>,
    #[serde(rename = "self")]
    address: String,
    time_zone: &'a str,
}

impl<'a> User<'a> {
    /// As `viewer` sees them: the address is hidden where they hide it from others.
    pub(crate) fn of(wire: &Wire, user: &'a entities::User, viewer: &str) -> Self {
        let digest = digest_id("", &user.account_id, 32).to_ascii_lowercase();
        let url = format!("https://secure.gravatar.com/avatar/{digest}");
        let shows_email = !user.email.is_empty() && (user.email_visible || user.account_id == viewer);
        Self {
            account_id: &user.account_id,
            account_type: &user.account_type,
            active: user.active,
            avatar_urls: Pictures { tiny: url.clone(), small: url.clone(), medium: url.clone(), large: url },
            display_name: &user.display_name,
            email_address: shows_email.then_some(user.email.as_str()),
            address: wire.address(&["user?accountId=", &encoded(&user.account_id)]),
            time_zone: &user.time_zone,
        }
    }
}

/// A type of issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IssueType<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar_id: Option<u64>,
    description: &'a str,
    hierarchy_level: i64,
    icon_url: String,
    id: &'a str,
    name: &'a str,
    #[serde(rename = "self")]
    address: String,
    subtask: bool,
}

impl<'a> IssueType<'a> {
    pub(crate) fn of(wire: &Wire, kind: &'a entities::IssueType) -> Self {
        Self {
            avatar_id: kind.avatar,
            description: &kind.description,
            hierarchy_level: kind.level,
            icon_url: kind.avatar.map_or_else(
                || format!("{}/images/icons/issuetypes/{}.svg", wire.base, kind.name.to_lowercase()),
                |avatar| wire.avatar("issuetype", avatar, "?size=medium"),
            ),
            id: &kind.id,
            name: &kind.name,
            address: wire.address(&["issuetype/", &kind.id]),
            subtask: kind.subtask,
        }
    }
}

/// A priority within an issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Priority<'a> {
    icon_url: String,
    id: &'a str,
    name: &'a str,
    #[serde(rename = "self")]
    address: String,
}

impl<'a> Priority<'a> {
    pub(crate) fn of(wire: &Wire, priority: &'a entities::Priority) -> Self {
        Self {
            icon_url: format!("{}/images/icons/priorities/{}.svg", wire.base, priority.name.to_lowercase()),
            id: &priority.id,
            name: &priority.name,
            address: wire.address(&["priority/", &priority.id]),
        }
    }
}

/// A status.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Status<'a> {
    description: &'a str,
    icon_url: String,
    id: &'a str,
    name: &'a str,
    #[serde(rename = "self")]
    address: String,
    status_category: Option<Category>,
}

impl<'a> Status<'a> {
    pub(crate) fn of(wire: &Wire, status: &'a entities::Status) -> Self {
        Self {
            description: &status.description,
            icon_url: format!("{}/", wire.base),
            id: &status.id,
            name: &status.name,
            address: wire.address(&["status/", &status.id]),
            status_category: Category::of(wire, &status.category),
        }
    }
}

/// A category of statuses.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Category {
    color_name: &'static str,
    id: u64,
    key: &'static str,
    name: &'static str,
    #[serde(rename = "self")]
    address: String,
}

impl Category {
    pub(crate) fn of(wire: &Wire, key: &str) -> Option<Self> {
        let known = CATEGORIES.iter().find(|(known, ..)| *known == key).or_else(|| CATEGORIES.first());
        known.map(|&(key, id, color_name, name)| Self {
            color_name,
            id,
            key,
            name,
            address: wire.address(&["statuscategory/", &id.to_string()]),
        })
    }
}

/// What has an id, a name and words: a resolution, or a component within an issue.
#[derive(Serialize)]
pub(crate) struct Described<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    id: &'a str,
    name: &'a str,
    #[serde(rename = "self")]
    address: String,
}

impl<'a> Described<'a> {
    pub(crate) fn resolution(wire: &Wire, resolution: &'a Resolution) -> Self {
        Self {
            description: Some(&resolution.description),
            id: &resolution.id,
            name: &resolution.name,
            address: wire.address(&["resolution/", &resolution.id]),
        }
    }

    pub(crate) fn component(wire: &Wire, component: &'a entities::Component) -> Self {
        Self {
            description: component.description.as_deref(),
            id: &component.id,
            name: &component.name,
            address: wire.address(&["component/", &component.id]),
        }
    }
}

/// A project within an issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Project<'a> {
    avatar_urls: Pictures<String>,
    id: &'a str,
    key: &'a str,
    name: &'a str,
    project_type_key: &'a str,
    #[serde(rename = "self")]
    address: String,
    simplified: bool,
}

impl<'a> Project<'a> {
    pub(crate) fn of(wire: &Wire, project: &'a entities::ProjectHead) -> Self {
        Self {
            avatar_urls: project_pictures(wire, project.avatar),
            id: &project.id,
            key: &project.key,
            name: &project.name,
            project_type_key: &project.type_key,
            address: wire.address(&["project/", &project.id]),
            simplified: project.simplified,
        }
    }
}

/// The pictures of a project.
pub(crate) fn project_pictures(wire: &Wire, avatar: u64) -> Pictures<String> {
    let url = |size| wire.avatar("project", avatar, size);
    Pictures {
        tiny: url("?size=xsmall"),
        small: url("?size=small"),
        medium: url("?size=medium"),
        large: url(""),
    }
}

/// A version within an issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Version<'a> {
    archived: bool,
    description: &'a str,
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release_date: Option<&'a str>,
    released: bool,
    #[serde(rename = "self")]
    address: String,
}

impl<'a> Version<'a> {
    pub(crate) fn of(wire: &Wire, version: &'a entities::Version) -> Self {
        Self {
            archived: version.archived,
            description: version.description.as_deref().unwrap_or_default(),
            id: &version.id,
            name: &version.name,
            release_date: version.release_date.as_deref(),
            released: version.released,
            address: wire.address(&["version/", &version.id]),
        }
    }
}

/// A choice of a custom field.
#[derive(Serialize)]
pub(crate) struct Chosen<'a> {
    id: &'a str,
    #[serde(rename = "self")]
    address: String,
    value: &'a str,
}

impl<'a> Chosen<'a> {
    pub(crate) fn of(wire: &Wire, choice: &'a Choice) -> Self {
        Self {
            id: &choice.id,
            address: wire.address(&["customFieldOption/", &choice.id]),
            value: &choice.value,
        }
    }
}

/// A sprint within an issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sprint<'a> {
    board_id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete_date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<&'a str>,
    goal: &'a str,
    id: u64,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<&'a str>,
    state: &'a str,
}

impl<'a> Sprint<'a> {
    pub(crate) fn of(sprint: &'a entities::Sprint) -> Self {
        Self {
            board_id: sprint.board.parse().unwrap_or_default(),
            complete_date: sprint.complete.as_deref(),
            end_date: sprint.end.as_deref(),
            goal: &sprint.goal,
            id: sprint.id.parse().unwrap_or_default(),
            name: &sprint.name,
            start_date: sprint.start.as_deref(),
            state: &sprint.state,
        }
    }
}

/// A kind of link between issues.
#[derive(Serialize)]
pub(crate) struct LinkType<'a> {
    id: &'a str,
    inward: &'a str,
    name: &'a str,
    outward: &'a str,
    #[serde(rename = "self")]
    address: String,
}

impl<'a> LinkType<'a> {
    pub(crate) fn of(wire: &Wire, kind: &'a entities::LinkType) -> Self {
        Self {
            id: &kind.id,
            inward: &kind.inward,
            name: &kind.name,
            outward: &kind.outward,
            address: wire.address(&["issueLinkType/", &kind.id]),
        }
    }
}

/// Who watches an issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Watches {
    pub is_watching: bool,
    #[serde(rename = "self")]
    pub address: String,
    pub watch_count: usize,
}

/// Who voted for an issue.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Votes {
    pub has_voted: bool,
    #[serde(rename = "self")]
    pub address: String,
    pub votes: usize,
}

/// A moment as the service writes it.
pub(crate) struct Moment(pub u64);

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&moment::show(self.0))
    }
}

#[cfg(test)]
mod tests;
