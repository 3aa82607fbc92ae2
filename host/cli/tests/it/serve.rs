//! `serve` as a client outside of the sandbox meets it.

use crate::glasshouse::Place;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A served twin; ends with the test that asked for it.
struct Served {
    child: Child,
    address: String,
}

impl Served {
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut child = place
            .command(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let address = ready["doors"]["slack"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Self { child, address }
    }

    /// The body of the answer to a raw request.
    fn ask(&self, path: &str, token: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{body:?}: {error}"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_demo_workspace_answers_and_ends_when_asked_to() {
    let mut served = Served::start(&Place::new(), &["serve"]);
    let answer = served.ask("/api/auth.test", "xoxb-demo");
    assert_eq!((&answer["ok"], &answer["team_id"]), (&true.into(), &"T0FERN".into()), "{answer}");
    assert_eq!(served.ask("/api/auth.test", "xoxb-other")["error"], "invalid_auth");

    let sent = Command::new("kill").args(["-TERM", &served.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
}

#[test]
fn whoever_watches_sees_what_the_twin_does_not_have() {
    let mut served = Served::start(&Place::new(), &["serve"]);
    assert_eq!(served.ask("/api/admin.users.list", "xoxb-demo")["error"], "unknown_method");
    let sent = Command::new("kill").args(["-TERM", &served.child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let mut said = String::new();
    served.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("slack: warning: ") && said.contains("admin.users.list"), "{said}");
}

#[test]
fn a_fixture_of_ones_own_takes_the_demos_place() {
    let place = Place::new();
    let fixture = r#"{"team": {"id": "T0MINE", "name": "Mine", "domain": "mine"},
        "tokens": {"xoxb-mine": {"user": "U0ME", "scopes": []}},
        "users": [{"id": "U0ME", "name": "me", "real_name": "Me"}]}"#;
    std::fs::write(place.path().join("mine.json"), fixture).unwrap();
    let served = Served::start(&place, &["serve", "--twin", "twin-slack", "--fixture", "mine.json"]);
    assert_eq!(served.ask("/api/auth.test", "xoxb-mine")["team_id"], "T0MINE");
    assert_eq!(served.ask("/api/auth.test", "xoxb-demo")["error"], "invalid_auth");
}

#[test]
fn a_fixture_that_the_twin_does_not_read_is_refused_in_its_words() {
    let place = Place::new();
    std::fs::write(place.path().join("bad.json"), r#"{"team": 7}"#).unwrap();
    let said = place.run(&["serve", "--fixture", "bad.json"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{}", said.stderr);
    assert!(
        said.stderr.contains("refuses its fixture") && said.stderr.contains("line 1 column 10"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_address_that_is_taken_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let said = Place::new().run(&["serve", "--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("--listen"), "{}", said.stderr);
}
