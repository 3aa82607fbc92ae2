//! The universe: the running router of requests to twins over one world.

use crate::allowance::Allowance;
use crate::answering::TwinLine;
use crate::bystanders::Bystanders;
use crate::clock::{REQUEST_COST, TrialClock};
use crate::faults::{Act, Faults};
use crate::operations::{Counts, OperationCount};
use crate::outbox::{Pending, PendingDelivery};
use crate::post::SharedPost;
use crate::running::{Running, Surroundings};
use crate::sockets::{Closing, Sockets};
use crate::tables::Tables;
use crate::target::Target;
use crate::twin::Twin;
use crate::world::{TwinWorld, World, twin_stream};
use glasshouse_model::{FaultPlan, Happening, Seed};
use glasshouse_sandbox::{Breach, CallError, Error, Exchange, Limits, Refusal, Request};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, OnceLock};

/// Twins that run over one world. They live as long as it does: one trial, or one open door.
pub struct Universe {
    pub(crate) around: Surroundings,
    pub(crate) running: Vec<Running>,
    /// Parts of the world that no twin of this universe runs over.
    idle: BTreeMap<Arc<str>, TwinWorld>,
    seed: Seed,
    counts: Counts,
    pub(crate) log: VecDeque<TwinLine>,
    /// Whether the subject takes deliveries.
    pub(crate) listens: bool,
    /// Attempts that may still be made before whoever waits gets an answer.
    pub(crate) attempts_left: usize,
    pub(crate) bystanders: Option<Box<dyn Bystanders>>,
    pub(crate) allowance: Allowance,
}

