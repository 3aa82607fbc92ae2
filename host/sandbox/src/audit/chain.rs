//! The chain: every line has the hash of the one before, so that a line that is changed, taken out or moved shows. Who
//! can write the whole file can also make a whole other chain, or cut this one short: keep the head elsewhere and compare.

use super::entry::AuditEntry;
use super::redactor::Redactor;
use glasshouse_model::Digest;
use serde::Deserialize;
use std::fmt;
use std::io::{self, Write};

/// What stands between an entry and its hash.
const BEFORE_HASH: &str = ",\"hash\":\"";
/// What ends a line.
const AFTER_HASH: &str = "\"}";
/// What the first line is chained to; it has the version of the format.
const GENESIS: &[u8] = b"glasshouse audit log 1";

/// Where a chain ends: enough to know that no line of it was changed, added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many lines there are.
    pub count: u64,
    /// Of the last line; of the format's name where there is none.
    pub hash: Digest,
}

impl Head {
    /// The head of a chain without lines.
    pub fn empty() -> Self {
        Self { count: 0, hash: Digest::of(GENESIS) }
    }

    fn next(&self, body: &str) -> Self {
        let parts = [b"audit".as_slice(), self.hash.as_bytes(), body.as_bytes()];
        Self { count: self.count + 1, hash: Digest::of_parts(parts) }
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines, {}", self.count, self.hash)
    }
}

/// The lines of one run, in memory.
#[derive(Debug)]
pub struct AuditLog {
    lines: Vec<String>,
    head: Head,
    redactor: Redactor,
}

impl AuditLog {
    /// An empty log that keeps these secrets out.
    pub fn new(redactor: Redactor) -> Self {
        Self { lines: Vec::new(), head: Head::empty(), redactor }
    }

    /// Adds an entry at the end.
    ///
    /// # Errors
    /// Where it cannot be written as JSON, which no entry is known to do.
    pub fn record(&mut self, entry: &AuditEntry) -> Result<(), serde_json::Error> {
        let mut line = entry.body(self.head.count, &self.head.hash, &self.redactor)?;
        self.head = self.head.next(&line);
        // The closing brace moves behind the hash.
        line.pop();
        line.push_str(BEFORE_HASH);
        line.push_str(&self.head.hash.hex());
        line.push_str(AFTER_HASH);
        self.lines.push(line);
        Ok(())
    }

    /// Every line, without its line break.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Where the chain ends at this moment.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Writes every line with a line break.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_to(&self, to: &mut impl Write) -> io::Result<()> {
        for line in &self.lines {
            writeln!(to, "{line}")?;
        }
        to.flush()
    }
}

/// Where a chain breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BrokenLink {
    /// From 1; one past the last where lines are missing at the end.
    pub line: u64,
    /// What is wrong there.
    pub why: LinkFault,
}

/// What is wrong with a line of a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// Not a line of an audit log.
    #[error("it is no line of an audit log")]
    Malformed,
    /// Its number is not its place.
    #[error("it has the number {found} and stands where {wanted} has to")]
    Number {
        /// What it has.
        found: u64,
        /// What it has to have.
        wanted: u64,
    },
    /// It names another line before it.
    #[error("it follows another line than the one before it")]
    Previous,
    /// Its hash is not that of its text.
    #[error("its text is not what was written")]
    Text,
    /// The chain is not the one that was to be there.
    #[error("the chain ends here with {found}; it has to end with {wanted}")]
    Head {
        /// What is there.
        found: Head,
        /// What was kept elsewhere.
        wanted: Head,
    },
}

/// What of a line is read again.
#[derive(Deserialize)]
struct Read<'l> {
    seq: u64,
    #[serde(borrow)]
    prev: &'l str,
}

/// Checks every line of a log, and its end against a head that was kept elsewhere. Without one, what is missing at the
/// end goes unseen.
///
/// # Errors
/// The first line that does not fit.
pub fn verify(log: &[u8], wanted: Option<Head>) -> Result<Head, BrokenLink> {
    let mut head = Head::empty();
    let mut rest = log;
    while !rest.is_empty() {
        let broken = |why| BrokenLink { line: head.count + 1, why };
        let end = rest.iter().position(|byte| *byte == b'\n');
        let (line, after) =
            end.and_then(|end| rest.split_at_checked(end)).ok_or(broken(LinkFault::Malformed))?;
        head = follow(&head, line).map_err(broken)?;
        rest = after.get(1..).unwrap_or_default();
    }
    match wanted {
        Some(wanted) if wanted != head => {
            Err(BrokenLink { line: head.count + 1, why: LinkFault::Head { found: head, wanted } })
        }
        _ => Ok(head),
    }
}

fn follow(head: &Head, line: &[u8]) -> Result<Head, LinkFault> {
    let text = std::str::from_utf8(line).map_err(|_| LinkFault::Malformed)?;
    let (entry, hash) = text
        .strip_suffix(AFTER_HASH)
        .and_then(|text| text.rsplit_once(BEFORE_HASH))
        .ok_or(LinkFault::Malformed)?;
    let body = format!("{entry}}}");
    let read: Read<'_> = serde_json::from_str(&body).map_err(|_| LinkFault::Malformed)?;
    if read.seq != head.count {
        return Err(LinkFault::Number { found: read.seq, wanted: head.count });
    }
    if read.prev != head.hash.hex() {
        return Err(LinkFault::Previous);
    }
    let next = head.next(&body);
    if hash == next.hash.hex() { Ok(next) } else { Err(LinkFault::Text) }
}

#[cfg(test)]
mod tests {
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
}
