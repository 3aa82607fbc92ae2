//! Suites for Node.js: a lock file pins the clients, `*.test.js` are run by Node's own runner.
//!
//! They run in a copy below `target/`, because Node looks for packages beside the file that asks for them.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::{Clients, Suite, Tests};
use crate::foreign;
use crate::process::{capture, program, run};
use crate::workspace::Workspace;

/// Older ones lack the runner's options and what the clients need.
const OLDEST: (u32, u32) = (20, 10);

pub(super) fn clients(workspace: &Workspace, suite: &Suite) -> Result<Option<Clients>> {
    let source = suite.folder.join("node");
    if !source.join("package.json").is_file() {
        return Ok(None);
    }
    let version = match capture(&mut program("node", &["--version"])) {
        Ok(text) => parse(&text).with_context(|| format!("`node --version` says {text:?}"))?,
        Err(_) => return Ok(Some(Clients::Missing("there is no node".to_owned()))),
    };
    if version < OLDEST {
        let (major, minor) = OLDEST;
        return Ok(Some(Clients::Missing(format!("node is older than {major}.{minor}"))));
    }
    let folder = workspace.made("sdk").join(format!("{}-node", suite.service));
    foreign::lay(&source, &folder)?;
    install(&folder)?;
    let mut args = ["--test", "--test-concurrency=1", "--test-reporter=spec"].map(str::to_owned).to_vec();
    args.extend(test_files(&folder)?);
    Ok(Some(Clients::Installed(Tests { program: "node".into(), args, folder })))
}

/// Installs what the lock file pins, unless it is there already. No package runs a script of its own.
pub(crate) fn install(folder: &Path) -> Result<()> {
    let pinned = fs::read_to_string(folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules").join(".made-for.json");
    if fs::read_to_string(&stamp).is_ok_and(|present| present == pinned) {
        return Ok(());
    }
    eprintln!("glasshouse: installing Node.js packages into {}", folder.display());
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--silent"];
    run(program("npm", &args).current_dir(folder))?;
    fs::write(stamp, pinned)?;
    Ok(())
}

fn test_files(folder: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let name = entry?.file_name();
        files.extend(name.to_str().filter(|name| name.ends_with(".test.js")).map(str::to_owned));
    }
    if files.is_empty() {
        bail!("{} has no *.test.js", folder.display());
    }
    files.sort();
    Ok(files)
}

/// Major and minor of a version such as `v20.20.2`.
fn parse(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(parse("v20.20.2\n"), Some((20, 20)));
        assert_eq!(parse("20"), None);
        assert!((18, 19) < OLDEST && (20, 20) >= OLDEST);
    }
}
