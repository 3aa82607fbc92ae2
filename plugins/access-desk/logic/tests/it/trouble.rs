//! Services that refuse and break.

use super::town::{ANA, Hurt, Town, WAREHOUSE};
use plugin_sdk::Request;

const REQUEST: &str = "<@U0DESK> warehouse-read for 3 days";

/// Hurts the first request whose method and address have this in them.
fn first(part: &'static str, hurt: fn() -> Hurt) -> impl FnMut(&Request) -> Option<Hurt> {
    let mut left = true;
    move |request| {
        let meant = left && format!("{} {}", request.method, request.url).contains(part);
        left &= !meant;
        meant.then(hurt)
    }
}

#[test]
fn every_request_may_break_once_and_the_outcome_is_the_same() {
    let parts = [
        "conversations.replies",
        "users.info",
        "okta.com/api/v1/users/ana",
        "api/v1/groups?search",
        "search/jql",
        "users/00uana0000000000fern/groups",
        "users.lookupByEmail",
        "POST https://fern.atlassian.net/rest/api/3/issue",
        "chat.postMessage",
        "GET https://fern.atlassian.net/rest/api/3/issue/DESK-1",
        "/properties/",
        "PUT https://fern.okta.com/api/v1/groups",
        "/transitions",
    ];
    let hurts: [fn() -> Hurt; 3] =
        [|| Hurt::Instead(429, "retry-after", "30"), || Hurt::Instead(503, "x", ""), || Hurt::Cut];
    for part in parts {
        for hurt in hurts {
            let mut town = Town::new();
            town.trouble(first(part, hurt));
            let thread = town.write("ana", None, REQUEST);
            town.write("ben", Some(&thread), "approve");
            assert!(town.is_member(WAREHOUSE, ANA), "{part}");
            assert_eq!(town.statuses(), ["Granted"], "{part}");
            assert_eq!(town.said(&thread).len(), 2, "{part}: {:?}", town.said(&thread));
            assert_eq!(town.documents("jira", "comments").len(), 1, "{part}");
        }
    }
}

#[test]
fn what_was_interrupted_is_finished_by_the_scheduler() {
    for part in ["PUT https://fern.okta.com/api/v1/groups", "/transitions"] {
        let mut town = Town::new();
        let thread = town.write("ana", None, REQUEST);
        let mut broken = 10;
        town.trouble(move |request| {
            let meant = format!("{} {}", request.method, request.url).contains(part) && broken > 0;
            broken -= usize::from(meant);
            meant.then_some(Hurt::Instead(500, "x", ""))
        });
        town.write("ben", Some(&thread), "approve");
        assert_eq!(town.statuses(), ["Waiting"], "{part}");
        assert_eq!(town.tick(), 200);
        assert!(town.is_member(WAREHOUSE, ANA));
        assert_eq!((town.statuses(), town.said(&thread).len()), (vec!["Granted".to_owned()], 2), "{part}");
    }
}

#[test]
fn a_service_that_stays_away_is_left_to_the_next_call() {
    let mut town = Town::new();
    town.trouble(|request| request.url.contains("okta").then_some(Hurt::Instead(503, "x", "")));
    let thread = town.write("ana", None, REQUEST);
    assert!(town.said(&thread).is_empty());
    town.trouble(|_| None);
    town.deliver_again(1);
    assert_eq!(town.said(&thread).len(), 1);
}
