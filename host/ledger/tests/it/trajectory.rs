//! A trial goes in as a context, and comes out under its names.

use crate::{open, quick_folder};
use glasshouse_ledger::cql::{self, Candidate};
use glasshouse_ledger::registry::Projection;
use glasshouse_ledger::{Commit, ContextId, Ledger, Recorded, Recording};
use glasshouse_model::{
    Body, Budget, Change, Digest, Drawn, Ending, Event, FaultPlan, Happening, Judged, Judgement, Request,
    Response, Ruling, Seed, Trajectory, TrialClass, TrialComponent, TrialHeader, TrialResult,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;

/// Noon of a day in 2026, in nanoseconds.
const NOON: u64 = 1_790_000_000_000_000_000;
/// One exported trial: what README.md imports, and what every later version has to be able to import.
const EXPORTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/cases/greet-newcomer.gledger");

/// A subject that asks one twin, writes a line and answers.
fn trajectory(lines: usize) -> Trajectory {
    let request = Request {
        method: "POST".into(),
        url: "https://slack.com/api/chat.postMessage".into(),
        headers: vec![],
        body: Body(b"{\"channel\":\"C0WELCOME\",\"text\":\"Welcome, Ada!\"}".into()),
    };
    let response = Response { status: 200, headers: vec![], body: Body(b"{\"ok\":true}".into()) };
    let (twin, response) = (Some("slack".into()), Some(response));
    let exchange = Happening::Exchange { via: None, twin, request, response, error: None };
    let mut happened = vec![exchange];
    happened.extend((0..lines).map(|number| Happening::Line(format!("greeted {number}"))));
    happened.push(Happening::Answered("done".into()));
    let event = |(index, happening)| Event {
        index,
        at: NOON + index * 1_500_000,
        fuel: 1_000 * index,
        happening,
        chain: Digest::of(b""),
    };
    let change = Change {
        twin: "slack".into(),
        table: "messages".into(),
        key: "C0WELCOME/1".into(),
        before: None,
        after: Some(b"{\"text\":\"Welcome, Ada!\"}".into()),
        event: Some(0),
    };
    let mut trajectory = Trajectory {
        header: header(),
        scenario: "greet-newcomer".into(),
        index: 3,
        seed: Seed(7),
        story: "Somebody joins, and is welcomed.".into(),
        events: (0..).zip(happened).map(event).collect(),
        ending: Ending::Answered,
        changes: vec![change.clone()],
        writes: vec![change],
        writes_left_out: 0,
        twins: BTreeMap::from([("slack".into(), Digest::of(b"slack"))]),
    };
    trajectory.seal();
    trajectory
}

fn header() -> TrialHeader {
    let agent =
        TrialComponent { name: "agent-greeter".into(), role: "agent".into(), digest: Digest::of(b"agent") };
    TrialHeader {
        schema: "trajectory/1".into(),
        runner: "glasshouse-runner 0.0.0".into(),
        engine: "wasmtime 48.0.8".into(),
        suite: "first-day".into(),
        scenario: Digest::of(b"scenario"),
        world: Digest::of(b"world"),
        components: vec![agent],
        drawn: Drawn::default(),
        budget: Budget::default(),
        faults: FaultPlan::default(),
    }
}

fn result() -> TrialResult {
    let judgement = Judgement {
        judge: "effects".into(),
        ruling: Ruling::Score(1.0),
        reason: "The newcomer is welcomed.".into(),
        evidence: vec![0],
    };
    TrialResult {
        scenario: "greet-newcomer".into(),
        index: 3,
        seed: Seed(7),
        drawn: Drawn::default(),
        class: TrialClass::Judged,
        satisfied: true,
        ending: Ending::Answered,
        judgements: vec![Judged::Ruled(judgement)],
        reason: String::new(),
        retries: 0,
    }
}

fn record(ledger: &Ledger, run: &str, trajectory: &Trajectory) -> Recorded {
    let components = BTreeMap::from([("agent-greeter".to_owned(), Digest::of(b"agent"))]);
    let result = result();
    let recording = Recording { suite: "first-day", components: &components, trajectory, result: &result };
    ledger.record(run, &recording, Commit::Interval).unwrap()
}

/// Type and content of every turn, by the names of its type.
fn named(ledger: &Ledger, context: ContextId) -> Vec<(String, Value)> {
    let registry = ledger.registry();
    let project = |turn: glasshouse_ledger::Turn| {
        let version = registry.version(&turn.type_id, turn.type_version);
        let payload = ledger.blob(&turn.payload).unwrap();
        let projected = Projection::default().project(&payload, version, &registry).unwrap();
        assert!(projected.unknown.is_empty(), "{:?}", projected.unknown);
        (turn.type_id, projected.data)
    };
    ledger.last(context, 99).unwrap().into_iter().map(project).collect()
}

#[test]
fn a_trial_comes_out_under_its_names() {
    let folder = quick_folder();
    let ledger = open(folder.path());
    let recorded = record(&ledger, "run-1", &trajectory(1));
    let turns = named(&ledger, recorded.context);
    let types: Vec<_> =
        turns.iter().map(|(type_id, _)| type_id.strip_prefix("glasshouse.").unwrap()).collect();
    assert_eq!(types, ["trial", "event", "event", "event", "write", "change", "verdict"]);
    let (trial, exchange, line) = (&turns[0].1, &turns[1].1, &turns[2].1);
    assert_eq!((&trial["suite"], &trial["seed"]), (&json!("first-day"), &json!("0000000000000007")));
    assert_eq!(trial["components"], json!({ "agent-greeter": Digest::of(b"agent").to_string() }));
    assert_eq!(
        (&exchange["kind"], &exchange["body"]["response"]["status"]),
        (&json!("exchange"), &json!(200))
    );
    assert_eq!(
        (&line["kind"], &line["body"], &line["index"]),
        (&json!("line"), &json!("greeted 0"), &json!("1"))
    );
    assert_eq!(trial["header"]["engine"], "wasmtime 48.0.8");
    assert_eq!((&line["fuel"], line["chain"].as_str().map(str::len)), (&json!("1000"), Some(71)));
    assert_eq!((&turns[4].1["event"], turns[4].1.get("before")), (&json!("0"), None));
    let verdict = &turns[6].1;
    assert_eq!(
        (&verdict["satisfied"], &verdict["judgements"][0]["judge"]),
        (&json!(true), &json!("effects"))
    );
    let times = ledger.last(recorded.context, 99).unwrap();
    assert_eq!((times[0].created, times[2].created), (NOON / 1_000_000, NOON / 1_000_000 + 1));
    ledger.verify().unwrap();
}

#[test]
fn trials_are_found_by_run_and_label() {
    let folder = quick_folder();
    let ledger = open(folder.path());
    let recorded = record(&ledger, "run-1", &trajectory(1));
    record(&ledger, "run-2", &trajectory(1));
    let found = |text: &str| {
        let query = cql::parse(text, 0).unwrap();
        let contexts = ledger.contexts().map(Result::unwrap);
        let holds = |context: &glasshouse_ledger::Context| {
            query.holds(&Candidate { context, root: context.id, is_live: false })
        };
        contexts.filter(holds).map(|context| context.id).collect::<Vec<_>>()
    };
    assert_eq!(found("tag = \"run-1\""), [recorded.context]);
    assert_eq!(found("label = \"satisfied\" AND label = \"scenario:greet-newcomer\"").len(), 2);
    assert_eq!(found("label = \"unsatisfied\" OR label = \"class:infra\"").len(), 0);
    assert_eq!(found("title = \"greet-newcomer #3\"").len(), 2);
}

#[test]
fn the_same_trial_has_the_same_hash_in_any_ledger_and_another_has_another() {
    let (one, two) = (quick_folder(), quick_folder());
    let (one, two) = (open(one.path()), open(two.path()));
    record(&two, "earlier", &trajectory(3));
    assert_eq!(record(&one, "a", &trajectory(1)).hash, record(&two, "b", &trajectory(1)).hash);
    let mut other = trajectory(1);
    other.events[1].at += 1_000;
    assert_ne!(record(&one, "a", &other).hash, record(&one, "a", &trajectory(1)).hash);
}

#[test]
fn a_trial_of_more_events_than_one_append_takes_is_one_path() {
    let folder = quick_folder();
    let ledger = open(folder.path());
    let recorded = record(&ledger, "long", &trajectory(10_000));
    assert_eq!(ledger.head(recorded.context).unwrap().depth, 10_006);
    assert_eq!(ledger.turn(recorded.head).unwrap().type_id, "glasshouse.verdict");
}

#[test]
fn a_trial_that_an_earlier_version_exported_comes_out_under_its_names() {
    let folder = quick_folder();
    let ledger = open(folder.path());
    let imported = ledger.import(File::open(EXPORTED).unwrap()).unwrap();
    let turns = named(&ledger, imported.context);
    let types: Vec<_> = turns.iter().map(|(type_id, _)| type_id.as_str()).collect();
    assert_eq!((types[0], types.len()), ("glasshouse.trial", 6));
    assert_eq!((&turns[1].1["kind"], &turns[5].1["satisfied"]), (&json!("exchange"), &json!(true)));
    record(&ledger, "later", &trajectory(1));
    ledger.verify().unwrap();
}
