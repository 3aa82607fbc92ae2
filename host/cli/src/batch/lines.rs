//! Files of JSON lines, one line in memory at a time.

use anyhow::Context as _;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

/// The lines of a file, each with where it begins. A line that cannot be read is named, and is the last.
pub(crate) struct JsonLines<T> {
    path: PathBuf,
    reader: BufReader<File>,
    text: Vec<u8>,
    number: usize,
    offset: u64,
    is_over: bool,
    read: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> JsonLines<T> {
    /// Begins at the file's begin.
    ///
    /// # Errors
    /// Where the file cannot be opened.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| path.display().to_string())?;
        Ok(Self {
            path: path.to_owned(),
            reader: BufReader::new(file),
            text: Vec::new(),
            number: 0,
            offset: 0,
            is_over: false,
            read: PhantomData,
        })
    }

    /// Where the next line begins.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    fn line(&mut self) -> anyhow::Result<Option<(u64, T)>> {
        self.text.clear();
        self.number += 1;
        let place = || format!("{}:{}", self.path.display(), self.number);
        let read = self.reader.read_until(b'\n', &mut self.text).with_context(place)?;
        if read == 0 {
            return Ok(None);
        }
        let begin = self.offset;
        self.offset += read as u64;
        Ok(Some((begin, serde_json::from_slice(&self.text).with_context(place)?)))
    }
}

impl<T: DeserializeOwned> Iterator for JsonLines<T> {
    type Item = anyhow::Result<(u64, T)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let line = self.line().transpose();
        self.is_over = !matches!(line, Some(Ok(_)));
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_place_and_the_first_damaged_one_ends_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lines");
        std::fs::write(&path, "1\n22\n\"x\"\n4\n").unwrap();
        let lines: Vec<_> = JsonLines::<u32>::open(&path).unwrap().collect();
        let whole: Vec<_> = lines.iter().filter_map(|line| line.as_ref().ok()).collect();
        assert_eq!(whole, [&(0, 1), &(2, 22)]);
        assert_eq!(lines.len(), 3);
        let error = format!("{:#}", lines[2].as_ref().unwrap_err());
        assert!(error.contains("lines:3: invalid type"), "{error}");
    }
}
