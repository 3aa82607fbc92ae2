//! Where a table comes from.

use plugin_sdk::Error;
use plugin_sdk::capability::{Kind, Workspace};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::table::Table;

/// Bytes of a table; what one read of the host answers with.
const MAX_TEXT: u64 = 16 << 20;

/// A table as text or as a file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// A file of the workspace. Give this or `text`.
    path: Option<String>,
    /// The table itself.
    text: Option<String>,
    /// What it is written in; found out from the name of the file or the first character where it is not given.
    format: Option<Format>,
    /// CSV: the one character between fields.
    #[serde(default = "delimiter")]
    delimiter: String,
    /// CSV: whether the first line names the columns; otherwise they are `c1`, `c2` and so on.
    #[serde(default = "header")]
    header: bool,
}

/// What a table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Fields between delimiters, quoted with `"`.
    Csv,
    /// An array of objects or of arrays, or one of them a line.
    Json,
}

fn delimiter() -> String {
    ",".to_owned()
}

fn header() -> bool {
    true
}

impl Source {
    /// Reads the table.
    pub(crate) fn table(&self, files: &mut dyn Workspace) -> Result<Table, Error> {
        let text = match (&self.path, &self.text) {
            (Some(path), None) => &load(files, path)?,
            (None, Some(text)) => text,
            _ => return Err(Error::InvalidArgument("give either `path` or `text`".to_owned())),
        };
        match self.format.unwrap_or_else(|| self.guess(text)) {
            Format::Json => Table::from_json(text),
            Format::Csv => Table::from_csv(text, self.delimiter()?, self.header),
        }
    }

    fn guess(&self, text: &str) -> Format {
        let name = self.path.as_deref().unwrap_or_default().to_ascii_lowercase();
        let json_name = [".json", ".jsonl", ".ndjson"].iter().any(|end| name.ends_with(end));
        let csv_name = [".csv", ".tsv", ".txt"].iter().any(|end| name.ends_with(end));
        let json_text = text.trim_start_matches('\u{feff}').trim_start().starts_with(['[', '{']);
        if json_name || (json_text && !csv_name) { Format::Json } else { Format::Csv }
    }

    fn delimiter(&self) -> Result<u8, Error> {
        match self.delimiter.as_bytes() {
            [byte] if !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => {
                let text = format!("`delimiter` is one ASCII character, not {:?}", self.delimiter);
                Err(Error::InvalidArgument(text))
            }
        }
    }
}

fn load(files: &mut dyn Workspace, path: &str) -> Result<String, Error> {
    let metadata = files.stat(path)?;
    if metadata.kind != Kind::File {
        return Err(Error::InvalidArgument(format!("`{path}` is no file")));
    }
    if metadata.size > MAX_TEXT {
        let text = format!("`{path}` holds {} bytes, and a table at most {MAX_TEXT}", metadata.size);
        return Err(Error::QuotaExceeded(text));
    }
    let bytes = files.read_file(path, 0, u32::try_from(MAX_TEXT).unwrap_or(u32::MAX))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::InvalidArgument(format!("`{path}` is not UTF-8 text: byte {at}"))
    })
}
