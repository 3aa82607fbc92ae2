//! What a universe and its running twins hold together: the queue of deliveries, the faults, and what happened that
//! nobody asked for.

use crate::abroad::Abroad;
use crate::clock::TrialClock;
use crate::faults::{Act, Faults, Strike};
use crate::outbox::{Outbox, Pending};
use crate::sockets::Sockets;
use crate::target::Target;
use crate::writes::{Cause, Turn};
use glasshouse_model::{FaultKind, Happening, InjectedFault};
use glasshouse_sandbox::{Delivery, Error, Request, Retry, Signing};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most happenings that are kept until somebody takes them; the oldest go first. More than one call of a guest can set
/// off, so that nothing is missing from a trial's record.
const MOST_HAPPENINGS: usize = 50_000;
/// Most bytes of requests in them; twice what a guest's record may keep, so that the record ends first.
const MOST_HAPPENING_BYTES: usize = 128 * 1024 * 1024;

/// The queue, the faults, and what happened.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) outbox: Outbox,
    pub(crate) faults: Faults,
    /// On their way to receivers outside.
    pub(crate) abroad: Abroad,
    /// None where nobody outside can hold one.
    pub(crate) sockets: Option<Sockets>,
    happenings: VecDeque<(u64, Happening)>,
    /// Of requests in the happenings.
    bytes: usize,
    /// Requests and deliveries to twins so far.
    turns: u64,
    /// Deliveries noted so far.
    deliveries: u64,
}

impl Post {
    /// The turn of a twin that gets the request of an event, or the delivery that is noted next.
    pub(crate) fn next_turn(&mut self, event: Option<u64>) -> Turn {
        let number = self.turns;
        self.turns += 1;
        Turn { number, cause: event.map_or(Cause::Delivery(self.deliveries), Cause::Event) }
    }

    pub(crate) fn note(&mut self, at: u64, happening: Happening) {
        if matches!(happening, Happening::Delivery(_)) {
            self.deliveries += 1;
        }
        self.bytes += happening.bytes();
        self.happenings.push_back((at, happening));
        while self.happenings.len() > MOST_HAPPENINGS || self.bytes > MOST_HAPPENING_BYTES {
            let Some((_, oldest)) = self.happenings.pop_front() else { return };
            self.bytes -= oldest.bytes();
        }
    }

    pub(crate) fn note_fault(&mut self, at: u64, act: Act<'_>, Strike { rule, kind }: Strike) {
        let fault = InjectedFault {
            twin: act.twin.to_owned(),
            operation: act.operation.map_or_else(|| format!("{} {}", act.method, act.path), str::to_owned),
            kind: kind.name(),
            duration: kind.duration(),
            rule,
        };
        self.note(at, Happening::Fault(fault));
    }

    pub(crate) fn take_happenings(&mut self) -> Vec<(u64, Happening)> {
        self.bytes = 0;
        self.happenings.drain(..).collect()
    }

    pub(crate) fn happenings(&self) -> impl Iterator<Item = &(u64, Happening)> {
        self.happenings.iter()
    }
}

/// A post office with several holders.
#[derive(Debug, Clone)]
pub(crate) struct SharedPost(Arc<Mutex<Post>>);

impl SharedPost {
    pub(crate) fn new(outbox: Outbox, faults: Faults) -> Self {
        Self(Arc::new(Mutex::new(Post {
            outbox,
            faults,
            abroad: Abroad::default(),
            sockets: None,
            happenings: VecDeque::new(),
            bytes: 0,
            turns: 0,
            deliveries: 0,
        })))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Post> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One twin's way into the queue.
pub(crate) struct Sender {
    pub(crate) twin: Arc<str>,
    pub(crate) clock: TrialClock,
    pub(crate) post: SharedPost,
}

impl Delivery for Sender {
    fn emit(
        &mut self,
        request: Request,
        delay: u64,
        retry: Retry,
        signing: Option<Signing>,
    ) -> Result<(), Error> {
        let target = Target::of_delivery(&request.url);
        let target = target.map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let now = self.clock.read();
        let mut post = self.post.lock();
        let (method, path) = (request.method.as_str(), target.path.as_str());
        let act = Act { twin: &self.twin, operation: None, method, path, is_delivery: true };
        let struck = post.faults.strike(now, act);
        let mut due = now.saturating_add(delay);
        if let Some(FaultKind::Reorder(most)) = struck.map(|strike| strike.kind) {
            due = due.saturating_add(post.faults.up_to(most));
        }
        if let Some(strike) = struck {
            post.note_fault(now, act, strike);
        }
        let is_twice = struck.is_some_and(|strike| strike.kind == FaultKind::Duplicate);
        let pending = Pending { from: self.twin.clone(), request, retry, signing, attempt: 1, reason: "" };
        let copy = is_twice.then(|| pending.clone());
        post.outbox.push(due, pending)?;
        // The twin has been told that its delivery was taken; a second copy for which there is no room is none.
        let _ = copy.map(|copy| post.outbox.push(due, copy));
        Ok(())
    }

    fn open_sockets(&mut self, url: &str) -> Result<u32, Error> {
        match &self.post.lock().sockets {
            Some(sockets) => Ok(u32::try_from(sockets.count(url)).unwrap_or(u32::MAX)),
            None => Err(Error::Unavailable("a trial has no clients outside that hold sockets".to_owned())),
        }
    }
}
