//! Tools: one store, one call. A component with the tool's role says itself what it offers; of any other its typed exports
//! are the tools.

use super::{classify, store};
use crate::bindings::tool::{ToolPre, exports::glasshouse::tool::calls as wit};
use crate::capability::{
    self, Clock, Error, Exchange, Files, Host, Http, Line, RandomStream, Request, SharedClock, SharedHttp,
    ToolDefinition,
};
use crate::engine::{OneEngine, Sandbox};
use crate::error::{CallError, HostFault, LoadError};
use crate::limits::{Breach, Limits};
use crate::loader::ComponentError;
use crate::meter::Bill;
use crate::needs::{missing, never_granted};
use crate::role::Role;
use crate::typed::{Exports, Function};
use crate::wasi::{self, Wasi, WasiGrants};
use crate::workspace::{Preopen, Workspace};
use glasshouse_model::{Limit, Policy};
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::Store;
use wasmtime::component::{Component, InstancePre, Linker};

/// A loaded component whose functions can be called.
pub struct ToolComponent {
    engine: Arc<OneEngine>,
    kind: Kind,
    imports_wasi: bool,
}

enum Kind {
    Contract(ToolPre<Host>),
    Typed(InstancePre<Host>, Exports),
}

/// What a call gets.
pub struct ToolGrants {
    /// Its time.
    pub clock: SharedClock,
    /// Its own stream.
    pub random: RandomStream,
    /// Where its requests go; none where it imports no way to send one.
    pub http: Option<SharedHttp>,
    /// Its files.
    pub workspace: Box<dyn Files>,
    /// The same folders for components built on WASI; none where its files are in memory.
    pub folders: Vec<Preopen>,
}

impl ToolGrants {
    /// What a component gets that is only asked what it offers.
    fn to_ask(random: RandomStream) -> Self {
        Self {
            clock: SharedClock::new(Box::new(StandingClock)),
            random,
            http: Some(SharedHttp::new(Box::new(Nowhere))),
            workspace: Box::new(Workspace::in_memory()),
            folders: Vec::new(),
        }
    }
}

/// All that is known of one call.
#[derive(Debug)]
pub struct ToolRun {
    /// What came of it: JSON, the tool's own error, or how it ended instead.
    pub outcome: Result<Result<String, Error>, CallError>,
    /// What it wrote, to the log and to both output streams.
    pub log: Vec<Line>,
    /// What it used up.
    pub bill: Bill,
}

