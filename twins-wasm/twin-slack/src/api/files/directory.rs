//! What is known of files, and their end.

use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use twin_sdk::Reply;

use crate::api::{Call, web};
use crate::entities::{Channel, File};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::filetypes;
use crate::state::State;
use crate::state::tables::{CHANNELS, CONTENTS, FILES};
use crate::ts::Ts;
use crate::wire;

/// The kinds that `types` may name.
const KINDS: &[&str] = &["all", "spaces", "snippets", "images", "gdocs", "zips", "pdfs"];

/// `files.info`.
pub(in crate::api) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required_or("file", Code::FileNotFound)?;
    let (page, count) = call.args.numbered_page(100, 1_000)?;
    let file = call.visible_file(&id)?;
    let mut answer = Map::new();
    answer.insert("file".to_owned(), call.file(&file)?);
    if let Some(text) = call.text_of(&file)? {
        answer.insert("content".to_owned(), text.into());
        answer.insert("is_truncated".to_owned(), false.into());
    }
    answer.insert("comments".to_owned(), Value::Array(Vec::new()));
    answer.insert("paging".to_owned(), wire::paging(0, page, count));
    answer.insert("response_metadata".to_owned(), json!({"next_cursor": ""}));
    wire::ok(&answer)
}

/// `files.list`: the latest first, in numbered pages.
pub(in crate::api) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (page, count) = call.args.numbered_page(100, 1_000)?;
    let (channel, user) = (call.args.text("channel")?, call.args.text("user")?);
    if let Some(user) = &user
        && call.state.user(user)?.is_none()
    {
        return Err(Code::UserNotFound.into());
    }
    let kinds = call.args.list("types")?;
    if kinds.iter().any(|kind| !KINDS.contains(&kind.as_str())) {
        return Err(Code::UnknownType.into());
    }
    let bound = |text: Option<String>| text.as_deref().and_then(Ts::parse_bound);
    let from = bound(call.args.text("ts_from")?).unwrap_or(Ts::MIN);
    let to = bound(call.args.text("ts_to")?).unwrap_or(Ts::MAX);
    let mut files = call.state.all(&FILES, "")?;
    files.retain(|file| {
        let created = Ts::from_micros(file.created.saturating_mul(1_000_000));
        let group = filetypes::named(&file.filetype).map_or("all", |kind| kind.group);
        channel.as_ref().is_none_or(|channel| file.shares.contains_key(channel))
            && user.as_ref().is_none_or(|user| file.user == *user)
            && (kinds.is_empty() || kinds.iter().any(|kind| kind == "all" || kind == group))
            && (from..=to).contains(&created)
    });
    files.sort_by(|one, other| (other.created, &other.id).cmp(&(one.created, &one.id)));
    let mut seen = Vec::new();
    for file in files {
        if call.may_see(&file)? {
            seen.push(file);
        }
    }
    let first = usize::try_from((page - 1).saturating_mul(count)).unwrap_or(usize::MAX);
    let length = usize::try_from(count).unwrap_or(usize::MAX);
    let shown =
        seen.iter().skip(first).take(length).map(|file| call.file(file)).collect::<Result<Vec<_>, _>>()?;
    wire::ok(&json!({"files": shown, "paging": wire::paging(seen.len(), page, count)}))
}

/// `files.delete`: the caller's own; an administrator may delete those of others.
pub(in crate::api) fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required_or("file", Code::FileNotFound)?;
    let file = call.visible_file(&id)?;
    let me = &call.caller.user;
    if file.user != me.id && !call.caller.is_in_charge() {
        return Err(Code::CantDeleteFile.into());
    }
    call.state.delete(&FILES, &file.id);
    call.state.delete(&CONTENTS, &file.id);
    call.forget_shares(&file)?;
    let channels: Vec<_> = file.shares.keys().collect();
    let event = json!({"type": "file_deleted", "file_id": file.id, "channel_ids": channels});
    call.state.announce("file_deleted", Audience::Workspace, event)?;
    call.done()
}

/// `files.sharedPublicURL`.
pub(in crate::api) fn share_public_url(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    call.set_public(true)
}

/// `files.revokePublicURL`.
pub(in crate::api) fn revoke_public_url(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    call.set_public(false)
}

/// `files.comments.delete`: files have no comments any more.
pub(in crate::api) fn delete_comment(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required_or("file", Code::FileNotFound)?;
    call.args.required("id")?;
    call.visible_file(&id)?;
    Err(Code::CantDelete.into())
}

/// The bytes behind `url_private`, for those who may see the file.
pub(in crate::api) fn shown_contents(call: &mut Call<'_, '_>, id: &str) -> Result<Option<Reply>, Error> {
    let Ok(file) = call.visible_file(id) else { return Ok(None) };
    let Some(contents) = call.state.get(&CONTENTS, id)? else { return Ok(None) };
    let bytes = BASE64.decode(contents.base64.as_bytes()).unwrap_or_default();
    Ok(Some(Reply::of_type(200, &file.mimetype, bytes)))
}

impl Call<'_, '_> {
    /// A file that the caller may know of: their own, and those shared where they may look.
    pub(in crate::api) fn visible_file(&mut self, id: &str) -> Result<File, Error> {
        let file = self.state.get(&FILES, id)?.ok_or(Code::FileNotFound)?;
        if self.may_see(&file)? { Ok(file) } else { Err(Code::FileNotFound.into()) }
    }

