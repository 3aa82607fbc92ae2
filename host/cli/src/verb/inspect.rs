//! `glasshouse inspect`: a component's outside, before anything of it runs; a twin is asked who it is as well.

use crate::args::{Format, Inspect};
use crate::artefacts;
use crate::bundled;
use crate::exit::{Ended, Failure};
use crate::report::{document, one_line};
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::Digest;
use glasshouse_sandbox::{Inspection, Manifest, Role, Tier};
use glasshouse_universe::Twin;
use serde::Serialize;

/// Longest text of a guest that is shown, in characters.
const LONGEST_TEXT: usize = 200;

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

/// Shows a component and ends with whether it fits a role.
pub(crate) fn inspect(args: &Inspect) -> Result<Ended, Failure> {
    let bytes = bundled::component(&args.file)?;
    let sandbox = artefacts::sandbox()?;
    let inspection = sandbox.inspect(&bytes).map_err(|error| Failure::component(&args.file, error))?;
    let twin = match inspection.role {
        Some(Role::Twin) if inspection.problems.is_empty() => {
            let twin = Twin::load(&sandbox, &bytes).map_err(|error| Failure::twin(&args.file, error))?;
            Some(TwinFindings::from(twin.manifest()))
        }
        _ => None,
    };
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let findings = Findings::new(inspection, twin);
    let text = match args.format {
        Format::Human => findings.lines(),
        Format::Json => document(&findings)?,
    };
    terminal::data(&text).context("stdout")?;
    Ok(if findings.problems.is_empty() { Ended::Done } else { Ended::Mistake })
}

impl Findings {
    fn new(inspection: Inspection, twin: Option<TwinFindings>) -> Self {
        let Inspection { digest, size, role, imports, exports, mut problems } = inspection;
        if role.is_none() {
            let wanted: Vec<_> = Role::ALL.iter().map(|role| format!("`{}`", role.export())).collect();
            problems.push(format!("it has no role: it exports none of {}", wanted.join(", ")));
        }
        let role = role.map(Role::name);
        Self { schema: "inspection/1", role, digest, size, imports, exports, problems, twin }
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
        row(&mut lines, "problems", self.problems.iter().cloned());
        lines.push(String::new());
        lines.join("\n")
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
