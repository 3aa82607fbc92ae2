//! Python projects, by componentize-py.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::process::{program, run};
use crate::python;
use crate::workspace::Workspace;

/// Tests and builds as the project's README says, with one compiler for all projects that pin the same.
pub(super) fn build(workspace: &Workspace, folder: &Path, name: &str, world: &str) -> Result<()> {
    let requirements = fs::read_to_string(folder.join("requirements.txt"))?;
    let programs = python::environment(&workspace.made("tools/componentize-py"), &requirements)?;
    run(program("python3", &["-B", "-m", "unittest", "--quiet"]).current_dir(folder))?;
    let mut compiler = program(programs.join("componentize-py"), &["-d", "wit", "-w", world]);
    compiler.args(["componentize", "--stub-wasi", "component", "-o"]).arg(format!("{name}.wasm"));
    run(compiler.current_dir(folder))
}
