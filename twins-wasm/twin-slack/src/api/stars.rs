//! `stars.*`: what a person saved for later.

use serde_json::json;
use twin_sdk::Reply;

use crate::entities::Star;
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::state::tables::STARS;
use crate::ts::Ts;
use crate::wire;

use super::Call;

/// `stars.add`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, star) = call.starred_item()?;
    if call.state.get(&STARS, &key)?.is_some() {
        return Err(Code::AlreadyStarred.into());
    }
    call.state.put(&STARS, &key, &star)?;
    call.announce_star("star_added", &star)?;
    call.done()
}

/// `stars.remove`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, star) = call.starred_item()?;
    if !call.state.delete(&STARS, &key) {
        return Err(Code::NotStarred.into());
    }
    call.announce_star("star_removed", &star)?;
    call.done()
}

/// `stars.list`: the latest first.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (page, count) = call.args.numbered_page(100, 1_000)?;
    let mut stars = call.state.all(&STARS, &format!("{}/", call.caller.user.id))?;
    stars.sort_by(|one, other| (other.date_create, &other.ts).cmp(&(one.date_create, &one.ts)));
    let total = stars.len();
    let from = usize::try_from((page - 1).saturating_mul(count)).unwrap_or(usize::MAX);
    let mut items = Vec::new();
    for star in stars.into_iter().skip(from).take(usize::try_from(count).unwrap_or(usize::MAX)) {
        let mut item = json!({"type": star.kind, "date_create": star.date_create});
        let Some(fields) = item.as_object_mut() else { continue };
        if let Some(channel) = &star.channel {
            fields.insert("channel".to_owned(), channel.clone().into());
            let ts = star.ts.as_deref().and_then(Ts::parse_name);
            if let Some(message) = ts.map(|ts| call.state.message(channel, ts)).transpose()?.flatten() {
                let shown = serde_json::to_value(wire::item(message, call.caller))?;
                fields.insert("message".to_owned(), shown);
            }
        }
        if let Some(file) = &star.file {
            let file = call.visible_file(file)?;
            fields.insert("file".to_owned(), call.file(&file)?);
        }
        items.push(item);
    }
    wire::ok(&json!({"items": items, "paging": wire::paging(total, page, count)}))
}

impl Call<'_, '_> {
    /// The item that the call names, and its key for this caller.
    fn starred_item(&mut self) -> Result<(String, Star), Error> {
        let mut star = Star {
            user: self.caller.user.id.clone(),
            kind: String::new(),
            channel: None,
            ts: None,
            file: None,
            date_create: self.state.now_seconds(),
        };
        let item = if let Some(file) = self.args.text("file")? {
            star.kind = "file".to_owned();
            star.file = Some(self.visible_file(&file)?.id);
            file
        } else if self.args.text("file_comment")?.is_some() {
            return Err(Code::FileCommentNotFound.into());
        } else {
            let id = self.args.text("channel")?.ok_or(Code::NoItemSpecified)?;
            match self.args.text("timestamp")? {
                Some(ts) => {
                    let (channel, message) = self.named_message(&id, &ts)?;
                    star.kind = "message".to_owned();
                    (star.channel, star.ts) = (Some(channel.id), Some(message.ts));
                    format!("{id}/{ts}")
                }
                None => {
                    let channel = self.visible(&id)?.channel;
                    star.kind = if channel.is_im { "im" } else { "channel" }.to_owned();
                    star.channel = Some(channel.id);
                    id
                }
            }
        };
        Ok((format!("{}/{}/{item}", star.user, star.kind), star))
    }

    fn announce_star(&mut self, kind: &str, star: &Star) -> Result<(), Error> {
        let event = json!({"type": kind, "user": star.user, "item": star});
        Ok(self.state.announce(kind, Audience::Workspace, event)?)
    }
}
