//! The clock of one universe. In a trial it is virtual: it moves by sleeping and by a fixed cost of each request.
//! Behind an open door it follows real time; this is the one place where behaviour reads it.

use glasshouse_model::Limit;
use glasshouse_sandbox::{Breach, Clock};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Virtual nanoseconds that each request takes.
pub const REQUEST_COST: u64 = 5_000_000;

/// A clock that its clones share.
#[derive(Debug, Clone)]
pub struct TrialClock {
    now: Arc<AtomicU64>,
    end: u64,
    follows_real_time: bool,
}

impl TrialClock {
    /// A virtual clock that begins at `start` (nanoseconds since 1970) and ends its guests after `span` nanoseconds.
    pub fn virtual_from(start: u64, span: u64) -> Self {
        Self {
            now: Arc::new(AtomicU64::new(start)),
            end: start.saturating_add(span),
            follows_real_time: false,
        }
    }

    /// A clock that follows the machine's, and never ends.
    pub fn real() -> Self {
        let clock = Self { now: Arc::default(), end: u64::MAX, follows_real_time: true };
        clock.catch_up();
        clock
    }

    /// The time at this moment, in nanoseconds since 1970.
    pub fn read(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Takes the time of one request.
    ///
    /// # Errors
    /// A [`Breach`] where the clock has come to its end.
    pub(crate) fn take_request(&self) -> Result<(), Breach> {
        if self.follows_real_time {
            self.catch_up();
            return Ok(());
        }
        self.advance(REQUEST_COST)
    }

    fn advance(&self, duration: u64) -> Result<(), Breach> {
        let now = self.read().saturating_add(duration);
        self.now.store(now.min(self.end), Ordering::Relaxed);
        if now > self.end { Err(Breach(Limit::VirtualTime)) } else { Ok(()) }
    }

    /// Moves to the machine's time, and at least one nanosecond on: two requests never see the same moment.
    fn catch_up(&self) {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let real = u64::try_from(real).unwrap_or(u64::MAX);
        self.now.store(real.max(self.read().saturating_add(1)), Ordering::Relaxed);
    }
}

impl Clock for TrialClock {
    fn now(&mut self) -> u64 {
        self.read()
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        self.advance(duration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_time_moves_by_sleep_and_request_and_ends() {
        let mut clock = TrialClock::virtual_from(100, 2 * REQUEST_COST);
        let shared = clock.clone();
        assert_eq!(clock.take_request(), Ok(()));
        assert_eq!(shared.read(), 100 + REQUEST_COST);
        assert_eq!(clock.sleep(REQUEST_COST), Ok(()));
        assert_eq!(clock.sleep(u64::MAX), Err(Breach(Limit::VirtualTime)));
        assert_eq!(shared.read(), 100 + 2 * REQUEST_COST);
    }
}
