//! Suites and scenarios that run as they are written.

use super::template::{TEMPLATES, below, claim, write};
use super::{Name, NewError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What stands in a template for the name of the suite and of the scenario.
const SUITE: &str = "suite-name";
const SCENARIO: &str = "scenario-name";
/// The scenario that a new suite has.
const FIRST: &str = "first-message";

/// Writes a suite with a first scenario into a folder that is empty or not there yet, and returns its files in order.
///
/// # Errors
/// The folder holds something, or the system's.
pub(crate) fn suite(name: &Name, into: &Path) -> Result<Vec<PathBuf>, NewError> {
    let mut files = layer("suite", SUITE, name.as_str(), "")?;
    files.extend(layer("scenario", SCENARIO, FIRST, FIRST)?);
    write_all(files, into)
}

/// Writes a scenario.
///
/// # Errors
/// As [`suite`].
pub(crate) fn scenario(name: &Name, into: &Path) -> Result<Vec<PathBuf>, NewError> {
    write_all(layer("scenario", SCENARIO, name.as_str(), "")?, into)
}

type Files = BTreeMap<PathBuf, String>;

fn layer(layer: &str, placeholder: &str, name: &str, below_into: &str) -> Result<Files, NewError> {
    let folder = TEMPLATES.get_dir(layer).ok_or_else(|| NewError::Missing(layer.to_owned()))?;
    let named = |(path, contents): (&Path, &[u8])| {
        let text = String::from_utf8_lossy(contents).replace(placeholder, name);
        (Path::new(below_into).join(path), text)
    };
    Ok(below(folder, Path::new(layer)).map(named).collect())
}

fn write_all(files: Files, into: &Path) -> Result<Vec<PathBuf>, NewError> {
    claim(into)?;
    for (path, text) in &files {
        let path = into.join(path);
        write(&path, text.as_bytes()).map_err(|source| NewError::Write { path, source })?;
    }
    Ok(files.into_keys().collect())
}
