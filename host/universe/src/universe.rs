//! The universe: the running router of requests to twins over one world.

use crate::clock::TrialClock;
use crate::tables::{SharedTables, Tables};
use crate::twin::Twin;
use crate::world::{TwinWorld, World, twin_stream};
use glasshouse_model::Seed;
use glasshouse_sandbox::{
    Breach, CallError, Error, Exchange, Fault, Http, Level, Limits, Line, RandomStream, Refusal, Request,
    Response, TwinGrants, TwinGuest,
};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Twins that run over one world. They live as long as it does: one trial, or one open door.
pub struct Universe {
    clock: TrialClock,
    running: Vec<Running>,
    limits: Limits,
    log: VecDeque<TwinLine>,
}

/// Most lines that are kept until somebody takes them; the oldest go first.
const MOST_LINES: usize = 1_000;

/// One line that a twin wrote, or the host about it.
#[derive(Debug, Clone)]
pub struct TwinLine {
    /// Whose.
    pub twin: String,
    /// The line.
    pub line: Line,
}

/// One running twin and its part of the world.
struct Running {
    twin: Arc<Twin>,
    guest: TwinGuest,
    tables: SharedTables,
}

/// Why a universe cannot be made or seeded.
#[derive(Debug, thiserror::Error)]
pub enum UniverseError {
    /// A twin cannot be started.
    #[error("the twin `{twin}` cannot be started: {source}")]
    Start {
        /// Which.
        twin: String,
        /// Why.
        source: CallError,
    },
    /// A twin trapped or reached a limit while it was seeded.
    #[error("the twin `{twin}` broke on its fixture: {source}")]
    Seed {
        /// Which.
        twin: String,
        /// Why.
        source: CallError,
    },
    /// A twin does not read its fixture.
    #[error("the twin `{twin}` refuses its fixture: {refusal}")]
    Fixture {
        /// Which.
        twin: String,
        /// In its words.
        refusal: Refusal,
    },
}

impl Universe {
    /// Starts these twins over a world; a twin that the world has no part of begins with empty tables and a stream
    /// of `seed`.
    ///
    /// # Errors
    /// [`UniverseError::Start`] where an instance cannot be made.
    pub fn open(
        twins: &[Arc<Twin>],
        world: World,
        seed: Seed,
        clock: TrialClock,
    ) -> Result<Self, UniverseError> {
        let limits = Limits::default();
        let mut parts = world.twins;
        let mut running = Vec::with_capacity(twins.len());
        for twin in twins {
            let (tables, random) = match parts.remove(&twin.name) {
                Some(part) => (part.tables, part.random),
                None => (Tables::default(), twin_stream(seed, &twin.name)),
            };
            let tables = SharedTables::new(tables);
            let guest = start(twin, &tables, random, &clock, limits)
                .map_err(|source| UniverseError::Start { twin: twin.name().to_owned(), source })?;
            running.push(Running { twin: twin.clone(), guest, tables });
        }
        Ok(Self { clock, running, limits, log: VecDeque::new() })
    }

    /// Fills one twin's tables from the people and its own fixture, both JSON; empty texts are nothing.
    ///
    /// # Errors
    /// [`UniverseError::Fixture`] in the twin's words, [`UniverseError::Seed`] where it broke.
    pub fn seed(&mut self, twin: &str, people: &str, fixture: &str) -> Result<(), UniverseError> {
        for running in self.running.iter_mut().filter(|running| running.twin.name() == twin) {
            let name = || twin.to_owned();
            running
                .guest
                .seed(people, fixture)
                .map_err(|source| UniverseError::Seed { twin: name(), source })?
                .map_err(|refusal| UniverseError::Fixture { twin: name(), refusal })?;
        }
        Ok(())
    }

