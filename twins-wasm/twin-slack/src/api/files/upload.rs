//! How files come in: an address for the bytes, the bytes, and the word that they are all there; and the retired way
//! in one call.

use data_encoding::BASE64;
use serde_json::{Value, json};
use twin_sdk::{Incoming, Reply};

use crate::api::{Call, web};
use crate::args::Args;
use crate::caller::Caller;
use crate::entities::{Channel, Completion, Contents, File, Message, Share, Upcoming, Upload};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::filetypes;
use crate::state::tables::{CONTENTS, FILES, UPLOADS};
use crate::state::{Place, State};
use crate::ts::Ts;
use crate::wire;

/// The largest file, in bytes; more than any request of a client of this twin may have.
const LARGEST: u64 = 1_073_741_824;
/// The longest text for those who do not see a picture, in characters.
const LONGEST_ALT: usize = 1_000;
/// When `files.upload` was retired, in seconds since 1970: 2025-11-12.
const RETIRED: u64 = 1_762_905_600;
/// How much of a text is shown before it is opened, in characters.
const PREVIEW: usize = 160;

/// `files.getUploadURLExternal`.
pub(in crate::api) fn get_upload_url(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let filename = call.args.required_or("filename", Code::MissingArgument)?;
    let length = call.args.number("length", Code::InvalidArguments)?.ok_or(Code::MissingArgument)?;
    if length == 0 {
        return Err(Error::argument("must be greater than 0 [json-pointer:/length]"));
    }
    if length > LARGEST {
        return Err(Code::FileUploadSizeRestricted.into());
    }
    let alt_txt = call.args.text("alt_txt")?;
    if alt_txt.as_ref().is_some_and(|text| text.chars().count() > LONGEST_ALT) {
        return Err(Code::AltTxtTooLarge.into());
    }
    let snippet_type = call.args.text("snippet_type")?;
    if snippet_type.as_ref().is_some_and(|kind| filetypes::named(kind).is_none()) {
        return Err(Code::UnknownSnippetType.into());
    }
    let Upcoming { file_id: id, ticket } = call.state.next_upload(&filename)?;
    let upload = Upload {
        ticket: ticket.clone(),
        user: call.caller.user.id.clone(),
        filename,
        length,
        alt_txt,
        snippet_type,
        arrived: false,
        completion: None,
    };
    call.state.put(&UPLOADS, &id, &upload)?;
    let upload_url = format!("{}/upload/v1/{ticket}", web::origin(call.incoming, "files"));
    wire::ok(&json!({"upload_url": upload_url, "file_id": id}))
}

/// The address for the bytes takes them as they are, or as the file of a form.
pub(in crate::api) fn take_bytes(
    state: &mut State<'_>,
    incoming: &Incoming<'_>,
    ticket: &str,
) -> Result<Reply, Error> {
    let mut scan = State::uploads();
    while let Some((id, mut upload)) = state.step(&mut scan)? {
        if upload.ticket != ticket {
            continue;
        }
        let is_form = incoming.header("content-type").is_some_and(|kind| kind.starts_with("multipart/"));
        let bytes = if is_form { form_file(incoming)? } else { incoming.bytes().to_vec() };
        if bytes.len() as u64 != upload.length {
            let text = format!("Expected {} bytes but got {}", upload.length, bytes.len());
            return Ok(Reply::of_type(400, "text/plain", text));
        }
        upload.arrived = true;
        state.put(&CONTENTS, &id, &Contents { base64: BASE64.encode(&bytes) })?;
        state.put(&UPLOADS, &id, &upload)?;
        if let Some(completion) = upload.completion.clone() {
            let Some(user) = state.user(&upload.user)? else { return Err(Code::FileNotFound.into()) };
            let (caller, args) = (Caller::of(user), Args::none());
            let mut call = Call { state, caller: &caller, args: &args, incoming };
            call.finish(vec![(id, upload)], completion)?;
        }
        return Ok(Reply::of_type(200, "text/plain", format!("OK - {}", bytes.len())));
    }
    Ok(Reply::of_type(404, "text/plain", "Not Found"))
}

