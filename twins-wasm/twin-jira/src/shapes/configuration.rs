//! What the site's administrators set up, as issues show it.

use serde::Serialize;

use crate::entities::{self, Choice, Resolution};
use crate::wire::{CATEGORIES, Wire};

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
