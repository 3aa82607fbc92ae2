//! Bodies as text.

use serde_json::{Value, json};

use crate::shown;

const HTML: &str = "<html><head><title>T</title><style>p{}</style><script>alert(1)</script></head><body>\
    <h1>Head</h1><p>One <a href='/x'>link</a>.</p><ul><li>a<li>b</ul></body></html>";

#[test]
fn a_page_becomes_readable() {
    let got = shown("text/html; charset=utf-8", HTML.as_bytes(), json!({}));
    assert_eq!(got["text"], "# Head\n\nOne [link][1].\n* a\n* b\n\n[1]: /x\n");
    assert_eq!(shown("text/html", HTML.as_bytes(), json!({"raw": true}))["text"], HTML);
}

#[test]
fn json_is_indented_and_keeps_its_digits() {
    let body = br#"{"b":[1.10,12345678901234567890],"a":"x"}"#;
    let got = shown("application/problem+json", body, json!({}));
    assert_eq!(got["text"], "{\n  \"b\": [\n    1.10,\n    12345678901234567890\n  ],\n  \"a\": \"x\"\n}");
    for body in [&b"{not json"[..], "[".repeat(1_000_000).as_bytes()] {
        let text = shown("application/json", body, json!({"limit": 2_000_000}))["text"].clone();
        assert_eq!(text.as_str().unwrap().as_bytes(), body);
    }
}

#[test]
fn the_encoding_is_the_one_that_is_named() {
    let cases: [(&str, &[u8], &str); 7] = [
        ("text/plain; charset=ISO-8859-1", b"caf\xe9", "caf\u{e9}"),
        ("text/plain; charset=\"Shift_JIS\"", b"\x93\xfa\x96{", "\u{65e5}\u{672c}"),
        ("text/plain; charset=utf-16le", b"h\0i\0", "hi"),
        ("text/plain", b"\xef\xbb\xbfhi", "hi"),
        ("text/plain", "caf\u{e9}".as_bytes(), "caf\u{e9}"),
        ("text/html", b"<meta charset='windows-1251'><p>\xcf", "\u{41f}\n"),
        ("text/html", b"<META http-equiv=x content='text/html; charset=koi8-r'>\xf0", "\u{41f}\n"),
    ];
    for (media, body, expected) in cases {
        let got = shown(media, body, json!({}));
        assert_eq!((&got["text"], &got["more"]), (&json!(expected), &Value::Null), "{media}");
    }
}

#[test]
fn what_had_to_be_guessed_is_told() {
    let got = shown("text/plain", b"caf\xe9", json!({}));
    assert_eq!(got["text"], "caf\u{e9}");
    assert_eq!(got["more"], "no encoding is named and it is not UTF-8: read as windows-1252");
    let got = shown("text/plain; charset=klingon", b"\xff", json!({}));
    let expected =
        "the encoding `klingon` is unknown: read as UTF-8; bytes that are not UTF-8 are shown as \u{fffd}";
    assert_eq!((&got["text"], &got["more"]), (&json!("\u{fffd}"), &json!(expected)));
}

#[test]
fn binary_bodies_are_named_and_not_shown() {
    for (media, body) in
        [("image/png", &b"\x89PNG"[..]), ("application/octet-stream", b"a\0b"), ("", b"\xff\xfe\0")]
    {
        let got = shown(media, body, json!({}));
        assert_eq!((&got["text"], &got["size"]), (&json!(""), &json!(body.len())));
        let more = got["more"].as_str().unwrap();
        assert!(more.starts_with("the body is binary, ") && more.contains(media), "{more}");
    }
    assert_eq!(shown("", b"plain", json!({}))["text"], "plain");
}

#[test]
fn a_long_text_is_read_in_parts() {
    let body = "\u{e9}".repeat(70);
    let got = shown("text/plain", body.as_bytes(), json!({"limit": 40}));
    assert_eq!(got["text"], "\u{e9}".repeat(40));
    assert_eq!(got["more"], "30 more characters: fetch again with first = 40");
    let got = shown("text/plain", body.as_bytes(), json!({"limit": 40, "first": 40}));
    assert_eq!((&got["text"], &got["more"]), (&json!("\u{e9}".repeat(30)), &Value::Null));
}

#[test]
fn hostile_pages_are_answered_too() {
    let nested = |tag: &str, count: usize| format!("<{tag}>").repeat(count);
    let pages = [
        nested("div", 200_000),
        nested("table><tr><td", 5_000),
        nested("ul><li", 20_000),
        nested("b", 100_000),
        "<".repeat(500_000),
        "&".repeat(500_000),
        format!("<p {}>", "a=b ".repeat(100_000)),
        "<!--".to_owned(),
        "x".repeat(3_000_000),
        format!("{}x", nested("table><tr><td", 60)),
    ];
    for (number, page) in pages.iter().enumerate() {
        let got = shown("text/html", page.as_bytes(), json!({}));
        let readable = !got["more"].as_str().unwrap_or_default().contains("beyond measure");
        assert_eq!(readable, [4, 5, 7, 8, 9].contains(&number), "{number}: {got}");
    }
    let more = shown("text/html", pages[8].as_bytes(), json!({}))["more"].clone();
    let expected = "only the first 1048576 bytes of 3000000 of the page are shown";
    assert!(more.as_str().unwrap().starts_with(expected), "{more}");
}

#[test]
fn a_cell_that_reaches_below_its_table_is_text_too() {
    let page = b"<table><tr><td colspan=9>one<td RowSpan=5>two</table><p>about ROWSPAN=2 and rowspan";
    let got = shown("text/html", page, json!({}));
    let text = got["text"].as_str().unwrap();
    assert!(text.contains("one") && text.contains("two"), "{text}");
    assert!(text.contains("about ROWSPAN=2 and rowspan"), "{text}");
}
