//! One running twin over its part of the world: requests, faults and stale reads, and what becomes of a twin that breaks.

use crate::clock::TrialClock;
use crate::post::{Sender, SharedPost};
use crate::tables::SharedTables;
use crate::twin::Twin;
use crate::world::TwinWorld;
use glasshouse_sandbox::{
    CallError, Error, Fault, Level, Limits, Line, RandomStream, Refusal, Request, Response, TwinGrants,
    TwinGuest,
};
use std::sync::Arc;

/// What all twins of one universe run in.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: TrialClock,
    pub(crate) post: SharedPost,
    pub(crate) limits: Limits,
}

/// One running twin and its part of the world.
pub(crate) struct Running {
    pub(crate) twin: Arc<Twin>,
    guest: TwinGuest,
    tables: SharedTables,
}

/// What a twin answered, with the lines that it wrote.
pub(crate) type Answered = (Result<Response, Error>, Vec<Line>);

impl Running {
    pub(crate) fn start(
        twin: &Arc<Twin>,
        world: TwinWorld,
        around: &Surroundings,
    ) -> Result<Self, CallError> {
        let tables = SharedTables::new(world.tables);
        let guest = start(twin, &tables, world.random, around)?;
        Ok(Self { twin: twin.clone(), guest, tables })
    }

    /// Its part of the world at this moment.
    pub(crate) fn world(&self) -> TwinWorld {
        TwinWorld { tables: self.tables.lock().clone(), random: self.guest.random() }
    }

    /// Keeps every write from now on.
    pub(crate) fn keep_writes(&self) {
        self.tables.lock().every_write.keep();
    }

    pub(crate) fn keep_past(&self, past: u64) {
        self.tables.lock().past.keep(past);
    }

    /// Takes up another world, with a fresh instance.
    pub(crate) fn restore(&mut self, world: TwinWorld, around: &Surroundings) -> Result<(), CallError> {
        let tables = SharedTables::new(world.tables);
        self.guest = start(&self.twin, &tables, world.random, around)?;
        self.tables = tables;
        Ok(())
    }

    pub(crate) fn seed(&mut self, people: &str, fixture: &str) -> Result<Result<(), Refusal>, CallError> {
        self.guest.seed(people, fixture)
    }

    /// Answers one request of an event.
    pub(crate) fn answer(
        &mut self,
        event: Option<u64>,
        request: &Request,
        around: &Surroundings,
    ) -> Answered {
        self.call(event, request, around, |guest| guest.handle(request))
    }

    /// Answers one request under a fault, in the service's own way.
    pub(crate) fn refuse(
        &mut self,
        event: Option<u64>,
        fault: &Fault,
        request: &Request,
        around: &Surroundings,
    ) -> Answered {
        self.call(event, request, around, |guest| guest.handle_fault(fault, request))
    }

    /// Answers from the state as it was at a moment; none for a request that writes, of which then nothing stays. What
    /// the twin notes in its own books is no such write, and stays.
    pub(crate) fn answer_as_of(
        &mut self,
        moment: u64,
        event: Option<u64>,
        request: &Request,
        around: &Surroundings,
    ) -> Option<Answered> {
        let mut present = self.tables.lock().clone();
        let then = present.as_of(moment);
        let writes = then.writes();
        let outbox = around.post.lock().outbox.clone();
        *self.tables.lock() = then;
        let answered = self.answer(event, request, around);
        let mut tables = self.tables.lock();
        let wrote = tables.writes() != writes;
        if !wrote {
            present.take_books(&tables);
        }
        *tables = present;
        if wrote {
            around.post.lock().outbox = outbox;
        }
        (!wrote).then_some(answered)
    }

    /// A twin that breaks leaves the world as it was before, answers as its service does when it breaks, and is
    /// started afresh.
    fn call(
        &mut self,
        event: Option<u64>,
        request: &Request,
        around: &Surroundings,
        call: impl FnOnce(&mut TwinGuest) -> Result<Response, CallError>,
    ) -> Answered {
        let (outbox, turn) = {
            let mut post = around.post.lock();
            (post.outbox.clone(), post.next_turn(event))
        };
        let before = {
            let mut tables = self.tables.lock();
            tables.begin_turn(turn, around.clock.read());
            tables.clone()
        };
        let broke = match call(&mut self.guest) {
            Ok(response) => return (Ok(response), self.guest.take_log()),
            Err(broke) => broke,
        };
        let mut lines = self.guest.take_log();
        lines.push(Line { level: Level::Error, message: format!("broke on a request: {broke}") });
        *self.tables.lock() = before;
        around.post.lock().outbox = outbox;
        let random = self.guest.random();
        let restarted = start(&self.twin, &self.tables, random, around);
        let answered = restarted.and_then(|guest| {
            self.guest = guest;
            self.guest.handle_fault(&Fault::ServerError, request)
        });
        let unavailable = |_| Error::Unavailable(format!("the twin `{}` {broke}", self.twin.name()));
        (answered.map_err(unavailable), lines)
    }
}

fn start(
    twin: &Twin,
    tables: &SharedTables,
    random: RandomStream,
    around: &Surroundings,
) -> Result<TwinGuest, CallError> {
    let Surroundings { clock, post, limits } = around;
    let sender = Sender { twin: twin.name.clone(), clock: clock.clone(), post: post.clone() };
    let grants = TwinGrants {
        clock: Box::new(clock.clone()),
        random,
        state: Box::new(tables.clone()),
        delivery: Box::new(sender),
    };
    twin.component.start(grants, *limits)
}
