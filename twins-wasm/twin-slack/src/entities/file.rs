//! Files and their bytes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A file; its key is its id.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct File {
    /// `F` and more.
    pub id: String,
    /// With its ending.
    pub name: String,
    /// For people.
    pub title: String,
    /// Media type.
    pub mimetype: String,
    /// The service's own word for its kind, for example `text`.
    pub filetype: String,
    /// Who owns it.
    pub user: String,
    /// In bytes.
    pub size: u64,
    /// Seconds since 1970.
    pub created: u64,
    /// `hosted`, `snippet` or `external`.
    pub mode: String,
    /// For those who do not see it; none where nobody wrote one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_txt: Option<String>,
    /// Whether the address for everybody works.
    #[serde(default)]
    pub public_url_shared: bool,
    /// Where it is shared, by channel, in the order of the messages.
    #[serde(default)]
    pub shares: BTreeMap<String, Vec<Share>>,
    /// The id that the app which keeps it elsewhere gave; remote files only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Where it is kept; remote files only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_url: Option<String>,
    /// The beginning of its text; text only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview: Option<String>,
    /// How many lines its text has; text only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<u64>,
}

/// A message that shares a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Share {
    /// The message.
    pub ts: String,
    /// The thread it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
}

/// The bytes of a file; its key is the file's id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// In base64.
    pub base64: String,
}

/// What an upload is given by the service, when the fixture says so beforehand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Upcoming {
    /// The file's id.
    pub file_id: String,
    /// The last part of the address that takes the bytes.
    pub ticket: String,
}

/// A file on its way up; its key is the file's id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    /// The last part of the address that takes the bytes.
    pub ticket: String,
    /// Who uploads.
    pub user: String,
    /// As it was announced.
    pub filename: String,
    /// As it was announced, in bytes.
    pub length: u64,
    /// As it was announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt_txt: Option<String>,
    /// As it was announced; snippets only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snippet_type: Option<String>,
    /// Whether the bytes have come.
    pub arrived: bool,
    /// What its owner wants with it, where they said so before the bytes came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
}

/// What is to become of a file on its way up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Completion {
    /// For people; none for the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where it is shared.
    pub channels: Vec<String>,
    /// What the message that shares it says.
    pub comment: String,
    /// The thread that the message answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<String>,
}
