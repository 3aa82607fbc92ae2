//! A seeded org and the one way in which these tests talk to it.

use serde_json::Value;
use twin_okta::Okta;
use twin_sdk::testing::{MemoryHost, request};
pub(crate) use twin_sdk::testing::{header, json};
use twin_sdk::{Response, Twin};

/// The org of all cases: the one that the SDK's test uses.
pub(crate) const FIXTURE: &str = include_str!("../sdk/fixture.json");
pub(crate) const ORIGIN: &str = "https://fern.okta.com";
const TOKEN: &str = "SSWS 00sdk-admin-token";

/// A world of its own.
pub(crate) struct Org {
    pub host: MemoryHost,
}

impl Org {
    pub(crate) fn new(fixture: &str) -> Self {
        let mut host = MemoryHost::default();
        Okta::seed(&mut host, "", fixture).unwrap();
        Self { host }
    }

    /// Calls as an administrator, with a JSON body unless it is null.
    pub(crate) fn call(&mut self, method: &str, target: &str, body: &Value) -> Response {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("authorization", TOKEN), ("content-type", "application/json")];
        self.send(method, target, &headers, &body)
    }

    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Response {
        let url = if target.starts_with("https:") { target.to_owned() } else { format!("{ORIGIN}{target}") };
        Okta::handle(&mut self.host, &request(method, &url, headers, body))
    }
}

/// Where the next page is.
pub(crate) fn next(response: &Response) -> Option<String> {
    response.headers.iter().filter(|field| field.name == "link").find_map(|field| {
        let (target, relation) = field.value.split_once(">; rel=")?;
        (relation == "\"next\"").then(|| target.trim_start_matches('<').to_owned())
    })
}
