//! What keeps a run from being lost: its selection in `run.json`, and `journal.jsonl`, to which a line is appended for
//! every trial as soon as it has run. The journal is there for as long as the run is not whole.

use super::entry::Entry;
use crate::exit::Failure;
use glasshouse_model::Digest;
use glasshouse_runner::Selection;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

const RUN: &str = "run.json";
const JOURNAL: &str = "journal.jsonl";

/// `run.json`: what a run was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunFile {
    /// `run/1`.
    pub(crate) schema: String,
    /// The suite's folder, as an absolute path where it can be had.
    pub(crate) suite: PathBuf,
    /// What its trials are tagged with in the ledger.
    pub(crate) tag: String,
    /// Which trials it runs.
    pub(crate) selection: Selection,
    /// The ledger that its trials are written to.
    pub(crate) store: PathBuf,
}

impl RunFile {
    /// Of a run that begins.
    pub(crate) fn new(suite: &Path, tag: String, selection: Selection, store: PathBuf) -> Self {
        let suite = std::path::absolute(suite).unwrap_or_else(|_| suite.to_owned());
        Self { schema: "run/1".to_owned(), suite, tag, selection, store }
    }

    /// Reads that of a report's folder.
    ///
    /// # Errors
    /// [`Failure`] where there is none that can be read.
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let path = folder.join(RUN);
        let unusable = |why: String| {
            Failure::usage(format!("{}: {why}", path.display()), "name a folder that `glasshouse run` wrote")
        };
        let text = fs::read(&path).map_err(|error| unusable(error.to_string()))?;
        serde_json::from_slice(&text).map_err(|error| unusable(error.to_string()))
    }

    /// Writes it to a report's folder.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        fs::write(folder.join(RUN), text)
    }
}

/// One line of the journal.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JournalLine {
    /// A trial has run.
    Ran(Box<Entry>),
    /// Its record stands in the ledger.
    Recorded {
        /// Its key.
        key: Digest,
        /// Its context.
        context: u64,
        /// Hash of the context's last turn.
        hash: String,
    },
}

/// The journal of a run under way. Nobody else has it open.
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Whether a folder holds a run that is not whole.
    pub(crate) fn is_in(folder: &Path) -> bool {
        folder.join(JOURNAL).exists()
    }

    /// Begins a run.
    ///
    /// # Errors
    /// The system's, where the folder cannot be written to or another process runs in it.
    pub(crate) fn begin(folder: &Path, run: &RunFile) -> io::Result<Self> {
        let journal = Self::open(folder)?;
        journal.file.set_len(0)?;
        run.write(folder)?;
        Ok(journal)
    }

    /// Goes on with a run: `each` is given every whole line of its journal and where it begins. A last line that is torn is
    /// dropped.
    ///
    /// # Errors
    /// The system's; `InvalidData` with the line's number where one before the last cannot be read.
    pub(crate) fn resume(folder: &Path, mut each: impl FnMut(u64, JournalLine)) -> io::Result<Self> {
        let mut journal = Self::open(folder)?;
        let (mut number, mut end) = (0, 0);
        let mut reader = BufReader::new(&journal.file);
        let mut text = Vec::new();
        loop {
            text.clear();
            let read = reader.read_until(b'\n', &mut text)?;
            let is_whole = text.last() == Some(&b'\n');
            number += 1;
            match serde_json::from_slice(&text) {
                Ok(line) if is_whole => each(end, line),
                // The last line, or the end of the file.
                _ if !is_whole => break,
                Err(error) => {
                    let what = format!("line {number} of {JOURNAL} cannot be read: {error}");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, what));
                }
                Ok(_) => break,
            }
            end += read as u64;
        }
        journal.file.set_len(end)?;
        journal.file.seek(SeekFrom::End(0))?;
        Ok(journal)
    }

    /// The trial whose line begins there.
    ///
    /// # Errors
    /// The system's; `InvalidData` where that is no line of a trial.
    pub(crate) fn read(&mut self, place: u64) -> io::Result<Entry> {
        self.file.seek(SeekFrom::Start(place))?;
        let mut text = Vec::new();
        BufReader::new(&self.file).read_until(b'\n', &mut text)?;
        self.file.seek(SeekFrom::End(0))?;
        match serde_json::from_slice(&text)? {
            JournalLine::Ran(entry) => Ok(*entry),
            JournalLine::Recorded { .. } => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(JOURNAL);
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, path }),
            Err(TryLockError::WouldBlock) => {
                Err(io::Error::new(io::ErrorKind::ResourceBusy, "another run writes to this folder"))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Appends a line. A process that is killed later loses nothing of it.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn append(&mut self, line: &JournalLine) -> io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file.write_all(&text)
    }

    /// Ends a run that is whole.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn end(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

