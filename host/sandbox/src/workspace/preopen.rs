//! Granted folders as components built on WASI have them: each open from the start, files in it opened one by one.

use super::error::WorkspaceError;
use super::files::Workspace;
use super::folder::Folder;
use super::item::Item;
use super::opened::{Found, Identity, Opening};
use cap_std::fs::{File, FileExt};
use glasshouse_model::policy::Access;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Is told what was done with a path, and why it failed where it did.
type Witness = Arc<dyn Fn(&str, &str, Option<&WorkspaceError>) + Send + Sync>;

/// One granted folder. Clones share it, and its quota with the workspace that it belongs to.
#[derive(Clone)]
pub struct Preopen {
    workspace: Arc<Mutex<Workspace>>,
    index: usize,
    dir: String,
    access: Access,
    witness: Witness,
}

impl fmt::Debug for Preopen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preopen")
            .field("dir", &self.dir)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

impl Preopen {
    /// Every granted folder of a workspace; none where it is in memory. `witness` is told of all that is opened or
    /// changed: what is done, the path, and the failure if there was one.
    pub fn all(
        workspace: &Arc<Mutex<Workspace>>,
        witness: impl Fn(&str, &str, Option<&WorkspaceError>) + Send + Sync + 'static,
    ) -> Vec<Self> {
        let witness: Witness = Arc::new(witness);
        let grants = workspace.lock().unwrap_or_else(PoisonError::into_inner).grants();
        let preopen = |(index, (dir, access))| {
            let (workspace, witness) = (Arc::clone(workspace), Arc::clone(&witness));
            Self { workspace, index, dir, access, witness }
        };
        grants.into_iter().enumerate().map(preopen).collect()
    }

    /// The path under which a guest sees it.
    pub(crate) fn dir(&self) -> &str {
        &self.dir
    }

    /// Whether a guest may change it.
    pub(crate) fn is_writable(&self) -> bool {
        self.access == Access::ReadWrite
    }

    /// A path below it as the policy's guests write it.
    fn path(&self, parts: &[String]) -> String {
        std::iter::once(&self.dir).chain(parts).map(String::as_str).collect::<Vec<_>>().join("/")
    }

    fn with<T>(
        &self,
        changes: bool,
        act: impl FnOnce(&mut Folder) -> Result<T, WorkspaceError>,
    ) -> Result<T, WorkspaceError> {
        let mut workspace = self.workspace.lock().unwrap_or_else(PoisonError::into_inner);
        act(workspace.granted_folder(self.index, changes)?)
    }

    /// The same, told to the witness.
    fn told<T>(
        &self,
        does: &str,
        changes: bool,
        path: &str,
        act: impl FnOnce(&mut Folder) -> Result<T, WorkspaceError>,
    ) -> Result<T, WorkspaceError> {
        let done = self.with(changes, act);
        (self.witness)(does, path, done.as_ref().err());
        done
    }

    /// Tells the witness of a path that leads nowhere here.
    pub(crate) fn refused(&self, path: &str, why: &WorkspaceError) {
        (self.witness)("open", path, Some(why));
    }

    /// Opens a file, or makes it.
    pub(crate) fn open(&self, parts: &[String], how: Opening) -> Result<OpenFile, WorkspaceError> {
        let path = self.path(parts);
        let does = if how.changes() { "open to write" } else { "open" };
        let (file, identity) =
            self.told(does, how.changes(), &path, |folder| folder.open_at(&path, &borrowed(parts), how))?;
        Ok(OpenFile(Arc::new(Held { file, identity, preopen: self.clone(), path, how })))
    }

    /// What is known of a path; of the folder itself where there are no parts.
    pub(crate) fn found(&self, parts: &[String]) -> Result<Found, WorkspaceError> {
        self.with(false, |folder| folder.found(&self.path(parts), &borrowed(parts)))
    }

