//! A granted folder on disk. Every step down opens one part below an open folder and follows no link, so that whoever
//! renames or links things meanwhile can change what is found, and never lead out.

use super::error::{Unfit, WorkspaceError};
use super::item::{Item, Kind, Metadata, listed};
use super::opened::{Identity, OpenFiles};
use super::path::is_part;
use super::quota::{MOST_ENTRIES, Quota, QuotaExceeded};
use cap_fs_ext::{
    DirExt, FollowSymlinks, MetadataExt, OpenOptionsFollowExt, OpenOptionsSyncExt, OsMetadataExt,
};
use cap_std::fs::{Dir, File, FileType, OpenOptions, Permissions, PermissionsExt};
use glasshouse_model::Mistake;
use glasshouse_model::policy::WorkspaceGrant;
use std::ffi::OsString;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// How often another temporary name is tried where one is taken.
const TEMPORARY_NAMES: u32 = 100;

/// The folder, held open, and what it may hold; no quota where it is read-only.
#[derive(Debug)]
pub(super) struct Folder {
    dir: Dir,
    quota: Option<Quota>,
    pub(super) open: OpenFiles,
}

impl Folder {
    /// Opens a grant's folder below the policy's own and counts what it holds.
    pub(super) fn open(policy_folder: &Dir, grant: &WorkspaceGrant) -> Result<Self, Mistake> {
        let mistake = |what: String| Mistake::new(grant.place.clone(), what);
        let mut dir = policy_folder
            .try_clone()
            .map_err(|error| mistake(format!("the policy's folder cannot be opened: {error}")))?;
        for part in grant.dir.split('/') {
            dir = dir.open_dir_nofollow(part).map_err(|error| {
                mistake(format!("the folder `{}` cannot be opened: {error}", grant.dir))
                    .hint("make it, as a folder and not as a link, or leave the grant out")
            })?;
        }
        let quota = match &grant.quota {
            None => None,
            Some(most) => {
                let quota = Quota::new(most.value, MOST_ENTRIES, Some(most.place.clone()));
                Some(held(&dir, quota).map_err(|why| mistake(format!("the folder `{}`: {why}", grant.dir)))?)
            }
        };
        Ok(Self { dir, quota, open: OpenFiles::default() })
    }

    /// The folder at some parts.
    pub(super) fn enter(&self, path: &str, parts: &[&str]) -> Result<Dir, WorkspaceError> {
        let enter = || parts.iter().try_fold(self.dir.try_clone()?, |dir, part| dir.open_dir_nofollow(part));
        enter().map_err(|error| WorkspaceError::io(path, error))
    }

    pub(super) fn stat(&self, path: &str, parts: &[&str]) -> Result<Metadata, WorkspaceError> {
        let Some((name, above)) = parts.split_last() else { return Ok(Metadata::FOLDER) };
        let found = self
            .enter(path, above)?
            .symlink_metadata(name)
            .map_err(|error| WorkspaceError::io(path, error))?;
        let kind = kind(found.file_type());
        Ok(Metadata { kind, size: if kind == Kind::File { found.len() } else { 0 } })
    }

    pub(super) fn read(
        &self,
        path: &str,
        parts: &[&str],
        first: u64,
        limit: u32,
    ) -> Result<Vec<u8>, WorkspaceError> {
        let Some((name, above)) = parts.split_last() else {
            return Err(WorkspaceError::unfit(path, Unfit::IsFolder));
        };
        let (mut file, size) = open_file(&self.enter(path, above)?, path, name)?;
        if first >= size {
            return Ok(Vec::new());
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(first))
            .and_then(|_| file.take(u64::from(limit)).read_to_end(&mut bytes))
            .map_err(|error| WorkspaceError::io(path, error))?;
        Ok(bytes)
    }

