//! `readme`: runs the commands that README.md shows, as it shows them.

mod shown;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{Server, program};
use crate::workspace::Workspace;
use shown::{Ending, Shown};

/// The main job; run last, so that it is seen to work after everything else.
const FIRST: &str = "cargo glasshouse run scenarios/access-desk";

/// The first two are run on their own by `.ci/run`, and take longer than all others together. Figures want a machine with
/// nothing else to do, and a quarter of an hour of it.
const APART: [&str; 3] = ["cargo xtask test", "cargo xtask ci", "cargo xtask bench"];

/// A server may have to be built first.
const READY: Duration = Duration::from_secs(1800);

/// Stops at the first command that does not end as shown.
pub(crate) fn run_commands(workspace: &Workspace) -> Result<()> {
    let text = fs::read_to_string(workspace.root.join("README.md")).context("cannot read README.md")?;
    let shown = shown::commands(&text)?;
    for command in APART.into_iter().chain([FIRST]) {
        if !shown.iter().any(|shown| shown.command == command) {
            bail!("README.md does not show `{command}`");
        }
    }
    let (last, rest): (Vec<_>, Vec<_>) = shown.into_iter().partition(|shown| shown.command == FIRST);
    for shown in rest.iter().filter(|shown| !APART.contains(&shown.command.as_str())).chain(last.first()) {
        let started = Instant::now();
        match run(&workspace.root, shown) {
            Ok(()) => println!("ok      {} ({:.1} s)", shown.command, started.elapsed().as_secs_f64()),
            Err(error) => {
                println!("failed  {}", shown.command);
                return Err(error).with_context(|| format!("README.md:{}: {}", shown.line, shown.command));
            }
        }
    }
    Ok(())
}

fn run(root: &Path, shown: &Shown) -> Result<()> {
    // The shell steps aside, so that a server is the child itself and stops with it.
    let mut command = match shown.ending {
        Ending::Serves => program("sh", &["-c", &format!("exec {}", shown.command)]),
        Ending::Exits(_) => program("sh", &["-c", &shown.command]),
    };
    command.current_dir(root);
    match shown.ending {
        Ending::Serves => Server::start(&mut command, READY).map(|_| ()),
        Ending::Exits(code) => exits_with(&mut command, code),
    }
}

fn exits_with(command: &mut Command, code: i32) -> Result<()> {
    let output = command.output().context("cannot start `sh`")?;
    if output.status.code() != Some(code) {
        bail!(
            "ended with {}, not with exit status {code}\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(command: &str, ending: Ending) -> Shown {
        Shown { line: 1, command: command.to_owned(), ending }
    }

    #[test]
    fn a_command_must_end_with_the_code_that_is_shown() {
        let root = Path::new(".");
        assert!(run(root, &shown("exit 3", Ending::Exits(3))).is_ok());
        let error = run(root, &shown("echo red >&2; exit 1", Ending::Exits(0))).unwrap_err();
        assert_eq!(error.to_string(), "ended with exit status: 1, not with exit status 0\nred\n");
    }

    #[test]
    fn a_server_passes_when_it_is_ready_and_fails_when_it_ends_before() {
        let root = Path::new(".");
        assert!(run(root, &shown("sh -c 'echo {}; exec sleep 60'", Ending::Serves)).is_ok());
        assert!(run(root, &shown("true", Ending::Serves)).is_err());
    }
}
