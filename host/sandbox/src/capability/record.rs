//! The record of what a guest does, in order; in a replay, the record that it is held against.

use super::{Error, Host};
use crate::error::HostFault;
use crate::guest::error_case;
use glasshouse_model::{Call, Digest, Ending, Event, Happening, Limit, Refused};
use serde_json::Value;
use std::sync::Arc;

/// The chain of events is computed when the record is whole.
const UNSEALED: Digest = Digest::from_bytes([0; 32]);

/// A finished record that answers a subject in the place of everybody else.
#[derive(Debug, Clone)]
pub struct Tape {
    /// In order.
    pub events: Arc<[Event]>,
    /// How the recorded subject ended.
    pub ending: Ending,
}

/// Events in order, without gaps.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    events: Vec<Event>,
    /// Units of fuel that the guest had used up when it last entered the host.
    pub(crate) fuel: u64,
    tape: Option<Tape>,
}

/// What a tape says to a call.
pub(crate) enum Taped<T> {
    /// No replay: the host answers itself.
    Live,
    /// The record has the same call here, and this is what came of it.
    Answer(T),
    /// The record has something else here.
    Diverged,
}

impl Recorder {
    /// A recorder of a replay.
    pub(crate) fn replaying(tape: Tape) -> Self {
        Self { tape: Some(tape), ..Self::default() }
    }

    /// The index that the next event will have.
    pub(crate) fn next_index(&self) -> u64 {
        self.events.len() as u64
    }

    fn push(&mut self, at: u64, happening: Happening) {
        let index = self.next_index();
        self.events.push(Event { index, at, fuel: self.fuel, happening, chain: UNSEALED });
    }

    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// What the tape has in the place of the next event.
    pub(crate) fn taped_event(&self) -> Option<&Event> {
        self.tape.as_ref()?.events.get(self.events.len())
    }

    /// The next delivery to the subject that the tape has.
    pub(crate) fn taped_inbound(&self) -> Option<glasshouse_model::Delivery> {
        let rest = self.tape.as_ref()?.events.get(self.events.len()..)?;
        rest.iter().find_map(|event| match &event.happening {
            Happening::Delivery(delivery) if is_inbound(delivery) => Some(delivery.clone()),
            _ => None,
        })
    }

    /// The limit at which the tape ends the subject with the next event: one that the host's other side keeps. A
    /// replay has no other side, so the tape has to say it.
    pub(crate) fn taped_end(&self) -> Option<Limit> {
        let tape = self.tape.as_ref()?;
        let Ending::Limit(limit) = tape.ending else { return None };
        if is_kept_here(limit) {
            return None;
        }
        let mut rest = tape.events.get(self.events.len()..)?.iter();
        let mut next = rest.next()?;
        if matches!(&next.happening, Happening::Delivery(delivery) if is_inbound(delivery)) {
            next = rest.next()?;
        }
        let is_last = matches!(next.happening, Happening::Failed(_));
        (is_last && rest.all(|event| is_of_others(&event.happening))).then_some(limit)
    }

    /// The time that the tape has for the next event; its last where it has no further.
    fn taped_now(&self) -> Option<u64> {
        let tape = self.tape.as_ref()?;
        let event = tape.events.get(self.events.len()).or_else(|| tape.events.last());
        Some(event.map_or(0, |event| event.at))
    }

    /// What the tape says to a call, by what `answer` reads from the event in its place.
    fn ask<T>(&self, answer: impl FnOnce(&Happening) -> Option<T>) -> Taped<T> {
        if self.tape.is_none() {
            return Taped::Live;
        }
        self.taped_event().and_then(|event| answer(&event.happening)).map_or(Taped::Diverged, Taped::Answer)
    }
}

/// Whether a limit is kept by the sandbox itself, and so in a replay as well.
fn is_kept_here(limit: Limit) -> bool {
    matches!(
        limit,
        Limit::Fuel
            | Limit::Memory
            | Limit::Output
            | Limit::Requests
            | Limit::Stack
            | Limit::CallBytes
            | Limit::HostCalls
            | Limit::Handles
            | Limit::RetainedBytes
            | Limit::Wall
    )
}

