//! `clock`: time as the caller of the guest tells it.

use super::{Host, breach, given};
use crate::bindings::host::glasshouse::capability::clock as wit;
use crate::limits::Breach;
use glasshouse_model::Happening;

/// A source of time. It never goes back.
pub trait Clock: Send {
    /// Nanoseconds since 1970.
    fn now(&mut self) -> u64;

    /// Moves time forward by that many nanoseconds.
    ///
    /// # Errors
    /// A [`Breach`] where that is later than the guest may live.
    fn sleep(&mut self, duration: u64) -> Result<(), Breach>;
}

impl wit::Host for Host {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.enter()?;
        Ok(given(self.clock.as_mut(), "clock")?.now())
    }

    fn sleep(&mut self, duration: u64) -> wasmtime::Result<()> {
        self.enter()?;
        let clock = given(self.clock.as_mut(), "clock")?;
        let (now, slept) = (clock.now(), clock.sleep(duration));
        if let Some(recorder) = &mut self.recorder {
            recorder.record(now, Happening::Slept(duration));
        }
        slept.map_err(breach)
    }
}
