//! How much of requests and answers the host holds for one guest at one moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Room for bodies; clones share it.
#[derive(Debug, Clone)]
pub(super) struct Room {
    held: Arc<AtomicU64>,
    most: u64,
}

/// A part of it, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    room: Room,
    bytes: u64,
}

/// There is no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Full {
    /// The most bytes that are held.
    pub(super) most: u64,
}

impl Room {
    /// Room for that many bytes.
    pub(super) fn new(most: u64) -> Self {
        Self { held: Arc::default(), most }
    }

    /// A part of no bytes yet.
    pub(super) fn share(&self) -> Share {
        Share { room: self.clone(), bytes: 0 }
    }
}

impl Share {
    /// Takes that many bytes more.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Full> {
        let (bytes, most) = (bytes as u64, self.room.most);
        let larger = |held: u64| held.checked_add(bytes).filter(|held| *held <= most);
        let taken = self.room.held.fetch_update(Ordering::SeqCst, Ordering::SeqCst, larger);
        taken.map_err(|_| Full { most })?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.held.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_free_again() {
        let room = Room::new(10);
        let (mut one, mut two) = (room.share(), room.share());
        assert_eq!(one.grow(4).and_then(|()| one.grow(3)), Ok(()));
        assert_eq!(two.grow(4), Err(Full { most: 10 }));
        assert_eq!(two.grow(3), Ok(()));
        drop(one);
        assert_eq!(two.grow(7), Ok(()));
        assert_eq!(two.grow(usize::MAX), Err(Full { most: 10 }));
    }
}
