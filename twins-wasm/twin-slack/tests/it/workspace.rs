//! A seeded workspace and the one way in which these tests talk to it.

use serde_json::Value;
use twin_sdk::testing::{MemoryHost, request};
pub(crate) use twin_sdk::testing::{header, json};
use twin_sdk::{Response, Twin};
use twin_slack::Slack;

/// The workspace of all cases: the one that the SDK's test uses.
pub(crate) const FIXTURE: &str = include_str!("../sdk/fixture.json");

/// A world of its own.
pub(crate) struct Workspace {
    pub host: MemoryHost,
}

impl Workspace {
    pub(crate) fn new(fixture: &str) -> Self {
        let mut host = MemoryHost::default();
        Slack::seed(&mut host, "", fixture).unwrap();
        Self { host }
    }

    /// Calls a method with a form body, and gives the response's JSON.
    pub(crate) fn call(&mut self, token: &str, method: &str, form: &[(&str, &str)]) -> Value {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let authorization = format!("Bearer {token}");
        let headers =
            [("authorization", &*authorization), ("content-type", "application/x-www-form-urlencoded")];
        json(&self.send("POST", &format!("/api/{method}"), &headers, &body))
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let url = format!("https://slack.com{target}");
        Slack::handle(&mut self.host, &request(method, &url, headers, body))
    }
}
