//! `wasi:filesystem`: the granted folders and nothing else, through the same steps as the contract's `workspace`. Folders
//! are paths below a grant, walked anew each time; no link is followed, made or read, and every growth keeps the quota.

mod descriptor;
mod error;
mod path;
mod stream;

use super::room::{Room, Share};
use crate::capability::Host;
use crate::workspace::{OpenFile, Preopen};
use descriptor::Descriptor;
use error::code;
use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::p2::bindings::filesystem::{preopens, types};
use wasmtime_wasi::p2::{FsError, FsResult};

/// The files of one guest, and the table that holds what it has open.
pub(crate) struct FilesView<'h> {
    pub(super) preopens: &'h [Preopen],
    pub(super) room: &'h Room,
    pub(super) table: &'h mut ResourceTable,
}

/// Those views as the bindings ask for them.
pub(super) struct HasFiles;

impl HasData for HasFiles {
    type Data<'a> = FilesView<'a>;
}

/// The names of a folder that a guest is still to read, from the last to the first, and the room that they take.
struct Entries {
    left: Vec<types::DirectoryEntry>,
    _held: Share,
}

impl preopens::Host for FilesView<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Resource<types::Descriptor>, String)>> {
        let mut folders = Vec::new();
        for preopen in self.preopens {
            let folder = Descriptor::Folder(preopen.clone(), Vec::new());
            let seen_as = preopen.dir().to_owned();
            folders.push((Resource::new_own(self.table.push(folder)?.rep()), seen_as));
        }
        Ok(folders)
    }
}

impl types::Host for FilesView<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<types::ErrorCode> {
        error.downcast()
    }

    fn filesystem_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<types::ErrorCode>> {
        Ok(self.table.get(&error)?.downcast_ref().copied())
    }
}

impl types::HostDirectoryEntryStream for FilesView<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Resource<types::DirectoryEntryStream>,
    ) -> FsResult<Option<types::DirectoryEntry>> {
        Ok(self.table.get_mut(&Resource::<Entries>::new_borrow(stream.rep()))?.left.pop())
    }

    fn drop(&mut self, stream: Resource<types::DirectoryEntryStream>) -> wasmtime::Result<()> {
        self.table.delete(Resource::<Entries>::new_own(stream.rep()))?;
        Ok(())
    }
}

/// The bindings name the engine's own types for these resources; the table holds ours under the same numbers.
impl FilesView<'_> {
    fn descriptor(&self, of: &Resource<types::Descriptor>) -> FsResult<&Descriptor> {
        Ok(self.table.get(&Resource::new_borrow(of.rep()))?)
    }

    fn file(&self, of: &Resource<types::Descriptor>) -> FsResult<&OpenFile> {
        match self.descriptor(of)? {
            Descriptor::File(file) => Ok(file),
            Descriptor::Folder(..) => Err(types::ErrorCode::IsDirectory.into()),
        }
    }

    /// A folder and the parts of a path below it.
    fn at(&self, of: &Resource<types::Descriptor>, path: &str) -> FsResult<(Preopen, Vec<String>)> {
        match self.descriptor(of)? {
            Descriptor::Folder(preopen, base) => {
                let parts = path::resolved(base, path).inspect_err(|error| preopen.refused(path, error));
                Ok((preopen.clone(), parts.map_err(code)?))
            }
            Descriptor::File(_) => Err(types::ErrorCode::NotDirectory.into()),
        }
    }

    fn keep(&mut self, descriptor: Descriptor) -> FsResult<Resource<types::Descriptor>> {
        Ok(Resource::new_own(self.table.push(descriptor)?.rep()))
    }
}

impl Host {
    /// The files of this guest.
    pub(super) fn files_view(&mut self) -> FilesView<'_> {
        self.wasi().files()
    }
}
