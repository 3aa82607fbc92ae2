//! `sdk`: the official clients of the services, unmodified, against their twins.
//!
//! A twin takes part by having `tests/sdk` with `requirements.txt`, `fixture.json` and one `test_*.py`, which
//! finds its twin at `GLASSHOUSE_<SERVICE>_URL`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::{Server, program, run};
use crate::workspace::Workspace;
use crate::{glasshouse, python};

/// A door opens within milliseconds; this is for a machine under heavy load.
const READY: Duration = Duration::from_secs(60);

/// Runs the suite of every twin that has one.
pub(crate) fn run_suites(workspace: &Workspace) -> Result<()> {
    let suites = find(workspace);
    if suites.is_empty() {
        bail!("no twin has tests/sdk/requirements.txt");
    }
    glasshouse::build(workspace)?;
    for (service, folder) in suites {
        run_suite(workspace, &service, &folder)
            .with_context(|| format!("the official client of {service} is not content with its twin"))?;
    }
    Ok(())
}

/// Services with the folder of their suite.
fn find(workspace: &Workspace) -> Vec<(String, PathBuf)> {
    let twins = workspace.packages().filter_map(|(package, folder)| {
        let suite = workspace.root.join(folder).join("tests/sdk");
        let service = package.name.strip_prefix("twin-")?;
        suite.join("requirements.txt").is_file().then(|| (service.to_owned(), suite))
    });
    twins.collect()
}

fn run_suite(workspace: &Workspace, service: &str, folder: &Path) -> Result<()> {
    let requirements = fs::read_to_string(folder.join("requirements.txt"))?;
    let programs = python::environment(&workspace.made("sdk").join(service), &requirements)?;
    let module = test_module(folder)?;
    let mut serve = program(workspace.binary(), &["serve", "--twin", service, "--listen", "127.0.0.1:0"]);
    let (_server, ready) = Server::start(serve.arg("--fixture").arg(folder.join("fixture.json")), READY)?;
    let url = ready.pointer(&format!("/doors/{service}")).and_then(serde_json::Value::as_str);
    let url = url.with_context(|| format!("no door for {service} in {ready}"))?;
    eprintln!("glasshouse: {module} against {url}");
    run(program(programs.join("python"), &["-m", "unittest", &module])
        .env(format!("GLASSHOUSE_{}_URL", service.to_uppercase().replace('-', "_")), url)
        // The checkout stays as it is.
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(folder))
}

fn test_module(folder: &Path) -> Result<String> {
    for entry in folder.read_dir()? {
        let name = entry?.file_name();
        if let Some(module) = name.to_str().and_then(|name| name.strip_suffix(".py"))
            && module.starts_with("test_")
        {
            return Ok(module.to_owned());
        }
    }
    bail!("{} has no test_*.py", folder.display())
}
