//! Files as text: what counts as text, and the line endings that a change keeps.

use std::ops::Range;

use plugin_sdk::Error;
use plugin_sdk::capability::{Kind, Workspace};

/// The most that is searched or changed in one piece; what one read of the host answers with. Larger files are read
/// in parts.
pub(crate) const MAX_TEXT: u64 = 16 << 20;

/// A whole text file.
///
/// Models write `\n`, so it is searched as if every line ended with that; a change lands in the file as it is, and
/// lines that it brings end like most others of the file.
#[derive(Debug)]
pub(crate) struct Text {
    /// The file with every `\r\n` as `\n`.
    pub(crate) plain: String,
    /// Where in `plain` a `\n` stands whose `\r` was left out, ascending.
    returns: Vec<usize>,
}

impl Text {
    /// Reads a whole file. Folders, binary files and what is larger than [`MAX_TEXT`] are refused.
    pub(crate) fn load(files: &mut dyn Workspace, path: &str) -> Result<Self, Error> {
        let size = file_size(files, path)?;
        if size > MAX_TEXT {
            let text = format!(
                "`{path}` holds {size} bytes, and at most {MAX_TEXT} are searched or changed at once"
            );
            return Err(Error::QuotaExceeded(format!("{text}; `read` shows parts of it")));
        }
        let bytes = files.read_file(path, 0, u32::try_from(MAX_TEXT).unwrap_or(u32::MAX))?;
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            return Err(binary(path, at as u64));
        }
        match String::from_utf8(bytes) {
            Ok(raw) => Ok(Self::new(raw)),
            Err(error) => Err(binary(path, error.utf8_error().valid_up_to() as u64)),
        }
    }

    pub(crate) fn new(raw: String) -> Self {
        if !raw.contains("\r\n") {
            return Self { plain: raw, returns: Vec::new() };
        }
        let mut plain = String::with_capacity(raw.len());
        let mut returns = Vec::new();
        for part in raw.split_inclusive("\r\n") {
            match part.strip_suffix("\r\n") {
                Some(line) => {
                    plain.push_str(line);
                    returns.push(plain.len());
                    plain.push('\n');
                }
                None => plain.push_str(part),
            }
        }
        Self { plain, returns }
    }

    /// The file with some ranges of `plain` replaced; they are ascending and do not overlap.
    pub(crate) fn replaced(&self, changes: &[(Range<usize>, String)]) -> String {
        let mut raw = String::with_capacity(self.plain.len() + self.returns.len());
        let mut end = 0;
        for (range, new) in changes {
            self.push_kept(&mut raw, end..range.start);
            raw.push_str(&self.with_endings(new));
            end = range.end;
        }
        self.push_kept(&mut raw, end..self.plain.len());
        raw
    }

    /// Appends a part of the file as it was.
    fn push_kept(&self, raw: &mut String, range: Range<usize>) {
        let first = self.returns.partition_point(|at| *at < range.start);
        let mut from = range.start;
        for at in self.returns.iter().skip(first).take_while(|at| **at < range.end) {
            raw.push_str(self.plain.get(from..*at).unwrap_or_default());
            raw.push('\r');
            from = *at;
        }
        raw.push_str(self.plain.get(from..range.end).unwrap_or_default());
    }

    fn with_endings(&self, new: &str) -> String {
        let new = new.replace("\r\n", "\n");
        let lines = self.plain.bytes().filter(|byte| *byte == b'\n').count();
        if self.returns.len() * 2 > lines { new.replace('\n', "\r\n") } else { new }
    }
}

/// The bytes of what stands under a path, if that is a file.
pub(crate) fn file_size(files: &mut dyn Workspace, path: &str) -> Result<u64, Error> {
    let metadata = files.stat(path)?;
    let wrong = match metadata.kind {
        Kind::File => return Ok(metadata.size),
        Kind::Folder => "a folder; `list` shows what is in it",
        Kind::Other => "neither a file nor a folder",
    };
    Err(Error::InvalidArgument(format!("`{path}` is {wrong}")))
}

/// The refusal of a file that is no text from that byte on.
pub(crate) fn binary(path: &str, at: u64) -> Error {
    Error::InvalidArgument(format!(
        "`{path}` is a binary file: byte {at} is not UTF-8 text; this tool works on text only"
    ))
}

/// The number of the line, from 1, in which a byte of the text stands.
pub(crate) fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replace(raw: &str, old: &str, new: &str) -> String {
        let text = Text::new(raw.to_owned());
        let at = text.plain.find(old).unwrap();
        text.replaced(&[(at..at + old.len(), new.to_owned())])
    }

    #[test]
    fn a_change_keeps_the_endings_around_it_and_takes_the_usual_one() {
        assert_eq!(replace("a\r\nb\r\nc", "a\nb", "x\ny"), "x\r\ny\r\nc");
        assert_eq!(replace("a\r\nb\r\nc", "b\nc", "x\r\ny\n"), "a\r\nx\r\ny\r\n");
        assert_eq!(replace("a\nb\nc\r\n", "b", "x\ny"), "a\nx\ny\nc\r\n");
        assert_eq!(replace("a\r\nb\r\n", "\n", "-"), "a-b\r\n");
        assert_eq!(replace("a\rb\r\r\n", "\r\n", "!\n"), "a\rb!\r\n");
    }

    #[test]
    fn nothing_changes_without_a_change() {
        for raw in ["", "\r\n", "a\r\n\r\nb\n", "\r\r\n\n\r"] {
            assert_eq!(Text::new(raw.to_owned()).replaced(&[]), raw);
        }
    }
}
