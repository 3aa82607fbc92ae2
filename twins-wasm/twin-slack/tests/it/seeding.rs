//! People and fixtures, right and wrong.

use serde_json::{Value, json};
use twin_sdk::testing::MemoryHost;
use twin_sdk::{Error, Host, Order, Range, Twin};
use twin_slack::Slack;

use crate::workspace::{FIXTURE, Workspace, header};

const PEOPLE: &str = r#"{"people": [
    {"id": "ana", "name": "Ana Silva", "email": "ana@fern.example", "title": "Engineer", "active": true},
    {"id": "ben", "name": "Ben Okafor", "email": "ben@fern.example", "active": false}
]}"#;

fn refusal(people: &str, fixture: &str) -> String {
    match Slack::seed(&mut MemoryHost::default(), people, fixture).map_err(Error::from) {
        Err(Error::InvalidArgument(text)) => text,
        other => panic!("{other:?}"),
    }
}

fn documents(host: &mut MemoryHost, table: &str) -> Vec<(String, Value)> {
    let entries = host.scan(table, &Range { start: None, end: None }, 10_000, Order::Ascending);
    entries.into_iter().map(|entry| (entry.key, serde_json::from_slice(&entry.value).unwrap())).collect()
}

#[test]
fn empty_texts_write_nothing() {
    let mut host = MemoryHost::default();
    Slack::seed(&mut host, "", "").unwrap();
    assert_eq!(host.count("team") + host.count("users"), 0);
}

