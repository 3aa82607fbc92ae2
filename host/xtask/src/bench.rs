//! `bench`: every benchmark of the workspace.

use std::ffi::OsString;

use anyhow::Result;

use crate::guests;
use crate::process::{cargo, run};
use crate::toolchain::Choice;
use crate::workspace::Workspace;

/// The arguments go to `cargo bench`.
pub(crate) fn run_benchmarks(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    guests::make(workspace, Choice::from_environment()?)?;
    let mut cargo = cargo();
    // The whole workspace, as for the tests, so that the engine is not compiled again; every bench target, and nothing
    // that is a test.
    cargo.args(["bench", "--workspace", "--bench", "*"]);
    run(cargo.args(args))
}
