//! Groups, who is in them, and the rules that put people there.

use serde_json::json;
use twin_sdk::{Table, TableError};

use super::{APP_GROUPS, State};
use crate::documents::{Document, document, set, strings, text};
use crate::search::Expression;

/// Groups; the key is the id.
pub(crate) static GROUPS: Table<Document> = Table::new("groups");
/// Rules; the key is the id.
pub(crate) static GROUP_RULES: Table<Document> = Table::new("group_rules");
/// Who is in a group; the key is `GROUP/USER`.
pub(crate) static MEMBERS: Table<Document> = Table::new("members");
/// The same the other way round; the key is `USER/GROUP`.
pub(crate) static MEMBERSHIPS: Table<Document> = Table::new("memberships");

impl State<'_> {
    /// The group of that name, in any case.
    pub(crate) fn group_named(&mut self, name: &str) -> Result<Option<Document>, TableError> {
        let mut scan = GROUPS.scan(crate::call::keys_below(""), twin_sdk::Order::Ascending);
        while let Some((_, group)) = scan.next(self.host)? {
            let found = group.get("profile").and_then(|profile| profile.get("name"));
            if found.and_then(|found| found.as_str()).is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                return Ok(Some(group));
            }
        }
        Ok(None)
    }

    /// Puts a user into a group and tells whether they were not in it before. Applications of the group become the
    /// user's too.
    pub(crate) fn join(
        &mut self,
        group: &str,
        user: &str,
        by_rule: Option<&str>,
    ) -> Result<bool, TableError> {
        let key = format!("{group}/{user}");
        if MEMBERS.contains(self.host, &key) {
            return Ok(false);
        }
        let since = self.stamp();
        let mut membership = document(json!({"group": group, "user": user, "since": since}));
        if let Some(rule) = by_rule {
            set(&mut membership, "rule", rule);
        }
        MEMBERS.put(self.host, &key, &membership)?;
        MEMBERSHIPS.put(self.host, &format!("{user}/{group}"), &membership)?;
        self.touch_group(group)?;
        for app in self.apps_of_group(group)? {
            self.assign_by_group(&app, user)?;
        }
        Ok(true)
    }

    /// Takes a user out of a group and tells whether they were in it.
    pub(crate) fn leave(&mut self, group: &str, user: &str) -> Result<bool, TableError> {
        let was_member = MEMBERS.delete(self.host, &format!("{group}/{user}"));
        MEMBERSHIPS.delete(self.host, &format!("{user}/{group}"));
        if was_member {
            self.touch_group(group)?;
            for app in self.apps_of_group(group)? {
                self.unassign_by_group(&app, user)?;
            }
        }
        Ok(was_member)
    }

    /// Removes a group with its memberships and assignments.
    pub(crate) fn remove_group(&mut self, id: &str) -> Result<(), TableError> {
        for app in self.apps_of_group(id)? {
            self.unassign_group(&app, id)?;
        }
        for (_, member) in self.all(&MEMBERS, &format!("{id}/"))? {
            self.leave(id, text(&member, "user"))?;
        }
        GROUPS.delete(self.host, id);
        Ok(())
    }

    /// Applies every active rule to a user. Memberships that a rule made and that no rule makes any longer end.
    pub(crate) fn apply_rules(&mut self, user: &Document) -> Result<(), TableError> {
        let id = text(user, "id").to_owned();
        for (rule_id, rule) in self.all(&GROUP_RULES, "")? {
            self.apply_rule(&rule_id, &rule, user, &id)?;
        }
        Ok(())
    }

    /// Applies one rule to everybody.
    pub(crate) fn apply_rule_to_all(&mut self, rule: &Document) -> Result<(), TableError> {
        let rule_id = text(rule, "id").to_owned();
        for (id, user) in self.all(&super::USERS, "")? {
            self.apply_rule(&rule_id, rule, &user, &id)?;
        }
        Ok(())
    }

    fn apply_rule(
        &mut self,
        rule_id: &str,
        rule: &Document,
        user: &Document,
        user_id: &str,
    ) -> Result<(), TableError> {
        let at = |pointer: &str| strings(rule.get("conditions").and_then(|found| found.pointer(pointer)));
        let excluded = at("/people/users/exclude").iter().any(|excluded| excluded == user_id);
        let expression = crate::documents::text_at(rule, "conditions", "/expression/value");
        let matches = text(rule, "status") == "ACTIVE"
            && text(user, "status") != "DEPROVISIONED"
            && !excluded
            && Expression::parse(expression).is_ok_and(|expression| expression.holds(user));
        let groups = rule.get("actions").and_then(|found| found.pointer("/assignUserToGroups/groupIds"));
        for group in strings(groups) {
            if matches {
                self.join(&group, user_id, Some(rule_id))?;
                continue;
            }
            let membership = self.get(&MEMBERS, &format!("{group}/{user_id}"))?;
            if membership.is_some_and(|membership| text(&membership, "rule") == rule_id) {
                self.leave(&group, user_id)?;
            }
        }
        Ok(())
    }

    fn touch_group(&mut self, id: &str) -> Result<(), TableError> {
        let now = self.stamp();
        if let Some(mut group) = GROUPS.get(self.host, id)? {
            set(&mut group, "lastMembershipUpdated", now);
            GROUPS.put(self.host, id, &group)?;
        }
        Ok(())
    }

    /// The applications that a group is assigned to.
    pub(crate) fn apps_of_group(&mut self, group: &str) -> Result<Vec<String>, TableError> {
        let assigned = self.all(&APP_GROUPS, "")?;
        let of_group = assigned.into_iter().filter(|(_, found)| text(found, "id") == group);
        Ok(of_group.filter_map(|(key, _)| Some(key.split_once('/')?.0.to_owned())).collect())
    }
}
