//! A seeded site that answers requests.

use serde_json::Value;
use twin_jira::Jira;
use twin_sdk::testing::{MemoryHost, request};
pub(crate) use twin_sdk::testing::{header, json};
use twin_sdk::{Response, Twin};

/// The seed that ships with the twin.
pub(crate) const FIXTURE: &str = include_str!("../../fixtures/demo.json");

/// A site of its own for one test.
pub(crate) struct Site {
    pub(crate) host: MemoryHost,
}

impl Site {
    pub(crate) fn new(fixture: &str) -> Self {
        let mut host = MemoryHost::default();
        Jira::seed(&mut host, "", fixture).unwrap_or_else(|error| panic!("{error}"));
        Self { host }
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let url = format!("https://fern.atlassian.net{target}");
        Jira::handle(&mut self.host, &request(method, &url, headers, body))
    }

    /// As Ana, with a JSON body unless it is null.
    pub(crate) fn call(&mut self, method: &str, target: &str, body: &Value) -> Value {
        let headers = [("authorization", "Bearer ana-token"), ("content-type", "application/json")];
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let response = self.send(method, target, &headers, &text);
        assert!(response.status < 400, "{method} {target}: {} {}", response.status, json(&response));
        json(&response)
    }

    pub(crate) fn get(&mut self, target: &str) -> Value {
        self.call("GET", target, &Value::Null)
    }
}
