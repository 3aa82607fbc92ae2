//! What a workspace says about its files.

use super::WorkspaceError;

/// Most bytes that one read returns.
pub const LARGEST_READ: u32 = 16 * 1024 * 1024;
/// Most names that one listing returns.
pub const MOST_LISTED: usize = 10_000;

/// What stands under a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Bytes.
    File,
    /// More paths.
    Folder,
    /// A link, a pipe, a device, or a name that no path can spell: it can be listed and not opened.
    Other,
}

/// What is known of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// What stands there.
    pub kind: Kind,
    /// Bytes of a file; 0 for everything else.
    pub size: u64,
}

impl Metadata {
    pub(super) const FOLDER: Self = Self { kind: Kind::Folder, size: 0 };
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The last part of its path.
    pub name: String,
    /// What stands there.
    pub kind: Kind,
}

/// Collects a folder's items up to the most that are listed.
pub(super) fn listed(
    folder: &str,
    items: impl Iterator<Item = Result<Item, WorkspaceError>>,
) -> Result<Vec<Item>, WorkspaceError> {
    let mut all = Vec::new();
    for item in items {
        if all.len() == MOST_LISTED {
            return Err(WorkspaceError::TooManyNames(folder.to_owned()));
        }
        all.push(item?);
    }
    all.sort_unstable();
    Ok(all)
}
