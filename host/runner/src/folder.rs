//! A folder of the user's files. It is opened once; nothing outside of it can be reached through it, whatever a name
//! or a link in it says.

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use glasshouse_model::{Digest, Mistake, Place};
use glasshouse_sandbox::LARGEST_COMPONENT;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of a text file that a suite brings.
const LARGEST_TEXT: u64 = 16 * 1024 * 1024;

/// An open folder, with the name that the user knows it by.
pub(crate) struct Folder {
    dir: Dir,
    name: String,
    /// Digest of each file that was read, by its path.
    read: RefCell<BTreeMap<String, Digest>>,
}

impl Folder {
    /// Opens a folder of the machine.
    pub(crate) fn open(path: &Path) -> Result<Self, Mistake> {
        let name = path.display().to_string();
        match Dir::open_ambient_dir(path, ambient_authority()) {
            Ok(dir) => Ok(Self { dir, name, read: RefCell::default() }),
            Err(error) => Err(Mistake::new(Place::file(name), format!("cannot be opened: {error}"))
                .hint("name a folder that holds a suite.toml")),
        }
    }

    /// The name under which the user knows a file of this folder.
    pub(crate) fn shown(&self, path: &str) -> String {
        format!("{}/{path}", self.name.trim_end_matches('/'))
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
                found.push((name.clone(), Self { name: self.shown(&name), dir, read: RefCell::default() }));
            }
        }
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(found)
    }

    /// Digest of the files that were read so far, those whose paths begin so or all others.
    pub(crate) fn digest(&self, beginning: &str, does: bool) -> Digest {
        let read = self.read.borrow();
        let files = read.iter().filter(|(path, _)| path.starts_with(beginning) == does);
        Digest::of_parts(files.flat_map(|(path, digest)| [path.as_bytes(), digest.as_bytes().as_slice()]))
    }

    /// A text file's content.
    pub(crate) fn text(&self, path: &str) -> Result<String, Mistake> {
        let bytes = self.bytes(path, LARGEST_TEXT)?;
        String::from_utf8(bytes).map_err(|error| {
            let place = Place::file(self.shown(path));
            Mistake::new(place, format!("not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
        })
    }

    fn bytes(&self, path: &str, most: u64) -> Result<Vec<u8>, Mistake> {
        let mistake = |what: String| Mistake::new(Place::file(self.shown(path)), what);
        let read = || -> io::Result<Option<Vec<u8>>> {
            let mut bytes = Vec::new();
            self.dir.open(path)?.take(most + 1).read_to_end(&mut bytes)?;
            Ok((bytes.len() as u64 <= most).then_some(bytes))
        };
        match read() {
            Ok(Some(bytes)) => {
                self.read.borrow_mut().insert(path.to_owned(), Digest::of(&bytes));
                Ok(bytes)
            }
            Ok(None) => Err(mistake(format!("more than {most} bytes"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(mistake("the file is missing".into()).hint("make it, or mend the path that names it"))
            }
            Err(error) => Err(mistake(format!("cannot be read: {error}"))),
        }
    }
}

/// A component's bytes.
pub(crate) fn read_component(folder: &Folder, path: &str) -> Result<Vec<u8>, Mistake> {
    folder.bytes(path, LARGEST_COMPONENT as u64)
}
