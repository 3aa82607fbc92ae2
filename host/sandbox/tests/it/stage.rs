//! One sandbox at a time, and an agent's surroundings of which nothing is left to chance.

use glasshouse_sandbox::{
    AgentGrants, Allocation, ArtefactStore, Breach, Clock, Exchange, Http, NoModel, NoTools, RandomStream,
    Request, Response, Sandbox, Settings, Task, Workspace,
};
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A process has one engine, and the tests of one binary share the process.
static TURN: Mutex<()> = Mutex::new(());

/// A sandbox and the turn to have one. Components must not outlive it: they hold the engine.
pub(crate) struct Stage {
    // Dropped in this order: the next turn begins when the sandbox is gone.
    sandbox: Sandbox,
    _turn: MutexGuard<'static, ()>,
}

impl Stage {
    /// With the fastest allocation that this machine has, or with this one.
    pub(crate) fn new(allocation: Option<Allocation>) -> Self {
        Self::with(Settings { allocation, ..Settings::default() })
    }

    /// With compiled artefacts kept in this store.
    pub(crate) fn with_artefacts(store: ArtefactStore) -> Self {
        Self::with(Settings { artefacts: Some(store), ..Settings::default() })
    }

    fn with(settings: Settings) -> Self {
        #[cfg(feature = "removable-guards")]
        crate::guards::take_away();
        // A test that failed while it had the turn has dropped its sandbox all the same.
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        Self { sandbox: Sandbox::new(settings).expect("this machine runs the engine"), _turn: turn }
    }
}

impl Deref for Stage {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

/// The task of `hostile-agent` to do this.
pub(crate) fn task(what: &str) -> Task {
    Task { instruction: "Do it.".into(), input: format!("{{\"do\": \"{what}\"}}") }
}

/// A clock that stands at 0 and ends at a second, the same random stream each time, a service that answers all.
pub(crate) fn grants() -> AgentGrants {
    AgentGrants {
        clock: Box::new(OneSecond { now: 0 }),
        random: RandomStream::new([7; 32]),
        http: Box::new(YesToAll),
        workspace: Box::new(Workspace::in_memory()),
        tools: Box::new(NoTools),
        model: Box::new(NoModel),
    }
}

struct OneSecond {
    now: u64,
}

impl Clock for OneSecond {
    fn now(&mut self) -> u64 {
        self.now
    }

    fn sleep(&mut self, duration: u64) -> Result<(), Breach> {
        self.now = self.now.saturating_add(duration);
        if self.now > 1_000_000_000 { Err(Breach(glasshouse_model::Limit::VirtualTime)) } else { Ok(()) }
    }
}

struct YesToAll;

impl Http for YesToAll {
    fn send(&mut self, _event: u64, _request: &Request) -> Result<Exchange, Breach> {
        let answer = Response { status: 200, headers: Vec::new(), body: b"{\"ok\":true}".to_vec() };
        Ok(Exchange { twin: Some("slack".into()), answer: Ok(answer), fault: None })
    }
}
