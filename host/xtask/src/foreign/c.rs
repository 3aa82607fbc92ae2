//! C projects, by make and zig's C compiler.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::process::{program, run};
use crate::python;
use crate::workspace::Workspace;

/// Tests and builds as the project's README says, with one compiler for all projects that pin the same.
pub(super) fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    let requirements = fs::read_to_string(folder.join("requirements.txt"))?;
    let programs = python::environment(&workspace.made("tools/zig"), &requirements)?;
    let tool = |variable: &str, name: &str| format!("{variable}={}", programs.join(name).display());
    run(program("make", &["--silent", "test"]).current_dir(folder))?;
    let mut make = program("make", &["--silent"]);
    make.arg(tool("PYTHON", "python")).arg(tool("WASM_TOOLS", "wasm-tools"));
    // Zig compiles its libc once a cache folder, which takes longer than any of our guests.
    run(make.env("ZIG_GLOBAL_CACHE_DIR", workspace.made("tools/zig-cache")).current_dir(folder))
}
