//! How much a workspace may hold, counted before anything is written.

use crate::guard::{Guard, stands};
use glasshouse_model::Place;
use std::fmt;

/// Bytes that a workspace in memory may hold: 64 MiB.
pub const MEMORY_BYTES: u64 = 64 * 1024 * 1024;
/// Files and folders that a workspace in memory may hold.
pub const MEMORY_ENTRIES: u64 = 10_000;
/// Files and folders that a granted folder may hold, at any depth.
pub const MOST_ENTRIES: u64 = 100_000;

/// The quota that a write would break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the workspace may hold {most} {what}{}", at(.place.as_ref()))]
pub struct QuotaExceeded {
    /// What is counted.
    pub what: Counted,
    /// The most of it.
    pub most: u64,
    /// Of the policy's key, where it says so.
    pub place: Option<Place>,
}

/// What a quota counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Bytes of files.
    Bytes,
    /// Files and folders.
    Entries,
    /// Files that are open at one time.
    OpenFiles,
}

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Entries => "files and folders",
            Self::OpenFiles => "open files",
        })
    }
}

fn at(place: Option<&Place>) -> String {
    place.map_or_else(String::new, |place| format!("; its quota is set at {place}"))
}

/// What is held, and the most of it.
#[derive(Debug, Clone)]
pub(super) struct Quota {
    most_bytes: u64,
    most_entries: u64,
    bytes: u64,
    entries: u64,
    place: Option<Place>,
}

impl Quota {
    pub(super) fn new(most_bytes: u64, most_entries: u64, place: Option<Place>) -> Self {
        Self { most_bytes, most_entries, bytes: 0, entries: 0, place }
    }

    /// Whether a file of `old` bytes may become one of `new`, with so many more entries. What shrinks is always
    /// allowed: others may have filled a granted folder meanwhile.
    pub(super) fn check(&self, old: u64, new: u64, entries: u64) -> Result<(), QuotaExceeded> {
        if !stands(Guard::Quota) {
            return Ok(());
        }
        let bytes = self.bytes.saturating_sub(old).saturating_add(new);
        if new > old && bytes > self.most_bytes {
            return Err(self.exceeded(Counted::Bytes, self.most_bytes));
        }
        if entries > 0 && self.entries.saturating_add(entries) > self.most_entries {
            return Err(self.exceeded(Counted::Entries, self.most_entries));
        }
        Ok(())
    }

    fn exceeded(&self, what: Counted, most: u64) -> QuotaExceeded {
        QuotaExceeded { what, most, place: self.place.clone() }
    }

    /// Counts a file of `old` bytes that became one of `new`.
    pub(super) fn resized(&mut self, old: u64, new: u64) {
        self.bytes = self.bytes.saturating_sub(old).saturating_add(new);
    }

    /// Counts one more file or folder.
    pub(super) fn added(&mut self) {
        self.entries = self.entries.saturating_add(1);
    }

    /// Gives back a file or folder and its bytes.
    pub(super) fn removed(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
        self.entries = self.entries.saturating_sub(1);
    }
}
