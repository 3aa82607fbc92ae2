//! `glasshouse call`: one function of a component, under a policy.

use crate::args::{Call, Format};
use crate::artefacts;
use crate::bundled;
use crate::exit::{Ended, Failure};
use crate::policy_file::PolicyFile;
use crate::report::{document, one_line};
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::{Digest, Seed};
use glasshouse_sandbox::{
    AuditHead, Bill, CallError, Error, Granted, Line, LoadError, RandomStream, ToolRun, error_case,
};
use serde::Serialize;
use serde_json::Value;
use std::io::Read as _;
use std::path::Path;

/// Largest JSON of arguments that is read from stdin, in bytes.
const LARGEST_ARGUMENTS: u64 = 16 * 1024 * 1024;
/// Longest line of a guest's log that is shown, in characters.
const LONGEST_LINE: usize = 400;

/// What `call` tells.
#[derive(Debug, Serialize)]
struct Called<'a> {
    schema: &'static str,
    tool: &'a str,
    digest: Digest,
    /// `answered`, `refused` or `ended`.
    outcome: &'static str,
    /// The answer, where there is one.
    result: Option<Value>,
    /// The tool's own error, or how the guest ended.
    error: Option<ToolError>,
    log: Vec<LogLine>,
    bill: BillLines,
    audit: AuditLine,
}

#[derive(Debug, Serialize)]
struct ToolError {
    /// The case of the contract's error, or `trapped` or `limit`.
    case: &'static str,
    text: String,
}

#[derive(Debug, Serialize)]
struct LogLine {
    level: &'static str,
    message: String,
}

/// What the call used up.
#[derive(Debug, Serialize)]
struct BillLines {
    fuel: u64,
    peak_memory: u64,
    host_calls: u64,
    output: u64,
    requests: u64,
    seconds: f64,
    interfaces: Vec<InterfaceUse>,
}

#[derive(Debug, Serialize)]
struct InterfaceUse {
    interface: &'static str,
    calls: u64,
    bytes: u64,
}

/// The audit's end, by which it can be checked.
#[derive(Debug, Serialize)]
struct AuditLine {
    entries: u64,
    head: String,
}

/// Calls a function and shows its answer.
pub(crate) fn call(args: &Call) -> Result<Ended, Failure> {
    let bytes = bundled::component(&args.file)?;
    let digest = pinned(args, &bytes)?;
    let policy = PolicyFile::load(args.policy.as_deref())?;
    let arguments = arguments(&args.arguments)?;
    let sandbox = artefacts::sandbox_for_calls(args.profile)?;
    let environment = |name: &str| std::env::var(name).ok();
    let granted = Granted::open(policy.policy, &policy.folder, environment).map_err(Failure::Mistakes)?;
    if let Some(path) = &args.audit {
        // Begun before anything is loaded: each decision is in it before the guest sees what came of it.
        let kept = std::fs::File::create(path).and_then(|file| granted.keep_audit_in(Box::new(file)));
        kept.with_context(|| path.display().to_string())?;
    }
    let name = component_name(&args.file);
    let loaded = sandbox.load_tool(&bytes, granted.policy());
    granted.note_load(&name, &digest, loaded.as_ref().err());
    let tool = loaded.map_err(|error| Failure::component(&args.file, error))?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let random = random(args.seed)?;
    let began = std::time::Instant::now();
    let run = granted.call(&tool, &name, &args.tool, &arguments, random);
    let seconds = began.elapsed().as_secs_f64();
    let head = granted.audit_head();
    if let (Some(path), Some(fault)) = (&args.audit, granted.take_audit_fault()) {
        return Err(Failure::from(
            anyhow::Error::new(fault).context(format!("{}: the audit", path.display())),
        ));
    }
    show(args, digest, run, seconds, &head)
}

/// The component's digest, which must be the one that was pinned.
fn pinned(args: &Call, bytes: &[u8]) -> Result<Digest, Failure> {
    let found = Digest::of(bytes);
    let Some(wanted) = &args.digest else { return Ok(found) };
    let wanted: Digest = wanted.parse().map_err(|_| {
        Failure::usage(format!("`{wanted}` is no digest"), "give it as `glasshouse inspect` prints it")
    })?;
    if wanted == found {
        Ok(found)
    } else {
        Err(Failure::component(&args.file, LoadError::WrongDigest { wanted, found }.into()))
    }
}

