//! What a fixture and the shared people may say.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::documents::Documents;
use crate::documents::Document;
use crate::rates::Change;

/// The people that all twins share.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    /// In any order.
    pub people: Vec<Person>,
}

/// One of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    /// The same for all twins.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// The login too, unless the fixture says otherwise.
    pub email: String,
    /// What they do.
    #[serde(default)]
    pub title: String,
    /// Whether they still work there.
    #[serde(default = "yes")]
    pub active: bool,
}

/// Everything that a fixture may say of the org.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Fixture {
    /// The org itself.
    pub org: Org,
    /// By the token.
    pub tokens: BTreeMap<String, Token>,
    /// In the order of creation.
    pub users: Vec<User>,
    /// Beside the one of everybody.
    pub groups: Vec<Group>,
    /// Beside those that every org has.
    pub apps: Vec<App>,
    /// As people enrolled them.
    pub devices: Vec<Device>,
    /// Whatever else there is, by table and key.
    pub documents: Documents,
    /// Tables in which there is nothing but `documents`.
    pub empty: Vec<String>,
    /// By bucket.
    pub rate_limits: BTreeMap<String, Change>,
    /// To make the org large.
    pub filler: Filler,
}

/// The org itself.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Org {
    /// What its address begins with.
    pub subdomain: String,
    /// The name that people read.
    pub company: String,
    /// How long `search` lags behind.
    pub search_lag_seconds: u64,
    /// How many applications there may be.
    pub app_limit: Option<u64>,
}

impl Default for Org {
    fn default() -> Self {
        let (subdomain, company) = ("glasshouse".to_owned(), "Glasshouse".to_owned());
        Self { subdomain, company, search_lag_seconds: 1, app_limit: None }
    }
}

/// What an API token stands for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Token {
    /// The token's own id, as lists show it.
    pub id: Option<String>,
    /// Id or login.
    pub user: String,
    /// What administrators call it.
    #[serde(default)]
    pub name: String,
}

/// A user; what it leaves out comes from its person, if it has one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct User {
    /// Made of the name where it is left out.
    pub id: Option<String>,
    /// The id of a shared person.
    pub person: Option<String>,
    /// `ACTIVE` where it is left out.
    pub status: Option<String>,
    /// As the user types it.
    pub password: Option<String>,
    /// What differs from the person.
    #[serde(default)]
    pub profile: Document,
}

/// A group with its members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    /// Made of the name where it is left out.
    pub id: Option<String>,
    /// Of no other group.
    pub name: String,
    /// For people.
    #[serde(default)]
    pub description: Option<String>,
    /// Ids or logins.
    #[serde(default)]
    pub members: Vec<String>,
}

/// An application as a client would create it, with who may use it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct App {
    /// Drawn where it is left out.
    pub id: Option<String>,
    /// As a client would post it.
    pub body: Document,
    /// Ids or logins.
    #[serde(default)]
    pub users: Vec<String>,
    /// Names.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// A device and who uses it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Device {
    /// Made of its place where it is left out.
    pub id: Option<String>,
    /// `ACTIVE` where it is left out.
    #[serde(default = "active")]
    pub status: String,
    /// As the service shows it.
    pub profile: Document,
    /// Ids or logins.
    #[serde(default)]
    pub users: Vec<String>,
}

/// That many more users and groups, the same ones every time.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Filler {
    /// How many.
    pub users: u32,
    /// How many.
    pub groups: u32,
}

fn yes() -> bool {
    true
}

fn active() -> String {
    "ACTIVE".to_owned()
}
