//! `ledger` from outside: a shipped trial goes in, is shown, forked, compared, carried out, checked, and served.

use crate::glasshouse::{Place, Said};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const TRIAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ledger/tests/it/cases/greet-newcomer.gledger");

fn json(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}", said.shown());
    serde_json::from_str(&said.stdout).unwrap_or_else(|error| panic!("{error}: {}", said.shown()))
}

/// A folder with a ledger that holds the shipped trial as context 1.
fn imported() -> Place {
    let place = Place::new();
    let made = json(&place.run(&["ledger", "import", TRIAL, "--format", "json"]));
    assert_eq!(
        (&made["schema"], &made["context"], &made["turns"]),
        (&json!("ledger-import/1"), &json!(1), &json!(6))
    );
    place
}

/// Asks for the JSON document of a verb of `ledger`.
fn ask(place: &Place, args: &[&str]) -> Value {
    json(&place.run(&[&["ledger"], args, &["--format", "json"]].concat()))
}

#[test]
fn a_trial_is_shown_with_its_names() {
    let place = imported();
    let shown = ask(&place, &["show", "1", "--turns", "5"]);
    assert_eq!((&shown["title"], &shown["earlier"]), (&json!("greet-newcomer #3"), &json!(1)));
    assert_eq!(shown["path"][0]["data"]["kind"], "exchange");
    assert_eq!(shown["path"][4]["data"]["satisfied"], true);
    let drawn = place.run(&["ledger", "show", "1"]);
    assert_eq!(drawn.code, 0);
    assert_eq!(drawn.stdout.lines().count(), 7, "{}", drawn.stdout);
    assert!(drawn.stdout.starts_with("context 1, 6 turns: "), "{}", drawn.stdout);
}

#[test]
fn contexts_are_listed_and_found() {
    let place = imported();
    place.run(&["ledger", "import", TRIAL]);
    assert_eq!(ask(&place, &["list"])["contexts"].as_array().unwrap().len(), 2);
    let one = ask(&place, &["list", "--limit", "1"]);
    assert_eq!((&one["contexts"][0]["context"], &one["more"]), (&json!(2), &json!(true)));
    let found = |query: &str| ask(&place, &["list", "--query", query])["contexts"].as_array().unwrap().len();
    assert_eq!((found("label = \"satisfied\" AND id = 1"), found("label = \"unsatisfied\"")), (1, 0));
    let lines = place.run(&["ledger", "list"]).stdout;
    assert!(lines.lines().nth(1).unwrap().contains("greet-newcomer #3, suite:first-day"), "{lines}");
}

#[test]
fn a_fork_is_drawn_where_it_leaves_and_compared() {
    let place = imported();
    let forked = ask(&place, &["fork", "@3", "--tag", "what if"]);
    assert_eq!((&forked["context"], &forked["head"], &forked["turns"]), (&json!(2), &json!(3), &json!(3)));
    let drawn = place.run(&["ledger", "show", "1"]).stdout;
    assert!(drawn.contains("\u{2502} context 2, 3 turns: what if\n"), "{drawn}");
    let compared = ask(&place, &["diff", "1", "2"]);
    assert_eq!((&compared["ancestor"]["turn"], &compared["alike"]), (&json!(3), &json!(3)));
    assert_eq!((&compared["left"]["count"], &compared["right"]["count"]), (&json!(3), &json!(0)));
    let lines = place.run(&["ledger", "diff", "@6", "2"]).stdout;
    assert!(
        lines.contains("only turn @6: 3 turns\n") && lines.contains("only context 2: 0 turns\n"),
        "{lines}"
    );
}

#[test]
fn what_is_carried_out_comes_back_alike() {
    let place = imported();
    let exported = ask(&place, &["export", "1", "out.gledger"]);
    assert_eq!((&exported["turns"], &exported["file"]), (&json!(6), &json!("out.gledger")));
    let again = ask(&place, &["import", "out.gledger"]);
    assert_eq!(again["hash"], ask(&place, &["show", "1"])["path"][5]["hash"]);
    let compared = ask(&place, &["diff", "1", "2"]);
    assert_eq!((&compared["ancestor"], &compared["alike"]), (&Value::Null, &json!(6)));
    let swept = ask(&place, &["gc", "--grace", "0"]);
    assert_eq!((&swept["removed"], &swept["reachable"]), (&json!(0), &json!(6)));
}

