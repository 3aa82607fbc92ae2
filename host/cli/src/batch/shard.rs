//! A part of a batch, read from its folder trial by trial.

use super::entry::{Entry, ResultLine};
use super::lines::JsonLines;
use super::result_file::ResultFile;
use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The folder of a shard.
pub(crate) struct Shard {
    folder: PathBuf,
    results: ResultFile,
    /// Where the records of trials begin and end, by number of the trial.
    tapes: BTreeMap<usize, (u64, u64)>,
}

/// Whose line it is.
#[derive(Deserialize)]
struct Owner {
    scenario: String,
    index: u32,
}

impl Shard {
    /// Finds its trials and their records.
    ///
    /// # Errors
    /// Where a file is missing or is not what a run writes.
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let results = ResultFile::open(&folder.join("results.jsonl"))?;
        let path = folder.join("events.jsonl");
        let mut tapes = BTreeMap::new();
        let mut last = None;
        let mut lines = JsonLines::<Owner>::open(&path)?;
        while let Some(line) = lines.next() {
            let (begin, Owner { scenario, index }) = line?;
            let number = results.number(&scenario, index);
            let number =
                number.with_context(|| format!("{}: no result of {scenario}#{index}", path.display()))?;
            if last != Some(number) {
                let is_new = tapes.insert(number, (begin, begin)).is_none();
                ensure!(is_new, "{}: the lines of {scenario}#{index} are not together", path.display());
            }
            if let Some(place) = tapes.get_mut(&number) {
                place.1 = lines.offset();
            }
            last = Some(number);
        }
        Ok(Self { folder: folder.to_owned(), results, tapes })
    }

    /// Where it lies.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its results.
    pub(crate) fn results(&self) -> &ResultFile {
        &self.results
    }

    /// All that it has of the trial with that number in its results.
    pub(super) fn entry(&self, number: usize) -> anyhow::Result<Entry> {
        let line = self.results.reader()?.numbered::<ResultLine>(number)?;
        let mut line = line.context("a shard has fewer trials than before")?;
        (line.context, line.hash) = (None, None);
        let place = self.tapes.get(&number);
        let tape = place.map(|(begin, end)| self.tape(*begin, *end)).transpose()?;
        let differs = |line: &ResultLine| {
            format!("{}#{}: a replay did not come out as its record", line.result.scenario, line.result.index)
        };
        let divergence = (line.replayed == Some(false)).then(|| differs(&line));
        Ok(Entry { line, tape, divergence })
    }

    fn tape(&self, begin: u64, end: u64) -> anyhow::Result<String> {
        let mut file = File::open(self.folder.join("events.jsonl"))?;
        file.seek(SeekFrom::Start(begin))?;
        let mut tape = String::new();
        file.take(end.saturating_sub(begin)).read_to_string(&mut tape)?;
        if !tape.ends_with('\n') {
            tape.push('\n');
        }
        Ok(tape)
    }
}
