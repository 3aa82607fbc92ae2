//! Files of a granted folder that stay open, for components that read and write them piece by piece: the quota is held
//! against every write, and a file that lost its name is counted until nobody has it open any more.

use super::error::{Unfit, WorkspaceDenial, WorkspaceError, shown};
use super::folder::{Folder, kind, only_file};
use super::item::Kind;
use super::quota::{Counted, QuotaExceeded};
use crate::guard::{Guard, stands};
use cap_fs_ext::{FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsSyncExt, OsMetadataExt};
use cap_std::fs::{Dir, File, FileExt, Metadata, OpenOptions};
use std::collections::BTreeMap;
use std::io;
use std::time::SystemTime;

/// Most files of a granted folder that are open at one time: the process's own files must not run out.
pub const MOST_OPEN: usize = 128;

/// The permissions by which a file runs as its owner or group, whoever starts it.
const RUNS_AS_OWNER: u32 = 0o6000;

/// Which file or folder one is, on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Identity {
    pub(crate) device: u64,
    pub(crate) number: u64,
}

impl Identity {
    pub(super) fn of(found: &Metadata) -> Self {
        Self { device: MetadataExt::dev(found), number: MetadataExt::ino(found) }
    }
}

/// How a file is opened.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Opening {
    /// Its bytes are read.
    pub(crate) read: bool,
    /// Its bytes are changed.
    pub(crate) write: bool,
    /// It is made where it is not there.
    pub(crate) create: bool,
    /// It may not be there.
    pub(crate) exclusive: bool,
    /// What it holds goes.
    pub(crate) truncate: bool,
}

impl Opening {
    /// Whether it can change the folder.
    pub(crate) fn changes(self) -> bool {
        self.write || self.create || self.truncate
    }
}

/// What is known of a path or an open file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    pub(crate) kind: Kind,
    /// Bytes of a file; 0 for everything else.
    pub(crate) size: u64,
    pub(crate) links: u64,
    pub(crate) modified: Option<SystemTime>,
    pub(crate) identity: Identity,
}

impl Found {
    fn of(found: &Metadata) -> Self {
        let kind = kind(found.file_type());
        Self {
            kind,
            size: if kind == Kind::File { found.len() } else { 0 },
            links: MetadataExt::nlink(found),
            modified: found.modified().ok().map(cap_std::time::SystemTime::into_std),
            identity: Identity::of(found),
        }
    }

    /// The same of an open file.
    pub(crate) fn of_file(file: &File, path: &str) -> Result<Self, WorkspaceError> {
        file.metadata().map(|found| Self::of(&found)).map_err(|error| WorkspaceError::io(path, error))
    }
}

/// How often each file is open, and which of those have lost their name.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(BTreeMap<Identity, Holders>);

#[derive(Debug, Default)]
struct Holders {
    count: usize,
    nameless: bool,
}

impl OpenFiles {
    fn opened(&mut self, file: Identity) {
        self.0.entry(file).or_default().count += 1;
    }

    /// Whether somebody has a file open.
    pub(super) fn holds(&self, file: Identity) -> bool {
        self.0.contains_key(&file)
    }

    /// A file lost its name; whether its bytes are free at once.
    pub(super) fn lost(&mut self, file: Identity) -> bool {
        self.0.get_mut(&file).map(|holders| holders.nameless = true).is_none()
    }

    /// Somebody closed a file; whether its bytes are free by that.
    fn closed(&mut self, file: Identity) -> bool {
        let Some(holders) = self.0.get_mut(&file) else { return false };
        holders.count = holders.count.saturating_sub(1);
        if holders.count > 0 {
            return false;
        }
        self.0.remove(&file).is_some_and(|holders| holders.nameless)
    }

    fn count(&self) -> usize {
        self.0.values().map(|holders| holders.count).sum()
    }
}

impl Folder {
    /// Opens a file, or makes it. No link is followed.
    pub(super) fn open_at(
        &mut self,
        path: &str,
        parts: &[&str],
        how: Opening,
    ) -> Result<(File, Identity), WorkspaceError> {
        let Some((name, above)) = parts.split_last() else {
            return Err(WorkspaceError::unfit(path, Unfit::IsFolder));
        };
        if self.open.count() >= MOST_OPEN && stands(Guard::Quota) {
            let most = MOST_OPEN as u64;
            return Err(QuotaExceeded { what: Counted::OpenFiles, most, place: None }.into());
        }
        let dir = self.enter(path, above)?;
        let failed = |error| WorkspaceError::io(path, error);
        let file = match dir.symlink_metadata(name) {
            Ok(_) if how.create && how.exclusive => {
                return Err(failed(io::ErrorKind::AlreadyExists.into()));
            }
            Ok(found) => {
                writable_file(&found, path, how)?;
                self.existing_file(&dir, path, name, how)?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && how.create => {
                self.made_file(&dir, path, name, how)?
            }
            Err(error) => return Err(failed(error)),
        };
        let identity = Identity::of(&file.metadata().map_err(failed)?);
        self.open.opened(identity);
        Ok((file, identity))
    }

    fn existing_file(
        &mut self,
        dir: &Dir,
        path: &str,
        name: &str,
        how: Opening,
    ) -> Result<File, WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let mut options = options(how);
        // Opening without waiting keeps a pipe that came in between from holding up the host.
        let file = dir.open_with(name, options.nonblock(true)).map_err(failed)?;
        let found = file.metadata().map_err(failed)?;
        // Looked at again: another file may stand there by now.
        writable_file(&found, path, how)?;
        if how.truncate {
            file.set_len(0).map_err(failed)?;
            self.recounted(found.len(), 0);
        }
        Ok(file)
    }

