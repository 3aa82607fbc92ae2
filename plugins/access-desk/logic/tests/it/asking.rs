//! Requests, up to the question who decides.

use super::town::{Town, WAREHOUSE};
use serde_json::json;

#[test]
fn a_clear_request_becomes_an_issue_and_a_question_to_the_approver() {
    let mut town = Town::new();
    let thread = town.write("ana", None, "<@U0DESK> may I have `warehouse-read` for 3 days? March refunds.");
    let expected = "<@U0BEN> DESK-1: `warehouse-read` for <@U0ANA>, 3 days. \
                    Please answer `approve` or `decline` in this thread.";
    assert_eq!(town.said(&thread), [expected]);
    assert_eq!(town.statuses(), ["Waiting"]);
    let issue = &town.documents("jira", "issues")[0];
    assert_eq!(issue["summary"], "warehouse-read for Ana Silva, 3 days");
    assert!(issue["labels"].as_array().unwrap().contains(&json!("access-desk")));
    assert!(issue["description"].to_string().contains("March refunds."));
}

#[test]
fn what_is_missing_is_asked_for_until_it_is_known() {
    let mut town = Town::new();
    let thread = town.write("ana", None, "<@U0DESK> I need the warehouse");
    assert_eq!(town.said(&thread).len(), 1);
    assert!(town.said(&thread)[0].contains("Which group") && town.said(&thread)[0].contains("how long"));
    town.write("devi", Some(&thread), "warehouse-read for 2 days");
    town.write("ana", Some(&thread), "warehouse-rite");
    assert!(town.said(&thread)[1].contains("no group `warehouse-rite`"));
    town.write("ana", Some(&thread), "warehouse-read, for 20 days");
    assert!(town.said(&thread)[2].contains("14 days at the longest"));
    town.write("ana", Some(&thread), "a week then");
    assert!(town.said(&thread)[3].contains("for <@U0ANA>, 7 days"));
    assert_eq!(town.statuses(), ["Waiting"]);
}

#[test]
fn what_is_not_given_out_is_refused_without_an_issue() {
    for (text, why) in [
        ("<@U0DESK> platform-admins for 1 day", "`platform-admins` is not given out in Slack."),
        ("<@U0DESK> legacy-ftp please", "`legacy-ftp` is not given out in Slack."),
        (
            "<@U0DESK> warehouse-read for 1 day for <@U0DESK|desk> and <@U0GUS>",
            "<@U0GUS> has no active account",
        ),
    ] {
        let mut town = Town::new();
        let thread = town.write("ana", None, text);
        assert_eq!(town.said(&thread).len(), 1, "{:?}", town.said(&thread));
        assert!(town.said(&thread)[0].starts_with(why), "{:?}", town.said(&thread));
        assert!(town.statuses().is_empty());
    }
}

#[test]
fn whoever_would_decide_about_themselves_is_passed_over() {
    let mut town = Town::new();
    let thread = town.write("ben", None, "<@U0DESK> warehouse-read for 3 days");
    assert!(town.said(&thread)[0].starts_with("<@U0CHIYO> DESK-1"), "{:?}", town.said(&thread));
    let thread = town.write("chiyo", None, "<@U0DESK> prod-logs for 8 hours");
    assert_eq!(town.said(&thread), ["There is nobody who may decide about `prod-logs`."]);
    assert_eq!(town.statuses(), ["Waiting"]);
}

#[test]
fn a_second_request_for_the_same_is_pointed_to_the_first() {
    let mut town = Town::new();
    town.write("ana", None, "<@U0DESK> warehouse-read for 3 days");
    let thread = town.write("devi", None, "<@U0DESK> warehouse-read for <@U0ANA>, a week");
    assert_eq!(town.said(&thread), ["That is in hand already: DESK-1."]);
    assert_eq!(town.statuses(), ["Waiting"]);
    town.write("ana", None, "<@U0DESK> prod-logs for 3 days");
    assert_eq!(town.statuses(), ["Waiting", "Waiting"]);
}

#[test]
fn what_somebody_has_already_stays_theirs() {
    let mut town = Town::new();
    town.join(WAREHOUSE, "00udev0000000000fern");
    let thread = town.write("devi", None, "<@U0DESK> warehouse-read for 3 days");
    assert_eq!(town.said(&thread), ["<@U0DEVI> has `warehouse-read` already."]);
    assert!(town.statuses().is_empty());
}

#[test]
fn talk_is_left_alone() {
    let mut town = Town::new();
    let thread = town.write("ana", None, "warehouse-read for 3 days, anybody?");
    town.write("ben", Some(&thread), "<@U0DESK> warehouse-read for 3 days");
    let other = town.write("ben", None, "<@U0DESK>");
    assert!(town.said(&thread).is_empty());
    assert_eq!(town.said(&other).len(), 1, "whoever calls it is asked what they want");
}

#[test]
fn an_event_that_comes_again_changes_nothing() {
    let mut town = Town::new();
    let thread = town.write("ana", None, "<@U0DESK> warehouse-read for 3 days");
    town.deliver_again(2);
    assert_eq!((town.said(&thread).len(), town.statuses().len()), (1, 1));
    let thread = town.write("devi", None, "<@U0DESK> the warehouse, please");
    town.deliver_again(2);
    assert_eq!(town.said(&thread).len(), 1);
}
