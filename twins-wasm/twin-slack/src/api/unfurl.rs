//! `chat.unfurl`: what an app shows below the links to its own pages.

use serde_json::{Map, Value};
use twin_sdk::Reply;

use crate::errors::{Code, Error};
use crate::ts::Ts;

use super::Call;

/// `chat.unfurl`. A message is named by channel and timestamp; links that stand in no message yet are not known.
pub(super) fn unfurl(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (channel, ts) = (call.args.text("channel")?, call.args.text("ts")?);
    let channel = channel.ok_or(Code::MissingChannel)?;
    let ts = ts.ok_or(Code::MissingTs)?;
    let unfurls = call.args.json("unfurls", Code::InvalidUnfurlsFormat)?.ok_or(Code::MissingUnfurls)?;
    let unfurls: Map<String, Value> = match unfurls {
        Value::Object(unfurls) => unfurls,
        _ => return Err(Code::InvalidUnfurlsFormat.into()),
    };
    let channel = call.visible(&channel).map_err(|_| Code::CannotFindChannel)?.channel;
    let ts = Ts::parse_name(&ts).ok_or(Code::CannotFindMessage)?;
    let mut message = call.state.message(&channel.id, ts)?.ok_or(Code::CannotFindMessage)?;
    let previous = message.clone();
    let attachments = message.attachments.get_or_insert_default();
    for (url, unfurl) in unfurls {
        let Value::Object(mut fields) = unfurl else { return Err(Code::CannotParseAttachment.into()) };
        if !message.text.contains(&url) {
            return Err(Code::CannotUnfurlUrl.into());
        }
        attachments.retain(|attachment| attachment["from_url"] != url.as_str());
        fields.insert("id".to_owned(), (attachments.len() as u64).saturating_add(1).into());
        fields.insert("from_url".to_owned(), url.clone().into());
        fields.insert("app_unfurl_url".to_owned(), url.into());
        fields.insert("is_app_unfurl".to_owned(), true.into());
        fields.insert("bot_id".to_owned(), call.caller.user.bot_id.clone().into());
        attachments.push(Value::Object(fields));
    }
    call.state.put_message(&message)?;
    call.state.announce_change(&channel, Some(&message), &previous)?;
    call.done()
}
