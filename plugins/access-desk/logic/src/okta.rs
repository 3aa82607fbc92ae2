//! The part of Okta's API that the desk needs.

use plugin_sdk::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::OktaConfig;
use crate::failure::Failure;
use crate::wire::{Wire, header, shown};

/// Okta as the holder of the desk's token sees it.
pub struct Okta<'w, 'a> {
    pub(crate) wire: &'w mut Wire<'a>,
    pub(crate) config: &'w OktaConfig,
}

/// A user, in the parts that matter here.
#[derive(Debug, Deserialize)]
pub struct Person {
    /// `00u` and more.
    pub id: String,
    /// `ACTIVE`, or why not.
    pub status: String,
    /// Who it is.
    pub profile: PersonProfile,
}

/// Who a user is.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct PersonProfile {
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
}

/// A group, in the parts that matter here.
#[derive(Debug, Deserialize)]
pub struct OktaGroup {
    /// `00g` and more.
    pub id: String,
    /// What it is.
    pub profile: GroupProfile,
}

/// What a group is.
#[derive(Debug, Deserialize)]
pub struct GroupProfile {
    /// Unique in the org.
    pub name: String,
    /// What it is for, and its rules.
    #[serde(default)]
    pub description: Option<String>,
}

impl Person {
    /// Whether they may be given anything.
    pub(crate) fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }

    /// Their name, for people.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.profile.first_name, self.profile.last_name).trim().to_owned()
    }
}

impl Okta<'_, '_> {
    /// The user with an id or a login, as Okta's own record says.
    ///
    /// # Errors
    /// A [`Failure`] where Okta does not answer.
    pub fn user(&mut self, login: &str) -> Result<Option<Person>, Failure> {
        self.get(&format!("users/{}", encoded(login)))
    }

    /// The users that a search finds. It lags behind the record.
    ///
    /// # Errors
    /// A [`Failure`] where Okta does not answer.
    pub fn search_users(&mut self, expression: &str) -> Result<Vec<Person>, Failure> {
        self.list(&format!("users?search={}", encoded(expression)))
    }

    /// The groups with one of these names, which are made of letters, digits and hyphens.
    ///
    /// # Errors
    /// A [`Failure`] where Okta does not answer.
    pub fn groups_named(&mut self, names: &[&str]) -> Result<Vec<OktaGroup>, Failure> {
        let terms: Vec<String> = names.iter().map(|name| format!("profile.name eq \"{name}\"")).collect();
        self.list(&format!("groups?search={}", encoded(&terms.join(" or "))))
    }

    /// The group with an id.
    ///
    /// # Errors
    /// A [`Failure`] where Okta does not answer.
    pub fn group(&mut self, id: &str) -> Result<Option<OktaGroup>, Failure> {
        self.get(&format!("groups/{}", encoded(id)))
    }

    /// Whether a user is in a group.
    pub(crate) fn is_member(&mut self, group: &str, user: &str) -> Result<bool, Failure> {
        let groups: Vec<OktaGroup> = self.list(&format!("users/{}/groups", encoded(user)))?;
        Ok(groups.iter().any(|held| held.id == group))
    }

    /// Adds a user to a group; one who is in it stays.
    pub(crate) fn add(&mut self, group: &str, user: &str) -> Result<(), Failure> {
        self.membership("PUT", group, user).map(|_| ())
    }

    /// Takes a user out of a group; where either is gone there is nothing to do.
    pub(crate) fn remove(&mut self, group: &str, user: &str) -> Result<(), Failure> {
        match self.membership("DELETE", group, user) {
            Err(Failure::Refused { code, .. }) if code == "404" => Ok(()),
            answer => answer.map(|_| ()),
        }
    }

    fn membership(&mut self, method: &str, group: &str, user: &str) -> Result<Response, Failure> {
        let request = self.request(method, &format!("groups/{}/users/{}", encoded(group), encoded(user)));
        let response = self.wire.send(&request)?;
        if (200..300).contains(&response.status) { Ok(response) } else { Err(refused(&request, &response)) }
    }

    fn list<T: DeserializeOwned>(&mut self, path: &str) -> Result<Vec<T>, Failure> {
        Ok(self.get(path)?.unwrap_or_default())
    }

    fn get<T: DeserializeOwned>(&mut self, path: &str) -> Result<Option<T>, Failure> {
        let request = self.request("GET", path);
        let response = self.wire.send(&request)?;
        match response.status {
            404 => Ok(None),
            200 => serde_json::from_slice(&response.body)
                .map(Some)
                .map_err(|source| Failure::Body { what: shown(&request), source }),
            _ => Err(refused(&request, &response)),
        }
    }

    fn request(&self, method: &str, path: &str) -> Request {
        Request {
            method: method.to_owned(),
            url: format!("{}/api/v1/{path}", self.config.url),
            headers: vec![
                header("authorization", &format!("SSWS {}", self.config.token)),
                header("accept", "application/json"),
            ],
            body: Vec::new(),
        }
    }
}

fn refused(request: &Request, response: &Response) -> Failure {
    Failure::Refused { what: shown(request), code: response.status.to_string() }
}

/// A part of an address, with everything escaped that means something there.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
