//! The files of one run: in memory, or folders that the policy grants, opened once and never left.

mod copies;
mod error;
mod files;
mod folder;
mod item;
mod memory;
mod mount;
mod opened;
mod path;
mod preopen;
mod quota;
#[cfg(test)]
mod tests;

pub use copies::FolderCopies;
pub use error::{Unfit, WorkspaceDenial, WorkspaceError};
pub use files::Workspace;
pub use item::{Item, Kind, LARGEST_READ, MOST_LISTED, Metadata};
pub use opened::MOST_OPEN;
pub(crate) use opened::{Found, Opening};
pub(crate) use path::{LONGEST_PATH, is_part};
pub(crate) use preopen::OpenFile;
pub use preopen::Preopen;
pub use quota::{Counted, MEMORY_BYTES, MEMORY_ENTRIES, MOST_ENTRIES, QuotaExceeded};