fn arguments(typed: &str) -> Result<String, Failure> {
    if typed != "-" {
        return Ok(typed.to_owned());
    }
    let mut text = String::new();
    std::io::stdin().lock().take(LARGEST_ARGUMENTS).read_to_string(&mut text).context("stdin")?;
    Ok(text)
}

/// The name under which a policy grants the component's functions: its file's, without the ending.
fn component_name(file: &str) -> String {
    let stem = Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| file.to_owned())
}

fn random(seed: Option<u64>) -> Result<RandomStream, Failure> {
    match seed {
        Some(seed) => Ok(RandomStream::new(Seed(seed).stream_key("tool"))),
        None => Ok(RandomStream::from_entropy()?),
    }
}

fn show(args: &Call, digest: Digest, run: ToolRun, seconds: f64, head: &AuditHead) -> Result<Ended, Failure> {
    let ToolRun { outcome, log, bill } = run;
    let (outcome, result, error, ended) = match outcome {
        Ok(Ok(text)) => ("answered", Some(answer(text)), None, Ended::Done),
        Ok(Err(error)) => ("refused", None, Some(ToolError::from(error)), Ended::Refused),
        Err(CallError::Guest(fault)) => {
            let error = ToolError { case: fault.case(), text: fault.to_string() };
            ("ended", None, Some(error), Ended::GuestFault)
        }
        Err(CallError::Host(fault)) => return Err(fault.into()),
    };
    let called = Called {
        schema: "call/1",
        tool: &args.tool,
        digest,
        outcome,
        result,
        error,
        log: log.iter().map(LogLine::from).collect(),
        bill: BillLines::new(&bill, seconds),
        audit: AuditLine { entries: head.count, head: head.hash.to_string() },
    };
    match args.format {
        Format::Json => terminal::data(&document(&called)?).context("stdout")?,
        Format::Human => called.tell().context("stdout")?,
    }
    Ok(ended)
}

/// JSON as it is; a tool that answers anything else is shown as it answered.
fn answer(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

impl Called<'_> {
    /// The answer to stdout; log, error and bill to stderr.
    fn tell(&self) -> std::io::Result<()> {
        for line in &self.log {
            terminal::note(&format!("{:<5} {}", line.level, one_line(&line.message, LONGEST_LINE)));
        }
        if let Some(result) = &self.result {
            let text = match result {
                Value::String(text) => text.clone(),
                other => serde_json::to_string_pretty(other).unwrap_or_else(|_| other.to_string()),
            };
            terminal::data(&format!("{text}\n"))?;
        }
        if let Some(error) = &self.error {
            terminal::note(&format!("error: {}: {}", error.case, error.text));
        }
        terminal::note(&self.bill.line());
        Ok(())
    }
}

impl BillLines {
    fn new(bill: &Bill, seconds: f64) -> Self {
        let interfaces = bill.uses().map(|(interface, used)| InterfaceUse {
            interface: interface.as_str(),
            calls: used.calls,
            bytes: used.bytes,
        });
        Self {
            fuel: bill.fuel,
            peak_memory: bill.peak_memory,
            host_calls: bill.host_calls,
            output: bill.output,
            requests: bill.requests,
            seconds,
            interfaces: interfaces.collect(),
        }
    }

    fn line(&self) -> String {
        let interfaces: Vec<_> = self
            .interfaces
            .iter()
            .map(|used| format!("{} {} ({} bytes)", used.interface, used.calls, used.bytes))
            .collect();
        format!(
            "bill: {} fuel, {} KiB of memory at most, {:.1} ms, {} calls to the host{}{}",
            self.fuel,
            self.peak_memory.div_ceil(1024),
            self.seconds * 1e3,
            self.host_calls,
            if interfaces.is_empty() { "" } else { ": " },
            interfaces.join(", "),
        )
    }
}

impl From<Error> for ToolError {
    fn from(error: Error) -> Self {
        let (case, text) = error_case(error);
        Self { case, text }
    }
}

impl From<&Line> for LogLine {
    fn from(line: &Line) -> Self {
        Self { level: line.level.as_str(), message: line.message.clone() }
    }
}
