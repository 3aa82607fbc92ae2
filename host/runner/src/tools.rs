//! The tools of a trial's subject: components of the role, each call in a store of its own, under what the scenario grants
//! it.

use crate::shared_files::SharedFiles;
use glasshouse_model::{Happening, Limit, Requests, SCENARIO, Seed, ToolUse};
use glasshouse_sandbox::tool_grant::{
    ArgumentSchema, Arguments, SchemaError, ToolDecision, ToolDenial, ToolGate, fits,
};
use glasshouse_sandbox::{
    Breach, CallError, Clock, Error, Exchange, Files, GuestFault, HostFault, Http, Limits, RandomStream,
    Request, SharedClock, SharedHttp, ToolAnswer, ToolComponent, ToolDefinition, ToolGrants, Tools,
    Workspace,
};
use glasshouse_universe::Link;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a scenario grants, loaded.
#[derive(Default)]
pub(crate) struct LoadedTools {
    pub(crate) tools: BTreeMap<String, LoadedTool>,
    pub(crate) gate: ToolGate,
}

/// One function of a component.
pub(crate) struct LoadedTool {
    pub(crate) used: ToolUse,
    pub(crate) component: Arc<ToolComponent>,
    /// Under its whole name.
    pub(crate) definition: ToolDefinition,
    pub(crate) schema: Result<ArgumentSchema, SchemaError>,
}

/// The same in one trial.
pub(crate) struct TrialTools {
    pub(crate) loaded: Arc<LoadedTools>,
    pub(crate) gate: ToolGate,
    pub(crate) link: Link,
    pub(crate) files: SharedFiles,
    pub(crate) seed: Seed,
    /// Those of the subject; of a tool, what its own grant does not say.
    pub(crate) limits: Limits,
    /// Calls so far: each has a random stream of its own.
    pub(crate) calls: u64,
}

impl Tools for TrialTools {
    fn definitions(&mut self) -> Vec<ToolDefinition> {
        self.loaded.tools.values().map(|tool| tool.definition.clone()).collect()
    }

    fn call(&mut self, event: u64, name: &str, arguments: &str) -> Result<ToolAnswer, HostFault> {
        let loaded = self.loaded.clone();
        match self.check(&loaded, name, arguments) {
            Ok((tool, arguments)) => self.run(tool, event, &arguments),
            Err(refused) => Ok(Err(refused).into()),
        }
    }
}

impl TrialTools {
    /// Whether a call may be made, and its count if so. The grant comes first: nothing is told of tools without one.
    fn check<'t>(
        &mut self,
        loaded: &'t LoadedTools,
        name: &str,
        arguments: &str,
    ) -> Result<(&'t LoadedTool, Arguments), Error> {
        let arguments =
            Arguments::parse(arguments).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        if let ToolDecision::Denied(denial) = self.gate.decide(name, &arguments) {
            return Err(Error::Denied(denied(&denial)));
        }
        let tool = loaded.tools.get(name);
        let tool = tool.ok_or_else(|| Error::NotFound(format!("there is no tool `{name}`")))?;
        fits(name, &tool.schema, &arguments)?;
        self.gate.count(name);
        Ok((tool, arguments))
    }

    fn run(&mut self, tool: &LoadedTool, event: u64, arguments: &Arguments) -> Result<ToolAnswer, HostFault> {
        let ToolUse { requests, files, fuel, memory, .. } = &tool.used;
        let name = &tool.definition.name;
        let number = self.calls;
        self.calls += 1;
        let happenings = Arc::new(Mutex::new(Vec::new()));
        let sender = ToolHttp {
            link: self.link.clone(),
            granted: requests.clone(),
            event,
            tool: name.clone(),
            happenings: happenings.clone(),
        };
        let workspace: Box<dyn Files> =
            if *files { Box::new(self.files.clone()) } else { Box::new(Workspace::in_memory()) };
        let grants = ToolGrants {
            clock: SharedClock::new(Box::new(self.link.clock())),
            random: RandomStream::new(self.seed.stream_key(&format!("tool/{name}/{number}"))),
            http: Some(SharedHttp::new(Box::new(sender))),
            workspace,
            folders: Vec::new(),
        };
        let limits = Limits { fuel: *fuel, memory: *memory, ..self.limits };
        let run = tool.component.call(grants, limits, tool.used.function(), &arguments.to_json());
        let (answer, reached) = match run.outcome {
            Ok(answer) => (answer, None),
            Err(CallError::Host(fault)) => return Err(fault),
            Err(broke) => (Err(Error::Other(format!("the tool `{name}` broke: {broke}"))), of_trial(&broke)),
        };
        let happenings = std::mem::take(&mut *happenings.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(ToolAnswer { answer, reached, happenings })
    }
}

/// What the subject is told of a call that is not granted.
fn denied(denial: &ToolDenial) -> String {
    match denial {
        ToolDenial::NotGranted { name, .. } => format!(
            "no grant allows the tool `{name}`; these lines at the end of {SCENARIO} would:\n\
             [[capabilities.tool]]\nname = \"{name}\""
        ),
        ToolDenial::NoName(name) => format!("no scenario can grant a tool `{name}`: that is no name of one"),
        ToolDenial::Condition { .. } | ToolDenial::Undecided { .. } => denial.to_string(),
    }
}

/// The limit of the trial itself at which a tool ended, if it was one: its subject ends with it.
fn of_trial(broke: &CallError) -> Option<Breach> {
    let CallError::Guest(GuestFault::Limit(limit)) = broke else { return None };
    matches!(limit, Limit::VirtualTime | Limit::Deliveries | Limit::Calls | Limit::Wall)
        .then_some(Breach(*limit))
}

/// The way of a tool's requests to the twins. What comes of them goes into the subject's record, behind the call.
struct ToolHttp {
    link: Link,
    granted: Requests,
    event: u64,
    tool: String,
    happenings: Arc<Mutex<Vec<(u64, Happening)>>>,
}

impl Http for ToolHttp {
    fn send(&mut self, _event: u64, request: &Request) -> Result<Exchange, Breach> {
        let mut clock = self.link.clock();
        let mut happenings = self.happenings.lock().unwrap_or_else(PoisonError::into_inner);
        happenings.extend(clock.take_happenings());
        let at = clock.now();
        let sent = self.link.with(|universe| universe.send_of_tool(&self.granted, self.event, request));
        let via = Some(self.tool.clone());
        let exchange = match &sent {
            Ok(exchange) => exchange.recorded(request.clone(), via),
            Err(reached) => {
                let answer = Err(Error::TimedOut(reached.to_string()));
                Exchange { twin: None, answer, fault: None }.recorded(request.clone(), via)
            }
        };
        happenings.push((at, exchange));
        happenings.extend(clock.take_happenings());
        sent
    }
}
