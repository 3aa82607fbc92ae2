//! The clocks of WASI: the guest's own clock behind both.

use crate::capability::SharedClock;
use std::time::Duration;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

const RESOLUTION: Duration = Duration::from_nanos(1);

impl HostWallClock for SharedClock {
    fn resolution(&self) -> Duration {
        RESOLUTION
    }

    fn now(&self) -> Duration {
        Duration::from_nanos(self.read())
    }
}

/// A clock that tells no date: time since the run began.
pub(super) struct SinceStart {
    clock: SharedClock,
    start: u64,
}

impl SinceStart {
    pub(super) fn new(clock: SharedClock) -> Self {
        let start = clock.read();
        Self { clock, start }
    }
}

impl HostMonotonicClock for SinceStart {
    fn resolution(&self) -> u64 {
        1
    }

    fn now(&self) -> u64 {
        self.clock.read().saturating_sub(self.start)
    }
}
