//! What a guest has open: a granted folder or one below it, or a file.

use super::stream::{MOST, Reading, Writing};
use super::{Entries, FilesView, code};
use crate::workspace::{Found, Kind, OpenFile, Opening, Preopen};
use std::time::{SystemTime, UNIX_EPOCH};
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    Advice, Descriptor as Handle, DescriptorFlags, DescriptorStat, DescriptorType, DirectoryEntry,
    DirectoryEntryStream, ErrorCode, Filesize, HostDescriptor, MetadataHashValue, NewTimestamp, OpenFlags,
    PathFlags,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsResult};

/// One thing that is open. A folder is its path: every step to it is walked anew.
pub(super) enum Descriptor {
    /// A granted folder, and the parts below it.
    Folder(Preopen, Vec<String>),
    File(OpenFile),
}

impl Descriptor {
    fn found(&self) -> FsResult<Found> {
        Ok(match self {
            Self::Folder(preopen, parts) => preopen.found(parts),
            Self::File(file) => file.found(),
        }
        .map_err(code)?)
    }
}

impl HostDescriptor for FilesView<'_> {
    fn read_via_stream(&mut self, fd: Resource<Handle>, at: Filesize) -> FsResult<Resource<DynInputStream>> {
        let file = self.file(&fd)?.clone();
        let stream: DynInputStream = Box::new(Reading { file, at });
        Ok(self.table.push(stream)?)
    }

    fn write_via_stream(
        &mut self,
        fd: Resource<Handle>,
        at: Filesize,
    ) -> FsResult<Resource<DynOutputStream>> {
        self.writing(&fd, Some(at))
    }

    fn append_via_stream(&mut self, fd: Resource<Handle>) -> FsResult<Resource<DynOutputStream>> {
        self.writing(&fd, None)
    }

    async fn advise(&mut self, fd: Resource<Handle>, _: Filesize, _: Filesize, _: Advice) -> FsResult<()> {
        self.file(&fd).map(|_| ())
    }

    async fn sync_data(&mut self, fd: Resource<Handle>) -> FsResult<()> {
        self.sync(fd).await
    }

    async fn get_flags(&mut self, fd: Resource<Handle>) -> FsResult<DescriptorFlags> {
        let given = |flag, is_given| if is_given { flag } else { DescriptorFlags::empty() };
        Ok(match self.descriptor(&fd)? {
            Descriptor::File(file) => {
                given(DescriptorFlags::READ, file.how().read)
                    | given(DescriptorFlags::WRITE, file.how().write)
            }
            Descriptor::Folder(preopen, _) => {
                DescriptorFlags::READ | given(DescriptorFlags::MUTATE_DIRECTORY, preopen.is_writable())
            }
        })
    }

    async fn get_type(&mut self, fd: Resource<Handle>) -> FsResult<DescriptorType> {
        Ok(match self.descriptor(&fd)? {
            Descriptor::File(_) => DescriptorType::RegularFile,
            Descriptor::Folder(..) => DescriptorType::Directory,
        })
    }

    async fn set_size(&mut self, fd: Resource<Handle>, size: Filesize) -> FsResult<()> {
        Ok(self.written(&fd)?.set_size(size).map_err(code)?)
    }

    /// Times are those of the writes.
    async fn set_times(&mut self, fd: Resource<Handle>, _: NewTimestamp, _: NewTimestamp) -> FsResult<()> {
        self.descriptor(&fd)?;
        Err(ErrorCode::Unsupported.into())
    }

    async fn read(
        &mut self,
        fd: Resource<Handle>,
        most: Filesize,
        at: Filesize,
    ) -> FsResult<(Vec<u8>, bool)> {
        let most = usize::try_from(most).unwrap_or(MOST).min(MOST);
        let file = self.file(&fd)?;
        if !file.how().read {
            return Err(ErrorCode::BadDescriptor.into());
        }
        let bytes = file.read(at, most).map_err(code)?;
        let is_end = bytes.is_empty() && most > 0;
        Ok((bytes, is_end))
    }

    async fn write(&mut self, fd: Resource<Handle>, bytes: Vec<u8>, at: Filesize) -> FsResult<Filesize> {
        Ok(self.written(&fd)?.write(&bytes, Some(at)).map_err(code)? as Filesize)
    }

    async fn read_directory(&mut self, fd: Resource<Handle>) -> FsResult<Resource<DirectoryEntryStream>> {
        let (preopen, parts) = self.at(&fd, ".")?;
        let items = preopen.list(&parts).map_err(code)?;
        let entry = |item: crate::workspace::Item| DirectoryEntry { type_: kind(item.kind), name: item.name };
        let mut held = self.room.share();
        let size = items.iter().map(|item| size_of::<DirectoryEntry>() + item.name.len()).sum();
        held.grow(size).map_err(|_| ErrorCode::InsufficientMemory)?;
        let entries = Entries { left: items.into_iter().rev().map(entry).collect(), _held: held };
        Ok(Resource::new_own(self.table.push(entries)?.rep()))
    }

    async fn sync(&mut self, fd: Resource<Handle>) -> FsResult<()> {
        match self.descriptor(&fd)? {
            Descriptor::File(file) => Ok(file.sync().map_err(code)?),
            Descriptor::Folder(..) => Ok(()),
        }
    }

    async fn create_directory_at(&mut self, fd: Resource<Handle>, path: String) -> FsResult<()> {
        let (preopen, parts) = self.at(&fd, &path)?;
        Ok(preopen.create_folder(&parts).map_err(code)?)
    }

    async fn stat(&mut self, fd: Resource<Handle>) -> FsResult<DescriptorStat> {
        Ok(stat(&self.descriptor(&fd)?.found()?))
    }

    async fn stat_at(
        &mut self,
        fd: Resource<Handle>,
        flags: PathFlags,
        path: String,
    ) -> FsResult<DescriptorStat> {
        Ok(stat(&self.found_at(&fd, flags, &path)?))
    }

    async fn set_times_at(
        &mut self,
        fd: Resource<Handle>,
        _: PathFlags,
        path: String,
        _: NewTimestamp,
        _: NewTimestamp,
    ) -> FsResult<()> {
        self.at(&fd, &path)?;
        Err(ErrorCode::Unsupported.into())
    }

    async fn link_at(
        &mut self,
        fd: Resource<Handle>,
        _: PathFlags,
        path: String,
        _: Resource<Handle>,
        _: String,
    ) -> FsResult<()> {
        self.at(&fd, &path)?;
        Err(ErrorCode::NotPermitted.into())
    }

    async fn open_at(
        &mut self,
        fd: Resource<Handle>,
        _: PathFlags,
        path: String,
        opening: OpenFlags,
        flags: DescriptorFlags,
    ) -> FsResult<Resource<Handle>> {
        let (preopen, parts) = self.at(&fd, &path)?;
        let how = how(opening, flags);
        let is_folder = preopen.found(&parts).is_ok_and(|found| found.kind == Kind::Folder);
        if is_folder || opening.contains(OpenFlags::DIRECTORY) {
            return match () {
                () if how.exclusive && is_folder => Err(ErrorCode::Exist.into()),
                () if how.changes() => Err(ErrorCode::IsDirectory.into()),
                () if is_folder => self.keep(Descriptor::Folder(preopen, parts)),
                () => Err(preopen.found(&parts).map_or_else(code, |_| ErrorCode::NotDirectory).into()),
            };
        }
        if path.ends_with('/') {
            return Err(preopen.found(&parts).map_or_else(code, |_| ErrorCode::NotDirectory).into());
        }
        let file = preopen.open(&parts, how).map_err(code)?;
        self.keep(Descriptor::File(file))
    }

    /// No link is shown, and what is none cannot be read as one.
    async fn readlink_at(&mut self, fd: Resource<Handle>, path: String) -> FsResult<String> {
        let found = self.found_at(&fd, PathFlags::empty(), &path)?;
        Err(if found.kind == Kind::Other { ErrorCode::NotPermitted } else { ErrorCode::Invalid }.into())
    }

    async fn remove_directory_at(&mut self, fd: Resource<Handle>, path: String) -> FsResult<()> {
        let (preopen, parts) = self.at(&fd, &path)?;
        if preopen.found(&parts).map_err(code)?.kind != Kind::Folder {
            return Err(ErrorCode::NotDirectory.into());
        }
        if parts.is_empty() {
            return Err(ErrorCode::NotPermitted.into());
        }
        Ok(preopen.remove(&parts).map_err(code)?)
    }

    async fn rename_at(
        &mut self,
        fd: Resource<Handle>,
        path: String,
        new_fd: Resource<Handle>,
        new_path: String,
    ) -> FsResult<()> {
        let (preopen, parts) = self.at(&fd, &path)?;
        let (new_preopen, new_parts) = self.at(&new_fd, &new_path)?;
        Ok(preopen.rename(&parts, &new_preopen, &new_parts).map_err(code)?)
    }

    async fn symlink_at(&mut self, fd: Resource<Handle>, _: String, path: String) -> FsResult<()> {
        self.at(&fd, &path)?;
        Err(ErrorCode::NotPermitted.into())
    }

    async fn unlink_file_at(&mut self, fd: Resource<Handle>, path: String) -> FsResult<()> {
        let (preopen, parts) = self.at(&fd, &path)?;
        if preopen.found(&parts).map_err(code)?.kind == Kind::Folder {
            return Err(ErrorCode::IsDirectory.into());
        }
        Ok(preopen.remove(&parts).map_err(code)?)
    }

    async fn is_same_object(&mut self, a: Resource<Handle>, b: Resource<Handle>) -> wasmtime::Result<bool> {
        let identity = |of: &Resource<Handle>| self.descriptor(of)?.found().map(|found| found.identity);
        Ok(matches!((identity(&a), identity(&b)), (Ok(a), Ok(b)) if a == b))
    }

    async fn metadata_hash(&mut self, fd: Resource<Handle>) -> FsResult<MetadataHashValue> {
        Ok(hash(&self.descriptor(&fd)?.found()?))
    }

    async fn metadata_hash_at(
        &mut self,
        fd: Resource<Handle>,
        flags: PathFlags,
        path: String,
    ) -> FsResult<MetadataHashValue> {
        Ok(hash(&self.found_at(&fd, flags, &path)?))
    }

    fn drop(&mut self, fd: Resource<Handle>) -> wasmtime::Result<()> {
        self.table.delete(Resource::<Descriptor>::new_own(fd.rep()))?;
        Ok(())
    }
}

