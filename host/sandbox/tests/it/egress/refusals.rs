//! What never leaves: hosts, addresses and spellings that the policy does not grant, and requests that two readers
//! would read in two ways.

use super::server::Server;
use super::{Names, egress_with, get, granting, patiently};
use glasshouse_model::Policy;
use glasshouse_sandbox::egress::{AddressKind, Audit, Egress, EgressError, EgressSettings, Flaw, OutRequest};
use std::net::TcpListener;
use std::sync::Arc;

const POLICY: &str = r#"version = 1
[[http]]
hosts = ["allowed.example", "*.okta.com", "8.8.8.8"]
methods = ["GET", "POST"]
"#;

/// The WIT error that an [`EgressError`] becomes.
fn case(error: &EgressError) -> &'static str {
    match error {
        EgressError::Denied(_) | EgressError::Address { .. } => "denied",
        EgressError::InvalidArgument(_) => "invalid-argument",
        EgressError::Unavailable(_) => "unavailable",
        EgressError::TimedOut => "timed-out",
        EgressError::QuotaExceeded(_) => "quota-exceeded",
    }
}

/// A table of requests, one a line: the error's case, method, URL, and a text that the error has, after two spaces.
#[test]
fn hosts_and_addresses_that_are_not_granted_are_refused() {
    let names = Names::with(&[
        ("allowed.example", &[&["10.0.0.1"]]),
        ("mapped.okta.com", &[&["::ffff:192.168.0.1"]]),
        ("metadata.okta.com", &[&["fd00:ec2::254", "169.254.169.254"]]),
        ("nat.okta.com", &[&["64:ff9b::7f00:1"]]),
        ("nothing.okta.com", &[&[]]),
    ]);
    let egress = egress_with(POLICY, &names);
    let table = include_str!("../cases/egress/refusals.txt");
    let cases = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in cases {
        let (asked, wanted) = line.split_once("  ").unwrap();
        let [kind, method, url] = asked.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let sent = patiently(&egress, OutRequest { method: method.into(), ..get(url) });
        let error = sent.answer.expect_err(line);
        assert_eq!(case(&error), kind, "{line}: {error}");
        assert!(error.to_string().contains(&wanted.replace("\\n", "\n")), "{line}: {error}");
        assert_eq!((sent.audit.address, sent.audit.bytes_out), (None, 0), "{line}");
    }
}

/// All spellings of one address are that address, refused and granted alike.
#[test]
fn the_parser_that_connects_is_the_one_that_is_asked() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let port = server.address.port();
    let granted = egress_with(&granting(&server), &Arc::default());
    let closed = egress_with(POLICY, &Arc::default());
    for host in [
        "127.1",
        "0x7f000001",
        "017700000001",
        "2130706433",
        "0177.0.0.1",
        "127.0.0.%31",
        "\u{ff11}27.0.0.1",
        "127.0.0.1.",
    ] {
        let url = format!("http://{host}:{port}/");
        assert_eq!(patiently(&granted, get(&url)).audit.address, Some(server.address), "{url}");
        server.next_seen();
        let error = patiently(&closed, get(&url)).answer.unwrap_err();
        assert!(error.to_string().contains("hosts = [\"127.0.0.1\"]"), "{url}: {error}");
    }
    assert!(server.saw_no_more());
}

fn with_headers(headers: &[(&str, &str)]) -> OutRequest {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    OutRequest { method: "POST".into(), headers, body: b"hello".to_vec(), ..get("") }
}

/// Sends to a server that answers anything; it must see nothing.
fn refused(egress: &Egress, server: &Server, request: OutRequest) -> EgressError {
    let sent = patiently(egress, OutRequest { url: server.url("/"), ..request });
    assert!(server.saw_no_more());
    assert_eq!(Audit { grant: None, ..sent.audit }, Audit::default());
    sent.answer.unwrap_err()
}

