//! Injected faults, kind by kind.

use super::{START, ask, emitting, open, request, twin};
use glasshouse_model::{FaultKind, FaultPlan, Happening, Seed};
use glasshouse_sandbox::{Error, Exchange};
use glasshouse_universe::{REQUEST_COST, Universe, World};

const SECOND: u64 = 1_000_000_000;

fn under(rules: &str) -> Universe {
    let mut universe = emitting();
    universe.set_faults(plan(rules));
    universe
}

fn plan(rules: &str) -> FaultPlan {
    FaultPlan::parse("faults.toml", &format!("schema = \"faults/1\"\n{rules}")).unwrap()
}

fn send(universe: &mut Universe, path: &str) -> Exchange {
    universe.send(Some(0), &request("GET", &format!("https://emitting.example{path}"), "")).unwrap()
}

/// Injected faults so far: operation, kind, rule.
fn injected(universe: &mut Universe) -> Vec<(String, &'static str, usize)> {
    let faults = universe.take_happenings().into_iter().filter_map(|(_, happening)| match happening {
        Happening::Fault(fault) => Some((fault.operation, fault.kind, fault.rule)),
        _ => None,
    });
    faults.collect()
}

#[test]
fn the_twin_answers_refusals_in_its_own_words() {
    let mut universe = under(
        "[[fault]]\nkind = \"rate_limit\"\nduration = \"30s\"\ncall = 1\n\
         [[fault]]\nkind = \"server_error\"\ncall = 2\n[[fault]]\nkind = \"unavailable\"\ncall = 3\n",
    );
    let limited = send(&mut universe, "/write?x");
    assert_eq!(limited.fault, Some(FaultKind::RateLimit(30 * SECOND)));
    let limited = limited.answer.unwrap();
    assert_eq!((limited.status, limited.headers[0].value.as_str()), (429, "30"));
    let statuses = [(); 2].map(|()| send(&mut universe, "/write?x").answer.unwrap().status);
    assert_eq!(statuses, [500, 503]);
    let after = send(&mut universe, "/read");
    assert_eq!((after.fault, after.answer.unwrap().body), (None, Vec::new()));
    assert_eq!(
        injected(&mut universe),
        [
            ("write".to_owned(), "rate_limit", 0),
            ("write".to_owned(), "server_error", 1),
            ("write".to_owned(), "unavailable", 2)
        ]
    );
}

#[test]
fn latency_takes_time_and_a_timeout_takes_the_request() {
    let mut universe = under(
        "[[fault]]\nkind = \"latency\"\nduration = \"2s\"\ncall = 1\n\
         [[fault]]\nkind = \"timeout\"\nduration = \"7s\"\ncall = 2\n",
    );
    assert_eq!(send(&mut universe, "/write?late").answer.unwrap().status, 200);
    assert_eq!(universe.clock().read(), START + REQUEST_COST + 2 * SECOND);
    assert!(matches!(send(&mut universe, "/write?lost").answer, Err(Error::TimedOut(_))));
    assert_eq!(universe.clock().read(), START + 2 * REQUEST_COST + 9 * SECOND);
    assert_eq!(ask(&mut universe, "/read", &[]).1, "late");
}

#[test]
fn a_cut_connection_loses_the_answer_and_not_the_work() {
    let mut universe = under("[[fault]]\nkind = \"cut\"\noperation = \"write\"\n");
    assert!(matches!(send(&mut universe, "/write?done").answer, Err(Error::Unavailable(_))));
    assert_eq!(ask(&mut universe, "/read", &[]).1, "done");
    assert_eq!(injected(&mut universe), [("write".to_owned(), "cut", 0)]);
}

/// A value that was `one` and is `two`, where reads are of ten seconds ago.
fn read_stale() -> Universe {
    let mut universe = under("[[fault]]\nkind = \"stale_read\"\nduration = \"10s\"\nfrom = \"5s\"\n");
    for value in ["one", "two"] {
        send(&mut universe, &format!("/write?{value}")).answer.unwrap();
        universe.advance(8 * SECOND).unwrap();
    }
    universe
}