#[test]
fn a_flipped_bit_is_named_each_time_one_looks() {
    let place = imported();
    assert_eq!(ask(&place, &["verify"])["found"]["turns"], 6);
    let flipped = files(&place.path().join(".glasshouse/ledger")).into_iter().filter(flip).count();
    assert!(flipped > 0, "the payload stands in no file as it is");
    for _ in 0..2 {
        let said = place.run(&["ledger", "verify"]);
        assert_eq!(said.code, 1, "{}", said.shown());
        assert!(said.stdout.starts_with("broken at turn @"), "{}", said.shown());
    }
    let said = place.run(&["ledger", "verify", "--format", "json"]);
    let checked: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((said.code, &checked["whole"]), (1, &json!(false)));
    assert!(checked["broken"]["turn"].is_u64(), "{checked}");
}

/// Flips a bit of the line that the trial's subject wrote, where the file holds it.
fn flip(file: &PathBuf) -> bool {
    let mut bytes = fs::read(file).unwrap();
    let Some(at) = bytes.windows(9).position(|window| window == b"greeted 0") else { return false };
    bytes[at] ^= 1;
    fs::write(file, bytes).unwrap();
    true
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn what_was_typed_wrongly_has_a_hint() {
    let place = imported();
    fs::write(place.path().join("there"), "no ledger").unwrap();
    for args in [
        &["list", "--store", "nowhere"][..],
        &["list", "--store", "there"],
        &["import", TRIAL, "--store", "there"],
        &["list", "--query", "colour = \"red\""],
        &["show", "9"],
        &["fork", "@99"],
        &["fork", "9"],
        &["diff", "1", "@99"],
        &["export", "9", "file"],
        &["export", "1", "there"],
        &["export", "1", "no/such/folder"],
        &["import", "nowhere"],
        &["import", "there"],
        &["serve", "--certificate", "there", "--key", "there"],
    ] {
        let said = place.run(&[&["ledger"], args].concat());
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{args:?}: {}", said.shown());
        assert!(
            said.stderr.starts_with("error: ") && said.stderr.contains("\n  hint: "),
            "{args:?}: {}",
            said.stderr
        );
    }
    assert!(!place.path().join("nowhere").exists(), "looking makes no ledger");
    assert!(!place.path().join("file").exists(), "a refused export leaves no file");
    for args in
        [&["show", "x"][..], &["fork", "@"], &["serve", "--key", "there"], &["show", "1", "--turns", "0"]]
    {
        assert_eq!(place.run(&[&["ledger"], args].concat()).code, 2, "{args:?}");
    }
}

/// A served ledger; ends with the test that asked for it.
struct Served {
    child: Child,
    http: String,
    ready: Value,
}

impl Served {
    fn start(place: &Place) -> Self {
        let any = ["ledger", "serve", "--binary", "127.0.0.1:0", "--http", "127.0.0.1:0"];
        let mut child = place
            .command(&any)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?}: {error}"));
        let http = ready["ledger"]["http"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Self { child, http, ready }
    }

    fn get(&self, path: &str) -> Value {
        let mut stream = TcpStream::connect(&self.http).unwrap();
        let host = &self.http;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{answer}");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{body:?}: {error}"))
    }

    fn end(mut self) -> Option<i32> {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_served_ledger_answers_and_ends_when_asked_to() {
    let place = imported();
    let served = Served::start(&place);
    let turns = served.get("/v1/contexts/1/turns?limit=1");
    assert_eq!(turns["turns"][0]["declared_type"]["type_id"], "glasshouse.verdict");
    assert_eq!(turns["turns"][0]["data"]["class"], "judged", "its types need no publishing");
    let mut binary = TcpStream::connect(served.ready["ledger"]["binary"].as_str().unwrap()).unwrap();
    // Where context 1 points: a header of 16 bytes, and its number.
    let ask = [[8, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0].as_slice(), &1_u64.to_le_bytes()].concat();
    binary.write_all(&ask).unwrap();
    let mut reply = [0; 36];
    binary.read_exact(&mut reply).unwrap();
    assert_eq!((reply[4], reply[8], reply[24], reply[32]), (4, 7, 6, 6), "{reply:?}");

    let said = place.run(&["ledger", "list"]);
    assert_eq!(said.code, 2, "{}", said.shown());
    assert!(said.stderr.contains("another process has the ledger open"), "{}", said.stderr);
    assert_eq!(served.end(), Some(0));
    assert_eq!(ask_whole(&place), json!(true));
}

fn ask_whole(place: &Place) -> Value {
    ask(place, &["verify"])["whole"].clone()
}