    /// Answers one request of the event with that index.
    ///
    /// # Errors
    /// A [`Breach`] where the universe's time is over.
    pub fn send(&mut self, event: Option<u64>, request: &Request) -> Result<Exchange, Breach> {
        self.clock.take_request()?;
        let host = match host_of(&request.url) {
            Ok(host) => host,
            Err(text) => return Ok(refused(Error::InvalidArgument(text))),
        };
        let Some(running) = self.running.iter_mut().find(|running| running.twin.answers_for(&host)) else {
            return Ok(refused(Error::NotFound(self.nobody_answers(&host))));
        };
        let (answer, lines) = running.answer(event, request, &self.clock, self.limits);
        let twin = running.twin.name().to_owned();
        self.log.extend(lines.into_iter().map(|line| TwinLine { twin: twin.clone(), line }));
        self.log.drain(..self.log.len().saturating_sub(MOST_LINES));
        Ok(Exchange { twin: Some(twin), answer })
    }

    /// The lines that twins wrote since they were last taken, and at most the newest 1,000.
    pub fn take_log(&mut self) -> Vec<TwinLine> {
        self.log.drain(..).collect()
    }

    /// Ends the twins and returns the world that they leave.
    pub fn close(self) -> World {
        let part = |running: Running| {
            let random = running.guest.random();
            let tables = running.tables.lock().clone();
            (running.twin.name.clone(), TwinWorld { tables, random })
        };
        World { clock: self.clock.read(), twins: self.running.into_iter().map(part).collect() }
    }

    fn nobody_answers(&self, host: &str) -> String {
        let known: Vec<_> = self
            .running
            .iter()
            .map(|running| format!("{} ({})", running.twin.name(), running.twin.manifest.hosts.join(", ")))
            .collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!("no twin answers for `{host}`; twins of this universe: {known}")
    }
}

impl Running {
    /// A twin that breaks on a request leaves the world as it was and answers as its service does when it breaks.
    fn answer(
        &mut self,
        event: Option<u64>,
        request: &Request,
        clock: &TrialClock,
        limits: Limits,
    ) -> (Result<Response, Error>, Vec<Line>) {
        let before = {
            let mut tables = self.tables.lock();
            tables.begin_event(event);
            tables.clone()
        };
        let broke = match self.guest.handle(request) {
            Ok(response) => return (Ok(response), self.guest.take_log()),
            Err(broke) => broke,
        };
        let mut lines = self.guest.take_log();
        lines.push(Line { level: Level::Error, message: format!("broke on a request: {broke}") });
        *self.tables.lock() = before;
        let random = self.guest.random();
        let restarted = start(&self.twin, &self.tables, random, clock, limits);
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
    clock: &TrialClock,
    limits: Limits,
) -> Result<TwinGuest, CallError> {
    let grants = TwinGrants { clock: Box::new(clock.clone()), random, state: Box::new(tables.clone()) };
    twin.component.start(grants, limits)
}

fn refused(error: Error) -> Exchange {
    Exchange { twin: None, answer: Err(error) }
}

/// The host name of an absolute http or https URL.
fn host_of(url: &str) -> Result<String, String> {
    let parsed = url::Url::parse(url).map_err(|error| format!("`{url}` is not a URL: {error}"))?;
    match (parsed.scheme(), parsed.host_str()) {
        ("http" | "https", Some(host)) => Ok(host.to_owned()),
        (scheme, _) => Err(format!("`{url}` has the scheme `{scheme}`; twins answer http and https")),
    }
}

/// The way of a guest's requests into a universe that others hold as well.
#[derive(Clone)]
pub struct Link(Arc<Mutex<Universe>>);

impl Link {
    /// A universe that can be shared.
    pub fn new(universe: Universe) -> Self {
        Self(Arc::new(Mutex::new(universe)))
    }

    /// Answers one request that belongs to no event.
    ///
    /// # Errors
    /// A [`Breach`] where the universe's time is over.
    pub fn answer(&self, request: &Request) -> Result<Exchange, Breach> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).send(None, request)
    }

    /// The lines that twins wrote since they were last taken.
    pub fn take_log(&self) -> Vec<TwinLine> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take_log()
    }

    /// The universe again, once nobody else holds it.
    pub fn unlink(self) -> Option<Universe> {
        let mutex = Arc::into_inner(self.0)?;
        Some(mutex.into_inner().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Http for Link {
    fn send(&mut self, event: u64, request: &Request) -> Result<Exchange, Breach> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).send(Some(event), request)
    }
}
