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

/// The lines of one run, in memory, and in a file as soon as they are there where one is given.
pub struct AuditLog {
    lines: Vec<String>,
    head: Head,
    redactor: Redactor,
    file: Option<Box<dyn Write + Send>>,
    fault: Option<io::Error>,
}

impl fmt::Debug for AuditLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditLog").field("head", &self.head).finish_non_exhaustive()
    }
}

impl AuditLog {
    /// An empty log that keeps these secrets out.
    pub fn new(redactor: Redactor) -> Self {
        Self { lines: Vec::new(), head: Head::empty(), redactor, file: None, fault: None }
    }

    /// Writes every line into a file, too, those to come as soon as they are added: what was done stays known where
    /// the process is ended in the middle.
    ///
    /// # Errors
    /// Where the lines that are there cannot be written.
    pub fn keep_in(&mut self, mut file: Box<dyn Write + Send>) -> io::Result<()> {
        self.write_to(&mut file)?;
        self.file = Some(file);
        Ok(())
    }

    /// Why lines are missing in the file, where they are.
    pub fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
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
        if let Some(file) = &mut self.file {
            let written = writeln!(file, "{line}").and_then(|()| file.flush());
            self.fault = self.fault.take().or(written.err());
        }
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
    pub fn write_to(&self, to: &mut (impl Write + ?Sized)) -> io::Result<()> {
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
mod tests;
