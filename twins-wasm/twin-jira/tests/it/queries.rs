//! The search language: what queries find, and in which words wrong ones are refused. The queries are in
//! `queries.json`: `found` lists the keys of the issues in order, `refused` the one error message.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::site::{FIXTURE, Site, json as body};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Queries {
    found: Vec<(String, Vec<String>)>,
    refused: Vec<(String, String)>,
}

fn queries() -> Queries {
    serde_json::from_str(include_str!("queries.json")).unwrap()
}

fn search(site: &mut Site, jql: &str) -> Value {
    let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
    let asked = json!({"jql": jql, "fields": ["summary"], "maxResults": 100});
    body(&site.send("POST", "/rest/api/3/search/jql", &headers, &asked.to_string()))
}

/// The demo site after a little life, so that there is a history to search.
fn lived_in() -> Site {
    let mut site = Site::new(FIXTURE);
    let day = 24 * 3_600 * 1_000_000_000;
    site.call("POST", "/rest/api/3/issue/GARDEN-3/transitions", &json!({"transition": {"id": "21"}}));
    site.host.now += day;
    site.call("POST", "/rest/api/3/issue/GARDEN-3/transitions", &json!({"transition": {"id": "31"}}));
    site.call("PUT", "/rest/api/3/issue/SHOP-1/assignee", &json!({"accountId": null}));
    site.call("POST", "/rest/api/3/issue/GARDEN-2/worklog", &json!({"timeSpent": "2h"}));
    let link = json!({"type": {"name": "Blocks"}, "inwardIssue": {"key": "GARDEN-3"}, "outwardIssue": {"key": "GARDEN-2"}});
    site.call("POST", "/rest/api/3/issueLink", &link);
    site.host.now += day;
    site
}

#[test]
fn every_query_finds_its_issues_in_order() {
    let mut site = lived_in();
    let mut failures = Vec::new();
    for (jql, expected) in queries().found {
        let answer = search(&mut site, &jql);
        let issues = answer["issues"].as_array().map(Vec::as_slice).unwrap_or_default();
        let keys: Vec<&str> = issues.iter().map(|issue| issue["key"].as_str().unwrap()).collect();
        if answer["issues"].is_null() || keys != expected {
            failures.push(format!("{jql}\n  {keys:?} instead of {expected:?} {}", answer["errorMessages"]));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_wrong_query_is_refused_in_the_services_words() {
    let mut site = lived_in();
    let mut failures = Vec::new();
    for (jql, expected) in queries().refused {
        let answer = search(&mut site, &jql);
        if answer != json!({"errorMessages": [expected], "errors": {}}) {
            failures.push(format!("{jql}\n  {answer}\n  instead of {expected}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_tree_is_shown_to_clients() {
    let mut site = Site::new(FIXTURE);
    let queries =
        json!({"queries": ["project = GARDEN AND status in (Done, 'To Do') ORDER BY rank desc", "a ="]});
    let answer = site.call("POST", "/rest/api/3/jql/parse", &queries);
    assert_eq!(
        answer["queries"][0]["structure"],
        json!({
            "where": {"operator": "and", "clauses": [
                {"field": {"name": "project"}, "operator": "=", "operand": {"value": "GARDEN"}},
                {"field": {"name": "status"}, "operator": "in", "operand": {"values": [{"value": "Done"}, {"value": "To Do"}]}},
            ]},
            "orderBy": {"fields": [{"field": {"name": "rank"}, "direction": "desc"}]},
        })
    );
    assert!(
        answer["queries"][1]["errors"][0]
            .as_str()
            .unwrap()
            .starts_with("Error in JQL Query: Expecting either")
    );
    let reference = site.get("/rest/api/3/jql/autocompletedata");
    let names = reference["visibleFieldNames"].as_array().unwrap();
    let status = names.iter().find(|field| field["value"] == "status").unwrap();
    assert!(status["operators"].as_array().unwrap().contains(&json!("was")));
    assert!(names.iter().any(|field| field["cfid"] == "cf[10016]"));
}

#[test]
fn the_index_lags_and_is_told_to_catch_up() {
    let lagging = FIXTURE.replace("\"index_lag_ms\": 0", "\"index_lag_ms\": 5000");
    let mut site = Site::new(&lagging);
    let fields =
        json!({"fields": {"project": {"key": "SHOP"}, "issuetype": {"name": "Task"}, "summary": "Fresh"}});
    let id = site.call("POST", "/rest/api/3/issue", &fields)["id"].as_str().unwrap().to_owned();
    let found = |site: &mut Site, reconcile: &Value| {
        let asked = json!({"jql": "summary ~ fresh", "reconcileIssues": reconcile});
        site.call("POST", "/rest/api/3/search/jql", &asked)["issues"].as_array().unwrap().len()
    };
    assert_eq!(found(&mut site, &json!([])), 0);
    assert_eq!(found(&mut site, &json!([id.parse::<u64>().unwrap()])), 1);
    site.host.now += 5_000_000_000;
    assert_eq!(found(&mut site, &json!([])), 1);
}

#[test]
fn every_beginning_of_every_query_is_answered() {
    let mut site = Site::new(FIXTURE);
    let all = queries();
    let texts = all.found.into_iter().map(|(jql, _)| jql).chain(all.refused.into_iter().map(|(jql, _)| jql));
    for jql in texts {
        let ends = (0..=jql.len()).filter(|end| jql.is_char_boundary(*end));
        let cut: Vec<&str> = ends.map(|end| &jql[..end]).collect();
        let answer = site.call("POST", "/rest/api/3/jql/parse?validation=none", &json!({"queries": cut}));
        for query in answer["queries"].as_array().unwrap() {
            let errors = query["errors"].as_array().map_or(0, Vec::len);
            assert_eq!(errors == 0, query["structure"].is_object(), "{query}");
        }
    }
    let deep = format!("{}a = b{}", "(".repeat(500), ")".repeat(500));
    let answer = search(&mut site, &deep);
    assert_eq!(answer["errorMessages"], json!(["Error in the JQL Query: The query is nested too deeply."]));
}
