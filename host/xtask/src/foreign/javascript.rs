//! JavaScript projects, by npm.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::process::{program, run};

/// Installs, tests and builds as the project's README says.
pub(super) fn build(folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let pinned = fs::read(&lock)?;
    // Not `npm ci`: it refuses a lock file without the optional packages that exist for no machine of this kind.
    npm(folder, &["install", "--no-audit", "--no-fund", "--prefer-offline"])?;
    if fs::read(&lock)? != pinned {
        bail!("package-lock.json does not pin what package.json asks for");
    }
    npm(folder, &["test"])?;
    npm(folder, &["run", "build"])
}

fn npm(folder: &Path, args: &[&str]) -> Result<()> {
    run(program("npm", args).args(["--silent"]).current_dir(folder))
}
