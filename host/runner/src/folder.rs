//! A folder of the user's files. It is opened once; nothing outside of it can be reached through it, whatever a name
//! or a link in it says.

use crate::seal::{SEALED_ENDING, SealKey};
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use glasshouse_model::{Digest, Mistake, NamedFile, Place};
use glasshouse_sandbox::LARGEST_COMPONENT;
use glasshouse_sandbox::workspace::MEMORY_BYTES;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Most bytes of a text file that a suite brings.
const LARGEST_TEXT: u64 = 16 * 1024 * 1024;

/// Most bytes of all files of a folder that a subject is given.
const LARGEST_FOLDER: u64 = MEMORY_BYTES;
/// Most files and folders in one.
const MOST_FILES: usize = 10_000;

/// What stands where a file ought to.
const NO_FILE: &str = "is no file, or a link that leads nowhere or out of its folder";

/// An open folder, with the name that the user knows it by.
pub(crate) struct Folder {
    dir: Arc<Dir>,
    name: String,
    /// Below `dir`; empty, or ends with a slash.
    below: String,
    /// The path of `dir` from the suite's folder, with a slash behind it; sealed files are bound to it.
    from_suite: String,
    key: Option<Arc<SealKey>>,
    /// Digest of each file that was read, by its path.
    seen: Arc<Mutex<BTreeMap<String, Digest>>>,
}

impl Folder {
    /// Opens a suite's folder; `key` opens what is sealed in it.
    pub(crate) fn open(path: &Path, key: Option<&SealKey>) -> Result<Self, Mistake> {
        let name = path.display().to_string();
        let key = key.map(|key| Arc::new(key.clone()));
        match Dir::open_ambient_dir(path, ambient_authority()) {
            Ok(dir) => {
                let (below, from_suite) = (String::new(), String::new());
                Ok(Self { dir: Arc::new(dir), name, below, from_suite, key, seen: Arc::default() })
            }
            Err(error) => Err(Mistake::new(Place::file(name), format!("cannot be opened: {error}"))
                .hint("name a folder that holds a suite.toml")),
        }
    }

    /// The name under which the user knows a file of this folder.
    pub(crate) fn shown(&self, path: &str) -> String {
        format!("{}/{}{path}", self.name.trim_end_matches('/'), self.below)
    }

    /// A folder below this one, whether it is there or not.
    pub(crate) fn below(&self, name: &str) -> Self {
        Self {
            dir: self.dir.clone(),
            name: self.name.clone(),
            below: format!("{}{name}/", self.below),
            from_suite: self.from_suite.clone(),
            key: self.key.clone(),
            seen: self.seen.clone(),
        }
    }

