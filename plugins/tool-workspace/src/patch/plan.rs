//! What a patch makes of the files: worked out in full first, then written, and taken back if a write fails.

use std::collections::BTreeMap;

use plugin_sdk::Error;
use plugin_sdk::capability::Workspace;

use super::parse::{Change, Section, mistake};
use super::place::updated;
use crate::text::{MAX_TEXT, Text, file_size};

/// Bytes of a file that is deleted: it is kept in memory until the whole patch is written.
const MAX_KEPT: u64 = 4 * MAX_TEXT;

/// The files after a patch.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    steps: BTreeMap<String, Step>,
    /// One line a section, in the order of the patch.
    pub(crate) summary: Vec<String>,
}

/// One file before and after; none where there is no file.
#[derive(Debug)]
struct Step {
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

impl Plan {
    /// Fits every section to the files, and writes nothing.
    pub(crate) fn of(files: &mut dyn Workspace, sections: &[Section]) -> Result<Self, Error> {
        let mut plan = Self::default();
        for section in sections {
            plan.add(files, section)?;
        }
        Ok(plan)
    }

    fn add(&mut self, files: &mut dyn Workspace, section: &Section) -> Result<(), Error> {
        let path = &section.path;
        match &section.change {
            Change::Add(text) => {
                self.absent(files, section.line, path)?;
                self.step(section.line, path, None, Some(text.clone().into_bytes()))?;
                self.summary.push(format!("added {path}"));
            }
            Change::Delete => {
                // A binary file can be deleted too, and has to come back if a later write fails.
                let before = whole(files, path).map_err(|error| at_line(section.line, error))?;
                self.step(section.line, path, Some(before), None)?;
                self.summary.push(format!("deleted {path}"));
            }
            Change::Update { moved, hunks } => {
                let text = Text::load(files, path).map_err(|error| at_line(section.line, error))?;
                let after = updated(&text, path, hunks)?.into_bytes();
                let before = Some(text.replaced(&[]).into_bytes());
                match moved.as_ref().filter(|target| *target != path) {
                    Some(target) => {
                        self.absent(files, section.line, target)?;
                        self.step(section.line, path, before, None)?;
                        self.step(section.line, target, None, Some(after))?;
                        self.summary.push(format!("moved {path} to {target}"));
                    }
                    None => {
                        self.step(section.line, path, before, Some(after))?;
                        self.summary.push(format!("updated {path}"));
                    }
                }
            }
        }
        Ok(())
    }

    fn absent(&self, files: &mut dyn Workspace, line: usize, path: &str) -> Result<(), Error> {
        match files.stat(path) {
            Err(Error::NotFound(_)) => Ok(()),
            Ok(_) => Err(at_line(line, Error::Conflict(format!("`{path}` is there already")))),
            Err(error) => Err(at_line(line, error)),
        }
    }

    fn step(
        &mut self,
        line: usize,
        path: &str,
        before: Option<Vec<u8>>,
        after: Option<Vec<u8>>,
    ) -> Result<(), Error> {
        match self.steps.insert(path.to_owned(), Step { before, after }) {
            Some(_) => Err(mistake(line, format!("`{path}` has a section above already"))),
            None => Ok(()),
        }
    }

