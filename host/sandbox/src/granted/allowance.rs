//! What one call has left of its policy's limits while it goes on.

use crate::limits::Limits;
use crate::meter::Bill;
use std::time::{Duration, Instant};

/// The limits of one call, less what it has used up. A call may run its component twice, to ask what it offers and to
/// call it: both together have one allowance.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    limits: Limits,
    began: Instant,
}

impl Allowance {
    /// All of these limits; real time runs from now on.
    pub fn begin(limits: Limits) -> Self {
        Self { limits, began: Instant::now() }
    }

    /// The limits of what is still to run.
    pub fn left(&self) -> Limits {
        let took = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        Limits { wall: self.limits.wall.saturating_sub(took), ..self.limits }
    }

    /// When the call must have ended; none where that is beyond all time.
    pub fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(Duration::from_nanos(self.limits.wall))
    }

    /// Takes away what was used up.
    pub fn spend(&mut self, bill: &Bill) {
        let limits = &mut self.limits;
        for (left, used) in [
            (&mut limits.fuel, bill.fuel),
            (&mut limits.output, bill.output),
            (&mut limits.requests, bill.requests),
            (&mut limits.host_calls, bill.host_calls),
            (&mut limits.retained_bytes, bill.retained_bytes),
        ] {
            *left = left.saturating_sub(used);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_is_not_there_any_more() {
        let limits = Limits { fuel: 100, output: 10, requests: 5, host_calls: 5, ..Limits::default() };
        let mut allowance = Allowance::begin(Limits { wall: 1_000, ..limits });
        allowance.spend(&Bill { fuel: 30, output: 20, requests: 1, host_calls: 5, ..Bill::default() });
        let left = allowance.left();
        assert_eq!((left.fuel, left.output, left.requests, left.host_calls), (70, 0, 4, 0));
        assert_eq!(left.memory, limits.memory);
        assert!(left.wall < 1_000, "{}", left.wall);
        assert!(allowance.deadline().is_some());
    }
}
