//! `dnd.*`: when people are not to be disturbed. Nobody has a standing schedule: people snooze.

use serde_json::{Map, Value, json};
use twin_sdk::Reply;

use crate::entities::User;
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::wire;

use super::Call;

/// How many people one call may ask about.
const MOST_USERS: usize = 50;
/// How long somebody may snooze, in minutes.
const LONGEST: u64 = 24 * 60 * 30;

/// `dnd.info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = match call.args.text("user")? {
        Some(id) => call.state.user(&id)?.ok_or(Code::UserNotFound)?,
        None => call.caller.user.clone(),
    };
    let mut shown = schedule(&user);
    if user.id == call.caller.user.id {
        shown.append(&mut call.snooze(&user));
    }
    wire::ok(&shown)
}

/// `dnd.teamInfo`.
pub(super) fn team_info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let ids = call.args.list("users")?;
    if ids.is_empty() {
        return Err(Code::NoUsersProvided.into());
    }
    if ids.len() > MOST_USERS {
        return Err(Error::argument("no more than 50 items allowed [json-pointer:/users]"));
    }
    let mut users = Map::new();
    for id in ids {
        let user = call.state.user(&id)?.ok_or(Code::UserNotVisible)?;
        users.insert(id, Value::Object(schedule(&user)));
    }
    wire::ok(&json!({"users": users}))
}

/// `dnd.setSnooze`.
pub(super) fn set_snooze(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let minutes = call.args.number("num_minutes", Code::MissingDuration)?.ok_or(Code::MissingDuration)?;
    if minutes > LONGEST {
        return Err(Code::TooLong.into());
    }
    let until = call.state.now_seconds().saturating_add(minutes.saturating_mul(60));
    let user = call.snooze_until(until)?;
    wire::ok(&call.snooze(&user))
}

/// `dnd.endSnooze`.
pub(super) fn end_snooze(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = call.snooze_until(0)?;
    let mut shown = schedule(&user);
    shown.insert("snooze_enabled".to_owned(), false.into());
    wire::ok(&shown)
}

/// `dnd.endDnd`.
pub(super) fn end(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.caller.user.profile.snooze_until <= call.state.now_seconds() {
        return Err(Code::NotInDnd.into());
    }
    call.snooze_until(0)?;
    call.done()
}

impl Call<'_, '_> {
    fn snooze_until(&mut self, until: u64) -> Result<User, Error> {
        let mut user = self.caller.user.clone();
        user.profile.snooze_until = until;
        self.state.put_user(&user)?;
        let mut status = schedule(&user);
        status.append(&mut self.snooze(&user));
        let event = json!({"type": "dnd_updated", "user": user.id, "dnd_status": status});
        self.state.announce("dnd_updated", Audience::Workspace, event)?;
        Ok(user)
    }

    fn snooze(&mut self, user: &User) -> Map<String, Value> {
        let (now, until) = (self.state.now_seconds(), user.profile.snooze_until);
        let mut shown = Map::new();
        shown.insert("snooze_enabled".to_owned(), (until > now).into());
        if until > now {
            shown.insert("snooze_endtime".to_owned(), until.into());
            shown.insert("snooze_remaining".to_owned(), (until - now).into());
            shown.insert("snooze_is_indefinite".to_owned(), false.into());
        }
        shown
    }
}

/// The times of somebody who has no schedule, as the service writes them.
fn schedule(_user: &User) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("dnd_enabled".to_owned(), false.into());
    shown.insert("next_dnd_start_ts".to_owned(), 1.into());
    shown.insert("next_dnd_end_ts".to_owned(), 1.into());
    shown
}
