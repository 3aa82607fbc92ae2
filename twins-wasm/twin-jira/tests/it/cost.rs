//! What a call costs the host: an issue is fetched by its key, and those of a small project by theirs, however many there
//! are.

use twin_jira::Jira;
use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Duration, Entry, Error, Host, Instant, Level, Order, Range, Request, Retry, Signing, Twin};

use crate::site::FIXTURE;

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

/// The documents fetched by key and by scan for one successful call, with that many issues more than the demo's.
fn cost(target: &str, more: u32) -> (u32, usize) {
    let fixture = FIXTURE.trim_end().strip_suffix('}').unwrap();
    let mut memory = MemoryHost::default();
    Jira::seed(&mut memory, "", &format!("{fixture}, \"filler\": {{\"SHOP\": {more}}}}}")).unwrap();
    let mut host = Counting { memory, gets: 0, scanned: 0 };
    let url = format!("https://fern.atlassian.net/rest/api/3/{target}");
    let headers = [("authorization", "Bearer ana-token")];
    let response = Jira::handle(&mut host, &request("GET", &url, &headers, ""));
    assert_eq!(response.status, 200, "{target}");
    (host.gets, host.scanned)
}

#[test]
fn an_issue_costs_the_same_on_a_large_site() {
    let small = cost("issue/GARDEN-2", 0);
    assert_eq!(small, cost("issue/GARDEN-2", 300));
    assert!(small.0 <= 40 && small.1 <= 20, "{small:?}");
    assert_eq!(cost("issue/GARDEN-2?fields=summary", 300), (4, 0));
}

#[test]
fn a_search_looks_at_the_issues_that_it_is_about() {
    let queries = [
        ("project%20%3D%20GARDEN", 5),
        ("key%20in%20(GARDEN-1,GARDEN-2)%20ORDER%20BY%20created", 0),
        ("parent%20%3D%20GARDEN-1%20AND%20status%20!%3D%20Done", 0),
    ];
    for (jql, most_scanned) in queries {
        let target = format!("search/jql?jql={jql}&fields=summary");
        let (small, large) = (cost(&target, 0), cost(&target, 300));
        assert_eq!(small, large, "{jql}");
        assert!(large.1 <= most_scanned + 20, "{jql}: {large:?}");
    }
}
