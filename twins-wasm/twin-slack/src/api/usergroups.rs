//! `usergroups.*`: names for several members at once.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::entities::Group;
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::state::tables::GROUPS;
use crate::wire;

use super::Call;

/// The longest handle, in characters.
const LONGEST_HANDLE: usize = 21;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 140;

/// `usergroups.create`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let name = call.args.required_or("name", Code::MissingArgument)?;
    let handle = call.args.text("handle")?;
    let groups = call.state.all(&GROUPS, "")?;
    if groups.iter().any(|group| group.name == name) {
        return Err(Code::NameAlreadyExists.into());
    }
    let handle = handle.unwrap_or_else(|| handle_of(&name));
    check_handle(&handle, "", &groups)?;
    let now = call.state.now_seconds();
    let me = call.caller.user.id.clone();
    let group = Group {
        id: call.state.mint("S"),
        team_id: call.caller.user.team_id.clone(),
        name,
        handle,
        description: call.description()?.unwrap_or_default(),
        date_create: now,
        date_update: now,
        created_by: me.clone(),
        updated_by: me,
        channels: call.default_channels()?.unwrap_or_default(),
        ..Group::default()
    };
    call.state.put(&GROUPS, &group.id, &group)?;
    call.announce_group("subteam_created", &group)?;
    call.group_answer(&group)
}

/// `usergroups.update`: what the call leaves out stays.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut group = call.group(Code::PermissionDenied)?;
    let groups = call.state.all(&GROUPS, "")?;
    if let Some(name) = call.args.text("name")? {
        if groups.iter().any(|other| other.name == name && other.id != group.id) {
            return Err(Code::NameAlreadyExists.into());
        }
        group.name = name;
    }
    if let Some(handle) = call.args.text("handle")? {
        check_handle(&handle, &group.id, &groups)?;
        group.handle = handle;
    }
    if let Some(description) = call.description()? {
        group.description = description;
    }
    if let Some(channels) = call.default_channels()? {
        group.channels = channels;
    }
    call.put_group(group)
}

/// `usergroups.disable`.
pub(super) fn disable(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut group = call.group(Code::PermissionDenied)?;
    group.date_delete = call.state.now_seconds();
    group.deleted_by = Some(call.caller.user.id.clone());
    call.put_group(group)
}

/// `usergroups.enable`.
pub(super) fn enable(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut group = call.group(Code::PermissionDenied)?;
    group.date_delete = 0;
    group.deleted_by = None;
    call.put_group(group)
}

/// `usergroups.list`: by name.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let with_disabled = call.args.flag("include_disabled")?;
    let (count, users) = (call.args.flag("include_count")?, call.args.flag("include_users")?);
    let mut groups = call.state.all(&GROUPS, "")?;
    groups.retain(|group| with_disabled || group.date_delete == 0);
    groups.sort_by(|one, other| one.name.cmp(&other.name));
    let shown: Vec<_> = groups.iter().map(|group| show(group, count, users)).collect();
    wire::ok(&json!({"usergroups": shown}))
}

/// `usergroups.users.list`.
pub(super) fn list_users(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let with_disabled = call.args.flag("include_disabled")?;
    let group = call.group(Code::NoSuchSubteam)?;
    if group.date_delete != 0 && !with_disabled {
        return Err(Code::NoSuchSubteam.into());
    }
    wire::ok(&json!({"users": group.users}))
}

/// `usergroups.users.update`: the whole list anew.
pub(super) fn update_users(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut group = call.group(Code::PermissionDenied)?;
    let users = call.args.list("users")?;
    if users.is_empty() {
        return Err(Code::NoUsersProvided.into());
    }
    for user in &users {
        if call.state.user(user)?.is_none_or(|user| user.deleted) {
            return Err(Code::InvalidUsers.into());
        }
    }
    let old = std::mem::replace(&mut group.users, users);
    let added: Vec<_> = group.users.iter().filter(|user| !old.contains(user)).cloned().collect();
    let removed: Vec<_> = old.iter().filter(|user| !group.users.contains(user)).cloned().collect();
    let event = json!({
        "type": "subteam_members_changed", "subteam_id": group.id, "team_id": group.team_id,
        "date_previous_update": group.date_update, "date_update": call.state.now_seconds(),
        "added_users_count": added.len(), "removed_users_count": removed.len(),
        "added_users": added, "removed_users": removed,
    });
    let reply = call.put_group(group)?;
    call.state.announce("subteam_members_changed", Audience::Workspace, event)?;
    Ok(reply)
}