/// `files.completeUploadExternal`. It may come before the bytes: nothing is shared until both are there. The answer
/// comes before the service has looked into the files, so it knows neither their kind nor their shares.
pub(in crate::api) fn complete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let sent = call.args.json("files", Code::InvalidArguments)?;
    let Some(Value::Array(sent)) = sent else {
        return Err(Error::argument("missing required field: files"));
    };
    if sent.is_empty() {
        return Err(Error::argument("no fewer than 1 items allowed [json-pointer:/files]"));
    }
    let channels = call.share_targets()?;
    if let [channel] = channels.as_slice() {
        call.parent(channel)?;
    }
    let mut uploads = Vec::new();
    for file in &sent {
        let missing = || Error::argument("missing required field: id [json-pointer:/files]");
        let id = file["id"].as_str().ok_or_else(missing)?;
        let upload = call.state.get(&UPLOADS, id)?.filter(|upload| upload.user == call.caller.user.id);
        let upload = upload.filter(|upload| upload.completion.is_none()).ok_or(Code::FileNotFound)?;
        uploads.push((id.to_owned(), upload, file["title"].as_str().map(str::to_owned)));
    }
    let completion = Completion {
        title: None,
        channels: channels.into_iter().map(|channel| channel.id).collect(),
        comment: call.args.text("initial_comment")?.unwrap_or_default(),
        thread_ts: call.args.text("thread_ts")?,
    };
    let (mut ready, mut answer) = (Vec::new(), Vec::new());
    for (id, mut upload, title) in uploads {
        let fresh = call.landed(&id, upload.clone(), title.as_deref())?;
        answer.push(call.unprocessed(&fresh)?);
        upload.completion = Some(Completion { title, ..completion.clone() });
        call.state.put(&UPLOADS, &id, &upload)?;
        if upload.arrived {
            ready.push((id, upload));
        }
    }
    if !ready.is_empty() {
        call.finish(ready, completion)?;
    }
    wire::ok(&json!({"files": answer}))
}

/// `files.upload`, which the service answered until its retirement.
pub(in crate::api) fn upload(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.state.now_seconds() >= RETIRED {
        return Err(Code::MethodDeprecated.into());
    }
    let (bytes, sent_name) = match (call.args.file("file"), call.args.text("content")?) {
        (Some(field), _) => (field.content.clone(), field.filename.clone()),
        (None, Some(content)) => (content.into_bytes(), None),
        (None, None) => return Err(Code::NoFileData.into()),
    };
    let channels = call.share_targets()?;
    let name = call.args.text("filename")?.or(sent_name).unwrap_or_else(|| "-".to_owned());
    let id = call.state.mint("F");
    let upload = Upload {
        ticket: String::new(),
        user: call.caller.user.id.clone(),
        filename: name,
        length: bytes.len() as u64,
        alt_txt: None,
        snippet_type: call.args.text("filetype")?,
        arrived: true,
        completion: None,
    };
    call.state.put(&CONTENTS, &id, &Contents { base64: BASE64.encode(&bytes) })?;
    let title = call.args.text("title")?;
    let file = call.landed(&id, upload, title.as_deref())?;
    call.state.put(&FILES, &id, &file)?;
    call.announce_file("file_created", &file, None)?;
    let comment = call.args.text("initial_comment")?.unwrap_or_default();
    let mut files = vec![file];
    for channel in &channels {
        let parent = call.parent(channel)?;
        call.share_files(channel, &mut files, &comment, parent)?;
    }
    let shown = files.first().map(|file| call.file(file)).transpose()?;
    wire::ok(&json!({"file": shown}))
}

impl Call<'_, '_> {
    /// The channels that files are to be shown in, each of which the caller may write to.
    pub(super) fn share_targets(&mut self) -> Result<Vec<Channel>, Error> {
        let mut ids = self.args.list("channels")?;
        ids.extend(self.args.text("channel_id")?);
        ids.iter().map(|id| self.writable(id)).collect()
    }

    /// Makes files of uploads whose bytes are there, and shares them in one message a channel.
    fn finish(&mut self, uploads: Vec<(String, Upload)>, completion: Completion) -> Result<(), Error> {
        let mut files = Vec::new();
        for (id, upload) in uploads {
            let title = upload.completion.as_ref().and_then(|completion| completion.title.clone());
            let file = self.landed(&id, upload, title.as_deref())?;
            self.state.delete(&UPLOADS, &id);
            self.state.put(&FILES, &id, &file)?;
            self.announce_file("file_created", &file, None)?;
            files.push(file);
        }
        for id in completion.channels {
            let Some(channel) = self.state.channel(&id)? else { continue };
            let thread = completion.thread_ts.as_deref().and_then(Ts::parse_name);
            let parent = thread.map(|ts| self.state.message(&id, ts)).transpose()?.flatten();
            self.share_files(&channel, &mut files, &completion.comment, parent)?;
        }
        Ok(())
    }

