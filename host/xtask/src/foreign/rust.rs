//! Rust projects outside of this workspace, by cargo alone.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::project::Made;
use crate::process::{clean_cargo, run};
use crate::toolchain::{self, Choice, GuestToolchain, TARGET};
use crate::workspace::Workspace;

/// Tests and builds as the project's README says.
pub(super) fn build(workspace: &Workspace, folder: &Path, name: &str) -> Result<Made> {
    let toolchain = toolchain::make(workspace, Choice::from_environment()?)?;
    if toolchain != GuestToolchain::Active {
        return Ok(Made::Skipped("rustup target for it"));
    }
    // Cargo drops what the project does not use and keeps the versions: those that everything else here is tested with.
    fs::copy(workspace.root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    let built = workspace.made("templates-build");
    cargo(folder, &built, &["test", "--quiet"])?;
    cargo(folder, &built, &["build", "--quiet", "--release", "--target", TARGET])?;
    let file = format!("{}.wasm", name.replace('-', "_"));
    Ok(Made::Component(built.join(TARGET).join("release").join(file)))
}

fn cargo(folder: &Path, target: &Path, args: &[&str]) -> Result<()> {
    run(clean_cargo().args(args).arg("--target-dir").arg(target).current_dir(folder))
}
