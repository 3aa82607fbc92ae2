//! The contract's nanoseconds in the units that services speak.

/// Nanoseconds since 1970-01-01T00:00:00Z, in the trial's time.
pub type Instant = u64;

/// Whole seconds since 1970.
#[must_use]
pub const fn seconds(instant: Instant) -> u64 {
    instant / 1_000_000_000
}

/// Whole microseconds since 1970.
#[must_use]
pub const fn micros(instant: Instant) -> u64 {
    instant / 1_000
}

/// A duration in whole seconds, rounded up: a client that waits that long never comes back too early.
#[must_use]
pub const fn whole_seconds_up(nanoseconds: u64) -> u64 {
    nanoseconds.div_ceil(1_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up() {
        assert_eq!([0, 1, 1_000_000_000, 1_000_000_001].map(whole_seconds_up), [0, 1, 1, 2]);
    }
}
