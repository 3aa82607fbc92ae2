//! `glasshouse inspect`: a component's outside, before anything of it runs; a twin is asked who it is, and a tool what it
//! offers. With a policy, what it asks for against what that grants.

use crate::args::{Format, Inspect};
use crate::artefacts;
use crate::bundled;
use crate::exit::{Ended, Failure};
use crate::policy_file::PolicyFile;
use crate::report::{document, one_line};
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::{Digest, Policy};
use glasshouse_sandbox::{
    DefinitionsError, Inspection, Limits, Manifest, Need, NeedGrant, Offered, Role, Sandbox, Tier,
    ToolDefinition, needs, over_granted,
};
use glasshouse_universe::Twin;
use serde::Serialize;
use serde_json::Value;

/// Longest text of a guest that is shown, in characters.
const LONGEST_TEXT: usize = 200;
/// How long a tool may take to say what it offers, in nanoseconds.
const ASK_DEADLINE: u64 = 10_000_000_000;

/// What `inspect` tells.
#[derive(Debug, Serialize)]
struct Findings {
    schema: &'static str,
    role: Option<&'static str>,
    digest: Digest,
    size: usize,
    imports: Vec<String>,
    exports: Vec<String>,
    problems: Vec<String>,
    twin: Option<TwinFindings>,
    /// Functions that can be called.
    tools: Vec<ToolFindings>,
    /// Exported functions that cannot be called.
    left_out: Vec<LeftOut>,
    policy: Option<PolicyFindings>,
}

/// One function that can be called.
#[derive(Debug, Serialize)]
struct ToolFindings {
    name: String,
    description: String,
    input_schema: Value,
    output_schema: Value,
}

/// One function that cannot.
#[derive(Debug, Serialize)]
struct LeftOut {
    name: String,
    why: String,
}

/// Needs against grants.
#[derive(Debug, Serialize)]
struct PolicyFindings {
    needs: Vec<NeedFindings>,
    /// Grants that nothing asks for.
    over_granted: Vec<String>,
}

/// One import against the policy.
#[derive(Debug, Serialize)]
struct NeedFindings {
    import: String,
    /// `always`, `granted`, `missing` or `never`.
    grant: &'static str,
    /// Places in the policy that grant it.
    places: Vec<String>,
    /// Lines that would grant it, where it is missing.
    lines: Option<&'static str>,
}

/// What a twin says of itself.
#[derive(Debug, Serialize)]
struct TwinFindings {
    name: String,
    hosts: Vec<String>,
    operations: Vec<OperationFindings>,
}

/// One operation of a twin.
#[derive(Debug, Serialize)]
struct OperationFindings {
    id: String,
    method: String,
    path: String,
    tier: &'static str,
}

/// Shows a component and ends with whether it fits a role and, with a policy, is granted all that it asks for.
pub(crate) fn inspect(args: &Inspect) -> Result<Ended, Failure> {
    let bytes = bundled::component(&args.file)?;
    let policy = args.policy.as_deref().map(|path| PolicyFile::load(Some(path))).transpose()?;
    let sandbox = artefacts::sandbox_for_calls(args.profile)?;
    let inspection = sandbox.inspect(&bytes).map_err(|error| Failure::component(&args.file, error))?;
    let role = inspection.role;
    let mut findings = Findings::new(inspection);
    if findings.problems.is_empty() {
        findings.ask(args, &sandbox, &bytes)?;
    }
    findings.policy = policy.map(|file| PolicyFindings::new(role, &findings.imports, &file.policy));
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let text = match args.format {
        Format::Human => findings.lines(),
        Format::Json => document(&findings)?,
    };
    terminal::data(&text).context("stdout")?;
    Ok(if findings.is_good() { Ended::Done } else { Ended::Mistake })
}

impl Findings {
    fn new(inspection: Inspection) -> Self {
        let Inspection { digest, size, role, imports, exports, problems } = inspection;
        Self {
            schema: "inspection/1",
            role: role.map(Role::name),
            digest,
            size,
            imports,
            exports,
            problems,
            twin: None,
            tools: Vec::new(),
            left_out: Vec::new(),
            policy: None,
        }
    }

    /// Asks a component for what its exports do not tell.
    fn ask(&mut self, args: &Inspect, sandbox: &Sandbox, bytes: &[u8]) -> Result<(), Failure> {
        if self.role == Some(Role::Twin.name()) {
            let twin = Twin::load(sandbox, bytes).map_err(|error| Failure::twin(&args.file, error))?;
            self.twin = Some(TwinFindings::from(twin.manifest()));
        }
        if self.role.is_none() || self.role == Some(Role::Tool.name()) {
            let limits = Limits { wall: ASK_DEADLINE, ..Limits::default() };
            match sandbox.tool_definitions(bytes, limits) {
                Ok(offered) => self.take(offered),
                Err(DefinitionsError::Component(error)) => self.problems.push(error.to_string()),
                Err(DefinitionsError::Call(error)) => return Err(Failure::call(&args.file, error)),
            }
            if self.role.is_none() && self.tools.is_empty() {
                let wanted: Vec<_> = Role::ALL.iter().map(|role| format!("`{}`", role.export())).collect();
                let what = "it has no role and exports no function that can be called: it exports none of";
                self.problems.push(format!("{what} {}", wanted.join(", ")));
            }
        }
        Ok(())
    }

