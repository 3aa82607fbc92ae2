//! How a ledger is opened.

use super::Clock;
use std::time::Duration;

/// What a ledger needs to know besides its folder.
#[derive(Clone)]
pub struct Options {
    /// Stamps turns that name no time of their own, and ages idempotency keys.
    pub clock: Clock,
    /// The longest that an append with [`super::Commit::Interval`] is not on disk.
    pub interval: Duration,
}

impl Options {
    /// With a commit interval of 50 ms.
    pub fn new(clock: Clock) -> Self {
        Self { clock, interval: Duration::from_millis(50) }
    }
}
