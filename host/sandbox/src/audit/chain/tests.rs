//! Chains that are whole, and chains that somebody changed.

use super::super::entry::{AuditDecision, AuditDetail, AuditKind};
use super::*;
use glasshouse_model::Place;
use std::collections::BTreeMap;

const SECRET: &str = "Bearer s3cr3t-value";

fn entry(what: &str) -> AuditEntry {
    AuditEntry {
        at: 1_700_000_000_000_000_000,
        kind: AuditKind::Http,
        what: what.to_owned(),
        decision: AuditDecision::Allowed,
        by: Some(Place { file: "policy.toml".to_owned(), position: Some((6, 1)) }),
        detail: BTreeMap::from([
            ("bytes", AuditDetail::Number(12)),
            ("reason", AuditDetail::Text(format!("echoed {SECRET}"))),
        ]),
    }
}

fn log(whats: &[&str]) -> (AuditLog, Vec<u8>) {
    let mut redactor = Redactor::default();
    redactor.add("TOKEN", SECRET);
    let mut log = AuditLog::new(redactor);
    for what in whats {
        log.record(&entry(what)).unwrap();
    }
    let mut bytes = Vec::new();
    log.write_to(&mut bytes).unwrap();
    (log, bytes)
}

#[test]
fn a_line_is_one_json_object_without_secrets() {
    let (log, bytes) = log(&["GET https://api.example.com/v1/s3cr3t-value"]);
    assert_eq!(log.lines().len(), 1);
    let line: serde_json::Value = serde_json::from_str(&log.lines()[0]).unwrap();
    assert_eq!(line["what"], "GET https://api.example.com/v1/[secret TOKEN]");
    assert_eq!(line["detail"]["reason"], "echoed [secret TOKEN]");
    assert_eq!(line["by"], "policy.toml:6:1");
    assert_eq!(line["kind"], "http");
    assert_eq!(line["hash"], log.head().hash.hex());
    assert_eq!(verify(&bytes, Some(log.head())), Ok(log.head()));
    assert!(!String::from_utf8(bytes).unwrap().contains("s3cr3t"));
}

#[test]
fn the_format_of_a_line_never_changes() {
    let (log, _) = log(&["GET https://a.example/"]);
    assert_eq!(
        log.lines()[0],
        concat!(
            "{\"seq\":0,\"at\":1700000000000000000,\"kind\":\"http\",\"what\":\"GET https://a.example/\",",
            "\"decision\":\"allowed\",\"by\":\"policy.toml:6:1\",",
            "\"detail\":{\"bytes\":12,\"reason\":\"echoed [secret TOKEN]\"},",
            "\"prev\":\"fd5ebe4e19d792c2faacd483f5b311814134e905d6ecc3b2fd7e89151e335bf7\",",
            "\"hash\":\"4001f87fc4d157e1cbd2d580a6d4d2b31733eb983521fd87e41a210e92194ba4\"}"
        )
    );
}

#[test]
fn texts_forge_no_line_and_no_direction() {
    let hostile = "a\n{\"seq\":1}\r\u{1b}[2J\u{7f}\u{9b}x\u{202e}y\u{2066}\u{200b}\u{feff}\u{e0041}\u{2028}\",\"hash\":\"";
    let (log, bytes) = log(&[hostile]);
    let line = &log.lines()[0];
    assert!(!line.chars().any(|c| c.is_control() || !c.is_ascii()), "{line}");
    let read: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(read["what"], hostile);
    assert_eq!(verify(&bytes, None), Ok(log.head()));
}

#[test]
fn long_texts_are_cut_after_they_are_redacted() {
    let text = format!("{}{SECRET}{}", "x".repeat(2040), "y".repeat(100_000));
    let (log, _) = log(&[&text]);
    assert!(!log.lines()[0].contains("Bearer") && log.lines()[0].len() < 3_000, "{}", log.lines()[0]);
}

#[test]
fn every_changed_byte_shows() {
    let (log, bytes) = log(&["first", "second", "third"]);
    for at in 0..bytes.len() {
        for flip in [1, 0x20, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= flip;
            let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
            let broken = verify(&changed, Some(log.head())).unwrap_err();
            assert!(broken.line <= line, "{at}: {broken}");
            assert!(verify(&changed, None).is_err(), "{at}");
        }
        assert!(verify(&bytes[..at], Some(log.head())).is_err(), "{at}");
    }
}

#[test]
fn lines_that_move_are_missing_or_stand_twice_show() {
    let (log, bytes) = log(&["first", "second", "third"]);
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<_> = text.lines().collect();
    for (order, line) in
        [(vec![1, 0, 2], 1), (vec![0, 2, 1], 2), (vec![0, 2], 2), (vec![1, 2], 1), (vec![0, 0, 1, 2], 2)]
    {
        let changed: String = order.iter().map(|at: &usize| format!("{}\n", lines[*at])).collect();
        assert_eq!(verify(changed.as_bytes(), None).unwrap_err().line, line, "{order:?}");
    }
    let cut = format!("{}\n{}\n", lines[0], lines[1]);
    assert_eq!(verify(cut.as_bytes(), None).unwrap().count, 2);
    let broken = verify(cut.as_bytes(), Some(log.head())).unwrap_err();
    assert!(matches!(broken, BrokenLink { line: 3, why: LinkFault::Head { .. } }), "{broken}");
    assert_eq!(verify(b"", Some(Head::empty())), Ok(Head::empty()));
    assert!(verify(b"", Some(log.head())).is_err());
}

#[test]
fn numbers_begin_at_nothing_and_have_no_gaps() {
    let (mut log, _) = log(&["first"]);
    log.head.count = 5;
    log.record(&entry("sixth")).unwrap();
    let broken = verify(format!("{}\n", log.lines().join("\n")).as_bytes(), None).unwrap_err();
    assert_eq!(broken, BrokenLink { line: 2, why: LinkFault::Number { found: 5, wanted: 1 } });
}

#[test]
fn a_line_of_another_log_does_not_fit() {
    let (_, bytes) = log(&["first", "second"]);
    let (_, other) = log(&["other", "second"]);
    let lines = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mixed =
        format!("{}\n{}\n", lines(&bytes).lines().next().unwrap(), lines(&other).lines().nth(1).unwrap());
    let broken = verify(mixed.as_bytes(), None).unwrap_err();
    assert_eq!(broken, BrokenLink { line: 2, why: LinkFault::Previous });
}

/// A file that others can look into while it is written.
#[derive(Clone, Default)]
struct Shared(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A disk without room.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn each_line_is_in_the_file_as_soon_as_it_is_there() {
    let (mut log, _) = log(&["one"]);
    let file = Shared::default();
    log.keep_in(Box::new(file.clone())).unwrap();
    log.record(&entry("two")).unwrap();
    let bytes = file.0.lock().unwrap().clone();
    assert_eq!(verify(&bytes, Some(log.head())), Ok(log.head()));
    assert!(log.take_fault().is_none());
}

#[test]
fn a_line_that_could_not_be_written_is_told() {
    let (mut log, _) = log(&[]);
    log.keep_in(Box::new(Full)).unwrap();
    log.record(&entry("one")).unwrap();
    assert_eq!(log.take_fault().unwrap().kind(), io::ErrorKind::StorageFull);
}