    fn take(&mut self, offered: Offered) {
        let schema = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        let tool = |definition: ToolDefinition| ToolFindings {
            name: definition.name,
            description: definition.description,
            input_schema: schema(definition.input_schema),
            output_schema: schema(definition.output_schema),
        };
        self.tools = offered.definitions.into_iter().map(tool).collect();
        self.left_out = offered.left_out.into_iter().map(|(name, why)| LeftOut { name, why }).collect();
    }

    fn is_good(&self) -> bool {
        let granted = |policy: &PolicyFindings| {
            policy.needs.iter().all(|need| need.grant != MISSING && need.grant != NEVER)
        };
        self.problems.is_empty() && self.policy.as_ref().is_none_or(granted)
    }

    fn lines(&self) -> String {
        let mut lines = Vec::new();
        row(&mut lines, "role", [self.role.unwrap_or("none").to_owned()]);
        row(&mut lines, "digest", [self.digest.to_string()]);
        row(&mut lines, "size", [format!("{} bytes", self.size)]);
        row(&mut lines, "imports", self.imports.iter().cloned());
        row(&mut lines, "exports", self.exports.iter().cloned());
        if let Some(twin) = &self.twin {
            let operation = |operation: &OperationFindings| {
                format!("{}  {} {}  {}", operation.id, operation.method, operation.path, operation.tier)
            };
            row(&mut lines, "twin", [twin.name.clone()]);
            row(&mut lines, "hosts", twin.hosts.iter().cloned());
            row(&mut lines, "operations", twin.operations.iter().map(operation));
        }
        self.tool_lines(&mut lines);
        if let Some(policy) = &self.policy {
            row(&mut lines, "needs", policy.needs.iter().map(NeedFindings::line));
            row(&mut lines, "unasked", policy.over_granted.iter().cloned());
        }
        row(&mut lines, "problems", self.problems.iter().cloned());
        lines.push(String::new());
        lines.join("\n")
    }
}

impl Findings {
    fn tool_lines(&self, lines: &mut Vec<String>) {
        if self.tools.is_empty() && self.left_out.is_empty() {
            return;
        }
        let told = |tool: &ToolFindings| {
            let described = tool.description.lines().next().unwrap_or_default();
            let arguments = format!("  takes {}", tool.input_schema);
            [format!("{}  {described}", tool.name), arguments]
        };
        row(lines, "tools", self.tools.iter().flat_map(told));
        if !self.left_out.is_empty() {
            row(lines, "not called", self.left_out.iter().map(|one| format!("{}: {}", one.name, one.why)));
        }
    }
}

const ALWAYS: &str = "always";
const GRANTED: &str = "granted";
const MISSING: &str = "missing";
const NEVER: &str = "never";

impl PolicyFindings {
    fn new(role: Option<Role>, imports: &[String], policy: &Policy) -> Self {
        let need = |need: Need| {
            let (grant, places, lines) = match need.grant {
                NeedGrant::Always => (ALWAYS, Vec::new(), None),
                NeedGrant::Granted(places) => (GRANTED, places, None),
                NeedGrant::Missing(lines) => (MISSING, Vec::new(), Some(lines)),
                NeedGrant::Never => (NEVER, Vec::new(), None),
            };
            let places = places.iter().map(ToString::to_string).collect();
            NeedFindings { import: need.import, grant, places, lines }
        };
        let over = over_granted(imports, policy);
        Self {
            needs: needs(role, imports, policy).into_iter().map(need).collect(),
            over_granted: over.iter().map(|over| format!("{}: [[{}]]", over.place, over.table)).collect(),
        }
    }
}

impl NeedFindings {
    fn line(&self) -> String {
        let import = &self.import;
        match (self.grant, self.lines) {
            (GRANTED, _) => format!("{import}  granted at {}", self.places.join(", ")),
            (_, Some(lines)) => {
                format!("{import}  MISSING; this would allow it: {}", lines.replace('\n', " "))
            }
            (NEVER, _) => format!("{import}  NEVER: no policy can allow it"),
            _ => format!("{import}  needs no grant"),
        }
    }
}

/// One line a value, the first with the label.
fn row(lines: &mut Vec<String>, label: &str, values: impl IntoIterator<Item = String>) {
    let mut label = label;
    for value in values {
        lines.push(format!("{label:<11} {}", one_line(&value, LONGEST_TEXT)));
        label = "";
    }
    if !label.is_empty() {
        lines.push(format!("{label:<11} none"));
    }
}

impl From<&Manifest> for TwinFindings {
    fn from(manifest: &Manifest) -> Self {
        let operations = manifest.operations.iter().map(|operation| OperationFindings {
            id: operation.id.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            tier: match operation.tier {
                Tier::Full => "full",
                Tier::Shape => "shape",
            },
        });
        Self { name: manifest.name.clone(), hosts: manifest.hosts.clone(), operations: operations.collect() }
    }
}
