//! A guest that does its worst, under small limits: it ends with the limit's name, and the next guest notices
//! nothing.

use crate::stage::{Stage, grants, task};
use glasshouse_model::{Ending, Happening, Limit};
use glasshouse_sandbox::{AgentComponent, AgentRun, Allocation, Bill, Limits};
use glasshouse_testing::guest;

const MIB: u64 = 1024 * 1024;

/// Small, and enough for the polite case.
const SMALL: Limits = Limits {
    fuel: 20_000_000,
    memory: 16 * MIB,
    output: 64 * 1024,
    requests: 10,
    host_calls: 1_000,
    call_bytes: 1024 * 1024,
    retained_bytes: 16 * MIB,
    handles: 100,
    wall: u64::MAX,
};

/// Enough memory to build 64 MiB and hand them over in one call.
const ROOMY: Limits = Limits { fuel: 2_000_000_000, memory: 512 * MIB, output: u64::MAX, ..SMALL };

/// What the guest does, under which limits, and how that ends.
fn cases() -> Vec<(&'static str, Limits, Ending)> {
    vec![
        ("loop", SMALL, Ending::Limit(Limit::Fuel)),
        ("memory-fill", SMALL, Ending::Limit(Limit::Fuel)),
        ("grow", SMALL, Ending::Limit(Limit::Memory)),
        ("flood", SMALL, Ending::Limit(Limit::Output)),
        ("flood", Limits { output: u64::MAX, ..SMALL }, Ending::Limit(Limit::HostCalls)),
        ("recurse", SMALL, Ending::Limit(Limit::Stack)),
        ("request", SMALL, Ending::Limit(Limit::Requests)),
        ("draw", SMALL, Ending::Limit(Limit::CallBytes)),
        ("sleep", SMALL, Ending::Limit(Limit::VirtualTime)),
        ("long-line", ROOMY, Ending::Limit(Limit::CallBytes)),
        ("huge-request", ROOMY, Ending::Limit(Limit::CallBytes)),
        ("huge-answer", ROOMY, Ending::Limit(Limit::CallBytes)),
        ("huge-answer", SMALL, Ending::Limit(Limit::Memory)),
        ("ask", SMALL, Ending::Answered),
        ("count", SMALL, Ending::Answered),
        ("escape", SMALL, Ending::Answered),
        ("now", SMALL, Ending::Answered),
        ("fail", SMALL, Ending::GaveUp("error: did not feel like it".into())),
        ("trap", SMALL, Ending::Trapped("wasm trap: wasm `unreachable` instruction executed".into())),
        ("answer", SMALL, Ending::Answered),
    ]
}

fn run(agent: &AgentComponent, what: &str, limits: Limits) -> AgentRun {
    agent.run(grants(), limits, &task(what))
}

fn each_ends_at_its_limit(allocation: Option<Allocation>, live: Option<u64>) {
    let stage = Stage::new(allocation);
    let agent = stage.load_agent(&guest("hostile-agent")).unwrap();
    let mut wrong = Vec::new();
    for (what, limits, expected) in cases() {
        let ended = run(&agent, what, limits);
        if ended.ending != expected {
            wrong.push(format!("{what}: {}; expected: {expected}", ended.ending));
        }
        let Bill { fuel, peak_memory, .. } = ended.bill;
        assert!(fuel <= limits.fuel && peak_memory <= limits.memory, "{what}: {:?}", ended.bill);
        let polite = run(&agent, "answer", SMALL);
        assert_eq!(polite.ending, Ending::Answered, "after {what}");
        assert_eq!(polite.log.len(), 0, "after {what}");
        assert_eq!(stage.live_instances(), live, "after {what}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn limits_hold_with_the_allocation_of_this_machine() {
    let pooled = Stage::new(None).allocation() != Allocation::OnDemand;
    each_ends_at_its_limit(None, pooled.then_some(0));
}

#[test]
fn limits_hold_on_demand() {
    each_ends_at_its_limit(Some(Allocation::OnDemand), None);
}

#[test]
fn what_is_kept_of_a_guest_stays_within_its_limits() {
    let stage = Stage::new(None);
    let agent = stage.load_agent(&guest("hostile-agent")).unwrap();
    let flooded = run(&agent, "flood", SMALL);
    let kept: usize = flooded.log.iter().map(|line| line.message.len()).sum();
    assert!(kept as u64 <= SMALL.output, "{kept} bytes of log");
    let asked = run(&agent, "request", SMALL);
    assert_eq!(asked.events.len() as u64, SMALL.requests + 1, "the requests and how it ended");
    assert!(asked.events.iter().map(|event| event.index).eq(0..=SMALL.requests));
}

#[test]
fn a_line_steers_nothing_where_it_is_shown() {
    let stage = Stage::new(None);
    let agent = stage.load_agent(&guest("hostile-agent")).unwrap();
    let lines: Vec<_> = run(&agent, "escape", SMALL).log.into_iter().map(|line| line.message).collect();
    assert_eq!(lines, [r"\u{1b}[2Jx\r\n::error::y"]);
}

#[test]
fn a_run_sees_its_own_memory_and_time_alone() {
    let stage = Stage::new(None);
    let agent = stage.load_agent(&guest("hostile-agent")).unwrap();
    for (what, answer) in [("count", "1"), ("count", "1"), ("now", "0")] {
        let last = run(&agent, what, SMALL).events.pop().unwrap();
        assert_eq!(last.happening, Happening::Answered(answer.into()), "{what}");
    }
}

#[test]
fn the_first_size_of_a_memory_counts() {
    let stage = Stage::new(None);
    let agent = stage.load_agent(&guest("dirty-pages")).unwrap();
    let task = glasshouse_sandbox::Task { instruction: String::new(), input: "{\"pages\": 1}".into() };
    let tight = agent.run(grants(), Limits { memory: MIB, ..SMALL }, &task);
    assert_eq!(tight.ending, Ending::Limit(Limit::Memory));
    assert_eq!(agent.run(grants(), SMALL, &task).ending, Ending::Answered);
}

/// The bill of a run is the same each time, whichever way the guest gets its memory.
#[test]
fn the_same_run_costs_the_same() {
    let generous = Limits { requests: 10_000, host_calls: 20_000, fuel: 2_000_000_000, ..SMALL };
    let mut bills = Vec::new();
    for allocation in [None, Some(Allocation::OnDemand)] {
        let stage = Stage::new(allocation);
        let agent = stage.load_agent(&guest("hostile-agent")).unwrap();
        for _ in 0..2 {
            let answered = run(&agent, "request", generous);
            assert_eq!(answered.ending, Ending::Answered);
            assert!(
                answered.bill.fuel < generous.fuel && answered.bill.requests == 10_000,
                "{:?}",
                answered.bill
            );
            bills
                .push([run(&agent, "loop", SMALL), run(&agent, "grow", SMALL), answered].map(|run| run.bill));
        }
    }
    assert!(bills.windows(2).all(|pair| pair[0] == pair[1]), "{bills:#?}");
}
