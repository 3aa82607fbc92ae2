//! Runs one target: its program, the committed corpus, and a folder under `target/fuzz` for what is made meanwhile.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::fresh_folder;
use super::report::{Ran, read};
use crate::process::{program, wait_within};
use crate::workspace::Workspace;

/// Longest input in bytes. Longer ones reach nothing that these do not, and each takes longer.
const LONGEST: usize = 4096;
/// Memory of one target in MiB, its corpus included.
const MEMORY: usize = 2048;
/// Seconds that one input may take. The slowest take milliseconds: one that takes this long would take for ever.
const PATIENCE: u64 = 10;
/// The same inputs in the same order on every machine, as far as its speed allows.
const SEED: u32 = 1;
/// How much longer than announced a target may take: it reads its corpus first, and ends with a last input.
const GRACE: Duration = Duration::from_secs(120);

/// Runs a target for so long; without a time, over its corpus alone.
pub(super) fn run(workspace: &Workspace, name: &str, seconds: Option<u64>) -> Result<Ran> {
    let folder = folder(workspace, name);
    fresh_folder(&folder.join("found"))?;
    let mut command = libfuzzer(workspace, name);
    match seconds {
        Some(seconds) => command.arg(format!("-max_total_time={seconds}")),
        None => command.arg("-runs=0"),
    };
    command.args([format!("-seed={SEED}"), format!("-artifact_prefix={}/", folder.display())]);
    command.arg("-print_final_stats=1").arg(folder.join("found")).arg(corpus(workspace, name));
    let log = folder.join("log");
    let limit = GRACE + Duration::from_secs(seconds.unwrap_or_default());
    let ended = logged(&mut command, &log, limit)?;
    Ok(read(&fs::read_to_string(&log).unwrap_or_default(), ended, &log))
}

/// Copies to the corpus what a run found and what reaches code that nothing there reaches.
pub(super) fn keep(workspace: &Workspace, name: &str) -> Result<()> {
    let mut command = libfuzzer(workspace, name);
    // How often code was reached would keep ten times as many.
    command.args(["-merge=1", "-use_counters=0"]);
    command.arg(corpus(workspace, name)).arg(folder(workspace, name).join("found"));
    let log = folder(workspace, name).join("merge-log");
    match logged(&mut command, &log, GRACE)? {
        Some(true) => Ok(()),
        _ => bail!("what {name} found cannot be merged; see {}", log.display()),
    }
}

fn libfuzzer(workspace: &Workspace, name: &str) -> Command {
    let mut command = program(workspace.binary().with_file_name(name), &[]);
    command.args([format!("-max_len={LONGEST}"), format!("-rss_limit_mb={MEMORY}")]);
    command.arg(format!("-timeout={PATIENCE}"));
    command
}

fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.made("fuzz").join(name)
}

fn corpus(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.root.join("host/fuzz/corpus").join(name)
}

/// Whether it ended well; none where it did not end and was killed.
fn logged(command: &mut Command, log: &Path, limit: Duration) -> Result<Option<bool>> {
    let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = command
        .stdout(file.try_clone()?)
        .stderr(file)
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    Ok(wait_within(&mut child, limit)?.map(|status| status.success()))
}
