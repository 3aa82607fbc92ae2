//! A client of the Slack Web API: form in, JSON out, pages by cursor, patience with rate limits.

use std::time::Duration;

use plugin_sdk::capability::{Clock, Http};
use plugin_sdk::{Header, Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::Failure;

/// How often one call is tried again after "too many requests".
const RETRIES: u32 = 5;
/// What is waited where Slack names no time.
const DEFAULT_WAIT: Duration = Duration::from_secs(1);
/// Slack recommends no more than 200 items a page.
const PAGE: &str = "200";

/// What a client needs of the host. An object of all imports would make the component import them all.
pub(crate) trait Line: Http + Clock {}

impl<T: Http + Clock> Line for T {}

/// The API as one bot sees it.
pub(crate) struct Slack<'a> {
    imports: &'a mut dyn Line,
    token: &'a str,
}

/// A member of the team, in the parts that matter here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    pub(crate) deleted: bool,
    pub(crate) is_bot: bool,
    /// A guest in several channels.
    pub(crate) is_restricted: bool,
    /// A guest in one channel.
    pub(crate) is_ultra_restricted: bool,
}

/// A message of a channel or thread, in the parts that matter here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) ts: String,
    pub(crate) user: Option<String>,
    pub(crate) text: String,
    /// The channels that it is pinned to.
    pub(crate) pinned_to: Vec<String>,
}

impl<'a> Slack<'a> {
    pub(crate) fn new(imports: &'a mut impl Line, token: &'a str) -> Self {
        Self { imports, token }
    }

    /// Calls a method and returns its body, which is one with `"ok": true`.
    pub(crate) fn call(&mut self, method: &'static str, fields: &[(&str, &str)]) -> Result<Value, Failure> {
        let response = self.send(method, fields)?;
        let body: Value =
            serde_json::from_slice(&response.body).map_err(|source| Failure::Body { method, source })?;
        if body.get("ok") == Some(&Value::Bool(true)) {
            return Ok(body);
        }
        let code = body.get("error").and_then(Value::as_str).unwrap_or("unknown_error").to_owned();
        Err(Failure::Refused { method, code })
    }

    /// Calls a method and reads one key of its body.
    pub(crate) fn read<T: DeserializeOwned>(
        &mut self,
        method: &'static str,
        fields: &[(&str, &str)],
        key: &str,
    ) -> Result<T, Failure> {
        take(&mut self.call(method, fields)?, method, key)
    }

    /// Calls a method until its last page and returns the items of all.
    pub(crate) fn pages<T: DeserializeOwned>(
        &mut self,
        method: &'static str,
        fields: &[(&str, &str)],
        key: &str,
    ) -> Result<Vec<T>, Failure> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut fields = fields.to_vec();
            fields.push(("limit", PAGE));
            if !cursor.is_empty() {
                fields.push(("cursor", &cursor));
            }
            let mut body = self.call(method, &fields)?;
            items.append(&mut take::<Vec<T>>(&mut body, method, key)?);
            match body.pointer("/response_metadata/next_cursor").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(items),
            }
        }
    }

    fn send(&mut self, method: &'static str, fields: &[(&str, &str)]) -> Result<Response, Failure> {
        let request = Request {
            method: "POST".to_owned(),
            url: format!("https://slack.com/api/{method}"),
            headers: vec![
                header("authorization", &format!("Bearer {}", self.token)),
                header("content-type", "application/x-www-form-urlencoded"),
            ],
            body: form(fields).into_bytes(),
        };
        for _ in 0..=RETRIES {
            let response = self.imports.send(&request).map_err(|error| Failure::Unsent { method, error })?;
            match response.status {
                200 => return Ok(response),
                429 => {
                    let wait = u64::try_from(wait(&response).as_nanos()).unwrap_or(u64::MAX);
                    self.imports.sleep(wait);
                }
                status => return Err(Failure::Status { method, status }),
            }
        }
        Err(Failure::RateLimited { method })
    }
}

fn take<T: DeserializeOwned>(body: &mut Value, method: &'static str, key: &str) -> Result<T, Failure> {
    let value = body.get_mut(key).map(Value::take).unwrap_or_default();
    serde_json::from_value(value).map_err(|source| Failure::Body { method, source })
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn wait(response: &Response) -> Duration {
    response
        .headers
        .iter()
        .find(|header| header.name == "retry-after")
        .and_then(|header| header.value.parse().ok())
        .map_or(DEFAULT_WAIT, Duration::from_secs)
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte))
            }
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use plugin_sdk::Error;
    use plugin_sdk::testing::Stage;

    use super::*;

    fn response(status: u16, headers: Vec<Header>, body: &str) -> Result<Response, Error> {
        Ok(Response { status, headers, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn fields_travel_as_a_form_with_the_token() {
        let mut stage = Stage::new(|_: &Request| response(200, Vec::new(), r#"{"ok":true}"#));
        Slack::new(&mut stage, "xoxb-1").call("chat.postMessage", &[("text", "Zoë & <@U1>?")]).unwrap();
        let request = &stage.requests[0];
        assert_eq!(request.body, b"text=Zo%C3%AB+%26+%3C%40U1%3E%3F");
        assert_eq!(request.headers[0], header("authorization", "Bearer xoxb-1"));
        assert_eq!(
            (request.method.as_str(), request.url.as_str()),
            ("POST", "https://slack.com/api/chat.postMessage")
        );
    }

    #[test]
    fn a_call_waits_as_long_as_slack_asks() {
        let mut refusals = 2;
        let mut stage = Stage::new(|_: &Request| {
            if refusals == 0 {
                return response(200, Vec::new(), r#"{"ok":true}"#);
            }
            refusals -= 1;
            response(429, vec![header("retry-after", "30")], "")
        });
        Slack::new(&mut stage, "t").call("auth.test", &[]).unwrap();
        assert_eq!(stage.slept, [30_000_000_000, 30_000_000_000]);
    }

    #[test]
    fn patience_ends_after_five_more_tries() {
        let mut stage = Stage::new(|_: &Request| response(429, Vec::new(), ""));
        let failure = Slack::new(&mut stage, "t").call("auth.test", &[]).unwrap_err();
        assert!(matches!(failure, Failure::RateLimited { method: "auth.test" }));
        assert_eq!(stage.requests.len(), 6);
    }

    #[test]
    fn pages_are_followed_to_the_last() {
        let mut stage = Stage::new(|request: &Request| {
            let body = String::from_utf8(request.body.clone()).unwrap();
            let answer = if body.contains("cursor=next") {
                r#"{"ok":true,"items":[3],"response_metadata":{"next_cursor":""}}"#
            } else {
                r#"{"ok":true,"items":[1,2],"response_metadata":{"next_cursor":"next"}}"#
            };
            response(200, Vec::new(), answer)
        });
        let items: Vec<u32> = Slack::new(&mut stage, "t").pages("x.list", &[], "items").unwrap();
        assert_eq!(items, [1, 2, 3]);
    }

    #[test]
    fn a_refusal_carries_slacks_code() {
        let mut stage =
            Stage::new(|_: &Request| response(200, Vec::new(), r#"{"ok":false,"error":"not_in_channel"}"#));
        let failure = Slack::new(&mut stage, "t").call("chat.postMessage", &[]).unwrap_err();
        assert_eq!(failure.to_string(), "chat.postMessage was refused: not_in_channel");
    }
}