#[test]
fn people_become_members_with_the_same_ids_every_time() {
    let seed = |fixture: &str| {
        let mut host = MemoryHost::default();
        Slack::seed(&mut host, PEOPLE, fixture).unwrap();
        documents(&mut host, "users")
    };
    let users = seed("");
    assert_eq!(users.len(), 2);
    assert!(users.iter().all(|(key, user)| key.len() == 11 && user["id"] == key.as_str()));
    assert_eq!(seed(""), users);

    let placed = seed(r#"{"users": [{"id": "U0ANA", "person": "ana", "title": "Gardener"}]}"#);
    assert_eq!(placed.len(), 2);
    let (_, ana) = placed.iter().find(|(key, _)| key == "U0ANA").unwrap();
    assert_eq!((&ana["real_name"], &ana["email"]), (&json!("Ana Silva"), &json!("ana@fern.example")));
    assert_eq!((&ana["name"], &ana["title"]), (&json!("ana"), &json!("Gardener")));
    let (_, ben) = placed.iter().find(|(key, _)| key != "U0ANA").unwrap();
    assert_eq!(ben["deleted"], json!(true));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let user = r#""users": [{"id": "U1", "name": "a"}]"#;
    let cases = [
        ("{\n \"chanels\": []}", "unknown field `chanels`"),
        ("{\n \"chanels\": []}", "line 2 column 10"),
        (r#"{"users": [{"id": "U1"}]}"#, "users[0]: needs a `name`"),
        (r#"{"users": [{"id": "U1", "name": "a", "tz": "Mars/Dune"}]}"#, "users[0].tz: unknown time zone"),
        (r#"{"users": [{"id": "U1", "person": "zoe"}]}"#, "users[0].person: no person zoe"),
        (r#"{"tokens": {"xoxb-1": {"user": "U9", "scopes": []}}}"#, "tokens.xoxb-1.user: no user U9"),
        (
            r#"{"channels": [{"id": "C1", "name": "a", "members": ["U9"]}]}"#,
            "channels[0].members[0]: no user U9",
        ),
        (
            r#"{"messages": [{"channel": "C1", "ts": "1", "user": "U1", "text": ""}]}"#,
            "messages[0].ts: 1 is not",
        ),
    ];
    for (fixture, expected) in cases {
        let text = refusal("", fixture);
        assert!(text.contains(expected), "{text}");
    }
    let orphan = format!(
        r#"{{{user}, "channels": [{{"id": "C1", "name": "a"}}], "messages": [
            {{"channel": "C1", "ts": "1767600000.000100", "user": "U1", "text": "", "thread_ts": "1767500000.000100"}}]}}"#
    );
    assert!(refusal("", &orphan).contains("messages[0].thread_ts: no earlier message"));
    assert!(refusal(r#"{"people": [{"id": "a", "nam": "b"}]}"#, "").contains("people: unknown field `nam`"));
}

#[test]
fn tables_hold_what_the_readme_says() {
    let mut workspace = Workspace::new(FIXTURE);
    let host = &mut workspace.host;
    assert_eq!(documents(host, "team")[0].0, "T0FERN");
    assert!(
        documents(host, "tokens").iter().any(|(key, token)| key == "xoxp-demo" && token["user"] == "U0ANA")
    );
    let members: Vec<_> = documents(host, "members").into_iter().map(|(key, _)| key).collect();
    assert!(members.contains(&"C0WELCOME/U0BEN".to_owned()));
    let messages = documents(host, "messages");
    let (_, parent) = messages.iter().find(|(key, _)| key == "C0WELCOME/1767600060.000100").unwrap();
    assert_eq!((&parent["channel"], &parent["reply_count"]), (&json!("C0WELCOME"), &json!(1)));
    let channels = documents(host, "channels");
    let (_, welcome) = channels.iter().find(|(key, _)| key == "C0WELCOME").unwrap();
    assert_eq!((&welcome["num_members"], &welcome["pin_count"]), (&json!(3), &json!(1)));
}

#[test]
fn everybody_but_guests_and_bots_is_in_the_general_channel() {
    let mut workspace = Workspace::new(include_str!("../../fixtures/demo.json"));
    let members: Vec<_> = documents(&mut workspace.host, "members")
        .into_iter()
        .filter_map(|(key, _)| key.strip_prefix("C0GENERAL/").map(str::to_owned))
        .collect();
    assert_eq!(members, ["U0ANA", "U0BEN", "U0CHIYO", "U0DEVI", "U0ELIAS", "U0SPROUT"]);
}

#[test]
fn any_token_is_good_where_none_is_named() {
    let users = r#""users": [{"id": "U0ANA", "name": "ana"}]"#;
    let mut open = Workspace::new(&format!("{{{users}}}"));
    assert_eq!(open.call("xoxb-whatever", "users.list", &[])["members"][0]["id"], "U0ANA");
    let mut closed =
        Workspace::new(&format!(r#"{{{users}, "tokens": {{"t": {{"user": "U0ANA", "scopes": []}}}}}}"#));
    assert_eq!(closed.call("xoxb-whatever", "users.list", &[])["error"], "invalid_auth");
}

/// Tier 4 has a hundred calls a minute, and takes them at once.
#[test]
fn limits_hold_unless_the_workspace_or_a_token_says_otherwise() {
    let calls = |fixture: &str, token: &str| {
        let mut workspace = Workspace::new(fixture);
        (0..101).filter(|_| workspace.call(token, "users.info", &[("user", "U0ANA")])["ok"] == true).count()
    };
    let users = r#""users": [{"id": "U0ANA", "name": "ana"}]"#;
    let token =
        |more: &str| format!(r#""tokens": {{"t": {{"user": "U0ANA", "scopes": ["users:read"]{more}}}}}"#);
    assert_eq!(calls(&format!("{{{users}}}"), "any"), 100);
    assert_eq!(calls(&format!(r#"{{{users}, "rate_limits": false}}"#), "any"), 101);
    assert_eq!(calls(&format!("{{{users}, {}}}", token("")), "t"), 100);
    assert_eq!(calls(&format!(r#"{{{users}, {}, "rate_limits": false}}"#, token("")), "t"), 101);
    assert_eq!(calls(&format!("{{{users}, {}}}", token(r#", "rate_limits": false"#)), "t"), 101);
    let hasty = token(r#", "rate_limits": true"#);
    assert_eq!(calls(&format!(r#"{{{users}, {hasty}, "rate_limits": false}}"#), "t"), 100);
    let own = r#""method_limits": {"users.info": {"calls": 3, "seconds": 60}}"#;
    assert_eq!(calls(&format!("{{{users}, {own}}}"), "any"), 3);
    let own = r#""method_limits": {"users.info": {"calls": 3, "seconds": 60, "burst": 7}}"#;
    assert_eq!(calls(&format!("{{{users}, {own}}}"), "any"), 7);
}

/// After a minute's worth of calls at once, tier 2 takes one every three seconds; a client that waits as it is told
/// goes on at that rate.
#[test]
fn a_client_that_waits_as_it_is_told_goes_on_at_the_rate() {
    let mut workspace = Workspace::new(r#"{"users": [{"id": "U0ANA", "name": "ana"}]}"#);
    let begin = workspace.host.now;
    let mut answered = 0;
    while answered < 40 {
        let headers = [("authorization", "Bearer any")];
        let response = workspace.send("GET", "/api/users.list", &headers, "");
        match header(&response, "retry-after") {
            Some(wait) => workspace.host.now += wait.parse::<u64>().unwrap() * 1_000_000_000,
            None => answered += 1,
        }
    }
    assert_eq!((workspace.host.now - begin) / 1_000_000_000, 60);
}

#[test]
fn limits_of_the_fixture_are_checked() {
    for (limit, problem) in [
        (r#""users.inf": {"calls": 1, "seconds": 1}"#, "method_limits.users.inf: there is no method"),
        (r#""users.info": {"calls": 0, "seconds": 1}"#, "method_limits.users.info: `calls`"),
    ] {
        let mut host = MemoryHost::default();
        let error = Slack::seed(&mut host, "", &format!(r#"{{"method_limits": {{{limit}}}}}"#)).unwrap_err();
        assert!(error.to_string().contains(problem), "{error}");
    }
}
