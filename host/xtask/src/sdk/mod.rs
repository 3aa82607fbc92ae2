//! `sdk`: the services' official clients, unmodified, against their twins.
//!
//! A twin takes part by having `tests/sdk/fixture.json`. `requirements.txt` and `test_*.py` beside it are its suite for
//! Python, `node/package.json` with `*.test.js` its suite for Node.js. Each suite has a twin of its own, twice: at the
//! plain door, whose address is in `GLASSHOUSE_<SERVICE>_URL`, and behind the proxy, where the clients keep the service's
//! own address and only variables lead them to the twin.

mod node;
mod python;
mod served;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{program, run};
use crate::workspace::Workspace;
use crate::{ci, glasshouse};
pub(crate) use node::install as install_packages;
use served::Served;

/// What a twin brings.
struct Suite {
    service: String,
    /// `tests/sdk` of the twin.
    folder: PathBuf,
}

/// Tests whose clients are installed.
struct Tests {
    program: PathBuf,
    args: Vec<String>,
    folder: PathBuf,
}

/// How an attempt to install clients ended, where nothing is wrong with the suite.
enum Clients {
    Installed(Tests),
    /// What this machine lacks.
    Missing(String),
}

#[derive(Clone, Copy)]
enum Language {
    Python,
    Node,
}

impl Language {
    const ALL: [Self; 2] = [Self::Python, Self::Node];

    fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node.js",
        }
    }

    /// None where the suite has no clients of the language.
    fn clients(self, workspace: &Workspace, suite: &Suite) -> Result<Option<Clients>> {
        match self {
            Self::Python => python::clients(workspace, suite),
            Self::Node => node::clients(workspace, suite),
        }
    }
}

impl Tests {
    fn command(&self) -> Command {
        let mut command = program(&self.program, &[]);
        command.args(&self.args).current_dir(&self.folder);
        command
    }
}

/// Runs the suites of every twin that has one.
pub(crate) fn run_suites(workspace: &Workspace) -> Result<()> {
    let suites = find(workspace);
    if suites.is_empty() {
        bail!("no twin has tests/sdk/fixture.json");
    }
    glasshouse::build(workspace)?;
    for suite in suites {
        for language in Language::ALL {
            let Some(clients) = language.clients(workspace, &suite)? else { continue };
            let what = format!("the clients of {} for {}", suite.service, language.name());
            match clients {
                Clients::Installed(tests) => run_tests(workspace, &suite, &tests, &what)?,
                Clients::Missing(missing) if ci::is_in_ci() => bail!("{what} cannot run: {missing}"),
                Clients::Missing(missing) => eprintln!("glasshouse: SKIPPED {what}: {missing}"),
            }
        }
    }
    Ok(())
}

fn find(workspace: &Workspace) -> Vec<Suite> {
    let twins = workspace.packages().filter_map(|(package, folder)| {
        let folder = workspace.root.join(folder).join("tests/sdk");
        let service = package.name.strip_prefix("twin-")?.to_owned();
        folder.join("fixture.json").is_file().then_some(Suite { service, folder })
    });
    twins.collect()
}

/// Each door gets a fresh twin: what one run leaves behind is no concern of the next.
fn run_tests(workspace: &Workspace, suite: &Suite, tests: &Tests, what: &str) -> Result<()> {
    let served = Served::start(workspace, suite)?;
    eprintln!("glasshouse: {what} at the plain door");
    run(tests.command().envs(served.plain(&suite.service)?))
        .with_context(|| format!("{what} are not content with its twin"))?;
    drop(served);
    let served = Served::start(workspace, suite)?;
    eprintln!("glasshouse: {what} behind the proxy");
    run(tests.command().envs(served.proxy()?))
        .with_context(|| format!("{what} do not reach its twin by the proxy"))
}
