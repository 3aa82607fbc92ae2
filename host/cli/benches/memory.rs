//! Resident memory of `glasshouse run` over 10,000 and over 100,000 trials, the reports it writes included, and of
//! `glasshouse report`, which makes them again.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/first-day");
const TRIALS: [usize; 2] = [10_000, 100_000];
/// How often a process is looked at.
const BEAT: Duration = Duration::from_millis(100);

fn main() {
    for trials in TRIALS {
        let place = tempfile::tempdir().expect("a folder");
        let suite = place.path().join("suite");
        copy(Path::new(SUITE), &suite);
        let scenarios = fs::read_dir(&suite).expect("a suite").filter(is_folder).count();
        let file = suite.join("suite.toml");
        let text = fs::read_to_string(&file).expect("suite.toml");
        let n = format!("n = {}", trials.div_ceil(scenarios));
        fs::write(&file, text.replace("n = 25", &n)).expect("suite.toml");
        let (suite, out) = (suite.to_string_lossy(), place.path().join("out"));
        let out = out.to_string_lossy();
        show(&format!("run, {trials} trials"), &["run", &suite, "--out", &out]);
        show(&format!("report, {trials} trials"), &["report", &out]);
    }
}

fn is_folder(entry: &std::io::Result<fs::DirEntry>) -> bool {
    entry.as_ref().is_ok_and(|entry| entry.path().is_dir())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("a file");
        }
    }
}

fn show(what: &str, args: &[&str]) {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-cache");
    let mut glasshouse = Command::new(env!("CARGO_BIN_EXE_glasshouse"));
    glasshouse.args(args).env("GLASSHOUSE_CACHE", cache).stdout(Stdio::null()).stderr(Stdio::null());
    let begin = Instant::now();
    let peak = peak(glasshouse.spawn().expect("the binary starts"));
    println!("{what:<22} {peak:>8} KiB resident at most   {:>4} s", begin.elapsed().as_secs());
}

/// The most that was resident, in KiB, as `/proc` says as long as the process is there.
fn peak(mut process: Child) -> u64 {
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait().expect("a process of ours").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = number.unwrap_or(0).max(peak);
        std::thread::sleep(BEAT);
    }
    peak
}
