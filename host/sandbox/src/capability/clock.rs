//! `clock`: time as the caller of the guest tells it.

use super::{Host, Interface, Taped, breach, diverged, given};
use crate::bindings::host::glasshouse::capability::clock as wit;
use crate::limits::Breach;
use glasshouse_model::{Happening, Limit};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A source of time. It never goes back.
pub trait Clock: Send {
    /// Nanoseconds since 1970.
    fn now(&mut self) -> u64;

    /// Moves time forward by that many nanoseconds.
    ///
    /// # Errors
    /// A [`Breach`] where that is later than the guest may live.
    fn sleep(&mut self, duration: u64) -> Result<(), Breach>;

    /// What happened since it was last asked that the guest did not do itself, each with its time, in order:
    /// deliveries that fell due, faults that were injected. Nothing where nobody but the guest acts.
    fn take_happenings(&mut self) -> Vec<(u64, Happening)> {
        Vec::new()
    }
}

/// The machine's own time, for guests outside of trials. Its sleeps end at a deadline.
#[derive(Debug)]
pub struct RealClock {
    deadline: Option<Instant>,
}

impl RealClock {
    /// A clock for a guest that may live that long from now, in nanoseconds.
    pub fn until(wall: u64) -> Self {
        Self { deadline: Instant::now().checked_add(Duration::from_nanos(wall)) }
    }
}

impl Clock for RealClock {
    fn now(&mut self) -> u64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        let wanted = Duration::from_nanos(duration);
        let left = self.deadline.map_or(wanted, |end| end.saturating_duration_since(Instant::now()));
        if wanted >= left {
            std::thread::sleep(left);
            return Err(Breach(Limit::Wall));
        }
        std::thread::sleep(wanted);
        Ok(())
    }
}

/// One clock for several readers: the contract's interface and those of WASI.
#[derive(Clone)]
pub struct SharedClock(Arc<Mutex<Box<dyn Clock>>>);

impl SharedClock {
    /// Shares a clock.
    pub fn new(clock: Box<dyn Clock>) -> Self {
        Self(Arc::new(Mutex::new(clock)))
    }

    /// Nanoseconds since 1970.
    pub(crate) fn read(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).now()
    }
}

impl Clock for SharedClock {
    fn now(&mut self) -> u64 {
        self.read()
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).sleep(duration)
    }

    fn take_happenings(&mut self) -> Vec<(u64, Happening)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take_happenings()
    }
}

impl wit::Host for Host {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.enter(Interface::Clock)?;
        let taped = self.taped(|event| matches!(event, Happening::ReadClock).then_some(()));
        let now = match taped {
            Taped::Live => given(self.clock.as_mut(), "clock")?.now(),
            Taped::Answer(()) | Taped::Diverged => Self::now(self),
        };
        self.record(now, || Happening::ReadClock)?;
        if matches!(taped, Taped::Diverged) { Err(diverged()) } else { Ok(now) }
    }

    fn sleep(&mut self, duration: u64) -> wasmtime::Result<()> {
        self.enter(Interface::Clock)?;
        let now = Self::now(self);
        let taped = self.taped(|event| (*event == Happening::Slept(duration)).then_some(()));
        let slept = match taped {
            Taped::Live => given(self.clock.as_mut(), "clock")?.sleep(duration),
            Taped::Answer(()) | Taped::Diverged => Ok(()),
        };
        self.record(now, || Happening::Slept(duration))?;
        if matches!(taped, Taped::Diverged) {
            return Err(diverged());
        }
        self.record_meanwhile()?;
        self.taped_breach()?;
        slept.map_err(breach)
    }
}
