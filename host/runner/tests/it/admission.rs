//! Admission: what makes a scenario count, and each thing that keeps it from counting.

use super::suites::{scenario, suite};
use super::{plan, sandbox};
use glasshouse_runner::{Admitted, load_admission};
use glasshouse_testing::all_guests;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

/// Satisfied where the one value is `right`.
const JUDGE: &str = "schema = \"judge/1\"\n[[judge]]\nid = \"effects\"\ncomponent = \"judge-effects\"\n\
                     [[judge.criterion.must]]\nwhat = \"the value is set\"\nin = \"emitting/values\"\n\
                     kind = \"created\"\n";
const RIGHT: &str =
    "[{\"request\": {\"method\": \"GET\", \"url\": \"https://emitting.example/write?${n}\"}}]";
const TWIN: &str = "seeds = { n = 3 }\ndraw = { n = [1, 2] }\ntwin = [{ use = \"emitting-twin\" }]\n";

fn admit(id: &str, admission: &str, oracle: &str, rest: &str, mutants: &str) -> Admitted {
    let suite = suite("agent-script", mutants);
    let judge = format!("{JUDGE}{admission}");
    let files = [("sealed/judge.toml", judge.as_str()), ("sealed/oracle.json", oracle)];
    scenario(suite.path(), id, "[]", &format!("{TWIN}{rest}"), &files);
    let plan = plan(suite.path());
    let bundled = super::Built(all_guests());
    let admission = load_admission(suite.path(), None, &plan, sandbox(), &bundled).unwrap();
    let mut ran = 0;
    let admitted = admission.run(NonZeroUsize::MIN, &AtomicBool::new(false), &mut || ran += 1).unwrap();
    assert_eq!(ran, admission.trials());
    admitted.into_iter().next().unwrap()
}

const ORACLE: &str = "[admission]\noracle = \"oracle.json\"\n";

#[test]
fn a_scenario_with_a_right_oracle_and_a_caught_mutant_is_admitted() {
    let named = format!("{ORACLE}mutants = [\"hostile-agent\"]\n");
    let admitted = admit("right", &named, RIGHT, "", "[admission]\nmutants = [\"hostile-agent\"]\n");
    assert_eq!(admitted.reasons, [""; 0]);
    assert!(admitted.admitted);
    let oracle = admitted.oracle.unwrap();
    assert_eq!((admitted.trials, oracle.passes, oracle.equal, admitted.idle_passes), (3, 3, 3, 0));
    assert_eq!(admitted.caught.into_iter().collect::<Vec<_>>(), [("hostile-agent".to_owned(), 3)]);
}

#[track_caller]
fn refused(admitted: &Admitted, reason: &str) {
    assert!(!admitted.admitted);
    assert!(admitted.reasons.iter().any(|found| found.contains(reason)), "{reason}: {:?}", admitted.reasons);
}

#[test]
fn each_thing_that_does_not_hold_is_a_reason() {
    refused(&admit("none", "", RIGHT, "", ""), "names no oracle");
    refused(&admit("wrong", ORACLE, "[]", "", ""), "the oracle satisfies in 0 of 3 trials; trial 0: ");
    let act = "[[act]]\nat = \"1s\"\nwhat = \"somebody else\"\n\
               request = { method = \"GET\", url = \"https://emitting.example/write?x\" }\n";
    refused(&admit("idle", ORACLE, RIGHT, act, ""), "doing nothing satisfies in 3 of 3 trials");
    let act = "[[act]]\nat = \"1s\"\nwhat = \"somebody else\"\n\
               request = { method = \"GET\", url = \"https://emitting.example/nowhere\" }\n";
    refused(&admit("act", ORACLE, RIGHT, act, ""), "`somebody else` was answered 404");
}

#[test]
fn a_mutant_that_is_not_caught_is_a_reason() {
    // An act satisfies the judge, whatever the subject does.
    let act = "[[act]]\nat = \"1s\"\nwhat = \"somebody else\"\n\
               request = { method = \"GET\", url = \"https://emitting.example/write?x\" }\n";
    let named = format!("{ORACLE}mutants = [\"agent-script\"]\n");
    let admitted = admit("missed", &named, RIGHT, act, "[admission]\nmutants = [\"agent-script\"]\n");
    refused(&admitted, "the mutant `agent-script` is not caught in any of 3 trials");
}

#[test]
fn faults_can_be_kept_from_the_oracle() {
    let fault = "[[fault]]\nkind = \"server_error\"\noperation = \"write\"\n";
    refused(&admit("faulty", ORACLE, RIGHT, fault, ""), "the oracle satisfies in 0 of 3 trials");
    let spared = format!("{ORACLE}faults = false\n");
    assert_eq!(admit("spared", &spared, RIGHT, fault, "").reasons, [""; 0]);
}
