//! Compiled artefacts, kept so that a component is compiled once a machine.
//!
//! Running a forged artefact is running arbitrary native code, so each carries a MAC under a key that only this
//! user can read, and the MAC is checked over the bytes in memory before the engine sees them.

use crate::error::HostFault;
use crate::guard::{Guard, stands};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, DirBuilder, DirBuilderExt, OpenOptions, OpenOptionsExt, Permissions};
use glasshouse_model::Digest;
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use wasmtime::Engine;

/// Bytes of the key and of each MAC.
const KEY_BYTES: usize = 32;
const KEY_FILE: &str = "mac.key";

/// A private folder of compiled artefacts.
#[derive(Debug)]
pub struct ArtefactStore {
    dir: Dir,
    path: PathBuf,
    key: [u8; KEY_BYTES],
}

impl ArtefactStore {
    /// Opens the folder, and makes it and its key where they are missing; only this user gets in.
    ///
    /// # Errors
    /// [`HostFault::Artefacts`] where the folder or the key cannot be made or read.
    pub fn open(path: &Path) -> Result<Self, HostFault> {
        let fault = |source| HostFault::Artefacts { path: path.to_owned(), source };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Dir::create_ambient_dir_all(parent, ambient_authority()).map_err(fault)?;
        let parent = Dir::open_ambient_dir(parent, ambient_authority()).map_err(fault)?;
        let name = path.file_name().ok_or_else(|| fault(io::ErrorKind::InvalidInput.into()))?;
        match parent.create_dir_with(name, DirBuilder::new().mode(0o700)) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(fault(error)),
            _ => {}
        }
        // Whoever else may write here could plant a key of their own.
        if !parent.symlink_metadata(name).map_err(fault)?.is_dir() {
            return Err(fault(io::Error::other("it is not a folder but a link or a file")));
        }
        let dir = parent.open_dir(name).map_err(fault)?;
        dir.set_permissions(".", Permissions::from_std(std::fs::Permissions::from_mode(0o700)))
            .map_err(fault)?;
        let key = read_or_make_key(&dir).map_err(fault)?;
        Ok(Self { dir, path: path.to_owned(), key })
    }

    /// The artefact of a component under this engine, if a whole and genuine one is kept.
    pub(crate) fn get(&self, component: &Digest, engine: &Engine) -> Option<Vec<u8>> {
        let name = file_name(component, engine);
        let mut kept = self.dir.read(&name).ok()?;
        let artefact = kept.split_off(KEY_BYTES.min(kept.len()));
        let found: [u8; KEY_BYTES] = kept.try_into().ok()?;
        // Comparing hashes of this crate takes the same time whatever they hold.
        (blake3::Hash::from_bytes(found) == self.mac(&name, &artefact) || !stands(Guard::Mac))
            .then_some(artefact)
    }

    /// Keeps an artefact. One that cannot be written is compiled again next time.
    ///
    /// # Errors
    /// [`HostFault::Artefacts`] with the reason.
    pub(crate) fn put(&self, component: &Digest, engine: &Engine, artefact: &[u8]) -> Result<(), HostFault> {
        let name = file_name(component, engine);
        self.write(&name, artefact)
            .map_err(|source| HostFault::Artefacts { path: self.path.join(&name), source })
    }

    /// Writes beside and renames, so that no reader ever sees half a file.
    fn write(&self, name: &str, artefact: &[u8]) -> io::Result<()> {
        let unfinished = format!("{name}.{}.part", std::process::id());
        let mut file = self.dir.open_with(&unfinished, &private_file())?;
        file.write_all(self.mac(name, artefact).as_bytes())?;
        file.write_all(artefact)?;
        drop(file);
        self.dir.rename(&unfinished, &self.dir, name)
    }

    fn mac(&self, name: &str, artefact: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(name.as_bytes()).update(&[0]).update(artefact);
        hasher.finalize()
    }
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
}

fn read_or_make_key(dir: &Dir) -> io::Result<[u8; KEY_BYTES]> {
    let read = |dir: &Dir| -> io::Result<[u8; KEY_BYTES]> {
        let mut key = [0; KEY_BYTES];
        dir.open(KEY_FILE)?.read_exact(&mut key)?;
        Ok(key)
    };
    match read(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let unfinished = format!("{KEY_FILE}.{}.part", std::process::id());
    dir.open_with(&unfinished, &private_file())?.write_all(&key)?;
    // A hard link fails where another process was first; its key is then the one.
    match dir.hard_link(&unfinished, dir, KEY_FILE) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    dir.remove_file(&unfinished)?;
    read(dir)
}

/// Component, engine version, settings and processor all count: an artefact of another engine is another file.
fn file_name(component: &Digest, engine: &Engine) -> String {
    let mut hasher = Blake3Hasher(blake3::Hasher::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    let engine = hasher.0.finalize().to_hex();
    format!("{}-{}.artefact", component.hex(), engine.get(..16).unwrap_or_default())
}

/// A hasher whose result does not change between runs, which the standard library's does not promise.
struct Blake3Hasher(blake3::Hasher);

impl Hasher for Blake3Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