impl Drop for Journal {
    /// Closing the file is not enough: a process that another thread has just forked has a copy of the descriptor until
    /// it begins its own program, and the lock is held until the last copy is closed.
    fn drop(&mut self) {
        // Where it fails, closing the file is what is left to do.
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::ResultLine;
    use super::*;
    use glasshouse_model::{Drawn, Ending, Seed, TrialClass, TrialResult};

    fn recorded(context: u64) -> JournalLine {
        JournalLine::Recorded { key: Digest::of(b"k"), context, hash: "h".into() }
    }

    /// The journal, and the contexts of its lines.
    fn resumed(folder: &Path) -> io::Result<(Journal, Vec<u64>)> {
        let mut contexts = Vec::new();
        let journal = Journal::resume(folder, |_, line| match line {
            JournalLine::Recorded { context, .. } => contexts.push(context),
            JournalLine::Ran(_) => contexts.push(0),
        })?;
        Ok((journal, contexts))
    }

    #[test]
    fn a_trial_is_read_from_its_place_and_the_next_line_is_appended_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let entry = |index: u32| Entry {
            line: ResultLine {
                result: TrialResult {
                    scenario: "s".into(),
                    index,
                    seed: Seed(7),
                    drawn: Drawn::default(),
                    class: TrialClass::Judged,
                    satisfied: true,
                    ending: Ending::Answered,
                    judgements: Vec::new(),
                    reason: String::new(),
                    retries: 0,
                },
                key: Digest::of(b"k"),
                head: Digest::of(b"h"),
                replayed: None,
                context: None,
                hash: None,
            },
            tape: Some(format!("{}\n", "x".repeat(20_000))),
            divergence: None,
        };
        let (mut journal, _) = resumed(folder.path()).unwrap();
        for index in 0..3 {
            journal.append(&JournalLine::Ran(Box::new(entry(index)))).unwrap();
        }
        drop(journal);
        let mut places = Vec::new();
        let mut journal = Journal::resume(folder.path(), |place, _| places.push(place)).unwrap();
        for (index, place) in [(1, places[1]), (0, places[0]), (2, places[2])] {
            assert_eq!(journal.read(place).unwrap(), entry(index));
        }
        journal.append(&recorded(5)).unwrap();
        drop(journal);
        assert_eq!(resumed(folder.path()).unwrap().1, [0, 0, 0, 5]);
    }

    #[test]
    fn a_torn_last_line_is_dropped_and_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let (mut journal, _) = resumed(folder.path()).unwrap();
        journal.append(&recorded(1)).unwrap();
        journal.append(&recorded(2)).unwrap();
        let whole = fs::read(folder.path().join(JOURNAL)).unwrap();
        drop(journal);
        for cut in 1..whole.len() / 2 {
            fs::write(folder.path().join(JOURNAL), &whole[..whole.len() - cut]).unwrap();
            let (mut journal, contexts) = resumed(folder.path()).unwrap();
            assert_eq!(contexts, [1], "{cut}");
            journal.append(&recorded(3)).unwrap();
            drop(journal);
            assert_eq!(resumed(folder.path()).unwrap().1, [1, 3]);
        }
    }

    #[test]
    fn a_damaged_line_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(JOURNAL), "{}\n{}\n").unwrap();
        let error = resumed(folder.path()).err().unwrap();
        assert!(error.to_string().contains("line 1 of journal.jsonl"), "{error}");
    }

    #[test]
    fn a_folder_has_one_run_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = resumed(folder.path()).unwrap();
        assert_eq!(resumed(folder.path()).err().unwrap().kind(), io::ErrorKind::ResourceBusy);
        // Another process may have inherited the descriptor.
        let _inherited = first.0.file.try_clone().unwrap();
        drop(first);
        assert!(resumed(folder.path()).is_ok());
    }
}