    pub(super) fn list(&self, path: &str, parts: &[&str]) -> Result<Vec<Item>, WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let dir = self.enter(path, parts)?;
        let entries = dir.entries().map_err(failed)?;
        listed(
            path,
            entries.map(|entry| {
                let entry = entry.map_err(failed)?;
                let kind = kind(entry.file_type().map_err(failed)?);
                Ok(match entry.file_name().into_string() {
                    Ok(name) if is_part(&name) => Item { name, kind },
                    Ok(name) => Item { name, kind: Kind::Other },
                    Err(name) => Item { name: name.to_string_lossy().into_owned(), kind: Kind::Other },
                })
            }),
        )
    }

    /// Writes beside under a temporary name and renames. A rename replaces a name and follows nothing, whatever stands
    /// there by then.
    pub(super) fn write(
        &mut self,
        path: &str,
        parts: &[&str],
        contents: &[u8],
    ) -> Result<(), WorkspaceError> {
        let Some((name, above)) = parts.split_last() else {
            return Err(WorkspaceError::unfit(path, Unfit::IsFolder));
        };
        let failed = |error| WorkspaceError::io(path, error);
        let (there, missing) = self.existing(path, above)?;
        let old = if missing.is_empty() { replaced(&there, path, name)? } else { None };
        // What somebody has open takes its room until it is closed.
        let freed = old.as_ref().filter(|old| !self.open.holds(old.identity));
        let (old_size, new_size) = (freed.map_or(0, |old| old.size), contents.len() as u64);
        let quota = self.quota.as_mut();
        let entries = missing.len() as u64 + u64::from(old.is_none());
        if let Some(quota) = &quota {
            quota.check(old_size, new_size, entries)?;
        }
        let mut counted = Tally(quota);
        let mut dir = there;
        for part in missing {
            match dir.create_dir(part) {
                Ok(()) => counted.added(),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(failed(error)),
            }
            dir = dir.open_dir_nofollow(part).map_err(failed)?;
        }
        replace(&dir, name, contents, old.as_ref().map(|old| old.mode)).map_err(failed)?;
        if old.is_none() {
            counted.added();
        }
        counted.resized(old_size, new_size);
        if let Some(old) = old {
            self.open.lost(old.identity);
        }
        Ok(())
    }

    /// The lowest folder of these that is there, and the parts that are not.
    fn existing<'p>(&self, path: &str, parts: &'p [&'p str]) -> Result<(Dir, &'p [&'p str]), WorkspaceError> {
        let failed = |error| WorkspaceError::io(path, error);
        let mut dir = self.dir.try_clone().map_err(failed)?;
        let mut left = parts;
        while let Some((part, rest)) = left.split_first() {
            match dir.open_dir_nofollow(part) {
                Ok(below) => dir = below,
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(failed(error)),
            }
            left = rest;
        }
        Ok((dir, left))
    }

    pub(super) fn remove(&mut self, path: &str, parts: &[&str]) -> Result<(), WorkspaceError> {
        let Some((name, above)) = parts.split_last() else {
            return Err(WorkspaceError::unfit(path, Unfit::IsFolder));
        };
        let failed = |error| WorkspaceError::io(path, error);
        let dir = self.enter(path, above)?;
        let found = dir.symlink_metadata(name).map_err(failed)?;
        let size = match kind(found.file_type()) {
            Kind::File => dir.remove_file(name).map(|()| found.len()),
            Kind::Folder => dir.remove_dir(name).map(|()| 0),
            Kind::Other => return Err(WorkspaceError::unfit(path, Unfit::NotOpened)),
        };
        self.lost(Identity::of(&found), size.map_err(failed)?);
        Ok(())
    }

    /// Whether a file of `old` bytes may become one of `new`, with so many more entries.
    pub(super) fn may_hold(&self, old: u64, new: u64, entries: u64) -> Result<(), QuotaExceeded> {
        self.quota.as_ref().map_or(Ok(()), |quota| quota.check(old, new, entries))
    }

    /// Counts one more file or folder.
    pub(super) fn added(&mut self) {
        Tally(self.quota.as_mut()).added();
    }

    /// Counts a file of `old` bytes that became one of `new`.
    pub(super) fn recounted(&mut self, old: u64, new: u64) {
        Tally(self.quota.as_mut()).resized(old, new);
    }

    /// Gives back a file or folder that lost its name; its bytes only when nobody has it open.
    pub(super) fn lost(&mut self, identity: Identity, size: u64) {
        let size = if self.open.lost(identity) { size } else { 0 };
        if let Some(quota) = &mut self.quota {
            quota.removed(size);
        }
    }
}

/// A quota that is there where the folder may be written.
struct Tally<'q>(Option<&'q mut Quota>);

