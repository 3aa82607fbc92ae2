//! Direct messages, which are opened and closed and never end.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::api::Call;
use crate::api::access::Kind;
use crate::entities::{Channel, User};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::wire;

/// How many others a direct message may have.
const MOST_OTHERS: usize = 8;

/// `conversations.open`: by who is in it, or by its id.
pub(in crate::api) fn open(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if let Some(id) = call.args.text("channel")? {
        let channel = call.visible(&id)?.channel;
        if !Kind::of(&channel).is_direct() {
            return Err(Code::MethodNotSupportedForChannelType.into());
        }
        return call.open_answer(channel, true);
    }
    let ids = call.args.list("users")?;
    if ids.is_empty() {
        return Err(Code::UsersListNotSupplied.into());
    }
    if ids.len() > MOST_OTHERS {
        return Err(Code::TooManyUsers.into());
    }
    let mut others = Vec::new();
    for id in ids {
        let user = call.state.user(&id)?.ok_or(Code::UserNotFound)?;
        if user.deleted {
            return Err(Code::UserDisabled.into());
        }
        others.push(user);
    }
    let me = call.caller.user.clone();
    let scope =
        if others.iter().filter(|other| other.id != me.id).count() > 1 { "mpim:write" } else { "im:write" };
    call.caller.require_any(&[scope])?;
    if call.args.flag("prevent_creation")? {
        let channel = call.state.open_direct_message(&me, &others)?.ok_or(Code::ChannelNotFound)?;
        return call.open_answer(channel, true);
    }
    let (channel, was_there) = call.state.direct_message(&me, &others)?;
    if !was_there {
        call.announce_im(&channel, &me)?;
    }
    call.open_answer(channel, was_there)
}

/// `conversations.close`: for the caller alone.
pub(in crate::api) fn close(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("channel")?;
    let mut channel = call.visible(&id)?.channel;
    let kind = Kind::of(&channel);
    let scopes = kind.write_scopes(None);
    call.caller.require_any(&scopes.iter().map(String::as_str).collect::<Vec<_>>())?;
    if !kind.is_direct() {
        return Err(Code::MethodNotSupportedForChannelType.into());
    }
    let me = call.caller.user.id.clone();
    if channel.closed_for.contains(&me) {
        return wire::ok(&json!({"no_op": true, "already_closed": true}));
    }
    channel.closed_for.push(me);
    call.state.put_channel(&mut channel)?;
    call.done()
}

impl Call<'_, '_> {
    /// The answer to an opened direct message: its id, or all of it where the call asks for that.
    fn open_answer(&mut self, mut channel: Channel, was_there: bool) -> Result<Reply, Error> {
        let me = self.caller.user.id.clone();
        let was_open = was_there && !channel.closed_for.contains(&me);
        if channel.closed_for.contains(&me) {
            channel.closed_for.retain(|user| *user != me);
            self.state.put_channel(&mut channel)?;
        }
        let mut answer = json!({"channel": {"id": channel.id}});
        if self.args.flag("return_im")? {
            let view = wire::View {
                caller: self.caller,
                is_member: true,
                is_user_deleted: false,
                num_members: false,
                locale: false,
            };
            answer = json!({"channel": wire::conversation(&channel, view)});
            if let Some(shown) = answer.get_mut("channel").and_then(Value::as_object_mut) {
                shown.insert("is_open".to_owned(), true.into());
            }
        }
        if let Some(fields) = answer.as_object_mut().filter(|_| was_open) {
            fields.insert("no_op".to_owned(), true.into());
            fields.insert("already_open".to_owned(), true.into());
        }
        wire::ok(&answer)
    }

    fn announce_im(&mut self, channel: &Channel, me: &User) -> Result<(), Error> {
        if !channel.is_im {
            return Ok(());
        }
        let event = json!({
            "type": "im_created", "user": me.id,
            "channel": {"id": channel.id, "is_im": true, "user": wire::other_side(channel, &me.id), "created": channel.created},
        });
        Ok(self.state.announce("im_created", Audience::Channel(&channel.id), event)?)
    }
}
