//! Filling a site.

use serde_json::json;
use twin_jira::Jira;
use twin_sdk::Twin;
use twin_sdk::testing::MemoryHost;

use crate::site::{FIXTURE, Site};

fn refusal(people: &str, fixture: &str) -> String {
    Jira::seed(&mut MemoryHost::default(), people, fixture).unwrap_err().to_string()
}

#[test]
fn mistakes_are_named_with_their_place() {
    let user = r#""users": [{"account_id": "a", "display_name": "A"}]"#;
    for (fixture, expected) in [
        ("{\n \"planets\": []}".to_owned(), "fixture: unknown field `planets`"),
        (r#"{"tokens": {"t": {"user": "b"}}}"#.to_owned(), "fixture: tokens.t.user: no user b"),
        (
            r#"{"users": [{"email": "x"}]}"#.to_owned(),
            "fixture: users[0]: needs an `account_id` or a `person`",
        ),
        (r#"{"users": [{"person": "ana"}]}"#.to_owned(), "fixture: users[0].person: no person ana"),
        (
            format!(
                "{{{user}, \"projects\": [{{\"id\": \"1\", \"key\": \"P\", \"name\": \"P\", \"lead\": \"b\"}}]}}"
            ),
            "fixture: projects[0].lead: no user b",
        ),
        (
            format!(
                "{{{user}, \"issues\": [{{\"key\": \"P-1\", \"issue_type\": \"Task\", \"summary\": \"s\"}}]}}"
            ),
            "fixture: issues[0].key: no project P",
        ),
        (r#"{"statuses": [], "projects": []}"#.to_owned(), "fixture: workflows[0]: no status 10000"),
        (r#"{"filler": {"P": 3}}"#.to_owned(), "fixture: filler.P: no project P"),
        (
            r#"{"counters": {"issue": 10007}, "upcoming": {"issue": [10009, 10007]}}"#.to_owned(),
            "fixture: upcoming.issue: 10007 was given away before",
        ),
        (
            r#"{"upcoming": {"comment": [9, 9]}}"#.to_owned(),
            "fixture: upcoming.comment: 9 was given away before",
        ),
    ] {
        let found = refusal("", &fixture);
        assert!(found.starts_with(expected), "{found} instead of {expected}");
    }
}

#[test]
fn shared_people_become_accounts() {
    let people = r#"{"people": [
        {"id": "ana", "name": "Ana Silva", "email": "ana@fern.example"},
        {"id": "old", "name": "Old Hand", "email": "old@fern.example", "active": false}
    ]}"#;
    let fixture =
        r#"{"users": [{"person": "ana", "account_id": "a1"}], "tokens": {"ana-token": {"user": "a1"}}}"#;
    let mut host = MemoryHost::default();
    Jira::seed(&mut host, people, fixture).unwrap();
    let mut site = Site { host };
    let everybody = site.get("/rest/api/3/users/search");
    let names: Vec<_> =
        everybody.as_array().unwrap().iter().map(|user| (&user["displayName"], &user["active"])).collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&(&json!("Old Hand"), &json!(false))));
    assert_eq!(site.get("/rest/api/3/myself")["emailAddress"], "ana@fern.example");
}

#[test]
fn without_a_credential_only_where_the_site_says_so() {
    let open = FIXTURE.replace("\"anonymous\": null", "\"anonymous\": \"5b10ana00000000000000001\"");
    let mut site = Site::new(&open);
    assert_eq!(site.send("GET", "/rest/api/3/issue/SHOP-1", &[], "").status, 200);
    assert_eq!(
        site.send("GET", "/rest/api/3/issue/SHOP-1", &[("authorization", "Bearer no")], "").status,
        401
    );
    assert_eq!(Site::new(FIXTURE).send("GET", "/rest/api/3/issue/SHOP-1", &[], "").status, 401);
}

#[test]
fn upcoming_ids_come_before_the_site_counts_on() {
    let upcoming = r#""upcoming": {"issue": [20500, 20400], "SHOP": [700, 650]}"#;
    let mut site = Site::new(&FIXTURE.replacen('{', &format!("{{{upcoming},"), 1));
    let fields = json!({"project": {"key": "SHOP"}, "issuetype": {"name": "Task"}, "summary": "One"});
    let mut create = || {
        let made = site.call("POST", "/rest/api/3/issue", &json!({"fields": fields}));
        (made["id"].clone(), made["key"].clone())
    };
    assert_eq!(create(), (json!("20500"), json!("SHOP-700")));
    assert_eq!(create(), (json!("20400"), json!("SHOP-650")));
    assert_eq!(create(), (json!("20501"), json!("SHOP-701")));
}

/// With an address, as Basic has one, it is the person with that address.
#[test]
fn any_token_is_good_where_none_is_named() {
    const USERS: &str = r#""users": [{"account_id": "a", "display_name": "A", "email": "a@b.example"},
        {"account_id": "z", "display_name": "Z", "email": "z@b.example"}]"#;
    let ask = |fixture: &str, authorization: &str| {
        let mut site = Site::new(fixture);
        let answer = site.send("GET", "/rest/api/3/myself", &[("authorization", authorization)], "");
        (answer.status, crate::site::json(&answer)["accountId"].clone())
    };
    let open = format!("{{{USERS}}}");
    assert_eq!(ask(&open, "Bearer whatever"), (200, json!("a")));
    // z@b.example:whatever
    assert_eq!(ask(&open, "Basic ekBiLmV4YW1wbGU6d2hhdGV2ZXI="), (200, json!("z")));
    let closed = format!(r#"{{{USERS}, "tokens": {{"t": {{"user": "a"}}}}}}"#);
    assert_eq!(ask(&closed, "Bearer whatever").0, 401);
}
