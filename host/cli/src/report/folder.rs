//! The report's folder. Files grow under another name and get their own when the run is whole, `summary.json` last:
//! where it lies, everything beside it belongs to it.

use super::json::Summary;
use crate::batch::{ResultFile, ResultLine};
use anyhow::Context as _;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const SUMMARY: &str = "summary.json";
const RESULTS: &str = "results.jsonl";
const EVENTS: &str = "events.jsonl";

/// A report that is being written. Dropped unfinished, it leaves an earlier report as it was.
pub(crate) struct ReportFolder {
    path: PathBuf,
    results: PartFile,
    events: PartFile,
}

impl ReportFolder {
    /// Makes the folder where it is missing, and begins the files that grow with the run.
    ///
    /// # Errors
    /// The system's, where the folder cannot be made or written to.
    pub(crate) fn begin(path: &Path) -> io::Result<Self> {
        fs::create_dir_all(path)?;
        let results = PartFile::create(path, RESULTS)?;
        let events = PartFile::create(path, EVENTS)?;
        Ok(Self { path: path.to_owned(), results, events })
    }

    /// Removes what runs left here that were killed: nobody else runs in the folder.
    ///
    /// # Errors
    /// The system's, where the folder cannot be read.
    pub(crate) fn remove_left_behind(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let grows = [RESULTS, EVENTS].iter().any(|file| name.starts_with(&format!(".{file}.")));
            if grows && name.ends_with(".part") && path != self.results.part && path != self.events.part {
                // What cannot be removed is in nobody's way.
                let _ = fs::remove_file(&path);
            }
        }
        Ok(())
    }

    /// Adds one trial; trials come in planned order. `tape` are its lines of `events.jsonl`, where they are kept.
    ///
    /// # Errors
    /// The system's, where a file cannot be written.
    pub(crate) fn settle(&mut self, line: &ResultLine, tape: Option<&str>) -> io::Result<()> {
        self.results.line(line)?;
        self.events.writer.write_all(tape.unwrap_or_default().as_bytes())
    }

    /// Completes the results of a part of a batch, which has no summary of its own.
    ///
    /// # Errors
    /// The system's, where a file cannot be written or renamed.
    pub(crate) fn finish_part(self, timings: &str) -> io::Result<()> {
        let timings_file = self.timings(timings)?;
        self.complete(vec![timings_file])
    }

    /// The results as they are by now, to be read again.
    ///
    /// # Errors
    /// Where the file cannot be written or read.
    pub(crate) fn results(&mut self) -> anyhow::Result<ResultFile> {
        self.results.writer.flush().context("the results")?;
        ResultFile::open(&self.results.part)
    }

    /// Completes the report; where the summary lies.
    ///
    /// # Errors
    /// The system's, where a file cannot be written or renamed, or the results cannot be read again.
    pub(crate) fn finish(self, summary: &Summary<'_>, timings: &str) -> anyhow::Result<PathBuf> {
        let whole = self.path.join(SUMMARY);
        let mut summary_file = PartFile::create(&self.path, SUMMARY)?;
        serde_json::to_writer_pretty(&mut summary_file.writer, summary)?;
        summary_file.writer.write_all(b"\n")?;
        let timings_file = self.timings(timings)?;
        self.complete(vec![summary_file, timings_file])?;
        Ok(whole)
    }

    fn timings(&self, timings: &str) -> io::Result<PartFile> {
        let mut file = PartFile::create(&self.path, "timings.json")?;
        file.writer.write_all(timings.as_bytes())?;
        Ok(file)
    }

    /// Gives every file its name, the first of `files` last.
    fn complete(self, mut files: Vec<PartFile>) -> io::Result<()> {
        files.extend([self.events, self.results]);
        files.iter_mut().try_for_each(|file| file.writer.flush())?;
        match fs::remove_file(self.path.join(SUMMARY)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        files.iter().rev().try_for_each(|file| fs::rename(&file.part, &file.whole))
    }
}

/// A file on its way.
struct PartFile {
    part: PathBuf,
    whole: PathBuf,
    writer: BufWriter<File>,
}

impl PartFile {
    fn create(folder: &Path, name: &str) -> io::Result<Self> {
        let part = folder.join(format!(".{name}.{}.part", std::process::id()));
        let writer = BufWriter::new(File::create(&part)?);
        Ok(Self { part, whole: folder.join(name), writer })
    }

    fn line(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.writer, value)?;
        self.writer.write_all(b"\n")
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        // A file that got its own name is no longer there, and one that cannot be removed is in nobody's way.
        let _ = fs::remove_file(&self.part);
    }
}
