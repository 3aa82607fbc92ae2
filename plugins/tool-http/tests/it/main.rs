//! `fetch` against services of a stage, called as a host calls it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod bodies;
mod hops;

use plugin_sdk::testing::Stage;
use plugin_sdk::{Error, Function, Header, Request, Response, Tool};
use serde_json::{Value, json};
use tool_http::Fetch;

type Service = fn(&Request) -> Result<Response, Error>;

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Result<Response, Error> {
    let headers = headers.iter().map(|(name, value)| header(name, value)).collect();
    Ok(Response { status, headers, body: body.to_vec() })
}

/// What `fetch` makes of its arguments, and every request that it sent.
fn fetch(service: Service, arguments: Value) -> (Result<Value, Error>, Vec<Request>) {
    let mut stage = Stage::new(service);
    let answer = <Fetch as Tool>::call(&mut stage, Fetch::NAME, &arguments.to_string());
    (answer.map(|answer| serde_json::from_str(&answer).unwrap()), stage.requests)
}

/// What `fetch` makes of a body, at `https://a.example/` where it is GET.
fn shown(media: &'static str, body: &[u8], more: Value) -> Value {
    let mut arguments = json!({"url": "https://a.example/"});
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut stage = Stage::new(|_: &Request| answer(200, &[("content-type", media)], body));
    let answer = <Fetch as Tool>::call(&mut stage, Fetch::NAME, &arguments.to_string()).unwrap();
    serde_json::from_str(&answer).unwrap()
}

#[test]
fn a_request_is_sent_as_it_was_given() {
    let (got, requests) = fetch(
        |_| {
            answer(
                201,
                &[("content-type", "text/plain"), ("x-secret", "1"), ("link", "a"), ("link", "b")],
                b"made",
            )
        },
        json!({
            "url": "https://a.example:8443/items?x=1#part", "method": "post", "body": "{}",
            "headers": {"Content-Type": "application/json"},
        }),
    );
    let headers = json!({"content-type": "text/plain", "link": "a, b"});
    let url = "https://a.example:8443/items?x=1";
    let expected = json!({"status": 201, "url": url, "headers": headers, "size": 4, "text": "made"});
    assert_eq!(got.unwrap(), expected);
    let sent = Request {
        method: "POST".to_owned(),
        url: url.to_owned(),
        headers: vec![header("content-type", "application/json")],
        body: b"{}".to_vec(),
    };
    assert_eq!(requests, [sent]);
}

#[test]
fn every_header_comes_when_asked_for() {
    let (got, _) = fetch(
        |_| answer(204, &[("x-id", "7")], b""),
        json!({"url": "http://a.example/", "all_headers": true}),
    );
    let expected =
        json!({"status": 204, "url": "http://a.example/", "headers": {"x-id": "7"}, "size": 0, "text": ""});
    assert_eq!(got.unwrap(), expected);
}

#[test]
fn nothing_is_sent_for_what_is_no_url() {
    for url in ["", "a.example", "/x", "ftp://a.example/", "file:///etc/passwd", "http://[", "javascript:1"] {
        let (got, requests) = fetch(|_| answer(200, &[], b""), json!({"url": url}));
        assert!(matches!(got, Err(Error::InvalidArgument(_))), "{url}: {got:?}");
        assert_eq!(requests, []);
    }
}

#[test]
fn a_refusal_of_the_host_is_passed_on() {
    let (got, _) =
        fetch(|_| Err(Error::Denied("allow a.example".to_owned())), json!({"url": "http://a.example/"}));
    assert!(matches!(got, Err(Error::Denied(text)) if text == "allow a.example"));
}
