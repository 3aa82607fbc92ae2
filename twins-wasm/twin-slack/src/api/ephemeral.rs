//! `chat.postEphemeral`: what one member sees and no history keeps.

use serde_json::json;
use twin_sdk::Reply;

use crate::entities::Message;
use crate::errors::{Code, Error};
use crate::state::tables::EPHEMERALS;
use crate::wire;

use super::Call;
use super::content::LONGEST_TEXT;

/// `chat.postEphemeral`.
pub(super) fn post(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (destination, user) = (call.args.required("channel")?, call.args.required("user")?);
    let content = call.content(LONGEST_TEXT)?;
    if content.is_empty() {
        return Err(Code::NoText.into());
    }
    let costume = call.costume()?;
    let channel = call.writable(&destination)?;
    let parent = call.parent(&channel)?;
    if !call.state.is_member(&channel.id, &user) {
        return Err(Code::UserNotInChannel.into());
    }
    let ts = call.state.next_ts(&channel.id)?.to_string();
    let me = &call.caller.user;
    let message = Message {
        channel: Some(channel.id.clone()),
        kind: "message".to_owned(),
        user: me.id.clone(),
        ts: ts.clone(),
        team: me.team_id.clone(),
        bot_id: me.bot_id.clone(),
        app_id: me.app_id.clone(),
        thread_ts: parent.map(|parent| parent.ts),
        seen_by: Some(user),
        ..content.into_message(costume, None)
    };
    call.state.put(&EPHEMERALS, &format!("{}/{ts}", channel.id), &message)?;
    wire::ok(&json!({"message_ts": ts}))
}
