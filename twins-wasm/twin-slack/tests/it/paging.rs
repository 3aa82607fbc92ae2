//! Lists longer than a page.

use serde_json::Value;

use crate::workspace::{FIXTURE, Workspace};

/// Follows the cursors of a list to its end; gives the length of each page and every item's key.
fn walk(
    workspace: &mut Workspace,
    method: &str,
    query: &[(&str, &str)],
    list: &str,
    key: &str,
) -> (Vec<usize>, Vec<String>) {
    let (mut lengths, mut keys, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let form: Vec<_> = query.iter().copied().chain([("cursor", &*cursor)]).collect();
        let answer = workspace.call("xoxb-demo", method, &form);
        let items = answer[list].as_array().unwrap_or_else(|| panic!("{answer}"));
        lengths.push(items.len());
        keys.extend(items.iter().map(|item| item[key].as_str().unwrap().to_owned()));
        match answer["response_metadata"]["next_cursor"].as_str() {
            None | Some("") => return (lengths, keys),
            Some(next) => cursor = next.to_owned(),
        }
    }
}

#[test]
fn every_one_of_263_channels_comes_once_and_in_order() {
    let mut workspace = Workspace::new(FIXTURE);
    let (lengths, ids) = walk(&mut workspace, "conversations.list", &[("limit", "100")], "channels", "id");
    assert_eq!(lengths, [100, 100, 63]);
    assert!(ids.is_sorted_by(|one, other| one < other));
    assert_eq!(walk(&mut workspace, "conversations.list", &[], "channels", "id"), (lengths, ids));
}

#[test]
fn members_come_all_at_once_without_a_limit() {
    let mut workspace = Workspace::new(FIXTURE);
    assert_eq!(walk(&mut workspace, "users.list", &[], "members", "id").0, [124]);
    assert_eq!(walk(&mut workspace, "users.list", &[("limit", "62")], "members", "id").0, [62, 62]);
}

#[test]
fn members_come_in_the_order_of_their_age() {
    let fixture = r#"{"tokens": {"xoxb-demo": {"user": "U9", "scopes": ["users:read"]}}, "users": [
        {"id": "U10", "name": "c"}, {"id": "USLACKBOT", "name": "slackbot"}, {"id": "U9", "name": "b"}, {"id": "U8", "name": "a"},
        {"id": "U1234567890", "name": "d"}]}"#;
    let mut workspace = Workspace::new(fixture);
    let (lengths, ids) = walk(&mut workspace, "users.list", &[("limit", "2")], "members", "id");
    assert_eq!(lengths, [2, 2, 1]);
    assert_eq!(ids, ["U8", "U9", "U10", "U1234567890", "USLACKBOT"]);
}

#[test]
fn messages_that_arrive_between_two_pages_move_nothing() {
    let mut workspace = Workspace::new(FIXTURE);
    let post = |workspace: &mut Workspace, text: &str| {
        workspace.call("xoxb-demo", "chat.postMessage", &[("channel", "C0PLANS"), ("text", text)])
    };
    for number in 0..250 {
        post(&mut workspace, &number.to_string());
    }
    let query = [("channel", "C0PLANS"), ("limit", "100")];
    let first = workspace.call("xoxb-demo", "conversations.history", &query);
    assert_eq!(first["has_more"], Value::Bool(true));
    post(&mut workspace, "late");
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    let query = [("channel", "C0PLANS"), ("limit", "100"), ("cursor", cursor)];
    let second = workspace.call("xoxb-demo", "conversations.history", &query);
    assert_eq!(second["messages"][0]["text"], "149");
    let (lengths, keys) =
        walk(&mut workspace, "conversations.history", &[("channel", "C0PLANS")], "messages", "ts");
    assert_eq!(lengths, [100, 100, 51]);
    assert!(keys.is_sorted_by(|one, other| one > other));
}

#[test]
fn a_long_thread_is_paged_from_its_parent_on() {
    let mut workspace = Workspace::new(FIXTURE);
    let thread = "1767600060.000100";
    for number in 0..9 {
        let text = number.to_string();
        let form = [("channel", "C0WELCOME"), ("text", &*text), ("thread_ts", thread)];
        workspace.call("xoxb-demo", "chat.postMessage", &form);
    }
    let query = [("channel", "C0WELCOME"), ("ts", thread), ("limit", "4")];
    let (lengths, keys) = walk(&mut workspace, "conversations.replies", &query, "messages", "ts");
    assert_eq!(lengths, [4, 4, 3]);
    assert_eq!(keys[0], thread);
    assert!(keys.is_sorted_by(|one, other| one < other));
}
