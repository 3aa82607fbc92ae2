//! `glasshouse`: builds what is missing or old, then becomes the binary.

use std::ffi::OsString;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::guests;
use crate::process::{cargo, run, run_saying};
use crate::toolchain::Choice;
use crate::workspace::Workspace;

/// Longer than a build with nothing to do.
const PATIENCE: Duration = Duration::from_secs(2);

/// Passes the arguments on and ends with the binary's exit code.
pub(crate) fn run_binary(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    build(workspace)?;
    let mut binary = Command::new(workspace.binary());
    binary.args(args);
    become_it(&mut binary)
}

/// Guests first, because the binary carries them.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    guests::make(workspace, Choice::from_environment()?)?;
    let mut cargo = cargo();
    // The whole workspace is selected, as by the tests: another selection switches on other features of shared crates,
    // and the engine would be compiled again for each.
    cargo.args(["build", "--release", "--workspace", "--bin", "glasshouse"]);
    if workspace.binary().exists() {
        run_saying(cargo.arg("--quiet"), PATIENCE, "building the binary")
    } else {
        // Minutes, most of them in the engine: cargo's own progress is the better company.
        eprintln!("glasshouse: building the binary for the first time");
        run(&mut cargo)
    }
    .context("the binary does not build")
}

/// Signals and the terminal then belong to the binary alone.
#[cfg(unix)]
fn become_it(binary: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let error = binary.exec();
    Err(error).with_context(|| format!("cannot start {}", binary.get_program().display()))
}

#[cfg(not(unix))]
fn become_it(binary: &mut Command) -> Result<()> {
    let status =
        binary.status().with_context(|| format!("cannot start {}", binary.get_program().display()))?;
    std::process::exit(status.code().unwrap_or(1))
}
