//! Who comes and goes.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::api::Call;
use crate::api::access::{Kind, Visible};
use crate::entities::{Channel, Message, User};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::wire::{self, View};

/// How many people may be asked in at once.
const MOST_INVITED: usize = 1_000;

/// `conversations.join`: public channels only.
pub(in crate::api) fn join(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("channel")?;
    let Visible { mut channel, is_member } = call.visible(&id)?;
    if Kind::of(&channel) != Kind::Public {
        return Err(Code::MethodNotSupportedForChannelType.into());
    }
    if channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if !is_member {
        let me = call.caller.user.clone();
        call.let_in(&mut channel, &me, None)?;
    }
    let view = View {
        caller: call.caller,
        is_member: true,
        is_user_deleted: false,
        num_members: false,
        locale: false,
    };
    let shown = wire::conversation(&channel, view);
    if is_member {
        let metadata = json!({"warnings": ["already_in_channel"]});
        return wire::ok(&json!({
            "channel": shown, "warning": "already_in_channel", "response_metadata": metadata,
        }));
    }
    wire::ok(&json!({"channel": shown}))
}

/// `conversations.leave`.
pub(in crate::api) fn leave(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("channel")?;
    let Visible { mut channel, is_member } = call.changeable(&id, None)?;
    if channel.is_general {
        return Err(Code::CantLeaveGeneral.into());
    }
    if channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if !is_member {
        return wire::ok(&json!({"not_in_channel": true}));
    }
    if channel.is_private && channel.num_members == 1 {
        return Err(Code::LastMember.into());
    }
    let me = call.caller.user.id.clone();
    let text = format!("<@{me}> has left the channel");
    call.notice(&channel, "channel_leave", text, Message::default())?;
    call.take_out(&mut channel, &me)?;
    call.done()
}

/// `conversations.invite`: everybody, or nobody unless `force` is set.
pub(in crate::api) fn invite(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, users) = (call.args.required("channel")?, call.args.list("users")?);
    if users.is_empty() {
        return Err(Code::NoUser.into());
    }
    if users.len() > MOST_INVITED {
        return Err(Code::TooManyUsers.into());
    }
    let mut channel = call.changeable(&id, Some("invites"))?.channel;
    if channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if !call.state.is_member(&channel.id, &call.caller.user.id) {
        return Err(Code::NotInChannel.into());
    }
    let (mut welcome, mut refused) = (Vec::new(), Vec::new());
    for user in users {
        match call.invitable(&channel, &user)? {
            Ok(found) => welcome.push(found),
            Err(code) => refused.push((code, user)),
        }
    }
    if let Some((code, _)) =
        refused.first().filter(|_| welcome.is_empty() || !matches!(call.args.flag("force"), Ok(true)))
    {
        let errors: Vec<Value> =
            refused.iter().map(|(code, user)| json!({"user": user, "ok": false, "error": code})).collect();
        return Err(Error::Detailed { code: *code, field: "errors", detail: errors.into() });
    }
    let me = call.caller.user.id.clone();
    for user in welcome {
        call.let_in(&mut channel, &user, Some(&me))?;
    }
    call.conversation_answer(&channel)
}

/// `conversations.kick`.
pub(in crate::api) fn kick(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, user) = (call.args.required("channel")?, call.args.required("user")?);
    let mut channel = call.changeable_by_member(&id, None)?.channel;
    if user == call.caller.user.id {
        return Err(Code::CantKickSelf.into());
    }
    if channel.is_general {
        return Err(Code::CantKickFromGeneral.into());
    }
    let user = call.state.user(&user)?.ok_or(Code::UserNotFound)?;
    if !call.state.is_member(&channel.id, &user.id) {
        return Err(Code::NotInChannel.into());
    }
    call.take_out(&mut channel, &user.id)?;
    wire::ok(&json!({"errors": {}}))
}

impl Call<'_, '_> {
    /// Whether somebody can be asked in.
    fn invitable(&mut self, channel: &Channel, user: &str) -> Result<Result<User, Code>, Error> {
        if user == self.caller.user.id {
            return Ok(Err(Code::CantInviteSelf));
        }
        let Some(found) = self.state.user(user)?.filter(|user| !user.deleted) else {
            return Ok(Err(Code::UserNotFound));
        };
        let is_member = self.state.is_member(&channel.id, user);
        Ok(if is_member { Err(Code::AlreadyInChannel) } else { Ok(found) })
    }

    /// Makes somebody a member and says so.
    fn let_in(&mut self, channel: &mut Channel, user: &User, inviter: Option<&str>) -> Result<(), Error> {
        self.state.enter(channel, &user.id)?;
        let inviter = inviter.map(str::to_owned);
        let text = format!("<@{}> has joined the channel", user.id);
        let extra = Message { user: user.id.clone(), inviter: inviter.clone(), ..Message::default() };
        self.notice(channel, "channel_join", text, extra)?;
        let mut event = self.membership_event("member_joined_channel", channel, &user.id);
        if let (Some(inviter), Some(fields)) = (inviter, event.as_object_mut()) {
            fields.insert("inviter".to_owned(), inviter.into());
        }
        Ok(self.state.announce("member_joined_channel", Audience::Channel(&channel.id), event)?)
    }

    /// Ends a membership and says so.
    fn take_out(&mut self, channel: &mut Channel, user: &str) -> Result<(), Error> {
        let event = self.membership_event("member_left_channel", channel, user);
        self.state.leave(channel, user)?;
        Ok(self.state.announce("member_left_channel", Audience::Channel(&channel.id), event)?)
    }

    fn membership_event(&self, kind: &str, channel: &Channel, user: &str) -> Value {
        let channel_type = if channel.is_private { "G" } else { "C" };
        let team = &self.caller.user.team_id;
        json!({"type": kind, "user": user, "channel": channel.id, "channel_type": channel_type, "team": team})
    }
}
