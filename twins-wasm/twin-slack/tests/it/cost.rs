//! What a call costs the host: single documents are fetched by key, however large the workspace is.

use twin_sdk::Twin;
use twin_sdk::testing::{Counting, MemoryHost, request};
use twin_slack::Slack;

use crate::workspace::{FIXTURE, json};

/// The documents fetched by key and by scan for one successful call.
fn cost(target: &str) -> (u32, usize) {
    let mut memory = MemoryHost::default();
    Slack::seed(&mut memory, "", FIXTURE).unwrap();
    let mut host = Counting::new(memory);
    let url = format!("https://slack.com/api/{target}");
    let response =
        Slack::handle(&mut host, &request("GET", &url, &[("authorization", "Bearer xoxb-demo")], ""));
    assert_eq!(json(&response)["ok"], true, "{target}");
    (host.gets, host.scanned)
}

#[test]
fn single_documents_are_fetched_by_key() {
    assert_eq!(cost("users.info?user=U0ANA"), (3, 0));
    assert_eq!(cost("conversations.info?channel=C0WELCOME"), (4, 0));
    assert_eq!(cost("auth.test"), (2, 1));
}

#[test]
fn a_post_reads_one_earlier_message_at_most() {
    let (gets, scanned) = cost("chat.postMessage?channel=C0WELCOME&text=a");
    // Beside it both apps, whether the bot of the one that is told of such posts is in the channel, and the workspace's
    // name.
    assert_eq!((gets, scanned), (4 + 1, 1 + 3));
}

#[test]
fn a_page_of_channels_asks_no_more_than_it_needs() {
    let (gets, scanned) = cost("conversations.list?limit=100");
    assert!(gets <= 104 && scanned <= 128, "{gets} {scanned}");
}
