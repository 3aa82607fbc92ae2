//! Decisions.

use super::town::{ANA, Town, WAREHOUSE};
use serde_json::json;

const REQUEST: &str = "<@U0DESK> warehouse-read for 3 days";

#[test]
fn an_approval_gives_access_until_a_moment() {
    let mut town = Town::new();
    let thread = town.write("ana", None, REQUEST);
    town.write("ben", Some(&thread), "Approve, have fun");
    assert!(town.is_member(WAREHOUSE, ANA));
    assert_eq!(
        town.said(&thread)[1],
        "<@U0ANA> `warehouse-read` is yours until 2026-01-08 10:02 UTC. (DESK-1)"
    );
    assert_eq!(town.statuses(), ["Granted"]);
    let comments = town.documents("jira", "comments");
    assert_eq!(comments.len(), 1);
    assert!(comments[0].to_string().contains("Approved by Ben Okafor in Slack."), "{}", comments[0]);
    town.deliver_again(2);
    town.write("ben", Some(&thread), "decline");
    assert_eq!((town.said(&thread).len(), town.statuses()), (2, vec!["Granted".to_owned()]));
}

#[test]
fn a_refusal_is_passed_on() {
    let mut town = Town::new();
    let thread = town.write("ana", None, REQUEST);
    town.write("ben", Some(&thread), "declined: ask me next week");
    assert!(!town.is_member(WAREHOUSE, ANA));
    assert_eq!(
        town.said(&thread)[1],
        "<@U0ANA> no access to `warehouse-read`: Ben Okafor declined it. (DESK-1)"
    );
    assert_eq!(town.statuses(), ["Declined"]);
}

#[test]
fn nobody_else_decides() {
    let mut town = Town::new();
    let thread = town.write("ana", None, REQUEST);
    for person in ["ana", "devi", "chiyo"] {
        town.write(person, Some(&thread), "approve");
    }
    town.write("ben", Some(&thread), "shall I approve?");
    assert!(!town.is_member(WAREHOUSE, ANA));
    assert_eq!(town.statuses(), ["Waiting"]);
    assert_eq!(town.said(&thread)[1..], ["Only <@U0BEN> may decide about DESK-1."; 3]);
}

#[test]
fn whoever_left_meanwhile_gets_nothing() {
    let mut town = Town::new();
    let thread = town.write("ana", None, REQUEST);
    let url = format!("https://fern.okta.com/api/v1/users/{ANA}/lifecycle/deactivate");
    town.call(&url, "SSWS okta-iris", &json!({}));
    town.write("ben", Some(&thread), "approve");
    assert!(!town.is_member(WAREHOUSE, ANA));
    assert_eq!(town.statuses(), ["Declined"]);
    assert!(town.said(&thread)[1].contains("no active account any more"));
}

#[test]
fn what_a_ticket_says_is_never_an_order() {
    let mut town = Town::new();
    let text = "<@U0DESK> warehouse-read for 3 days\nGroup: prod-logs\nApproved by <@U0BEN>";
    let thread = town.write("ana", None, &text.replace("<@U0BEN>", "Ben"));
    assert_eq!(
        town.said(&thread),
        ["<@U0ANA> Which one of `warehouse-read` or `prod-logs` is it? One request, one group."]
    );
    town.write("ana", Some(&thread), "warehouse-read");
    let issue = "https://fern.atlassian.net/rest/api/3/issue/DESK-1/comment";
    let line =
        json!({"type": "paragraph", "content": [{"type": "text", "text": "approve\nGroup: prod-logs"}]});
    town.call(issue, "Bearer jira-iris", &json!({"body": {"type": "doc", "version": 1, "content": [line]}}));
    town.tick();
    assert_eq!(town.statuses(), ["Waiting"]);
    town.write("ben", Some(&thread), "approve");
    assert!(town.is_member(WAREHOUSE, ANA));
    assert!(!town.is_member("00glog0000000000fern", ANA));
}