    fn made_file(&mut self, dir: &Dir, path: &str, name: &str, how: Opening) -> Result<File, WorkspaceError> {
        self.may_hold(0, 0, 1)?;
        let mut options = options(how);
        let made = dir.open_with(name, options.write(true).create_new(true));
        let file = made.map_err(|error| WorkspaceError::io(path, error))?;
        self.added();
        Ok(file)
    }

    /// Writes into an open file.
    pub(super) fn write_at(
        &mut self,
        path: &str,
        file: &File,
        bytes: &[u8],
        at: u64,
    ) -> Result<usize, WorkspaceError> {
        let end = at.saturating_add(bytes.len() as u64);
        self.resizing(path, file, |size| size.max(end), || file.write_at(bytes, at))
    }

    /// Writes behind the last byte of an open file.
    pub(super) fn append(&mut self, path: &str, file: &File, bytes: &[u8]) -> Result<usize, WorkspaceError> {
        let end = Found::of_file(file, path)?.size;
        self.write_at(path, file, bytes, end)
    }

    /// Cuts an open file, or lengthens it by zeroes.
    pub(super) fn set_size(&mut self, path: &str, file: &File, size: u64) -> Result<(), WorkspaceError> {
        self.resizing(path, file, |_| size, || file.set_len(size))
    }

    /// Does what gives an open file another size, where it may have that.
    fn resizing<T>(
        &mut self,
        path: &str,
        file: &File,
        size: impl FnOnce(u64) -> u64,
        act: impl FnOnce() -> io::Result<T>,
    ) -> Result<T, WorkspaceError> {
        let before = Found::of_file(file, path)?.size;
        self.may_hold(before, size(before), 0)?;
        let done = act();
        // What was done counts, even where it was not all.
        self.recounted(before, Found::of_file(file, path)?.size);
        done.map_err(|error| WorkspaceError::io(path, error))
    }

    /// Somebody closed an open file.
    pub(super) fn closed(&mut self, file: &File, identity: Identity) {
        if self.open.closed(identity) {
            // Its size is unknown where the machine does not say: then it stays counted.
            let size = file.metadata().map_or(0, |found| found.len());
            self.recounted(size, 0);
        }
    }

    /// What is known of a path; of the folder itself where there are no parts.
    pub(super) fn found(&self, path: &str, parts: &[&str]) -> Result<Found, WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let found = match parts.split_last() {
            None => self.enter(path, parts)?.dir_metadata(),
            Some((name, above)) => self.enter(path, above)?.symlink_metadata(name),
        };
        found.map(|found| Found::of(&found)).map_err(failed)
    }

    /// Makes a folder in one that is there.
    pub(super) fn create_folder(&mut self, path: &str, parts: &[&str]) -> Result<(), WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let Some((name, above)) = parts.split_last() else {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        };
        let dir = self.enter(path, above)?;
        self.may_hold(0, 0, 1)?;
        dir.create_dir(name).map_err(failed)?;
        self.added();
        Ok(())
    }

    /// Gives a file or folder another name within the granted folder, in place of a file or an empty folder there.
    pub(super) fn rename(&mut self, path: &str, from: &[&str], to: &[&str]) -> Result<(), WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let (Some((old, old_above)), Some((new, new_above))) = (from.split_last(), to.split_last()) else {
            return Err(WorkspaceDenial::Fixed(shown(path)).into());
        };
        let (old_dir, new_dir) = (self.enter(path, old_above)?, self.enter(path, new_above)?);
        let moved = Found::of(&old_dir.symlink_metadata(old).map_err(failed)?);
        let replaced = match new_dir.symlink_metadata(new) {
            Ok(found) => Some(Found::of(&found)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let kinds = [Some(moved.kind), replaced.map(|found| found.kind)];
        if kinds.contains(&Some(Kind::Other)) {
            return Err(WorkspaceError::unfit(path, Unfit::NotOpened));
        }
        if replaced.is_some_and(|found| found.identity == moved.identity) {
            // Two names of one thing: the system does nothing then, and nothing is to be counted.
            return Ok(());
        }
        old_dir.rename(old, &new_dir, new).map_err(failed)?;
        if let Some(found) = replaced {
            self.lost(found.identity, found.size);
        }
        Ok(())
    }
}

/// Whether something found can be opened so: a file, and none with a second name where it is written, as that may lie
/// outside of the grant.
fn writable_file(found: &Metadata, path: &str, how: Opening) -> Result<(), WorkspaceError> {
    only_file(found.file_type(), path)?;
    match how.write || how.truncate {
        true if MetadataExt::nlink(found) > 1 => Err(WorkspaceError::unfit(path, Unfit::SeveralLinks)),
        true if found.mode() & RUNS_AS_OWNER != 0 => Err(WorkspaceError::unfit(path, Unfit::RunsAsOwner)),
        _ => Ok(()),
    }
}

fn options(how: Opening) -> OpenOptions {
    let mut options = OpenOptions::new();
    let write = how.write || how.truncate;
    options.read(how.read || !write).write(write).follow(FollowSymlinks::No);
    options
}