    /// The sub-folders that hold a file of that name, in order; with the names of those that cannot be read.
    pub(crate) fn folders_with(&self, file: &str) -> Result<Vec<(String, Self)>, Mistake> {
        let fails =
            |error: io::Error| Mistake::new(Place::file(&self.name), format!("cannot be read: {error}"));
        let mut found = Vec::new();
        for entry in self.dir.entries().map_err(fails)? {
            let entry = entry.map_err(fails)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Ok(dir) = self.dir.open_dir(&name)
                && dir.is_file(file)
            {
                let folder = Self {
                    dir: Arc::new(dir),
                    name: self.shown(&name),
                    below: String::new(),
                    from_suite: format!("{name}/"),
                    key: self.key.clone(),
                    seen: Arc::default(),
                };
                found.push((name, folder));
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    /// Digest of the files that were read so far, those whose paths begin so or all others.
    pub(crate) fn digest(&self, beginning: &str, does: bool) -> Digest {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let files = seen.iter().filter(|(path, _)| path.starts_with(beginning) == does);
        Digest::of_parts(files.flat_map(|(path, digest)| [path.as_bytes(), digest.as_bytes().as_slice()]))
    }

    /// Whether there is a file of that name, sealed ones left out.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.dir.is_file(format!("{}{path}", self.below))
    }

    /// A text file's content.
    pub(crate) fn text(&self, path: &str) -> Result<String, Mistake> {
        let bytes = self.bytes(path, LARGEST_TEXT)?;
        String::from_utf8(bytes).map_err(|error| {
            let place = Place::file(self.shown(path));
            Mistake::new(place, format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
        })
    }

    /// The content of a text file that another file names: where it is missing, that is told where it is named.
    pub(crate) fn text_of(&self, file: &NamedFile) -> Result<String, Mistake> {
        if !self.has(&file.path) && !self.has(&format!("{}{SEALED_ENDING}", file.path)) {
            let shown = self.shown(&file.path);
            let (what, hint) = match self.dir.symlink_metadata(format!("{}{}", self.below, file.path)) {
                Ok(_) => (format!("{shown} {NO_FILE}"), "put a copy of the file in its place"),
                Err(_) => (format!("there is no file {shown}"), "make it, or mend the path"),
            };
            return Err(Mistake::new(file.place.clone(), what).hint(hint));
        }
        self.text(&file.path)
    }

    /// Every file below a folder of this one, at any depth, by its path from here, in order. No link is followed, not even
    /// to the folder: what a subject may see is what stands there.
    pub(crate) fn files_below(&self, folder: &str) -> Result<Vec<(String, Vec<u8>)>, Mistake> {
        let mut found = Vec::new();
        let above = folder.match_indices('/').filter_map(|(at, _)| folder.get(..at));
        for path in above.chain([folder]) {
            self.check_no_link(path)?;
        }
        let mut left = vec![folder.to_owned()];
        while let Some(folder) = left.pop() {
            for path in self.names_in(&folder)? {
                match self.check_no_link(&path)? {
                    true => left.push(path),
                    false => found.push(path),
                }
                if found.len() + left.len() > MOST_FILES {
                    let place = Place::file(self.shown(&folder));
                    return Err(Mistake::new(place, format!("more than {MOST_FILES} files and folders")));
                }
            }
        }
        found.sort_unstable();
        let mut room = LARGEST_FOLDER;
        let read = |path: String| {
            let bytes = self.bytes(&path, room)?;
            room -= bytes.len() as u64;
            Ok((path, bytes))
        };
        found.into_iter().map(read).collect()
    }

    /// Whether a path is a folder and not a file; anything else is a mistake.
    fn check_no_link(&self, path: &str) -> Result<bool, Mistake> {
        let mistake = |what: String| Mistake::new(Place::file(self.shown(path)), what);
        match self.dir.symlink_metadata(format!("{}{path}", self.below)) {
            Ok(found) if found.is_dir() => Ok(true),
            Ok(found) if found.is_file() => Ok(false),
            Ok(_) => Err(mistake("neither a file nor a folder; links are not followed".into())
                .hint("put a copy in its place")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(mistake("the folder is missing".into()).hint("make it, or mend the path that names it"))
            }
            Err(error) => Err(mistake(format!("cannot be read: {error}"))),
        }
    }

    /// The paths of what stands in a folder, from here.
    fn names_in(&self, folder: &str) -> Result<Vec<String>, Mistake> {
        let fails = |error: io::Error| {
            Mistake::new(Place::file(self.shown(folder)), format!("cannot be read: {error}"))
        };
        let mut names = Vec::new();
        for entry in self.dir.read_dir(format!("{}{folder}", self.below)).map_err(fails)? {
            let name = entry.map_err(fails)?.file_name().into_string();
            let name = name.map_err(|name| {
                let place = Place::file(self.shown(&format!("{folder}/{}", name.to_string_lossy())));
                Mistake::new(place, "its name is not UTF-8")
            })?;
            names.push(format!("{folder}/{name}"));
        }
        Ok(names)
    }

    fn bytes(&self, path: &str, most: u64) -> Result<Vec<u8>, Mistake> {
        let mistake = |what: String| Mistake::new(Place::file(self.shown(path)), what);
        let path = format!("{}{path}", self.below);
        match self.read(&path, most) {
            Ok(Some(bytes)) => {
                let digest = Digest::of(&bytes);
                self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(path, digest);
                Ok(bytes)
            }
            Ok(None) => Err(mistake(format!("more than {most} bytes"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Sealing adds less than this to a file.
                match self.read(&format!("{path}{SEALED_ENDING}"), most + 1024) {
                    Ok(Some(sealed)) => self.unsealed(&path, &sealed),
                    _ => {
                        Err(mistake("the file is missing".into())
                            .hint("make it, or mend the path that names it"))
                    }
                }
            }
            Err(error) => Err(mistake(format!("cannot be read: {error}"))),
        }
    }

    /// None where the file is larger.
    fn read(&self, path: &str, most: u64) -> io::Result<Option<Vec<u8>>> {
        // A pipe would be waited for without end.
        if !self.dir.metadata(path)?.is_file() {
            return Err(io::Error::other(NO_FILE));
        }
        let mut bytes = Vec::new();
        self.dir.open(path)?.take(most + 1).read_to_end(&mut bytes)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }

    fn unsealed(&self, path: &str, sealed: &[u8]) -> Result<Vec<u8>, Mistake> {
        let shown = format!("{}/{path}{SEALED_ENDING}", self.name.trim_end_matches('/'));
        let mistake = |what: String, hint: &str| Mistake::new(Place::file(shown), what).hint(hint);
        let Some(key) = &self.key else {
            return Err(mistake("the file is sealed".into(), "give its key with --seal-key FILE"));
        };
        key.open(&format!("{}{path}", self.from_suite), sealed).map_err(|error| {
            mistake(error.to_string(), "give the key that it was sealed with, or seal it anew")
        })
    }
}

/// A component's bytes.
pub(crate) fn read_component(folder: &Folder, path: &str) -> Result<Vec<u8>, Mistake> {
    folder.bytes(path, LARGEST_COMPONENT as u64)
}
