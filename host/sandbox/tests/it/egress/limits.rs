//! Each cap and the deadline, against servers that would go on for ever.

use super::server::{Server, Wire};
use super::{PATIENCE, egress, get, granting, patiently};
use flate2::Compression;
use flate2::write::GzEncoder;
use glasshouse_model::Policy;
use glasshouse_sandbox::egress::{
    Egress, EgressError, EgressSettings, Flaw, Lookup, OutRequest, Quota, Resolver,
};
use std::io::Write;
use std::net::TcpListener;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough for a request to reach its server, which never answers whole.
const SHORT: Duration = Duration::from_secs(1);

/// A server that writes these bytes, waits for the client to close the connection, and tells.
fn stalling(bytes: &'static str, closed: Sender<()>) -> Server {
    Server::start(move |wire, _| {
        wire.write_all(bytes.as_bytes()).unwrap();
        wire.flush().unwrap();
        until_closed(wire);
        closed.send(()).unwrap();
    })
}

fn until_closed(wire: &mut dyn Wire) {
    while wire.read(&mut [0]).is_ok_and(|read| read > 0) {}
}

#[test]
fn a_server_that_never_ends_is_left_at_the_deadline() {
    thread::scope(|scope| {
        for case in [
            ("", None, 0),
            ("HTTP/1.1 200 OK\r\nx-a: 1\r\n", None, 0),
            ("HTTP/1.1 100 Continue\r\n\r\n", None, 0),
            ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhell", Some(200), 4),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhell\r\n", Some(200), 4),
        ] {
            scope.spawn(move || left_at_the_deadline(case.0, case.1, case.2));
        }
    });
}

/// Twice, as the second request needs the place of the first.
fn left_at_the_deadline(bytes: &'static str, status: Option<u16>, bytes_in: u64) {
    let (closed, was_closed) = channel();
    let server = stalling(bytes, closed);
    let egress = egress(&format!("{}[limits]\nconcurrent_http = 1\n", granting(&server)));
    for _ in 0..2 {
        let sent = egress.send(get(server.url("/")), Instant::now() + SHORT);
        assert_eq!(sent.answer, Err(EgressError::TimedOut), "{bytes:?}");
        assert_eq!((sent.audit.status, sent.audit.bytes_in), (status, bytes_in), "{bytes:?}");
        was_closed.recv().unwrap();
    }
}

#[derive(Debug)]
struct NeverAnswers;

impl Resolver for NeverAnswers {
    fn lookup<'a>(&'a self, _name: &'a str) -> Lookup<'a> {
        Box::pin(std::future::pending())
    }
}

#[test]
fn a_name_without_an_answer_is_given_up_at_the_deadline() {
    let policy = "version = 1\n[[http]]\nhosts = [\"a.example\"]\n[limits]\nconcurrent_http = 1\n";
    let settings = EgressSettings { resolver: Arc::new(NeverAnswers), ..EgressSettings::default() };
    let policy = Arc::new(Policy::parse("policy.toml", policy).unwrap());
    let egress = Egress::new(policy, settings, |_| None).unwrap();
    for _ in 0..2 {
        let deadline = Instant::now() + Duration::from_millis(10);
        assert_eq!(egress.send(get("https://a.example/"), deadline).answer, Err(EgressError::TimedOut));
    }
}

#[test]
fn a_deadline_that_has_passed_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let port = listener.local_addr().unwrap().port();
    let deaf = egress(&granting(&server).replace(&server.address.port().to_string(), &port.to_string()));
    let now = Instant::now();
    for deadline in [now, now.checked_sub(Duration::from_secs(1)).unwrap_or(now)] {
        let sent = deaf.send(get(format!("http://127.0.0.1:{port}/")), deadline);
        assert_eq!(sent.answer, Err(EgressError::TimedOut));
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }
    let centuries = now + Duration::from_secs(10_000_000_000);
    assert!(egress(&granting(&server)).send(get(server.url("/")), centuries).answer.is_ok());
}

