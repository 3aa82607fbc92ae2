//! Suites for Python: `requirements.txt` pins the clients, `test_*.py` are run by unittest.

use std::fs;

use anyhow::{Result, bail};

use super::{Clients, Suite, Tests};
use crate::process::{capture, program};
use crate::python;
use crate::workspace::Workspace;

pub(super) fn clients(workspace: &Workspace, suite: &Suite) -> Result<Option<Clients>> {
    let requirements = suite.folder.join("requirements.txt");
    if !requirements.is_file() {
        return Ok(None);
    }
    if capture(&mut program("python3", &["--version"])).is_err() {
        return Ok(Some(Clients::Missing("there is no python3".to_owned())));
    }
    let requirements = fs::read_to_string(requirements)?;
    let programs = python::environment(&workspace.made("sdk").join(&suite.service), &requirements)?;
    // -B: the checkout stays as it is.
    let mut args = ["-B", "-m", "unittest"].map(str::to_owned).to_vec();
    args.extend(modules(suite)?);
    let tests = Tests { program: programs.join("python"), args, folder: suite.folder.clone() };
    Ok(Some(Clients::Installed(tests)))
}

fn modules(suite: &Suite) -> Result<Vec<String>> {
    let mut modules = Vec::new();
    for entry in suite.folder.read_dir()? {
        let name = entry?.file_name();
        let module = name.to_str().and_then(|name| name.strip_suffix(".py"));
        modules.extend(module.filter(|module| module.starts_with("test_")).map(str::to_owned));
    }
    if modules.is_empty() {
        bail!("{} has no test_*.py", suite.folder.display());
    }
    modules.sort();
    Ok(modules)
}
