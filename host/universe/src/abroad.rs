//! Deliveries on their way to receivers outside: they have left the queue, and no answer has come back.

use crate::outbox::{MOST_PENDING, MOST_PENDING_BYTES, Pending};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is under way, by number, in the order of leaving.
#[derive(Debug, Default)]
pub(crate) struct Abroad {
    under_way: BTreeMap<u64, Arc<Pending>>,
    bytes: u64,
    /// How many ever left.
    left: u64,
}

impl Abroad {
    /// Lets one leave; its number, and none where too much is under way.
    pub(crate) fn leave(&mut self, pending: &Arc<Pending>) -> Option<u64> {
        let bytes = self.bytes.saturating_add(pending.bytes());
        if self.under_way.len() >= MOST_PENDING || bytes > MOST_PENDING_BYTES {
            return None;
        }
        self.bytes = bytes;
        self.left += 1;
        self.under_way.insert(self.left, pending.clone());
        Some(self.left)
    }

    /// Whether it is still wanted: the world that sent it has not been left.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.under_way.contains_key(&number)
    }

    /// Takes back one that was answered; false where the world that sent it has been left.
    pub(crate) fn come_back(&mut self, number: u64) -> bool {
        let Some(pending) = self.under_way.remove(&number) else { return false };
        self.bytes = self.bytes.saturating_sub(pending.bytes());
        true
    }

    /// Everything that is under way.
    pub(crate) fn all(&self) -> impl Iterator<Item = Arc<Pending>> {
        self.under_way.values().cloned()
    }

    /// Leaves the world that sent all this.
    pub(crate) fn forget(&mut self) {
        self.under_way.clear();
        self.bytes = 0;
    }
}
