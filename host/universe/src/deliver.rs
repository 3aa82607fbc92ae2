//! Deliveries: as time moves, what services send of their own accord goes out, in the order in which it falls due.

use crate::outbox::{Due, Pending};
use crate::running::Surroundings;
use crate::target::Target;
use crate::universe::Universe;
use glasshouse_model::{Delivery, DeliveryOutcome, Happening, Limit};
use glasshouse_sandbox::{Breach, Request, recorded_request};
use std::sync::Arc;

/// Most attempts that are made before whoever waits for the universe gets an answer: what one request, one sleep or
/// one step of the clock may set off.
pub const MOST_ATTEMPTS: usize = 10_000;

/// How the record calls the subject as a receiver.
const SUBJECT: &str = "subject";

/// Why an attempt failed, in the words of services that say so when they send again: no status from 200 to 299, an
/// answer that came too late, none at all.
pub(crate) const REASONS: [&str; 4] = [HTTP_ERROR, HTTP_TIMEOUT, CONNECTION_FAILED, TIMEOUT];
/// The same for a message that a client was sent on a socket and did not acknowledge.
pub(crate) const TIMEOUT: &str = "timeout";
const HTTP_ERROR: &str = "http_error";
const HTTP_TIMEOUT: &str = "http_timeout";
pub(crate) const CONNECTION_FAILED: &str = "connection_failed";

/// Statuses that take a delivery.
const TAKEN: std::ops::RangeInclusive<u16> = 200..=299;

/// A delivery that somebody outside of the universe is to answer: the subject, a client at a socket.
#[derive(Debug)]
pub struct Inbound {
    pub(crate) pending: Arc<Pending>,
    /// As it is sent this time.
    pub request: Request,
    begun: u64,
    /// Its number among those on their way to receivers outside.
    abroad: Option<u64>,
}

impl Inbound {
    /// Whether it is a message for a client at a socket.
    pub(crate) fn is_for_socket(&self) -> bool {
        Target::of_delivery(&self.request.url).is_ok_and(|target| target.is_socket)
    }

    /// Begins it at this moment, after it has waited for its turn; false where the world that sent it has been left.
    pub(crate) fn begin(&mut self, around: &Surroundings) -> bool {
        self.begun = around.clock.read();
        self.request = self.pending.request(self.begun);
        self.abroad.is_none_or(|number| around.post.lock().abroad.has(number))
    }

    /// How long its sender waits for an answer, in nanoseconds.
    pub fn timeout(&self) -> u64 {
        self.pending.retry.timeout
    }
}

impl Universe {
    /// Whether the subject takes deliveries: those to hosts that no twin answers for. It does not unless it is said.
    pub fn set_listening(&mut self, listens: bool) {
        self.listens = listens;
    }

    /// Moves time forward by that many nanoseconds and makes the deliveries that fall due. Nothing else moves a driven
    /// clock. One that follows the machine's runs ahead of it then; with 0 it makes the deliveries that are due by now.
    ///
    /// # Errors
    /// A [`Breach`] where time is over, or services set each other off without end.
    pub fn advance(&mut self, duration: u64) -> Result<(), Breach> {
        let moment = self.around.clock.after(0).saturating_add(duration);
        self.wait_until(moment)
    }

    /// Waits as guests and requests do: where the clock is virtual, time moves; elsewhere it is only looked at.
    pub(crate) fn wait(&mut self, duration: u64) -> Result<(), Breach> {
        self.wait_until(self.around.clock.after(duration))
    }

    /// When the next delivery falls due, in nanoseconds since 1970.
    pub fn next_due(&self) -> Option<u64> {
        self.around.post.lock().outbox.next_due()
    }

    /// The next delivery to the subject, which must not be running; time moves on to it, and what else falls due until
    /// then is delivered. None where nothing is pending that falls due before time is over.
    ///
    /// # Errors
    /// A [`Breach`] where services set each other off without end.
    pub fn next_inbound(&mut self) -> Result<Option<Inbound>, Breach> {
        self.allowance.time()?;
        self.attempts_left = MOST_ATTEMPTS;
        loop {
            if let Some(inbound) = self.take_inbound() {
                return Ok(Some(inbound));
            }
            self.look_around();
            match self.next_moment() {
                Some(moment) if moment <= self.around.clock.end() => self.go_on_to(moment)?,
                _ => return Ok(None),
            }
        }
    }

