//! Redirects.

use plugin_sdk::{Error, Request};
use serde_json::json;

use crate::{answer, fetch, header};

#[test]
fn each_hop_is_a_request_of_its_own() {
    let (got, requests) = fetch(
        |request| match request.url.as_str() {
            "https://a.example/1" => answer(302, &[("location", "/2?x#y")], b"moved"),
            "https://a.example/2?x" => answer(308, &[("location", "https://b.example/3")], b""),
            _ => answer(200, &[("content-type", "text/plain")], b"here"),
        },
        json!({
            "url": "https://a.example/1",
            "headers": {"authorization": "s", "x-api-key": "t", "accept": "u"},
        }),
    );
    let got = got.unwrap();
    assert_eq!((&got["text"], &got["url"]), (&json!("here"), &json!("https://b.example/3")));
    assert_eq!(got["redirected_from"], json!(["https://a.example/1", "https://a.example/2?x"]));
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[1].headers, requests[0].headers);
    assert_eq!(requests[2].headers, [header("accept", "u")]);
}

#[test]
fn a_port_or_a_scheme_makes_another_origin() {
    for target in ["https://a.example:444/", "http://a.example/"] {
        let body = json!({"url": format!("https://a.example/?{target}"), "headers": {"Authorization": "s"}});
        let (_, requests) = fetch(
            |request| match request.url.split_once('?') {
                Some((_, target)) => answer(301, &[("location", target)], b""),
                None => answer(200, &[], b""),
            },
            body,
        );
        assert_eq!(requests[1].url, target);
        assert_eq!(requests[1].headers, []);
    }
}

fn methods(status: &str, method: &str) -> (String, usize) {
    let arguments = json!({"url": format!("https://a.example/{status}"), "method": method, "body": "xy"});
    let (_, requests) = fetch(
        |request| match request.url.rsplit('/').next().unwrap().parse() {
            Ok(status) => answer(status, &[("location", "/end")], b""),
            Err(_) => answer(200, &[], b""),
        },
        arguments,
    );
    let Request { method, body, .. } = requests.last().unwrap();
    (method.clone(), body.len())
}

#[test]
fn the_method_changes_as_browsers_change_it() {
    for (status, method, expected) in [
        ("301", "POST", ("GET", 0)),
        ("302", "POST", ("GET", 0)),
        ("303", "PUT", ("GET", 0)),
        ("303", "HEAD", ("HEAD", 2)),
        ("302", "PUT", ("PUT", 2)),
        ("307", "POST", ("POST", 2)),
        ("308", "POST", ("POST", 2)),
        ("304", "POST", ("POST", 2)),
    ] {
        let (name, size) = methods(status, method);
        assert_eq!((name.as_str(), size), expected, "{status} {method}");
    }
}

#[test]
fn five_redirects_are_followed_and_not_six() {
    let to = |last: usize| json!({"url": format!("https://a.example/{last}/0")});
    let service = |request: &Request| {
        let (last, at) = request.url.strip_prefix("https://a.example/").unwrap().split_once('/').unwrap();
        if last == at {
            return answer(200, &[], b"");
        }
        let next = format!("/{last}/{}", at.parse::<u32>().unwrap() + 1);
        answer(302, &[("location", &next)], b"")
    };
    assert!(fetch(service, to(5)).0.is_ok());
    let (got, requests) = fetch(service, to(6));
    assert!(matches!(got, Err(Error::Other(text)) if text.starts_with("more than 5 redirects: ")));
    assert_eq!(requests.len(), 6);
}

#[test]
fn a_redirect_astray_is_not_followed() {
    for location in ["ftp://b.example/", "http://u:p@b.example/", "http://[", "javascript:alert(1)"] {
        let (got, requests) = fetch(
            |request| answer(302, &[("location", request.headers[0].value.as_str())], b""),
            json!({"url": "https://a.example/", "headers": {"x": location}}),
        );
        assert!(matches!(&got, Err(Error::Other(text)) if text.contains("redirects astray")), "{got:?}");
        assert_eq!(requests.len(), 1);
    }
    let (got, _) = fetch(|_| answer(302, &[], b"nowhere"), json!({"url": "https://a.example/"}));
    assert_eq!(got.unwrap()["status"], 302);
}

#[test]
fn a_hop_that_is_denied_says_where_it_came_from() {
    let (got, _) = fetch(
        |request| match request.url.as_str() {
            "https://a.example/" => answer(302, &[("location", "http://169.254.169.254/")], b""),
            _ => Err(Error::Denied("no grant".to_owned())),
        },
        json!({"url": "https://a.example/"}),
    );
    let expected = "https://a.example/ redirected to http://169.254.169.254/: no grant";
    assert!(matches!(&got, Err(Error::Denied(text)) if text == expected), "{got:?}");
}