/// What a component offers to be called.
#[derive(Debug)]
pub struct Offered {
    /// Ordered by name.
    pub definitions: Vec<ToolDefinition>,
    /// Typed exports that cannot be called, each with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Why a component cannot say what it offers.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionsError {
    /// It cannot be had.
    #[error(transparent)]
    Component(#[from] ComponentError),
    /// It broke when it was asked.
    #[error(transparent)]
    Call(#[from] CallError),
}

/// Time for a component that is only asked what it is.
struct StandingClock;

impl Clock for StandingClock {
    fn now(&mut self) -> u64 {
        0
    }

    fn sleep(&mut self, _duration: u64) -> Result<(), Breach> {
        Err(Breach(Limit::Wall))
    }
}

/// No way out for a component that is only asked what it is.
struct Nowhere;

impl Http for Nowhere {
    fn send(&mut self, _event: u64, _request: &Request) -> Result<Exchange, Breach> {
        let denied = Error::Denied("a component that says what it offers may not send requests".to_owned());
        Ok(Exchange { twin: None, answer: Err(denied), fault: None })
    }
}

impl Sandbox {
    /// Loads a component to call its functions, with everything that it imports granted by a policy.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, has another role, or asks for what the policy does not grant.
    pub fn load_tool(&self, bytes: &[u8], policy: &Policy) -> Result<ToolComponent, ComponentError> {
        let component = self.compile(bytes)?;
        let (imports, _) = self.outside(&component);
        let lacking = missing(None, &imports, policy);
        if !lacking.is_empty() {
            return Err(LoadError::NotGranted(lacking).into());
        }
        self.link_tool(&component, bytes)
    }

    /// Loads a component whose functions the subject of a trial may call. All that any policy could grant is linked: what
    /// is granted is decided at each call.
    ///
    /// # Errors
    /// [`ComponentError`] where it is no component, has another role, or asks for what no policy can grant.
    pub fn load_tool_of_trials(&self, bytes: &[u8]) -> Result<ToolComponent, ComponentError> {
        let component = self.compile(bytes)?;
        let (imports, _) = self.outside(&component);
        let never = never_granted(&imports);
        if !never.is_empty() {
            return Err(LoadError::NotGranted(never).into());
        }
        self.link_tool(&component, bytes)
    }

    /// Every function of a component with its schemas, ordered by name, and those typed exports that cannot be called,
    /// each with the reason. A component with the tool's role is asked.
    ///
    /// # Errors
    /// [`DefinitionsError`] where it is no component, is none to be called, or cannot say.
    pub fn tool_definitions(&self, bytes: &[u8], limits: Limits) -> Result<Offered, DefinitionsError> {
        let component = self.compile(bytes)?;
        let tool = self.link_tool(&component, bytes)?;
        let left_out = match &tool.kind {
            Kind::Typed(_, exports) => exports.left_out.clone(),
            Kind::Contract(_) => Vec::new(),
        };
        let (definitions, _) = tool.definitions(RandomStream::new([0; 32]), limits)?;
        Ok(Offered { definitions, left_out })
    }

    /// Links all that a component imports, granted or not.
    fn link_tool(&self, component: &Component, bytes: &[u8]) -> Result<ToolComponent, ComponentError> {
        let (imports, exports) = self.outside(component);
        let role = Role::of_exports(exports.iter().map(String::as_str));
        if let Some(other) = role.filter(|role| *role != Role::Tool) {
            let problems =
                vec![format!("it is {} {other}, whose functions are not called one by one", other.article())];
            return Err(LoadError::WrongRole { role: Role::Tool.name(), problems }.into());
        }
        let linker = self.linker(&imports)?;
        let pre = linker.instantiate_pre(component).map_err(invalid)?;
        let kind = match role {
            Some(_) => Kind::Contract(ToolPre::new(pre).map_err(invalid)?),
            None => Kind::Typed(pre, Exports::of(component, &self.engine, bytes)),
        };
        let imports_wasi = imports.iter().any(|import| wasi::is_offered(import));
        Ok(ToolComponent { engine: self.engine.clone(), kind, imports_wasi })
    }

    /// A linker with these imports and nothing else.
    fn linker(&self, imports: &[String]) -> Result<Linker<Host>, HostFault> {
        let mut linker = Linker::new(&self.engine);
        for import in imports {
            let linked = capability::link(&mut linker, import)
                .and_then(|ours| if ours { Ok(true) } else { wasi::link(&mut linker, import) });
            linked.map_err(|error| HostFault::Engine(format!("{error:#}")))?;
        }
        Ok(linker)
    }
}

fn invalid(error: wasmtime::Error) -> LoadError {
    LoadError::Invalid(format!("{error:#}"))
}

impl ToolComponent {
    /// Whether any of its imports is one of WASI: then it sees no files but folders of the machine.
    pub fn is_on_wasi(&self) -> bool {
        self.imports_wasi
    }

    /// Every function with its schemas, ordered by name, and what it took to say so. Asking runs the guest, before
    /// anything was decided about a call: it has nothing but the log, random numbers and time that stands still.
    ///
    /// # Errors
    /// [`CallError`] where it cannot say.
    pub fn definitions(
        &self,
        random: RandomStream,
        limits: Limits,
    ) -> Result<(Vec<ToolDefinition>, Bill), CallError> {
        let pre = match &self.kind {
            Kind::Typed(_, exports) => {
                let definitions = exports.functions.iter().map(|function| function.definition.clone());
                return Ok((definitions.collect(), Bill::default()));
            }
            Kind::Contract(pre) => pre,
        };
        let mut store = self.store(ToolGrants::to_ask(random), limits)?;
        let asked = within_deadline(&mut store, async |store| {
            let tool = pre.instantiate_async(&mut *store).await?;
            tool.glasshouse_tool_calls().call_definitions(store).await
        });
        let mut definitions: Vec<_> = asked?.into_iter().map(lifted).collect();
        definitions.sort_by(|a, b| a.name.cmp(&b.name));
        Ok((definitions, bill(&store, limits)))
    }

    /// Calls one function in a store of its own. Whatever the guest does, the call returns. Arguments were checked against
    /// the schema before, or the guest checks them itself.
    pub fn call(&self, grants: ToolGrants, limits: Limits, name: &str, arguments: &str) -> ToolRun {
        let mut store = match self.store(grants, limits) {
            Ok(store) => store,
            Err(error) => return ToolRun { outcome: Err(error), log: Vec::new(), bill: Bill::default() },
        };
        let outcome = match &self.kind {
            Kind::Contract(pre) => within_deadline(&mut store, async |store| {
                let tool = pre.instantiate_async(&mut *store).await?;
                tool.glasshouse_tool_calls().call_call(store, name, arguments).await
            }),
            Kind::Typed(pre, exports) => call_typed(&mut store, pre, exports, name, arguments),
        };
        let bill = bill(&store, limits);
        let host = store.into_data();
        let written = host.wasi.as_ref().map(|wasi| wasi.take_lines()).unwrap_or_default();
        let output = bill.output + written.iter().map(|line| line.message.len() as u64).sum::<u64>();
        let log = host.log.lines.into_iter().chain(written).collect();
        ToolRun { outcome, log, bill: Bill { output, ..bill } }
    }

    fn store(&self, grants: ToolGrants, limits: Limits) -> Result<Store<Host>, CallError> {
        let mut host = Host::new(limits);
        if self.imports_wasi {
            let given = WasiGrants {
                clock: grants.clock.clone(),
                random: grants.random.clone().split(),
                http: grants.http.clone(),
                folders: grants.folders,
            };
            host.wasi = Some(Box::new(Wasi::new(given, &limits)));
            host.meter.count_crossings();
        }
        host.clock = Some(Box::new(grants.clock));
        host.random = Some(grants.random);
        host.http = grants.http;
        host.workspace = Some(grants.workspace);
        let mut store = store(&self.engine, host)?;
        if self.imports_wasi {
            store.call_hook(|mut store, hook| {
                if hook.entering_host() {
                    store.data_mut().meter.crossing().map_err(wasmtime::Error::new)?;
                }
                Ok(())
            });
        }
        Ok(store)
    }
}

/// What a store's guest has used up.
fn bill(store: &Store<Host>, limits: Limits) -> Bill {
    let host = store.data();
    let bill = host.meter.bill();
    let requests = host.wasi.as_ref().map_or(0, |wasi| wasi.requests());
    Bill {
        fuel: limits.fuel.saturating_sub(store.get_fuel().unwrap_or_default()),
        requests: bill.requests.saturating_add(requests),
        ..bill
    }
}

fn call_typed(
    store: &mut Store<Host>,
    pre: &InstancePre<Host>,
    exports: &Exports,
    name: &str,
    arguments: &str,
) -> Result<Result<String, Error>, CallError> {
    let Some(function) = exports.functions.iter().find(|function| function.definition.name == name) else {
        return Ok(Err(Error::NotFound(format!("there is no function `{name}`"))));
    };
    let arguments = match serde_json::from_str(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return Ok(Err(Error::InvalidArgument(format!("the arguments are not JSON: {error}")))),
    };
    let returned =
        within_deadline(store, async |store| call_function(store, pre, function, &arguments).await)?;
    Ok(returned.map(|value| value.to_string()))
}

async fn call_function(
    store: &mut Store<Host>,
    pre: &InstancePre<Host>,
    function: &Function,
    arguments: &Value,
) -> wasmtime::Result<Result<Value, Error>> {
    let values = match function.lower(arguments) {
        Ok(values) => values,
        Err(refused) => return Ok(Err(refused)),
    };
    let instance = pre.instantiate_async(&mut *store).await?;
    let Some(callee) = instance.get_func(&mut *store, function.index) else {
        return Ok(Err(Error::NotFound(format!("there is no function `{}`", function.definition.name))));
    };
    let mut returned = function.results();
    callee.call_async(&mut *store, &values, &mut returned).await?;
    Ok(function.lift(&returned))
}

/// How much longer than the deadline the requests of a guest are waited for.
const GRACE: Duration = Duration::from_millis(100);

/// Runs a guest to its end, or to the end of its real time: calls of WASI that wait are given up then.
fn within_deadline<T>(
    store: &mut Store<Host>,
    call: impl AsyncFnOnce(&mut Store<Host>) -> wasmtime::Result<T>,
) -> Result<T, CallError> {
    let deadline = store.data().meter.deadline();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(|error| HostFault::Instance(error.to_string()))?;
    let called = runtime.block_on(async {
        match deadline {
            None => call(store).await,
            Some(deadline) => tokio::time::timeout_at(deadline.into(), call(store))
                .await
                .unwrap_or_else(|_| Err(wasmtime::Error::new(Breach(Limit::Wall)))),
        }
    });
    // A request that was sent and not waited for ends by the same deadline, and belongs into the audit of this call.
    let left = deadline.map_or(Duration::ZERO, |end| end.saturating_duration_since(Instant::now()));
    runtime.shutdown_timeout(left.saturating_add(GRACE));
    called.map_err(|error| classify(&error))
}

fn lifted(definition: wit::Definition) -> ToolDefinition {
    let wit::Definition { name, description, input_schema, output_schema } = definition;
    ToolDefinition { name, description, input_schema, output_schema }
}
