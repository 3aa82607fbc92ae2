//! What a snapshot refers to.

use super::Error;
use super::tables::Tables;
use crate::fstree;
use blake3::Hash;
use std::collections::HashSet;

/// Visits the root of a snapshot and everything below it, each once, stored or not. Folders that are not stored, or
/// are none, have nothing below them.
///
/// # Errors
/// [`Error::Broken`] for a folder that was changed: what is below it cannot be known.
pub(super) fn snapshot(
    tables: &Tables,
    root: Hash,
    visit: &mut impl FnMut(Hash) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut seen = HashSet::from([root]);
    let mut folders = vec![root];
    visit(root)?;
    while let Some(folder) = folders.pop() {
        let entries = tables.blob(&folder)?.and_then(|bytes| fstree::decode(&bytes)).unwrap_or_default();
        for entry in entries.into_iter().filter(|entry| seen.insert(entry.hash)) {
            visit(entry.hash)?;
            if entry.is_folder() {
                folders.push(entry.hash);
            }
        }
    }
    Ok(())
}
