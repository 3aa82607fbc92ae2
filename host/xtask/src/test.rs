//! `test`: guests, every cargo test, and the real clients.

use std::ffi::OsString;

use anyhow::Result;

use crate::process::{cargo, run};
use crate::toolchain::Choice;
use crate::workspace::Workspace;
use crate::{guests, sdk};

/// The arguments go to `cargo test`; with any, only that is run.
pub(crate) fn run_tests(workspace: &Workspace, args: &[OsString]) -> Result<()> {
    guests::make(workspace, Choice::from_environment()?)?;
    let mut cargo = cargo();
    // The release profile, so that the engine is compiled once for the binary, the tests and the benchmarks.
    cargo.args(["test", "--release", "--workspace"]);
    if !args.is_empty() {
        return run(cargo.args(args));
    }
    run(cargo.arg("--no-fail-fast"))?;
    sdk::run_suites(workspace)
}

/// Runs the hostile cases once more in a build of which one guard after the other can be taken away: each must then get
/// through.
pub(crate) fn run_without_guards(workspace: &Workspace) -> Result<()> {
    guests::make(workspace, Choice::from_environment()?)?;
    let features = "glasshouse-cli/removable-guards";
    run(cargo().args(["test", "--release", "--workspace", "--features", features, "--no-fail-fast"]).args([
        "--test",
        "guards",
        "--test",
        "held",
        "without_its_guard",
    ]))
}
