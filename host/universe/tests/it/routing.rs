//! Which twin gets a request, and what is said where none does.

use super::{get, open, slack_world, twin};
use glasshouse_sandbox::Error;
use std::slice;

#[test]
fn requests_go_to_the_twin_that_answers_for_the_host() {
    let slack = twin("twin-slack");
    let world = slack_world(slice::from_ref(&slack));
    let mut universe = open(&[twin("breaking-twin"), slack], world);
    let exchange = get(&mut universe, "https://slack.com/api/auth.test");
    assert_eq!(exchange.twin.as_deref(), Some("slack"));
    assert!(super::text(exchange).contains("\"ok\":true"));
    assert_eq!(get(&mut universe, "https://BREAKING.example/count").twin.as_deref(), Some("breaking"));
}

#[test]
fn a_host_without_a_twin_is_refused_with_the_list_of_twins() {
    let twins = [twin("breaking-twin")];
    let mut universe = open(&twins, glasshouse_universe::World::empty(super::START));
    let refusal = |universe: &mut _, url| match get(universe, url).answer {
        Err(error) => error,
        Ok(answer) => panic!("answered with {}", answer.status),
    };
    match refusal(&mut universe, "https://evil.example/") {
        Error::NotFound(text) => assert_eq!(
            text,
            "no twin answers for `evil.example`; twins of this universe: breaking (breaking.example)"
        ),
        other => panic!("{other:?}"),
    }
    for url in ["file:///etc/passwd", "breaking.example/count", "", "https://"] {
        assert!(matches!(refusal(&mut universe, url), Error::InvalidArgument(_)), "{url}");
    }
}

#[test]
fn requests_take_virtual_time_until_it_is_over() {
    let twins = [twin("breaking-twin")];
    let clock = glasshouse_universe::TrialClock::virtual_from(0, 2 * glasshouse_universe::REQUEST_COST);
    let world = glasshouse_universe::World::empty(0);
    let seed = glasshouse_model::Seed(0);
    let mut universe = glasshouse_universe::Universe::open(&twins, world, seed, clock).unwrap();
    let count = super::request("GET", "https://breaking.example/count", "");
    assert!(universe.send(None, &count).is_ok());
    assert!(universe.send(None, &count).is_ok());
    assert!(universe.send(None, &count).is_err());
}
