//! How channels begin, end and are called.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::api::Call;
use crate::api::access::{Kind, Visible};
use crate::entities::{Channel, Message};
use crate::errors::{Code, Error};
use crate::events::Audience;

/// The longest name of a channel, in characters.
const LONGEST_NAME: usize = 80;

/// `conversations.create`: the caller is its first member.
pub(in crate::api) fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let name = call.args.required_or("name", Code::InvalidNameRequired)?;
    let is_private = call.args.flag("is_private")?;
    let kind = if is_private { Kind::Private } else { Kind::Public };
    let scopes = kind.write_scopes(None);
    call.caller.require_any(&scopes.iter().map(String::as_str).collect::<Vec<_>>())?;
    if call.caller.user.is_restricted {
        return Err(Code::UserIsRestricted.into());
    }
    let name = call.free_name(&name)?;
    let me = call.caller.user.id.clone();
    let channel = Channel {
        id: call.state.mint("C"),
        name,
        is_private,
        creator: me.clone(),
        created: call.state.now_seconds(),
        ..Channel::default()
    };
    let channel = call.state.open_channel(channel, &[me])?;
    if !is_private {
        let event = json!({"type": "channel_created", "channel": short(&channel, &call.caller.user.team_id)});
        call.state.announce("channel_created", Audience::Workspace, event)?;
    }
    call.conversation_answer(&channel)
}

/// `conversations.archive`.
pub(in crate::api) fn archive(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("channel")?;
    let Visible { mut channel, is_member } = call.changeable(&id, None)?;
    if channel.is_general {
        return Err(Code::CantArchiveGeneral.into());
    }
    if channel.is_archived {
        return Err(Code::AlreadyArchived.into());
    }
    if !is_member {
        return Err(Code::NotInChannel.into());
    }
    let text = format!("<@{}> archived the channel", call.caller.user.id);
    call.notice(&channel, "channel_archive", text, Message::default())?;
    channel.is_archived = true;
    call.state.put_channel(&mut channel)?;
    call.announce_of(&channel, "archive", json!({"channel": channel.id, "user": call.caller.user.id}))?;
    call.done()
}

/// `conversations.unarchive`.
pub(in crate::api) fn unarchive(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("channel")?;
    let mut channel = call.changeable(&id, None)?.channel;
    if !channel.is_archived {
        return Err(Code::NotArchived.into());
    }
    channel.is_archived = false;
    call.state.put_channel(&mut channel)?;
    let text = format!("<@{}> un-archived the channel", call.caller.user.id);
    call.notice(&channel, "channel_unarchive", text, Message::default())?;
    call.announce_of(&channel, "unarchive", json!({"channel": channel.id, "user": call.caller.user.id}))?;
    call.done()
}

/// `conversations.rename`.
pub(in crate::api) fn rename(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, name) =
        (call.args.required("channel")?, call.args.required_or("name", Code::InvalidNameRequired)?);
    let mut channel = call.changeable_by_member(&id, None)?.channel;
    if channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if name == channel.name {
        return call.conversation_answer(&channel);
    }
    let name = call.free_name(&name)?;
    let old = std::mem::replace(&mut channel.name, name.clone());
    channel.previous_names.insert(0, old.clone());
    call.state.put_channel(&mut channel)?;
    let text = format!("<@{}> has renamed the channel from \"{old}\" to \"{name}\"", call.caller.user.id);
    let extra = Message { old_name: Some(old), name: Some(name), ..Message::default() };
    call.notice(&channel, "channel_name", text, extra)?;
    let event = json!({"channel": short(&channel, &call.caller.user.team_id)});
    call.announce_of(&channel, "rename", event)?;
    call.conversation_answer(&channel)
}

impl Call<'_, '_> {
    /// A name that a channel may have and none has.
    fn free_name(&mut self, name: &str) -> Result<String, Error> {
        check_name(name)?;
        match self.state.channel_named(name)? {
            Some(_) => Err(Code::NameTaken.into()),
            None => Ok(name.to_owned()),
        }
    }

    /// Posts what the service itself says of a change that the caller made.
    pub(in crate::api) fn notice(
        &mut self,
        channel: &Channel,
        subtype: &str,
        text: String,
        extra: Message,
    ) -> Result<(), Error> {
        let message = Message {
            channel: Some(channel.id.clone()),
            kind: "message".to_owned(),
            subtype: Some(subtype.to_owned()),
            user: if extra.user.is_empty() { self.caller.user.id.clone() } else { extra.user.clone() },
            ts: self.state.next_ts(&channel.id)?.to_string(),
            text,
            team: self.caller.user.team_id.clone(),
            ..extra
        };
        self.state.put_message(&message)?;
        Ok(self.state.announce_message(channel, &message)?)
    }

    /// Tells of a change of a channel: `channel_WHAT` or `group_WHAT`.
    pub(in crate::api) fn announce_of(
        &mut self,
        channel: &Channel,
        what: &str,
        mut event: Value,
    ) -> Result<(), Error> {
        let (prefix, audience) = if channel.is_private {
            ("group", Audience::Channel(&channel.id))
        } else {
            ("channel", Audience::Workspace)
        };
        let name = format!("{prefix}_{what}");
        if let Some(fields) = event.as_object_mut() {
            fields.insert("type".to_owned(), name.clone().into());
        }
        Ok(self.state.announce(&name, audience, event)?)
    }
}

/// A channel as events show it.
fn short(channel: &Channel, team: &str) -> Value {
    json!({
        "id": channel.id, "name": channel.name, "name_normalized": channel.name, "created": channel.created,
        "creator": channel.creator, "is_channel": !channel.is_private, "is_shared": false, "is_org_shared": false,
        "context_team_id": team, "previous_names": channel.previous_names,
    })
}

/// Lower case, no more than 80 characters, and none but letters, digits, hyphens and underscores; letters of every
/// script count as such.
fn check_name(name: &str) -> Result<(), Error> {
    let legal = |char: char| char.is_alphanumeric() && !char.is_uppercase() || matches!(char, '-' | '_');
    let code = if name.trim().is_empty() {
        Code::InvalidNameRequired
    } else if name.chars().count() > LONGEST_NAME {
        Code::InvalidNameMaxlength
    } else if !name.chars().all(legal) {
        Code::InvalidNameSpecials
    } else if !name.chars().any(char::is_alphanumeric) {
        Code::InvalidNamePunctuation
    } else {
        return Ok(());
    };
    let detail = "Value passed for `name` was invalid.".into();
    Err(Error::Detailed { code, field: "detail", detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str) -> Option<Code> {
        match check_name(name) {
            Ok(()) => None,
            Err(Error::Detailed { code, .. }) => Some(code),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_wrong_name_has_its_code() {
        for good in ["general", "launch-2025", "équipe_été", "日本語", &"a".repeat(80)] {
            assert_eq!(code(good), None, "{good}");
        }
        assert_eq!(code(" "), Some(Code::InvalidNameRequired));
        assert_eq!(code(&"a".repeat(81)), Some(Code::InvalidNameMaxlength));
        assert_eq!(code("Launch"), Some(Code::InvalidNameSpecials));
        assert_eq!(code("two words"), Some(Code::InvalidNameSpecials));
        assert_eq!(code("--_"), Some(Code::InvalidNamePunctuation));
    }
}