    /// Sleeps as the subject does: what falls due meanwhile is delivered, and bystanders look around.
    pub(crate) fn rest(&mut self, duration: u64) -> Result<(), Breach> {
        self.allowance.time()?;
        let moment = self.around.clock.after(duration);
        let by = moment.min(self.around.clock.end());
        self.attempts_left = MOST_ATTEMPTS;
        loop {
            self.look_around();
            match self.next_moment() {
                Some(next) if next <= by => self.go_on_to(next)?,
                _ => return self.around.clock.move_to(moment),
            }
        }
    }

    /// Makes the next delivery where it is due by then, else lets time go on to that moment.
    fn go_on_to(&mut self, moment: u64) -> Result<(), Breach> {
        if self.next_due().is_some_and(|due| due <= moment) {
            return self.deliver_next(moment);
        }
        self.around.clock.move_to(moment)
    }

    /// The next delivery to the subject that is due by now; time does not move.
    pub fn take_inbound(&mut self) -> Option<Inbound> {
        let pending = self.around.post.lock().outbox.take_waiting()?;
        let begun = self.around.clock.read();
        Some(Inbound { request: pending.request(begun), begun, abroad: None, pending })
    }

    /// Says that a delivery may not reach the subject; it is not sent again.
    pub fn refuse_inbound(&mut self, inbound: Inbound, why: String) {
        self.note_delivery(&inbound.pending, inbound.request, None, DeliveryOutcome::Undeliverable(why));
    }

    /// Lets a delivery go to a receiver outside, which may answer when this universe has gone on from another world;
    /// none where too much is under way, and it is refused.
    pub(crate) fn send_abroad(&mut self, inbound: Inbound) -> Option<Inbound> {
        let number = self.around.post.lock().abroad.leave(&inbound.pending);
        if number.is_none() {
            let why = "too many deliveries wait for answers from outside".to_owned();
            self.refuse_inbound(inbound, why);
            return None;
        }
        Some(Inbound { abroad: number, ..inbound })
    }

    /// Says what the subject answered: a status, or how it broke.
    pub fn settle_inbound(&mut self, inbound: Inbound, answered: Result<u16, String>) {
        self.settle_with(SUBJECT, inbound, answered);
    }

    /// Says what a receiver answered.
    pub(crate) fn settle_with(&mut self, to: &str, inbound: Inbound, answered: Result<u16, String>) {
        let pending = self.come_back(&inbound);
        self.settle(&pending, inbound.request, to, inbound.begun, answered);
    }

    /// Says that a receiver outside gave no answer in time.
    pub(crate) fn settle_late(&mut self, inbound: Inbound, why: &str) {
        self.settle_unanswered(SUBJECT, inbound, why, HTTP_TIMEOUT);
    }

    /// Says that a receiver gave no answer, and for what reason it is sent again.
    pub(crate) fn settle_unanswered(&mut self, to: &str, inbound: Inbound, why: &str, reason: &'static str) {
        let outcome = DeliveryOutcome::Broke(why.to_owned());
        let pending = self.come_back(&inbound);
        self.conclude(&pending, inbound.request, to, outcome, Some(reason));
    }

    /// The delivery of an answer; one that was sent by a world that has been left since is not sent again.
    fn come_back(&self, inbound: &Inbound) -> Arc<Pending> {
        match inbound.abroad {
            Some(number) if !self.around.post.lock().abroad.come_back(number) => {
                inbound.pending.last().into()
            }
            _ => inbound.pending.clone(),
        }
    }

    fn wait_until(&mut self, moment: u64) -> Result<(), Breach> {
        self.attempts_left = MOST_ATTEMPTS;
        let by = moment.min(self.around.clock.end());
        loop {
            let due = self.next_due().filter(|due| *due <= by);
            let lapse = self.next_lapse().filter(|at| *at <= by && due.is_none_or(|due| *at <= due));
            match (lapse, due) {
                (Some(at), _) => self.lapse(at)?,
                (None, Some(_)) => self.deliver_next(by)?,
                (None, None) => return self.around.clock.move_to(moment),
            }
        }
    }

