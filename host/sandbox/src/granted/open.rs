//! A policy opened: its folders, its secrets, its conditions; and calls of tools under it.

use super::allowance::Allowance;
use super::audited::{AuditedFiles, AuditedHttp, Record, audited_folders};
use crate::audit::{AuditDecision, AuditDetail, AuditKind, AuditLog, Head, Redactor};
use crate::capability::{Error, RandomStream, RealClock, SharedClock, SharedHttp, ToolDefinition};
use crate::egress::{Egress, EgressSettings, SetupError};
use crate::error::{CallError, GuestFault};
use crate::guard::{Guard, stands};
use crate::guest::{ToolComponent, ToolGrants, ToolRun, error_case};
use crate::limits::Limits;
use crate::loader::ComponentError;
use crate::meter::Bill;
use crate::tool_grant::{ArgumentSchema, Arguments, SchemaError, ToolDecision, ToolGate, fits};
use crate::workspace::Workspace;
use glasshouse_model::policy::{Enforced, PolicyKey};
use glasshouse_model::{Digest, Mistake, Mistakes, Place, Policy};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Everything that one policy grants. Shared by the calls under it.
pub struct Granted {
    policy: Arc<Policy>,
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

    /// Writes the audit into a file, each entry as soon as it is made.
    ///
    /// # Errors
    /// Those of the file, for the entries that are there; [`Granted::take_audit_fault`] tells of later ones.
    pub fn keep_audit_in(&self, file: Box<dyn io::Write + Send>) -> io::Result<()> {
        self.record.keep_in(file)
    }

    /// Why entries are missing in that file, where they are.
    pub fn take_audit_fault(&self) -> Option<io::Error> {
        self.record.take_fault()
    }

    /// Writes the whole audit, one JSON line an entry.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_audit(&self, to: &mut impl io::Write) -> io::Result<()> {
        self.record.write_to(to)
    }

    /// Writes down which component is about to run under the name by which the policy grants its functions, or why it
    /// does not.
    pub fn note_load(&self, component: &str, digest: &Digest, refused: Option<&ComponentError>) {
        let decision = if refused.is_some() { AuditDecision::Denied } else { AuditDecision::Allowed };
        let failure = refused.map(|error| ("failure", AuditDetail::Text(error.to_string())));
        let digest = ("digest", AuditDetail::Text(digest.to_string()));
        let detail = failure.into_iter().chain([digest]).collect();
        self.record.write(AuditKind::Load, component.to_owned(), decision, None, detail);
    }

    /// What a call gets that has so much left.
    pub fn tool_grants(&self, random: RandomStream, allowance: &Allowance) -> ToolGrants {
        let deadline = allowance.deadline();
        let http = AuditedHttp { egress: Arc::clone(&self.egress), record: self.record.clone(), deadline };
        let files = AuditedFiles { workspace: Arc::clone(&self.workspace), record: self.record.clone() };
        ToolGrants {
            clock: SharedClock::new(Box::new(RealClock::until(allowance.left().wall))),
            random,
            http: Some(SharedHttp::new(Box::new(http))),
            workspace: Box::new(files),
            folders: audited_folders(&self.workspace, &self.record),
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
        let name = format!("{component}.{function}");
        let mut allowance = Allowance::begin(self.limits());
        let (definitions, asked) = match tool.definitions(random.clone(), allowance.left()) {
            Ok(answer) => answer,
            Err(error) => return self.noted(&name, ended(error)),
        };
        let Some(definition) = definitions.iter().find(|definition| definition.name == function) else {
            return refused(unknown(function, &definitions));
        };
        let schema = ArgumentSchema::compile(&definition.input_schema);
        if let Err(error) = self.check(&name, &schema, &arguments) {
            return refused(error);
        }
        allowance.spend(&asked);
        let mut run = self.run(tool, &name, function, &arguments, random, &allowance);
        run.bill.fuel = run.bill.fuel.saturating_add(asked.fuel);
        run
    }

    /// Whether a call may be made, and its count if so: the grant first, so that nothing is told of tools that were not
    /// granted. Without a grant of any tool, whoever calls may call all.
    pub(super) fn check(
        &self,
        name: &str,
        schema: &Result<ArgumentSchema, SchemaError>,
        arguments: &Arguments,
    ) -> Result<(), Error> {
        // Held from the decision to the count: two calls at one time may not both be the last one.
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let needs_grant = !self.policy.tools.is_empty() && stands(Guard::ToolGrant);
        let decided = if needs_grant { decide(&gate, name, arguments) } else { Ok(None) };
        let checked = decided.and_then(|by| fits(name, schema, arguments).map(|()| by));
        if checked.is_ok() {
            gate.count(name);
        }
        drop(gate);
        let (decision, by, detail) = match &checked {
            Ok(by) => (AuditDecision::Allowed, by.clone(), None),
            Err(error) => (AuditDecision::Denied, None, Some(error_case(error.clone()).1)),
        };
        let detail = detail.map(|why| ("failure", AuditDetail::Text(why))).into_iter().collect();
        self.record.write(AuditKind::Tool, name.to_owned(), decision, by, detail);
        checked.map(|_| ())
    }

    /// Runs a call that was checked.
    pub(super) fn run(
        &self,
        tool: &ToolComponent,
        name: &str,
        function: &str,
        arguments: &Arguments,
        random: RandomStream,
        allowance: &Allowance,
    ) -> ToolRun {
        let grants = self.tool_grants(random, allowance);
        self.noted(name, tool.call(grants, allowance.left(), function, &arguments.to_json()))
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

fn decide(gate: &ToolGate, name: &str, arguments: &Arguments) -> Result<Option<Place>, Error> {
    match gate.decide(name, arguments) {
        ToolDecision::Allowed(place) => Ok(Some(place)),
        ToolDecision::Denied(denial) => Err(Error::Denied(denial.to_string())),
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
