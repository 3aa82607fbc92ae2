//! Answers as text, beside the documents that they are made of.

use super::*;
use crate::preset;

#[test]
fn members_stand_in_the_order_of_their_names() {
    let wire = Wire { base: "https://a.example".to_owned(), version: "3" };
    let text = |shape: &dyn Fn() -> serde_json::Result<String>| shape().unwrap();
    let sorted = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap().to_string();
    let user = entities::User {
        account_id: "a b".to_owned(),
        display_name: "Ana".to_owned(),
        email: "ana@fern.example".to_owned(),
        email_visible: true,
        active: true,
        time_zone: "Etc/UTC".to_owned(),
        account_type: "atlassian".to_owned(),
    };
    let sprint = entities::Sprint {
        id: "1".to_owned(),
        board: "2".to_owned(),
        name: "One".to_owned(),
        state: "active".to_owned(),
        goal: String::new(),
        start: Some("s".to_owned()),
        end: Some("e".to_owned()),
        complete: Some("c".to_owned()),
    };
    let (kinds, priorities, statuses) = (preset::issue_types(), preset::priorities(), preset::statuses());
    let (resolutions, links) = (preset::resolutions(), preset::link_types());
    let texts = [
        text(&|| serde_json::to_string(&User::of(&wire, &user, ""))),
        text(&|| serde_json::to_string(&IssueType::of(&wire, &kinds[0]))),
        text(&|| serde_json::to_string(&Priority::of(&wire, &priorities[0]))),
        text(&|| serde_json::to_string(&Status::of(&wire, &statuses[0]))),
        text(&|| serde_json::to_string(&Described::resolution(&wire, &resolutions[0]))),
        text(&|| serde_json::to_string(&LinkType::of(&wire, &links[0]))),
        text(&|| serde_json::to_string(&Sprint::of(&sprint))),
    ];
    for text in texts {
        assert_eq!(text, sorted(&text));
    }
}
