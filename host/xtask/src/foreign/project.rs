//! A folder that makes one component: its language, its copy below `target/`, its build.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use super::{c, javascript, python};
use crate::process::{capture, program};
use crate::workspace::Workspace;

/// What a build leaves in a folder; none of it is source.
const MADE: [&str; 4] = ["__pycache__", ".venv", "build", "node_modules"];

/// What of that comes from a registry.
const INSTALLED: [&str; 2] = [".venv", "node_modules"];

/// What a project is written in, besides Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// Has a package.json.
    JavaScript,
    /// Has a component.py.
    Python,
    /// Has a Makefile.
    C,
}

/// How an attempt to make a component ended, where nothing is wrong with the project.
pub(super) enum Made {
    /// The component's file.
    Component(PathBuf),
    /// This machine lacks that program.
    Skipped(&'static str),
}

impl Language {
    /// Told by the file that every project of the language has.
    pub(super) fn of(folder: &Path) -> Option<Self> {
        let has = |file: &str| folder.join(file).is_file();
        match () {
            () if has("package.json") => Some(Self::JavaScript),
            () if has("component.py") => Some(Self::Python),
            () if has("Makefile") => Some(Self::C),
            () => None,
        }
    }

    /// Programs that have to be there already.
    fn programs(self) -> &'static [&'static str] {
        match self {
            Self::JavaScript => &["node", "npm"],
            Self::Python => &["python3"],
            Self::C => &["python3", "make", "cc"],
        }
    }
}

/// Tests a project and builds its component, in the folder itself.
pub(super) fn build(workspace: &Workspace, folder: &Path, name: &str, world: &str) -> Result<Made> {
    let Some(language) = Language::of(folder) else { bail!("{} is in no known language", folder.display()) };
    for needed in language.programs() {
        if capture(&mut program(needed, &["--version"])).is_err() {
            return Ok(Made::Skipped(needed));
        }
    }
    match language {
        Language::JavaScript => javascript::build(folder),
        Language::Python => python::build(workspace, folder, name, world),
        Language::C => c::build(workspace, folder),
    }?;
    Ok(Made::Component(folder.join(format!("{name}.wasm"))))
}

/// Copies a project's source, links followed, over an earlier copy; what was built there stays.
pub(crate) fn lay(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in to.read_dir()? {
        let entry = entry?;
        if !is_made(&entry.path()) {
            remove(&entry.path())?;
        }
    }
    copy(from, to)
}

/// Moves what a package manager installed in an earlier folder of a project to the one that takes its place.
pub(super) fn take_installed(earlier: &Path, folder: &Path) -> Result<()> {
    for (from, to) in INSTALLED.map(|name| (earlier.join(name), folder.join(name))) {
        if from.exists() {
            fs::rename(&from, &to).with_context(|| from.display().to_string())?;
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in from.read_dir().with_context(|| from.display().to_string())? {
        let source = entry?.path();
        let target = to.join(source.file_name().unwrap_or_default());
        if is_made(&source) {
            continue;
        }
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target).with_context(|| source.display().to_string())?;
        }
    }
    Ok(())
}

/// When the source changed last. A folder changes with the names in it, so a file that was removed counts too.
pub(super) fn changed(folder: &Path) -> Result<SystemTime> {
    let mut latest = fs::metadata(folder)?.modified()?;
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if is_made(&path) {
            continue;
        }
        let modified = if path.is_dir() { changed(&path)? } else { fs::metadata(&path)?.modified()? };
        latest = latest.max(modified);
    }
    Ok(latest)
}

fn is_made(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    MADE.iter().any(|made| name == *made) || path.extension().is_some_and(|end| end == "wasm")
}

/// Removes a file, or a folder with all that is in it.
pub(super) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.with_context(|| format!("cannot remove {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn touch(path: &Path, at: Duration) {
        let file =
            if path.is_dir() { fs::File::open(path) } else { fs::File::options().append(true).open(path) };
        file.unwrap().set_modified(SystemTime::UNIX_EPOCH + at).unwrap();
    }

    #[test]
    fn a_copy_has_the_source_and_keeps_what_was_built() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "to"].map(|name| folder.path().join(name));
        fs::create_dir_all(from.join("src")).unwrap();
        fs::create_dir_all(from.join("node_modules")).unwrap();
        fs::create_dir_all(to.join("node_modules/tool")).unwrap();
        for file in
            [from.join("package.json"), from.join("src/a.js"), from.join("old.wasm"), to.join("gone.js")]
        {
            fs::write(file, "").unwrap();
        }

        lay(&from, &to).unwrap();
        assert!(to.join("src/a.js").is_file() && to.join("node_modules/tool").is_dir());
        assert!(!to.join("gone.js").exists() && !to.join("old.wasm").exists());
        assert_eq!(Language::of(&to), Some(Language::JavaScript));
    }

    #[test]
    fn what_was_installed_outlives_its_folder_and_what_was_built_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let [earlier, now] = ["earlier", "now"].map(|name| folder.path().join(name));
        fs::create_dir_all(earlier.join("node_modules/tool")).unwrap();
        fs::create_dir_all(earlier.join("build")).unwrap();
        fs::create_dir_all(&now).unwrap();

        take_installed(&earlier, &now).unwrap();
        assert!(now.join("node_modules/tool").is_dir() && !now.join("build").exists());
    }

    #[test]
    fn a_change_anywhere_in_the_source_is_seen_and_one_of_what_was_built_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let [source, nested, file, made] =
            ["", "src", "src/a.c", "a.wasm"].map(|name| folder.path().join(name));
        fs::create_dir(&nested).unwrap();
        fs::write(&file, "").unwrap();
        fs::write(&made, "").unwrap();
        for (path, second) in [(&file, 1), (&nested, 2), (&source, 3), (&made, 9)] {
            touch(path, Duration::from_secs(second));
        }
        assert_eq!(changed(&source).unwrap(), SystemTime::UNIX_EPOCH + Duration::from_secs(3));

        touch(&file, Duration::from_secs(5));
        assert_eq!(changed(&source).unwrap(), SystemTime::UNIX_EPOCH + Duration::from_secs(5));
    }
}
