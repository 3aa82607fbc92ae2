//! `files.remote.*`: files that an app keeps elsewhere.

use serde_json::json;
use twin_sdk::{Binding, Reply, fill_page};

use crate::api::Call;
use crate::entities::File;
use crate::errors::{Code, Error};
use crate::filetypes;
use crate::state::tables::FILES;
use crate::wire::{self, ResponseMetadata};

/// `files.remote.add`: by a bot. A file with the same external id is replaced.
pub(in crate::api) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if !call.caller.user.is_bot {
        return Err(Code::BotUserRequired.into());
    }
    let external_id = call.args.required_or("external_id", Code::InvalidExternalId)?;
    let title = call.args.required_or("title", Code::BadTitle)?;
    let external_url = call.args.required("external_url")?;
    let old = call.remote_by_external_id(&external_id)?;
    let kind = call.args.text("filetype")?.unwrap_or_else(|| filetypes::of_name(&title).name.to_owned());
    let file = File {
        id: old.map_or_else(|| call.state.mint("F"), |old| old.id),
        name: title.clone(),
        title,
        mimetype: filetypes::named(&kind).map_or("application/octet-stream", |kind| kind.mimetype).to_owned(),
        filetype: kind,
        user: call.caller.user.id.clone(),
        created: call.state.now_seconds(),
        mode: "external".to_owned(),
        external_id: Some(external_id),
        external_url: Some(external_url),
        ..File::default()
    };
    call.remote_answer(&file)
}

/// `files.remote.update`: what the call leaves out stays.
pub(in crate::api) fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut file = call.remote()?;
    if let Some(title) = call.args.text("title")? {
        file.title = title;
    }
    if let Some(url) = call.args.text("external_url")? {
        file.external_url = Some(url);
    }
    if let Some(kind) = call.args.text("filetype")? {
        file.filetype = kind;
    }
    call.remote_answer(&file)
}

/// `files.remote.info`.
pub(in crate::api) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let file = call.only_remote(Code::TooManyIds)?;
    let shown = call.file(&file)?;
    wire::ok(&json!({"file": shown}))
}

/// `files.remote.list`: by id.
pub(in crate::api) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let limit = call.args.limit(100, 1_000)?;
    let channel = call.args.text("channel")?;
    let filters = [("channel", channel.as_deref().unwrap_or_default())];
    let binding = Binding::new("files.remote.list", &call.caller.user.id, &filters);
    let from = call.position(&binding)?.unwrap_or_default();
    let mut files = call.state.all(&FILES, "")?.into_iter().filter(|file| {
        file.external_id.is_some()
            && file.id >= from
            && channel.as_ref().is_none_or(|channel| file.shares.contains_key(channel))
    });
    let page = fill_page(limit, || Ok::<_, Error>(files.next().map(|file| (file.id.clone(), file))))?;
    let shown = page.items.iter().map(|file| call.file(file)).collect::<Result<Vec<_>, _>>()?;
    let metadata = ResponseMetadata::at(page.next.as_deref(), &binding);
    wire::ok(&json!({"files": shown, "response_metadata": metadata}))
}

/// `files.remote.remove`.
pub(in crate::api) fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let file = call.only_remote(Code::TooManyIds)?;
    call.state.delete(&FILES, &file.id);
    call.done()
}

/// `files.remote.share`.
pub(in crate::api) fn share(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut files = vec![call.only_remote(Code::InvalidArgs)?];
    let channels = call.share_targets()?;
    if channels.is_empty() {
        return Err(Code::ChannelNotFound.into());
    }
    for channel in &channels {
        call.share_files(channel, &mut files, "", None)?;
    }
    let shown = files.iter().map(|file| call.file(file)).collect::<Result<Vec<_>, _>>()?;
    wire::ok(&json!({"file": shown.first()}))
}

impl Call<'_, '_> {
    /// The remote file that either `file` or `external_id` names.
    fn only_remote(&mut self, both: Code) -> Result<File, Error> {
        if self.args.text("file")?.is_some() && self.args.text("external_id")?.is_some() {
            return Err(both.into());
        }
        self.remote()
    }

    /// The remote file that `file`, or else `external_id` names.
    fn remote(&mut self) -> Result<File, Error> {
        let file = match (self.args.text("file")?, self.args.text("external_id")?) {
            (Some(id), _) => self.state.get(&FILES, &id)?.filter(|file| file.external_id.is_some()),
            (None, Some(external)) => self.remote_by_external_id(&external)?,
            (None, None) => return Err(Code::FileNotFound.into()),
        };
        file.ok_or_else(|| Code::FileNotFound.into())
    }

    fn remote_by_external_id(&mut self, external: &str) -> Result<Option<File>, Error> {
        let files = self.state.all(&FILES, "")?;
        Ok(files.into_iter().find(|file| file.external_id.as_deref() == Some(external)))
    }

    fn remote_answer(&mut self, file: &File) -> Result<Reply, Error> {
        self.state.put(&FILES, &file.id, file)?;
        let shown = self.file(file)?;
        wire::ok(&json!({"file": shown}))
    }
}
