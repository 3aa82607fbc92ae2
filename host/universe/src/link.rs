//! Ways into a universe that others hold as well: where a guest's requests go, and the clock that it sleeps by.

use crate::answering::TwinLine;
use crate::clock::TrialClock;
use crate::universe::Universe;
use glasshouse_model::Happening;
use glasshouse_sandbox::{Breach, Clock, Exchange, Http, Request};
use std::sync::{Arc, Mutex, PoisonError};

/// The way of a guest's requests into a universe that others hold as well.
#[derive(Clone)]
pub struct Link(Arc<Mutex<Universe>>);

impl Link {
    /// A universe that can be shared.
    pub fn new(universe: Universe) -> Self {
        Self(Arc::new(Mutex::new(universe)))
    }

    /// Works with the universe; whoever else holds it waits.
    pub fn with<T>(&self, work: impl FnOnce(&mut Universe) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers one request that belongs to no event.
    ///
    /// # Errors
    /// A [`Breach`] where the universe's time is over, or its services set each other off without end.
    pub fn answer(&self, request: &Request) -> Result<Exchange, Breach> {
        self.with(|universe| universe.send(None, request))
    }

    /// The lines that twins wrote since they were last taken.
    pub fn take_log(&self) -> Vec<TwinLine> {
        self.with(Universe::take_log)
    }

    /// The clock for a subject of this universe.
    pub fn clock(&self) -> LinkClock {
        LinkClock { clock: self.with(|universe| universe.clock()), link: self.clone() }
    }

    /// The universe again, once nobody else holds it.
    pub fn unlink(self) -> Option<Universe> {
        let mutex = Arc::into_inner(self.0)?;
        Some(mutex.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Http for Link {
    fn send(&mut self, event: u64, request: &Request) -> Result<Exchange, Breach> {
        self.with(|universe| universe.send(Some(event), request))
    }
}

/// A universe's clock as its subject has it: while the subject sleeps, what falls due is delivered.
#[derive(Clone)]
pub struct LinkClock {
    clock: TrialClock,
    link: Link,
}

impl Clock for LinkClock {
    fn now(&mut self) -> u64 {
        self.clock.read()
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        self.link.with(|universe| universe.rest(duration))
    }

    fn take_happenings(&mut self) -> Vec<(u64, Happening)> {
        self.link.with(Universe::take_happenings)
    }
}
