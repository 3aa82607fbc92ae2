//! Worlds as values: snapshots, restoring, differences, and what was asked of the twins.

use super::{START, ask, emitting, open, request, slack_world, text, twin};
use glasshouse_model::Seed;
use glasshouse_universe::{OperationCount, Universe, World};

fn write(universe: &mut Universe, value: &str) {
    assert_eq!(ask(universe, &format!("/write?{value}"), &[]).0, 200);
}

/// Twin, key, before and after of each difference.
fn diff(after: &World, before: &World) -> Vec<(String, String, Option<String>, Option<String>)> {
    let shown = |value: Option<Vec<u8>>| value.map(|value| String::from_utf8(value).unwrap());
    let changes = after.diff(before).into_iter();
    changes.map(|c| (c.twin, format!("{}/{}", c.table, c.key), shown(c.before), shown(c.after))).collect()
}

fn one(before: Option<&str>, after: Option<&str>) -> Vec<(String, String, Option<String>, Option<String>)> {
    let owned = |value: Option<&str>| value.map(str::to_owned);
    vec![("emitting".to_owned(), "values/one".to_owned(), owned(before), owned(after))]
}

#[test]
fn a_snapshot_stays_as_it_is_and_can_be_gone_back_to() {
    let mut universe = emitting();
    write(&mut universe, "first");
    let drawn = ask(&mut universe, "/draw", &[]).1;
    let snapshot = universe.world();
    write(&mut universe, "second");
    let next = ask(&mut universe, "/draw", &[]).1;
    assert_ne!(drawn, next);
    let (later, time) = (universe.world(), universe.clock().read());
    universe.restore(snapshot.clone()).unwrap();
    assert_eq!(universe.clock().read(), snapshot.clock());
    assert_eq!(ask(&mut universe, "/read", &[]).1, "first");
    assert_eq!(ask(&mut universe, "/draw", &[]).1, next);
    assert_eq!(universe.clock().read(), time);
    universe.restore(later).unwrap();
    assert_eq!(ask(&mut universe, "/read", &[]).1, "second");
}

#[test]
fn parts_of_a_world_that_no_twin_runs_over_are_kept() {
    let slack = slack_world(&[twin("twin-slack")]);
    let documents = slack.documents();
    let mut universe = emitting();
    universe.restore(slack.clone()).unwrap();
    assert_eq!(universe.world().documents(), documents);
    assert_eq!(open(&[twin("emitting-twin")], slack).close().documents(), documents);
}

#[test]
fn any_two_worlds_have_a_difference() {
    let mut universe = emitting();
    write(&mut universe, "base");
    let base = universe.close();
    let mut first = open(&[twin("emitting-twin")], base.fork(Seed(1)));
    let start = first.world();
    write(&mut first, "1");
    let middle = first.world();
    write(&mut first, "2");
    let mut second = open(&[twin("emitting-twin")], base.fork(Seed(2)));
    write(&mut second, "3");
    let (first, second) = (first.close(), second.close());
    assert_eq!(diff(&middle, &start), one(Some("base"), Some("1")));
    assert_eq!(diff(&first, &middle), one(Some("1"), Some("2")));
    assert_eq!(diff(&middle, &first), one(Some("2"), Some("1")));
    assert_eq!(diff(&first, &base), one(Some("base"), Some("2")));
    assert_eq!(diff(&base, &first), one(Some("2"), Some("base")));
    assert_eq!(diff(&first, &second), one(Some("3"), Some("2")));
    assert_eq!(diff(&first, &first.fork(Seed(3))), []);
    let unrelated = World::from_bytes(&first.to_bytes()).unwrap();
    assert_eq!(diff(&first, &unrelated), []);
    assert_eq!(diff(&second, &unrelated), one(Some("2"), Some("3")));
    assert_eq!(diff(&first, &World::empty(START)), one(None, Some("2")));
    assert_eq!(diff(&World::empty(START), &first), one(Some("2"), None));
}

#[test]
fn the_difference_of_snapshots_names_the_event_that_wrote() {
    let mut universe = emitting();
    let before = universe.world();
    universe.send(Some(7), &request("GET", "https://emitting.example/write?x", "")).unwrap();
    let events: Vec<_> = universe.world().diff(&before).into_iter().map(|change| change.event).collect();
    assert_eq!(events, [Some(7)]);
}

#[test]
fn requests_are_counted_by_operation_and_those_outside_of_the_manifest_by_path() {
    let mut universe = emitting();
    for path in ["/read", "/read", "/write?x", "/draw", "/nothing?a", "/nothing?b"] {
        ask(&mut universe, path, &[]);
    }
    text(super::get(&mut universe, "https://breaking.example/count"));
    let count = |twin: &str, operation: &str, is_known, requests| OperationCount {
        twin: twin.to_owned(),
        operation: operation.to_owned(),
        is_known,
        requests,
    };
    let wanted = [
        count("breaking", "GET /count", false, 1),
        count("emitting", "GET /draw", false, 1),
        count("emitting", "GET /nothing", false, 2),
        count("emitting", "read", true, 2),
        count("emitting", "write", true, 1),
    ];
    assert_eq!(universe.counts(), wanted);
    assert_eq!(universe.world().counts(), wanted);
}
