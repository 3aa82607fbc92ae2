//! Trials that are held while they are under way.

use glasshouse_runner::Between;
use glasshouse_sandbox::{Breach, Exchange, Http, Request};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// Which request of a subject is the one at which its trial is held: no scenario of the suite makes fewer.
const HELD_AT: u32 = 3;

/// Where trials wait until all that were begun are there or have ended.
#[derive(Default)]
pub(crate) struct Gate {
    count: Mutex<Count>,
    changed: Condvar,
}

#[derive(Default)]
struct Count {
    held: usize,
    ended: usize,
    is_open: bool,
}

impl Gate {
    /// What goes between a subject and its services.
    pub(crate) fn between(self: &Arc<Self>) -> Between {
        let gate = self.clone();
        Arc::new(move |mut grants| {
            grants.http = Box::new(Held { inner: grants.http, sent: 0, gate: gate.clone() });
            grants
        })
    }

    /// A trial has ended, without having been held where the gate is closed.
    pub(crate) fn ended(&self) {
        self.count().ended += 1;
        self.changed.notify_all();
    }

    /// Returns when so many trials have come here or ended; how many are held.
    pub(crate) fn wait_for(&self, all: usize) -> usize {
        let missing = |count: &mut Count| count.held + count.ended < all;
        self.changed.wait_while(self.count(), missing).expect("no thread panics").held
    }

    /// Holds nobody any more.
    pub(crate) fn open(&self) {
        self.count().is_open = true;
        self.changed.notify_all();
    }

    fn hold(&self) {
        let mut count = self.count();
        count.held += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(count, |count| !count.is_open).expect("no thread panics"));
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.count.lock().expect("no thread panics")
    }
}

struct Held {
    inner: Box<dyn Http>,
    sent: u32,
    gate: Arc<Gate>,
}

impl Http for Held {
    fn send(&mut self, event: u64, request: &Request) -> Result<Exchange, Breach> {
        self.sent += 1;
        let answer = self.inner.send(event, request);
        if self.sent == HELD_AT {
            self.gate.hold();
        }
        answer
    }
}