    /// Writes every file. If one cannot be written, those before it are put back as they were.
    pub(crate) fn write(&self, files: &mut dyn Workspace) -> Result<(), Error> {
        let mut done: Vec<(&String, &Step)> = Vec::new();
        // Files that come or change first: what goes is given up only when everything else is there.
        let (come, go): (Vec<_>, Vec<_>) = self.steps.iter().partition(|(_, step)| step.after.is_some());
        for (path, step) in come.into_iter().chain(go) {
            if let Err(error) = put(files, path, step.after.as_deref()) {
                return Err(taken_back(files, &done, path, error));
            }
            done.push((path, step));
        }
        Ok(())
    }
}

fn whole(files: &mut dyn Workspace, path: &str) -> Result<Vec<u8>, Error> {
    let size = file_size(files, path)?;
    if size > MAX_KEPT {
        let text = format!("`{path}` holds {size} bytes, more than the {MAX_KEPT} that could be put back");
        return Err(Error::QuotaExceeded(text));
    }
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < size {
        let part = files.read_file(path, bytes.len() as u64, u32::MAX)?;
        if part.is_empty() {
            break;
        }
        bytes.extend(part);
    }
    Ok(bytes)
}

fn put(files: &mut dyn Workspace, path: &str, contents: Option<&[u8]>) -> Result<(), Error> {
    match contents {
        Some(bytes) => files.write_file(path, bytes),
        None => files.remove(path),
    }
}

/// Undoes what was done and says what became of it.
fn taken_back(files: &mut dyn Workspace, done: &[(&String, &Step)], failed: &str, error: Error) -> Error {
    let mut lost = Vec::new();
    for (path, step) in done.iter().rev() {
        if put(files, path, step.before.as_deref()).is_err() {
            lost.push(path.as_str());
        }
    }
    let state = match lost.as_slice() {
        [] => "every file is as it was before the patch".to_owned(),
        lost => format!("these files could not be put back: {}", lost.join(", ")),
    };
    with_text(error, |text| format!("`{failed}` could not be written: {text}; {state}"))
}

fn at_line(line: usize, error: Error) -> Error {
    with_text(error, |text| format!("line {line} of the patch: {text}"))
}

fn with_text(error: Error, change: impl FnOnce(String) -> String) -> Error {
    match error {
        Error::Denied(text) => Error::Denied(change(text)),
        Error::NotFound(text) => Error::NotFound(change(text)),
        Error::InvalidArgument(text) => Error::InvalidArgument(change(text)),
        Error::Conflict(text) => Error::Conflict(change(text)),
        Error::TimedOut(text) => Error::TimedOut(change(text)),
        Error::Unavailable(text) => Error::Unavailable(change(text)),
        Error::QuotaExceeded(text) => Error::QuotaExceeded(change(text)),
        Error::Other(text) => Error::Other(change(text)),
    }
}

#[cfg(test)]
mod tests {
    use plugin_sdk::capability::{Item, Metadata};
    use plugin_sdk::testing::Stage;
    use plugin_sdk::{Request, Response};

    use super::*;
    use crate::patch::parse;

    type Files = Stage<fn(&Request) -> Result<Response, Error>>;

    /// A workspace in which one path can be read and not changed.
    struct ReadOnly(Files, &'static str);

    impl ReadOnly {
        fn check(&self, path: &str) -> Result<(), Error> {
            if path == self.1 { Err(Error::Denied("read-only".to_owned())) } else { Ok(()) }
        }
    }

    impl Workspace for ReadOnly {
        fn read_file(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
            self.0.read_file(path, first, limit)
        }

        fn write_file(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
            self.check(path)?;
            self.0.write_file(path, contents)
        }

        fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
            self.0.list(path)
        }

        fn remove(&mut self, path: &str) -> Result<(), Error> {
            self.check(path)?;
            self.0.remove(path)
        }

        fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
            self.0.stat(path)
        }
    }

    #[test]
    fn a_write_that_fails_takes_the_others_back() {
        for locked in ["a", "d", "z"] {
            let mut stage: Files = Stage::new(|_| Err(Error::NotFound("nobody".to_owned())));
            stage.files = ["a", "b", "c", "z"].map(|path| (path.to_owned(), b"1\r\n2\n".to_vec())).into();
            let before = stage.files.clone();
            let patch = "*** Begin Patch\n*** Update File: a\n@@\n-1\n*** Delete File: z\n\
                         *** Update File: c\n*** Move to: d\n*** Add File: e\n+x\n*** End Patch";
            let mut files = ReadOnly(stage, locked);
            let plan = Plan::of(&mut files, &parse(patch).unwrap()).unwrap();
            let Err(Error::Denied(text)) = plan.write(&mut files) else { panic!("{locked}") };
            let expected = format!(
                "`{locked}` could not be written: read-only; every file is as it was before the patch"
            );
            assert_eq!(text, expected);
            assert_eq!(files.0.files, before, "{locked}");
        }
    }
}
