//! The frame of sections: names, lengths and digests.

use super::{DIGEST, FORMAT, WorldFileError};
use glasshouse_model::Digest;
use serde::Serialize;
use serde::de::Deserialize;

/// The name of the last section.
const END: &str = "end";

/// A file that is written.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new() -> Self {
        Self(FORMAT.to_vec())
    }

    /// Adds a section. Names are short: a twin's, a table's.
    pub(super) fn section(&mut self, name: &str, body: &impl Serialize) {
        // Into memory, numbers, texts and bytes alone: nothing in postcard can fail.
        let body = postcard::to_allocvec(body).unwrap_or_default();
        self.raw(name, &body);
    }

    fn raw(&mut self, name: &str, body: &[u8]) {
        let from = self.0.len();
        let length = u16::try_from(name.len()).unwrap_or(u16::MAX);
        self.0.extend(length.to_le_bytes());
        self.0.extend(name.bytes().take(length.into()));
        self.0.extend((body.len() as u64).to_le_bytes());
        self.0.extend(body);
        let digest = Digest::of(self.0.get(from..).unwrap_or_default());
        self.0.extend(digest.as_bytes());
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        let digest = Digest::of(&self.0);
        self.raw(END, digest.as_bytes());
        self.0
    }
}

/// A file that is read.
pub(super) struct Sections<'f> {
    file: &'f [u8],
    at: usize,
}

/// One section whose digest is right.
pub(super) struct Section<'f> {
    pub(super) name: &'f str,
    pub(super) at: usize,
    body: &'f [u8],
}

impl<'f> Sections<'f> {
    pub(super) fn new(file: &'f [u8]) -> Result<Self, WorldFileError> {
        if file.starts_with(FORMAT) {
            Ok(Self { file, at: FORMAT.len() })
        } else {
            Err(WorldFileError::Format)
        }
    }

    /// The next section; none after the end.
    pub(super) fn next(&mut self) -> Result<Option<Section<'f>>, WorldFileError> {
        let at = self.at;
        let section = self.read().ok_or(WorldFileError::Truncated { at })??;
        if section.name != END {
            return Ok(Some(section));
        }
        let whole = Digest::of(self.file.get(..at).unwrap_or_default());
        if section.body != whole.as_bytes() {
            let (section, why) = (END.to_owned(), "it is not the digest of what stands before".to_owned());
            return Err(WorldFileError::Content { at, section, why });
        }
        if self.at < self.file.len() { Err(WorldFileError::Trailing { at: self.at }) } else { Ok(None) }
    }

    /// None where the file ends.
    fn read(&mut self) -> Option<Result<Section<'f>, WorldFileError>> {
        let at = self.at;
        let rest = self.file.get(at..)?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (name, rest) = rest.split_at_checked(u16::from_le_bytes(*length).into())?;
        let (length, rest) = rest.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (body, rest) = rest.split_at_checked(length)?;
        let (written, rest) = rest.split_first_chunk::<DIGEST>()?;
        let framed = self.file.get(at..self.file.len() - rest.len() - DIGEST)?;
        self.at = self.file.len() - rest.len();
        let found = Digest::of(framed);
        if found.as_bytes() != written {
            let section = String::from_utf8_lossy(name).into_owned();
            let written = Digest::from_bytes(*written);
            return Some(Err(WorldFileError::Changed { section, from: at, to: self.at, found, written }));
        }
        let section = String::from_utf8_lossy(name).into_owned();
        let why = "its name is not UTF-8".to_owned();
        Some(match std::str::from_utf8(name) {
            Ok(name) => Ok(Section { name, at, body }),
            Err(_) => Err(WorldFileError::Content { at, section, why }),
        })
    }
}

impl<'f> Section<'f> {
    pub(super) fn read<T: Deserialize<'f>>(&self) -> Result<T, WorldFileError> {
        match postcard::take_from_bytes(self.body) {
            Ok((value, [])) => Ok(value),
            Ok((_, rest)) => Err(self.wrong(format!("{} bytes too many", rest.len()))),
            Err(error) => Err(self.wrong(error.to_string())),
        }
    }

    pub(super) fn wrong(&self, why: String) -> WorldFileError {
        WorldFileError::Content { at: self.at, section: self.name.to_owned(), why }
    }

    pub(super) fn misplaced(&self, wanted: &'static str) -> WorldFileError {
        WorldFileError::Order { at: self.at, found: self.name.to_owned(), wanted }
    }
}