    /// Every name in a folder, in byte order.
    pub(crate) fn list(&self, parts: &[String]) -> Result<Vec<Item>, WorkspaceError> {
        let path = self.path(parts);
        self.told("list", false, &path, |folder| folder.list(&path, &borrowed(parts)))
    }

    /// Makes a folder in one that is there.
    pub(crate) fn create_folder(&self, parts: &[String]) -> Result<(), WorkspaceError> {
        let path = self.path(parts);
        self.told("make", true, &path, |folder| folder.create_folder(&path, &borrowed(parts)))
    }

    /// Removes a file, or an empty folder.
    pub(crate) fn remove(&self, parts: &[String]) -> Result<(), WorkspaceError> {
        let path = self.path(parts);
        self.told("remove", true, &path, |folder| folder.remove(&path, &borrowed(parts)))
    }

    /// Gives a file or folder another name within the granted folder.
    pub(crate) fn rename(&self, from: &[String], to: &Self, new: &[String]) -> Result<(), WorkspaceError> {
        let path = self.path(from);
        self.told("rename", true, &path, |folder| {
            if self.index != to.index {
                return Err(WorkspaceError::io(&path, io::ErrorKind::CrossesDevices.into()));
            }
            folder.rename(&path, &borrowed(from), &borrowed(new))
        })
    }
}

fn borrowed(parts: &[String]) -> Vec<&str> {
    parts.iter().map(String::as_str).collect()
}

/// A file that is open. Clones share it; it is closed with the last of them.
#[derive(Debug, Clone)]
pub(crate) struct OpenFile(Arc<Held>);

#[derive(Debug)]
struct Held {
    file: File,
    identity: Identity,
    preopen: Preopen,
    path: String,
    how: Opening,
}

impl Drop for Held {
    fn drop(&mut self) {
        // Fails where the workspace has no such folder, which this one came from.
        let _ = self.preopen.with(false, |folder| {
            folder.closed(&self.file, self.identity);
            Ok(())
        });
    }
}

impl OpenFile {
    /// How it was opened.
    pub(crate) fn how(&self) -> Opening {
        self.0.how
    }

    /// What is known of it.
    pub(crate) fn found(&self) -> Result<Found, WorkspaceError> {
        Found::of_file(&self.0.file, &self.0.path)
    }

    /// At most so many bytes from one on; none at its end.
    pub(crate) fn read(&self, at: u64, most: usize) -> Result<Vec<u8>, WorkspaceError> {
        let mut bytes = vec![0; most];
        let read = self.0.file.read_at(&mut bytes, at);
        bytes.truncate(read.map_err(|error| WorkspaceError::io(&self.0.path, error))?);
        Ok(bytes)
    }

    /// Writes from a byte on, or behind the last one; returns how many were written.
    pub(crate) fn write(&self, bytes: &[u8], at: Option<u64>) -> Result<usize, WorkspaceError> {
        let held = &*self.0;
        self.changed(|folder| match at {
            Some(at) => folder.write_at(&held.path, &held.file, bytes, at),
            None => folder.append(&held.path, &held.file, bytes),
        })
    }

    /// Cuts it, or lengthens it by zeroes.
    pub(crate) fn set_size(&self, size: u64) -> Result<(), WorkspaceError> {
        let held = &*self.0;
        self.changed(|folder| folder.set_size(&held.path, &held.file, size))
    }

    /// Of changes, the witness is told those that failed: the file's opening was told.
    fn changed<T>(
        &self,
        act: impl FnOnce(&mut Folder) -> Result<T, WorkspaceError>,
    ) -> Result<T, WorkspaceError> {
        let done = self.0.preopen.with(true, act);
        if let Err(error) = &done {
            (self.0.preopen.witness)("write", &self.0.path, Some(error));
        }
        done
    }

    /// Waits until what was written is on disk.
    pub(crate) fn sync(&self) -> Result<(), WorkspaceError> {
        self.0.file.sync_all().map_err(|error| WorkspaceError::io(&self.0.path, error))
    }
}
