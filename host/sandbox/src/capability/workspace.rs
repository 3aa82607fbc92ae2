//! `workspace`: the files of one run.

use super::{Host, Interface, OnTape, given};
use crate::bindings::host::glasshouse::capability::workspace as wit;
use crate::bindings::host::glasshouse::types::types::Error;
use crate::workspace::{self, Workspace, WorkspaceError};
use glasshouse_model::Body;
use serde::Deserialize as _;
use serde_json::{Value, json};

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
        let limit = limit.min(MOST_BYTES);
        let asked = || json!({ "path": &path, "first": first, "limit": limit });
        let read = self.on_files("read", asked, |files| files.read(&path, first, limit))?;
        self.meter.carried(Interface::Workspace, read.as_ref().map_or(0, Vec::len));
        Ok(read)
    }

    fn write(&mut self, path: String, contents: Vec<u8>) -> wasmtime::Result<Result<(), Error>> {
        let asked = || json!({ "path": &path, "contents": contents.to_tape() });
        let written = self.on_files("write", asked, |files| files.write(&path, &contents))?;
        self.meter.carried(Interface::Workspace, contents.len());
        Ok(written)
    }

    fn list(&mut self, path: String) -> wasmtime::Result<Result<Vec<Item>, Error>> {
        self.on_files("list", || json!({ "path": &path }), |files| files.list(&path))
    }

    fn remove(&mut self, path: String) -> wasmtime::Result<Result<(), Error>> {
        self.on_files("remove", || json!({ "path": &path }), |files| files.remove(&path))
    }

    fn stat(&mut self, path: String) -> wasmtime::Result<Result<Metadata, Error>> {
        self.on_files("stat", || json!({ "path": &path }), |files| files.stat(&path))
    }
}

impl Host {
    fn on_files<T: OnTape>(
        &mut self,
        function: &'static str,
        arguments: impl FnOnce() -> Value,
        live: impl FnOnce(&mut dyn Files) -> Result<T, Error>,
    ) -> wasmtime::Result<Result<T, Error>> {
        self.enter(Interface::Workspace)?;
        self.called("workspace", function, arguments, |host| {
            Ok(live(given(host.workspace.as_mut(), "workspace")?))
        })
    }
}

/// The names of kinds on tapes.
const KINDS: [(&str, Kind); 3] = [("file", Kind::File), ("folder", Kind::Folder), ("other", Kind::Other)];

impl OnTape for Kind {
    fn to_tape(&self) -> Value {
        KINDS.iter().find(|(_, kind)| kind == self).map_or(Value::Null, |(name, _)| (*name).into())
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        KINDS.iter().find(|(name, _)| taped == name).map(|(_, kind)| *kind)
    }
}

impl OnTape for Vec<u8> {
    fn to_tape(&self) -> Value {
        // Bodies are texts: JSON has them.
        serde_json::to_value(Body(self.clone())).unwrap_or_default()
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        Body::deserialize(taped).ok().map(|body| body.0)
    }
}

impl OnTape for () {
    fn to_tape(&self) -> Value {
        json!({})
    }

    fn from_tape(_taped: &Value) -> Option<Self> {
        Some(())
    }
}

impl OnTape for Vec<Item> {
    fn to_tape(&self) -> Value {
        self.iter().map(|item| json!({ "name": &item.name, "kind": item.kind.to_tape() })).collect()
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        let one = |item: &Value| {
            let name = item.get("name")?.as_str()?.to_owned();
            Some(Item { name, kind: Kind::from_tape(item.get("kind")?)? })
        };
        taped.as_array()?.iter().map(one).collect()
    }
}

impl OnTape for Metadata {
    fn to_tape(&self) -> Value {
        json!({ "kind": self.kind.to_tape(), "size": self.size })
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        Some(Self { kind: Kind::from_tape(taped.get("kind")?)?, size: taped.get("size")?.as_u64()? })
    }
}
