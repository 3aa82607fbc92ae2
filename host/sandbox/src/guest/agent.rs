//! Agents: one run, and what services then send it; each call in a store of its own, all on one bill.

use super::kept::Kept;
use super::{classify, error_text, refuel};
use crate::bindings::agent::{AgentPre, exports::glasshouse::agent::run as wit};
use crate::bindings::listening_agent::ListeningAgentPre;
use crate::capability::{
    Clock, Files, Host, Http, Line, Model, RandomStream, Request, Response, SharedHttp, Tools,
};
use crate::engine::{OneEngine, Sandbox};
use crate::error::{CallError, GuestFault, HostFault, LoadError};
use crate::limits::{Breach, Limits};
use crate::loader::ComponentError;
use crate::meter::Bill;
use crate::role::{Role, names};
use glasshouse_model::{Ending, Event, Happening, Limit};
use std::sync::Arc;
use wasmtime::Store;

pub use wit::Task;

/// A loaded agent.
pub struct AgentComponent {
    engine: Arc<OneEngine>,
    pre: AgentPre<Host>,
    listening: Option<ListeningAgentPre<Host>>,
    kept: Kept,
}

/// The interface of an agent that listens.
const INBOUND: &str = "glasshouse:agent/inbound";

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
    /// The models that it may ask.
    pub model: Box<dyn Model>,
}

/// All that is known of one run.
#[derive(Debug)]
pub struct AgentRun {
    /// How it ended.
    pub ending: Ending,
    /// What it did, and what services did meanwhile, in order. One event says how its run ended; what services sent
    /// it afterwards follows.
    pub events: Vec<Event>,
    /// What it wrote.
    pub log: Vec<Line>,
    /// What it used up.
    pub bill: Bill,
}

impl Sandbox {
    /// Loads a component as an agent; one that exports `inbound` listens as well.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, or none of this role.
    pub fn load_agent(&self, bytes: &[u8]) -> Result<AgentComponent, ComponentError> {
        let component = self.load(Role::Agent, bytes)?;
        let invalid = |error: wasmtime::Error| LoadError::Invalid(format!("{error:#}"));
        let pre = self.linkers.agent.instantiate_pre(&component).map_err(invalid)?;
        let kind = component.component_type();
        let listens = kind.exports(&self.engine).any(|(name, _)| names(name, INBOUND));
        let listening = listens.then(|| ListeningAgentPre::new(pre.clone())).transpose().map_err(invalid)?;
        let pre = AgentPre::new(pre).map_err(invalid)?;
        Ok(AgentComponent { engine: self.engine.clone(), pre, listening, kept: Kept::default() })
    }
}

impl AgentComponent {
    /// Whether it answers what services send of their own accord.
    pub fn listens(&self) -> bool {
        self.listening.is_some()
    }

    /// Runs the agent once. Whatever the guest does, the call returns.
    pub fn run(&self, grants: AgentGrants, limits: Limits, task: &Task) -> AgentRun {
        let mut session = self.begin(grants, limits);
        session.run(task);
        session.finish()
    }

    /// Begins a session, in which the agent runs once and then answers requests.
    pub fn begin(&self, grants: AgentGrants, limits: Limits) -> AgentSession<'_> {
        let mut host = Host::new(limits).recorded();
        host.clock = Some(grants.clock);
        host.random = Some(grants.random);
        host.http = Some(SharedHttp::new(grants.http));
        host.workspace = Some(grants.workspace);
        host.tools = Some(grants.tools);
        host.model = grants.model;
        AgentSession::new(self, host, limits)
    }
}

/// One agent at work. Each call has a fresh instance; fuel, counts, files and random numbers go on from one to the next.
pub struct AgentSession<'a> {
    agent: &'a AgentComponent,
    /// None after the engine could make no store of it.
    host: Option<Host>,
    limits: Limits,
    fuel: u64,
    ending: Ending,
}

impl<'a> AgentSession<'a> {
    pub(super) fn new(agent: &'a AgentComponent, host: Host, limits: Limits) -> Self {
        let ending = Ending::Infra("the subject was never run".to_owned());
        Self { agent, host: Some(host), limits, fuel: limits.fuel, ending }
    }

