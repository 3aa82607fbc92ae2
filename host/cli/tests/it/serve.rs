//! `serve` as a client outside of the sandbox meets it.

use crate::glasshouse::Place;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Served twins; end with the test that asked for them.
struct Served {
    child: Child,
    /// What stdout said when the doors were open.
    ready: Value,
    /// Of the Slack twin's own door.
    address: String,
}

impl Served {
    fn start(place: &Place, args: &[&str]) -> Self {
        let (child, line) = started(place, args);
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let address = host_and_port(&ready["doors"]["slack"]);
        Self { child, ready, address }
    }

    /// Asks it to end, and waits for it.
    fn end(&mut self) -> Option<i32> {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }

    /// The body of the answer to a raw request.
    fn ask(&self, path: &str, token: &str) -> Value {
        let answer = exchange(
            &self.address,
            &format!(
                "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n",
                self.address
            ),
        );
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{body:?}: {error}"))
    }
}

/// The binary, and the first line that it wrote.
fn started(place: &Place, args: &[&str]) -> (Child, String) {
    let mut child =
        place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

fn host_and_port(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("http://").unwrap().to_owned()
}

/// A raw request over a connection of its own.
fn exchange(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn every_bundled_twin_answers_with_its_demo_and_ends_when_asked_to() {
    let place = Place::new();
    let mut served = Served::start(&place, &["serve", "--ca-dir", "ca"]);
    let doors = served.ready["doors"].as_object().unwrap();
    assert!(["jira", "okta", "slack"].iter().all(|twin| doors.contains_key(*twin)), "{doors:?}");
    let answer = served.ask("/api/auth.test", "xoxb-demo");
    assert_eq!((&answer["ok"], &answer["team_id"]), (&true.into(), &"T0FERN".into()), "{answer}");
    assert_eq!(served.ask("/api/auth.test", "xoxb-other")["error"], "invalid_auth");
    let (own, bundle) = (place.read("ca/glasshouse-ca.pem"), place.read("ca/glasshouse-ca-bundle.pem"));
    assert!(own.starts_with("-----BEGIN CERTIFICATE-----") && bundle.ends_with(&own));

    // Whoever is connected does not keep it.
    let _open = TcpStream::connect(&served.address).unwrap();
    let _tunnel = TcpStream::connect(host_and_port(&served.ready["proxy"])).unwrap();
    assert_eq!(served.end(), Some(0));
}

#[test]
fn a_client_at_a_socket_is_told_that_the_door_closes() {
    let mut served = Served::start(&Place::new(), &["serve", "--twin", "slack"]);
    let opening = format!(
        "POST /api/apps.connections.open HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer xapp-demo\r\n\
         Content-Length: 0\r\nConnection: close\r\n\r\n",
        served.address
    );
    let opened = exchange(&served.address, &opening);
    let opened: Value = serde_json::from_str(opened.split_once("\r\n\r\n").unwrap().1).unwrap();
    let path = opened["url"].as_str().unwrap().strip_prefix(&format!("ws://{}", served.address)).unwrap();
    let mut socket = TcpStream::connect(&served.address).unwrap();
    let wish = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        served.address
    );
    socket.write_all(wish.as_bytes()).unwrap();
    // Frames of a server carry their text as it is.
    let mut said = String::new();
    while !said.contains("\"type\":\"hello\"") {
        let mut bytes = [0; 1024];
        let count = socket.read(&mut bytes).unwrap();
        assert!(count > 0, "{said}");
        said.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    assert!(said.starts_with("HTTP/1.1 101 "), "{said}");
    // It does not agree to the end, and is left.
    assert_eq!(served.end(), Some(0));
    let mut rest = Vec::new();
    socket.read_to_end(&mut rest).unwrap();
    let rest = String::from_utf8_lossy(&rest);
    assert!(rest.contains("\"reason\":\"refresh_requested\""), "{rest}");
}

#[test]
fn the_files_of_clients_go_with_the_process() {
    let mut served = Served::start(&Place::new(), &["serve", "--twin", "slack"]);
    let files = ["ca", "ca_bundle", "node_proxy"]
        .map(|name| std::path::PathBuf::from(served.ready[name].as_str().unwrap()));
    assert!(files.iter().all(|file| file.is_file()), "{files:?}");
    assert_eq!(served.end(), Some(0));
    assert!(!files.iter().any(|file| file.exists()), "{files:?}");
}

#[test]
fn the_reset_address_restores_the_demo() {
    let served = Served::start(&Place::new(), &["serve", "--twin", "slack"]);
    let post = format!("/api/chat.postMessage?channel=general&text={}", "onlyhere");
    assert_eq!(served.ask(&post, "xoxb-demo")["ok"], true);
    let general = |served: &Served| {
        let list = served.ask("/api/conversations.list", "xoxb-demo");
        let id = list["channels"].as_array().unwrap().iter().find(|c| c["name"] == "general").unwrap()["id"]
            .clone();
        served
            .ask(&format!("/api/conversations.history?channel={}", id.as_str().unwrap()), "xoxb-demo")
            .to_string()
    };
    assert!(general(&served).contains("onlyhere"));
    let admin = host_and_port(&served.ready["admin"]["url"]);
    let reset = |token: &str| {
        let head =
            format!("POST /reset?token={token} HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n");
        exchange(&admin, &head)
    };
    assert!(reset("wrong").starts_with("HTTP/1.1 401"));
    assert!(general(&served).contains("onlyhere"));
    let done = reset(served.ready["admin"]["token"].as_str().unwrap());
    assert!(done.starts_with("HTTP/1.1 200"), "{done}");
    assert!(!general(&served).contains("onlyhere"));
}

#[test]
fn a_shell_gets_the_variables_that_lead_clients_to_the_twins() {
    let place = Place::new();
    let out = std::fs::File::create(place.path().join("env")).unwrap();
    let mut child = place
        .command(&["serve", "--twin", "slack", "--env"])
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The last note comes after all lines.
    let mut notes = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(notes.any(|note| note.unwrap().contains("Ctrl-C")));
    let shown = "echo \"$HTTPS_PROXY\"; echo \"$NODE_OPTIONS\"; test -f \"$SSL_CERT_FILE\" && test -f \"$NODE_EXTRA_CA_CERTS\" && echo files";
    let said = Command::new("sh")
        .args(["-c", &format!(". ./env && {shown}")])
        .env("NODE_OPTIONS", "--no-warnings")
        .current_dir(place.path())
        .output();
    child.kill().unwrap();
    child.wait().unwrap();
    let said = String::from_utf8(said.unwrap().stdout).unwrap();
    assert!(said.starts_with("http://127.0.0.1:") && said.ends_with("files\n"), "{said}");
    assert!(
        said.contains("\n--no-warnings --require \"/") && said.contains("glasshouse-node-proxy.cjs\"\n"),
        "{said}"
    );
}

#[test]
fn whoever_watches_sees_what_the_twin_does_not_have() {
    let mut served = Served::start(&Place::new(), &["serve", "--twin", "slack"]);
    assert_eq!(served.ask("/api/admin.users.list", "xoxb-demo")["error"], "unknown_method");
    assert_eq!(served.end(), Some(0));
    let mut said = String::new();
    served.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("slack: warning: ") && said.contains("admin.users.list"), "{said}");
}

#[test]
fn what_is_given_for_no_twin_or_twice_is_refused() {
    let place = Place::new();
    std::fs::write(place.path().join("a.json"), "{}").unwrap();
    let rows: [(&[&str], &str); 5] = [
        (&["--fixture", "a.json"], "it does not say whose it is"),
        (&["--fixture", "none=a.json"], "there is no twin `none`"),
        (&["--fixture", "slack=a.json", "--fixture", "slack=a.json"], "that twin has one already"),
        (&["--twin", "slack", "--twin", "twin-slack"], "it calls itself `slack`, as slack does"),
        (&["--twin", "slack", "--deliver", "localhost:3000"], "is no address to deliver to"),
    ];
    for (args, wanted) in rows {
        let said = place.run(&[&["serve"], args].concat());
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}: {}", said.stderr);
        assert!(said.stderr.contains(wanted) && said.stderr.contains("hint: "), "{args:?}: {}", said.stderr);
    }
}

#[test]
fn the_same_people_are_in_every_twin() {
    let place = Place::new();
    let people = r#"{"people": [{"id": "mira", "name": "Mira Okafor", "email": "mira@fern.example"}]}"#;
    std::fs::write(place.path().join("people.json"), people).unwrap();
    let served = Served::start(&place, &["serve", "--people", "people.json"]);
    let admin = host_and_port(&served.ready["admin"]["url"]);
    let token = served.ready["admin"]["token"].as_str().unwrap();
    for twin in ["jira", "okta", "slack"] {
        let head = format!(
            "GET /state?twin={twin}&table=users&token={token} HTTP/1.1\r\nHost: {admin}\r\nConnection: close\r\n\r\n"
        );
        let answer = exchange(&admin, &head);
        assert!(answer.contains("mira@fern.example"), "{twin}: {answer}");
    }
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
    let said = place.run(&["serve", "--twin", "slack", "--fixture", "bad.json"]);
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
    let said =
        Place::new().run(&["serve", "--twin", "slack", "--listen", &taken.local_addr().unwrap().to_string()]);
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("--listen"), "{}", said.stderr);
}