/// Whether the subject answered a delivery.
fn is_inbound(delivery: &glasshouse_model::Delivery) -> bool {
    delivery.to.as_deref() == Some("subject")
}

/// What others did while the guest waited, as the tape has it.
fn is_of_others(happening: &Happening) -> bool {
    match happening {
        Happening::Fault(_) | Happening::LeftScript { .. } | Happening::Exchange { via: Some(_), .. } => true,
        Happening::Delivery(delivery) => !is_inbound(delivery),
        _ => false,
    }
}

impl Host {
    /// The same host, answered from a tape.
    pub(crate) fn replaying(mut self, tape: Tape) -> Self {
        self.recorder = Some(Recorder::replaying(tape));
        self
    }

    /// The time of the next event.
    pub(super) fn now(&mut self) -> u64 {
        match self.recorder.as_ref().and_then(Recorder::taped_now) {
            Some(taped) => taped,
            None => self.clock.as_mut().map_or(0, |clock| clock.now()),
        }
    }

    /// What a tape says to a call; live where nothing is replayed.
    pub(super) fn taped<T>(&self, answer: impl FnOnce(&Happening) -> Option<T>) -> Taped<T> {
        self.recorder.as_ref().map_or(Taped::Live, |recorder| recorder.ask(answer))
    }

    /// Records an event where events are recorded. What is kept of it counts against the guest's limit.
    pub(crate) fn record(&mut self, at: u64, happening: impl FnOnce() -> Happening) -> wasmtime::Result<()> {
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        let happening = happening();
        self.meter.retain(happening.bytes() + size_of::<Event>()).map_err(super::breach)?;
        recorder.push(at, happening);
        Ok(())
    }

    /// Records how the guest ended, whatever is kept already.
    pub(crate) fn record_end(&mut self, last: Happening) {
        let now = self.now();
        if let Some(recorder) = &mut self.recorder {
            recorder.push(now, last);
        }
    }

    /// Records what others did while the guest waited.
    pub(crate) fn record_meanwhile(&mut self) -> wasmtime::Result<()> {
        while let Some(event) = self.recorder.as_ref().and_then(Recorder::taped_event) {
            if !is_of_others(&event.happening) {
                return Ok(());
            }
            let (at, happening) = (event.at, event.happening.clone());
            self.record(at, || happening)?;
        }
        let happened = match (&self.recorder, &mut self.clock) {
            (Some(_), Some(clock)) => clock.take_happenings(),
            _ => return Ok(()),
        };
        happened.into_iter().try_for_each(|(at, happening)| self.record(at, || happening))
    }

    /// The breach at which a tape ends the guest after the call that was just recorded.
    pub(super) fn taped_breach(&self) -> wasmtime::Result<()> {
        let limit = self.recorder.as_ref().and_then(Recorder::taped_end);
        limit.map_or(Ok(()), |limit| Err(super::breach(crate::limits::Breach(limit))))
    }

    /// One call of an interface that has no kind of event of its own: answered live or from the tape, and recorded.
    pub(super) fn called<T: OnTape>(
        &mut self,
        interface: &'static str,
        function: &'static str,
        arguments: impl FnOnce() -> Value,
        live: impl FnOnce(&mut Self) -> wasmtime::Result<Result<T, Error>>,
    ) -> wasmtime::Result<Result<T, Error>> {
        if self.recorder.is_none() {
            return live(self);
        }
        let (now, arguments) = (self.now(), arguments());
        let taped = self.taped(|event| match event {
            Happening::Called(call)
                if call.interface == interface
                    && call.function == function
                    && call.arguments == arguments =>
            {
                outcome(call)
            }
            _ => None,
        });
        let answer = match taped {
            Taped::Live => Some(live(self)?),
            Taped::Answer(answer) => Some(answer),
            Taped::Diverged => None,
        };
        let (result, error) = match &answer {
            Some(Ok(result)) => (Some(result.to_tape()), None),
            Some(Err(error)) => (None, Some(refused(error))),
            None => (None, None),
        };
        let call =
            Call { interface: interface.to_owned(), function: function.to_owned(), arguments, result, error };
        self.record(now, || Happening::Called(call))?;
        answer.ok_or_else(diverged)
    }
}

