//! Worlds see nothing of each other, and nothing of a write that broke.

use super::{START, get, open, request, slack_world, text, twin};
use glasshouse_model::Seed;
use glasshouse_universe::{Universe, World};

fn post(universe: &mut Universe, words: &str) {
    let form = format!("channel=general&text={words}");
    let exchange =
        universe.send(Some(7), &request("POST", "https://slack.com/api/chat.postMessage", &form)).unwrap();
    let answer = text(exchange);
    assert!(answer.contains("\"ok\":true"), "{answer}");
}

#[test]
fn a_fork_sees_nothing_of_another() {
    let twins = [twin("twin-slack")];
    let world = slack_world(&twins);
    let mut first = open(&twins, world.fork(Seed(1)));
    let mut second = open(&twins, world.fork(Seed(2)));
    post(&mut first, "onlyhere");
    let (first, second) = (first.close(), second_after_reading(&mut second));
    let changed: Vec<_> = first.changes().into_iter().map(|change| change.table).collect();
    assert!(changed.contains(&"messages".to_owned()), "{changed:?}");
    assert!(first.changes().iter().all(|change| change.event == Some(7)));
    assert!(!second.contains("onlyhere"));
    assert!(world.fork(Seed(3)).changes().is_empty());
}

fn second_after_reading(universe: &mut Universe) -> String {
    let list = text(get(universe, "https://slack.com/api/conversations.list"));
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let general = list["channels"].as_array().unwrap().iter().find(|c| c["name"] == "general").unwrap();
    let url =
        format!("https://slack.com/api/conversations.history?channel={}", general["id"].as_str().unwrap());
    let history = text(get(universe, &url));
    assert!(history.contains("\"ok\":true"), "{history}");
    history
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let twins = [twin("twin-slack")];
    let world = slack_world(&twins);
    let run = |seed| {
        let mut universe = open(&twins, world.fork(Seed(seed)));
        post(&mut universe, "hello");
        format!("{:?}", universe.close().changes())
    };
    assert_eq!(run(5), run(5));
}

#[test]
fn a_twin_that_breaks_leaves_the_world_as_it_was_and_goes_on() {
    let twins = [twin("breaking-twin")];
    let mut universe = open(&twins, World::empty(START));
    for _ in 0..3 {
        let exchange = get(&mut universe, "https://breaking.example/write");
        let answer = exchange.answer.unwrap();
        assert_eq!(answer.status, 500);
        assert_eq!(answer.body, b"{\"error\":\"the service's own words\"}");
        let lines = universe.take_log();
        assert!(lines.iter().any(|said| said.line.message.contains("broke on a request")), "{lines:?}");
        assert_eq!(text(get(&mut universe, "https://breaking.example/count")), "0");
    }
    assert!(universe.close().changes().is_empty());
}

#[test]
fn as_many_universes_as_trials_on_a_large_machine_are_open_at_one_time() {
    let twins = [twin("twin-slack"), twin("emitting-twin"), twin("breaking-twin")];
    let world = slack_world(&twins);
    let mut open: Vec<_> = (0..400).map(|_| open(&twins, world.clone())).collect();
    for universe in &mut open {
        let answer = text(get(universe, "https://slack.com/api/users.info?user=U0ANA"));
        assert!(answer.contains("\"ok\":true"), "{answer}");
    }
}
