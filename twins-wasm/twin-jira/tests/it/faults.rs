//! Injected faults, limits, and failures of the world itself.

use serde_json::json;
use twin_jira::Jira;
use twin_sdk::testing::{MemoryHost, request};
use twin_sdk::{Fault, Level, Twin};

use crate::site::{FIXTURE, Site, header, json as body};

#[test]
fn every_fault_has_the_services_own_form() {
    let cases = [
        (Fault::RateLimited(1_500_000_000), 429, Some("2")),
        (Fault::Unauthorized, 401, None),
        (Fault::ServerError, 500, None),
        (Fault::Unavailable, 503, None),
        (Fault::Other("eclipse".to_owned()), 500, None),
    ];
    for (fault, status, retry_after) in cases {
        let sent = request("GET", "https://fern.atlassian.net/rest/api/3/myself", &[], "");
        let response = Jira::handle_fault(&mut MemoryHost::default(), &fault, &sent);
        assert_eq!(response.status, status, "{fault:?}");
        assert_eq!(header(&response, "retry-after"), retry_after);
        if status == 429 {
            assert_eq!(header(&response, "ratelimit-reason"), Some("jira-burst-based"));
            assert_eq!(header(&response, "x-ratelimit-reset"), Some("2026-01-05T10:00:02.000+0000"));
        }
    }
}

#[test]
fn an_issue_takes_twenty_writes_in_two_seconds() {
    let mut site = Site::new(FIXTURE);
    let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
    let comment = json!({"body": "again"}).to_string();
    let write = |site: &mut Site, issue: &str| {
        site.send("POST", &format!("/rest/api/2/issue/{issue}/comment"), &headers, &comment)
    };
    for _ in 0..20 {
        assert_eq!(write(&mut site, "SHOP-1").status, 201);
    }
    let refused = write(&mut site, "SHOP-1");
    assert_eq!((refused.status, header(&refused, "retry-after")), (429, Some("2")));
    assert_eq!(header(&refused, "ratelimit-reason"), Some("jira-per-issue-on-write"));
    assert_eq!(write(&mut site, "GARDEN-1").status, 201);
    site.host.now += 2_000_000_000;
    assert_eq!(write(&mut site, "SHOP-1").status, 201);
}

#[test]
fn a_full_world_is_the_services_own_failure_and_is_logged() {
    let mut site = Site::new(FIXTURE);
    site.host.quota = 0;
    let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
    let fields =
        json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Task"}, "summary": "No room"}});
    let response = site.send("POST", "/rest/api/3/issue", &headers, &fields.to_string());
    assert_eq!(
        (response.status, body(&response)["errorMessages"][0].as_str()),
        (500, Some("Internal server error"))
    );
    assert!(site.host.lines.iter().any(|(level, _)| *level == Level::Error));
}

#[test]
fn what_the_twin_lacks_is_logged() {
    let mut site = Site::new(FIXTURE);
    site.send("GET", "/rest/api/3/planet", &[("authorization", "Bearer ana-token")], "");
    let lines: Vec<_> = site.host.lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(lines, ["GET /rest/api/3/planet: no operation at /rest/api/3/planet"]);
}

#[test]
fn the_manifest_is_ordered_and_names_real_paths() {
    let manifest = Jira::describe();
    assert!(manifest.operations.is_sorted_by(|one, other| one.id < other.id));
    assert!(manifest.operations.iter().all(|operation| operation.path.starts_with('/')));
    assert_eq!(manifest.hosts, ["*.atlassian.net", "api.atlassian.com", "auth.atlassian.com"]);
}

/// Every operation with bodies that are none of its own: an answer each time, and never the twin's own failure.
#[test]
fn nothing_fails_on_bodies_that_make_no_sense() {
    let bodies =
        ["", "{}", "[]", "null", "7", "{\"fields\":7}", "{\"issues\":{}}", "\u{0}", "{\"jql\":\"(((\"}"];
    let fresh = Site::new(FIXTURE);
    for operation in Jira::describe().operations {
        let parts =
            operation.path.split('/').map(|part| if part.starts_with('{') { "GARDEN-2" } else { part });
        let target = parts.collect::<Vec<_>>().join("/");
        for text in bodies {
            let mut site = Site { host: fresh.host.clone() };
            let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
            let response = site.send(&operation.method, &target, &headers, text);
            assert_ne!(response.status, 500, "{} {target} {text}", operation.method);
        }
    }
}
