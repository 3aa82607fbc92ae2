//! What one twin's tables held some time ago, for stale reads: the documents that writes replaced, with their times.

use crate::journal::Place;
use glasshouse_sandbox::Document;
use rpds::RedBlackTreeMapSync as Map;

/// Most replaced documents that are kept; the oldest go first, and a stale read is then less stale than was asked.
const MOST_KEPT: usize = 100_000;

/// Replaced documents, by the time of the write and its number. Nothing is kept until somebody asks for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    /// Nanoseconds.
    pub(crate) keep: u64,
    pub(crate) next: u64,
    pub(crate) replaced: Map<(u64, u64), Replaced>,
}

/// What stood at a place until it was written.
#[derive(Debug, Clone)]
pub(crate) struct Replaced {
    pub(crate) place: Place,
    pub(crate) before: Option<Document>,
}

impl Past {
    /// Keeps what is younger than `keep` nanoseconds from now on.
    pub(crate) fn keep(&mut self, keep: u64) {
        self.keep = keep;
        if keep == 0 {
            self.replaced = Map::default();
        }
    }

    pub(crate) fn note(&mut self, now: u64, place: &Place, before: Option<Document>) {
        if self.keep == 0 {
            return;
        }
        self.replaced.insert_mut((now, self.next), Replaced { place: place.clone(), before });
        self.next += 1;
        while let Some(first) = self.replaced.first().map(|(at, _)| *at) {
            if self.replaced.size() <= MOST_KEPT && first.0.saturating_add(self.keep) >= now {
                return;
            }
            self.replaced.remove_mut(&first);
        }
    }

    /// What was replaced after a moment, the newest first.
    pub(crate) fn since(&self, moment: u64) -> impl Iterator<Item = &Replaced> {
        let after = (moment.saturating_add(1), 0);
        self.replaced.range(after..).rev().map(|(_, replaced)| replaced)
    }
}