impl Tally<'_> {
    fn added(&mut self) {
        if let Some(quota) = &mut self.0 {
            quota.added();
        }
    }

    fn resized(&mut self, old: u64, new: u64) {
        if let Some(quota) = &mut self.0 {
            quota.resized(old, new);
        }
    }
}

/// Why a folder's contents could not be counted, or are too many.
#[derive(Debug, thiserror::Error)]
enum HeldError {
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("before the run, {0}")]
    Exceeded(#[from] super::QuotaExceeded),
}

/// Counts every file and folder below one, at any depth, and stops where the quota is reached. Folders are opened one
/// at a time from the top, so that depth costs neither stack nor open files.
fn held(top: &Dir, mut quota: Quota) -> Result<Quota, HeldError> {
    let mut left: Vec<Vec<OsString>> = vec![Vec::new()];
    while let Some(parts) = left.pop() {
        let mut dir = top.try_clone()?;
        for part in &parts {
            dir = dir.open_dir_nofollow(part)?;
        }
        for entry in dir.entries()? {
            let entry = entry?;
            let kind = kind(entry.file_type()?);
            let size = if kind == Kind::File { entry.metadata()?.len() } else { 0 };
            quota.check(0, size, 1)?;
            quota.added();
            quota.resized(0, size);
            if kind == Kind::Folder {
                left.push(parts.iter().cloned().chain([entry.file_name()]).collect());
            }
        }
    }
    Ok(quota)
}

pub(super) fn kind(of: FileType) -> Kind {
    if of.is_file() {
        Kind::File
    } else if of.is_dir() {
        Kind::Folder
    } else {
        Kind::Other
    }
}

/// Opens a regular file for reading, with its size. The kind is looked at before, so that no device notices, and again
/// on what was opened; opening without waiting keeps a pipe that came in between from holding up the host.
fn open_file(dir: &Dir, path: &str, name: &str) -> Result<(File, u64), WorkspaceError> {
    let failed = |error| WorkspaceError::io(path, error);
    only_file(dir.symlink_metadata(name).map_err(failed)?.file_type(), path)?;
    let mut options = OpenOptions::new();
    options.read(true).follow(FollowSymlinks::No).nonblock(true);
    let file = dir.open_with(name, &options).map_err(failed)?;
    let found = file.metadata().map_err(failed)?;
    only_file(found.file_type(), path)?;
    Ok((file, found.len()))
}

pub(super) fn only_file(of: FileType, path: &str) -> Result<(), WorkspaceError> {
    match kind(of) {
        Kind::File => Ok(()),
        Kind::Folder => Err(WorkspaceError::unfit(path, Unfit::IsFolder)),
        Kind::Other => Err(WorkspaceError::unfit(path, Unfit::NotOpened)),
    }
}

/// The file that a write replaces.
struct Replaced {
    identity: Identity,
    size: u64,
    /// Its permissions for owner, group and others; not what changes the user that runs it.
    mode: u32,
}

fn replaced(dir: &Dir, path: &str, name: &str) -> Result<Option<Replaced>, WorkspaceError> {
    let found = match dir.symlink_metadata(name) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(WorkspaceError::io(path, error)),
    };
    only_file(found.file_type(), path)?;
    if MetadataExt::nlink(&found) > 1 {
        return Err(WorkspaceError::unfit(path, Unfit::SeveralLinks));
    }
    Ok(Some(Replaced { identity: Identity::of(&found), size: found.len(), mode: found.mode() & 0o777 }))
}

/// Writes a file whole, then gives it its name.
fn replace(dir: &Dir, name: &str, contents: &[u8], mode: Option<u32>) -> io::Result<()> {
    let (temporary, mut file) = temporary(dir)?;
    let written = file
        .write_all(contents)
        .and_then(|()| mode.map_or(Ok(()), |mode| file.set_permissions(Permissions::from_mode(mode))))
        .and_then(|()| dir.rename(&temporary, dir, name));
    written.inspect_err(|_| {
        // What failed is told; that its rest stays behind, too, would only hide it.
        let _ = dir.remove_file(&temporary);
    })
}

/// A file under a name that was free.
fn temporary(dir: &Dir) -> io::Result<(String, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).follow(FollowSymlinks::No);
    for number in 0..TEMPORARY_NAMES {
        let name = format!(".glasshouse-write-{number}");
        match dir.open_with(&name, &options) {
            Ok(file) => return Ok((name, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, "every temporary name is taken"))
}