impl FilesView<'_> {
    /// A file that was opened to be written.
    fn written(&self, fd: &Resource<Handle>) -> FsResult<&OpenFile> {
        let file = self.file(fd)?;
        if file.how().write { Ok(file) } else { Err(ErrorCode::BadDescriptor.into()) }
    }

    fn writing(&mut self, fd: &Resource<Handle>, at: Option<u64>) -> FsResult<Resource<DynOutputStream>> {
        let file = self.written(fd)?.clone();
        let stream: DynOutputStream = Box::new(Writing { file, at });
        Ok(self.table.push(stream)?)
    }

    fn found_at(&self, fd: &Resource<Handle>, flags: PathFlags, path: &str) -> FsResult<Found> {
        let (preopen, parts) = self.at(fd, path)?;
        let found = preopen.found(&parts).map_err(code)?;
        let follows = flags.contains(PathFlags::SYMLINK_FOLLOW);
        if found.kind == Kind::Other && follows { Err(ErrorCode::Loop.into()) } else { Ok(found) }
    }
}

fn how(opening: OpenFlags, flags: DescriptorFlags) -> Opening {
    Opening {
        read: flags.contains(DescriptorFlags::READ),
        write: flags.contains(DescriptorFlags::WRITE),
        create: opening.contains(OpenFlags::CREATE),
        exclusive: opening.contains(OpenFlags::EXCLUSIVE),
        truncate: opening.contains(OpenFlags::TRUNCATE),
    }
}

fn kind(of: Kind) -> DescriptorType {
    match of {
        Kind::File => DescriptorType::RegularFile,
        Kind::Folder => DescriptorType::Directory,
        Kind::Other => DescriptorType::Unknown,
    }
}

fn stat(found: &Found) -> DescriptorStat {
    DescriptorStat {
        type_: kind(found.kind),
        link_count: found.links,
        size: found.size,
        data_access_timestamp: None,
        data_modification_timestamp: found.modified.and_then(datetime),
        status_change_timestamp: None,
    }
}

/// None for what WASI cannot say: before 1970.
fn datetime(at: SystemTime) -> Option<Datetime> {
    let since = at.duration_since(UNIX_EPOCH).ok()?;
    Some(Datetime { seconds: since.as_secs(), nanoseconds: since.subsec_nanos() })
}

/// Which file it is, without the machine's own numbers.
fn hash(found: &Found) -> MetadataHashValue {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&found.identity.device.to_le_bytes()).update(&found.identity.number.to_le_bytes());
    let mut halves = [[0; 8]; 2];
    hasher.finalize_xof().fill(halves.as_flattened_mut());
    let [lower, upper] = halves.map(u64::from_le_bytes);
    MetadataHashValue { lower, upper }
}
