//! The clock of one universe. In a trial it is virtual: it moves by sleeping, by a fixed cost of each request, by the
//! latency of injected faults and to the time of deliveries. Behind an open door it follows real time, or it is driven:
//! it stands still until somebody moves it. This is the one place where behaviour reads real time.

use glasshouse_model::Limit;
use glasshouse_sandbox::{Breach, Clock};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Virtual nanoseconds that each request takes.
pub const REQUEST_COST: u64 = 5_000_000;

/// A clock that its clones share.
#[derive(Debug, Clone)]
pub struct TrialClock {
    now: Arc<AtomicU64>,
    mode: Mode,
}

/// What moves a clock.
#[derive(Debug, Clone)]
enum Mode {
    /// What happens in the universe, up to the moment at which its guests end.
    Virtual { end: u64 },
    /// The machine's time while it is followed, else [`crate::Universe::advance`] alone.
    Open { follows: Arc<AtomicBool> },
}

impl TrialClock {
    /// A virtual clock that begins at `start` (nanoseconds since 1970) and ends its guests after `span` nanoseconds.
    pub fn virtual_from(start: u64, span: u64) -> Self {
        Self::new(start, Mode::Virtual { end: start.saturating_add(span) })
    }

    /// A clock that stands at `start` (nanoseconds since 1970) until it is told to move, and never ends.
    pub fn driven_from(start: u64) -> Self {
        Self::new(start, Mode::Open { follows: Arc::default() })
    }

    /// A clock that follows the machine's, and never ends.
    pub fn real() -> Self {
        let clock = Self::new(0, Mode::Open { follows: Arc::new(true.into()) });
        clock.catch_up();
        clock
    }

    fn new(start: u64, mode: Mode) -> Self {
        Self { now: Arc::new(AtomicU64::new(start)), mode }
    }

    /// The time at this moment, in nanoseconds since 1970.
    pub fn read(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// Whether it follows the machine's time.
    pub fn follows_machine(&self) -> bool {
        matches!(&self.mode, Mode::Open { follows } if follows.load(Ordering::Relaxed))
    }

    /// Follows the machine's time from now on, or stands until it is told to move. It never goes back: one that was
    /// driven ahead goes on when the machine has come as far. A virtual clock stays as it is.
    pub fn follow_machine(&self, does: bool) {
        if let Mode::Open { follows } = &self.mode {
            follows.store(does, Ordering::Relaxed);
            if does {
                self.catch_up();
            }
        }
    }

    /// The moment at which its guests end; the largest there is where they do not.
    pub(crate) fn end(&self) -> u64 {
        match self.mode {
            Mode::Virtual { end } => end,
            Mode::Open { .. } => u64::MAX,
        }
    }

    /// The moment that a wait of `duration` leads to: only virtual time is moved by what happens in the universe.
    pub(crate) fn after(&self, duration: u64) -> u64 {
        match self.mode {
            Mode::Virtual { .. } => self.read().saturating_add(duration),
            Mode::Open { .. } => {
                if self.follows_machine() {
                    self.catch_up();
                }
                self.read()
            }
        }
    }

    /// Moves forward to a moment, and never back.
    ///
    /// # Errors
    /// A [`Breach`] where that is later than its end, at which it then stands.
    pub(crate) fn move_to(&self, moment: u64) -> Result<(), Breach> {
        self.now.fetch_max(moment.min(self.end()), Ordering::Relaxed);
        if moment > self.end() { Err(Breach(Limit::VirtualTime)) } else { Ok(()) }
    }

    /// Stands at the moment of a world that is taken up, be it in the past; where it follows the machine, at the
    /// machine's time, or at the world's where that is ahead. How far it had been driven before is of no account.
    pub(crate) fn set(&self, moment: u64) {
        self.now.store(moment, Ordering::Relaxed);
        if self.follows_machine() {
            self.catch_up();
        }
    }

    /// Moves to the machine's time, and at least one nanosecond on: two requests never see the same moment.
    fn catch_up(&self) {
        let real = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let real = u64::try_from(real).unwrap_or(u64::MAX);
        self.now.store(real.max(self.read().saturating_add(1)), Ordering::Relaxed);
    }
}

/// When real time is over for a trial. It decides nothing that a trial's own time can: it ends trials that the machine
/// is too slow for, and those count as the host's failure.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// That many nanoseconds from now; none where that is later than the machine can tell.
    pub(crate) fn after(span: u64) -> Self {
        Self(Instant::now().checked_add(Duration::from_nanos(span)))
    }

    pub(crate) fn is_over(self) -> bool {
        self.0.is_some_and(|end| Instant::now() >= end)
    }
}

/// As twins have it. The subject's clock is [`crate::LinkClock`], which delivers what falls due while it sleeps.
impl Clock for TrialClock {
    fn now(&mut self) -> u64 {
        self.read()
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        self.move_to(self.after(duration))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn virtual_time_moves_and_ends() {
        let mut clock = TrialClock::virtual_from(100, 2 * REQUEST_COST);
        let shared = clock.clone();
        assert_eq!(clock.sleep(REQUEST_COST), Ok(()));
        assert_eq!(shared.read(), 100 + REQUEST_COST);
        assert_eq!(clock.move_to(50), Ok(()));
        assert_eq!(shared.read(), 100 + REQUEST_COST);
        assert_eq!(clock.sleep(u64::MAX), Err(Breach(Limit::VirtualTime)));
        assert_eq!(shared.read(), 100 + 2 * REQUEST_COST);
    }

    #[test]
    fn a_driven_clock_moves_when_it_is_told_and_not_by_sleeping() {
        let mut clock = TrialClock::driven_from(100);
        assert_eq!((clock.sleep(50), clock.read()), (Ok(()), 100));
        assert_eq!((clock.move_to(170), clock.read()), (Ok(()), 170));
    }

    #[test]
    fn an_open_clock_changes_its_mode_for_all_its_clones_and_never_goes_back() {
        let clock = TrialClock::driven_from(100);
        let clone = clock.clone();
        clock.follow_machine(true);
        assert!(clone.follows_machine() && clone.read() > 100);
        clone.follow_machine(false);
        let stands = clone.read();
        assert_eq!((clock.after(7), clock.follows_machine()), (stands, false));
        clock.move_to(u64::MAX - 1).unwrap();
        clock.follow_machine(true);
        assert!(clock.read() >= u64::MAX - 1);
    }

    #[test]
    fn a_clock_that_was_driven_ahead_follows_the_machine_again_with_the_next_world() {
        let clock = TrialClock::real();
        let seeded = clock.read();
        clock.move_to(u64::MAX / 2).unwrap();
        clock.follow_machine(true);
        assert!(clock.read() > u64::MAX / 2);
        clock.set(seeded);
        assert!((seeded + 1..u64::MAX / 2).contains(&clock.read()));
        clock.set(u64::MAX / 2);
        assert_eq!(clock.read(), u64::MAX / 2 + 1);
    }
}
