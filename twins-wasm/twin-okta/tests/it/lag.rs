//! `search` lags behind; `filter` and single documents do not.

use serde_json::{Value, json};

use crate::org::{FIXTURE, Org, json};

const SEARCH: &str = "/api/v1/users?search=profile.department%20eq%20%22Night%22";

fn found(org: &mut Org) -> usize {
    json(&org.call("GET", SEARCH, &Value::Null)).as_array().unwrap().len()
}

#[test]
fn what_was_seeded_is_found_from_the_first_moment() {
    let mut org = Org::new(FIXTURE);
    let seeded = org.call("GET", "/api/v1/users?search=profile.login%20sw%20%22ben@%22", &Value::Null);
    assert_eq!(json(&seeded).as_array().unwrap().len(), 1);
}

#[test]
fn a_change_is_found_a_moment_later() {
    let mut org = Org::new(FIXTURE);
    org.host.now += 60_000_000_000;
    org.call("POST", "/api/v1/users/ben@fern.example", &json!({"profile": {"department": "Night"}}));
    assert_eq!(found(&mut org), 0);
    let at_once = json(&org.call("GET", "/api/v1/users/ben@fern.example", &Value::Null));
    assert_eq!(at_once["profile"]["department"], "Night");
    org.host.now += 1_000_000_000;
    assert_eq!(found(&mut org), 1);
    for _ in 0..2 {
        org.call("DELETE", "/api/v1/users/ben@fern.example", &Value::Null);
    }
    assert_eq!(found(&mut org), 1);
    org.host.now += 1_000_000_000;
    assert_eq!(found(&mut org), 0);
}
