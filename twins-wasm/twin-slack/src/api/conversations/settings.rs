//! Topic and purpose.

use twin_sdk::Reply;

use crate::api::Call;
use crate::entities::{Message, Setting};
use crate::errors::{Code, Error};

/// The longest topic or purpose, in characters.
const LONGEST: usize = 250;

/// `conversations.setTopic`.
pub(in crate::api) fn set_topic(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, topic, setting) = call.setting("topic")?;
    let mut channel = call.changeable_by_member(&id, Some("topic"))?.channel;
    if channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if channel.topic != topic {
        channel.topic.clone_from(&topic);
        channel.topic_set = Some(setting);
        call.state.put_channel(&mut channel)?;
        let text = announcement(&call.caller.user.id, "topic", &topic);
        let extra = Message { topic: Some(topic), ..Message::default() };
        call.notice(&channel, "channel_topic", text, extra)?;
    }
    call.conversation_answer(&channel)
}

/// `conversations.setPurpose`.
pub(in crate::api) fn set_purpose(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, purpose, setting) = call.setting("purpose")?;
    let mut channel = call.changeable_by_member(&id, Some("topic"))?.channel;
    if channel.is_archived {
        return Err(Code::IsArchived.into());
    }
    if channel.purpose != purpose {
        channel.purpose.clone_from(&purpose);
        channel.purpose_set = Some(setting);
        call.state.put_channel(&mut channel)?;
        let text = announcement(&call.caller.user.id, "purpose", &purpose);
        let extra = Message { purpose: Some(purpose), ..Message::default() };
        call.notice(&channel, "channel_purpose", text, extra)?;
    }
    call.conversation_answer(&channel)
}

impl Call<'_, '_> {
    /// The channel's id, what is to be set, and by whom and when. An empty text takes the old one away.
    fn setting(&mut self, name: &str) -> Result<(String, String, Setting), Error> {
        let id = self.args.required("channel")?;
        if self.args.value(name).is_none() {
            return Err(Error::argument(format!("missing required field: {name}")));
        }
        let text = self.args.text(name)?.unwrap_or_default();
        if text.chars().count() > LONGEST {
            return Err(Code::TooLong.into());
        }
        let setting = Setting { creator: self.caller.user.id.clone(), last_set: self.state.now_seconds() };
        Ok((id, text, setting))
    }
}

fn announcement(user: &str, what: &str, text: &str) -> String {
    if text.is_empty() {
        return format!("<@{user}> cleared the channel {what}");
    }
    format!("<@{user}> set the channel {what}: {text}")
}