    /// A file as the service shows it before it has looked into it.
    fn unprocessed(&mut self, file: &File) -> Result<Value, Error> {
        let mut shown = self.file(&File { preview: None, lines: None, ..file.clone() })?;
        if let Some(fields) = shown.as_object_mut() {
            for name in ["mimetype", "filetype", "pretty_type"] {
                fields.insert(name.to_owned(), "".into());
            }
        }
        Ok(shown)
    }

    /// The file that an upload becomes.
    fn landed(&mut self, id: &str, upload: Upload, title: Option<&str>) -> Result<File, Error> {
        let named = upload.snippet_type.as_deref().and_then(filetypes::named);
        let kind = named.unwrap_or_else(|| filetypes::of_name(&upload.filename));
        let contents = self.state.get(&CONTENTS, id)?;
        let bytes =
            contents.and_then(|contents| BASE64.decode(contents.base64.as_bytes()).ok()).unwrap_or_default();
        let text = filetypes::is_text(kind.mimetype).then(|| String::from_utf8(bytes).ok()).flatten();
        let title = title.filter(|title| !title.is_empty());
        Ok(File {
            id: id.to_owned(),
            title: title.unwrap_or(&upload.filename).to_owned(),
            name: upload.filename,
            mimetype: kind.mimetype.to_owned(),
            filetype: kind.name.to_owned(),
            user: upload.user,
            size: upload.length,
            created: self.state.now_seconds(),
            mode: if upload.snippet_type.is_some() { "snippet" } else { "hosted" }.to_owned(),
            alt_txt: upload.alt_txt,
            lines: text.as_ref().map(|text| text.lines().count() as u64),
            preview: text.map(|text| text.chars().take(PREVIEW).collect()),
            ..File::default()
        })
    }

    /// Posts the message that shows files in a channel.
    pub(super) fn share_files(
        &mut self,
        channel: &Channel,
        files: &mut [File],
        comment: &str,
        parent: Option<Message>,
    ) -> Result<(), Error> {
        let ts = self.state.next_ts(&channel.id)?.to_string();
        for file in files.iter_mut() {
            let share = Share { ts: ts.clone(), thread_ts: parent.as_ref().map(|parent| parent.ts.clone()) };
            file.shares.entry(channel.id.clone()).or_default().push(share);
            self.state.put(&FILES, &file.id, file)?;
        }
        let shown = files.iter().map(|file| self.file(file)).collect::<Result<Vec<_>, _>>()?;
        let message = Message {
            text: comment.to_owned(),
            files: Some(shown),
            upload: Some(true),
            display_as_bot: Some(false),
            ..Message::default()
        };
        let place = Place { parent, ..Place::of(channel) };
        let posted = self.state.post(place, &self.caller.user, message)?;
        self.state.announce_message(channel, &posted)?;
        for file in files.iter() {
            self.announce_file("file_shared", file, Some(channel))?;
        }
        Ok(())
    }

    pub(super) fn announce_file(
        &mut self,
        kind: &str,
        file: &File,
        channel: Option<&Channel>,
    ) -> Result<(), Error> {
        let mut event =
            json!({"type": kind, "file_id": file.id, "user_id": file.user, "file": {"id": file.id}});
        let mut audience = Audience::Workspace;
        if let (Some(channel), Some(fields)) = (channel, event.as_object_mut()) {
            fields.insert("channel_id".to_owned(), channel.id.clone().into());
            audience = Audience::Channel(&channel.id);
        }
        Ok(self.state.announce(kind, audience, event)?)
    }
}

/// The bytes of the first file of a form; of its first field if none is a file.
fn form_file(incoming: &Incoming<'_>) -> Result<Vec<u8>, Error> {
    let Ok(twin_sdk::Body::Multipart(fields)) = incoming.body() else {
        return Err(Code::InvalidFormData.into());
    };
    let file = fields.iter().find(|field| field.filename.is_some()).or(fields.first());
    file.map(|field| field.content.clone()).ok_or_else(|| Code::InvalidFormData.into())
}
