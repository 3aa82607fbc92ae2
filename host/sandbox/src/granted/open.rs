//! A policy opened: its folders, its secrets, its conditions; and calls of tools under it.

use super::audited::{AuditedFiles, AuditedHttp, Record};
use crate::audit::{AuditDecision, AuditDetail, AuditKind, AuditLog, Head, Redactor};
use crate::capability::{Error, RandomStream, RealClock, SharedClock, SharedHttp, ToolDefinition};
use crate::egress::{Egress, EgressSettings, SetupError};
use crate::error::{CallError, GuestFault};
use crate::guard::{Guard, stands};
use crate::guest::{ToolComponent, ToolGrants, ToolRun, error_case};
use crate::limits::Limits;
use crate::meter::Bill;
use crate::tool_grant::{ArgumentSchema, Arguments, SchemaError, ToolDecision, ToolGate};
use crate::workspace::Workspace;
use glasshouse_model::policy::{Access, Enforced, PolicyKey};
use glasshouse_model::{Mistake, Mistakes, Place, Policy};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Everything that one policy grants. Shared by the calls under it.
pub struct Granted {
    policy: Arc<Policy>,
    folder: PathBuf,
    egress: Arc<Egress>,
    workspace: Arc<Mutex<Workspace>>,
    gate: Mutex<ToolGate>,
    record: Record,
}

impl Granted {
    /// The keys of a policy that this build enforces: all but those of models.
    pub fn enforced() -> Enforced {
        use PolicyKey as K;
        let keys = [
            K::Memory,
            K::Fuel,
            K::Wall,
            K::HostCalls,
            K::HostCallBytes,
            K::Handles,
            K::Output,
            K::ConcurrentHttp,
            K::Http,
            K::HttpSecret,
            K::Workspace,
            K::WorkspaceQuota,
            K::Tool,
            K::ToolWhen,
        ];
        Enforced { keys: keys.into() }
    }

    /// Opens what a policy grants. `folder` is the policy file's own; `environment` is asked for the value of each secret.
    ///
    /// # Errors
    /// Every mistake, with its place: a folder that cannot be opened, a secret that is not set, a condition that cannot be
    /// read.
    pub fn open(
        policy: Policy,
        folder: &Path,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let gate = mistakes.keep(ToolGate::new(&policy.tools));
        let workspace = mistakes.keep(Workspace::open(folder, &policy.workspace));
        let redactor = redactor(&policy, &environment);
        let policy = Arc::new(policy);
        let egress = Egress::new(Arc::clone(&policy), EgressSettings::default(), environment);
        let egress = mistakes.keep(egress.map_err(|error| Mistakes::from(setup_mistake(error))));
        let (gate, workspace, egress) = mistakes.finish(both(gate, workspace, egress))?;
        // Entries are dated by the machine, whatever time the guest is told.
        let clock = SharedClock::new(Box::new(RealClock::until(u64::MAX)));
        Ok(Self {
            policy,
            folder: folder.to_owned(),
            egress: Arc::new(egress),
            workspace: Arc::new(Mutex::new(workspace)),
            gate: Mutex::new(gate),
            record: Record::new(AuditLog::new(redactor), clock),
        })
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy's limits.
    pub fn limits(&self) -> Limits {
        Limits::from(&self.policy.limits)
    }

    /// Where the audit ends at this moment.
    pub fn audit_head(&self) -> Head {
        self.record.head()
    }

    /// Writes the whole audit, one JSON line an entry.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_audit(&self, to: &mut impl io::Write) -> io::Result<()> {
        self.record.write_to(to)
    }

    /// What a call that begins now gets, its requests and sleeps within the real time `wall` (nanoseconds).
    pub fn tool_grants(&self, random: RandomStream, wall: u64) -> ToolGrants {
        let deadline = Instant::now() + Duration::from_nanos(wall);
        let http = AuditedHttp { egress: Arc::clone(&self.egress), record: self.record.clone(), deadline };
        let files = AuditedFiles { workspace: Arc::clone(&self.workspace), record: self.record.clone() };
        let read_only = self.policy.workspace.iter().filter(|grant| grant.access == Access::ReadOnly);
        ToolGrants {
            clock: SharedClock::new(Box::new(RealClock::until(wall))),
            random,
            http: Some(SharedHttp::new(Box::new(http))),
            workspace: Box::new(files),
            read_only: read_only.map(|grant| (self.folder.join(&grant.dir), grant.dir.clone())).collect(),
        }
    }

    /// Calls one function of a component: its arguments are checked against the function's schema, and, where the policy
    /// grants tools at all, against the grant of `component.function`.
    pub fn call(
        &self,
        tool: &ToolComponent,
        component: &str,
        function: &str,
        arguments: &str,
        random: RandomStream,
    ) -> ToolRun {
        let arguments = match Arguments::parse(arguments) {
            Ok(arguments) => arguments,
            Err(error) => return refused(Error::InvalidArgument(error.to_string())),
        };
        let began = Instant::now();
        let limits = self.limits();
        let (definitions, asked) =
            match tool.definitions(self.tool_grants(random.clone(), limits.wall), limits) {
                Ok(answer) => answer,
                Err(error) => return self.noted(&format!("{component}.{function}"), ended(error)),
            };
        let Some(definition) = definitions.iter().find(|definition| definition.name == function) else {
            return refused(unknown(function, &definitions));
        };
        let name = format!("{component}.{function}");
        let needs_grant = !self.policy.tools.is_empty();
        let schema = ArgumentSchema::compile(&definition.input_schema);
        if let Err(error) = self.check(&name, &schema, &arguments, needs_grant) {
            return refused(error);
        }
        // One call has one allowance, whatever of it the question took.
        let took = u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let left = Limits {
            fuel: limits.fuel.saturating_sub(asked),
            wall: limits.wall.saturating_sub(took),
            ..limits
        };
        let mut run = self.run(tool, &name, function, &arguments, random, left);
        run.bill.fuel = run.bill.fuel.saturating_add(asked);
        run
    }