#[test]
fn a_body_is_read_up_to_its_cap_and_decompressed_bytes_count() {
    const MOST: u64 = 1024 * 1024;
    let zeros = vec![0; 8 * 1024 * 1024];
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&zeros).unwrap();
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 10_000, "the bomb itself has {} bytes", bomb.len());
    let exact = &zeros[..MOST as usize];
    for (head, body, fits) in [
        ("HTTP/1.1 200 OK\r\n\r\n", exact, true),
        ("HTTP/1.1 200 OK\r\n\r\n", &zeros, false),
        ("HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n", &zeros, false),
        ("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n", &bomb, false),
    ] {
        let server = Server::saying([head.as_bytes(), body].concat());
        let egress = egress(&format!("{}[limits]\nhost_call_bytes = \"1MiB\"\n", granting(&server)));
        let sent = patiently(&egress, get(server.url("/")));
        if fits {
            assert_eq!(sent.answer.unwrap().body.len() as u64, MOST);
        } else {
            assert_eq!(sent.answer, Err(Quota::ResponseBytes(MOST).into()), "{head:?}");
            assert!(sent.audit.bytes_in < 2 * MOST, "{}", sent.audit.bytes_in);
        }
    }
}

#[test]
fn a_head_is_read_up_to_its_cap() {
    let end = "content-length: 0\r\n\r\n";
    let fields = |count: usize| "x-a: 1\r\n".repeat(count);
    for (head, fits) in [
        (format!("{}{end}", fields(99)), true),
        (format!("{}{end}", fields(100)), false),
        (format!("{}{end}", fields(100_000)), false),
        (format!("x-a: {}\r\n{end}", "a".repeat(32_000)), true),
        (format!("x-a: {}\r\n{end}", "a".repeat(33_000)), false),
        (format!("x-a: {}\r\n{end}", "a".repeat(1_000_000)), false),
        // A head that never ends and never stalls.
        (fields(1_000_000), false),
    ] {
        let server = Server::saying(format!("HTTP/1.1 200 OK\r\n{head}"));
        let sent = patiently(&egress(&granting(&server)), get(server.url("/")));
        let answer = sent.answer.map(|response| response.status);
        let wanted = Quota::ResponseHead { count: 100, bytes: 32 * 1024 };
        assert_eq!(answer, if fits { Ok(200) } else { Err(wanted.into()) }, "{} bytes", head.len());
    }
}

#[test]
fn a_request_beyond_a_cap_is_not_sent() {
    let server = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let egress = egress(&format!("{}[limits]\nhost_call_bytes = \"1KiB\"\n", granting(&server)));
    let url = server.url("/");
    let with = |body: usize, headers: usize, path: usize| OutRequest {
        method: "POST".into(),
        url: format!("{url}{}", "a".repeat(path)),
        headers: vec![("x-a".into(), "a".repeat(100)); headers],
        body: vec![0; body],
    };
    let most = 32 * 1024;
    for (request, wanted) in [
        (with(1024, 100, 20_000), Ok(200)),
        (with(1025, 0, 0), Err(Quota::RequestBytes(1024).into())),
        (with(0, 101, 0), Err(Flaw::HeaderCount { most: 100 }.into())),
        (with(0, 100, 23_000), Err(Flaw::HeadBytes { most }.into())),
        (with(0, 0, most), Err(Flaw::HeadBytes { most }.into())),
        // Too long to be parsed at all.
        (get("x".repeat(most + 1)), Err(Flaw::HeadBytes { most }.into())),
    ] {
        let answer: Result<_, EgressError> =
            patiently(&egress, request).answer.map(|response| response.status);
        assert_eq!(answer, wanted);
    }
    server.next_seen();
    assert!(server.saw_no_more());
}

#[test]
fn more_requests_at_one_time_are_refused_at_once() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let server = Server::start(move |wire, _| {
        wait.lock().unwrap().recv().unwrap();
        wire.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    });
    let egress = Arc::new(egress(&format!("{}[limits]\nconcurrent_http = 2\n", granting(&server))));
    let send = {
        let (egress, url) = (Arc::clone(&egress), server.url("/"));
        move || egress.send(get(url.clone()), Instant::now() + PATIENCE).answer
    };
    for _ in 0..2 {
        let under_way = [thread::spawn(send.clone()), thread::spawn(send.clone())];
        for _ in &under_way {
            server.next_seen();
        }
        for _ in 0..100 {
            assert_eq!(send(), Err(Quota::Concurrent(2).into()));
        }
        for _ in &under_way {
            go.send(()).unwrap();
        }
        for thread in under_way {
            assert_eq!(thread.join().unwrap().unwrap().status, 200);
        }
    }
    assert!(server.saw_no_more());
}