    /// Makes the next attempt, where it is due by then.
    fn deliver_next(&mut self, by: u64) -> Result<(), Breach> {
        self.attempts_left = self.attempts_left.checked_sub(1).ok_or(Breach(Limit::Deliveries))?;
        let next = self.around.post.lock().outbox.take_due(by);
        let Some((due, pending)) = next else { return Ok(()) };
        self.around.clock.move_to(due.0)?;
        self.attempt(due, pending);
        Ok(())
    }

    fn attempt(&mut self, due: Due, pending: Arc<Pending>) {
        let begun = self.around.clock.read();
        let request = pending.request(begun);
        let target = Target::of_delivery(&request.url);
        if target.as_ref().is_ok_and(|target| target.is_socket) {
            return self.attempt_by_socket(due, pending, request);
        }
        let host = target.map(|target| target.host).unwrap_or_default();
        match self.twin_for(&host) {
            Some(index) => {
                let answered = self.ask(index, None, &request);
                let answered = answered.map(|response| response.status).map_err(|error| error.to_string());
                let to = self.running.get(index).map(|running| running.twin.name.clone());
                self.settle(&pending, request, to.as_deref().unwrap_or_default(), begun, answered);
            }
            None if self.listens => self.around.post.lock().outbox.wait(due, pending),
            None => {
                let outcome = DeliveryOutcome::Undeliverable(self.nobody_answers(&host));
                self.note_delivery(&pending, request, None, outcome);
            }
        }
    }

    /// A message waits for the door that holds its socket, as a delivery to the subject does.
    fn attempt_by_socket(&mut self, due: Due, pending: Arc<Pending>, request: Request) {
        let mut post = self.around.post.lock();
        if post.sockets.is_some() {
            return post.outbox.wait(due, pending);
        }
        drop(post);
        let why =
            format!("nobody can hold a socket of `{}` here: a trial has no clients outside", request.url);
        self.note_delivery(&pending, request, None, DeliveryOutcome::Undeliverable(why));
    }

    /// Works out what came of an attempt.
    fn settle(
        &mut self,
        pending: &Pending,
        request: Request,
        to: &str,
        begun: u64,
        answered: Result<u16, String>,
    ) {
        let now = self.around.clock.read();
        let is_late = now.saturating_sub(begun) > pending.retry.timeout;
        let (outcome, reason) = match answered {
            Ok(status) if is_late => (DeliveryOutcome::TimedOut(status), Some(HTTP_TIMEOUT)),
            Ok(status) if TAKEN.contains(&status) => (DeliveryOutcome::Answered(status), None),
            Ok(status) => (DeliveryOutcome::Answered(status), Some(HTTP_ERROR)),
            Err(why) => (DeliveryOutcome::Broke(why), Some(CONNECTION_FAILED)),
        };
        self.conclude(pending, request, to, outcome, reason);
    }

    /// Records an attempt, and hands the delivery over again where it failed for a reason and there is a wait left.
    fn conclude(
        &mut self,
        pending: &Pending,
        request: Request,
        to: &str,
        outcome: DeliveryOutcome,
        reason: Option<&'static str>,
    ) {
        self.note_delivery(pending, request, Some(to), outcome);
        if let Some((wait, again)) = reason.and_then(|reason| pending.again(reason)) {
            let now = self.around.clock.read();
            // Its own room was freed when it was taken; it is dropped where others have filled it since.
            let _ = self.around.post.lock().outbox.push(now.saturating_add(wait), again);
        }
    }

    fn note_delivery(&self, pending: &Pending, request: Request, to: Option<&str>, outcome: DeliveryOutcome) {
        let delivery = Delivery {
            from: pending.from.to_string(),
            to: to.map(str::to_owned),
            attempt: pending.attempt,
            request: recorded_request(request),
            outcome,
        };
        self.around.post.lock().note(self.around.clock.read(), Happening::Delivery(delivery));
    }
}
