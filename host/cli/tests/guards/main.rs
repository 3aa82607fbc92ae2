//! Takes one guard away at a time and runs the cases that `guards.txt` says it holds: each must then get through. A case
//! that still holds proves nothing about its guard.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test shows what it compares")]

use serde_json::Value;
use std::process::Command;

/// A guard and a case that it alone holds, one pair a line.
const HELD: &str = include_str!("guards.txt");

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    HELD.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

fn enforced(case: &str, without: Option<&str>) -> bool {
    let mut prove = Command::new(env!("CARGO_BIN_EXE_glasshouse"));
    prove.args(["prove", "--format", "json", "--case", case]);
    prove.args(without.into_iter().flat_map(|guard| ["--without", guard]));
    prove.env("GLASSHOUSE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    let output = prove.output().unwrap();
    // A host that an attack takes with it says nothing more.
    let Ok(proof) = serde_json::from_slice::<Value>(&output.stdout) else { return false };
    proof["summary"]["enforced"] == proof["summary"]["total"]
}

#[test]
fn each_case_gets_through_without_its_guard() {
    let mut wrong = Vec::new();
    for (guard, case) in pairs() {
        if !enforced(case, None) {
            wrong.push(format!("{case} is not held with every guard in its place"));
        }
        if enforced(case, Some(guard)) {
            wrong.push(format!("{case} is held without {guard}"));
        }
    }
    assert!(pairs().count() >= 25 && wrong.is_empty(), "{}", wrong.join("\n"));
}
