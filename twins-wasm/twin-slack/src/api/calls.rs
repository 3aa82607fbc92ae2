//! `calls.*`: calls that an app holds elsewhere and tells the workspace of. An app knows of its own alone.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::entities::{Participant, VoiceCall};
use crate::errors::{Code, Error};
use crate::state::tables::CALLS;
use crate::wire;

use super::Call;

/// `calls.add`. People who call are its makers; bots name one.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let external_unique_id = call.args.required("external_unique_id")?;
    let join_url = call.args.required("join_url")?;
    let date_start = call.args.number("date_start", Code::InvalidStartTime)?;
    let created_by = call.maker_of_call()?;
    let app_id = call.caller.app_id.clone();
    let others = call.state.all(&CALLS, "")?;
    // The reference names no code for an id that the provider gave before.
    if others.iter().any(|other| other.app_id == app_id && other.external_unique_id == external_unique_id) {
        return Err(Error::argument("must be unique [json-pointer:/external_unique_id]"));
    }
    let mut added = VoiceCall {
        id: call.state.mint("R"),
        date_start: date_start.unwrap_or_else(|| call.state.now_seconds()),
        date_end: None,
        external_unique_id,
        join_url,
        desktop_app_join_url: call.args.text("desktop_app_join_url")?,
        external_display_id: call.args.text("external_display_id")?,
        title: call.args.text("title")?,
        users: Vec::new(),
        created_by,
        app_id,
    };
    for participant in call.participants()?.unwrap_or_default() {
        if !added.has(&participant) {
            added.users.push(participant);
        }
    }
    call.put_call(&added)
}

/// `calls.info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("id")?;
    // The reference lists no code of the method's own.
    let found = call.own_call(&id)?.ok_or_else(|| Error::argument("invalid call id [json-pointer:/id]"))?;
    wire::ok(&json!({"call": wire::voice_call(&found)?}))
}

/// `calls.update`: what the call leaves out stays.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut updated = call.named_call()?;
    updated.title = call.args.text("title")?.or(updated.title);
    updated.join_url = call.args.text("join_url")?.unwrap_or(updated.join_url);
    updated.desktop_app_join_url = call.args.text("desktop_app_join_url")?.or(updated.desktop_app_join_url);
    call.put_call(&updated)
}

/// `calls.end`: now, or so long after its begin as the caller says.
pub(super) fn end(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut ended = call.running_call()?;
    let wrong = || Error::argument("must be an integer [json-pointer:/duration]");
    let duration = match call.args.text("duration")? {
        Some(text) => Some(text.trim().parse::<u64>().map_err(|_| wrong())?),
        None => None,
    };
    ended.date_end = Some(match duration {
        Some(seconds) => ended.date_start.saturating_add(seconds),
        None => call.state.now_seconds(),
    });
    call.put_call(&ended)
}

/// `calls.participants.add`: all of them, or none.
pub(super) fn add_participants(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut changed = call.running_call()?;
    for participant in call.participants()?.ok_or(Code::MissingArgument)? {
        if changed.has(&participant) {
            return Err(Code::BadUsers.into());
        }
        changed.users.push(participant);
    }
    call.put_call(&changed)
}

/// `calls.participants.remove`: all of them, or none.
pub(super) fn remove_participants(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut changed = call.running_call()?;
    for participant in call.participants()?.ok_or(Code::MissingArgument)? {
        if !changed.has(&participant) {
            return Err(Code::BadUsers.into());
        }
        changed.users.retain(|other| !other.is_same(&participant));
    }
    call.put_call(&changed)
}

impl Call<'_, '_> {
    fn maker_of_call(&mut self) -> Result<String, Error> {
        match self.args.text("created_by")? {
            Some(id) => Ok(self.state.user(&id)?.ok_or(Code::InvalidCreatedBy)?.id),
            None if self.caller.user.is_bot => Err(Code::InvalidCreatedBy.into()),
            None => Ok(self.caller.user.id.clone()),
        }
    }

    fn own_call(&mut self, id: &str) -> Result<Option<VoiceCall>, Error> {
        let found = self.state.get(&CALLS, id)?;
        Ok(found.filter(|found| found.app_id == self.caller.app_id))
    }

    fn named_call(&mut self) -> Result<VoiceCall, Error> {
        let id = self.args.required("id")?;
        self.own_call(&id)?.ok_or_else(|| Code::InvalidCallId.into())
    }

    fn running_call(&mut self) -> Result<VoiceCall, Error> {
        let found = self.named_call()?;
        if found.date_end.is_some() { Err(Code::InactiveCall.into()) } else { Ok(found) }
    }

    /// Whom the caller names: members by their id, others by an id and a name of the provider's.
    fn participants(&mut self) -> Result<Option<Vec<Participant>>, Error> {
        let wrong = || Error::argument("must be a list of users [json-pointer:/users]");
        let named = match self.args.value("users") {
            None => return Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| wrong())?,
            Some(value) => value.clone(),
        };
        let named: Vec<Participant> = serde_json::from_value(named).map_err(|_| wrong())?;
        for participant in &named {
            match (&participant.slack_id, &participant.external_id) {
                (Some(id), None) => drop(self.state.user(id)?.ok_or(Code::UserNotFound)?),
                (None, Some(_)) if participant.display_name.is_some() => {}
                _ => return Err(wrong()),
            }
        }
        Ok(Some(named))
    }

    fn put_call(&mut self, changed: &VoiceCall) -> Result<Reply, Error> {
        self.state.put(&CALLS, &changed.id, changed)?;
        wire::ok(&json!({"call": wire::voice_call(changed)?}))
    }
}
