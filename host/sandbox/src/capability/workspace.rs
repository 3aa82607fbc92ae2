//! `workspace`: the files of one run.

use super::{Host, Interface, given};
use crate::bindings::host::glasshouse::capability::workspace as wit;
use crate::bindings::host::glasshouse::types::types::Error;
use crate::workspace::{self, Workspace, WorkspaceError};

pub use wit::{Item, Kind, Metadata};

/// Most bytes of one read, as the contract says.
const MOST_BYTES: u32 = 16 * 1024 * 1024;

/// The files that a guest sees, by path.
pub trait Files: Send {
    /// At most `limit` bytes of a file beginning with byte `first`.
    ///
    /// # Errors
    /// As the contract's `read`.
    fn read(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error>;

    /// Writes a whole file.
    ///
    /// # Errors
    /// As the contract's `write`.
    fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), Error>;

    /// Every name in a folder, in byte order.
    ///
    /// # Errors
    /// As the contract's `list`.
    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error>;

    /// Removes a file or an empty folder.
    ///
    /// # Errors
    /// As the contract's `remove`.
    fn remove(&mut self, path: &str) -> Result<(), Error>;

    /// What is known of a path.
    ///
    /// # Errors
    /// As the contract's `stat`.
    fn stat(&mut self, path: &str) -> Result<Metadata, Error>;
}

impl Files for Workspace {
    fn read(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        Ok(Workspace::read(self, path, first, limit)?)
    }

    fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        Ok(Workspace::write(self, path, contents)?)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error> {
        Ok(Workspace::list(self, path)?.into_iter().map(Item::from).collect())
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        Ok(Workspace::remove(self, path)?)
    }

    fn stat(&mut self, path: &str) -> Result<Metadata, Error> {
        Ok(Workspace::stat(self, path)?.into())
    }
}

impl From<workspace::Kind> for Kind {
    fn from(kind: workspace::Kind) -> Self {
        match kind {
            workspace::Kind::File => Self::File,
            workspace::Kind::Folder => Self::Folder,
            workspace::Kind::Other => Self::Other,
        }
    }
}

impl From<workspace::Item> for Item {
    fn from(item: workspace::Item) -> Self {
        Self { name: item.name, kind: item.kind.into() }
    }
}

impl From<workspace::Metadata> for Metadata {
    fn from(found: workspace::Metadata) -> Self {
        Self { kind: found.kind.into(), size: found.size }
    }
}

impl From<WorkspaceError> for Error {
    fn from(error: WorkspaceError) -> Self {
        let text = error.to_string();
        match error {
            WorkspaceError::Denied(_) => Self::Denied(text),
            WorkspaceError::NotFound(_) => Self::NotFound(text),
            WorkspaceError::InvalidArgument { .. } => Self::InvalidArgument(text),
            WorkspaceError::Conflict(_) => Self::Conflict(text),
            WorkspaceError::QuotaExceeded(_) | WorkspaceError::TooManyNames(_) => Self::QuotaExceeded(text),
            WorkspaceError::Other { .. } => Self::Other(text),
        }
    }
}

impl wit::Host for Host {
    fn read(&mut self, path: String, first: u64, limit: u32) -> wasmtime::Result<Result<Vec<u8>, Error>> {
        let read = self.files()?.read(&path, first, limit.min(MOST_BYTES));
        self.meter.carried(Interface::Workspace, read.as_ref().map_or(0, Vec::len));
        Ok(read)
    }

    fn write(&mut self, path: String, contents: Vec<u8>) -> wasmtime::Result<Result<(), Error>> {
        let written = self.files()?.write(&path, &contents);
        self.meter.carried(Interface::Workspace, contents.len());
        Ok(written)
    }

    fn list(&mut self, path: String) -> wasmtime::Result<Result<Vec<Item>, Error>> {
        Ok(self.files()?.list(&path))
    }

    fn remove(&mut self, path: String) -> wasmtime::Result<Result<(), Error>> {
        Ok(self.files()?.remove(&path))
    }

    fn stat(&mut self, path: String) -> wasmtime::Result<Result<Metadata, Error>> {
        Ok(self.files()?.stat(&path))
    }
}

impl Host {
    fn files(&mut self) -> wasmtime::Result<&mut (dyn Files + 'static)> {
        self.enter(Interface::Workspace)?;
        given(self.workspace.as_mut(), "workspace")
    }
}
