//! One decision, and its line: a JSON object whose texts cannot forge anything where they are shown.

use super::redactor::Redactor;
use glasshouse_model::{Digest, Place};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Longest text of an entry, in characters; what is longer is cut and ends in three dots.
const LONGEST_TEXT: usize = 2048;

/// What was decided about, for whom and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Nanoseconds since 1970, by the clock of the run.
    pub at: u64,
    /// Which part of the host decided.
    pub kind: AuditKind,
    /// What it was about: method, scheme, host and path of a request, without its query; a path of the workspace with
    /// the function; a tool's name; a limit's.
    pub what: String,
    /// The decision.
    pub decision: AuditDecision,
    /// The line of the policy that decided; none where no line did.
    pub by: Option<Place>,
    /// What else is known, by name: `status`, `bytes`, a reason.
    pub detail: BTreeMap<&'static str, AuditDetail>,
}

/// Which part of the host decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditKind {
    /// A request.
    Http,
    /// A secret that the host added to a request; never its value.
    SecretUse,
    /// A file or folder.
    Workspace,
    /// A call of a tool.
    Tool,
    /// A question to a model.
    Model,
    /// A limit that a guest reached.
    Limit,
    /// A component or policy that was loaded or refused.
    Load,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditDecision {
    /// It was done.
    Allowed,
    /// It was not.
    Denied,
}

/// A value of an entry's details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum AuditDetail {
    /// A count, a size, a status.
    Number(u64),
    /// A reason, a digest.
    Text(String),
}

/// What is hashed: the line without its own hash, fields in this order.
#[derive(Serialize)]
struct Body<'e> {
    seq: u64,
    at: u64,
    kind: AuditKind,
    what: String,
    decision: AuditDecision,
    by: Option<String>,
    detail: BTreeMap<&'static str, AuditDetail>,
    prev: &'e str,
}

impl AuditEntry {
    /// The entry as JSON with its number and the hash before it, every text redacted, cut and escaped.
    pub(super) fn body(
        &self,
        seq: u64,
        prev: &Digest,
        redactor: &Redactor,
    ) -> Result<String, serde_json::Error> {
        // Redacted before it is cut: half a secret is no match any more.
        let text = |text: &str| cut(&redactor.redact(text));
        let detail = self.detail.iter().map(|(name, detail)| {
            let detail = match detail {
                AuditDetail::Number(number) => AuditDetail::Number(*number),
                AuditDetail::Text(value) => AuditDetail::Text(text(value)),
            };
            (*name, detail)
        });
        let body = Body {
            seq,
            at: self.at,
            kind: self.kind,
            what: text(&self.what),
            decision: self.decision,
            by: self.by.as_ref().map(|place| text(&place.to_string())),
            detail: detail.collect(),
            prev: &prev.hex(),
        };
        Ok(escape(&serde_json::to_string(&body)?))
    }
}

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(LONGEST_TEXT).collect();
    if cut.len() < text.len() {
        cut.push_str("...");
    }
    cut
}

/// JSON with `\u` for every character that changes what is seen: controls beyond those that JSON itself escapes, line
/// separators, marks of direction, and what has no width. They can stand in texts alone, so the JSON means the same.
fn escape(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
