//! `ci`: every check that a change must pass, all of them run, with a summary at the end.

mod tools;

use std::fmt;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::process::{capture, cargo, run};
use crate::toolchain::Choice;
use crate::workspace::Workspace;
use crate::{foreign, guests, test, tidy};

/// How a check that broke no rule ended.
enum Outcome {
    Passed,
    /// It could not be made here, for this reason.
    Skipped(String),
}

type Check = fn(&Workspace) -> Result<Outcome>;

/// In this order: the cheap ones first, guests before whatever compiles the binary that carries them.
const CHECKS: &[(&str, Check)] = &[
    ("lock", lock),
    ("format", format),
    ("tidy", |workspace| passed(tidy::check(workspace))),
    ("typos", tools::typos),
    ("guests", |workspace| passed(guests::make(workspace, Choice::from_environment()?))),
    ("clippy", clippy),
    ("test", |workspace| passed(test::run_tests(workspace, &[]))),
    ("templates", |workspace| passed(foreign::check_templates(workspace))),
    ("guards", |workspace| passed(test::run_without_guards(workspace))),
    ("browser", browser),
    ("coverage", |_| passed(crate::coverage::check(false))),
    ("fidelity", fidelity),
    ("fuzz", tools::fuzz),
    ("deny", tools::deny),
    ("advisories", tools::advisories),
];

/// Runs all checks but those named, also after one failed, and fails when any did.
pub(crate) fn run_checks(workspace: &Workspace, skipped: &[String]) -> Result<()> {
    if let Some(unknown) = skipped.iter().find(|skipped| !CHECKS.iter().any(|(name, _)| name == skipped)) {
        let names: Vec<_> = CHECKS.iter().map(|(name, _)| *name).collect();
        bail!("there is no check `{unknown}`; there are: {}", names.join(", "));
    }
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for (name, check) in CHECKS.iter().filter(|(name, _)| !skipped.iter().any(|skipped| skipped == name)) {
        println!("check: {name}");
        let started = Instant::now();
        let result = check(workspace);
        let seconds = started.elapsed().as_secs_f64();
        lines.push(format!("{:<11} {:>7.1} s  {}", name, seconds, Verdict(&result)));
        if let Err(error) = result {
            println!("{error:#}");
            failed.push(*name);
        }
    }
    println!("\n{}", lines.join("\n"));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

/// One word for the summary, and why where it matters.
struct Verdict<'a>(&'a Result<Outcome>);

impl fmt::Display for Verdict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(Outcome::Passed) => f.write_str("passed"),
            Ok(Outcome::Skipped(reason)) => {
                write!(f, "SKIPPED: {}", reason.lines().next().unwrap_or_default())
            }
            Err(_) => f.write_str("FAILED"),
        }
    }
}

fn passed(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
}

fn fidelity(workspace: &Workspace) -> Result<Outcome> {
    Ok(crate::fidelity::check(workspace)?.map_or(Outcome::Passed, Outcome::Skipped))
}

fn browser(workspace: &Workspace) -> Result<Outcome> {
    Ok(crate::browser::check(workspace)?.map_or(Outcome::Passed, Outcome::Skipped))
}

/// Whether what is missing on this machine is a failure, and not the user's own business.
pub(crate) fn is_in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

fn lock(_: &Workspace) -> Result<Outcome> {
    capture(cargo().args(["metadata", "--locked", "--format-version", "1"])).map(|_| Outcome::Passed)
}

fn format(_: &Workspace) -> Result<Outcome> {
    passed(run(cargo().args(["fmt", "--all", "--check"])))
}

fn clippy(_: &Workspace) -> Result<Outcome> {
    let mut cargo = cargo();
    cargo.args(["clippy", "--release", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    passed(run(&mut cargo))
}
