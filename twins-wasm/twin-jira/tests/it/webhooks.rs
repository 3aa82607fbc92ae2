//! What the site sends of its own accord.

use serde_json::{Value, json};
use twin_sdk::hmac_sha256_hex;

use crate::site::{FIXTURE, Site, json as body};

/// What was sent: the receiver and the body.
fn sent(site: &Site) -> Vec<(String, Value)> {
    let emitted = site.host.emitted.iter();
    emitted
        .map(|(_, request, _)| (request.url.clone(), serde_json::from_slice(&request.body).unwrap()))
        .collect()
}

fn register(site: &mut Site, events: &Value, jql: &str) -> Value {
    let hook = json!({
        "name": "all", "url": "https://agent.example/jira/${issue.key}", "events": events, "secret": "s3cret",
        "filters": {"issue-related-events-section": jql}, "excludeBody": false,
    });
    site.call("POST", "/rest/webhooks/1.0/webhook", &hook)
}

#[test]
fn changes_of_issues_are_told_and_signed() {
    let mut site = Site::new(FIXTURE);
    let events = json!(["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created"]);
    assert_eq!(register(&mut site, &events, "project = SHOP")["isSigned"], true);
    site.call("PUT", "/rest/api/3/issue/GARDEN-3", &json!({"fields": {"summary": "Elsewhere"}}));
    site.call("PUT", "/rest/api/3/issue/SHOP-1", &json!({"fields": {"summary": "Paint"}}));
    site.call("PUT", "/rest/api/3/issue/SHOP-1/assignee", &json!({"accountId": null}));
    site.call("POST", "/rest/api/2/issue/SHOP-1/comment", &json!({"body": "Green?"}));
    site.call("DELETE", "/rest/api/3/issue/SHOP-1", &Value::Null);
    let sent = sent(&site);
    let names: Vec<_> = sent.iter().map(|(_, body)| body["webhookEvent"].as_str().unwrap()).collect();
    assert_eq!(names, ["jira:issue_updated", "jira:issue_updated", "comment_created", "jira:issue_deleted"]);
    assert!(sent.iter().all(|(url, _)| url == "https://agent.example/jira/SHOP-1"));
    let (_, first) = &sent[0];
    assert_eq!(first["issue_event_type_name"], "issue_updated");
    assert_eq!(first["timestamp"], 1_767_607_200_000_u64);
    assert_eq!(first["user"]["displayName"], "Ana Silva");
    assert_eq!(first["issue"]["fields"]["summary"], "Paint");
    assert_eq!(first["changelog"]["items"][0]["toString"], "Paint");
    assert_eq!(sent[1].1["issue_event_type_name"], "issue_assigned");
    assert_eq!(sent[2].1["comment"]["body"], "Green?");
    let (_, request, retry) = &site.host.emitted[0];
    let header = |name: &str| {
        let field = request.headers.iter().find(|field| field.name == name);
        field.unwrap_or_else(|| panic!("no {name}")).value.clone()
    };
    assert_eq!(header("x-hub-signature"), format!("sha256={}", hmac_sha256_hex(b"s3cret", &[&request.body])));
    assert!(!header("x-atlassian-webhook-identifier").is_empty());
    assert_eq!((retry.waits.len(), retry.number_header.as_deref()), (5, Some("x-atlassian-webhook-retry")));
}

#[test]
fn hooks_of_apps_end_after_thirty_days() {
    let mut site = Site::new(FIXTURE);
    let hooks = json!({"url": "https://app.example/hook", "webhooks": [
        {"jqlFilter": "project = SHOP", "events": ["jira:issue_updated"], "fieldIdsFilter": ["summary"]},
        {"jqlFilter": "planet = mars", "events": ["jira:issue_updated"]},
        {"jqlFilter": "", "events": ["worklog_created"]},
    ]});
    let registered = site.call("POST", "/rest/api/3/webhook", &hooks);
    let results = registered["webhookRegistrationResult"].as_array().unwrap();
    let id = results[0]["createdWebhookId"].clone();
    assert!(results[1]["errors"][0].as_str().unwrap().contains("Field 'planet' does not exist"));
    assert!(results[2]["errors"][0].as_str().unwrap().contains("worklog_created"));
    assert_eq!(
        site.get("/rest/api/3/webhook")["values"][0]["expirationDate"],
        "2026-02-04T10:00:00.000+0000"
    );
    let rename = |site: &mut Site, name: &str| {
        site.call("PUT", "/rest/api/3/issue/SHOP-1", &json!({"fields": {"summary": name}}));
        site.call("PUT", "/rest/api/3/issue/SHOP-1", &json!({"fields": {"labels": [name]}}));
    };
    rename(&mut site, "one");
    assert_eq!(sent(&site).len(), 1);
    assert_eq!(sent(&site)[0].1["matchedWebhookIds"], json!([id]));
    site.host.now += 29 * 24 * 3_600 * 1_000_000_000;
    site.call("PUT", "/rest/api/3/webhook/refresh", &json!({"webhookIds": [id]}));
    site.host.now += 29 * 24 * 3_600 * 1_000_000_000;
    rename(&mut site, "two");
    assert_eq!(sent(&site).len(), 2);
    site.host.now += 2 * 24 * 3_600 * 1_000_000_000;
    rename(&mut site, "three");
    assert_eq!(sent(&site).len(), 2);
    assert_eq!(site.get("/rest/api/3/webhook")["total"], 0);
}

#[test]
fn hooks_of_administrators_are_kept_changed_and_removed() {
    let mut site = Site::new(FIXTURE);
    let made = register(&mut site, &json!(["sprint_started", "jira:version_released"]), "");
    let target =
        made["self"].as_str().unwrap().strip_prefix("https://fern.atlassian.net").unwrap().to_owned();
    let dates = json!({"state": "active", "startDate": "2026-01-15T09:00:00.000Z", "endDate": "2026-01-29T09:00:00.000Z"});
    site.call("POST", "/rest/agile/1.0/sprint/3", &dates);
    site.call("PUT", "/rest/api/3/version/10001", &json!({"released": true}));
    assert_eq!(sent(&site).len(), 2);
    site.call("PUT", &target, &json!({"enabled": false}));
    site.call("PUT", "/rest/api/3/version/10000", &json!({"released": false}));
    site.call("PUT", "/rest/api/3/version/10000", &json!({"released": true}));
    assert_eq!(sent(&site).len(), 2);
    site.call("DELETE", &target, &Value::Null);
    let gone = site.send("GET", &target, &[("authorization", "Bearer ana-token")], "");
    assert_eq!((gone.status, body(&gone)["messages"][0]["key"].as_str()), (404, Some("Webhook not found")));
}
