//! What a call costs the host: an issue is fetched by its key, and those of a small project by theirs, however many there
//! are.

use twin_jira::Jira;
use twin_sdk::Twin;
use twin_sdk::testing::{Counting, MemoryHost, request};

use crate::site::FIXTURE;

/// The documents fetched by key and by scan for one successful call, with that many issues more than the demo's.
fn cost(target: &str, more: u32) -> (u32, usize) {
    let fixture = FIXTURE.trim_end().strip_suffix('}').unwrap();
    let mut memory = MemoryHost::default();
    Jira::seed(&mut memory, "", &format!("{fixture}, \"filler\": {{\"SHOP\": {more}}}}}")).unwrap();
    let mut host = Counting::new(memory);
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
