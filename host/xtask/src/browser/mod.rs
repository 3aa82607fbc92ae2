//! `browser`: reports in headless Chromium, offline, driven as people use them.
//!
//! Chromium is the machine's; what drives it is installed below `target/`. Screenshots are left in `target/browser`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::ci::is_in_ci;
use crate::process::{capture, capture_within, program, run};
use crate::sdk::install_packages;
use crate::workspace::Workspace;
use crate::{foreign, glasshouse};

/// Names under which systems have it.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Downloading and unpacking it.
const INSTALL_LIMIT: Duration = Duration::from_secs(600);

/// The run whose texts attack.
const HOSTILE: &str = "host/cli/tests/it/hostile_run";

/// Drives the reports; says what this machine lacks where that is no failure.
pub(crate) fn check(workspace: &Workspace) -> Result<Option<String>> {
    let lacks = |what: &str| Ok(Some(what.to_owned()));
    if capture(&mut program("node", &["--version"])).is_err() {
        return if is_in_ci() { Err(anyhow::anyhow!("there is no node")) } else { lacks("there is no node") };
    }
    let chromium = match chromium() {
        Ok(chromium) => chromium,
        Err(error) if is_in_ci() => return Err(error),
        Err(error) => return lacks(&format!("{error:#}")),
    };
    glasshouse::build(workspace)?;
    let reports = workspace.made("browser");
    write_reports(workspace, &reports)?;
    let node = reports.join("node");
    foreign::lay(&workspace.root.join("host/xtask/src/browser/node"), &node)?;
    install_packages(&node)?;
    let mut tests = program("node", &["--test", "--test-reporter=spec", "report.test.js"]);
    tests.env("GLASSHOUSE_REPORTS", &reports).env("GLASSHOUSE_CHROMIUM", chromium);
    run(tests.current_dir(node))?;
    Ok(None)
}

/// The browser of this machine; in CI, and as root, it is installed where there is none.
fn chromium() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if is_in_ci() {
        let mut update = program("apt-get", &["update"]);
        capture_within(&mut update, INSTALL_LIMIT).context("chromium cannot be installed")?;
        let mut install = program("apt-get", &["install", "--yes", "--no-install-recommends", "chromium"]);
        install.env("DEBIAN_FRONTEND", "noninteractive");
        capture_within(&mut install, INSTALL_LIMIT).context("chromium cannot be installed")?;
    }
    find().context("there is no chromium; `apt-get install chromium` brings it")
}

fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("GLASSHOUSE_CHROMIUM") {
        return Some(named.into());
    }
    let folders: Vec<_> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let candidates = CHROMIUM.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// One report of a real run, and one of a run that nobody ran.
fn write_reports(workspace: &Workspace, into: &Path) -> Result<()> {
    fs::create_dir_all(into)?;
    let binary = workspace.binary();
    let mut real = program(&binary, &["run", "scenarios/first-day", "--out"]);
    capture(real.arg(into.join("first-day")).current_dir(&workspace.root))?;
    let mut hostile = program(&binary, &["report", HOSTILE, "--out"]);
    capture(hostile.arg(into.join("hostile")).current_dir(&workspace.root))?;
    Ok(())
}