    /// Whether a call may be made: the grant first, so that nothing is told of tools that were not granted.
    pub(super) fn check(
        &self,
        name: &str,
        schema: &Result<ArgumentSchema, SchemaError>,
        arguments: &Arguments,
        needs_grant: bool,
    ) -> Result<(), Error> {
        let checked =
            if needs_grant && stands(Guard::ToolGrant) { self.decide(name, arguments) } else { Ok(None) };
        let checked = checked.and_then(|by| fits(name, schema, arguments).map(|()| by));
        let (decision, by, detail) = match &checked {
            Ok(by) => (AuditDecision::Allowed, by.clone(), None),
            Err(error) => (AuditDecision::Denied, None, Some(error_case(error.clone()).1)),
        };
        let detail = detail.map(|why| ("failure", AuditDetail::Text(why))).into_iter().collect();
        self.record.write(AuditKind::Tool, name.to_owned(), decision, by, detail);
        if checked.is_ok() {
            self.gate.lock().unwrap_or_else(PoisonError::into_inner).count(name);
        }
        checked.map(|_| ())
    }

    fn decide(&self, name: &str, arguments: &Arguments) -> Result<Option<Place>, Error> {
        match self.gate.lock().unwrap_or_else(PoisonError::into_inner).decide(name, arguments) {
            ToolDecision::Allowed(place) => Ok(Some(place)),
            ToolDecision::Denied(denial) => Err(Error::Denied(denial.to_string())),
        }
    }

    /// Runs a call that was checked.
    pub(super) fn run(
        &self,
        tool: &ToolComponent,
        name: &str,
        function: &str,
        arguments: &Arguments,
        random: RandomStream,
        limits: Limits,
    ) -> ToolRun {
        self.noted(
            name,
            tool.call(self.tool_grants(random, limits.wall), limits, function, &arguments.to_json()),
        )
    }

    /// A run, with the limit that ended it in the audit.
    fn noted(&self, name: &str, run: ToolRun) -> ToolRun {
        if let Err(CallError::Guest(GuestFault::Limit(limit))) = &run.outcome {
            let detail = BTreeMap::from([("limit", AuditDetail::Text(limit.to_string()))]);
            self.record.write(AuditKind::Limit, name.to_owned(), AuditDecision::Denied, None, detail);
        }
        run
    }

    /// The names of the tools that are granted.
    pub(super) fn granted_tools(&self) -> Vec<String> {
        let gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        gate.names().map(|(name, _)| name.to_owned()).collect()
    }
}

/// The same at the place that it names.
fn setup_mistake(error: SetupError) -> Mistake {
    let (SetupError::MissingSecret { place, .. }
    | SetupError::ShortSecret { place, .. }
    | SetupError::UnfitSecret { place, .. }) = &error;
    let text = error.to_string();
    let what = text.strip_prefix(&format!("{place}: ")).unwrap_or(&text).to_owned();
    Mistake::new(place.clone(), what)
}

fn both<A, B, C>(a: Option<A>, b: Option<B>, c: Option<C>) -> Option<(A, B, C)> {
    Some((a?, b?, c?))
}

/// Knows every secret that is set, so that none gets into the audit.
fn redactor(policy: &Policy, environment: &impl Fn(&str) -> Option<String>) -> Redactor {
    let mut redactor = Redactor::default();
    for secret in policy.http.iter().filter_map(|grant| grant.secret.as_ref()) {
        if let Some(value) = environment(&secret.value.env) {
            redactor.add(&secret.value.env, &value);
        }
    }
    redactor
}

/// Whether arguments fit a function's own schema.
fn fits(
    name: &str,
    schema: &Result<ArgumentSchema, SchemaError>,
    arguments: &Arguments,
) -> Result<(), Error> {
    let schema = schema
        .as_ref()
        .map_err(|error| Error::Other(format!("the schema of `{name}` cannot be used: {error}")))?;
    if !stands(Guard::Schema) {
        return Ok(());
    }
    schema.check(arguments).map_err(|mistakes| {
        let shown: Vec<_> = mistakes
            .iter()
            .map(|mistake| match mistake.pointer.as_str() {
                "" => mistake.what.clone(),
                pointer => format!("{pointer}: {}", mistake.what),
            })
            .collect();
        Error::InvalidArgument(format!("the arguments do not fit the schema: {}", shown.join("; ")))
    })
}

fn unknown(function: &str, definitions: &[ToolDefinition]) -> Error {
    let names: Vec<_> = definitions.iter().map(|definition| definition.name.as_str()).collect();
    Error::NotFound(format!("there is no function `{function}`; there are: {}", names.join(", ")))
}

fn refused(error: Error) -> ToolRun {
    ToolRun { outcome: Ok(Err(error)), log: Vec::new(), bill: Bill::default() }
}

fn ended(error: CallError) -> ToolRun {
    ToolRun { outcome: Err(error), log: Vec::new(), bill: Bill::default() }
}