#[test]
fn a_stale_read_sees_the_past_and_a_write_the_present() {
    let mut universe = read_stale();
    universe.take_happenings();
    let read = send(&mut universe, "/read");
    assert_eq!(read.fault, Some(FaultKind::StaleRead(10 * SECOND)));
    assert_eq!(read.answer.unwrap().body, b"one");
    assert_eq!(injected(&mut universe), [("read".to_owned(), "stale_read", 0)]);
    let change = send(&mut universe, "/change");
    assert_eq!((change.fault, change.answer.unwrap().status), (None, 200));
    assert_eq!(injected(&mut universe), []);
    universe.set_faults(FaultPlan::default());
    assert_eq!(ask(&mut universe, "/read", &[]).1, "two+");
}

#[test]
fn a_read_that_is_counted_against_a_limit_is_stale_too() {
    let mut universe = read_stale();
    for used in 1..=2 {
        let read = send(&mut universe, "/limited");
        assert_eq!(read.fault, Some(FaultKind::StaleRead(10 * SECOND)));
        assert_eq!(read.answer.unwrap().body, b"one");
        let counted = universe.world().changes().into_iter().filter(|change| change.table == "_rate");
        assert_eq!(counted.count(), used);
    }
}

#[test]
fn deliveries_are_doubled_and_reordered() {
    let rules = "[[fault]]\nkind = \"duplicate\"\ncall = 1\n\
                 [[fault]]\nkind = \"reorder\"\nduration = \"1h\"\nfrom = \"1s\"\noperation = \"POST /hook\"\n";
    let mut universe = under(rules);
    let fields = [("to", "https://emitting.example/hook"), ("delay", "1000000000")];
    ask(&mut universe, "/emit", &fields);
    assert_eq!(universe.pending().len(), 2);
    universe.advance(3 * SECOND).unwrap();
    assert_eq!(injected(&mut universe), [("POST /hook".to_owned(), "duplicate", 0)]);
    for _ in 0..5 {
        ask(&mut universe, "/emit", &fields);
    }
    let dues: Vec<_> = universe.pending().into_iter().map(|pending| pending.due).collect();
    let latest = universe.clock().read() + SECOND;
    assert!(dues.iter().any(|due| *due > latest + SECOND), "{dues:?}");
    assert_eq!(injected(&mut universe).len(), 5);
}

#[test]
fn a_rule_for_another_twin_or_operation_changes_nothing() {
    let mut universe = under(
        "[[fault]]\ntwin = \"breaking\"\nkind = \"cut\"\n[[fault]]\noperation = \"POST /*\"\nkind = \"cut\"\n\
         [[fault]]\noperation = \"wr\"\nkind = \"cut\"\n",
    );
    assert_eq!(ask(&mut universe, "/write?x", &[]).0, 200);
    assert_eq!(injected(&mut universe), []);
}

#[test]
fn a_world_goes_on_alike_and_another_seed_draws_otherwise() {
    let rules =
        "[[fault]]\nkind = \"server_error\"\nprobability = 0.5\n[[fault]]\nkind = \"cut\"\ncall = 30\n";
    let mut universe =
        open(&[twin("emitting-twin")], World::empty(START).fork(Seed(1)).with_faults(plan(rules)));
    let run = |universe: &mut Universe| -> Vec<_> {
        (0..40).map(|_| send(universe, "/read").fault.map(FaultKind::name)).collect()
    };
    for _ in 0..5 {
        send(&mut universe, "/read");
    }
    let world = universe.world();
    let seen = run(&mut universe);
    assert_eq!(
        seen.iter().flatten().filter(|kind| **kind == "cut").count(),
        usize::from(seen[24] == Some("cut"))
    );
    universe.restore(world.clone()).unwrap();
    assert_eq!(run(&mut universe), seen);
    assert_eq!(run(&mut open(&[twin("emitting-twin")], world.clone())), seen);
    assert_ne!(run(&mut open(&[twin("emitting-twin")], world.fork(Seed(9)))), seen);
}
