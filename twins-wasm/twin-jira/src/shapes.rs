//! How the service shows things, as types that are written straight into an answer. Members stand in the order of their
//! names, as in every answer.

mod configuration;

use serde::Serialize;
use twin_sdk::digest_id;

use crate::entities;
use crate::moment;
use crate::wire::{Wire, encoded};

pub(crate) use configuration::{Category, Chosen, Described, IssueType, LinkType, Priority, Status};

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
