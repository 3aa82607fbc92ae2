//! Rate limits: how many requests a bucket takes in a window of the trial's time, counted in a table, so that a fork
//! of a world goes on where the world was.

use serde::{Deserialize, Serialize};

use crate::{Duration, Host, Instant, Table, TableError, seconds};

/// What has been used of a bucket; its key is the bucket's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// When it began, in seconds since 1970.
    pub began: u64,
    /// Requests since then, refused ones too.
    pub used: u64,
}

/// A limit that several routes may share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket<'a> {
    /// Unique in its table.
    pub name: &'a str,
    /// How many requests a window takes.
    pub limit: u64,
    /// How long a window is, in seconds; at least 1.
    pub seconds: u64,
}

/// What a client is told about a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many requests a window takes.
    pub limit: u64,
    /// How many it still takes after this one.
    pub remaining: u64,
    /// When the next window begins, in seconds since 1970.
    pub reset: u64,
    /// Whether this request is one too many.
    pub exceeded: bool,
}

impl Bucket<'_> {
    /// Counts one request.
    ///
    /// # Errors
    /// Those of the table.
    pub fn take(&self, host: &mut dyn Host, windows: &Table<Window>) -> Result<Allowance, TableError> {
        let now = seconds(host.now());
        let length = self.seconds.max(1);
        let window = windows.get(host, self.name)?.filter(|window| now < window.began.saturating_add(length));
        let mut window = window.unwrap_or(Window { began: now, used: 0 });
        window.used = window.used.saturating_add(1);
        windows.put(host, self.name, &window)?;
        Ok(Allowance {
            limit: self.limit,
            remaining: self.limit.saturating_sub(window.used),
            reset: window.began.saturating_add(length),
            exceeded: window.used > self.limit,
        })
    }
}

/// How full a flow is; its key is the flow's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flowing {
    /// When all that was let through will have run off, in nanoseconds since 1970.
    pub empty: Instant,
}

/// A limit of services that document a rate and tolerate bursts: some requests go through at once, and after them as
/// many as run off at the rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow<'a> {
    /// Unique in its table.
    pub name: &'a str,
    /// How many requests run off in `seconds`; at least 1.
    pub limit: u64,
    /// See `limit`; at least 1.
    pub seconds: u64,
    /// How many go through at once; at least 1.
    pub burst: u64,
}

impl Flow<'_> {
    /// Lets one request through; else tells how long it has to wait. One that is refused counts for nothing.
    ///
    /// # Errors
    /// Those of the table.
    pub fn pass(&self, host: &mut dyn Host, levels: &Table<Flowing>) -> Result<Option<Duration>, TableError> {
        const SECOND: Duration = 1_000_000_000;
        let now = host.now();
        let one = self.seconds.max(1).saturating_mul(SECOND) / self.limit.max(1);
        let room = one.saturating_mul(self.burst.max(1));
        let empty =
            levels.get(host, self.name)?.map_or(now, |level| level.empty.max(now)).saturating_add(one);
        let wait = empty.saturating_sub(now).saturating_sub(room);
        if wait > 0 {
            return Ok(Some(wait));
        }
        levels.put(host, self.name, &Flowing { empty })?;
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::MemoryHost;

    #[test]
    fn a_window_fills_and_begins_anew() {
        static WINDOWS: Table<Window> = Table::new("rate");
        let mut host = MemoryHost::default();
        let bucket = Bucket { name: "users", limit: 2, seconds: 60 };
        let take = |host: &mut MemoryHost| {
            let allowance = bucket.take(host, &WINDOWS).unwrap();
            (allowance.remaining, allowance.exceeded)
        };
        assert_eq!([take(&mut host), take(&mut host), take(&mut host)], [(1, false), (0, false), (0, true)]);
        host.now += 59_000_000_000;
        assert_eq!(take(&mut host), (0, true));
        host.now += 1_000_000_000;
        assert_eq!(take(&mut host), (1, false));
    }

    #[test]
    fn a_burst_goes_through_and_then_the_rate() {
        static LEVELS: Table<Flowing> = Table::new("_rate");
        let mut host = MemoryHost::default();
        let flow = Flow { name: "posts", limit: 20, seconds: 60, burst: 2 };
        let pass = |host: &mut MemoryHost| flow.pass(host, &LEVELS).unwrap();
        assert_eq!([pass(&mut host), pass(&mut host)], [None, None]);
        assert_eq!([pass(&mut host), pass(&mut host)], [Some(3_000_000_000); 2]);
        host.now += 2_999_999_999;
        assert_eq!(pass(&mut host), Some(1));
        host.now += 1;
        assert_eq!([pass(&mut host), pass(&mut host)], [None, Some(3_000_000_000)]);
        host.now += 60_000_000_000;
        assert_eq!([pass(&mut host), pass(&mut host)], [None, None]);
        assert!(pass(&mut host).is_some());
    }
}
