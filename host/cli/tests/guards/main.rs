//! Takes one guard away at a time and runs the cases that `guards.txt` says it holds: each must then get through. A case
//! that still holds proves nothing about its guard.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test shows what it compares"
)]

use glasshouse_sandbox::Guard;
use glasshouse_testing::ends_within;
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

/// A guard and a case that it alone holds, one pair a line.
const HELD: &str = include_str!("guards.txt");

/// Guards that need a peer or a second caller to be reached: `host/sandbox/tests/it/guards.rs`; and the one of which a
/// replay finds that it is missing: `host/runner/tests/held.rs`.
const ELSEWHERE: [&str; 5] = ["Concurrency", "FolderGrant", "FreshInstance", "Redaction", "ResponseSize"];

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    HELD.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// With every guard in its place each case ends by itself.
const FOR_EVER: Duration = Duration::from_secs(3600);
/// How long a case may go on without its guard. One that is still running then is held by nothing: the guard would have
/// ended it.
const PATIENCE: Duration = Duration::from_secs(10);

fn prove(case: &str, without: Option<&str>, patience: Duration) -> bool {
    let mut prove = Command::new(env!("CARGO_BIN_EXE_glasshouse"));
    prove.args(["prove", "--format", "json", "--case", case]);
    prove.args(without.into_iter().flat_map(|guard| ["--without", guard]));
    prove.env("GLASSHOUSE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    ends_within(&mut prove, patience).is_some_and(|ended| all_enforced(&ended.stdout))
}

/// Whether a proof says so. A host that an attack took with it said nothing.
fn all_enforced(proof: &[u8]) -> bool {
    let proof: Value = serde_json::from_slice(proof).unwrap_or_default();
    proof["summary"]["enforced"].is_u64() && proof["summary"]["enforced"] == proof["summary"]["total"]
}

#[test]
fn each_case_gets_through_without_its_guard() {
    let mut wrong = Vec::new();
    for (guard, case) in pairs() {
        if !prove(case, None, FOR_EVER) {
            wrong.push(format!("{case} is not held with every guard in its place"));
        }
        if prove(case, Some(guard), PATIENCE) {
            wrong.push(format!("{case} is held without {guard}"));
        }
    }
    let held: BTreeSet<_> =
        pairs().map(|(guard, _)| guard.to_owned()).chain(ELSEWHERE.map(str::to_owned)).collect();
    let all: BTreeSet<_> = Guard::ALL.iter().map(ToString::to_string).collect();
    assert_eq!(held, all, "a guard without a case, or a case without a guard");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
