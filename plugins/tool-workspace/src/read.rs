//! `read`: some lines of a text file, however large the file is.

use std::num::NonZeroU64;

use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{binary, file_size};

/// Bytes asked of the host at a time.
const CHUNK: u32 = 1 << 20;
/// Bytes of one line that are shown.
const MAX_LINE: usize = 2_000;
/// Bytes of lines that one call answers with, whatever was asked for.
const MAX_PAGE: usize = 128 << 10;

/// Reads lines of a text file.
#[derive(Debug)]
pub struct Read;

/// The arguments of [`Read`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadInput {
    /// The file, relative to the workspace, parts joined by `/`.
    path: String,
    /// The first line shown, from 1.
    #[serde(default = "first")]
    first_line: NonZeroU64,
    /// How many lines are shown at most.
    #[serde(default = "limit")]
    limit: NonZeroU64,
    /// The text as it stands in the file; otherwise each line has its number and a tab before it.
    #[serde(default)]
    raw: bool,
}

/// Some lines of a file.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Page {
    /// The lines.
    text: String,
    /// How many lines these are.
    lines: u64,
    /// Bytes of the whole file.
    size: u64,
    /// What is missing here and how to get it; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<String>,
}

fn first() -> NonZeroU64 {
    NonZeroU64::MIN
}

fn limit() -> NonZeroU64 {
    NonZeroU64::MIN.saturating_add(1_999)
}

impl Function for Read {
    const NAME: &'static str = "read";
    const DESCRIPTION: &'static str = "Reads lines of a text file, numbered unless `raw` is set. Large \
        files are read in parts: `more` says which line comes next. Binary files are refused.";
    type Input = ReadInput;
    type Output = Page;

    fn call(imports: &mut impl ToolImports, input: ReadInput) -> Result<Page, Error> {
        let size = file_size(imports, &input.path)?;
        let mut reader = Reader::new(&input);
        let mut offset = 0;
        while !reader.full {
            let chunk = imports.read_file(&input.path, offset, CHUNK)?;
            if chunk.is_empty() {
                break;
            }
            if let Some(at) = chunk.iter().position(|byte| *byte == 0) {
                return Err(binary(&input.path, offset + at as u64));
            }
            offset += chunk.len() as u64;
            reader.take(&chunk)?;
        }
        reader.finish(size)
    }
}

/// Picks the lines out of the chunks of a file.
struct Reader<'a> {
    input: &'a ReadInput,
    /// The line that the next byte belongs to, from 1.
    number: u64,
    /// How far that line is known: its first bytes, and how many it has.
    line: Vec<u8>,
    length: usize,
    text: String,
    taken: u64,
    cut: u64,
    /// Whether something follows that does not belong to the page.
    full: bool,
}

impl<'a> Reader<'a> {
    fn new(input: &'a ReadInput) -> Self {
        let line = Vec::new();
        Self { input, number: 1, line, length: 0, text: String::new(), taken: 0, cut: 0, full: false }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), Error> {
        for part in chunk.split_inclusive(|byte| *byte == b'\n') {
            if self.taken == self.input.limit.get() || self.text.len() >= MAX_PAGE {
                self.full = true;
                return Ok(());
            }
            let room = MAX_LINE.saturating_sub(self.line.len());
            if self.number >= self.input.first_line.get() {
                self.line.extend(part.iter().take(room));
            }
            self.length += part.len();
            if part.ends_with(b"\n") {
                self.end_line()?;
            }
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), Error> {
        if self.number >= self.input.first_line.get() {
            let shown = self.shown()?;
            let whole = shown.len() == self.length;
            if self.input.raw {
                self.text.push_str(&shown);
            } else {
                let line = shown.strip_suffix('\n').unwrap_or(&shown);
                let line = line.strip_suffix('\r').unwrap_or(line);
                self.text.push_str(&format!("{:>6}\t{line}", self.number));
            }
            if !whole {
                self.cut += 1;
                self.text.push_str(&format!("[{} more bytes of this line]", self.length - shown.len()));
            }
            if !self.input.raw || !whole {
                self.text.push('\n');
            }
            self.taken += 1;
        }
        self.number += 1;
        self.length = 0;
        self.line.clear();
        Ok(())
    }

    /// What of the line is shown: no half characters where it is cut.
    fn shown(&self) -> Result<String, Error> {
        let bad = |at: usize| {
            let text = format!("`{}` is a binary file: byte {at} of line {}", self.input.path, self.number);
            Error::InvalidArgument(format!("{text} is not UTF-8 text; this tool works on text only"))
        };
        match std::str::from_utf8(&self.line) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) if error.error_len().is_none() && self.line.len() < self.length => {
                let valid = self.line.get(..error.valid_up_to()).unwrap_or_default();
                Ok(String::from_utf8_lossy(valid).into_owned())
            }
            Err(error) => Err(bad(error.valid_up_to())),
        }
    }

    fn finish(mut self, size: u64) -> Result<Page, Error> {
        if !self.full && self.length > 0 {
            self.end_line()?;
        }
        let first = self.input.first_line.get();
        if self.taken == 0 && first > 1 {
            let text = format!(
                "`{}` has {} lines, and line {first} was asked for",
                self.input.path,
                self.number - 1
            );
            return Err(Error::InvalidArgument(text));
        }
        let mut more = Vec::new();
        if self.full {
            more.push(format!("the file goes on: read it with first_line = {}", first + self.taken));
        }
        if self.cut > 0 {
            more.push(format!(
                "{} lines are longer than {MAX_LINE} bytes and cut; `grep` shows matches in them",
                self.cut
            ));
        }
        let more = (!more.is_empty()).then(|| more.join("; "));
        Ok(Page { text: self.text, lines: self.taken, size, more })
    }
}
