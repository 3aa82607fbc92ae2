//! Lists longer than a page.

use serde_json::{Value, json};

use crate::site::{FIXTURE, Site, json as body};

fn filled() -> Site {
    let fixture = FIXTURE.trim_end().strip_suffix('}').unwrap();
    Site::new(&format!("{fixture}, \"filler\": {{\"SHOP\": 260}}}}"))
}

/// Follows the tokens of a search to its end; gives the length of each page and every key.
fn walk(site: &mut Site, jql: &str, most: u64) -> (Vec<usize>, Vec<String>) {
    let (mut lengths, mut keys, mut token) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let mut asked = json!({"jql": jql, "fields": ["summary"], "maxResults": most});
        if !token.is_null() {
            asked["nextPageToken"] = token.clone();
        }
        let answer = site.call("POST", "/rest/api/3/search/jql", &asked);
        let issues = answer["issues"].as_array().unwrap();
        lengths.push(issues.len());
        keys.extend(issues.iter().map(|issue| issue["key"].as_str().unwrap().to_owned()));
        assert_eq!(answer["isLast"], answer["nextPageToken"].is_null());
        if answer["isLast"] == true {
            return (lengths, keys);
        }
        token = answer["nextPageToken"].clone();
    }
}

#[test]
fn every_issue_comes_once_and_in_order() {
    let mut site = filled();
    let (lengths, keys) = walk(&mut site, "project = SHOP ORDER BY key ASC", 100);
    assert_eq!(lengths, [100, 100, 61]);
    let expected: Vec<String> = (1..=261).map(|number| format!("SHOP-{number}")).collect();
    assert_eq!(keys, expected);
    assert_eq!(walk(&mut site, "project = SHOP ORDER BY key", 1_000).0, [100, 100, 61]);
}

#[test]
fn ids_alone_come_in_large_pages() {
    let mut site = filled();
    let answer = site.get("/rest/api/3/search/jql?jql=project%3DSHOP&maxResults=1000");
    assert_eq!(answer["issues"].as_array().unwrap().len(), 261);
    assert_eq!(answer["issues"][0], json!({"id": "10265"}));
    let count = site.call("POST", "/rest/api/3/search/approximate-count", &json!({"jql": "project = SHOP"}));
    assert_eq!(count, json!({"count": 261}));
}

#[test]
fn issues_that_arrive_between_two_pages_move_nothing() {
    let mut site = filled();
    let asked = json!({"jql": "project = SHOP", "fields": ["summary"], "maxResults": 100});
    let first = site.call("POST", "/rest/api/3/search/jql", &asked);
    assert_eq!(first["issues"][99]["key"], "SHOP-162");
    let fields =
        json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Task"}, "summary": "Late"}});
    site.call("POST", "/rest/api/3/issue", &fields);
    let asked =
        json!({"jql": "project = SHOP", "fields": ["summary"], "nextPageToken": first["nextPageToken"]});
    let second = site.call("POST", "/rest/api/3/search/jql", &asked);
    assert_eq!(second["issues"][0]["key"], "SHOP-161");
}

#[test]
fn a_token_belongs_to_its_query() {
    let mut site = filled();
    let first = site.call("POST", "/rest/api/3/search/jql", &json!({"jql": "project = SHOP"}));
    for (jql, token) in
        [("project = GARDEN", first["nextPageToken"].clone()), ("project = SHOP", json!("garbled"))]
    {
        let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
        let asked = json!({"jql": jql, "nextPageToken": token}).to_string();
        let response = site.send("POST", "/rest/api/3/search/jql", &headers, &asked);
        assert_eq!(response.status, 400);
        assert_eq!(body(&response)["errorMessages"], json!(["The provided nextPageToken is not valid."]));
    }
}
