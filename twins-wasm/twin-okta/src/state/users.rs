//! Users: their documents, the index of logins, and the index that `search` reads, which lags behind.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use twin_sdk::{Instant, Table, TableError};

use super::{GROUPS, MEMBERSHIPS, State, USER_APPS};
use crate::documents::{Document, set, text, text_at};
use crate::times;

/// Users; the key is the id.
pub(crate) static USERS: Table<Document> = Table::new("users");
/// The id behind a login in lower case.
static LOGINS: Table<String> = Table::new("logins");
/// What `search` still shows of a user who changed; the key is the id.
static STALE: Table<Vec<Stale>> = Table::new("stale_users");

/// The key of an org's document that says for how many seconds `search` lags behind.
pub(crate) const SEARCH_LAG: &str = "_searchLagSeconds";
/// How long that is by default.
const LAG: u64 = 1;

/// An earlier form of a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stale {
    /// Until when `search` shows it, in nanoseconds since 1970.
    until: Instant,
    /// None where there was no user yet.
    before: Option<Document>,
}

impl State<'_> {
    /// The user with that id.
    pub(crate) fn user(&mut self, id: &str) -> Result<Option<Document>, TableError> {
        USERS.get(self.host, id)
    }

    /// The user with that id, that login, or the first part of that login.
    pub(crate) fn user_called(&mut self, name: &str) -> Result<Option<Document>, TableError> {
        if let Some(user) = self.user(name)? {
            return Ok(Some(user));
        }
        let name = name.to_lowercase();
        if let Some(id) = LOGINS.get(self.host, &name)? {
            return self.user(&id);
        }
        if name.is_empty() || name.contains('@') {
            return Ok(None);
        }
        let range = crate::call::keys_below(&format!("{name}@"));
        let first = LOGINS.first(self.host, &range, twin_sdk::Order::Ascending)?;
        first.map_or(Ok(None), |(_, id)| self.user(&id))
    }

    /// Whose login that is.
    pub(crate) fn login_owner(&mut self, login: &str) -> Result<Option<String>, TableError> {
        LOGINS.get(self.host, &login.to_lowercase())
    }

    /// Writes a user, and everything that follows from it: the login, the search index, the rules of groups.
    pub(crate) fn put_user(&mut self, user: &Document) -> Result<(), TableError> {
        let id = text(user, "id").to_owned();
        let before = self.user(&id)?;
        let login = text_at(user, "profile", "/login").to_lowercase();
        if let Some(before) = &before {
            let old = text_at(before, "profile", "/login").to_lowercase();
            if old != login {
                LOGINS.delete(self.host, &old);
            }
        }
        LOGINS.put(self.host, &login, &id)?;
        self.remember(&id, before)?;
        USERS.put(self.host, &id, user)?;
        Ok(())
    }

    /// Removes a user for good, from groups and applications too.
    pub(crate) fn remove_user(&mut self, user: &Document) -> Result<(), TableError> {
        let id = text(user, "id").to_owned();
        let below = format!("{id}/");
        for (_, membership) in self.all(&MEMBERSHIPS, &below)? {
            self.leave(text(&membership, "group"), &id)?;
        }
        for (_, assignment) in self.all(&USER_APPS, &below)? {
            self.unassign_user(text(&assignment, "app"), &id);
        }
        LOGINS.delete(self.host, &text_at(user, "profile", "/login").to_lowercase());
        self.remember(&id, Some(user.clone()))?;
        USERS.delete(self.host, &id);
        Ok(())
    }

    /// The groups that a user is in, the one of everybody first.
    pub(crate) fn groups_of(&mut self, user: &str) -> Result<Vec<Document>, TableError> {
        let mut groups = Vec::new();
        for (_, membership) in self.all(&MEMBERSHIPS, &format!("{user}/"))? {
            if let Some(group) = self.get(&GROUPS, text(&membership, "group"))? {
                groups.push(group);
            }
        }
        Ok(groups)
    }

    /// A user as `search` sees it at this moment: an earlier form within the lag, or none.
    pub(crate) fn as_indexed(&mut self, user: Document) -> Result<Option<Document>, TableError> {
        let now = self.now();
        let Some(stale) = STALE.get(self.host, text(&user, "id"))? else { return Ok(Some(user)) };
        Ok(stale.into_iter().find(|stale| now < stale.until).map_or(Some(user), |stale| stale.before))
    }

    /// Users who are gone and whom `search` still shows.
    pub(crate) fn gone_but_indexed(&mut self) -> Result<Vec<Document>, TableError> {
        let now = self.now();
        let mut scan = STALE.scan(crate::call::keys_below(""), twin_sdk::Order::Ascending);
        let mut found = Vec::new();
        while let Some((id, stale)) = scan.next(self.host)? {
            let shown = stale.into_iter().find(|stale| now < stale.until).and_then(|stale| stale.before);
            if let Some(user) = shown
                && !USERS.contains(self.host, &id)
            {
                found.push(user);
            }
        }
        Ok(found)
    }

    fn remember(&mut self, id: &str, before: Option<Document>) -> Result<(), TableError> {
        let lag = self.org()?.get(SEARCH_LAG).and_then(Value::as_u64).unwrap_or(LAG);
        let now = self.now();
        let mut stale = STALE.get(self.host, id)?.unwrap_or_default();
        stale.retain(|stale| now < stale.until);
        if lag > 0 {
            stale.push(Stale { until: now.saturating_add(times::seconds(lag)), before });
        }
        if stale.is_empty() {
            STALE.delete(self.host, id);
            return Ok(());
        }
        STALE.put(self.host, id, &stale).map(drop)
    }

    /// Sets a user's status, with the times that belong to it.
    pub(crate) fn set_status(&mut self, user: &mut Document, status: &str) {
        let now = self.stamp();
        if text(user, "status") != status {
            set(user, "statusChanged", now.clone());
        }
        let is_first = user.get("activated").is_none_or(Value::is_null);
        if is_first && matches!(status, "ACTIVE" | "PROVISIONED") {
            set(user, "activated", now.clone());
        }
        set(user, "status", status);
        set(user, "lastUpdated", now);
    }
}
