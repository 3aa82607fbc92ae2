//! What a call costs the host: single documents are fetched by key, however large the workspace is.

use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Duration, Entry, Error, Host, Instant, Level, Order, Range, Request, Retry, Signing, Twin};
use twin_slack::Slack;

use crate::workspace::{FIXTURE, json};

/// Counts what passes through to the memory below.
struct Counting {
    memory: MemoryHost,
    gets: u32,
    scanned: usize,
}

impl Host for Counting {
    fn now(&mut self) -> Instant {
        self.memory.now()
    }

    fn random(&mut self) -> u64 {
        self.memory.random()
    }

    fn get(&mut self, table: &str, key: &str) -> Option<Vec<u8>> {
        self.gets += 1;
        self.memory.get(table, key)
    }

    fn put(&mut self, table: &str, key: &str, value: &[u8]) -> Result<bool, Error> {
        self.memory.put(table, key, value)
    }

    fn delete(&mut self, table: &str, key: &str) -> bool {
        self.memory.delete(table, key)
    }

    fn scan(&mut self, table: &str, range: &Range, limit: u32, order: Order) -> Vec<Entry> {
        let entries = self.memory.scan(table, range, limit, order);
        self.scanned += entries.len();
        entries
    }

    fn count(&mut self, table: &str) -> u64 {
        self.memory.count(table)
    }

    fn next_sequence(&mut self, name: &str) -> u64 {
        self.memory.next_sequence(name)
    }

    fn emit(&mut self, request: &Request, delay: Duration, retry: &Retry) -> Result<(), Error> {
        self.memory.emit(request, delay, retry)
    }

    fn emit_signed(
        &mut self,
        request: &Request,
        delay: Duration,
        retry: &Retry,
        signing: &Signing,
    ) -> Result<(), Error> {
        self.memory.emit_signed(request, delay, retry, signing)
    }

    fn log(&mut self, level: Level, message: &str) {
        self.memory.log(level, message);
    }
}

/// The documents fetched by key and by scan for one successful call.
fn cost(target: &str) -> (u32, usize) {
    let mut memory = MemoryHost::default();
    Slack::seed(&mut memory, "", FIXTURE).unwrap();
    let mut host = Counting { memory, gets: 0, scanned: 0 };
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
