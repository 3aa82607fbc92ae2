//! Who may call.

use super::town::Town;
use plugin_sdk::{Header, Request};

fn call(path: &str, authorization: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        url: format!("https://access-desk.fern.example{path}"),
        headers: vec![Header { name: "authorization".to_owned(), value: authorization.to_owned() }],
        body: br#"{"type":"url_verification","challenge":"c"}"#.to_vec(),
    }
}

#[test]
fn strangers_are_turned_away() {
    let mut town = Town::new();
    for (path, authorization, status) in [
        ("/slack/events", "Bearer the-scheduler-shows-this", 401),
        ("/tick", "Bearer wrong", 401),
        ("/tick", "", 401),
        ("/", "Bearer the-scheduler-shows-this", 404),
        ("/tick?x=1", "Bearer the-scheduler-shows-this", 200),
    ] {
        assert_eq!(town.hand(&call(path, authorization)).status, status, "{path}");
    }
    assert_eq!(town.requests.len(), 1, "only the scheduler has it look");
}
