//! Sealing and unsealing the holdout parts of a suite where they lie.

use crate::seal::{SEALED_ENDING, SealError, SealKey};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use std::io;
use std::path::Path;

/// Why the files of a suite could not all be sealed or unsealed. Those before it were.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {why}")]
pub struct SealSuiteError {
    /// Which file, from the suite's folder.
    pub file: String,
    /// Why.
    pub why: SealFileError,
}

/// Why one file could not be sealed or unsealed.
#[derive(Debug, thiserror::Error)]
pub enum SealFileError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The key does not fit, or the file is damaged.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Seals every file below the `sealed` folders of a suite's scenarios and returns what it sealed, from the suite's
/// folder. A file goes once its sealed one lies there and opens; what is sealed already stays.
///
/// # Errors
/// The first file that cannot be sealed.
pub fn seal_suite(suite: &Path, key: &SealKey) -> Result<Vec<String>, SealSuiteError> {
    each_file(suite, &|dir, path, place| {
        if path.ends_with(SEALED_ENDING) {
            return Ok(false);
        }
        let content = dir.read(path)?;
        let sealed = key.seal(place, &content)?;
        key.open(place, &sealed)?;
        dir.write(format!("{path}{SEALED_ENDING}"), sealed)?;
        dir.remove_file(path)?;
        Ok(true)
    })
}

/// Opens them again, and returns what it opened.
///
/// # Errors
/// The first file that cannot be opened.
pub fn unseal_suite(suite: &Path, key: &SealKey) -> Result<Vec<String>, SealSuiteError> {
    each_file(suite, &|dir, path, place| {
        let Some(plain) = path.strip_suffix(SEALED_ENDING) else { return Ok(false) };
        let place = place.strip_suffix(SEALED_ENDING).unwrap_or(place);
        let content = key.open(place, &dir.read(path)?)?;
        dir.write(plain, content)?;
        dir.remove_file(path)?;
        Ok(true)
    })
}

/// What is done with one file: its folder, its name there, and its path from the suite; whether anything was.
type Act<'a> = &'a dyn Fn(&Dir, &str, &str) -> Result<bool, SealFileError>;

fn each_file(suite: &Path, act: Act<'_>) -> Result<Vec<String>, SealSuiteError> {
    let fails = |file: &str, error: io::Error| SealSuiteError { file: file.to_owned(), why: error.into() };
    let dir = Dir::open_ambient_dir(suite, ambient_authority());
    let dir = dir.map_err(|error| fails(&suite.display().to_string(), error))?;
    let mut done = Vec::new();
    for scenario in names(&dir).map_err(|error| fails(".", error))? {
        let Ok(folder) = dir.open_dir(&scenario) else { continue };
        if !folder.is_file("scenario.toml") {
            continue;
        }
        let place = format!("{scenario}/sealed");
        match folder.open_dir("sealed") {
            Ok(sealed) => walk(&sealed, &place, act, &mut done)?,
            Err(error) => return Err(fails(&place, error)),
        }
    }
    Ok(done)
}

fn walk(dir: &Dir, place: &str, act: Act<'_>, done: &mut Vec<String>) -> Result<(), SealSuiteError> {
    let fails = |file: &str, why: SealFileError| SealSuiteError { file: file.to_owned(), why };
    for name in names(dir).map_err(|error| fails(place, error.into()))? {
        let file = format!("{place}/{name}");
        let kind = dir.symlink_metadata(&name).map_err(|error| fails(&file, error.into()))?;
        if kind.is_dir() {
            let below = dir.open_dir(&name).map_err(|error| fails(&file, error.into()))?;
            walk(&below, &file, act, done)?;
        } else if kind.is_file() && act(dir, &name, &file).map_err(|why| fails(&file, why))? {
            done.push(file);
        }
    }
    Ok(())
}

/// The names in a folder, in order.
fn names(dir: &Dir) -> io::Result<Vec<String>> {
    let names = dir.entries()?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}
