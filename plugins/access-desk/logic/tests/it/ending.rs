//! What falls due.

use super::town::{ANA, HOUR, Town, WAREHOUSE};

const REQUEST: &str = "<@U0DESK> warehouse-read for 8 hours";

fn granted() -> (Town, String) {
    let mut town = Town::new();
    let thread = town.write("ana", None, REQUEST);
    town.write("ben", Some(&thread), "approve");
    assert!(town.is_member(WAREHOUSE, ANA));
    (town, thread)
}

#[test]
fn access_ends_when_its_time_is_over() {
    let (mut town, thread) = granted();
    town.pass(8 * HOUR - 60);
    assert_eq!(town.tick(), 200);
    assert!(town.is_member(WAREHOUSE, ANA));
    town.pass(60);
    town.tick();
    town.tick();
    assert!(!town.is_member(WAREHOUSE, ANA));
    assert_eq!(town.statuses(), ["Ended"]);
    assert_eq!(town.said(&thread)[2..], ["<@U0ANA> access to `warehouse-read` is over. (DESK-1)"]);
    assert_eq!(town.documents("jira", "comments").len(), 2);
}

#[test]
fn the_approver_ends_it_sooner_and_nobody_else() {
    let (mut town, thread) = granted();
    town.write("ana", Some(&thread), "revoke");
    assert!(town.is_member(WAREHOUSE, ANA));
    town.write("ben", Some(&thread), "revoke, she moved on");
    assert!(!town.is_member(WAREHOUSE, ANA));
    assert_eq!(town.statuses(), ["Ended"]);
}

#[test]
fn without_an_answer_the_deputy_is_asked_and_then_nobody() {
    let mut town = Town::new();
    let thread = town.write("ana", None, REQUEST);
    town.pass(4 * HOUR - 1);
    town.tick();
    assert_eq!(town.said(&thread).len(), 1);
    town.pass(1);
    town.tick();
    assert!(
        town.said(&thread)[1].starts_with("<@U0CHIYO> DESK-1: nobody answered"),
        "{:?}",
        town.said(&thread)
    );
    assert_eq!((town.statuses(), town.documents("jira", "comments").len()), (vec!["Waiting".to_owned()], 1));
    town.pass(4 * HOUR);
    town.tick();
    assert_eq!(town.statuses(), ["Declined"]);
    assert!(town.said(&thread)[2].contains("nobody answered in time"));
}

#[test]
fn after_the_deputy_was_asked_either_may_decide() {
    for person in ["ben", "chiyo"] {
        let mut town = Town::new();
        let thread = town.write("ana", None, REQUEST);
        town.pass(4 * HOUR);
        town.tick();
        town.write(person, Some(&thread), "approved");
        assert!(town.is_member(WAREHOUSE, ANA), "{person}");
    }
}
