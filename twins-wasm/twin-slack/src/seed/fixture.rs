//! The texts that a workspace is filled from.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::entities::{App, Limit, Profile, Team, Token, Upcoming, Webhook};
use crate::filler::Filler;

/// The people that all twins share.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    pub people: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub id: String,
    pub name: String,
    pub email: String,
    #[serde(default)]
    pub title: String,
    #[serde(default = "yes")]
    pub active: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fixture {
    pub team: Option<Team>,
    pub tokens: BTreeMap<String, Token>,
    pub users: Vec<FixtureUser>,
    pub channels: Vec<FixtureChannel>,
    pub messages: Vec<FixtureMessage>,
    pub apps: Vec<App>,
    /// By the last part of their address.
    pub webhooks: BTreeMap<String, Webhook>,
    /// Addresses of pictures, or `alias:NAME`.
    pub emoji: BTreeMap<String, String>,
    /// What the next uploads of a file name are given, first come first served.
    pub upcoming_uploads: BTreeMap<String, Vec<Upcoming>>,
    /// Whether the service's limits on the number of requests hold, where a token does not say for itself.
    pub rate_limits: bool,
    /// Other limits than the service's, by method.
    pub method_limits: BTreeMap<String, Limit>,
    pub filler: Filler,
}

impl Default for Fixture {
    fn default() -> Self {
        Self {
            team: None,
            tokens: BTreeMap::new(),
            users: Vec::new(),
            channels: Vec::new(),
            messages: Vec::new(),
            apps: Vec::new(),
            webhooks: BTreeMap::new(),
            emoji: BTreeMap::new(),
            upcoming_uploads: BTreeMap::new(),
            rate_limits: true,
            method_limits: BTreeMap::new(),
            filler: Filler::default(),
        }
    }
}

/// A member; what it leaves out comes from its person, if it has one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureUser {
    pub id: String,
    pub person: Option<String>,
    pub name: Option<String>,
    pub real_name: Option<String>,
    pub email: Option<String>,
    pub title: Option<String>,
    pub tz: Option<String>,
    pub deleted: Option<bool>,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default)]
    pub is_restricted: bool,
    /// Seconds since 1970 of the last change; none for the moment of the seed.
    pub updated: Option<u64>,
    pub bot_id: Option<String>,
    pub app_id: Option<String>,
    #[serde(default)]
    pub profile: Profile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureChannel {
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub is_private: bool,
    #[serde(default)]
    pub is_archived: bool,
    #[serde(default)]
    pub is_general: bool,
    #[serde(default)]
    pub members: Vec<String>,
    #[serde(default)]
    pub topic: String,
    #[serde(default)]
    pub purpose: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixtureMessage {
    pub channel: String,
    pub ts: String,
    pub user: String,
    pub text: String,
    pub thread_ts: Option<String>,
    #[serde(default)]
    pub pinned: bool,
}

fn yes() -> bool {
    true
}
