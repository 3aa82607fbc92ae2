//! The files of one run: in memory, or folders that the policy grants, opened once and never left.

mod error;
mod files;
mod folder;
mod item;
mod memory;
mod mount;
mod path;
mod quota;
#[cfg(test)]
mod tests;

pub use error::{Unfit, WorkspaceDenial, WorkspaceError};
pub use files::Workspace;
pub use item::{Item, Kind, LARGEST_READ, MOST_LISTED, Metadata};
pub use quota::{Counted, MEMORY_BYTES, MEMORY_ENTRIES, MOST_ENTRIES, QuotaExceeded};
