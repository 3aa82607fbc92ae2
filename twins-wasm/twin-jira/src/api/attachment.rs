//! Files on issues.

use data_encoding::BASE64;
use serde_json::json;
use twin_sdk::{Body, Reply, Response};

use crate::entities::Attachment;
use crate::errors::Error;
use crate::history;
use crate::state::ATTACHMENTS;
use crate::wire;

use super::call::Call;
use super::edit;

/// The largest file, in bytes: what a new site allows.
const LARGEST: u64 = 10_485_760;

/// `POST issue/{}/attachments`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let token = call.incoming.header("x-atlassian-token").unwrap_or_default();
    if !["no-check", "nocheck"].iter().any(|known| token.eq_ignore_ascii_case(known)) {
        return Err(Error::Forged);
    }
    let Ok(Body::Multipart(fields)) = call.incoming.body() else { return Err(Error::WrongType) };
    let before = call.issue_to_write()?;
    let files: Vec<_> = fields.into_iter().filter(|field| field.name == "file").collect();
    if files.iter().any(|file| file.content.len() as u64 > LARGEST) {
        return Err(Error::message(
            413,
            "The attachment is too large. The maximum allowed size is 10.00 MB.",
        ));
    }
    let (mut after, mut items, mut shown) = (before.clone(), Vec::new(), Vec::new());
    for file in files {
        let attachment = Attachment {
            id: call.state.next_id("attachment")?,
            issue: before.id.clone(),
            filename: file.filename.unwrap_or_else(|| "file".to_owned()),
            author: call.me().to_owned(),
            created: call.state.now(),
            mime_type: file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            size: file.content.len() as u64,
            content: BASE64.encode(&file.content),
        };
        call.state.put(&ATTACHMENTS, &attachment.id, &attachment)?;
        after.attachments.push(attachment.id.clone());
        let to = (Some(attachment.id.clone()), Some(attachment.filename.clone()));
        items.push(history::item("Attachment", "attachment", (None, None), to));
        shown.push(call.show().tree(|show, out| show.attachment(out, &attachment))?);
    }
    edit::save(call, &before, after, items, "issue_updated")?;
    Ok(wire::json(200, &json!(shown)))
}

/// The attachment that the first placeholder names.
pub(super) fn find(call: &mut Call<'_, '_>) -> Result<Attachment, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::message(404, format!("The attachment with id '{id}' does not exist"));
    call.state.get(&ATTACHMENTS, &id)?.ok_or_else(missing)
}

/// `GET attachment/{}`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let attachment = find(call)?;
    let mut shown = call.show().tree(|show, out| show.attachment(out, &attachment))?;
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("id".to_owned(), json!(attachment.id.parse::<u64>().unwrap_or_default()));
    }
    Ok(wire::json(200, &shown))
}

/// `DELETE attachment/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let attachment = find(call)?;
    if let Some(before) = call.state.issue(&attachment.issue)? {
        call.count_write(&before.id)?;
        let mut after = before.clone();
        after.attachments.retain(|id| *id != attachment.id);
        let from = (Some(attachment.id.clone()), Some(attachment.filename.clone()));
        let item = history::item("Attachment", "attachment", from, (None, None));
        edit::save(call, &before, after, vec![item], "issue_updated")?;
    }
    call.state.delete(&ATTACHMENTS, &attachment.id);
    Ok(wire::empty())
}

/// `GET attachment/content/{}`: the media are elsewhere, unless the caller asks for them here.
pub(super) fn content(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let attachment = find(call)?;
    if call.query.flag("redirect") != Some(false) {
        let location = call.wire.at(&format!("attachment/content/{}?redirect=false", attachment.id));
        return Ok(Reply::empty(303).header("location", location).build());
    }
    let body = BASE64.decode(attachment.content.as_bytes()).unwrap_or_default();
    let disposition = format!("attachment; filename*=UTF-8''{}", wire::encoded(&attachment.filename));
    let reply = Reply::of_type(200, &attachment.mime_type, body).header("content-disposition", disposition);
    Ok(reply.build())
}

/// `GET attachment/meta`.
pub(super) fn meta(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    Ok(wire::json(200, &json!({"enabled": true, "uploadLimit": LARGEST})))
}
