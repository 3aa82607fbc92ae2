//! What is sent as it stands, and what comes back.

use super::server::Server;
use super::{PATIENCE, egress, get, granting, patiently};
use flate2::Compression;
use flate2::write::GzEncoder;
use glasshouse_model::Place;
use glasshouse_sandbox::egress::{Audit, EgressError, Failure, OutRequest, OutResponse};
use std::io::Write;
use std::time::Instant;

#[test]
fn a_granted_request_is_sent_and_answered() {
    let server = Server::saying("HTTP/1.1 201 Created\r\nX-B: 1\r\nx-b: 2\r\nconnection: close\r\n\r\nmade");
    let request = OutRequest {
        method: "POST".into(),
        url: server.url("/a/../b?c=d#fragment"),
        headers: vec![
            ("content-type".into(), "text/plain".into()),
            ("content-length".into(), "5".into()),
            ("accept-encoding".into(), "br".into()),
            ("x-twice".into(), "1".into()),
            ("x-twice".into(), "2".into()),
        ],
        body: b"hello".to_vec(),
    };
    let sent = patiently(&egress(&granting(&server)), request);
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let wanted = OutResponse {
        status: 201,
        headers: vec![pair("x-b", "1"), pair("x-b", "2"), pair("connection", "close")],
        body: b"made".to_vec(),
    };
    assert_eq!(sent.answer, Ok(wanted));
    let wanted = Audit {
        grant: Some(Place { file: "policy.toml".into(), position: Some((3, 1)) }),
        secret: None,
        address: Some(server.address),
        status: Some(201),
        bytes_out: 5,
        bytes_in: 4,
    };
    assert_eq!(sent.audit, wanted);
    let seen = server.next_seen();
    assert!(seen.starts_with("POST /b?c=d HTTP/1.1\r\n"), "{seen}");
    let host = format!("host: {}\r\n", server.address);
    for line in [&host, "content-length: 5\r\n", "accept-encoding: gzip\r\n", "x-twice: 1\r\nx-twice: 2\r\n"]
    {
        assert_eq!(seen.matches(line).count(), 1, "{line} in {seen}");
    }
    for absent in ["br\r\n", "referer", "cookie", "user-agent", "proxy"] {
        assert!(!seen.contains(absent), "{absent} in {seen}");
    }
    assert!(seen.ends_with("\r\n\r\nhello"), "{seen}");
}

/// Servers answer a POST without a length with 411; a GET has none.
#[test]
fn an_empty_post_says_that_it_is_empty() {
    let server = Server::saying("HTTP/1.1 204 No Content\r\n\r\n");
    let egress = egress(&granting(&server));
    for (method, wanted) in [("POST", 1), ("GET", 0), ("HEAD", 0)] {
        let sent = patiently(&egress, OutRequest { method: method.into(), ..get(server.url("/")) });
        assert_eq!(sent.answer.unwrap().status, 204);
        assert_eq!(server.next_seen().matches("content-length: 0\r\n").count(), wanted, "{method}");
    }
}

#[test]
fn a_redirect_is_an_answer() {
    let elsewhere = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    for location in
        [elsewhere.url("/"), "http://169.254.169.254/".into(), "file:///etc/passwd".into(), "/".into()]
    {
        let server = Server::saying(format!(
            "HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n"
        ));
        let response = patiently(&egress(&granting(&server)), get(server.url("/"))).answer.unwrap();
        assert_eq!(response.status, 302);
        assert_eq!(response.headers[0], ("location".to_owned(), location));
        server.next_seen();
        assert!(server.saw_no_more());
    }
    assert!(elsewhere.saw_no_more());
}

#[test]
fn cookies_are_not_kept() {
    let server = Server::saying("HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n");
    let egress = egress(&granting(&server));
    for _ in 0..2 {
        patiently(&egress, get(server.url("/"))).answer.unwrap();
        assert!(!server.next_seen().contains("cookie"));
    }
}

#[test]
fn a_compressed_body_is_decompressed() {
    let mut body = GzEncoder::new(Vec::new(), Compression::best());
    body.write_all(&b"glass".repeat(1_000)).unwrap();
    let body = body.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    let server = Server::saying([head.as_bytes(), &body].concat());
    let sent = patiently(&egress(&granting(&server)), get(server.url("/")));
    assert_eq!(
        sent.answer,
        Ok(OutResponse { status: 200, headers: Vec::new(), body: b"glass".repeat(1_000) })
    );
    assert_eq!(sent.audit.bytes_in, 5_000);
    let head = OutRequest { method: "HEAD".into(), ..get(server.url("/")) };
    let empty = Server::saying("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 9\r\n\r\n");
    let head = OutRequest { url: empty.url("/"), ..head };
    assert_eq!(patiently(&egress(&granting(&empty)), head).answer.unwrap().body, b"");
}

/// What an answer without a body, and one that is none, are for the guest.
#[test]
fn answers_are_handed_on_or_unavailable() {
    for (answer, wanted) in [
        ("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", Ok(404)),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 599 Odd\r\ncontent-length: 0\r\n\r\n", Ok(599)),
        ("HTTP/1.1 600 Odd\r\ncontent-length: 0\r\n\r\n", Err(Failure::Status(600))),
        (
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
            Err(Failure::Status(101)),
        ),
        ("", Err(Failure::Broken)),
        ("HTTP/1.1 200", Err(Failure::Broken)),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhell", Err(Failure::Broken)),
        ("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello", Err(Failure::NotHttp)),
        ("HTTP/1.1 200 OK\r\na b: c\r\n\r\n", Err(Failure::NotHttp)),
        ("SSH-2.0-x\r\n", Err(Failure::NotHttp)),
        (
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 5\r\n\r\nhello",
            Err(Failure::Compression),
        ),
    ] {
        let server = Server::saying(answer);
        let sent = patiently(&egress(&granting(&server)), get(server.url("/")));
        let wanted = wanted.map_err(EgressError::from);
        assert_eq!(sent.answer.map(|response| response.status), wanted, "{answer:?}");
    }
}

#[test]
fn nobody_who_listens_is_unavailable() {
    let server = Server::saying("");
    // Nobody listens on an address whose listener is gone.
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let policy = granting(&server).replace(&server.address.port().to_string(), &gone.port().to_string());
    let sent = patiently(&egress(&policy), OutRequest { body: vec![0], ..get(format!("http://{gone}/")) });
    assert!(matches!(sent.answer, Err(EgressError::Unavailable(Failure::Connect(_)))), "{:?}", sent.answer);
    assert_eq!((sent.audit.bytes_out, sent.audit.address), (0, None));
}

/// A guest's call may be made from a thread that runs futures, and its egress dropped there.
#[test]
fn sending_blocks_inside_a_runtime() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let status = runtime.block_on(async {
        let egress = egress(&granting(&server));
        egress.send(get(server.url("/")), Instant::now() + PATIENCE).answer.unwrap().status
    });
    assert_eq!(status, 200);
}
