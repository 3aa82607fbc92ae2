//! Applications and who may use them, directly or through a group.

use serde_json::{Value, json};
use twin_sdk::{Table, TableError};

use super::{MEMBERS, State};
use crate::documents::{Document, document, text, text_at};

/// Applications; the key is the id.
pub(crate) static APPS: Table<Document> = Table::new("apps");
/// Who may use an application; the key is `APP/USER`.
pub(crate) static APP_USERS: Table<Document> = Table::new("app_users");
/// The same the other way round, without the assignment itself; the key is `USER/APP`.
pub(crate) static USER_APPS: Table<Document> = Table::new("user_apps");
/// The groups that may use an application; the key is `APP/GROUP`.
pub(crate) static APP_GROUPS: Table<Document> = Table::new("app_groups");

impl State<'_> {
    /// The user name that an application's template makes of a user.
    fn app_user_name(app: &Document, user: &Document) -> String {
        let template = text_at(app, "credentials", "/userNameTemplate/template");
        let field =
            template.strip_prefix("${source.").and_then(|rest| rest.strip_suffix('}')).unwrap_or("login");
        let profile = user.get("profile");
        let value = |name: &str| profile.and_then(|profile| profile.get(name)).and_then(Value::as_str);
        value(field).or_else(|| value("login")).unwrap_or_default().to_owned()
    }

    /// Assigns an application to a user, or changes the assignment; gives it as it is then.
    pub(crate) fn assign_user(
        &mut self,
        app: &Document,
        user: &Document,
        wanted: &Document,
        scope: &str,
    ) -> Result<Document, TableError> {
        let (app_id, user_id) = (text(app, "id").to_owned(), text(user, "id").to_owned());
        let now = self.stamp();
        let key = format!("{app_id}/{user_id}");
        let old = APP_USERS.get(self.host, &key)?;
        let wanted_name = text_at(wanted, "credentials", "/userName");
        let old_name = old.as_ref().map(|old| text_at(old, "credentials", "/userName").to_owned());
        let user_name = if wanted_name.is_empty() {
            old_name.unwrap_or_else(|| Self::app_user_name(app, user))
        } else {
            wanted_name.to_owned()
        };
        let mut profile =
            old.as_ref().and_then(|old| old.get("profile").cloned()).unwrap_or_else(|| json!({}));
        if let (Some(profile), Some(Value::Object(wanted))) = (profile.as_object_mut(), wanted.get("profile"))
        {
            profile.extend(wanted.clone());
        }
        let kept = |name: &str| old.as_ref().and_then(|old| old.get(name).cloned());
        let assignment = document(json!({
            "id": user_id,
            "externalId": null,
            "created": kept("created").unwrap_or_else(|| json!(now)),
            "lastUpdated": now,
            "scope": scope,
            "status": "ACTIVE",
            "statusChanged": kept("statusChanged").unwrap_or_else(|| json!(now)),
            "passwordChanged": null,
            "syncState": "DISABLED",
            "credentials": {"userName": user_name},
            "profile": profile,
        }));
        APP_USERS.put(self.host, &key, &assignment)?;
        let pointer = document(json!({"user": user_id, "app": app_id}));
        USER_APPS.put(self.host, &format!("{user_id}/{app_id}"), &pointer)?;
        Ok(assignment)
    }

    /// Takes an application from a user and tells whether they had it.
    pub(crate) fn unassign_user(&mut self, app: &str, user: &str) -> bool {
        USER_APPS.delete(self.host, &format!("{user}/{app}"));
        APP_USERS.delete(self.host, &format!("{app}/{user}"))
    }

    /// A member of a group that an application is assigned to gets it, unless they have it already.
    pub(crate) fn assign_by_group(&mut self, app: &str, user: &str) -> Result<(), TableError> {
        if APP_USERS.contains(self.host, &format!("{app}/{user}")) {
            return Ok(());
        }
        let (Some(app), Some(user)) = (self.get(&APPS, app)?, self.user(user)?) else { return Ok(()) };
        self.assign_user(&app, &user, &Document::new(), "GROUP").map(drop)
    }

    /// A user who has an application through groups alone loses it with the last of them.
    pub(crate) fn unassign_by_group(&mut self, app: &str, user: &str) -> Result<(), TableError> {
        let assignment = self.get(&APP_USERS, &format!("{app}/{user}"))?;
        if assignment.is_none_or(|assignment| text(&assignment, "scope") != "GROUP") {
            return Ok(());
        }
        for (_, assigned) in self.all(&APP_GROUPS, &format!("{app}/"))? {
            if MEMBERS.contains(self.host, &format!("{}/{user}", text(&assigned, "id"))) {
                return Ok(());
            }
        }
        self.unassign_user(app, user);
        Ok(())
    }

    /// Assigns an application to a group and to its members.
    pub(crate) fn assign_group(&mut self, app: &str, assignment: &Document) -> Result<(), TableError> {
        let group = text(assignment, "id").to_owned();
        APP_GROUPS.put(self.host, &format!("{app}/{group}"), assignment)?;
        for (_, member) in self.all(&MEMBERS, &format!("{group}/"))? {
            self.assign_by_group(app, text(&member, "user"))?;
        }
        Ok(())
    }

    /// Takes an application from a group and from members who had it through that group alone.
    pub(crate) fn unassign_group(&mut self, app: &str, group: &str) -> Result<bool, TableError> {
        let was_assigned = APP_GROUPS.delete(self.host, &format!("{app}/{group}"));
        for (_, member) in self.all(&MEMBERS, &format!("{group}/"))? {
            self.unassign_by_group(app, text(&member, "user"))?;
        }
        Ok(was_assigned)
    }

    /// Removes an application with its assignments.
    pub(crate) fn remove_app(&mut self, id: &str) -> Result<(), TableError> {
        for (key, assignment) in self.all(&APP_USERS, &format!("{id}/"))? {
            APP_USERS.delete(self.host, &key);
            USER_APPS.delete(self.host, &format!("{}/{id}", text(&assignment, "id")));
        }
        self.clear(&APP_GROUPS, &format!("{id}/"))?;
        APPS.delete(self.host, id);
        Ok(())
    }
}