#[test]
fn a_request_that_could_be_read_in_two_ways_is_not_sent() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let egress = egress_with(&granting(&server), &Arc::default());
    let value = |name: &str| Flaw::HeaderValue(name.into());
    let name = |name: &str| Flaw::HeaderName(name.escape_debug().to_string());
    let length = Flaw::Length { body: 5 };
    for (headers, flaw) in [
        (&[("x-a", "1\r\nx-b: 2")][..], value("x-a")),
        (&[("x-a", "1\nx-b: 2")], value("x-a")),
        (&[("x-a", "1\r")], value("x-a")),
        (&[("x-a", "1\0")], value("x-a")),
        (&[("x-a\r\nx-b", "1")], name("x-a\r\nx-b")),
        (&[("x-a\0", "1")], name("x-a\0")),
        (&[("x-a ", "1")], name("x-a ")),
        (&[(" x-a", "1")], name(" x-a")),
        (&[("x-a:", "1")], name("x-a:")),
        (&[("\u{fc}", "1")], name("\u{fc}")),
        (&[("", "1")], name("")),
        (&[("content-length", "5"), ("content-length", "5")], Flaw::TwoLengths),
        (&[("content-length", "5"), ("Content-Length", "6")], Flaw::TwoLengths),
        (&[("content-length", "+5")], length.clone()),
        (&[("content-length", "5, 5")], length.clone()),
        (&[("content-length", "0x5")], length.clone()),
        (&[("content-length", " 5")], length.clone()),
        (&[("content-length", "-5")], length.clone()),
        (&[("content-length", "")], length.clone()),
        (&[("content-length", "4")], length.clone()),
        (&[("content-length", "6")], length.clone()),
        (&[("content-length", "99999999999999999999999999")], length),
    ] {
        assert_eq!(refused(&egress, &server, with_headers(headers)), flaw.into(), "{headers:?}");
    }
    for name in [
        "connection",
        "content_length",
        "expect",
        "host",
        "Host",
        "http2-settings",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "Transfer-Encoding",
        "transfer_encoding",
        "upgrade",
    ] {
        let flaw = Flaw::OwnHeader(name.into());
        assert_eq!(refused(&egress, &server, with_headers(&[(name, "chunked")])), flaw.into(), "{name}");
    }
    for method in [
        "CONNECT",
        "PRI",
        "TRACE",
        "TRACK",
        "GE T",
        "GET\r\nx-a: 1",
        "GET /x HTTP/1.1",
        "get",
        "",
        "G\0T",
        "*",
    ] {
        let request = OutRequest { method: method.into(), ..with_headers(&[]) };
        assert!(matches!(refused(&egress, &server, request), EgressError::Denied(_)), "{method:?}");
    }
}

/// Servers that take the method from a field would do what the policy does not grant.
#[test]
fn a_method_in_a_field_is_decided_too() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let egress = egress_with(&granting(&server), &Arc::default());
    for name in ["X-HTTP-Method-Override", "x-http-method", "x-method-override", "X_HTTP_Method_Override"] {
        let error = refused(&egress, &server, with_headers(&[(name, "delete")]));
        assert!(error.to_string().contains("methods = [\"DELETE\"]"), "{error}");
        let granted = OutRequest { url: server.url("/"), ..with_headers(&[(name, "GET")]) };
        assert!(patiently(&egress, granted).answer.is_ok());
        server.next_seen();
    }
}

/// A policy that grants a name and the address 127.0.0.1, both in the clear at one port.
fn named(server: &Server) -> String {
    granting(server).replace("[\"127.0.0.1\"]", "[\"api.example.com\", \"127.0.0.1\"]")
}

#[test]
fn a_name_is_looked_up_once_and_its_answer_kept() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let port = server.address.port();
    let other = TcpListener::bind(("127.0.0.2", port)).unwrap();
    other.set_nonblocking(true).unwrap();
    let names = Names::with(&[("api.example.com", &[&["127.0.0.1"], &["127.0.0.2"]])]);
    let egress = egress_with(&named(&server), &names);
    let url = format!("http://API.example.com.:{port}/");
    assert_eq!(patiently(&egress, get(&url)).audit.address, Some(server.address));
    assert_eq!(names.left("api.example.com"), 1, "one lookup, one answer");
    assert!(server.next_seen().contains(&format!("host: api.example.com:{port}\r\n")));
    // The next request gets the other answer, and is refused.
    let error = patiently(&egress, get(&url)).answer.unwrap_err();
    assert!(matches!(error, EgressError::Address { .. }), "{error}");
    assert_eq!(other.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn of_several_addresses_only_the_allowed_ones_are_connected_to() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let port = server.address.port();
    let other = TcpListener::bind(("127.0.0.2", port)).unwrap();
    other.set_nonblocking(true).unwrap();
    let names = Names::with(&[("api.example.com", &[&["127.0.0.2", "::ffff:127.0.0.1"]])]);
    let egress = egress_with(&named(&server), &names);
    let sent = patiently(&egress, get(format!("http://api.example.com:{port}/")));
    assert_eq!((sent.answer.unwrap().status, sent.audit.address), (200, Some(server.address)));
    assert_eq!(other.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

/// `localhost` is a name as any other, looked up by the system.
#[test]
fn the_systems_names_are_held_against_the_policy_too() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let url = format!("http://localhost:{}/", server.address.port());
    let send = |hosts: &str| {
        let policy = granting(&server).replace("[\"127.0.0.1\"]", hosts);
        let policy = Arc::new(Policy::parse("policy.toml", &policy).unwrap());
        patiently(&Egress::new(policy, EgressSettings::default(), |_| None).unwrap(), get(&url))
    };
    let error = send("[\"localhost\"]").answer.unwrap_err();
    assert!(matches!(error, EgressError::Address { kind: AddressKind::Loopback, .. }), "{error}");
    assert_eq!(send("[\"localhost\", \"127.0.0.1\"]").audit.address, Some(server.address));
}