    /// What is given to the agent, and kept of it.
    pub(super) fn host(&mut self) -> Option<&mut Host> {
        self.host.as_mut()
    }

    /// Does the job. Whatever the guest does, the call returns.
    pub fn run(&mut self, task: &Task) {
        let called = self.call(|agent, store| {
            agent.kept.instance(&agent.pre, store)?.glasshouse_agent_run().call_run(store, task)
        });
        let (ending, last) = match called {
            Ok(Ok(answer)) => (Ending::Answered, Happening::Answered(answer.text)),
            Ok(Err(error)) => {
                let text = error_text(error);
                (Ending::GaveUp(text.clone()), Happening::Failed(text))
            }
            Err(error) => failed(&error),
        };
        self.end(ending, last);
    }

    /// Answers one request of a service.
    ///
    /// # Errors
    /// [`CallError`] where the agent trapped, reached a limit, or does not listen; it can be called again.
    pub fn handle(&mut self, request: &Request) -> Result<Response, CallError> {
        self.call(|agent, store| {
            let pre = agent.listening.as_ref();
            let pre = pre.ok_or_else(|| wasmtime::Error::new(HostFault::NotGiven("inbound")))?;
            pre.instantiate(&mut *store)?.glasshouse_agent_inbound().call_handle(store, request)
        })
    }

    /// Ends the trial's subject by a limit that it reached outside of its run.
    pub fn breach(&mut self, Breach(limit): Breach) {
        let (ending, last) = failed(&CallError::from(GuestFault::Limit(limit)));
        self.end(ending, last);
    }

    /// Records what others did since the last call.
    ///
    /// # Errors
    /// A [`Breach`] where more is kept than the limits allow.
    pub fn record_meanwhile(&mut self) -> Result<(), Breach> {
        let Some(host) = &mut self.host else { return Ok(()) };
        host.record_meanwhile()
            .map_err(|error| error.downcast_ref().copied().unwrap_or(Breach(Limit::RetainedBytes)))
    }

    /// How it has ended so far.
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// Ends the session.
    pub fn finish(self) -> AgentRun {
        let Some(mut host) = self.host else {
            return AgentRun {
                ending: self.ending,
                events: Vec::new(),
                log: Vec::new(),
                bill: Bill::default(),
            };
        };
        let bill = Bill { fuel: self.limits.fuel.saturating_sub(self.fuel), ..host.meter.bill() };
        let events = host.recorder.take().unwrap_or_default().into_events();
        AgentRun { ending: self.ending, events, log: host.log.lines, bill }
    }

    fn call<T>(
        &mut self,
        call: impl FnOnce(&AgentComponent, &mut Store<Host>) -> wasmtime::Result<T>,
    ) -> Result<T, CallError> {
        let mut host = self.host.take().ok_or(HostFault::NotGiven("a store"))?;
        host.meter.begin_instance();
        let mut store = self.agent.kept.store(&self.agent.engine, host)?;
        refuel(&mut store, self.fuel)?;
        note_fuel_of_calls(&mut store, self.limits.fuel);
        let called = call(self.agent, &mut store);
        self.fuel = store.get_fuel().unwrap_or_default();
        let mut host = self.agent.kept.end(store);
        if let Some(recorder) = &mut host.recorder {
            recorder.fuel = self.limits.fuel.saturating_sub(self.fuel);
        }
        self.host = Some(host);
        called.map_err(|error| classify(&error))
    }

    fn end(&mut self, ending: Ending, last: Happening) {
        if let Some(host) = &mut self.host {
            host.record_end(last);
        }
        self.ending = ending;
    }
}

/// Has every event say how much of `all` was used up when the guest made its call.
fn note_fuel_of_calls(store: &mut Store<Host>, all: u64) {
    store.call_hook(move |mut store, hook| {
        if hook.entering_host() {
            let left = store.get_fuel()?;
            if let Some(recorder) = &mut store.data_mut().recorder {
                recorder.fuel = all.saturating_sub(left);
            }
        }
        Ok(())
    });
}

fn failed(error: &CallError) -> (Ending, Happening) {
    let ending = match error {
        CallError::Host(HostFault::Engine(why)) => Ending::Infra(why.clone()),
        other => Ending::from(other),
    };
    let text = ending.to_string();
    (ending, Happening::Failed(text))
}
