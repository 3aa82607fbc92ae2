//! Writes a plugin's folder from the templates of its language and role, and from the contract in `wit/`.
//!
//! A template is an ordinary project called `plugin-name`; its text gets the plugin's own name and role.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use include_dir::{Dir, include_dir};

use super::Name;

pub(super) static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/verb/new/templates");

/// The contract's packages, one folder each.
static CONTRACT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../wit/deps");

/// What stands in a template for the plugin's name, its name as Rust's libraries have it, and its role.
const NAME: &str = "plugin-name";
const SNAKE_NAME: &str = "plugin_name";
const ROLE: &str = "plugin-role";

/// What a plugin is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PluginRole {
    /// Functions that an agent may be given.
    Tool,
    /// One look at one finished trial.
    Judge,
}

/// What a plugin is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Rust, without WASI.
    Rust,
    /// JavaScript on QuickJS.
    Js,
    /// CPython with its standard library.
    Python,
    /// C, without WASI.
    C,
}

/// Why no plugin was written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NewError {
    /// There is something already.
    #[error("{} is there and is no empty folder", .0.display())]
    Occupied(PathBuf),
    /// The system refused.
    #[error("{} cannot be written", path.display())]
    Write {
        /// What was being written.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A folder of templates is not in this binary.
    #[error("this binary has no template {0}")]
    Missing(String),
}

impl PluginRole {
    /// The name of the role's world, and of its package in the contract.
    fn world(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Judge => "judge",
        }
    }
}

impl Language {
    fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Js => "js",
            Self::Python => "python",
            Self::C => "c",
        }
    }
}

/// Writes a plugin into a folder that is empty or not there yet, and returns its files relative to that, in order.
///
/// # Errors
/// The folder holds something, or the system's. Files that were written until then stay.
pub(crate) fn render(
    role: PluginRole,
    language: Language,
    name: &Name,
    into: &Path,
) -> Result<Vec<PathBuf>, NewError> {
    let files = files(role, language, name)?;
    claim(into)?;
    for (path, contents) in &files {
        let path = into.join(path);
        write(&path, contents).map_err(|source| NewError::Write { path, source })?;
    }
    Ok(files.into_keys().collect())
}

/// The plugin's files by their path.
fn files(role: PluginRole, language: Language, name: &Name) -> Result<BTreeMap<PathBuf, Vec<u8>>, NewError> {
    let (language, world) = (language.folder(), role.world());
    let mut files = BTreeMap::new();
    for layer in [format!("{language}/every"), format!("{language}/{world}"), format!("world/{world}")] {
        let folder = TEMPLATES.get_dir(&layer).ok_or_else(|| NewError::Missing(layer.clone()))?;
        for (path, contents) in below(folder, Path::new(&layer)) {
            files.insert(path.to_owned(), named(contents, name, role));
        }
    }
    for package in ["types", "capability", world] {
        let folder = CONTRACT.get_dir(package).ok_or_else(|| NewError::Missing(package.to_owned()))?;
        let contract = below(folder, Path::new(""));
        files
            .extend(contract.map(|(path, contents)| (Path::new("wit/deps").join(path), contents.to_owned())));
    }
    Ok(files)
}

/// Every file below a folder, by its path relative to `root`.
pub(super) fn below<'a>(
    folder: &'a Dir<'a>,
    root: &'a Path,
) -> Box<dyn Iterator<Item = (&'a Path, &'a [u8])> + 'a> {
    let here = folder
        .files()
        .map(move |file| (file.path().strip_prefix(root).unwrap_or(file.path()), file.contents()));
    Box::new(here.chain(folder.dirs().flat_map(move |dir| below(dir, root))))
}

/// The template's bytes with the plugin's names in them; what is no text stays as it is.
fn named(contents: &[u8], name: &Name, role: PluginRole) -> Vec<u8> {
    let Ok(text) = str::from_utf8(contents) else { return contents.to_owned() };
    text.replace(NAME, name.as_str())
        .replace(SNAKE_NAME, &name.snake())
        .replace(ROLE, role.world())
        .into_bytes()
}

/// Makes the folder, or sees that it is empty.
pub(super) fn claim(folder: &Path) -> Result<(), NewError> {
    let failed = |source| NewError::Write { path: folder.to_owned(), source };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(NewError::Occupied(folder.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder).map_err(failed),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(NewError::Occupied(folder.to_owned()))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Never writes over a file, whoever put it there in the meantime.
pub(super) fn write(path: &Path, contents: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(contents)
}

#[cfg(test)]
mod tests;
