//! Agents: one store, one run.

use super::{classify, error_text, store};
use crate::bindings::agent::{AgentPre, exports::glasshouse::agent::run as wit};
use crate::capability::{Clock, Files, Host, Http, Line, RandomStream, SharedHttp, Tools};
use crate::engine::{OneEngine, Sandbox};
use crate::error::{CallError, HostFault};
use crate::limits::Limits;
use crate::loader::ComponentError;
use crate::meter::Bill;
use crate::role::Role;
use glasshouse_model::{Ending, Event, Happening};
use std::sync::Arc;

pub use wit::Task;

/// A loaded agent.
pub struct AgentComponent {
    engine: Arc<OneEngine>,
    pre: AgentPre<Host>,
}

/// What an agent gets.
pub struct AgentGrants {
    /// Its time.
    pub clock: Box<dyn Clock>,
    /// Its own stream.
    pub random: RandomStream,
    /// Where its requests go.
    pub http: Box<dyn Http>,
    /// Its files.
    pub workspace: Box<dyn Files>,
    /// The tools that it may call.
    pub tools: Box<dyn Tools>,
}

/// All that is known of one run.
#[derive(Debug)]
pub struct AgentRun {
    /// How it ended.
    pub ending: Ending,
    /// What it did, in order; the last event says how it ended.
    pub events: Vec<Event>,
    /// What it wrote.
    pub log: Vec<Line>,
    /// What it used up.
    pub bill: Bill,
}

impl Sandbox {
    /// Loads a component as an agent.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, or none of this role.
    pub fn load_agent(&self, bytes: &[u8]) -> Result<AgentComponent, ComponentError> {
        let component = self.load(Role::Agent, bytes)?;
        let pre = self.linkers.agent.instantiate_pre(&component).and_then(AgentPre::new);
        let pre = pre.map_err(|error| crate::error::LoadError::Invalid(format!("{error:#}")))?;
        Ok(AgentComponent { engine: self.engine.clone(), pre })
    }
}

impl AgentComponent {
    /// Runs the agent once in a store of its own. Whatever the guest does, the call returns.
    pub fn run(&self, grants: AgentGrants, limits: Limits, task: &Task) -> AgentRun {
        let mut host = Host::new(limits).recorded();
        host.clock = Some(grants.clock);
        host.random = Some(grants.random);
        host.http = Some(SharedHttp::new(grants.http));
        host.workspace = Some(grants.workspace);
        host.tools = Some(grants.tools);
        let mut store = match store(&self.engine, host) {
            Ok(store) => store,
            Err(error) => return AgentRun::without_store(&error),
        };
        let called = self
            .pre
            .instantiate(&mut store)
            .and_then(|agent| agent.glasshouse_agent_run().call_run(&mut store, task));
        let left = store.get_fuel().unwrap_or_default();
        let mut host = store.into_data();
        let (ending, last) = match called {
            Ok(Ok(answer)) => (Ending::Answered, Happening::Answered(answer.text)),
            Ok(Err(error)) => {
                let text = error_text(error);
                (Ending::GaveUp(text.clone()), Happening::Failed(text))
            }
            Err(error) => {
                let ending = Ending::from(&classify(&error));
                let text = ending.to_string();
                (ending, Happening::Failed(text))
            }
        };
        let now = host.clock.as_mut().map_or(0, |clock| clock.now());
        let mut recorder = host.recorder.take().unwrap_or_default();
        recorder.record(now, last);
        let bill = Bill { fuel: limits.fuel.saturating_sub(left), ..host.meter.bill() };
        AgentRun { ending, events: recorder.into_events(), log: host.log.lines, bill }
    }
}

impl AgentRun {
    fn without_store(error: &CallError) -> Self {
        let ending = match error {
            CallError::Host(HostFault::Engine(why)) => Ending::Infra(why.clone()),
            other => Ending::from(other),
        };
        Self { ending, events: Vec::new(), log: Vec::new(), bill: Bill::default() }
    }
}