impl Call<'_, '_> {
    /// The group that the call names; `missing` is the method's own code for one that there is not.
    fn group(&mut self, missing: Code) -> Result<Group, Error> {
        let id = self.args.required("usergroup")?;
        self.state.get(&GROUPS, &id)?.ok_or_else(|| missing.into())
    }

    fn description(&self) -> Result<Option<String>, Error> {
        let description = self.args.text("description")?;
        if description.as_ref().is_some_and(|text| text.chars().count() > LONGEST_DESCRIPTION) {
            return Err(Code::DescriptionTooLong.into());
        }
        Ok(description)
    }

    fn default_channels(&mut self) -> Result<Option<Vec<String>>, Error> {
        if self.args.value("channels").is_none() {
            return Ok(None);
        }
        let channels = self.args.list("channels")?;
        for id in &channels {
            self.visible(id).map_err(|_| Code::InvalidChannelProvided)?;
        }
        Ok(Some(channels))
    }

    fn put_group(&mut self, mut group: Group) -> Result<Reply, Error> {
        group.date_update = self.state.now_seconds();
        group.updated_by.clone_from(&self.caller.user.id);
        self.state.put(&GROUPS, &group.id, &group)?;
        self.announce_group("subteam_updated", &group)?;
        self.group_answer(&group)
    }

    fn group_answer(&self, group: &Group) -> Result<Reply, Error> {
        let count = self.args.flag("include_count")?;
        wire::ok(&json!({"usergroup": show(group, count, true)}))
    }

    fn announce_group(&mut self, kind: &str, group: &Group) -> Result<(), Error> {
        let event = json!({"type": kind, "subteam": show(group, true, true)});
        Ok(self.state.announce(kind, Audience::Workspace, event)?)
    }
}

fn show(group: &Group, with_count: bool, with_users: bool) -> Value {
    let mut shown = json!({
        "id": group.id, "team_id": group.team_id, "is_usergroup": true, "is_subteam": true, "name": group.name,
        "description": group.description, "handle": group.handle, "is_external": false,
        "date_create": group.date_create, "date_update": group.date_update, "date_delete": group.date_delete,
        "auto_provision": false, "enterprise_subteam_id": "", "created_by": group.created_by,
        "updated_by": group.updated_by,
        "prefs": {"channels": group.channels, "groups": []}, "channel_count": group.channels.len(),
    });
    if let Some(fields) = shown.as_object_mut() {
        if let Some(deleted_by) = &group.deleted_by {
            fields.insert("deleted_by".to_owned(), deleted_by.clone().into());
        }
        if with_users {
            fields.insert("users".to_owned(), group.users.clone().into());
        }
        if with_count {
            fields.insert("user_count".to_owned(), group.users.len().into());
        }
    }
    shown
}

/// The handle of a group that was given none.
fn handle_of(name: &str) -> String {
    let words = name.to_lowercase();
    let handle: String = words.chars().map(|char| if char.is_alphanumeric() { char } else { '-' }).collect();
    handle.trim_matches('-').chars().take(LONGEST_HANDLE).collect()
}

fn check_handle(handle: &str, own: &str, groups: &[Group]) -> Result<(), Error> {
    let legal =
        |char: char| char.is_alphanumeric() && !char.is_uppercase() || matches!(char, '-' | '_' | '.');
    if handle.is_empty() || handle.chars().count() > LONGEST_HANDLE || !handle.chars().all(legal) {
        return Err(Code::BadHandle.into());
    }
    if matches!(handle, "channel" | "everyone" | "here") {
        return Err(Code::ForbiddenHandle.into());
    }
    let taken = groups.iter().any(|group| group.handle == handle && group.id != own);
    if taken { Err(Code::HandleAlreadyExists.into()) } else { Ok(()) }
}
