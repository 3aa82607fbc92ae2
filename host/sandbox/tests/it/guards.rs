//! Takes one guard away at a time and runs the test that says it holds: without its guard each must fail. The guards
//! that hostile components reach by themselves are taken away in `host/cli/tests/guards`.

use glasshouse_sandbox::{Guard, remove_guard};
use glasshouse_testing::ends_within;
use std::env;
use std::process::Command;
use std::time::Duration;

/// Names the guard that a process of this binary does without.
const WITHOUT: &str = "GLASSHOUSE_WITHOUT";

/// How long a test may go on without its guard; what is still waiting then is held by nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Guards, each with a test that it alone holds.
const HELD: [(Guard, &str); 5] = [
    (Guard::ResponseSize, "egress::limits::a_body_is_read_up_to_its_cap_and_decompressed_bytes_count"),
    (Guard::ResponseSize, "egress::limits::a_head_is_read_up_to_its_cap"),
    (Guard::Concurrency, "egress::limits::more_requests_at_one_time_are_refused_at_once"),
    (Guard::Redaction, "egress::secrets::a_secret_is_taken_out_of_every_answer"),
    (Guard::FolderGrant, "tool::a_denied_write_is_in_the_audit_with_the_line_that_denies_it"),
];

/// Called by whatever the tests in [`HELD`] begin with.
pub(crate) fn take_away() {
    let named = env::var(WITHOUT).unwrap_or_default();
    if let Some(guard) = Guard::ALL.into_iter().find(|guard| guard.to_string() == named) {
        remove_guard(guard);
    }
}

fn passes(test: &str, without: &str) -> bool {
    let mut alone = Command::new(env::current_exe().unwrap());
    alone.args(["--exact", test]).env(WITHOUT, without);
    ends_within(&mut alone, PATIENCE).is_some_and(|ended| ended.status.success())
}

#[test]
fn each_test_fails_without_its_guard() {
    let mut wrong = Vec::new();
    for (guard, test) in HELD {
        if !passes(test, "") {
            wrong.push(format!("{test} fails with every guard in its place"));
        }
        if passes(test, &guard.to_string()) {
            wrong.push(format!("{test} passes without {guard}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