/// Why a universe cannot be made, seeded or restored.
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
        let past = world.faults.longest_past();
        let post = SharedPost::new(world.outbox, world.faults);
        let around = Surroundings { clock, post, limits: Limits::default() };
        let mut parts = world.twins;
        let start = |twin: &Arc<Twin>| {
            let part = take_part(&mut parts, twin, seed, past);
            Running::start(twin, part, &around).map_err(|source| not_started(twin, source))
        };
        let running = twins.iter().map(start).collect::<Result<_, _>>()?;
        Ok(Self {
            around,
            running,
            idle: parts,
            seed,
            counts: world.counts,
            log: VecDeque::new(),
            listens: false,
            attempts_left: 0,
            bystanders: None,
            allowance: Allowance::default(),
        })
    }

    /// Fills one twin's tables from the people and its own fixture, both JSON; empty texts are nothing.
    ///
    /// # Errors
    /// [`UniverseError::Fixture`] in the twin's words, [`UniverseError::Seed`] where it broke.
    pub fn seed(&mut self, twin: &str, people: &str, fixture: &str) -> Result<(), UniverseError> {
        for running in self.running.iter_mut().filter(|running| running.twin.name() == twin) {
            let name = || twin.to_owned();
            running
                .seed(people, fixture)
                .map_err(|source| UniverseError::Seed { twin: name(), source })?
                .map_err(|refusal| UniverseError::Fixture { twin: name(), refusal })?;
        }
        Ok(())
    }

    /// Answers one request of the event with that index. What falls due until then is delivered before it.
    ///
    /// # Errors
    /// A [`Breach`] where the universe's time is over, or its services set each other off without end.
    pub fn send(&mut self, event: Option<u64>, request: &Request) -> Result<Exchange, Breach> {
        self.allowance.time()?;
        self.wait(REQUEST_COST)?;
        let target = match Target::of(&request.url) {
            Ok(target) => target,
            Err(error) => return Ok(refused(Error::InvalidArgument(error.to_string()))),
        };
        let Some(index) = self.twin_for(&target.host) else {
            return Ok(refused(Error::NotFound(self.nobody_answers(&target.host))));
        };
        let Some(running) = self.running.get(index) else { return Ok(refused(Error::NotFound(target.host))) };
        let name = running.twin.name.clone();
        let operation = running.twin.operations.find(&request.method, &target.path).cloned();
        let (method, path) = (request.method.as_str(), target.path.as_str());
        if let Err(denied) = self.allowance.grants(&name, operation.as_deref(), method, path) {
            return Ok(refused(Error::Denied(denied)));
        }
        self.allowance.call(&name, operation.as_deref(), method, path)?;
        self.counts.count(&name, operation.as_ref(), method, path);
        let act = Act { twin: &name, operation: operation.as_deref(), method, path, is_delivery: false };
        let struck = self.around.post.lock().faults.strike(self.around.clock.read(), act);
        let (answer, fault) = match struck {
            None => (self.ask(index, event, request), None),
            Some(strike) => {
                let (answer, injected) = self.ask_under(strike.kind, index, event, request)?;
                if injected {
                    let at = self.around.clock.read();
                    self.around.post.lock().note_fault(at, act, strike);
                }
                (answer, injected.then_some(strike.kind))
            }
        };
        Ok(Exchange { twin: Some(name.to_string()), answer, fault })
    }

    /// The world at this moment, in O(1): twins go on, and the world stays as it is.
    pub fn world(&self) -> World {
        let part = |running: &Running| (running.twin.name.clone(), running.world());
        let running = self.running.iter().map(part);
        let idle = self.idle.iter().map(|(name, part)| (name.clone(), part.clone()));
        let post = self.around.post.lock();
        let clock = self.around.clock.read();
        let mut outbox = post.outbox.clone();
        // What receivers outside have not answered is still to be sent, as far as the world goes.
        let at_sockets = post.sockets.iter().flat_map(Sockets::under_way);
        for pending in post.abroad.all().chain(at_sockets) {
            let _ = outbox.push(clock, Pending::clone(&pending));
        }
        World {
            clock,
            twins: idle.chain(running).collect(),
            outbox,
            faults: post.faults.clone(),
            counts: self.counts.clone(),
            digest: OnceLock::new(),
        }
    }

    /// Goes on from another world, with fresh instances of the twins, and without the sockets of this one. A clock that
    /// follows the machine's goes on from there, or from the world's time where that is ahead; others stand at the
    /// world's time, be it earlier.
    ///
    /// # Errors
    /// [`UniverseError::Start`] where an instance cannot be made; the universe is of no use then.
    pub fn restore(&mut self, world: World) -> Result<(), UniverseError> {
        self.close_sockets(Closing::Restart);
        let past = world.faults.longest_past();
        let mut parts = world.twins;
        for running in &mut self.running {
            let part = take_part(&mut parts, &running.twin, self.seed, past);
            let restored = running.restore(part, &self.around);
            restored.map_err(|source| not_started(&running.twin, source))?;
        }
        self.idle = parts;
        self.counts = world.counts;
        self.around.clock.set(world.clock);
        let mut post = self.around.post.lock();
        post.abroad.forget();
        post.outbox = world.outbox;
        post.faults = world.faults;
        Ok(())
    }

    /// Replaces the plan of faults by one that begins now, none of its rules met yet.
    pub fn set_faults(&mut self, plan: FaultPlan) {
        let mut post = self.around.post.lock();
        let stream = post.faults.stream.clone();
        post.faults = Faults { stream, ..Faults::new(plan, self.around.clock.read(), self.seed) };
        let past = post.faults.longest_past();
        self.running.iter().for_each(|running| running.keep_past(past));
    }

    /// The plan of faults.
    pub fn faults(&self) -> FaultPlan {
        FaultPlan::clone(&self.around.post.lock().faults.plan)
    }

    /// How often clients asked for what, by twin and operation.
    pub fn counts(&self) -> Vec<OperationCount> {
        self.counts.list()
    }

    /// What services are about to send, in order.
    pub fn pending(&self) -> Vec<PendingDelivery> {
        self.around.post.lock().outbox.list()
    }

    /// Deliveries and injected faults since they were last taken, each with its time; at most the newest 50,000 and 128 MiB.
    pub fn take_happenings(&mut self) -> Vec<(u64, Happening)> {
        self.around.post.lock().take_happenings()
    }

    /// The newest of them, left where they are.
    pub fn happenings(&self, most: usize) -> Vec<(u64, Happening)> {
        let post = self.around.post.lock();
        let all: Vec<_> = post.happenings().collect();
        all.iter().rev().take(most).rev().map(|happening| (*happening).clone()).collect()
    }

    /// Keeps every write of twins from now on, for [`World::writes`].
    pub fn keep_writes(&mut self) {
        self.running.iter().for_each(Running::keep_writes);
    }

    /// The universe's clock.
    pub fn clock(&self) -> TrialClock {
        self.around.clock.clone()
    }

    /// Ends the twins and returns the world that they leave.
    pub fn close(self) -> World {
        self.world()
    }

    /// Which running twin answers for a host.
    pub(crate) fn twin_for(&self, host: &str) -> Option<usize> {
        self.running.iter().position(|running| running.twin.answers_for(host))
    }

    /// What is said where nobody answers for a host.
    pub(crate) fn nobody_answers(&self, host: &str) -> String {
        let known: Vec<_> = self
            .running
            .iter()
            .map(|running| format!("{} ({})", running.twin.name(), running.twin.manifest.hosts.join(", ")))
            .collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!("no twin answers for `{host}`; twins of this universe: {known}")
    }
}

/// A twin's part of the world, or a new one.
fn take_part(parts: &mut BTreeMap<Arc<str>, TwinWorld>, twin: &Twin, seed: Seed, past: u64) -> TwinWorld {
    let new = || TwinWorld { tables: Tables::default(), random: twin_stream(seed, &twin.name) };
    let mut part = parts.remove(&twin.name).unwrap_or_else(new);
    part.tables.past.keep(past);
    part
}

fn not_started(twin: &Twin, source: CallError) -> UniverseError {
    UniverseError::Start { twin: twin.name().to_owned(), source }
}

fn refused(error: Error) -> Exchange {
    Exchange { twin: None, answer: Err(error), fault: None }
}