    fn may_see(&mut self, file: &File) -> Result<bool, Error> {
        if file.user == self.caller.user.id || file.external_id.is_some() {
            return Ok(true);
        }
        for channel in file.shares.keys() {
            match self.visible(channel) {
                Ok(_) => return Ok(true),
                Err(Error::Code(Code::ChannelNotFound)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    fn set_public(&mut self, public: bool) -> Result<Reply, Error> {
        let id = self.args.required_or("file", Code::FileNotFound)?;
        let mut file = self.visible_file(&id)?;
        file.public_url_shared = public;
        self.state.put(&FILES, &id, &file)?;
        let shown = self.file(&file)?;
        wire::ok(&json!({"file": shown}))
    }

    fn text_of(&mut self, file: &File) -> Result<Option<String>, Error> {
        if !filetypes::is_text(&file.mimetype) {
            return Ok(None);
        }
        let contents = self.state.get(&CONTENTS, &file.id)?;
        let bytes = contents.and_then(|contents| BASE64.decode(contents.base64.as_bytes()).ok());
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()))
    }

    /// Marks a file as gone in the messages that show it.
    fn forget_shares(&mut self, file: &File) -> Result<(), Error> {
        for (channel, shares) in &file.shares {
            for share in shares {
                let Some(ts) = Ts::parse_name(&share.ts) else { continue };
                let Some(mut message) = self.state.message(channel, ts)? else { continue };
                for shown in
                    message.files.iter_mut().flatten().filter(|shown| shown["id"] == file.id.as_str())
                {
                    *shown = json!({"id": file.id, "mode": "tombstone"});
                }
                self.state.put_message(&message)?;
            }
        }
        Ok(())
    }

    /// A file as the service shows it.
    pub(in crate::api) fn file(&mut self, file: &File) -> Result<Value, Error> {
        let places = Places::of(self.state, file)?;
        let team = self.state.team()?.ok_or(Code::TeamNotFound)?;
        let private = format!("{}/files-pri/{}-{}", web::origin(self.incoming, "files"), team.id, file.id);
        let page = format!("https://{}.slack.com/files/{}/{}/{}", team.domain, file.user, file.id, file.name);
        let secret = twin_sdk::digest_id("", &format!("public {}", file.id), 10).to_ascii_lowercase();
        let kind = filetypes::named(&file.filetype);
        let is_external = file.external_id.is_some();
        let mut shown = json!({
            "id": file.id, "created": file.created, "timestamp": file.created, "name": file.name,
            "title": file.title, "mimetype": file.mimetype, "filetype": file.filetype,
            "pretty_type": kind.map_or("Binary", |kind| kind.pretty), "user": file.user, "user_team": team.id,
            "editable": file.mode == "snippet", "size": file.size, "mode": file.mode, "is_external": is_external,
            "external_type": if is_external { "app" } else { "" }, "is_public": places.is_public,
            "public_url_shared": file.public_url_shared, "display_as_bot": false, "username": "",
            "url_private": file.external_url.clone().unwrap_or_else(|| format!("{private}/{}", file.name)),
            "permalink": page, "comments_count": 0, "is_starred": false, "shares": places.shares,
            "channels": places.channels, "groups": places.groups, "ims": places.ims, "has_more_shares": false,
            "has_rich_preview": false, "file_access": "visible",
        });
        let more = [
            (
                "url_private_download",
                (!is_external).then(|| format!("{private}/download/{}", file.name).into()),
            ),
            (
                "permalink_public",
                Some(format!("https://slack-files.com/{}-{}-{secret}", team.id, file.id).into()),
            ),
            ("media_display_type", (!is_external).then(|| json!("unknown"))),
            ("external_id", file.external_id.clone().map(Value::from)),
            ("external_url", file.external_url.clone().map(Value::from)),
            ("alt_txt", file.alt_txt.clone().map(Value::from)),
            ("preview", file.preview.clone().map(Value::from)),
            ("lines", file.lines.map(Value::from)),
        ];
        if let Some(fields) = shown.as_object_mut() {
            fields.extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        }
        Ok(shown)
    }
}

/// Where a file is shared, by the kinds of place.
struct Places {
    shares: Value,
    channels: Vec<String>,
    groups: Vec<String>,
    ims: Vec<String>,
    is_public: bool,
}

impl Places {
    fn of(state: &mut State<'_>, file: &File) -> Result<Self, Error> {
        let (mut public, mut private) = (Map::new(), Map::new());
        let mut places =
            Self { shares: json!({}), channels: vec![], groups: vec![], ims: vec![], is_public: false };
        for (id, shares) in &file.shares {
            let Some(channel) = state.get(&CHANNELS, id)? else { continue };
            let shown = shares.iter().map(|share| share_of(&channel, share)).collect();
            match &channel {
                Channel { is_im: true, .. } => places.ims.push(id.clone()),
                Channel { is_private: true, .. } => places.groups.push(id.clone()),
                _ => places.channels.push(id.clone()),
            }
            if channel.is_private { &mut private } else { &mut public }
                .insert(id.clone(), Value::Array(shown));
        }
        places.is_public = !public.is_empty();
        if let Some(shares) = places.shares.as_object_mut() {
            for (kind, of_kind) in [("public", public), ("private", private)] {
                if !of_kind.is_empty() {
                    shares.insert(kind.to_owned(), Value::Object(of_kind));
                }
            }
        }
        Ok(places)
    }
}

fn share_of(channel: &Channel, share: &crate::entities::Share) -> Value {
    let mut shown = json!({
        "reply_users": [], "reply_users_count": 0, "reply_count": 0, "ts": share.ts, "channel_name": channel.name,
    });
    if let (Some(thread), Some(fields)) = (&share.thread_ts, shown.as_object_mut()) {
        fields.insert("thread_ts".to_owned(), thread.clone().into());
    }
    shown
}
