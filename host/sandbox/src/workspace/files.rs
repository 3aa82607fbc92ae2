//! `Workspace`: the five functions of the contract over memory or granted folders.

use super::error::{Unfit, WorkspaceError};
use super::folder::Folder;
use super::item::{Item, LARGEST_READ, Metadata};
use super::memory::MemoryFiles;
use super::mount::{Format, Mount, Target, Use, above_is_fixed, above_is_folder, find};
use super::path::WorkspacePath;
use cap_std::ambient_authority;
use cap_std::fs::Dir;
use glasshouse_model::policy::{Access, WorkspaceGrant};
use glasshouse_model::{Mistake, Mistakes};
use std::path::Path;

/// The files of one run. Paths are relative, joined by `/`; none is followed out of a granted folder, and no link is
/// followed at all.
#[derive(Debug)]
pub struct Workspace(Store);

#[derive(Debug)]
enum Store {
    Memory(MemoryFiles),
    Granted(Vec<Mount>),
}

impl Workspace {
    /// An empty workspace in memory: at most [`super::MEMORY_BYTES`] and [`super::MEMORY_ENTRIES`].
    pub fn in_memory() -> Self {
        Self(Store::Memory(MemoryFiles::new()))
    }

    /// Opens the granted folders, each below the policy file's own folder, and counts what those hold that a guest
    /// may write. Without grants the workspace is in memory. This is the one place that opens by an ambient path;
    /// a folder that is moved or replaced later stays the one that was opened.
    ///
    /// # Errors
    /// A mistake at each grant whose folder is missing, behind a link, or holds more than its quota.
    pub fn open(policy_folder: &Path, grants: &[WorkspaceGrant]) -> Result<Self, Mistakes> {
        let Some(first) = grants.first() else { return Ok(Self::in_memory()) };
        let policy_folder = if policy_folder.as_os_str().is_empty() { Path::new(".") } else { policy_folder };
        let root = Dir::open_ambient_dir(policy_folder, ambient_authority()).map_err(|error| {
            Mistake::new(first.place.clone(), format!("the policy's folder cannot be opened: {error}"))
        })?;
        let mut mistakes = Mistakes::default();
        let mut mounts = Vec::new();
        for grant in grants {
            let folder = Folder::open(&root, grant).map_err(Mistakes::from);
            mounts.extend(mistakes.keep(folder).map(|folder| Mount { grant: grant.clone(), folder }));
        }
        mistakes.finish(Some(Self(Store::Granted(mounts))))
    }

    /// The paths of the granted folders, each with what a guest may do there; none in memory.
    pub(super) fn grants(&self) -> Vec<(String, Access)> {
        match &self.0 {
            Store::Memory(_) => Vec::new(),
            Store::Granted(mounts) => {
                mounts.iter().map(|mount| (mount.grant.dir.clone(), mount.grant.access)).collect()
            }
        }
    }

    /// The granted folder with that number, to change it or not.
    pub(super) fn granted_folder(
        &mut self,
        index: usize,
        changes: bool,
    ) -> Result<&mut Folder, WorkspaceError> {
        let mount = match &mut self.0 {
            Store::Memory(_) => None,
            Store::Granted(mounts) => mounts.get_mut(index),
        };
        let mount = mount.ok_or_else(|| WorkspaceError::not_found(""))?;
        if changes {
            mount.writable()?;
        }
        Ok(&mut mount.folder)
    }

    /// At most `limit` bytes of a file from byte `first` on, and at most [`LARGEST_READ`]; none past its end.
    ///
    /// # Errors
    /// As the contract says: invalid path or kind, nothing there, no grant.
    pub fn read(&self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        let limit = limit.min(LARGEST_READ);
        match &self.0 {
            Store::Memory(files) => files.read(&path, first, limit as usize),
            Store::Granted(mounts) => match find(mounts, &path, Use::Read, Format::Policy)? {
                Target::Granted(index, rest) => {
                    mounted(mounts, index, &path)?.folder.read(path.text, rest, first, limit)
                }
                Target::Above(_) => Err(above_is_folder(&path)),
            },
        }
    }

    /// Writes a whole file in place of what it held, and makes the folders above it. Whoever reads meanwhile sees
    /// the old file or the new one.
    ///
    /// # Errors
    /// As the contract says; then nothing was written, though folders may have been made where the machine failed.
    pub fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match &mut self.0 {
            Store::Memory(files) => files.write(&path, contents),
            Store::Granted(mounts) => match find(mounts, &path, Use::Write, Format::Policy)? {
                Target::Granted(index, rest) => {
                    let mount = mounted_mut(mounts, index, &path)?;
                    mount.writable()?;
                    mount.folder.write(path.text, rest, contents)
                }
                Target::Above(_) => Err(above_is_folder(&path)),
            },
        }
    }

    /// Every name in a folder, in byte order; at most [`super::MOST_LISTED`].
    ///
    /// # Errors
    /// As the contract says; too many names are an error, never a part of the list.
    pub fn list(&self, path: &str) -> Result<Vec<Item>, WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match &self.0 {
            Store::Memory(files) => files.list(&path),
            Store::Granted(mounts) => match find(mounts, &path, Use::List, Format::Policy)? {
                Target::Granted(index, rest) => mounted(mounts, index, &path)?.folder.list(path.text, rest),
                Target::Above(items) => Ok(items),
            },
        }
    }

    /// Removes a file or an empty folder, and gives its bytes back to the quota. Granted folders themselves stay.
    ///
    /// # Errors
    /// As the contract says; a conflict where the folder holds something.
    pub fn remove(&mut self, path: &str) -> Result<(), WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match &mut self.0 {
            Store::Memory(files) => files.remove(&path),
            Store::Granted(mounts) => match find(mounts, &path, Use::Write, Format::Policy)? {
                Target::Granted(index, rest) => {
                    let mount = mounted_mut(mounts, index, &path)?;
                    mount.writable()?;
                    if rest.is_empty() {
                        return Err(above_is_fixed(&path));
                    }
                    mount.folder.remove(path.text, rest)
                }
                Target::Above(_) => Err(above_is_fixed(&path)),
            },
        }
    }

    /// What is known of a path.
    ///
    /// # Errors
    /// As the contract says: invalid path, nothing there, no grant.
    pub fn stat(&self, path: &str) -> Result<Metadata, WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match &self.0 {
            Store::Memory(files) => files.stat(&path),
            Store::Granted(mounts) => match find(mounts, &path, Use::Read, Format::Policy)? {
                Target::Granted(index, rest) => mounted(mounts, index, &path)?.folder.stat(path.text, rest),
                Target::Above(_) => Ok(Metadata::FOLDER),
            },
        }
    }
}

fn mounted<'m>(
    mounts: &'m [Mount],
    index: usize,
    path: &WorkspacePath<'_>,
) -> Result<&'m Mount, WorkspaceError> {
    mounts.get(index).ok_or_else(|| WorkspaceError::unfit(path.text, Unfit::NotFolder))
}

fn mounted_mut<'m>(
    mounts: &'m mut [Mount],
    index: usize,
    path: &WorkspacePath<'_>,
) -> Result<&'m mut Mount, WorkspaceError> {
    mounts.get_mut(index).ok_or_else(|| WorkspaceError::unfit(path.text, Unfit::NotFolder))
}
