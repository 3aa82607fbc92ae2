//! `users.profile.*`: what members say of themselves.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use twin_sdk::Reply;

use crate::entities::{ProfileField, User};
use crate::errors::{Code, Error};
use crate::wire;

use super::Call;

/// The longest value of a field, and the longest status, in characters.
const LONGEST_FIELD: usize = 256;
const LONGEST_STATUS: usize = 100;
/// The longest name, in characters.
const LONGEST_NAME: usize = 50;

/// `users.profile.get`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = match call.args.text("user")? {
        Some(id) => call.state.user(&id)?.ok_or(Code::UserNotFound)?,
        None => call.caller.user.clone(),
    };
    wire::ok(&json!({"profile": wire::profile(&user, call.caller)}))
}

/// `users.profile.set`: the caller's own, or another's for an administrator.
pub(super) fn set(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let me = &call.caller.user;
    let mut user = me.clone();
    if let Some(id) = call.args.text("user")?.filter(|id| *id != me.id) {
        if !call.caller.is_in_charge() {
            return Err(Code::NotAdmin.into());
        }
        user = call.state.user(&id)?.ok_or(Code::ProfileSetFailed)?;
        if user.profile.is_primary_owner {
            return Err(Code::CannotUpdateAdminUser.into());
        }
    }
    let changes = match call.args.json("profile", Code::InvalidProfile)? {
        Some(Value::Object(changes)) => changes,
        Some(_) => return Err(Code::InvalidProfile.into()),
        None => {
            let name = call.args.required_or("name", Code::InvalidProfile)?;
            let value = call.args.text("value")?.unwrap_or_default();
            Map::from_iter([(name, Value::String(value))])
        }
    };
    let now = call.state.now_seconds();
    for (name, value) in changes {
        change(&mut user, &name, &value)?;
    }
    if user.profile.status_text.is_empty() && user.profile.status_emoji.is_empty() {
        user.profile.status_expiration = 0;
    } else if user.profile.status_emoji.is_empty() {
        user.profile.status_emoji = ":speech_balloon:".to_owned();
    }
    if user.profile.status_expiration != 0 && user.profile.status_expiration <= now {
        user.profile.status_text.clear();
        user.profile.status_emoji.clear();
        user.profile.status_expiration = 0;
    }
    call.put_changed(user.clone())?;
    let profile = wire::profile(&user, call.caller);
    wire::ok(&json!({"username": user.name, "profile": profile}))
}

/// Changes one field of a profile.
fn change(user: &mut User, name: &str, value: &Value) -> Result<(), Error> {
    if name == "fields" {
        let fields: BTreeMap<String, ProfileField> =
            serde_json::from_value(value.clone()).map_err(|_| Code::InvalidProfile)?;
        user.profile.fields.extend(fields);
        user.profile.fields.retain(|_, field| !field.value.is_empty());
        return Ok(());
    }
    if name == "status_expiration" {
        let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok());
        user.profile.status_expiration = seconds.ok_or(Code::InvalidProfile)?;
        return Ok(());
    }
    let text = value.as_str().ok_or(Code::InvalidProfile)?.to_owned();
    let longest = match name {
        "status_text" => LONGEST_STATUS,
        "first_name" | "last_name" => LONGEST_NAME,
        _ => LONGEST_FIELD,
    };
    if text.chars().count() > longest {
        return Err(Code::TooLong.into());
    }
    match name {
        "real_name" => user.real_name = text,
        "title" => user.title = text,
        "email" => user.email = Some(text),
        "display_name" => user.profile.display_name = Some(text),
        "first_name" => user.profile.first_name = Some(text),
        "last_name" => user.profile.last_name = Some(text),
        "phone" => user.profile.phone = text,
        "skype" => user.profile.skype = text,
        "pronouns" => user.profile.pronouns = Some(text),
        "status_text" => user.profile.status_text = text,
        "status_emoji" => {
            let legal = text.is_empty() || text.len() > 2 && text.starts_with(':') && text.ends_with(':');
            if !legal {
                return Err(Code::ProfileStatusSetFailedNotValidEmoji.into());
            }
            user.profile.status_emoji = text;
        }
        _ => return Err(Code::InvalidProfile.into()),
    }
    if matches!(name, "first_name" | "last_name") {
        let (first, last) = user.names();
        user.real_name = format!("{first} {last}").trim().to_owned();
    }
    Ok(())
}