/// What came of a taped call.
fn outcome<T: OnTape>(call: &Call) -> Option<Result<T, Error>> {
    match (&call.result, &call.error) {
        (Some(result), _) => T::from_tape(result).map(Ok),
        (None, Some(refused)) => Some(Err(unrefused(refused))),
        (None, None) => None,
    }
}

/// The error that ends a guest which does not do what the record says.
pub(super) fn diverged() -> wasmtime::Error {
    wasmtime::Error::new(HostFault::Diverged)
}

/// A value as tapes hold it.
pub(super) trait OnTape: Sized {
    /// To be written.
    fn to_tape(&self) -> Value;

    /// As it was written; none where it was not.
    fn from_tape(taped: &Value) -> Option<Self>;
}

/// An error as records hold it.
pub(super) fn refused(error: &Error) -> Refused {
    let (case, text) = error_case(error.clone());
    Refused { case: case.to_owned(), text }
}

/// The error that a record holds.
pub(super) fn unrefused(refused: &Refused) -> Error {
    let text = refused.text.clone();
    match refused.case.as_str() {
        "denied" => Error::Denied(text),
        "not-found" => Error::NotFound(text),
        "invalid-argument" => Error::InvalidArgument(text),
        "conflict" => Error::Conflict(text),
        "timed-out" => Error::TimedOut(text),
        "unavailable" => Error::Unavailable(text),
        "quota-exceeded" => Error::QuotaExceeded(text),
        _ => Error::Other(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_back_from_a_record_as_they_were() {
        for error in [
            Error::Denied("a".into()),
            Error::NotFound("b".into()),
            Error::InvalidArgument("c".into()),
            Error::Conflict("d".into()),
            Error::TimedOut("e".into()),
            Error::Unavailable("f".into()),
            Error::QuotaExceeded("g".into()),
            Error::Other("h".into()),
        ] {
            let (wanted, found) = (error_case(error.clone()), error_case(unrefused(&refused(&error))));
            assert_eq!(wanted, found);
        }
    }

    /// A host that records, or one that is answered by what another recorded.
    fn files(tape: Option<Vec<Event>>) -> Host {
        let host = Host::new(crate::limits::Limits::default());
        match tape {
            Some(events) => host.replaying(Tape { events: events.into(), ending: Ending::Answered }),
            None => {
                let mut host = host.recorded();
                host.workspace = Some(Box::new(crate::workspace::Workspace::in_memory()));
                host.tools = Some(Box::new(super::super::NoTools));
                host
            }
        }
    }

    /// What a guest gets of its files and tools, as text.
    fn used(host: &mut Host, path: &str) -> Result<Vec<String>, wasmtime::Error> {
        use crate::bindings::host::glasshouse::capability::{tools, workspace};
        let path = || path.to_owned();
        Ok(vec![
            format!("{:?}", workspace::Host::write(host, path(), vec![0xff, 1])?),
            format!("{:?}", workspace::Host::read(host, path(), 0, 10)?),
            format!("{:?}", workspace::Host::stat(host, path())?),
            format!("{:?}", workspace::Host::list(host, String::new())?),
            format!("{:?}", workspace::Host::remove(host, path())?),
            format!("{:?}", workspace::Host::read(host, path(), 0, 10)?),
            format!("{:?}", tools::Host::definitions(host)?),
            format!("{:?}", tools::Host::call(host, "none".into(), "{}".into())?),
        ])
    }

    #[test]
    fn files_and_tools_answer_from_a_tape_as_they_did() {
        let mut live = files(None);
        let wanted = used(&mut live, "a").unwrap();
        let events = live.recorder.take().unwrap().into_events();
        assert_eq!(events.len(), wanted.len());
        assert_eq!(used(&mut files(Some(events.clone())), "a").unwrap(), wanted);
        let mut other = files(Some(events));
        let ended = used(&mut other, "b").unwrap_err();
        assert!(matches!(ended.downcast_ref(), Some(HostFault::Diverged)), "{ended:?}");
        let asked = other.recorder.take().unwrap().into_events();
        assert!(matches!(&asked[..], [Event { happening: Happening::Called(call), .. }]
            if call.arguments["path"] == "b" && call.result.is_none()));
    }
}
